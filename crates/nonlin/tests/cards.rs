//! Every card is complete, every name leads to its function, and every text form reads back.

use nonlin::card::{Card, Family, Text};
use nonlin::gates::Gate;
use nonlin::rows::RowFunction;
use nonlin::{Domain, Error, Function, Parameter};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn functions_and_cards() -> impl Iterator<Item = (Function, &'static Card)> {
    Function::all().map(|function| {
        let card = function.card();
        (function, card)
    })
}

/// The cards of functions, row functions and gates.
fn all_cards() -> impl Iterator<Item = &'static Card> {
    Function::all()
        .map(|f| f.card())
        .chain(RowFunction::all().map(|f| f.card()))
        .chain(Gate::all().map(|gate| gate.card()))
}

/// Every sentence of a card with the place it stands.
fn sentences(card: &Card) -> Vec<(String, Text)> {
    let mut all = vec![(format!("{} summary", card.name), card.summary)];
    for (part, texts) in [
        ("strength", card.strengths),
        ("limit", card.limits),
        ("use", card.uses),
    ] {
        for (i, text) in texts.iter().enumerate() {
            all.push((format!("{} {part} {i}", card.name), *text));
        }
    }
    all
}

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[test]
fn every_card_is_complete_in_both_languages() {
    for card in all_cards() {
        let name = card.name;
        assert!(
            !card.title.en.is_empty() && !card.title.zh.is_empty(),
            "{name}: title"
        );
        assert!(!card.strengths.is_empty(), "{name}: strengths");
        assert!(!card.limits.is_empty(), "{name}: limits");
        assert!(!card.uses.is_empty(), "{name}: uses");
        // What the frameworks know has been published; what is new here may have neither.
        let known = card.year < 2026;
        assert!(!known || !card.papers.is_empty(), "{name}: papers");
        assert!(!known || !card.dialects.is_empty(), "{name}: dialects");
        for (place, text) in sentences(card) {
            assert!(
                !text.en.is_empty() && !text.en.contains(is_chinese),
                "{place}: {}",
                text.en
            );
            assert!(text.zh.contains(is_chinese), "{place}: {}", text.zh);
        }
    }
}

#[test]
fn texts_are_whole_sentences() {
    for (_, card) in functions_and_cards() {
        for (place, text) in sentences(card) {
            assert!(text.en.ends_with('.'), "{place}: {}", text.en);
            assert!(text.zh.ends_with('。'), "{place}: {}", text.zh);
            assert!(
                !text.en.contains("  ") && !text.zh.contains("  "),
                "{place}: two spaces"
            );
            assert!(
                !text.zh.contains(['!', '?', ';']),
                "{place}: Latin punctuation"
            );
        }
    }
}

#[test]
fn the_summary_says_what_happens_at_kinks() {
    for (function, card) in functions_and_cards() {
        let (en, zh) = (card.summary.en, card.summary.zh);
        if !function.profile().kinks.is_empty() {
            assert!(en.contains("derivative is"), "{}: {en}", card.name);
            assert!(zh.contains("导数"), "{}: {zh}", card.name);
        }
    }
}

#[test]
fn no_text_stands_twice() {
    let mut seen: BTreeMap<&str, String> = BTreeMap::new();
    for (_, card) in functions_and_cards() {
        for (place, text) in sentences(card) {
            for words in [text.en, text.zh] {
                if let Some(other) = seen.insert(words, place.clone()) {
                    panic!("{place} and {other} both say: {words}");
                }
            }
        }
    }
}

#[test]
fn papers_and_dialects_are_filled_in() {
    for card in all_cards() {
        for paper in card.papers {
            assert!(
                !paper.authors.is_empty() && !paper.venue.is_empty(),
                "{}: {paper:?}",
                card.name
            );
            assert!(
                !paper.title.is_empty() && !paper.title.ends_with('.'),
                "{}: {paper:?}",
                card.name
            );
            assert!(
                (1838..=2026).contains(&paper.year),
                "{}: {paper:?}",
                card.name
            );
        }
        assert!(
            card.papers.is_empty() || card.papers.iter().any(|paper| paper.year == card.year),
            "{}: no paper of the year {} it is said to come from",
            card.name,
            card.year
        );
        let frameworks: BTreeSet<&str> = card.dialects.iter().map(|d| d.framework).collect();
        assert_eq!(
            frameworks.len(),
            card.dialects.len(),
            "{}: a framework twice",
            card.name
        );
        assert!(
            card.dialects.iter().all(|d| !d.call.is_empty()),
            "{}",
            card.name
        );
    }
}

#[test]
fn names_and_aliases_are_unique_and_lead_to_their_function() {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (function, card) in functions_and_cards() {
        assert_eq!(card.name.parse::<Function>().unwrap(), function);
        for name in std::iter::once(card.name).chain(card.aliases.iter().map(|a| a.name)) {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(name.chars().all(plain), "{name}");
            if let Some(other) = seen.insert(name, card.name) {
                panic!("`{name}` stands for {other} and for {}", card.name);
            }
        }
        for alias in card.aliases {
            let meant = function.with_all(alias.parameters).unwrap();
            let read: Function = alias.name.parse().unwrap();
            assert_eq!(read, meant, "{}", alias.name);
            assert_eq!(
                alias.name.to_uppercase().replace('_', "-").parse(),
                Ok(meant)
            );
        }
    }
}

#[test]
fn families_fit() {
    for (function, card) in functions_and_cards() {
        let zero_to_one = |f: Family| matches!(f, Family::Row | Family::Gate);
        assert!(
            !zero_to_one(card.family),
            "{function} maps one number to one number"
        );
        assert!(!card.family.text().en.is_empty() && !card.family.text().zh.is_empty());
    }
}

#[test]
fn every_file_is_one_function_of_its_name() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/functions");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|stem| stem != "mod" && stem != "shared")
        .collect();
    let names: BTreeSet<String> = Function::all().map(|f| f.name().to_owned()).collect();
    assert_eq!(
        files, names,
        "files in functions/ and names in the catalogue"
    );
}

/// A value of the domain, made from any bits.
fn within(domain: Domain, raw: f64) -> f64 {
    let finite = if raw.is_finite() { raw } else { 0.5 };
    match domain {
        Domain::Positive if finite == 0.0 => 1.0,
        Domain::Positive | Domain::NonNegative => finite.abs(),
        _ => finite,
    }
}

proptest! {
    #[test]
    fn the_text_form_reads_back(raw in proptest::collection::vec(any::<f64>(), 3)) {
        for function in Function::all() {
            let parameters: Vec<Parameter> = function.parameters();
            let changes: Vec<(&str, f64)> = parameters
                .iter()
                .zip(&raw)
                .map(|(parameter, raw)| (parameter.info.name, within(parameter.info.domain, *raw)))
                .collect();
            // Parameters that do not fit together are refused; then there is nothing to write.
            let Ok(changed) = function.with_all(&changes) else { continue };
            let text = changed.to_string();
            let read: Function = text.parse().unwrap();
            prop_assert_eq!(read, changed, "{}", &text);
            for (a, b) in read.parameters().iter().zip(changed.parameters()) {
                prop_assert_eq!(a.value.to_bits(), b.value.to_bits(), "{}", &text);
            }
            prop_assert_eq!(read.to_string(), text);
        }
    }

    #[test]
    fn any_text_is_read_or_refused_in_one_sentence(text in "\\PC{0,40}") {
        if let Err(error) = text.parse::<Function>() {
            let message = error.to_string();
            prop_assert!(!message.is_empty() && !message.contains('\n'));
        }
    }
}

fn refusal(text: &str) -> (Error, String) {
    let error = text.parse::<Function>().unwrap_err();
    let message = error.to_string();
    (error, message)
}

#[test]
fn refusals_name_the_nearest_right_thing() {
    let (error, message) = refusal("gleu");
    assert!(matches!(error, Error::UnknownFunction { .. }));
    assert_eq!(message, "unknown activation `gleu`; did you mean `gelu`?");

    let (_, message) = refusal("Leaky-Relo");
    assert!(message.ends_with("did you mean `leaky_relu`?"), "{message}");

    let (_, message) = refusal("flux_capacitor");
    assert!(
        message.starts_with("unknown activation `flux_capacitor`"),
        "{message}"
    );
    assert!(!message.contains("did you mean"), "{message}");

    let (error, message) = refusal("elu(beta=2)");
    assert!(matches!(error, Error::UnknownParameter { .. }));
    assert_eq!(
        message,
        "`elu` has no parameter `beta`; its parameter is `alpha`"
    );

    let (_, message) = refusal("relu(alpha=2)");
    assert_eq!(message, "`relu` has no parameter `alpha`; it has none");

    let (error, message) = refusal("softplus(beta=0)");
    assert!(matches!(error, Error::OutOfDomain { .. }));
    assert_eq!(
        message,
        "`softplus` needs beta > 0 and finite, but 0 was given"
    );

    let (_, message) = refusal("hard_tanh(min=2, max=1)");
    assert_eq!(message, "`hard_tanh` needs max > min = 2, but 1 was given");

    let (error, message) = refusal("elu(alpha=one)");
    assert!(matches!(error, Error::Malformed { .. }));
    assert!(message.contains("`one` is not a number"), "{message}");
    assert!(message.contains("write it like"), "{message}");

    for text in [
        "elu(alpha=1",
        "elu(alpha=1, alpha=2)",
        "hard_tanh(1)",
        "elu(,)",
    ] {
        assert!(matches!(refusal(text).0, Error::Malformed { .. }), "{text}");
    }
    for text in [
        "elu(alpha=inf)",
        "elu(alpha=nan)",
        "celu(alpha=-1)",
        "rrelu(lower=1)",
    ] {
        assert!(
            matches!(refusal(text).0, Error::OutOfDomain { .. }),
            "{text}"
        );
    }
}

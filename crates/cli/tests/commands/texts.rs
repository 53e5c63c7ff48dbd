//! list, show, help, completions, and what is refused before anything is computed.

use crate::{json, nonlin, printed, refused};
use nonlin::Function;
use nonlin::gates::Gate;
use nonlin::rows::RowFunction;
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

fn names() -> Vec<&'static str> {
    let functions = Function::all().map(|f| f.name());
    functions
        .chain(RowFunction::all().map(|f| f.name()))
        .chain(Gate::all().map(|g| g.name()))
        .collect()
}

pub(crate) fn fits(text: &str) {
    for line in text.lines() {
        assert!(line.width() <= 80, "{} columns: {line}", line.width());
        assert_eq!(line, line.trim_end(), "trailing spaces");
        assert!(!line.contains('\x1b'), "{line:?}");
    }
}

#[test]
fn list_has_every_name_in_80_columns() {
    for lang in ["en", "zh"] {
        let text = printed(&["list", "--lang", lang]);
        fits(&text);
        for name in names() {
            assert!(
                text.lines()
                    .any(|line| line.trim_start().starts_with(&format!("{name} "))),
                "{name}"
            );
        }
    }
    let all = json(&["list"]);
    let listed: Vec<&str> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["name"].as_str().unwrap())
        .collect();
    assert_eq!(listed, names());
    for entry in all.as_array().unwrap() {
        for key in [
            "kind",
            "family",
            "year",
            "parameters",
            "aliases",
            "title",
            "summary",
        ] {
            assert!(!entry[key].is_null(), "{key} of {entry}");
        }
    }
}

#[test]
fn list_takes_a_family() {
    let gates = printed(&["list", "--family", "gate"]);
    assert!(gates.contains("glu") && !gates.contains("relu"), "{gates}");
    assert_eq!(
        printed(&["list", "--family", "smooth-rectifier"]),
        printed(&["list", "--family", "平滑整流"])
    );
    let refusal = refused(&["list", "--family", "relus"]);
    assert!(refusal.contains("`rectifier`"), "{refusal}");
}

#[test]
fn show_tells_everything_of_every_name() {
    for name in names() {
        for lang in ["en", "zh"] {
            let text = printed(&["show", name, "--lang", lang]);
            fits_but_urls(&text);
            assert!(!text.contains('✗'), "{text}");
        }
        let shown = json(&["show", name]);
        assert_eq!(shown["name"], name);
        for claim in shown["claims"].as_array().into_iter().flatten() {
            assert_eq!(claim["holds"], true, "{name}: {claim}");
        }
    }
    for function in Function::all() {
        let text = printed(&["show", function.name()]);
        let printed_formula = function.formula().value.text();
        assert!(
            text.contains(printed_formula.split(' ').next().unwrap()),
            "{text}"
        );
        assert!(
            text.contains("Properties") && text.contains("✓ range"),
            "{text}"
        );
        assert!(
            text.chars().any(|c| ('\u{2801}'..='\u{28ff}').contains(&c)),
            "no plot of {function}"
        );
    }
}

/// A word that is longer than a line stays whole.
fn fits_but_urls(text: &str) {
    for line in text
        .lines()
        .filter(|line| line.split_whitespace().all(|word| word.width() < 50))
    {
        assert!(line.width() <= 80, "{} columns: {line}", line.width());
    }
}

#[test]
fn show_speaks_chinese() {
    let chinese = printed(&["show", "elu(alpha=0.5)", "--lang", "zh"]);
    for word in [
        "公式",
        "参数",
        "性质",
        "值域",
        "单调性",
        "优点",
        "局限",
        "论文",
    ] {
        assert!(chinese.contains(word), "{word} in {chinese}");
    }
    let output = nonlin()
        .args(["show", "elu(alpha=0.5)"])
        .env("LANG", "zh_CN.UTF-8")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), chinese);
    let output = nonlin()
        .args(["show", "elu(alpha=0.5)"])
        .env("LANG", "zh_CN.UTF-8")
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("Properties")
    );
}

#[test]
fn a_formula_alone_in_every_notation() {
    assert_eq!(printed(&["show", "gelu", "--formula", "text"]), "x·Φ(x)\n");
    for function in Function::all() {
        for (order, math) in [
            ("0", function.formula().value),
            ("1", function.formula().derivative),
        ] {
            let of = |notation| {
                printed(&[
                    "show",
                    function.name(),
                    "--formula",
                    notation,
                    "--order",
                    order,
                ])
            };
            assert_eq!(of("text"), format!("{}\n", math.text()));
            assert_eq!(of("latex"), format!("{}\n", math.latex()));
            assert_eq!(of("mathml"), format!("{}\n", math.mathml()));
        }
    }
    assert!(refused(&["show", "softmax", "--formula", "text"]).contains("row function"));
}

#[test]
fn colours_come_only_where_they_are_welcome() {
    let of = |arguments: &[&str], name: &str, value: &str| {
        let output = nonlin().args(arguments).env(name, value).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    for command in [
        &["list"][..],
        &["show", "gelu"],
        &["plot", "relu", "gelu"],
        &["compare", "relu", "gelu"],
        &["advise", "--task", "binary"],
    ] {
        let mut always = command.to_vec();
        always.extend(["--color", "always"]);
        assert!(printed(&always).contains('\x1b'), "{command:?}");
        assert!(!printed(command).contains('\x1b'), "{command:?}");
        assert!(
            !of(command, "NO_COLOR", "1").contains('\x1b'),
            "{command:?}"
        );
    }
    // JSON never has any.
    assert!(!printed(&["show", "gelu", "--json", "--color", "always"]).contains('\x1b'));
}

#[test]
fn help_has_examples_and_version_is_one_line() {
    for command in [
        "list",
        "show",
        "eval",
        "apply",
        "plot",
        "compare",
        "advise",
        "study",
        "data",
        "completions",
    ] {
        let text = printed(&[command, "--help"]);
        assert!(
            text.contains("Examples:") && text.contains("Usage: nonlin"),
            "{text}"
        );
        fits(
            &text
                .lines()
                .map(str::trim_end)
                .collect::<Vec<_>>()
                .join("\n"),
        );
    }
    assert!(printed(&["--help"]).contains("Exit codes"));
    assert_eq!(
        printed(&["--version"]),
        format!("nonlin {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn completions_know_the_names() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = printed(&["completions", shell]);
        // The other shells complete commands and options alone.
        let names = ["bash", "zsh"].contains(&shell);
        assert!(script.contains("compare"), "{shell}");
        assert!(!names || script.contains("gelu_tanh"), "{shell}");
    }
}

#[test]
fn what_is_meant_is_guessed() {
    for (given, meant) in [
        ("gleu", "gelu"),
        ("Sofmax", "softmax"),
        ("leaky-rellu", "leaky_relu"),
        ("glue", "glu"),
        ("mishh(x=1)", "mish"),
    ] {
        for command in [
            &["show", given][..],
            &["eval", given, "1"],
            &["plot", given],
            &["compare", "relu", given],
            &["apply", given, "a", "b"],
        ] {
            let refusal = refused(command);
            assert!(
                refusal.contains(&format!("did you mean `{meant}`?")),
                "{refusal}"
            );
        }
    }
    assert!(refused(&["show", "zzzzzzzz"]).contains("nonlin list"));
    assert!(refused(&["plto", "relu"]).contains("'plot'"));
    assert!(refused(&["list", "--jsno"]).contains("'--json'"));
}

#[test]
fn bad_input_is_refused_in_one_sentence() {
    let long = "x".repeat(100_000);
    let odd = "\x1b[31mred\u{7}\n";
    for name in [
        "",
        " ",
        "(",
        ")",
        "elu(",
        "elu)",
        "elu(alpha",
        "elu(alpha=)",
        "elu(alpha=x)",
        "elu(=1)",
        "elu(1,2)",
        "elu(alpha=1,alpha=2)",
        "elu(,)",
        "elu(beta=2)",
        "elu(alpha=nan)",
        "elu(alpha=inf)",
        "softplus(beta=0)",
        "softplus(beta=-1)",
        "hard_tanh(min=2,max=1)",
        "rrelu(slope=9)",
        "maxout(pieces=0)",
        "maxout(pieces=-1)",
        "maxout(pieces=1.5)",
        "maxout(1,2)",
        "softmax(1)",
        "glu(x)",
        "elu(alpha=1)(alpha=2)",
        "ＧＥＬＵ",
        "💥",
        "--",
        "../etc/passwd",
        odd,
        &long,
    ] {
        let shown = refused(&["show", name]);
        assert!(shown.len() < 1000 || name.len() > 1000, "{shown}");
        refused(&["eval", name, "1"]);
        refused(&["plot", name]);
    }
    for arguments in [
        &["show"][..],
        &["eval"],
        &["eval", "relu", "1", "--order", "3"],
        &["eval", "relu", "1", "--order", "-1"],
        &["eval", "relu", "1", "--dtype", "f8"],
        &["eval", "relu", "1", "--format", "oct"],
        &["eval", "relu", "x"],
        &["eval", "relu", "-x"],
        &["eval", "relu", ""],
        &["eval", "softmax", "1", "2", "--order", "1"],
        &["eval", "glu", "1", "2", "3"],
        &["eval", "maxout(pieces=2)", "1", "2", "3"],
        &["plot"],
        &["plot", "softmax"],
        &["plot", "relu", "--size", "0x0"],
        &["plot", "relu", "--size", "99999999999x1"],
        &["plot", "relu", "--from", "1", "--to", "1"],
        &["plot", "relu", "--from", "nan"],
        &["plot", "relu", "--to", "inf"],
        &["compare", "relu"],
        &["compare", "relu", "glu"],
        &["compare", "relu", "gelu", "--from", "2", "--to", "-2"],
        &["apply", "relu", "in.npy"],
        &["apply", "relu", "in.npy", "out.npy", "--axis", "x"],
        &["apply", "relu", "in.npy", "out.npy", "--axis", "1.5"],
        &["completions", "tcsh"],
        &["list", "extra"],
        &["frobnicate"],
        &["list", "--lang", "fr"],
    ] {
        refused(arguments);
    }
    let bare = nonlin().output().unwrap();
    assert_eq!(bare.status.code(), Some(2));
    assert!(String::from_utf8(bare.stderr).unwrap().contains("Usage"));
}

#[test]
fn the_names_of_the_functions_are_one_list() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names() {
        *seen.entry(name).or_default() += 1;
    }
    assert!(seen.values().all(|&count| count == 1), "{seen:?}");
}

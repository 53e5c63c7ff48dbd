//! `nonlin list`.

use crate::args::List;
use crate::catalogue::Subject;
use crate::console::{Console, padded, wrapped};
use crate::describe::{self, Setting};
use crate::failure::Failure;
use nonlin::card::Family;
use serde_json::{Value, json};

/// Columns before the formula: the longest name, the year, the gaps.
const BEFORE: usize = 22;

pub(crate) fn run(args: &List, console: &mut Console) -> Result<(), Failure> {
    let wanted = args.family.as_deref().map(family).transpose()?;
    let subjects: Vec<Subject> = Subject::all()
        .filter(|subject| wanted.is_none_or(|family| subject.card().family == family))
        .collect();
    if console.json {
        let all: Vec<Value> = subjects.iter().map(in_json).collect();
        return console.json(&Value::from(all));
    }
    let mut families: Vec<Family> = Vec::new();
    for subject in &subjects {
        let family = subject.card().family;
        if !families.contains(&family) {
            families.push(family);
        }
    }
    for (k, &family) in families.iter().enumerate() {
        if k > 0 {
            console.line("")?;
        }
        console.line(&console.heading(&capitalised(console.lang.of(family.text()))))?;
        for subject in subjects.iter().filter(|s| s.card().family == family) {
            entry(subject, console)?;
        }
    }
    Ok(())
}

fn entry(subject: &Subject, console: &mut Console) -> Result<(), Failure> {
    let card = subject.card();
    let indent = " ".repeat(BEFORE);
    let mut lines = wrapped(
        &describe::in_a_line(subject, console.lang),
        console.width - BEFORE,
        "",
    );
    if lines.is_empty() {
        lines.push(String::new());
    }
    let name = console.bold(&padded(card.name, BEFORE - 8));
    for (k, line) in lines.iter().enumerate() {
        match k {
            0 => console.line(format!("  {name}{:<6}{line}", card.year).trim_end())?,
            _ => console.line(&format!("{indent}{line}"))?,
        }
    }
    let settings: Vec<String> = describe::settings(subject)
        .iter()
        .map(Setting::equation)
        .collect();
    for line in wrapped(&settings.join(", "), console.width - BEFORE, "") {
        console.line(&format!("{indent}{}", console.dim(&line)))?;
    }
    Ok(())
}

fn in_json(subject: &Subject) -> Value {
    let card = subject.card();
    json!({
        "name": card.name,
        "kind": describe::kind(subject),
        "title": { "en": card.title.en, "zh": card.title.zh },
        "family": card.family.text().en,
        "year": card.year,
        "aliases": card.aliases.iter().map(|alias| alias.name).collect::<Vec<_>>(),
        "parameters": describe::settings(subject).iter().map(Setting::in_json).collect::<Vec<_>>(),
        "formula": describe::formula(subject).map(|printed| printed.value.text()),
        "summary": { "en": card.summary.en, "zh": card.summary.zh },
    })
}

/// The family of a name in either language; the spaces may be left out.
fn family(given: &str) -> Result<Family, Failure> {
    let plain = |text: &str| text.to_lowercase().replace([' ', '_', '-'], "");
    let mut families: Vec<Family> = Vec::new();
    for family in Subject::all().map(|subject| subject.card().family) {
        if !families.contains(&family) {
            families.push(family);
        }
    }
    let found = families.iter().find(|family| {
        let text = family.text();
        plain(text.en) == plain(given) || plain(text.zh) == plain(given)
    });
    found.copied().ok_or_else(|| {
        let names: Vec<String> = families
            .iter()
            .map(|family| format!("`{}`", family.text().en))
            .collect();
        let given: String = given.chars().filter(|c| !c.is_control()).take(60).collect();
        Failure::input(format!(
            "unknown family `{given}`; there are {}",
            names.join(", ")
        ))
    })
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

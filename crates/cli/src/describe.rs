//! What is said of a function in more than one command.

use crate::catalogue::Subject;
use crate::console::Lang;
use crate::json;
use crate::number::{self, Scalar};
use nonlin::card::{Text, text};
use nonlin::rows::RowFunction;
use nonlin::{Domain, Printed, profile, simple_fraction};
use serde_json::{Value, json};

/// A parameter with its value.
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) symbol: &'static str,
    pub(crate) value: f64,
    pub(crate) default: f64,
    pub(crate) domain: Text,
    pub(crate) doc: &'static str,
}

impl Setting {
    /// `α = alpha = 1`, or `min = −1` where the symbol is the name.
    pub(crate) fn equation(&self) -> String {
        let symbol = if self.symbol == self.name {
            String::new()
        } else {
            format!("{} = ", self.symbol)
        };
        format!("{symbol}{} = {}", self.name, plain(self.value))
    }

    pub(crate) fn in_json(&self) -> Value {
        json!({
            "name": self.name,
            "symbol": self.symbol,
            "value": json::number(self.value),
            "default": json::number(self.default),
            "domain": self.domain.en,
            "meaning": self.doc,
        })
    }
}

/// The parameters of a subject.
pub(crate) fn settings(subject: &Subject) -> Vec<Setting> {
    match subject {
        Subject::Function(f) => f
            .parameters()
            .into_iter()
            .map(|p| Setting {
                name: p.info.name,
                symbol: p.info.symbol,
                value: p.value,
                default: p.info.default,
                domain: domain(p.info.domain),
                doc: p.info.doc,
            })
            .collect(),
        Subject::Row(RowFunction::Maxout { pieces }) => vec![Setting {
            name: "pieces",
            symbol: "pieces",
            value: *pieces as f64,
            default: 2.0,
            domain: text("a whole number ≥ 1", "整数，≥ 1"),
            doc: "consecutive elements that share a result",
        }],
        _ => Vec::new(),
    }
}

fn domain(domain: Domain) -> Text {
    let zh = match domain {
        Domain::Finite => "有限",
        Domain::Positive => "> 0 且有限",
        Domain::NonNegative => "≥ 0 且有限",
    };
    text(domain.words(), zh)
}

/// The printed formula, where there is one.
pub(crate) fn formula(subject: &Subject) -> Option<Printed> {
    match subject {
        Subject::Function(f) => Some(f.formula()),
        _ => None,
    }
}

/// "function", "row function" or "gate".
pub(crate) fn kind(subject: &Subject) -> &'static str {
    match subject {
        Subject::Function(_) => "function",
        Subject::Row(_) => "row function",
        Subject::Gate(_) => "gate",
    }
}

/// The formula, or the first sentence of what is said of a subject that has none.
pub(crate) fn in_a_line(subject: &Subject, lang: Lang) -> String {
    formula(subject).map_or_else(
        || {
            let summary = lang.of(subject.card().summary);
            let end = [". ", "。"]
                .into_iter()
                .filter_map(|stop| summary.find(stop).map(|at| at + stop.trim_end().len()))
                .min();
            summary[..end.unwrap_or(summary.len())].to_owned()
        },
        |printed| printed.value.text(),
    )
}

/// A number as in running text: simple fractions as such, else at most eight digits.
pub(crate) fn plain(x: f64) -> String {
    let decimal = x.decimal();
    match simple_fraction(x) {
        Some((p, q)) if decimal.len() > 7 => format!("{}/{q}", profile::number(p.into())),
        _ => rounded(x),
    }
}

/// A number as in running text, of at most eight digits.
pub(crate) fn rounded(x: f64) -> String {
    let short = number::short(x, 8).parse().unwrap_or(x);
    profile::number(short).to_string()
}

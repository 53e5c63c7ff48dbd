//! What the full test of all claims found, from `record/claims.json`, which `nonlin claims run --all --json` prints.

use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

const RECORD: &str = "record/claims.json";

/// A claim of the record.
struct Row {
    id: String,
    sentence: String,
    experiment: String,
    verdict: String,
    because: String,
    /// The deciding figure with its interval and p.
    figure: String,
}

/// The table that the advisor reads, and the page for readers.
pub(crate) struct Made {
    pub(crate) code: String,
    pub(crate) page: String,
}

/// Makes both from the record.
pub(crate) fn make(root: &Path) -> Result<Made, String> {
    let text = std::fs::read_to_string(root.join(RECORD)).map_err(|e| format!("{RECORD}: {e}"))?;
    let record: Value = serde_json::from_str(&text).map_err(|e| format!("{RECORD}: {e}"))?;
    if record["quick"] != Value::Bool(false) {
        return Err(format!(
            "{RECORD} is of a quick look, and only a full test counts"
        ));
    }
    let rows: Vec<Row> = record["claims"]
        .as_array()
        .ok_or(format!("{RECORD} lists no claims"))?
        .iter()
        .map(row)
        .collect::<Result<_, _>>()?;
    Ok(Made {
        code: code(&rows),
        page: page(&rows),
    })
}

fn row(claim: &Value) -> Result<Row, String> {
    let id = claim["id"]
        .as_str()
        .ok_or(format!("{RECORD}: a claim without a number"))?;
    let text = |value: &Value, what: &str| match value.as_str() {
        Some(text) => Ok(text.to_owned()),
        None => Err(format!("{RECORD}: {id} has no {what}")),
    };
    let finding = &claim["finding"];
    Ok(Row {
        id: id.to_owned(),
        sentence: text(&claim["sentence"], "sentence")?,
        experiment: text(&claim["experiment"], "experiment")?,
        verdict: text(&finding["verdict"], "verdict")?.replace('_', " "),
        because: text(&finding["because"], "reason")?,
        figure: figure(&finding["figures"][0]),
    })
}

/// "accuracy, swish − relu, points: 0.91 [−0.07, 2.85], p = 0.04"; nothing where there is no figure.
fn figure(figure: &Value) -> String {
    let Some(what) = figure["what"].as_str() else {
        return String::new();
    };
    let mut text = format!("{what}: {}", number(&figure["value"]));
    let interval = &figure["interval"];
    if interval.is_object() {
        let _ = write!(
            text,
            " [{}, {}]",
            number(&interval["low"]),
            number(&interval["high"])
        );
    }
    match figure["p"].as_f64() {
        Some(p) if p < 1e-4 => text += ", p < 0.0001",
        Some(p) => {
            let _ = write!(text, ", p = {}", short(p));
        }
        None => {}
    }
    text
}

fn number(value: &Value) -> String {
    match (value.as_f64(), value.as_str()) {
        (Some(number), _) => short(number),
        (_, text) => text.unwrap_or("none").to_owned(),
    }
}

/// Three significant digits.
fn short(value: f64) -> String {
    if value == 0.0 || (1e-3..1e4).contains(&value.abs()) {
        let before = if value == 0.0 {
            0
        } else {
            value.abs().log10().floor() as i32
        };
        let digits = (2 - before).max(0) as usize;
        let text = format!("{value:.digits$}");
        match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => text,
        }
    } else {
        format!("{value:.2e}")
    }
}

fn code(rows: &[Row]) -> String {
    let mut out = format!(
        "//! What the full test of all claims found. Made by `cargo xtask gen` from `{RECORD}`.\n\n\
         use crate::advice::Claim;\n\n\
         pub(crate) const CLAIMS: &[Claim] = &[\n"
    );
    for row in rows {
        let _ = writeln!(
            out,
            "    Claim {{\n        id: {:?},\n        sentence: {:?},\n        verdict: {:?},\n        because: {:?},\n    }},",
            row.id, row.sentence, row.verdict, row.because
        );
    }
    out + "];\n"
}

fn page(rows: &[Row]) -> String {
    let mut out = format!(
        "# What textbooks say, put to the test\n\n\
         Fifty sentences about activation functions from textbooks and study articles, each with an experiment that decides it. \
         `nonlin claims run --all` makes them all again (little more than an hour on two cores), `nonlin claims run C9` one of them with a page of all figures and charts; \
         the numbers are the same to the bit on a machine of the same kind, but for C41, which is a timing. \
         This page is made by `cargo xtask gen` from [`{RECORD}`](../{RECORD}), which holds every figure.\n\n\
         Every function chooses its learning rate from the same grid, on validation rows and other seeds; ten seeds fix starting \
         weights and the order of rows, and functions are compared seed by seed: Wilcoxon's signed-rank test, the log-rank test for \
         epochs, Holm's method over the comparisons of a claim, bootstrapped 95 % intervals. *Not resolved* means that the evidence \
         is too weak either way. What came out holds of networks of this size on these data, and of no others for certain.\n\n"
    );
    let count = |verdict: &str| rows.iter().filter(|row| row.verdict == verdict).count();
    let counts: Vec<String> = ["confirmed", "refuted", "not resolved", "source error"]
        .iter()
        .map(|verdict| format!("{} {verdict}", count(verdict)))
        .collect();
    let _ = writeln!(
        out,
        "{}.\n\n| | claim | experiment | verdict | what came out | deciding figure |\n|---|---|---|---|---|---|",
        counts.join(", ")
    );
    let cell = |text: &str| text.replace('|', "\\|");
    for row in rows {
        let _ = writeln!(
            out,
            "| {} | {} | {} | **{}** | {} | {} |",
            row.id,
            cell(&row.sentence),
            cell(&row.experiment),
            row.verdict,
            cell(&row.because),
            cell(&row.figure)
        );
    }
    out
}

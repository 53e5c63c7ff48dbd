//! A page for each claim, and one that lists them.

use super::{Setting, Tested};
use crate::error::Error;
use crate::report::{escape, put};
use std::fmt::Write;

const STYLE: &str = include_str!("../report.css");
/// Sentences want lines, where the report's tables hold numbers.
const SENTENCES: &str = "tbody td, tbody th { white-space: normal; text-align: left; vertical-align: top; font-weight: 400; }\n\
     thead th { text-align: left; max-width: none; }\ntd.number { white-space: nowrap; }\n";

/// Writes a claim's page, `C9.html`.
pub(super) fn write(claim: &Tested, setting: &Setting) -> Result<(), Error> {
    let page = page(claim, setting);
    put(&setting.out.join(format!("{}.html", claim.id)), &page)
}

/// Writes `index.html`.
pub(super) fn write_index(tested: &[Tested], setting: &Setting) -> Result<(), Error> {
    put(&setting.out.join("index.html"), &index(tested, setting))
}

fn frame(title: &str, lead: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}{SENTENCES}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n<p class=\"lead\">{lead}</p>\n\
         </header>\n<main>\n{body}</main>\n<footer>nonlin {}</footer>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// The verdict in words; "not tested" where data are missing.
pub(crate) fn verdict(tested: &Tested) -> &'static str {
    tested
        .finding
        .as_ref()
        .map_or("not tested", |finding| finding.verdict.name())
}

/// A number with four significant digits, and no more zeros than it needs.
pub fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    if !value.is_finite() {
        return if value.is_nan() {
            "none".into()
        } else {
            format!("{value}")
        };
    }
    if !(1e-3..1e5).contains(&value.abs()) {
        return format!("{value:.2e}");
    }
    let digits = (3 - value.abs().log10().floor() as i32).max(0) as usize;
    let text = format!("{value:.digits$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// "p < 0.0001", or the number.
pub(crate) fn p_text(p: f64) -> String {
    if p < 1e-4 {
        "< 0.0001".into()
    } else {
        format!("{p:.4}")
    }
}

/// The table of all claims as plain text of this width: verdict, sentence, experiment, what came out, deciding figure with its
/// interval.
pub fn table(tested: &[Tested], width: usize) -> String {
    let mut text = String::new();
    for claim in tested {
        let _ = writeln!(
            text,
            "{:<4} {:<13} {}",
            claim.id,
            verdict(claim),
            claim.sentence
        );
        let indent = " ".repeat(19);
        text += &filled(&format!("Tested: {}", claim.experiment), width, &indent);
        let because = match (&claim.finding, &claim.problem) {
            (Some(finding), _) => finding.because.as_str(),
            (None, problem) => problem.as_deref().unwrap_or(""),
        };
        text += &filled(because, width, &indent);
        if let Some(figure) = claim
            .finding
            .as_ref()
            .and_then(|finding| finding.figures.first())
        {
            let interval = figure.interval.map_or(String::new(), |i| {
                format!(" [{}, {}]", short(i.low), short(i.high))
            });
            let p = figure.p.map_or(String::new(), |p| match p_text(p) {
                p if p.starts_with('<') => format!(", p {p}"),
                p => format!(", p = {p}"),
            });
            text += &filled(
                &format!("{}: {}{interval}{p}", figure.what, short(figure.value)),
                width,
                &indent,
            );
        }
    }
    text
}

/// Words in lines of this width, each behind an indent.
fn filled(text: &str, width: usize, indent: &str) -> String {
    let room = width.saturating_sub(indent.len()).max(20);
    let (mut lines, mut line) = (String::new(), String::new());
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
            let _ = writeln!(lines, "{indent}{line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line += word;
    }
    if !line.is_empty() {
        let _ = writeln!(lines, "{indent}{line}");
    }
    lines
}

fn page(claim: &Tested, setting: &Setting) -> String {
    let mut body = String::new();
    let lead = format!("Verdict: <strong>{}</strong>.", verdict(claim));
    let _ = write!(
        body,
        "<section><h2>How it was tested</h2>\n<p>{}{}</p>\n",
        escape(claim.experiment),
        if setting.quick {
            " This was a quick look: fewer seeds, rates and epochs."
        } else {
            ""
        }
    );
    if !claim.articles.is_empty() {
        let _ = writeln!(body, "<p>Said in {}.</p>", claim.articles.join(", "));
    }
    body += "</section>\n";
    if let Some(problem) = &claim.problem {
        let _ = writeln!(
            body,
            "<section><h2>Not tested</h2>\n<p>{}</p></section>",
            escape(problem)
        );
    }
    if let Some(finding) = &claim.finding {
        let _ = write!(
            body,
            "<section><h2>What came out</h2>\n<p>{}</p>\n",
            escape(&finding.because)
        );
        body += "<div class=\"wide\"><table>\n<thead><tr><th>figure</th><th>value</th><th>95 % interval</th><th>p</th></tr></thead>\n<tbody>\n";
        for figure in &finding.figures {
            let interval = figure.interval.map_or(String::new(), |i| {
                format!("{} to {}", short(i.low), short(i.high))
            });
            let p = figure.p.map_or(String::new(), p_text);
            let _ = writeln!(
                body,
                "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{interval}</td><td class=\"number\">{}</td></tr>",
                escape(&figure.what),
                short(figure.value),
                escape(&p)
            );
        }
        body += "</tbody>\n</table></div></section>\n";
        for chart in &finding.charts {
            let _ = writeln!(body, "<figure>{}</figure>", chart.svg());
        }
    }
    body += "<p><a href=\"index.html\">All claims</a></p>\n";
    frame(
        &format!("{} {}", claim.id, escape(claim.sentence)),
        &lead,
        &body,
    )
}

fn index(tested: &[Tested], setting: &Setting) -> String {
    let mut body = String::from(
        "<div class=\"wide\"><table>\n<thead><tr><th></th><th>claim</th><th>verdict</th><th>because</th></tr></thead>\n<tbody>\n",
    );
    for claim in tested {
        let because = match (&claim.finding, &claim.problem) {
            (Some(finding), _) => finding.because.as_str(),
            (None, problem) => problem.as_deref().unwrap_or(""),
        };
        let _ = writeln!(
            body,
            "<tr><th scope=\"row\"><a href=\"{id}.html\">{id}</a></th><td>{}</td><td class=\"number\">{}</td><td>{}</td></tr>",
            escape(claim.sentence),
            verdict(claim),
            escape(because),
            id = claim.id,
        );
    }
    body += "</tbody>\n</table></div>\n";
    let lead = if setting.quick {
        "A quick look: fewer seeds, rates and epochs than a full test, so that less can be told apart."
    } else {
        "Every sentence with its experiment, its figures and its verdict."
    };
    frame("What textbooks say about activation functions", lead, &body)
}

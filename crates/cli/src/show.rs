//! `nonlin show`.

use crate::args::{Notation, Order, Show};
use crate::catalogue::{self, Subject};
use crate::console::{Console, Lang, padded, wrapped};
use crate::curve;
use crate::describe::{self, plain};
use crate::failure::Failure;
use crate::json;
use crate::plot;
use nonlin::card::Text;
use nonlin::claims;
use nonlin::profile::{Bound, Profile};
use nonlin::{Function, Math};
use nonlin_plot::Figure;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

pub(crate) fn run(args: &Show, console: &mut Console) -> Result<(), Failure> {
    let subject = Subject::find(&args.name)?;
    if let Some(notation) = args.formula {
        return formula_alone(&subject, notation, args.order, console);
    }
    if console.json {
        return console.json(&in_json(&subject));
    }
    head(&subject, console)?;
    if let Subject::Function(function) = subject {
        formulas(&function, console)?;
        parameters(&subject, console)?;
        figure(function, console)?;
        properties(&function, console)?;
    } else {
        parameters(&subject, console)?;
    }
    let card = subject.card();
    let lang = console.lang;
    list(
        lang.pick("Strengths", "优点"),
        "+ ",
        card.strengths,
        console,
    )?;
    list(lang.pick("Limits", "局限"), "− ", card.limits, console)?;
    list(lang.pick("Uses", "用途"), "· ", card.uses, console)?;
    papers(&subject, console)?;
    dialects(&subject, console)
}

/// Nothing but the formula, for a document or another program.
fn formula_alone(
    subject: &Subject,
    notation: Notation,
    order: Order,
    console: &mut Console,
) -> Result<(), Failure> {
    let Some(printed) = describe::formula(subject) else {
        return Err(Failure::input(format!(
            "{subject} is a {} and has no formula of one argument; `nonlin show {subject}` says in words what it is",
            describe::kind(subject)
        )));
    };
    let math = match order {
        Order::Value => printed.value,
        _ => printed.derivative,
    };
    if console.json {
        return console.json(&math_in_json(&math));
    }
    console.line(&match notation {
        Notation::Text => math.text(),
        Notation::Latex => math.latex(),
        Notation::Mathml => math.mathml(),
    })
}

fn head(subject: &Subject, console: &mut Console) -> Result<(), Failure> {
    let card = subject.card();
    let lang = console.lang;
    let title = lang.of(card.title);
    let name = subject.to_string();
    let left = if title.to_lowercase() == name {
        name.clone()
    } else {
        format!("{name}  {title}")
    };
    let right = format!("{}, {}", lang.of(card.family.text()), card.year);
    let gap = console
        .width
        .saturating_sub(left.width() + right.width())
        .max(2);
    let shown = left.replacen(&name, &console.bold(&name), 1);
    console.line(&format!(
        "{shown}{}{}",
        " ".repeat(gap),
        console.dim(&right)
    ))?;
    if !card.aliases.is_empty() {
        let names: Vec<String> = card
            .aliases
            .iter()
            .map(|alias| {
                let at: Vec<String> = alias
                    .parameters
                    .iter()
                    .map(|(name, value)| format!("{name} = {}", plain(*value)))
                    .collect();
                if at.is_empty() {
                    alias.name.to_owned()
                } else {
                    format!("{} ({})", alias.name, at.join(", "))
                }
            })
            .collect();
        let label = lang.pick("also ", "别名：");
        let text = format!("{label}{}", names.join(lang.pick(", ", "、")));
        for line in wrapped(&text, console.width, "  ") {
            console.line(&console.dim(&line))?;
        }
    }
    let summary = lang.of(card.summary);
    if !summary.is_empty() {
        console.line("")?;
        for line in wrapped(summary, console.width, "") {
            console.line(&line)?;
        }
    }
    Ok(())
}

fn heading(title: &str, console: &mut Console) -> Result<(), Failure> {
    console.line("")?;
    console.line(&console.heading(title))
}

fn formulas(function: &Function, console: &mut Console) -> Result<(), Failure> {
    heading(console.lang.pick("Formula", "公式"), console)?;
    let printed = function.formula();
    let mut notes: Vec<String> = Vec::new();
    for (label, math) in [
        ("φ(x)  = ", &printed.value),
        ("φ′(x) = ", &printed.derivative),
    ] {
        for line in wrapped(
            &format!("{label}{}", math.text()),
            console.width - 2,
            "        ",
        ) {
            console.line(&format!("  {line}"))?;
        }
        for note in math.notes() {
            let note = note.text();
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
    let where_ = console.lang.pick("where   ", "其中    ");
    for (k, note) in notes.iter().enumerate() {
        let label = if k == 0 { where_ } else { "        " };
        console.line(&format!("  {}{note}", console.dim(label)))?;
    }
    Ok(())
}

fn parameters(subject: &Subject, console: &mut Console) -> Result<(), Failure> {
    let settings = describe::settings(subject);
    if settings.is_empty() {
        return Ok(());
    }
    heading(console.lang.pick("Parameters", "参数"), console)?;
    for setting in settings {
        let default = match setting.value == setting.default {
            true => console.lang.pick(", the default", "（默认值）").to_owned(),
            false => format!(
                "{}{}",
                console.lang.pick(", default ", "，默认值 "),
                plain(setting.default)
            ),
        };
        let text = match console.lang {
            Lang::En => format!(
                "{}{default}: {} ({})",
                setting.equation(),
                setting.doc,
                setting.domain.en
            ),
            Lang::Zh => format!(
                "{}{default}：{}（{}）",
                setting.equation(),
                setting.doc,
                setting.domain.zh
            ),
        };
        for line in wrapped(&text, console.width - 2, "  ") {
            console.line(&format!("  {line}"))?;
        }
    }
    Ok(())
}

/// Value and derivative in one picture.
fn figure(function: Function, console: &mut Console) -> Result<(), Failure> {
    let range = crate::args::Range {
        from: None,
        to: None,
    };
    let (from, to) = plot::bounds(&range, &[function], 5.0)?;
    let special = catalogue::kinks(function);
    let points =
        |order: Order| curve::sample(|x| curve::at(function, order, x), from, to, &special);
    let figure = Figure::new("")
        .x_label("x")
        .x_range(from, to)
        .line(Order::Value.label(), points(Order::Value))
        .dashed(Order::Derivative.label(), points(Order::Derivative));
    console.line("")?;
    let text = figure.terminal(console.width, 20, console.color);
    console.print(&text)
}

fn properties(function: &Function, console: &mut Console) -> Result<(), Failure> {
    let lang = console.lang;
    heading(lang.pick("Properties", "性质"), console)?;
    let findings = claims::check(function);
    let rows = claims::in_words(&function.profile());
    let width = rows
        .iter()
        .map(|(kind, _)| lang.of(kind.text()).width())
        .max()
        .unwrap_or(0)
        + 2;
    let indent = " ".repeat(width + 2);
    for (kind, words) in rows {
        let value = lang.pick(&words.en, &words.zh);
        let holds = findings
            .iter()
            .filter(|finding| finding.kind == kind)
            .all(|finding| finding.holds);
        let text = format!(
            "{} {}{value}",
            if holds { '✓' } else { '✗' },
            padded(lang.of(kind.text()), width)
        );
        for line in wrapped(&text, console.width - 2, &indent) {
            console.line(&format!("  {line}"))?;
        }
    }
    let legend = match lang {
        Lang::En => "✓ checked against the kernels just now",
        Lang::Zh => "✓ 刚刚用计算核检验过",
    };
    console.line(&format!("  {}", console.dim(legend)))?;
    for finding in findings.iter().filter(|finding| !finding.holds) {
        for line in wrapped(
            &format!("✗ {}: {}", finding.statement, finding.evidence),
            console.width - 2,
            "  ",
        ) {
            console.line(&format!("  {line}"))?;
        }
    }
    Ok(())
}

fn list(title: &str, mark: &str, items: &[Text], console: &mut Console) -> Result<(), Failure> {
    if items.is_empty() {
        return Ok(());
    }
    heading(title, console)?;
    for item in items {
        let text = format!("{mark}{}", console.lang.of(*item));
        for line in wrapped(&text, console.width - 2, "  ") {
            console.line(&format!("  {line}"))?;
        }
    }
    Ok(())
}

fn papers(subject: &Subject, console: &mut Console) -> Result<(), Failure> {
    let papers = subject.card().papers;
    if papers.is_empty() {
        return Ok(());
    }
    heading(console.lang.pick("Papers", "论文"), console)?;
    for paper in papers {
        let text = format!(
            "{} ({}), {}, {}",
            paper.authors, paper.year, paper.title, paper.venue
        );
        for line in wrapped(&text, console.width - 2, "    ") {
            console.line(&format!("  {line}"))?;
        }
    }
    Ok(())
}

fn dialects(subject: &Subject, console: &mut Console) -> Result<(), Failure> {
    let dialects = subject.card().dialects;
    if dialects.is_empty() {
        return Ok(());
    }
    heading(console.lang.pick("Elsewhere", "各框架中的写法"), console)?;
    let width = dialects
        .iter()
        .map(|d| d.framework.width())
        .max()
        .unwrap_or(0)
        + 2;
    let indent = " ".repeat(width);
    for dialect in dialects {
        let text = format!("{}{}", padded(dialect.framework, width), dialect.call);
        for line in wrapped(&text, console.width - 2, &indent) {
            console.line(&format!("  {line}"))?;
        }
        for line in wrapped(dialect.differs, console.width - width - 2, "") {
            console.line(&format!("  {indent}{}", console.dim(&line)))?;
        }
    }
    Ok(())
}

fn math_in_json(math: &Math) -> Value {
    json!({
        "text": math.text(),
        "latex": math.latex(),
        "mathml": math.mathml(),
        "notes": math.notes().iter().map(|note| note.text()).collect::<Vec<_>>(),
    })
}

fn in_json(subject: &Subject) -> Value {
    let card = subject.card();
    let text = |text: Text| json!({ "en": text.en, "zh": text.zh });
    let texts = |all: &[Text]| all.iter().map(|&t| text(t)).collect::<Vec<_>>();
    let printed = describe::formula(subject);
    json!({
        "text": subject.to_string(),
        "name": card.name,
        "kind": describe::kind(subject),
        "title": text(card.title),
        "family": text(card.family.text()),
        "year": card.year,
        "aliases": card.aliases.iter().map(|alias| {
            let parameters: serde_json::Map<String, Value> =
                alias.parameters.iter().map(|(name, value)| ((*name).to_owned(), json::number(*value))).collect();
            json!({ "name": alias.name, "parameters": parameters })
        }).collect::<Vec<_>>(),
        "parameters": describe::settings(subject).iter().map(describe::Setting::in_json).collect::<Vec<_>>(),
        "summary": text(card.summary),
        "value": printed.as_ref().map(|printed| math_in_json(&printed.value)),
        "derivative": printed.as_ref().map(|printed| math_in_json(&printed.derivative)),
        "profile": match subject {
            Subject::Function(function) => profile_in_json(&function.profile()),
            _ => Value::Null,
        },
        "claims": match subject {
            Subject::Function(function) => claims::check(function).into_iter().map(|finding| json!({
                "kind": finding.kind.text().en, "statement": finding.statement,
                "holds": finding.holds, "evidence": finding.evidence,
            })).collect(),
            _ => Value::Null,
        },
        "strengths": texts(card.strengths),
        "limits": texts(card.limits),
        "uses": texts(card.uses),
        "papers": card.papers.iter().map(|paper| json!({
            "authors": paper.authors, "title": paper.title, "year": paper.year, "venue": paper.venue,
        })).collect::<Vec<_>>(),
        "dialects": card.dialects.iter().map(|dialect| json!({
            "framework": dialect.framework, "call": dialect.call, "differs": dialect.differs,
        })).collect::<Vec<_>>(),
    })
}

fn profile_in_json(profile: &Profile) -> Value {
    let bound =
        |bound: Bound| json!({ "value": json::number(bound.value), "attained": bound.attained });
    json!({
        "range": { "low": bound(profile.range.0), "high": bound(profile.range.1) },
        "limits": { "left": json::number(profile.limits.0), "right": json::number(profile.limits.1) },
        "monotonicity": profile.monotonicity.text().en,
        "parity": profile.parity.text().en,
        "convexity": profile.convexity.text().en,
        "smoothness": profile.smoothness.text().en,
        "kinks": profile.kinks.iter().map(|kink| json!({
            "at": json::number(kink.at), "left": json::number(kink.left),
            "right": json::number(kink.right), "taken": json::number(kink.taken),
        })).collect::<Vec<_>>(),
        "derivative_at_zero": json::number(profile.derivative_at_zero),
        "zero_centred": profile.zero_centred,
        "lipschitz": json::number(profile.lipschitz),
        "saturation": {
            "low": profile.saturation.low.map(json::number),
            "high": profile.saturation.high.map(json::number),
        },
        "landmarks": profile.landmarks.iter().map(|mark| json!({
            "kind": mark.kind.text().en, "x": json::number(mark.x), "y": json::number(mark.y),
        })).collect::<Vec<_>>(),
    })
}

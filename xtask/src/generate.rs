//! `cargo xtask gen`: every document that repeats what the code knows is made from the code.

use nonlin::card::{Card, Text};
use nonlin::claims;
use nonlin::gates::Gate;
use nonlin::rows::RowFunction;
use nonlin::{Function, NoteKind};
use nonlin_plot::Figure;
use std::fmt::Write as _;
use std::path::Path;

/// A language of the documents.
#[derive(Clone, Copy, PartialEq)]
enum Language {
    English,
    Chinese,
}

impl Language {
    fn of(self, text: Text) -> &'static str {
        self.pick(text.en, text.zh)
    }

    fn pick(self, en: &'static str, zh: &'static str) -> &'static str {
        match self {
            Language::English => en,
            Language::Chinese => zh,
        }
    }
}

/// Makes every generated file, or with `check` only compares.
pub(crate) fn all(root: &Path, check: bool) -> Result<(), String> {
    let mut stale = Vec::new();
    let mut put = |path: &str, text: String| -> Result<(), String> {
        let file = root.join(path);
        if std::fs::read_to_string(&file).is_ok_and(|old| old == text) {
            return Ok(());
        }
        stale.push(path.to_owned());
        if check {
            return Ok(());
        }
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        std::fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
        println!("made    {path}");
        Ok(())
    };
    put("golden/bits.tsv", nonlin_oracle::bits::table())?;
    if let Some(page) = crate::accuracy::page(root)? {
        put("docs/accuracy.md", page)?;
    }
    let claims = crate::claims::make(root)?;
    put("crates/advisor/src/claims.rs", claims.code)?;
    put("docs/claims.md", claims.page)?;
    put("docs/activations.svg", picture())?;
    put("docs/functions.md", functions(Language::English))?;
    put("docs/functions.zh-CN.md", functions(Language::Chinese))?;
    for (path, language) in [
        ("README.md", Language::English),
        ("README.zh-CN.md", Language::Chinese),
    ] {
        let old = std::fs::read_to_string(root.join(path)).map_err(|e| format!("{path}: {e}"))?;
        put(path, between_marks(path, &old, &table(language))?)?;
    }
    match (check, stale.as_slice()) {
        (true, [_, ..]) => Err(format!(
            "out of date: {}; run `cargo xtask gen`",
            stale.join(", ")
        )),
        _ => Ok(()),
    }
}

/// The text with what stands between the two marks replaced.
fn between_marks(path: &str, text: &str, table: &str) -> Result<String, String> {
    const BEGIN: &str = "<!-- functions: made by `cargo xtask gen` -->\n";
    const END: &str = "<!-- end of functions -->";
    let (head, rest) = text
        .split_once(BEGIN)
        .ok_or_else(|| format!("{path} lacks the mark {}", BEGIN.trim()))?;
    let (_, tail) = rest
        .split_once(END)
        .ok_or_else(|| format!("{path} lacks the mark {END}"))?;
    Ok(format!("{head}{BEGIN}{table}{END}{tail}"))
}

/// A cell of a table: pipes would end it.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// The README's table.
fn table(language: Language) -> String {
    let mut out = language
        .pick(
            "| name | formula | range | derivative at 0 | largest slope | year |\n|---|---|---|---|---|---|\n",
            "| 名称 | 公式 | 值域 | 0 处导数 | 最大斜率 | 年份 |\n|---|---|---|---|---|---|\n",
        )
        .to_owned();
    for f in Function::all() {
        let profile = f.profile();
        let words = claims::in_words(&profile);
        let claim = |wanted: claims::ClaimKind| {
            words
                .iter()
                .find(|(kind, _)| *kind == wanted)
                .map_or("", |(_, words)| words.en.as_str())
        };
        let page = language.pick("docs/functions.md", "docs/functions.zh-CN.md");
        let _ = writeln!(
            out,
            "| [`{name}`]({page}#{name}) | {} | {} | {} | {} | {} |",
            cell(&formula(&f)),
            claim(claims::ClaimKind::Range),
            claim(claims::ClaimKind::DerivativeAtZero),
            claim(claims::ClaimKind::Lipschitz),
            f.card().year,
            name = f.name(),
        );
    }
    let others: Vec<String> = other_cards()
        .map(|card| {
            let page = language.pick("docs/functions.md", "docs/functions.zh-CN.md");
            format!("[`{name}`]({page}#{name})", name = card.name)
        })
        .collect();
    let _ = writeln!(
        out,
        "\n{}{}",
        language.pick("Of more than one argument: ", "多元函数："),
        others.join(language.pick(", ", "、"))
    );
    out
}

/// The formula with the values that its symbols have.
fn formula(f: &Function) -> String {
    let value = f.formula().value;
    let mut text = value.text();
    for note in value.notes() {
        if matches!(note.kind, NoteKind::Parameter | NoteKind::Constant) {
            text += "; ";
            text += &note.text();
        }
    }
    text
}

/// The cards of row functions and gates.
fn other_cards() -> impl Iterator<Item = &'static Card> {
    RowFunction::all()
        .map(|f| f.card())
        .chain(Gate::all().map(|g| g.card()))
}

/// A page with every function.
fn functions(language: Language) -> String {
    let mut out = language
        .pick(
            "# Activation functions\n\nMade by `cargo xtask gen` from the code; every property is checked by a test.\n",
            "# 激活函数\n\n本页由 `cargo xtask gen` 从代码生成；每条性质都有测试验证。\n",
        )
        .to_owned();
    for f in Function::all() {
        let card = f.card();
        heading(&mut out, language, card);
        let printed = f.formula();
        let _ = writeln!(out, "\n- φ(x) = {}", printed.value.text());
        let _ = writeln!(out, "- φ′(x) = {}", printed.derivative.text());
        let mut notes: Vec<String> = Vec::new();
        for note in printed
            .value
            .notes()
            .iter()
            .chain(&printed.derivative.notes())
        {
            if !notes.contains(&note.text()) {
                notes.push(note.text());
            }
        }
        if !notes.is_empty() {
            let _ = writeln!(
                out,
                "- {}{}",
                language.pick("where ", "其中 "),
                notes.join(language.pick(", ", "，"))
            );
        }
        for parameter in f.parameters() {
            let info = parameter.info;
            let _ = writeln!(
                out,
                "- {} `{}` ({}): {}; {} {}",
                language.pick("parameter", "参数"),
                info.name,
                info.symbol,
                info.doc,
                language.pick("default", "默认值"),
                match nonlin::simple_fraction(info.default) {
                    Some((p, q)) if q > 10 || q % 3 == 0 => format!("{p}/{q}"),
                    _ => info.default.to_string(),
                }
            );
        }
        let _ = writeln!(out, "\n{}", language.pick("Properties:", "性质："));
        for (kind, words) in claims::in_words(&f.profile()) {
            let _ = match language {
                Language::English => writeln!(out, "- {}: {}", kind.text().en, words.en),
                Language::Chinese => writeln!(out, "- {}：{}", kind.text().zh, words.zh),
            };
        }
        rest(&mut out, language, card);
    }
    for card in other_cards() {
        heading(&mut out, language, card);
        rest(&mut out, language, card);
    }
    out
}

fn heading(out: &mut String, language: Language, card: &Card) {
    let _ = writeln!(
        out,
        "\n<a id=\"{}\"></a>\n## {} (`{}`)\n",
        card.name,
        language.of(card.title),
        card.name
    );
    let _ = writeln!(out, "{}", language.of(card.summary));
}

fn rest(out: &mut String, language: Language, card: &Card) {
    for (title, sentences) in [
        (language.pick("Strengths:", "优点："), card.strengths),
        (language.pick("Limits:", "局限："), card.limits),
        (language.pick("Used:", "用途："), card.uses),
    ] {
        if !sentences.is_empty() {
            let _ = writeln!(out, "\n{title}");
            for sentence in sentences {
                let _ = writeln!(out, "- {}", language.of(*sentence));
            }
        }
    }
    if !card.papers.is_empty() {
        let _ = writeln!(out, "\n{}", language.pick("Papers:", "论文："));
        for paper in card.papers {
            let _ = writeln!(
                out,
                "- {} ({}). {}. {}.",
                paper.authors, paper.year, paper.title, paper.venue
            );
        }
    }
    if !card.dialects.is_empty() {
        let _ = writeln!(
            out,
            "\n{}",
            language.pick(
                "| framework | call | differs |\n|---|---|---|",
                "| 框架 | 写法 | 差异 |\n|---|---|---|"
            )
        );
        for dialect in card.dialects {
            let _ = writeln!(
                out,
                "| {} | `{}` | {} |",
                dialect.framework,
                dialect.call,
                cell(dialect.differs)
            );
        }
    }
}

/// The README's picture: twelve functions and their derivatives.
fn picture() -> String {
    let names = [
        "sigmoid",
        "tanh",
        "relu",
        "leaky_relu",
        "elu",
        "selu",
        "softplus",
        "swish",
        "gelu",
        "mish",
        "hard_swish",
        "sine",
    ];
    let figures: Vec<Figure> = names
        .into_iter()
        .filter_map(|name| name.parse::<Function>().ok())
        .map(|f| {
            // At a kink the derivative's curve ends and begins anew, which a point without a value says.
            let kinks = f.profile().kinks;
            let points = |order: u8| {
                let kinks = if order == 0 {
                    Vec::new()
                } else {
                    kinks.clone()
                };
                (-500..=500)
                    .map(|i| f64::from(i) / 100.0)
                    .flat_map(move |x| match kinks.iter().find(|kink| kink.at == x) {
                        Some(kink) => vec![(x, kink.left), (x, f64::NAN), (x, kink.right)],
                        None if order == 0 => vec![(x, f.value_at(x))],
                        None => vec![(x, f.derivative_at(x))],
                    })
            };
            Figure::new(f.name())
                .size(300, 220)
                .x_range(-5.0, 5.0)
                .line("φ", points(0))
                .dashed("φ′", points(1))
        })
        .collect();
    Figure::grid(&figures, 4)
}

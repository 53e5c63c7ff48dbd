//! Where results go, and how they should look there.

use crate::failure::Failure;
use nonlin::card::Text;
use std::io::{self, BufWriter, IsTerminal, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// A language of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Lang {
    /// English
    En,
    /// 中文
    Zh,
}

impl Lang {
    /// The language of the environment: Chinese where the locale says so, else English.
    pub(crate) fn of_environment() -> Lang {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty());
        match locale {
            Some(locale) if locale.starts_with("zh") => Lang::Zh,
            _ => Lang::En,
        }
    }

    /// The text in this language.
    pub(crate) fn of(self, text: Text) -> &'static str {
        match self {
            Lang::En => text.en,
            Lang::Zh => text.zh,
        }
    }

    /// One of two texts.
    pub(crate) fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

/// Standard output, with what is known about it.
pub(crate) struct Console {
    out: BufWriter<io::Stdout>,
    /// Whether escape codes are welcome.
    pub(crate) color: bool,
    /// Columns of the terminal; 80 where there is none.
    pub(crate) width: usize,
    /// Whether a machine reads.
    pub(crate) json: bool,
    /// The language of what a person reads.
    pub(crate) lang: Lang,
}

impl Console {
    pub(crate) fn new(color: Color, json: bool, lang: Option<Lang>) -> Console {
        let stdout = io::stdout();
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never,
        };
        let width = stdout
            .is_terminal()
            .then(|| terminal_size::terminal_size_of(&stdout))
            .flatten()
            .map_or(80, |(width, _)| usize::from(width.0).clamp(40, 110));
        Console {
            out: BufWriter::new(stdout),
            color,
            width,
            json,
            lang: lang.unwrap_or_else(Lang::of_environment),
        }
    }

    /// Writes a text as it is.
    pub(crate) fn print(&mut self, text: &str) -> Result<(), Failure> {
        self.out
            .write_all(text.as_bytes())
            .map_err(|e| Failure::output(&e))
    }

    /// Writes a line.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), Failure> {
        self.print(text)?;
        self.print("\n")
    }

    /// Writes a JSON document, indented.
    pub(crate) fn json(&mut self, document: &serde_json::Value) -> Result<(), Failure> {
        self.line(&format!("{document:#}"))
    }

    /// Hands everything to the reader.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(|e| Failure::output(&e))
    }

    /// The text in bold, where that is welcome.
    pub(crate) fn bold(&self, text: &str) -> String {
        self.styled("1", text)
    }

    /// The text held back, where that is welcome.
    pub(crate) fn dim(&self, text: &str) -> String {
        self.styled("2", text)
    }

    /// The heading of a section.
    pub(crate) fn heading(&self, text: &str) -> String {
        self.styled("1;36", text)
    }

    fn styled(&self, code: &str, text: &str) -> String {
        if self.color && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// The text with spaces up to `width` columns; a Chinese character takes two.
pub(crate) fn padded(text: &str, width: usize) -> String {
    let fill = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(fill))
}

/// The text in lines of at most `width` columns, each after the first indented by `indent`.
///
/// Lines end at spaces and next to Chinese characters, but never before closing punctuation.
pub(crate) fn wrapped(text: &str, width: usize, indent: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut empty = true;
    for piece in pieces(text.trim()) {
        if !empty && line.width() + piece.trim_end().width() > width {
            lines.push(line.trim_end().to_owned());
            line = indent.to_owned();
            empty = true;
        }
        line.push_str(if empty { piece.trim_start() } else { piece });
        empty = false;
    }
    if !empty {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// The text cut where a line may end; spaces stay at the ends of the pieces.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let wide = |c: char| c.width() == Some(2);
    let closing = |c: char| "，。、；：！？）》」』”’…".contains(c);
    let opening = |c: char| "（《「『“‘".contains(c);
    let mut cuts = vec![0];
    let mut before = None;
    for (at, c) in text.char_indices() {
        if let Some(before) = before {
            let after_space = before == ' ' && c != ' ';
            let beside_wide =
                (wide(before) || wide(c)) && c != ' ' && !closing(c) && !opening(before);
            if after_space || beside_wide {
                cuts.push(at);
            }
        }
        before = Some(c);
    }
    cuts.push(text.len());
    cuts.dedup();
    (1..cuts.len()).map(move |k| &text[cuts[k - 1]..cuts[k]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_they_may() {
        assert_eq!(wrapped("one two three", 8, ""), ["one two", "three"]);
        assert_eq!(wrapped("one two three", 8, "  "), ["one two", "  three"]);
        assert_eq!(wrapped("unbreakable", 4, ""), ["unbreakable"]);
        assert_eq!(wrapped("", 10, ""), Vec::<String>::new());
        assert_eq!(
            wrapped("激活函数，输出有界。", 8, ""),
            ["激活函", "数，输出", "有界。"]
        );
        assert_eq!(
            wrapped("用于 ReLU 之后的层", 10, ""),
            ["用于 ReLU", "之后的层"]
        );
        for width in 1..40 {
            let lines = wrapped(
                "平滑整流 x·Φ(x) 在 0 处可导，（见论文）well known.",
                width,
                " ",
            );
            assert!(
                lines
                    .iter()
                    .all(|l| !l.trim().starts_with(['，', '）']) && !l.is_empty()),
                "{lines:?}"
            );
        }
    }

    #[test]
    fn padding_counts_columns() {
        assert_eq!(padded("整流", 6), "整流  ");
        assert_eq!(padded("long", 2), "long");
    }
}

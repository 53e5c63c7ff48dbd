//! The embedded outlines: how wide a text is, and the curves of its letters.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Written by `assets/make_glyphs.py`.
static GLYPHS: &str = include_str!("../assets/glyphs.txt");

/// One letter; lengths in units of `Font::units_per_em`.
pub(crate) struct Glyph {
    advance: f64,
    /// SVG path syntax: M, L, H, V, Q, Z, absolute, y upwards.
    outline: &'static str,
}

struct Font {
    units_per_em: f64,
    glyphs: HashMap<char, Glyph>,
}

/// A step of an outline, in em, y upwards.
pub(crate) enum Step {
    Move(f64, f64),
    Line(f64, f64),
    Curve(f64, f64, f64, f64),
    Close,
}

fn font() -> &'static Font {
    static FONT: OnceLock<Font> = OnceLock::new();
    FONT.get_or_init(|| {
        let mut font = Font {
            units_per_em: 2048.0,
            glyphs: HashMap::new(),
        };
        for row in GLYPHS.lines().filter(|row| !row.starts_with('#')) {
            if let Some(units) = row
                .strip_prefix("units_per_em ")
                .and_then(|u| u.parse().ok())
            {
                font.units_per_em = units;
                continue;
            }
            let mut fields = row.split('\t');
            let code = fields
                .next()
                .and_then(|f| u32::from_str_radix(f, 16).ok())
                .and_then(char::from_u32);
            let advance = fields.next().and_then(|f| f.parse().ok());
            if let (Some(code), Some(advance)) = (code, advance) {
                font.glyphs.insert(
                    code,
                    Glyph {
                        advance,
                        outline: fields.next().unwrap_or(""),
                    },
                );
            }
        }
        font
    })
}

/// The empty box that stands for a letter without an outline.
fn placeholder(c: char) -> (f64, Vec<Step>) {
    let columns = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
    let advance = match columns {
        0 => return (0.0, Vec::new()),
        1 => 0.6,
        _ => 1.0,
    };
    let (l, r, b, t, w) = (0.08, advance - 0.08, 0.0, 0.72, 0.06);
    let ring = |l: f64, r: f64, b: f64, t: f64| {
        [
            Step::Move(l, b),
            Step::Line(l, t),
            Step::Line(r, t),
            Step::Line(r, b),
            Step::Close,
        ]
    };
    // The inner edge runs the other way round, so that it is a hole.
    (
        advance,
        ring(l, r, b, t)
            .into_iter()
            .chain(ring(r - w, l + w, b + w, t - w))
            .collect(),
    )
}

/// The advance of a letter, in em.
fn advance(c: char) -> f64 {
    let font = font();
    font.glyphs
        .get(&c)
        .map_or_else(|| placeholder(c).0, |g| g.advance / font.units_per_em)
}

/// How wide a text is at a size, in the unit of the size.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size
}

/// The text, cut with "…" where it would be wider than `most`.
pub(crate) fn fitted(text: &str, size: f64, most: f64) -> String {
    if width(text, size) <= most {
        return text.to_string();
    }
    let room = most - width("…", size);
    let mut used = 0.0;
    let mut cut: String = text
        .chars()
        .take_while(|&c| {
            used += advance(c) * size;
            used <= room
        })
        .collect();
    cut.truncate(cut.trim_end().len());
    cut + "…"
}

/// The outline of a letter and its advance, in em.
pub(crate) fn outline(c: char) -> (f64, Vec<Step>) {
    let font = font();
    let Some(glyph) = font.glyphs.get(&c) else {
        return placeholder(c);
    };
    let em = font.units_per_em;
    let mut steps = Vec::new();
    let (mut x, mut y) = (0.0, 0.0);
    let mut rest = glyph.outline;
    while let Some(letter) = rest.chars().next() {
        let end = rest[1..]
            .find(|c: char| c.is_ascii_alphabetic())
            .map_or(rest.len(), |k| k + 1);
        let numbers: Vec<f64> = rest[1..end]
            .split_ascii_whitespace()
            .filter_map(|n| n.parse::<f64>().ok())
            .map(|n| n / em)
            .collect();
        rest = &rest[end..];
        // A letter stands for as many steps as it has numbers for.
        let each = match letter {
            'H' | 'V' => 1,
            'Q' => 4,
            'M' | 'L' => 2,
            _ => {
                steps.push(Step::Close);
                continue;
            }
        };
        for (k, step) in numbers.chunks_exact(each).enumerate() {
            (x, y) = match (letter, step) {
                ('H', &[to]) => (to, y),
                ('V', &[to]) => (x, to),
                (_, &[.., to_x, to_y]) => (to_x, to_y),
                _ => (x, y),
            };
            steps.push(match (letter, step) {
                // The points after the first of a move are lines.
                ('M', _) if k == 0 => Step::Move(x, y),
                ('Q', &[by_x, by_y, ..]) => Step::Curve(by_x, by_y, x, y),
                _ => Step::Line(x, y),
            });
        }
    }
    (glyph.advance / em, steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_we_write_are_there() {
        for c in "AZaz09 −×·…φσαβλωΦΩ′″∞≤≥≈±√∂∫∈ℝ→⁰¹²³⁹⁻₀₁éüßñ—–“”".chars()
        {
            assert!(font().glyphs.contains_key(&c), "{c}");
        }
    }

    #[test]
    fn every_outline_can_be_read() {
        for (&c, glyph) in &font().glyphs {
            let outline_text = glyph.outline;
            assert!(
                outline_text
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b" -MLHVQZ".contains(&b)),
                "{c}"
            );
            let (advance, steps) = outline(c);
            assert!((0.0..3.0).contains(&advance), "{c}");
            let used: usize = steps
                .iter()
                .map(|step| match step {
                    Step::Move(..) | Step::Line(..) => 2,
                    Step::Curve(..) => 4,
                    Step::Close => 0,
                })
                .sum();
            // H and V give one number of two.
            let halves = outline_text.bytes().filter(|b| b"HV".contains(b)).count();
            let spaced = outline_text.replace(|c: char| c.is_ascii_alphabetic(), " ");
            assert_eq!(
                used,
                spaced.split_ascii_whitespace().count() + halves,
                "{c}"
            );
            let closed = steps.iter().filter(|s| matches!(s, Step::Close)).count();
            assert_eq!(closed, outline_text.matches('Z').count(), "{c}");
            let moved = steps.iter().filter(|s| matches!(s, Step::Move(..))).count();
            assert_eq!(
                (moved, closed),
                (closed, outline_text.matches('M').count()),
                "{c}"
            );
        }
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(fitted("short", 10.0, 100.0), "short");
        let cut = fitted("a rather long label", 10.0, 60.0);
        assert!(cut.ends_with('…') && width(&cut, 10.0) <= 60.0, "{cut}");
        assert_eq!(fitted("x", 10.0, 0.0), "…");
    }

    #[test]
    fn unknown_letters_are_boxes() {
        assert_eq!(width("激活", 10.0), 20.0);
        assert_eq!(outline('激').1.len(), 10);
    }
}

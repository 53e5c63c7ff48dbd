//! A scene as an SVG element.

use std::fmt::Write;

use crate::clip::Point;
use crate::palette::Rgb;
use crate::scene::{Anchor, Scene, Shape, Text};

/// Faces about as wide as the outlines that measured the text, or narrower.
const FONTS: &str = "'Helvetica Neue',Helvetica,Arial,'Liberation Sans','DejaVu Sans','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif";

pub(crate) fn write(scene: &Scene) -> String {
    let (w, h) = (Px(scene.width), Px(scene.height));
    let mut out = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" aria-label="{label}" font-family="{FONTS}" style="max-width:100%;height:auto">"#,
        label = Escaped(if scene.title.is_empty() {
            &scene.description
        } else {
            &scene.title
        }),
    );
    // An empty title would still be a tooltip.
    if !scene.title.is_empty() {
        let _ = write!(out, "\n<title>{}</title>", Escaped(&scene.title));
    }
    let _ = write!(out, "\n<desc>{}</desc>", Escaped(&scene.description));
    for shape in &scene.shapes {
        out.push('\n');
        // Writing to a string cannot fail.
        let _ = write_shape(&mut out, shape);
    }
    out.push_str("\n</svg>\n");
    out
}

fn write_shape(out: &mut String, shape: &Shape) -> std::fmt::Result {
    match shape {
        Shape::Rect {
            x,
            y,
            width,
            height,
            fill,
            opacity,
        } => {
            let (x, y, w, h) = (Px(*x), Px(*y), Px(*width), Px(*height));
            write!(
                out,
                r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{}"{}/>"#,
                Hex(*fill),
                Opacity(*opacity)
            )
        }
        Shape::Line {
            points,
            color,
            width,
            dash,
        } => {
            write!(
                out,
                r#"<path d="{}" fill="none" stroke="{}" stroke-width="{}""#,
                Path(points),
                Hex(*color),
                Px(*width)
            )?;
            // A dashed line with round ends would close its gaps.
            let cap = if dash.is_empty() { "round" } else { "butt" };
            write!(out, r#" stroke-linejoin="round" stroke-linecap="{cap}""#)?;
            if !dash.is_empty() {
                let lengths: Vec<String> = dash.iter().map(|&d| Px(d).to_string()).collect();
                write!(out, r#" stroke-dasharray="{}""#, lengths.join(" "))?;
            }
            out.write_str("/>")
        }
        Shape::Polygon {
            points,
            fill,
            opacity,
        } => {
            write!(
                out,
                r#"<path d="{}Z" fill="{}"{}/>"#,
                Path(points),
                Hex(*fill),
                Opacity(*opacity)
            )
        }
        Shape::Dots {
            centres,
            radius,
            fill,
            opacity,
        } => {
            write!(out, r#"<g fill="{}"{}>"#, Hex(*fill), Opacity(*opacity))?;
            for &(x, y) in centres {
                write!(
                    out,
                    r#"<circle cx="{}" cy="{}" r="{}"/>"#,
                    Px(x),
                    Px(y),
                    Px(*radius)
                )?;
            }
            out.write_str("</g>")
        }
        Shape::Text(Text {
            x,
            y,
            text,
            size,
            anchor,
            turn,
            bold,
            halo,
            fill,
        }) => {
            write!(
                out,
                r#"<text x="{}" y="{}" font-size="{}" fill="{}""#,
                Px(*x),
                Px(*y),
                Px(*size),
                Hex(*fill)
            )?;
            match anchor {
                Anchor::Start => {}
                Anchor::Middle => out.write_str(r#" text-anchor="middle""#)?,
                Anchor::End => out.write_str(r#" text-anchor="end""#)?,
            }
            if *bold {
                out.write_str(r#" font-weight="bold""#)?;
            }
            if *halo {
                out.write_str(r##" paint-order="stroke" stroke="#FFFFFF" stroke-width="3" stroke-linejoin="round""##)?;
            }
            if *turn != 0.0 {
                write!(
                    out,
                    r#" transform="rotate({} {} {})""#,
                    Px(-turn),
                    Px(*x),
                    Px(*y)
                )?;
            }
            write!(out, ">{}</text>", Escaped(text))
        }
    }
}

/// A length with at most two decimals.
struct Px(f64);

impl std::fmt::Display for Px {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{:.2}", self.0);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if text == "-0" { "0" } else { text })
    }
}

/// "M1 2L3 4 5 6"
struct Path<'a>(&'a [Point]);

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (k, &(x, y)) in self.0.iter().enumerate() {
            let before = match k {
                0 => "M",
                1 => "L",
                _ => " ",
            };
            write!(f, "{before}{} {}", Px(x), Px(y))?;
        }
        Ok(())
    }
}

struct Hex(Rgb);

impl std::fmt::Display for Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02X}{g:02X}{b:02X}")
    }
}

/// The attribute, where it says something.
struct Opacity(f64);

impl std::fmt::Display for Opacity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 < 1.0 {
            write!(f, r#" fill-opacity="{}""#, Px(self.0))
        } else {
            Ok(())
        }
    }
}

/// Text as XML allows it: its own signs escaped, white space as spaces, and characters that no XML may hold replaced.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\t' | '\n' | '\r' => f.write_char(' ')?,
                c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {
                    f.write_char('\u{FFFD}')?
                }
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

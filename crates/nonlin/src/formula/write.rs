//! A layout written as text, LaTeX or MathML.

use super::expression::Op;
use super::layout::{Layout, is_sum};

/// The name of a function in text and MathML.
fn name(op: Op) -> &'static str {
    match op {
        Op::Exp => "exp",
        Op::Ln | Op::Softplus => "ln",
        Op::Tanh => "tanh",
        Op::Erfc => "erfc",
        Op::Sqrt => "√",
        Op::Sin => "sin",
        Op::Cos => "cos",
        Op::Abs => "abs",
        Op::Sign => "sgn",
        Op::Sigmoid => "σ",
        Op::NormalCdf => "Φ",
    }
}

/// Unicode on one line.
pub(super) fn text(l: &Layout) -> String {
    match l {
        Layout::Number(digits) => digits.clone(),
        Layout::Name(name) => (*name).to_owned(),
        Layout::Row(parts) => parts.iter().map(text).collect(),
        Layout::Operator(sign) => format!(" {sign} "),
        Layout::Minus => "−".to_owned(),
        Layout::Slash => "/".to_owned(),
        Layout::Times { dot } => if *dot { "·" } else { "" }.to_owned(),
        Layout::Fraction(a, b) => {
            let above = if is_sum(a) {
                in_parentheses(a)
            } else {
                text(a)
            };
            let below = if matches!(**b, Layout::Row(_) | Layout::Fraction(..)) {
                in_parentheses(b)
            } else {
                text(b)
            };
            format!("{above}/{below}")
        }
        Layout::Raised(base, exponent) => {
            let exponent = text(exponent);
            let base = match **base {
                Layout::Fraction(..) => in_parentheses(base),
                _ => text(base),
            };
            match superscript(&exponent) {
                Some(raised) => base + &raised,
                None => format!("{base}^({exponent})"),
            }
        }
        Layout::Root(inner) => match **inner {
            Layout::Number(_) | Layout::Name(_) => format!("√{}", text(inner)),
            _ => format!("√{}", in_parentheses(inner)),
        },
        Layout::Group(inner) => in_parentheses(inner),
        Layout::Bars(inner) => format!("|{}|", text(inner)),
        Layout::Call(op, power, argument) => {
            let power = power.and_then(|n| superscript(&n.to_string()));
            format!(
                "{}{}({})",
                name(*op),
                power.unwrap_or_default(),
                text(argument)
            )
        }
        Layout::Cases(cases) => cases
            .iter()
            .map(|(value, condition)| format!("{} for {}", text(value), text(condition)))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn in_parentheses(l: &Layout) -> String {
    format!("({})", text(l))
}

/// The text in raised characters, if there is one for each.
fn superscript(text: &str) -> Option<String> {
    text.chars()
        .map(|c| match c {
            '0' => Some('⁰'),
            '1' => Some('¹'),
            '2' => Some('²'),
            '3' => Some('³'),
            '4'..='9' => char::from_u32('⁴' as u32 + (c as u32 - '4' as u32)),
            '−' | '-' => Some('⁻'),
            'x' => Some('ˣ'),
            _ => None,
        })
        .collect()
}

/// LaTeX for math mode.
pub(super) fn latex(l: &Layout) -> String {
    match l {
        Layout::Number(digits) => match digits.split_once('e') {
            Some((digits, exponent)) => format!("{digits}\\cdot 10^{{{exponent}}}"),
            None => digits.clone(),
        },
        Layout::Name(name) => latex_name(name),
        Layout::Row(parts) => {
            let mut out = String::new();
            for part in parts {
                let next = latex(part);
                // A command needs a space before a letter.
                let command = out
                    .rsplit(|c: char| !c.is_ascii_alphabetic())
                    .next()
                    .is_some_and(|tail| {
                        !tail.is_empty() && out[..out.len() - tail.len()].ends_with('\\')
                    });
                if command && next.starts_with(|c: char| c.is_ascii_alphabetic()) {
                    out.push(' ');
                }
                out += &next;
            }
            out
        }
        Layout::Operator(sign) => match *sign {
            "−" => " - ".to_owned(),
            "≤" => " \\le ".to_owned(),
            "≥" => " \\ge ".to_owned(),
            other => format!(" {other} "),
        },
        Layout::Minus => "-".to_owned(),
        Layout::Slash => "/".to_owned(),
        Layout::Times { dot } => if *dot { " \\cdot " } else { "" }.to_owned(),
        Layout::Fraction(a, b) => format!("\\frac{{{}}}{{{}}}", latex(a), latex(b)),
        Layout::Raised(base, exponent) => {
            let base = match **base {
                Layout::Fraction(..) => latex_group(base),
                _ => latex(base),
            };
            format!("{base}^{{{}}}", latex(exponent))
        }
        Layout::Root(inner) => format!("\\sqrt{{{}}}", latex(inner)),
        Layout::Group(inner) => latex_group(inner),
        Layout::Bars(inner) => format!("\\left|{}\\right|", latex(inner)),
        Layout::Call(op, power, argument) => {
            let power = power.map(|n| format!("^{{{n}}}")).unwrap_or_default();
            let function = match op {
                Op::Ln | Op::Softplus => "\\ln",
                Op::Tanh => "\\tanh",
                Op::Sin => "\\sin",
                Op::Cos => "\\cos",
                Op::Exp => "\\exp",
                Op::Sigmoid => "\\sigma",
                Op::NormalCdf => "\\Phi",
                Op::Erfc => "\\operatorname{erfc}",
                Op::Sign => "\\operatorname{sgn}",
                Op::Abs => "\\operatorname{abs}",
                Op::Sqrt => "\\operatorname{sqrt}",
            };
            format!("{function}{power}{}", latex_group(argument))
        }
        Layout::Cases(cases) => {
            let lines: Vec<String> = cases
                .iter()
                .map(|(value, condition)| format!("{} & {}", latex(value), latex(condition)))
                .collect();
            format!("\\begin{{cases}} {} \\end{{cases}}", lines.join(" \\\\ "))
        }
    }
}

/// Parentheses that grow only around what is tall.
fn latex_group(l: &Layout) -> String {
    if is_tall(l) {
        format!("\\left({}\\right)", latex(l))
    } else {
        format!("({})", latex(l))
    }
}

fn is_tall(l: &Layout) -> bool {
    match l {
        Layout::Fraction(..) | Layout::Root(_) | Layout::Cases(_) => true,
        Layout::Row(parts) => parts.iter().any(is_tall),
        Layout::Group(inner) | Layout::Bars(inner) | Layout::Call(_, _, inner) => is_tall(inner),
        Layout::Raised(base, _) => is_tall(base),
        _ => false,
    }
}

fn latex_name(name: &str) -> String {
    const GREEK: &[(&str, &str)] = &[
        ("α", "\\alpha"),
        ("β", "\\beta"),
        ("γ", "\\gamma"),
        ("δ", "\\delta"),
        ("ε", "\\varepsilon"),
        ("ζ", "\\zeta"),
        ("η", "\\eta"),
        ("θ", "\\theta"),
        ("κ", "\\kappa"),
        ("λ", "\\lambda"),
        ("μ", "\\mu"),
        ("ν", "\\nu"),
        ("ξ", "\\xi"),
        ("π", "\\pi"),
        ("ρ", "\\rho"),
        ("σ", "\\sigma"),
        ("τ", "\\tau"),
        ("φ", "\\varphi"),
        ("χ", "\\chi"),
        ("ψ", "\\psi"),
        ("ω", "\\omega"),
        ("Φ", "\\Phi"),
        ("Ω", "\\Omega"),
    ];
    if let Some((_, command)) = GREEK.iter().find(|(letter, _)| *letter == name) {
        return (*command).to_owned();
    }
    if name.chars().count() == 1 && name.chars().all(char::is_alphanumeric) {
        return name.to_owned();
    }
    let mut escaped = String::new();
    for c in name.chars() {
        match c {
            '_' | '%' | '#' | '&' | '$' | '{' | '}' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\\' | '^' | '~' => escaped.push('.'),
            other => escaped.push(other),
        }
    }
    format!("\\mathrm{{{escaped}}}")
}

/// A whole MathML element.
pub(super) fn mathml(l: &Layout) -> String {
    format!(
        "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\">{}</math>",
        element(l)
    )
}

/// Exactly one element.
fn element(l: &Layout) -> String {
    match l {
        Layout::Number(digits) => format!("<mn>{digits}</mn>"),
        Layout::Name(name) => format!("<mi>{}</mi>", escape(name)),
        Layout::Row(parts) => {
            let inner: String = parts.iter().map(element).collect();
            format!("<mrow>{inner}</mrow>")
        }
        Layout::Operator(sign) => format!("<mo>{}</mo>", escape(sign)),
        Layout::Minus => "<mo form=\"prefix\">−</mo>".to_owned(),
        Layout::Slash => "<mo>/</mo>".to_owned(),
        Layout::Times { dot: true } => "<mo>⋅</mo>".to_owned(),
        Layout::Times { dot: false } => "<mo>&#x2062;</mo>".to_owned(),
        Layout::Fraction(a, b) => format!("<mfrac>{}{}</mfrac>", element(a), element(b)),
        Layout::Raised(base, exponent) => {
            let base = match **base {
                Layout::Fraction(..) => group(base),
                _ => element(base),
            };
            format!("<msup>{base}{}</msup>", element(exponent))
        }
        Layout::Root(inner) => format!("<msqrt>{}</msqrt>", element(inner)),
        Layout::Group(inner) => group(inner),
        Layout::Bars(inner) => fenced("|", &element(inner), "|"),
        Layout::Call(op, power, argument) => {
            let function = format!("<mi>{}</mi>", name(*op));
            let function = match power {
                Some(n) => format!("<msup>{function}<mn>{n}</mn></msup>"),
                None => function,
            };
            format!(
                "<mrow>{function}<mo>&#x2061;</mo>{}</mrow>",
                group(argument)
            )
        }
        Layout::Cases(cases) => {
            let left = "<mtd style=\"text-align: left\">";
            let rows: String = cases
                .iter()
                .map(|(value, condition)| {
                    format!(
                        "<mtr>{left}{}</mtd>{left}{}</mtd></mtr>",
                        element(value),
                        element(condition)
                    )
                })
                .collect();
            format!(
                "<mrow><mo form=\"prefix\" fence=\"true\" stretchy=\"true\">{{</mo><mtable>{rows}</mtable></mrow>"
            )
        }
    }
}

fn group(l: &Layout) -> String {
    fenced("(", &element(l), ")")
}

fn fenced(open: &str, inner: &str, close: &str) -> String {
    format!(
        "<mrow><mo form=\"prefix\" fence=\"true\" stretchy=\"true\">{open}</mo>{inner}<mo form=\"postfix\" fence=\"true\" stretchy=\"true\">{close}</mo></mrow>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

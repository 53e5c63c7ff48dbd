//! How an expression is arranged on paper, whatever it is written in.

use super::expression::{Expr, Op, split_coefficient, split_power};
use super::number::Number;
use super::pieces::{Piece, Region};

/// Mathematics as it stands on paper.
#[derive(Clone, Debug)]
pub(super) enum Layout {
    /// Digits.
    Number(String),
    /// A letter, or a word that is a symbol.
    Name(&'static str),
    /// What stands side by side.
    Row(Vec<Layout>),
    /// −, + between terms, or a relation.
    Operator(&'static str),
    /// A minus sign before a term.
    Minus,
    /// Division on one line.
    Slash,
    /// Multiplication, with a dot where the factors could be misread.
    Times {
        dot: bool,
    },
    Fraction(Box<Layout>, Box<Layout>),
    Raised(Box<Layout>, Box<Layout>),
    Root(Box<Layout>),
    /// In parentheses.
    Group(Box<Layout>),
    /// Between bars.
    Bars(Box<Layout>),
    /// A function's name, the power it is raised to, and its argument.
    Call(Op, Option<i32>, Box<Layout>),
    /// Values with their conditions.
    Cases(Vec<(Layout, Layout)>),
}

/// The cases, or the one expression.
pub(super) fn of_pieces(pieces: &[Piece]) -> Layout {
    match pieces {
        [only] if only.region.low.is_none() && only.region.high.is_none() => of(&only.expr),
        several => Layout::Cases(
            several
                .iter()
                .map(|piece| (of(&piece.expr), condition(&piece.region)))
                .collect(),
        ),
    }
}

/// left = right.
pub(super) fn equation(left: Layout, right: Layout) -> Layout {
    Layout::Row(vec![left, Layout::Operator("="), right])
}

/// A plain decimal or p/q.
pub(super) fn of_text(number: &str) -> Layout {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => (Some(Layout::Minus), digits),
        None => (None, number),
    };
    let magnitude = match digits.split_once('/') {
        Some((p, q)) => Layout::Fraction(
            Box::new(Layout::Number(p.to_owned())),
            Box::new(Layout::Number(q.to_owned())),
        ),
        None => Layout::Number(digits.to_owned()),
    };
    row(sign.into_iter().chain([magnitude]).collect())
}

fn condition(region: &Region) -> Layout {
    let relation = |closed| Layout::Operator(if closed { "≤" } else { "<" });
    let x = Layout::Name("x");
    match (&region.low, &region.high) {
        (Some(low), Some(_)) if region.is_point() => equation(x, of(&low.at)),
        (Some(low), Some(high)) => Layout::Row(vec![
            of(&low.at),
            relation(low.closed),
            x,
            relation(high.closed),
            of(&high.at),
        ]),
        (Some(low), None) => {
            let relation = Layout::Operator(if low.closed { "≥" } else { ">" });
            Layout::Row(vec![x, relation, of(&low.at)])
        }
        (None, Some(high)) => Layout::Row(vec![x, relation(high.closed), of(&high.at)]),
        (None, None) => equation(x, Layout::Name("x")),
    }
}

fn row(mut parts: Vec<Layout>) -> Layout {
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        Layout::Row(parts)
    }
}

pub(super) fn of(e: &Expr) -> Layout {
    match e {
        Expr::Sum(terms) => {
            let mut parts = Vec::new();
            for (i, term) in terms.iter().enumerate() {
                let negative = split_coefficient(term).0.is_negative();
                if i > 0 {
                    parts.push(Layout::Operator(if negative { "−" } else { "+" }));
                } else if negative {
                    parts.push(Layout::Minus);
                }
                parts.push(magnitude(term));
            }
            Layout::Row(parts)
        }
        Expr::Choice(c) => {
            let relation = |r| Layout::Row(vec![of(&c.left), Layout::Operator(r), of(&c.right)]);
            let (yes, no) = if c.strict { ("<", "≥") } else { ("≤", ">") };
            Layout::Group(Box::new(Layout::Cases(vec![
                (of(&c.then), relation(yes)),
                (of(&c.otherwise), relation(no)),
            ])))
        }
        e if split_coefficient(e).0.is_negative() => Layout::Row(vec![Layout::Minus, magnitude(e)]),
        e => magnitude(e),
    }
}

/// A term without its sign.
fn magnitude(e: &Expr) -> Layout {
    let (coefficient, rest) = split_coefficient(e);
    let (p, q) = coefficient.magnitude().written();
    let factors = match rest {
        Expr::Number(_) => Vec::new(),
        Expr::Product(factors) => factors,
        other => vec![other],
    };
    let mut above: Vec<Expr> = Vec::new();
    let mut below: Vec<(Expr, i32)> = Vec::new();
    for factor in factors {
        match split_power(&factor) {
            (base, n) if n < 0 => below.push((base, -n)),
            _ => above.push(factor),
        }
    }
    let many_above = above.len() + usize::from(p != "1") > 1;
    let many_below = below.len() + usize::from(q.is_some()) > 1;
    let mut numerator: Vec<Layout> = Vec::new();
    if p != "1" || above.is_empty() {
        numerator.push(Layout::Number(p));
    }
    numerator.extend(above.iter().map(|e| {
        let (base, n) = split_power(e);
        raised(&base, n, many_above)
    }));
    let mut denominator: Vec<Layout> = q.map(Layout::Number).into_iter().collect();
    denominator.extend(below.iter().map(|(base, n)| raised(base, *n, many_below)));
    if denominator.is_empty() {
        return juxtapose(numerator);
    }
    Layout::Fraction(
        Box::new(juxtapose(numerator)),
        Box::new(juxtapose(denominator)),
    )
}

/// baseⁿ, n > 0, as a factor among others or on its own.
fn raised(base: &Expr, n: i32, among_others: bool) -> Layout {
    let layout = match base {
        Expr::Number(_) | Expr::X => None,
        Expr::Symbol(_) => None,
        Expr::Apply(op, u) => {
            let u = of(u);
            return match op {
                Op::Exp => Layout::Raised(Box::new(Layout::Name("e")), Box::new(on_one_line(u))),
                Op::Sqrt => to_the(Layout::Root(Box::new(u)), n),
                Op::Abs => to_the(Layout::Bars(Box::new(u)), n),
                Op::Tanh | Op::Sin | Op::Cos => {
                    Layout::Call(*op, (n != 1).then_some(n), Box::new(u))
                }
                _ => to_the(Layout::Call(*op, None, Box::new(u)), n),
            };
        }
        other => Some(of(other)),
    };
    match (layout, base) {
        (Some(layout @ Layout::Group(_)), _) => to_the(layout, n),
        (Some(layout), _) if among_others || n != 1 => to_the(Layout::Group(Box::new(layout)), n),
        (Some(layout), _) => layout,
        (None, Expr::Symbol(s)) => to_the(Layout::Name(s.name), n),
        (None, Expr::Number(c)) => to_the(number(*c), n),
        (None, _) => to_the(Layout::Name("x"), n),
    }
}

/// With fractions written a/b, as an exponent wants them.
fn on_one_line(l: Layout) -> Layout {
    match l {
        Layout::Row(parts) => Layout::Row(parts.into_iter().map(on_one_line).collect()),
        Layout::Group(inner) => Layout::Group(Box::new(on_one_line(*inner))),
        Layout::Fraction(a, b) => {
            let held = |l: Layout, wants: bool| match on_one_line(l) {
                l if wants => Layout::Group(Box::new(l)),
                l => l,
            };
            let (sum, row) = (
                is_sum(&a),
                matches!(*b, Layout::Row(_) | Layout::Fraction(..)),
            );
            Layout::Row(vec![held(*a, sum), Layout::Slash, held(*b, row)])
        }
        other => other,
    }
}

/// Whether a layout must stand in parentheses as a factor.
pub(super) fn is_sum(l: &Layout) -> bool {
    let sign = |p: &Layout| matches!(p, Layout::Operator(_) | Layout::Minus);
    matches!(l, Layout::Row(parts) if parts.iter().any(sign))
}

fn number(c: Number) -> Layout {
    match c.written() {
        (p, None) => Layout::Number(p),
        (p, Some(q)) => Layout::Fraction(Box::new(Layout::Number(p)), Box::new(Layout::Number(q))),
    }
}

fn to_the(base: Layout, n: i32) -> Layout {
    if n == 1 {
        return base;
    }
    Layout::Raised(Box::new(base), Box::new(Layout::Number(n.to_string())))
}

fn juxtapose(factors: Vec<Layout>) -> Layout {
    let mut parts: Vec<Layout> = Vec::new();
    for factor in factors {
        if let Some(last) = parts.last() {
            parts.push(Layout::Times {
                dot: needs_dot(last, &factor),
            });
        }
        parts.push(factor);
    }
    row(parts)
}

/// Whether two factors want a dot between them.
fn needs_dot(left: &Layout, right: &Layout) -> bool {
    let base = |l: &Layout| match l {
        Layout::Raised(base, _) => (**base).clone(),
        other => other.clone(),
    };
    let letter = |l: &Layout| matches!(l, Layout::Name(name) if name.chars().count() == 1);
    let (l, r) = (base(left), base(right));
    let x_before_power = matches!(l, Layout::Name("x")) && matches!(r, Layout::Name("e"));
    match (&l, &r) {
        (Layout::Number(_), Layout::Name(_) | Layout::Root(_) | Layout::Group(_)) => false,
        (l, Layout::Group(_)) => matches!(l, Layout::Name(_)) && !letter(l),
        (l, r) if letter(l) && letter(r) => x_before_power,
        _ => true,
    }
}

//! Expressions in normal form: sums of products of powers, simplified as they are built.

use super::number::Number;

/// What a symbol stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A parameter of the function.
    Parameter,
    /// A constant with a name of its own.
    Constant,
    /// π.
    Pi,
    /// A subexpression that got a letter.
    Abbreviation,
}

/// A letter with a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Symbol {
    pub(super) name: &'static str,
    pub(super) value: f64,
    pub(super) role: Role,
    /// Its place among the symbols in a list of their values.
    pub(super) order: usize,
}

/// A function of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Exp,
    Ln,
    Tanh,
    Erfc,
    Sqrt,
    Sin,
    Cos,
    Abs,
    Sign,
    Sigmoid,
    Softplus,
    NormalCdf,
}

/// `then` where left < right (or ≤), else `otherwise`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Choice {
    pub(super) left: Expr,
    pub(super) right: Expr,
    pub(super) strict: bool,
    pub(super) then: Expr,
    pub(super) otherwise: Expr,
}

/// An expression. Build it with [`sum`], [`product`], [`power`] and [`apply`], which keep the normal form.
#[derive(Clone, Debug)]
pub(super) enum Expr {
    Number(Number),
    X,
    Symbol(Symbol),
    /// At least two terms, unlike one another.
    Sum(Vec<Expr>),
    /// At least two factors of different bases; a number comes first.
    Product(Vec<Expr>),
    /// An exponent other than 0 and 1.
    Power(Box<Expr>, i32),
    Apply(Op, Box<Expr>),
    Choice(Box<Choice>),
}

use Expr::{Apply, Power, Product, Sum, X};

/// Equal but for the order of terms and factors.
impl PartialEq for Expr {
    fn eq(&self, o: &Expr) -> bool {
        match (self, o) {
            (Expr::Number(a), Expr::Number(b)) => a == b,
            (X, X) => true,
            (Expr::Symbol(a), Expr::Symbol(b)) => a.name == b.name,
            (Sum(a), Sum(b)) | (Product(a), Product(b)) => {
                a.len() == b.len() && a.iter().all(|term| b.contains(term))
            }
            (Power(a, m), Power(b, n)) => m == n && a == b,
            (Apply(f, a), Apply(g, b)) => f == g && a == b,
            (Expr::Choice(a), Expr::Choice(b)) => a == b,
            _ => false,
        }
    }
}

pub(super) fn number(c: f64) -> Expr {
    Expr::Number(Number::new(c))
}

pub(super) fn integer(n: i64) -> Expr {
    Expr::Number(Number::integer(n))
}

pub(super) fn negative(e: Expr) -> Expr {
    product([integer(-1), e])
}

pub(super) fn quotient(a: Expr, b: Expr) -> Expr {
    product([a, power(b, -1)])
}

fn pi() -> Expr {
    Expr::Symbol(PI)
}

pub(super) const PI: Symbol = Symbol {
    name: "π",
    value: std::f64::consts::PI,
    role: Role::Pi,
    order: 0,
};

/// (coefficient, the rest) of a term; the rest of a number is 1.
pub(super) fn split_coefficient(e: &Expr) -> (Number, Expr) {
    match e {
        Expr::Number(c) => (*c, integer(1)),
        Product(factors) => match factors.split_first() {
            Some((Expr::Number(c), [rest])) => (*c, rest.clone()),
            Some((Expr::Number(c), rest)) => (*c, Product(rest.to_vec())),
            _ => (Number::ONE, e.clone()),
        },
        _ => (Number::ONE, e.clone()),
    }
}

pub(super) fn split_power(e: &Expr) -> (Expr, i32) {
    match e {
        Power(base, n) => ((**base).clone(), *n),
        _ => (e.clone(), 1),
    }
}

/// Coefficients and what they multiply, each once.
fn collected(terms: &[Expr], multiply_out: bool) -> Vec<(Number, Expr)> {
    let mut collected: Vec<(Number, Expr)> = Vec::new();
    let mut add = |c: Number, rest: Expr| match collected.iter_mut().find(|(_, r)| *r == rest) {
        Some((have, _)) => *have = have.plus(c),
        None if c.is_zero() => {}
        None => collected.push((c, rest)),
    };
    for term in terms {
        match split_coefficient(term) {
            (c, Sum(inner)) if multiply_out => {
                for t in &inner {
                    let (d, rest) = split_coefficient(t);
                    add(c.times(d), rest);
                }
            }
            (c, rest) => add(c, rest),
        }
    }
    collected.retain(|(c, _)| !c.is_zero());
    collected
}

/// The sum, with like terms collected, over a common denominator where that is shorter.
pub(super) fn sum(terms: impl IntoIterator<Item = Expr>) -> Expr {
    let mut flat: Vec<Expr> = Vec::new();
    for term in terms {
        match term {
            Sum(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    // A number times a sum is multiplied out if that makes like terms meet.
    let (out, kept) = (collected(&flat, true), collected(&flat, false));
    let mut collected = if flat.len() > 1 && out.len() <= kept.len() {
        out
    } else {
        kept
    };
    // A sum begins with a positive term if it has one.
    if let Some(first) = collected.iter().position(|(c, _)| !c.is_negative()) {
        collected[..=first].rotate_right(1);
    }
    let mut terms: Vec<Expr> = collected
        .into_iter()
        .map(|(c, rest)| product([Expr::Number(c), rest]))
        .collect();
    match terms.len() {
        0 => integer(0),
        1 => terms.remove(0),
        _ => over_common_denominator(&terms).unwrap_or(Sum(terms)),
    }
}

/// The terms over the highest power of a sum they are divided by, if that is shorter.
fn over_common_denominator(terms: &[Expr]) -> Option<Expr> {
    let (base, highest) = terms
        .iter()
        .flat_map(factors_of)
        .map(|f| split_power(&f))
        .filter(|(base, n)| *n < 0 && matches!(base, Sum(_)))
        .min_by_key(|(_, n)| *n)?;
    let Sum(base_terms) = &base else { return None };
    let mut numerator = Vec::new();
    for term in terms {
        let missing = exponent_of(&base, term) - highest;
        let rest = product(
            factors_of(term)
                .into_iter()
                .filter(|f| split_power(f).0 != base),
        );
        match missing {
            0 => numerator.push(rest),
            1 => numerator.extend(
                base_terms
                    .iter()
                    .map(|t| product([rest.clone(), t.clone()])),
            ),
            _ => return None,
        }
    }
    let together = product([sum(numerator), power(base.clone(), highest)]);
    let apart: usize = terms.iter().map(cost).sum();
    (cost(&together) < apart).then_some(together)
}

fn exponent_of(base: &Expr, term: &Expr) -> i32 {
    factors_of(term)
        .iter()
        .map(split_power)
        .find(|(b, _)| b == base)
        .map_or(0, |(_, n)| n)
}

pub(super) fn factors_of(e: &Expr) -> Vec<Expr> {
    match e {
        Product(factors) => factors.clone(),
        other => vec![other.clone()],
    }
}

/// The product, with powers of one base collected.
pub(super) fn product(factors: impl IntoIterator<Item = Expr>) -> Expr {
    let mut coefficient = Number::ONE;
    let mut powers: Vec<(Expr, i32)> = Vec::new();
    let mut exponents: Vec<Expr> = Vec::new();
    let mut waiting: Vec<Expr> = factors.into_iter().collect();
    waiting.reverse();
    while let Some(factor) = waiting.pop() {
        match factor {
            Expr::Number(c) => coefficient = coefficient.times(c),
            Product(inner) => waiting.extend(inner.into_iter().rev()),
            Apply(Op::Exp, u) => exponents.push(*u),
            other => {
                let (base, n) = split_power(&other);
                match powers.iter_mut().find(|(b, _)| *b == base) {
                    Some((_, m)) => *m += n,
                    None => powers.push((base, n)),
                }
            }
        }
    }
    if coefficient.is_zero() {
        return integer(0);
    }
    if !exponents.is_empty() {
        match apply(Op::Exp, sum(exponents)) {
            Expr::Number(c) => coefficient = coefficient.times(c),
            e => powers.push((e, 1)),
        }
    }
    powers.retain(|(_, n)| *n != 0);
    if cancel(&mut powers) {
        let mut again = vec![Expr::Number(coefficient)];
        again.extend(powers.into_iter().map(|(base, n)| power(base, n)));
        return product(again);
    }
    let mut factors: Vec<Expr> = powers.into_iter().map(|(base, n)| power(base, n)).collect();
    factors.sort_by_key(rank);
    if let ([Sum(terms)], true) = (&factors[..], coefficient == Number::integer(-1)) {
        return sum(terms.iter().map(|t| negative(t.clone())));
    }
    if factors.is_empty() {
        return Expr::Number(coefficient);
    }
    if coefficient != Number::ONE {
        factors.insert(0, Expr::Number(coefficient));
    }
    if factors.len() == 1 {
        return factors.remove(0);
    }
    Product(factors)
}

/// One step of a simplification between the powers of a product; true if there was one.
fn cancel(powers: &mut Vec<(Expr, i32)>) -> bool {
    let position = |powers: &[(Expr, i32)], e: &Expr| powers.iter().position(|(b, _)| b == e);
    for i in 0..powers.len() {
        let (base, n) = powers[i].clone();
        match &base {
            // u·sgn u = |u|
            Apply(Op::Sign, u) if n > 0 => {
                if let Some(j) = position(powers, u)
                    && powers[j].1 > 0
                {
                    powers[i].1 -= 1;
                    powers[j].1 -= 1;
                    powers.push((apply(Op::Abs, (**u).clone()), 1));
                    return true;
                }
            }
            // √u·√u = u, |u|·|u| = u²
            Apply(op @ (Op::Sqrt | Op::Abs), u) if n.abs() > 1 => {
                let sign = n.signum();
                powers[i].1 -= 2 * sign;
                let square = if *op == Op::Sqrt { 1 } else { 2 };
                powers.push(((**u).clone(), square * sign));
                return true;
            }
            // s(a + b/s) = sa + b
            Sum(terms) if n == 1 => {
                for j in 0..powers.len() {
                    let (s, m) = powers[j].clone();
                    let divided = |t: &Expr| exponent_of(&s, t) < 0;
                    if i != j && m > 0 && !matches!(s, Sum(_)) && terms.iter().any(divided) {
                        let factor = power(s, m);
                        powers[i].0 =
                            sum(terms.iter().map(|t| product([factor.clone(), t.clone()])));
                        powers.remove(j);
                        return true;
                    }
                }
            }
            _ => {}
        }
    }
    false
}

/// The order in which factors are written.
fn rank(e: &Expr) -> u8 {
    match split_power(e).0 {
        Expr::Number(_) => 0,
        Expr::Symbol(_) => 1,
        Apply(Op::Sqrt, _) => 2,
        X => 3,
        Apply(Op::Abs, _) => 4,
        Apply(..) => 5,
        Sum(_) => 6,
        _ => 7,
    }
}

/// baseⁿ.
pub(super) fn power(base: Expr, n: i32) -> Expr {
    match base {
        _ if n == 0 => integer(1),
        base if n == 1 => base,
        Expr::Number(c) => Expr::Number(c.power(n)),
        Product(factors) => product(factors.into_iter().map(|f| power(f, n))),
        Power(b, m) => power(*b, m * n),
        Apply(Op::Exp, u) => apply(Op::Exp, product([integer(i64::from(n)), *u])),
        base => Power(Box::new(base), n),
    }
}

/// op(u), folded where the result is a simple number.
pub(super) fn apply(op: Op, u: Expr) -> Expr {
    if let Expr::Number(c) = u {
        let folded = match op {
            Op::Exp | Op::Cos if c.is_zero() => Some(Number::ONE),
            Op::Tanh | Op::Sin | Op::Sqrt | Op::Sign if c.is_zero() => Some(Number::ZERO),
            Op::Ln if c == Number::ONE => Some(Number::ZERO),
            Op::Sigmoid | Op::NormalCdf if c.is_zero() => Some(Number::Ratio(1, 2)),
            Op::Erfc if c.is_zero() => Some(Number::ONE),
            Op::Sign => Some(Number::integer(if c.is_negative() { -1 } else { 1 })),
            Op::Abs => Some(c.magnitude()),
            Op::Sqrt => c.exact_root(),
            _ => None,
        };
        if let Some(folded) = folded {
            return Expr::Number(folded);
        }
    }
    if op == Op::Abs && split_coefficient(&u).0.is_negative() {
        return apply(op, negative(u));
    }
    Apply(op, Box::new(u))
}

/// ln(1 + eᵘ).
pub(super) fn spelled_softplus(u: Expr) -> Expr {
    apply(Op::Ln, sum([integer(1), apply(Op::Exp, u)]))
}

/// 1/(1 + e⁻ᵘ).
pub(super) fn spelled_sigmoid(u: Expr) -> Expr {
    quotient(integer(1), sum([integer(1), apply(Op::Exp, negative(u))]))
}

/// erfc(−u/√2)/2.
pub(super) fn spelled_normal_cdf(u: Expr) -> Expr {
    let root = apply(Op::Sqrt, integer(2));
    quotient(apply(Op::Erfc, negative(quotient(u, root))), integer(2))
}

/// The letters and operations of an expression: what there is to read.
pub(super) fn cost(e: &Expr) -> usize {
    match e {
        Expr::Number(c) => usize::from(c.magnitude() != Number::ONE) + 1,
        X | Expr::Symbol(_) => 1,
        Sum(terms) | Product(terms) => terms.iter().map(cost).sum(),
        Power(base, n) => cost(base) + usize::from(*n != -1),
        Apply(_, u) => 1 + cost(u),
        Expr::Choice(c) => cost(&c.left) + cost(&c.right) + cost(&c.then) + cost(&c.otherwise),
    }
}

/// Rebuilds an expression from its changed parts.
pub(super) fn map(e: &Expr, f: &mut dyn FnMut(&Expr) -> Expr) -> Expr {
    match e {
        Expr::Number(_) | X | Expr::Symbol(_) => e.clone(),
        Sum(terms) => sum(terms.iter().map(f).collect::<Vec<_>>()),
        Product(factors) => product(factors.iter().map(f).collect::<Vec<_>>()),
        Power(base, n) => power(f(base), *n),
        Apply(op, u) => apply(*op, f(u)),
        Expr::Choice(c) => Expr::Choice(Box::new(Choice {
            left: f(&c.left),
            right: f(&c.right),
            strict: c.strict,
            then: f(&c.then),
            otherwise: f(&c.otherwise),
        })),
    }
}

/// Calls `f` with the expression and everything in it.
pub(super) fn visit(e: &Expr, f: &mut dyn FnMut(&Expr)) {
    f(e);
    match e {
        Expr::Number(_) | X | Expr::Symbol(_) => {}
        Sum(inner) | Product(inner) => inner.iter().for_each(|t| visit(t, f)),
        Power(u, _) | Apply(_, u) => visit(u, f),
        Expr::Choice(c) => [&c.left, &c.right, &c.then, &c.otherwise]
            .into_iter()
            .for_each(|t| visit(t, f)),
    }
}

/// The derivative by x, every symbol held fixed.
pub(super) fn derivative(e: &Expr) -> Expr {
    match e {
        Expr::Number(_) | Expr::Symbol(_) => integer(0),
        X => integer(1),
        Sum(terms) => sum(terms.iter().map(derivative)),
        Product(factors) => sum((0..factors.len()).map(|i| {
            product(factors.iter().enumerate().map(
                |(j, f)| {
                    if i == j { derivative(f) } else { f.clone() }
                },
            ))
        })),
        Power(base, n) => product([
            integer(i64::from(*n)),
            power((**base).clone(), n - 1),
            derivative(base),
        ]),
        Apply(op, u) => {
            let u = (**u).clone();
            let inner = derivative(&u);
            let two = || integer(2);
            let square = |e: Expr| power(e, 2);
            let outer = match op {
                Op::Exp => apply(Op::Exp, u),
                Op::Ln => power(u, -1),
                Op::Tanh => sum([integer(1), negative(square(apply(Op::Tanh, u)))]),
                Op::Sigmoid => {
                    let s = apply(Op::Sigmoid, u);
                    product([s.clone(), sum([integer(1), negative(s)])])
                }
                Op::Softplus => apply(Op::Sigmoid, u),
                Op::NormalCdf => quotient(
                    apply(Op::Exp, negative(quotient(square(u), two()))),
                    apply(Op::Sqrt, product([two(), pi()])),
                ),
                Op::Erfc => product([
                    integer(-2),
                    apply(Op::Exp, negative(square(u))),
                    power(apply(Op::Sqrt, pi()), -1),
                ]),
                Op::Sqrt => power(product([two(), apply(Op::Sqrt, u)]), -1),
                Op::Sin => apply(Op::Cos, u),
                Op::Cos => negative(apply(Op::Sin, u)),
                Op::Abs => apply(Op::Sign, u),
                Op::Sign => integer(0),
            };
            product([outer, inner])
        }
        Expr::Choice(c) => Expr::Choice(Box::new(Choice {
            then: derivative(&c.then),
            otherwise: derivative(&c.otherwise),
            ..(**c).clone()
        })),
    }
}

/// The value at x.
pub(super) fn value(e: &Expr, x: f64) -> f64 {
    match e {
        Expr::Number(c) => c.value(),
        X => x,
        Expr::Symbol(s) => s.value,
        Sum(terms) => terms.iter().map(|t| value(t, x)).sum(),
        Product(factors) => factors.iter().map(|f| value(f, x)).product(),
        Power(base, n) => value(base, x).powi(*n),
        Apply(op, u) => {
            use crate::real::Real;
            let u = value(u, x);
            match op {
                Op::Exp => u.exp(),
                Op::Ln => u.ln(),
                Op::Tanh => u.tanh(),
                Op::Erfc => Real::erfc(u),
                Op::Sqrt => u.sqrt(),
                Op::Sin => u.sin(),
                Op::Cos => u.cos(),
                Op::Abs => u.abs(),
                Op::Sign if u == 0.0 => 0.0,
                Op::Sign => u.signum(),
                Op::Sigmoid => u.sigmoid(),
                Op::Softplus => u.softplus(),
                Op::NormalCdf => u.normal_cdf(),
            }
        }
        Expr::Choice(c) => {
            let (left, right) = (value(&c.left, x), value(&c.right, x));
            let taken = if c.strict {
                left < right
            } else {
                left <= right
            };
            value(if taken { &c.then } else { &c.otherwise }, x)
        }
    }
}

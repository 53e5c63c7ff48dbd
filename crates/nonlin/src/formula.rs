//! The formula as mathematics: text, LaTeX and MathML, printed from the very code that computes.
//!
//! A formula written over [`Real`] runs at [`Formula`] too; what it leaves behind is an expression, which [`Math`]
//! simplifies, splits into cases, differentiates and prints.
//!
//! ```
//! let printed = "elu(alpha=0.5)".parse::<nonlin::Function>()?.formula();
//! assert_eq!(printed.value.text(), "α(eˣ − 1) for x ≤ 0, x for x > 0");
//! assert_eq!(printed.derivative.text(), "αeˣ for x ≤ 0, 1 for x > 0");
//! let notes: Vec<String> = printed.value.notes().iter().map(|note| note.text()).collect();
//! assert_eq!(notes, ["α = 0.5"]);
//! # Ok::<(), nonlin::Error>(())
//! ```

mod expression;
mod layout;
mod number;
mod pieces;
mod write;

use crate::activation::Activation;
use crate::functions::{Function, with_activation};
use crate::real::Real;
use expression::{Choice, Expr, Op, Role, Symbol};
use layout::Layout;
use pieces::Piece;
use std::cell::RefCell;
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Where a formula is written down. Everything on it goes when it goes.
///
/// ```
/// use nonlin::{Real, Sheet};
/// let sheet = Sheet::default();
/// let x = sheet.variable();
/// let y = x * (-(x * x)).exp();
/// assert_eq!(y.math().text(), "x·e^(−x²)");
/// assert_eq!(y.math().derivative().text(), "e^(−x²) − 2x²·e^(−x²)");
/// ```
#[derive(Debug, Default)]
pub struct Sheet {
    expressions: RefCell<Vec<Expr>>,
}

impl Sheet {
    /// x.
    pub fn variable(&self) -> Formula<'_> {
        self.write(Expr::X)
    }

    /// A parameter, printed as `symbol`.
    pub fn parameter(&self, symbol: &'static str, value: f64) -> Formula<'_> {
        self.symbol(symbol, value, Role::Parameter)
    }

    fn symbol(&self, name: &'static str, value: f64, role: Role) -> Formula<'_> {
        let order = self.expressions.borrow().len();
        self.write(Expr::Symbol(Symbol {
            name,
            value,
            role,
            order,
        }))
    }

    fn write(&self, e: Expr) -> Formula<'_> {
        let mut expressions = self.expressions.borrow_mut();
        expressions.push(e);
        Formula {
            sheet: self,
            index: expressions.len() - 1,
        }
    }
}

/// A [`Real`] that writes down what is done with it.
///
/// |x|, σ(x), ln(1 + eˣ) and Φ(x) print as that, not as the forms in which they are computed.
#[derive(Clone, Copy)]
pub struct Formula<'a> {
    sheet: &'a Sheet,
    index: usize,
}

impl<'a> Formula<'a> {
    /// What was written, ready to print.
    pub fn math(self) -> Math {
        Math {
            pieces: pieces::pieces(&self.expr()),
        }
    }

    fn expr(self) -> Expr {
        self.sheet.expressions.borrow()[self.index].clone()
    }

    fn write(self, e: Expr) -> Self {
        self.sheet.write(e)
    }

    fn apply(self, op: Op) -> Self {
        self.write(expression::apply(op, self.expr()))
    }

    fn choose(self, strict: bool, at: Self, then: Self, otherwise: Self) -> Self {
        self.write(Expr::Choice(Box::new(Choice {
            left: self.expr(),
            right: at.expr(),
            strict,
            then: then.expr(),
            otherwise: otherwise.expr(),
        })))
    }
}

impl fmt::Debug for Formula<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.math())
    }
}

impl Add for Formula<'_> {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        self.write(expression::sum([self.expr(), o.expr()]))
    }
}

impl Sub for Formula<'_> {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        self.write(expression::sum([
            self.expr(),
            expression::negative(o.expr()),
        ]))
    }
}

impl Mul for Formula<'_> {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        self.write(expression::product([self.expr(), o.expr()]))
    }
}

impl Div for Formula<'_> {
    type Output = Self;
    fn div(self, o: Self) -> Self {
        self.write(expression::quotient(self.expr(), o.expr()))
    }
}

impl Neg for Formula<'_> {
    type Output = Self;
    fn neg(self) -> Self {
        self.write(expression::negative(self.expr()))
    }
}

impl Real for Formula<'_> {
    fn constant(self, c: f64) -> Self {
        self.write(expression::number(c))
    }
    fn named(self, symbol: &'static str, c: f64) -> Self {
        self.sheet.symbol(symbol, c, Role::Constant)
    }
    fn pi(self) -> Self {
        self.write(Expr::Symbol(expression::PI))
    }
    fn exp(self) -> Self {
        self.apply(Op::Exp)
    }
    fn exp_m1(self) -> Self {
        self.exp() - self.constant(1.0)
    }
    fn ln_1p(self) -> Self {
        (self.constant(1.0) + self).apply(Op::Ln)
    }
    fn tanh(self) -> Self {
        self.apply(Op::Tanh)
    }
    fn erfc(self) -> Self {
        self.apply(Op::Erfc)
    }
    fn sqrt(self) -> Self {
        self.apply(Op::Sqrt)
    }
    fn sin(self) -> Self {
        self.apply(Op::Sin)
    }
    fn cos(self) -> Self {
        self.apply(Op::Cos)
    }
    fn below(self, at: Self, then: Self, otherwise: Self) -> Self {
        self.choose(true, at, then, otherwise)
    }
    fn up_to(self, at: Self, then: Self, otherwise: Self) -> Self {
        self.choose(false, at, then, otherwise)
    }
    fn abs(self) -> Self {
        self.apply(Op::Abs)
    }
    fn sigmoid(self) -> Self {
        self.apply(Op::Sigmoid)
    }
    fn scaled_softplus(self, beta: Self) -> Self {
        (beta * self).softplus() / beta
    }
    fn softplus(self) -> Self {
        self.apply(Op::Softplus)
    }
    fn normal_cdf(self) -> Self {
        self.apply(Op::NormalCdf)
    }
    fn tanh_gate(self) -> Self {
        (self.constant(1.0) + self.tanh()) / self.constant(2.0)
    }
}

/// A function's formula and that of its derivative.
#[derive(Clone, Debug)]
pub struct Printed {
    /// φ(x).
    pub value: Math,
    /// φ′(x).
    pub derivative: Math,
}

impl Printed {
    /// The formulas of an activation at its parameters.
    ///
    /// ```
    /// use nonlin::{Printed, Swish};
    /// let swish = Printed::of(Swish { beta: 1.5 });
    /// assert_eq!(swish.value.text(), "x·σ(βx)");
    /// assert_eq!(swish.value.latex(), r"x \cdot \sigma(\beta x)");
    /// ```
    pub fn of<A: Activation>(activation: A) -> Printed {
        let sheet = Sheet::default();
        let parameters = activation.lift(|info, value| sheet.parameter(info.symbol, value));
        let value = A::define(parameters, sheet.variable()).math();
        let derivative = value.derivative();
        Printed { value, derivative }
    }
}

impl Function {
    /// The formula as mathematics, with its derivative.
    ///
    /// ```
    /// let gelu: nonlin::Function = "gelu".parse()?;
    /// assert_eq!(gelu.formula().value.to_string(), "x·Φ(x)");
    /// assert_eq!(gelu.formula().derivative.to_string(), "Φ(x) + x·e^(−x²/2)/√(2π)");
    /// # Ok::<(), nonlin::Error>(())
    /// ```
    pub fn formula(&self) -> Printed {
        with_activation!(*self, a => Printed::of(a))
    }
}

/// A mathematical function of x that can be printed, evaluated and differentiated.
///
/// Choices print as cases on disjoint intervals from left to right; a case at a kink says which value is taken there.
/// Letters and functions that want explaining are in [`notes`](Math::notes).
#[derive(Clone, Debug)]
pub struct Math {
    pieces: Vec<Piece>,
}

impl Math {
    /// Unicode text on one line: `α(eˣ − 1) for x ≤ 0, x for x > 0`.
    pub fn text(&self) -> String {
        write::text(&self.spelled().layout())
    }

    /// LaTeX for math mode, without dollar signs; cases need the package amsmath.
    pub fn latex(&self) -> String {
        write::latex(&self.spelled().layout())
    }

    /// A `<math>` element in display style.
    pub fn mathml(&self) -> String {
        write::mathml(&self.spelled().layout())
    }

    /// What the letters and functions in the printed formula mean: abbreviations, values of parameters and
    /// constants, and the definitions of σ, Φ and sgn.
    pub fn notes(&self) -> Vec<Note> {
        self.spelled().notes()
    }

    /// The value at x; NaN at NaN.
    pub fn at(&self, x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        self.pieces
            .iter()
            .find(|piece| piece.region.contains(x))
            .map_or(f64::NAN, |piece| expression::value(&piece.expr, x))
    }

    /// The derivative by x, case by case: at a kink, that of the case the point belongs to.
    pub fn derivative(&self) -> Math {
        let pieces = self.pieces.iter().map(|piece| Piece {
            expr: expression::derivative(&piece.expr),
            ..piece.clone()
        });
        Math {
            pieces: pieces::join_equal(pieces.collect()),
        }
    }

    /// As it will be printed: ln(1 + eᵘ) spelled out, long repeated arguments replaced by a letter.
    fn spelled(&self) -> Spelled {
        let mut pieces: Vec<Piece> = self
            .pieces
            .iter()
            .map(|piece| Piece {
                expr: match &piece.expr {
                    // A formula that is nothing but σ would say nothing.
                    Expr::Apply(Op::Sigmoid, u) => expression::spelled_sigmoid(spell_softplus(u)),
                    e => spell_softplus(e),
                },
                ..piece.clone()
            })
            .collect();
        let abbreviation = repeated_argument(&pieces).map(|repeated| {
            let symbol = Symbol {
                name: free_letter(&pieces),
                value: f64::NAN,
                role: Role::Abbreviation,
                order: 0,
            };
            for piece in &mut pieces {
                piece.expr = replace(&piece.expr, &repeated, symbol);
            }
            (symbol, repeated)
        });
        Spelled {
            pieces,
            abbreviation,
        }
    }
}

impl fmt::Display for Math {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// What a note explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// The value of a parameter: α = 0.5.
    Parameter,
    /// The value of a constant with a name: λ = 1.0507….
    Constant,
    /// A letter for a subexpression: u = ln(1 + eˣ).
    Abbreviation,
    /// The definition of a function: σ(x) = 1/(1 + e⁻ˣ).
    Definition,
}

/// An equation that explains a letter or a function of a printed formula.
#[derive(Clone, Debug)]
pub struct Note {
    /// What it explains.
    pub kind: NoteKind,
    layout: Layout,
}

impl Note {
    /// Unicode text on one line.
    pub fn text(&self) -> String {
        write::text(&self.layout)
    }

    /// LaTeX for math mode.
    pub fn latex(&self) -> String {
        write::latex(&self.layout)
    }

    /// A `<math>` element in display style.
    pub fn mathml(&self) -> String {
        write::mathml(&self.layout)
    }
}

/// A formula in the words it is printed in.
struct Spelled {
    pieces: Vec<Piece>,
    abbreviation: Option<(Symbol, Expr)>,
}

impl Spelled {
    fn layout(&self) -> Layout {
        layout::of_pieces(&self.pieces)
    }

    fn notes(&self) -> Vec<Note> {
        let mut symbols: Vec<Symbol> = Vec::new();
        let mut definitions: Vec<Op> = Vec::new();
        let mut look = |e: &Expr| match e {
            Expr::Symbol(s)
                if matches!(s.role, Role::Parameter | Role::Constant)
                    && symbols.iter().all(|t| t.name != s.name) =>
            {
                symbols.push(*s);
            }
            Expr::Apply(op @ (Op::Sigmoid | Op::NormalCdf | Op::Sign), _)
                if !definitions.contains(op) =>
            {
                definitions.push(*op);
            }
            _ => {}
        };
        for e in everything(&self.pieces) {
            expression::visit(e, &mut look);
        }
        if let Some((_, e)) = &self.abbreviation {
            expression::visit(e, &mut look);
        }
        symbols.sort_by_key(|s| s.order);
        let abbreviation = self.abbreviation.iter().map(|(letter, e)| Note {
            kind: NoteKind::Abbreviation,
            layout: layout::equation(Layout::Name(letter.name), layout::of(e)),
        });
        let values = symbols.iter().map(|s| Note {
            kind: match s.role {
                Role::Parameter => NoteKind::Parameter,
                _ => NoteKind::Constant,
            },
            layout: layout::equation(
                Layout::Name(s.name),
                layout::of_text(&number::on_one_line(s.value)),
            ),
        });
        let definitions = definitions.iter().map(|op| Note {
            kind: NoteKind::Definition,
            layout: definition(*op),
        });
        abbreviation.chain(values).chain(definitions).collect()
    }
}

/// Every expression that is printed: the cases and the ends of their intervals.
fn everything(pieces: &[Piece]) -> impl Iterator<Item = &Expr> {
    pieces.iter().flat_map(|piece| {
        let ends = [&piece.region.low, &piece.region.high];
        std::iter::once(&piece.expr).chain(ends.into_iter().flatten().map(|end| &end.at))
    })
}

/// The equation that explains a function.
fn definition(op: Op) -> Layout {
    let left = layout::of(&Expr::Apply(op, Box::new(Expr::X)));
    let right = match op {
        Op::Sigmoid => layout::of(&expression::spelled_sigmoid(Expr::X)),
        Op::NormalCdf => layout::of(&expression::spelled_normal_cdf(Expr::X)),
        _ => layout::of(&expression::quotient(
            Expr::X,
            expression::apply(Op::Abs, Expr::X),
        )),
    };
    layout::equation(left, right)
}

fn spell_softplus(e: &Expr) -> Expr {
    match e {
        Expr::Apply(Op::Softplus, u) => expression::spelled_softplus(spell_softplus(u)),
        e => expression::map(e, &mut spell_softplus),
    }
}

/// From this cost on, an argument that occurs twice gets a letter.
const LONG: usize = 4;

/// The longest argument of a function that occurs more than once.
fn repeated_argument(pieces: &[Piece]) -> Option<Expr> {
    let mut arguments: Vec<(Expr, usize)> = Vec::new();
    for piece in pieces {
        expression::visit(&piece.expr, &mut |e| {
            if let Expr::Apply(op, u) = e
                && *op != Op::Exp
                && expression::cost(u) >= LONG
            {
                match arguments.iter_mut().find(|(a, _)| *a == **u) {
                    Some((_, count)) => *count += 1,
                    None => arguments.push(((**u).clone(), 1)),
                }
            }
        });
    }
    arguments
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|(u, _)| u)
        .max_by_key(expression::cost)
}

fn free_letter(pieces: &[Piece]) -> &'static str {
    let taken = |letter: &str| {
        let mut found = false;
        for e in everything(pieces) {
            expression::visit(e, &mut |e| {
                found |= matches!(e, Expr::Symbol(s) if s.name == letter);
            });
        }
        found
    };
    let letters = ["u", "v", "w", "t", "s"];
    letters
        .into_iter()
        .find(|letter| !taken(letter))
        .unwrap_or("u′")
}

fn replace(e: &Expr, what: &Expr, symbol: Symbol) -> Expr {
    if e == what {
        return Expr::Symbol(symbol);
    }
    expression::map(e, &mut |part| replace(part, what, symbol))
}

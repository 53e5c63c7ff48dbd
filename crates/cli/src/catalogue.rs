//! What a NAME stands for.

use crate::args::{Order, Precision};
use crate::console::Lang;
use crate::failure::Failure;
use nonlin::card::Card;
use nonlin::gates::Gate;
use nonlin::rows::RowFunction;
use nonlin::{Axis, Element, Error, Function};
use std::fmt;

/// Anything that has a name: a function of one argument, of a row, or of two inputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Subject {
    Function(Function),
    Row(RowFunction),
    Gate(Gate),
}

impl Subject {
    /// Everything there is, in catalogue order.
    pub(crate) fn all() -> impl Iterator<Item = Subject> {
        Function::all()
            .map(Subject::Function)
            .chain(RowFunction::all().map(Subject::Row))
            .chain(Gate::all().map(Subject::Gate))
    }

    /// What `text` names.
    pub(crate) fn find(text: &str) -> Result<Subject, Failure> {
        let unknown = |error: &Error| matches!(error, Error::UnknownFunction { .. });
        match text.parse::<Function>() {
            Ok(function) => return Ok(Subject::Function(function)),
            Err(error) if !unknown(&error) => return Err(error.into()),
            Err(_) => {}
        }
        match text.parse::<RowFunction>() {
            Ok(row) => return Ok(Subject::Row(row)),
            Err(error) if !unknown(&error) => return Err(error.into()),
            Err(_) => {}
        }
        match text.parse::<Gate>() {
            Ok(gate) => Ok(Subject::Gate(gate)),
            Err(error) if !unknown(&error) => Err(error.into()),
            Err(_) => Err(unknown_name(text)),
        }
    }

    /// Who it is.
    pub(crate) fn card(&self) -> &'static Card {
        match self {
            Subject::Function(f) => f.card(),
            Subject::Row(f) => f.card(),
            Subject::Gate(f) => f.card(),
        }
    }

    /// Whether the elements of a row depend on each other.
    pub(crate) fn needs_rows(&self) -> bool {
        !matches!(self, Subject::Function(_))
    }

    /// The shape of the result.
    pub(crate) fn output(&self, axis: Axis) -> Result<Axis, Failure> {
        Ok(match self {
            Subject::Function(_) => axis,
            Subject::Row(f) => f.output(axis)?,
            Subject::Gate(f) => f.output(axis)?,
        })
    }

    /// y = φ(x) or a derivative; of a row function or gate, the value.
    pub(crate) fn compute<T: Element>(
        &self,
        order: Order,
        precision: Precision,
        axis: Axis,
        x: &[T],
        y: &mut [T],
    ) {
        let precision = precision.into();
        match self {
            Subject::Function(f) => {
                let kernels = f.kernels().precision(precision);
                kernels.evaluate(order.quantity(), x, y);
            }
            Subject::Row(f) => f.kernels().precision(precision).forward(axis, x, y),
            Subject::Gate(f) => f.kernels().precision(precision).forward_packed(axis, x, y),
        }
    }

    /// dx from x and dy.
    pub(crate) fn backward<T: Element>(
        &self,
        precision: Precision,
        axis: Axis,
        x: &[T],
        dy: &[T],
        dx: &mut [T],
    ) {
        let precision = precision.into();
        match self {
            Subject::Function(f) => f.kernels().precision(precision).backward(x, dy, dx),
            Subject::Row(f) => f.kernels().precision(precision).backward(axis, x, dy, dx),
            Subject::Gate(f) => {
                f.kernels()
                    .precision(precision)
                    .backward_packed(axis, x, dy, dx);
            }
        }
    }

    /// Refuses a derivative where it is not a number for each element.
    pub(crate) fn check(&self, order: Order) -> Result<(), Failure> {
        match (self, order) {
            (Subject::Function(_), _) | (_, Order::Value) => Ok(()),
            _ => Err(Failure::input(format!(
                "{self} has a matrix for a derivative, not a number for each element; `nonlin apply {self} X.npy DX.npy --backward DY.npy` multiplies by it"
            ))),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Function(function) => function.fmt(f),
            Subject::Row(function) => function.fmt(f),
            Subject::Gate(gate) => gate.fmt(f),
        }
    }
}

/// The one-argument functions of these names; all without a name.
pub(crate) fn functions(names: &[String]) -> Result<Vec<Function>, Failure> {
    if names.is_empty() {
        return Ok(Function::all().collect());
    }
    names.iter().map(|name| function(name)).collect()
}

/// The one-argument function of this name.
pub(crate) fn function(name: &str) -> Result<Function, Failure> {
    match Subject::find(name)? {
        Subject::Function(function) => Ok(function),
        other => Err(Failure::input(format!(
            "{other} is a {}, and a function of one argument is needed here",
            Lang::En.of(other.card().family.text())
        ))),
    }
}

/// Every name there is, aliases left out.
pub(crate) fn names() -> Vec<&'static str> {
    Subject::all().map(|subject| subject.card().name).collect()
}

/// Where the function has no derivative.
pub(crate) fn kinks(function: Function) -> Vec<f64> {
    function
        .profile()
        .kinks
        .iter()
        .map(|kink| kink.at)
        .collect()
}

/// The sentence about a name that nothing has, with the one that was probably meant.
fn unknown_name(text: &str) -> Failure {
    let given: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    let key = given
        .split('(')
        .next()
        .unwrap_or_default()
        .trim()
        .to_lowercase()
        .replace('-', "_");
    let cards: Vec<&Card> = Subject::all().map(|subject| subject.card()).collect();
    let meant = cards
        .iter()
        .flat_map(|card| {
            std::iter::once(card.name).chain(card.aliases.iter().map(|alias| alias.name))
        })
        .map(|name| (strsim::damerau_levenshtein(&key, name), name))
        .min()
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .map_or_else(
            || "`nonlin list` names all there are".to_owned(),
            |(_, name)| format!("did you mean `{name}`?"),
        );
    Failure::input(format!("unknown activation `{given}`; {meant}"))
}

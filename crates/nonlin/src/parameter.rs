//! Parameters as data.

use crate::activation::Activation;
use crate::dual::Dual;
use crate::error::Error;
use crate::real::Real;

/// The values a parameter may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Domain {
    /// Any finite number.
    Finite,
    /// Finite and > 0.
    Positive,
    /// Finite and ≥ 0.
    NonNegative,
}

impl Domain {
    /// Whether `value` lies in the domain.
    pub fn contains(self, value: f64) -> bool {
        value.is_finite()
            && match self {
                Domain::Finite => true,
                Domain::Positive => value > 0.0,
                Domain::NonNegative => value >= 0.0,
            }
    }

    /// The domain in words, such as "> 0".
    pub fn words(self) -> &'static str {
        match self {
            Domain::Finite => "finite",
            Domain::Positive => "> 0 and finite",
            Domain::NonNegative => "≥ 0 and finite",
        }
    }
}

/// What a parameter is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParameterInfo {
    /// The name, as in text and Python.
    pub name: &'static str,
    /// The symbol in formulas.
    pub symbol: &'static str,
    /// The default.
    pub default: f64,
    /// The values it may take.
    pub domain: Domain,
    /// What it does, in half a sentence.
    pub doc: &'static str,
}

/// A parameter and its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// What it is.
    pub info: &'static ParameterInfo,
    /// Its value.
    pub value: f64,
}

/// A type whose fields are parameters; made by [`activation!`](macro@crate::activation).
pub trait Parametric: Copy + Default + PartialEq + std::fmt::Debug + Send + Sync + 'static {
    /// The parameters in another representation: lifted to multiprecision, to symbols, to lanes.
    type Params<R: Copy>: Copy;

    /// What the parameters are, in the order of the fields.
    const PARAMETERS: &'static [ParameterInfo];

    /// The value of parameter `index`; NaN if there is no such parameter.
    fn get(&self, index: usize) -> f64;

    /// The same function with parameter `index` at `value`, unchecked.
    fn set(self, index: usize, value: f64) -> Self;

    /// Every parameter through `f`.
    fn lift<R: Copy>(self, f: impl Fn(&'static ParameterInfo, f64) -> R) -> Self::Params<R>;

    /// Every lifted parameter through `f`.
    fn map<R: Copy, S: Copy>(parameters: Self::Params<R>, f: impl Fn(R) -> S) -> Self::Params<S>;

    /// The parameters with parameter `index` as the variable of differentiation and the others fixed.
    fn vary<R: Real>(parameters: Self::Params<R>, index: usize) -> Self::Params<Dual<R>>;
}

/// The fraction p/q with the smallest q ≤ 1000 whose nearest `f64` is `c`, if there is one: what a person who wrote
/// 1/6 or 0.01 meant.
///
/// ```
/// assert_eq!(nonlin::simple_fraction(1.0 / 6.0), Some((1, 6)));
/// assert_eq!(nonlin::simple_fraction(0.01), Some((1, 100)));
/// assert_eq!(nonlin::simple_fraction(std::f64::consts::PI), None);
/// ```
pub fn simple_fraction(c: f64) -> Option<(i32, i32)> {
    (1..=1000).find_map(|q| {
        let p = (c * f64::from(q)).round();
        (p.abs() < 1.0e6 && p / f64::from(q) == c).then_some((p as i32, q))
    })
}

/// The index of the parameter of an activation by this name.
pub(crate) fn index<A: Activation>(name: &str) -> Result<usize, Error> {
    A::PARAMETERS
        .iter()
        .position(|info| info.name == name)
        .ok_or_else(|| Error::UnknownParameter {
            function: A::CARD.name,
            given: name.to_owned(),
            known: A::PARAMETERS.iter().map(|info| info.name).collect(),
        })
}

/// `value` if the domain has it.
pub(crate) fn check(function: &'static str, info: &ParameterInfo, value: f64) -> Result<(), Error> {
    if info.domain.contains(value) {
        Ok(())
    } else {
        Err(Error::OutOfDomain {
            function,
            parameter: info.name,
            domain: info.domain.words().to_owned(),
            value,
        })
    }
}

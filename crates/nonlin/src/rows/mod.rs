//! Functions of a row: softmax, log-softmax and maxout, along any axis of a tensor.
//!
//! A tensor and the axis its rows lie along are an [`Axis`]: outer × length × inner elements. It is checked when it is
//! made; slices that do not fit it panic with the lengths, like those of one-argument functions.
//!
//! [`RowFunction`] is any of them by name. Each has its own module with what the others do not have: softmax and
//! log-softmax work in place and have a backward from the output, maxout is a layer too.
//!
//! Results depend on the row alone: not on its position, the axis, the instruction set or the neighbours.

mod columns;
pub mod log_softmax;
mod map;
pub mod maxout;
mod quick;
pub mod softmax;

pub use log_softmax::LogSoftmax;
pub use maxout::MaxoutLayer;
pub use softmax::Softmax;

use crate::activation::assert_same_length;
use crate::axis::Axis;
use crate::card::Card;
use crate::element::Element;
use crate::error::Error;
use crate::kernels::Kernels;
use crate::text::nearest;
use map::{From, Place};
use std::fmt;
use std::str::FromStr;

/// Any function of a row.
///
/// Its text form is `softmax`, `log_softmax` or `maxout(pieces=2)`.
///
/// ```
/// use nonlin::rows::RowFunction;
/// let f: RowFunction = "maxout(pieces=3)".parse()?;
/// assert_eq!(f, RowFunction::Maxout { pieces: 3 });
/// assert_eq!(f.to_string(), "maxout(pieces=3)");
/// # Ok::<(), nonlin::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowFunction {
    /// See [`softmax`].
    Softmax,
    /// See [`log_softmax`].
    LogSoftmax,
    /// See [`maxout`].
    Maxout {
        /// Consecutive elements that share a result, at least 1.
        pieces: usize,
    },
}

impl RowFunction {
    /// Every row function, maxout with 2 pieces.
    pub fn all() -> impl Iterator<Item = RowFunction> {
        [
            RowFunction::Softmax,
            RowFunction::LogSoftmax,
            RowFunction::Maxout { pieces: 2 },
        ]
        .into_iter()
    }

    /// The name: `softmax`.
    pub fn name(&self) -> &'static str {
        self.card().name
    }

    /// Names, papers, strengths and limits.
    pub fn card(&self) -> &'static Card {
        match self {
            RowFunction::Softmax => &softmax::CARD,
            RowFunction::LogSoftmax => &log_softmax::CARD,
            RowFunction::Maxout { .. } => &maxout::CARD,
        }
    }

    /// The shape of the result of an input of this shape: the same, but for maxout, whose axis gets shorter.
    ///
    /// # Errors
    /// [`Error::Shape`] if maxout's pieces do not divide the length of the axis.
    pub fn output(&self, axis: Axis) -> Result<Axis, Error> {
        match *self {
            RowFunction::Softmax | RowFunction::LogSoftmax => Ok(axis),
            RowFunction::Maxout { pieces } => axis.divided(pieces),
        }
    }

    /// Its kernels, exact unless another [`Precision`](crate::Precision) is chosen; maxout is exact at all.
    pub const fn kernels(self) -> Kernels<RowFunction> {
        Kernels::new(self)
    }

    /// y = f(x) along an axis. x has the axis' elements, y those of [`output`](RowFunction::output).
    ///
    /// # Panics
    /// If a slice has another length or there is no output shape.
    #[track_caller]
    pub fn forward<T: Element>(&self, axis: Axis, x: &[T], y: &mut [T]) {
        self.kernels().forward(axis, x, y);
    }

    /// dx = dy·∂f/∂x from the input x, along an axis. x and dx have the axis' elements, dy those of
    /// [`output`](RowFunction::output).
    ///
    /// # Panics
    /// If a slice has another length or there is no output shape.
    #[track_caller]
    pub fn backward<T: Element>(&self, axis: Axis, x: &[T], dy: &[T], dx: &mut [T]) {
        self.kernels().backward(axis, x, dy, dx);
    }
}

impl Kernels<RowFunction> {
    /// [`RowFunction::forward`] at this precision.
    ///
    /// # Panics
    /// If a slice has another length or there is no output shape.
    #[track_caller]
    pub fn forward<T: Element>(self, axis: Axis, x: &[T], y: &mut [T]) {
        let precision = self.chosen_precision();
        match self.function() {
            RowFunction::Softmax => Softmax.kernels().precision(precision).forward(axis, x, y),
            RowFunction::LogSoftmax => {
                LogSoftmax
                    .kernels()
                    .precision(precision)
                    .forward(axis, x, y);
            }
            RowFunction::Maxout { pieces } => maxout::forward(axis, pieces, x, y),
        }
    }

    /// [`RowFunction::backward`] at this precision.
    ///
    /// # Panics
    /// If a slice has another length or there is no output shape.
    #[track_caller]
    pub fn backward<T: Element>(self, axis: Axis, x: &[T], dy: &[T], dx: &mut [T]) {
        let precision = self.chosen_precision();
        match self.function() {
            RowFunction::Softmax => {
                Softmax
                    .kernels()
                    .precision(precision)
                    .backward(axis, x, dy, dx);
            }
            RowFunction::LogSoftmax => {
                LogSoftmax
                    .kernels()
                    .precision(precision)
                    .backward(axis, x, dy, dx);
            }
            RowFunction::Maxout { pieces } => maxout::backward(axis, pieces, x, dy, dx),
        }
    }
}

/// The kernels of a function whose results have the shape of its input.
macro_rules! kernels {
    ($($Type:ident in $module:ident),*) => {$(
        impl $Type {
            /// Its kernels, exact unless another [`Precision`](crate::Precision) is chosen.
            pub const fn kernels(self) -> Kernels<$Type> {
                Kernels::new(self)
            }
        }

        impl Kernels<$Type> {
            #[doc = concat!("[`", stringify!($module), "::forward`] at this precision.")]
            ///
            /// # Panics
            /// If a slice has another length than the axis has elements.
            #[track_caller]
            pub fn forward<T: Element>(self, axis: Axis, x: &[T], y: &mut [T]) {
                assert_elements(axis, &[("x", x.len()), ("y", y.len())]);
                let place = Place::Apart(x, y);
                map::forward_at::<$Type, T>(self.chosen_precision(), axis, place);
            }

            #[doc = concat!("[`", stringify!($module), "::forward_in_place`] at this precision.")]
            ///
            /// # Panics
            /// If the slice has another length than the axis has elements.
            #[track_caller]
            pub fn forward_in_place<T: Element>(self, axis: Axis, x: &mut [T]) {
                assert_elements(axis, &[("x", x.len())]);
                map::forward_at::<$Type, T>(self.chosen_precision(), axis, Place::Same(x));
            }

            #[doc = concat!("[`", stringify!($module), "::backward`] at this precision.")]
            ///
            /// # Panics
            /// If a slice has another length than the axis has elements.
            #[track_caller]
            pub fn backward<T: Element>(self, axis: Axis, x: &[T], dy: &[T], dx: &mut [T]) {
                assert_elements(axis, &[("x", x.len()), ("dy", dy.len()), ("dx", dx.len())]);
                let (from, place) = (From::Input(x), Place::Apart(dy, dx));
                map::backward_at::<$Type, T>(self.chosen_precision(), axis, from, place);
            }

            #[doc = concat!("[`", stringify!($module), "::backward_from_output`] at this precision.")]
            ///
            /// # Panics
            /// If a slice has another length than the axis has elements.
            #[track_caller]
            pub fn backward_from_output<T: Element>(
                self,
                axis: Axis,
                y: &[T],
                dy: &[T],
                dx: &mut [T],
            ) {
                assert_elements(axis, &[("y", y.len()), ("dy", dy.len()), ("dx", dx.len())]);
                let (from, place) = (From::Output(y), Place::Apart(dy, dx));
                map::backward_at::<$Type, T>(self.chosen_precision(), axis, from, place);
            }

            #[doc = concat!("[`", stringify!($module), "::backward_from_output_in_place`] at this precision.")]
            ///
            /// # Panics
            /// If a slice has another length than the axis has elements.
            #[track_caller]
            pub fn backward_from_output_in_place<T: Element>(
                self,
                axis: Axis,
                y: &[T],
                dy: &mut [T],
            ) {
                assert_elements(axis, &[("y", y.len()), ("dy", dy.len())]);
                let (from, place) = (From::Output(y), Place::Same(dy));
                map::backward_at::<$Type, T>(self.chosen_precision(), axis, from, place);
            }
        }
    )*};
}
kernels!(Softmax in softmax, LogSoftmax in log_softmax);

/// Panics unless every slice has as many elements as the axis.
#[track_caller]
fn assert_elements(axis: Axis, slices: &[(&str, usize)]) {
    let elements = ("the axis", axis.elements());
    if slices.iter().any(|(_, length)| *length != elements.1) {
        assert_same_length(&[&[elements], slices].concat());
    }
}

impl fmt::Display for RowFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            RowFunction::Maxout { pieces } => write!(f, "(pieces={pieces})"),
            RowFunction::Softmax | RowFunction::LogSoftmax => Ok(()),
        }
    }
}

impl FromStr for RowFunction {
    type Err = Error;

    /// Reads a name or alias; `maxout` alone has 2 pieces, and `maxout(3)` is `maxout(pieces=3)`.
    fn from_str(text: &str) -> Result<RowFunction, Error> {
        let (function, arguments) = by_name(text, RowFunction::all(), RowFunction::card)?;
        let malformed = |reason: String| Error::Malformed {
            text: text.to_owned(),
            reason,
        };
        let mut result = function;
        let mut given = false;
        for argument in arguments.split(',').map(str::trim) {
            if argument.is_empty() && arguments.is_empty() {
                break;
            }
            let (parameter, value) = match argument.split_once('=') {
                Some((parameter, value)) => (parameter.trim_end(), value.trim_start()),
                None => ("pieces", argument),
            };
            let RowFunction::Maxout { pieces } = &mut result else {
                return Err(Error::UnknownParameter {
                    function: function.name(),
                    given: parameter.to_owned(),
                    known: vec![],
                });
            };
            if parameter != "pieces" {
                return Err(Error::UnknownParameter {
                    function: function.name(),
                    given: parameter.to_owned(),
                    known: vec!["pieces"],
                });
            }
            if given {
                return Err(malformed("`pieces` is given twice".to_owned()));
            }
            given = true;
            *pieces = match value.parse() {
                Ok(0) | Err(_) => {
                    return Err(malformed(format!(
                        "`{value}` is not a whole number of pieces, at least 1"
                    )));
                }
                Ok(number) => number,
            };
        }
        Ok(result)
    }
}

/// The function that a text such as `name` or `name(arguments)` names, and the arguments.
pub(crate) fn by_name<F: Copy>(
    text: &str,
    all: impl Iterator<Item = F>,
    card: impl Fn(&F) -> &'static Card,
) -> Result<(F, &str), Error> {
    let trimmed = text.trim();
    let (given, arguments) = match trimmed.split_once('(') {
        None => (trimmed, ""),
        Some((name, rest)) => match rest.strip_suffix(')') {
            Some(arguments) => (name.trim_end(), arguments.trim()),
            None => {
                return Err(Error::Malformed {
                    text: text.to_owned(),
                    reason: "the closing parenthesis is missing".to_owned(),
                });
            }
        },
    };
    let name = given.to_ascii_lowercase().replace('-', "_");
    let all: Vec<F> = all.collect();
    let found = all.iter().copied().find(|f| {
        let card = card(f);
        card.name == name || card.aliases.iter().any(|alias| alias.name == name)
    });
    match found {
        Some(f) => Ok((f, arguments)),
        None => Err(Error::UnknownFunction {
            nearest: nearest(&name, all.iter().map(card)),
            given: given.to_owned(),
        }),
    }
}

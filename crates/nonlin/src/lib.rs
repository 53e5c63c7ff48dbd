//! Activation functions, defined once and computed right.
//!
//! ```
//! let f: nonlin::Function = "elu(alpha=0.5)".parse()?;
//! let x = [-1.0f32, 0.0, 2.0];
//! let (mut y, mut d) = ([0.0; 3], [0.0; 3]);
//! f.forward(&x, &mut y);
//! f.derivative(&x, &mut d);
//! assert_eq!(y, [-0.31606027, 0.0, 2.0]);
//! assert_eq!(d, [0.18393973, 0.5, 1.0]);
//! # Ok::<(), nonlin::Error>(())
//! ```
//!
//! * [`Function`] is any function of the catalogue at particular parameters; its text form is `elu(alpha=0.5)`.
//! * [`Elu`] and its like are the same as static types, through the trait [`Activation`].
//! * Results are correctly rounded: every `f32`, `f16` and `bf16` result is the number nearest to the exact one. They do
//!   not depend on the instruction set, the position in the slice, its length or the number of threads.
//!   [`Precision::Fast`] gives up the rounding for speed, and nothing else.
//! * NaN in gives the one quiet NaN out. Infinities give the limit. Signed zeros are kept where φ is odd or φ(x) ~ x
//!   at 0, and subnormals are not flushed.

#![deny(unsafe_code)]
// A range of an activation is often written with the value at both ends.
#![allow(clippy::neg_cmp_op_on_partial_ord)]

pub mod activation;
pub mod affine;
mod axis;
mod bias;
pub mod card;
pub mod channels;
pub mod claims;
#[doc(hidden)]
pub mod double_double;
mod dual;
mod element;
pub mod elementary;
mod error;
mod exact;
pub mod formula;
mod function;
mod functions;
pub mod gates;
mod half;
mod interval;
mod kernels;
#[allow(unsafe_code)]
mod level;
mod macros;
#[cfg(feature = "rayon")]
mod parallel;
mod parameter;
pub mod profile;
mod real;
pub mod rows;
mod saved;
#[doc(hidden)]
pub mod slice;
mod stream;
mod strength;
mod text;

pub use activation::{Activation, Order};
pub use axis::Axis;
pub use card::Card;
pub use dual::Dual;
pub use element::Element;
pub use elementary::Wide;
pub use error::Error;
pub use formula::{Formula, Math, Note, NoteKind, Printed, Sheet};
pub use functions::*;
pub use interval::Interval;
pub use kernels::{Computable, Kernels, Precision, Subgradient};
pub use level::Level;
pub use parameter::{Domain, Parameter, ParameterInfo, Parametric, simple_fraction};
pub use profile::Profile;
pub use real::{Lane, Real};
pub use saved::{FromValue, PiecewiseLinear};

pub use ::half::{bf16, f16};

/// The examples of the READMEs, which run as tests.
#[cfg(doctest)]
mod readme {
    #[doc = include_str!("../../../README.md")]
    struct English;
    #[doc = include_str!("../../../README.zh-CN.md")]
    struct Chinese;
}

//! What an activation is.

use crate::card::Card;
use crate::dual::Dual;
use crate::element::Element;
use crate::error::Error;
use crate::functions::Function;
use crate::kernels::Kernels;
use crate::parameter::Parametric;
use crate::profile::Profile;
use crate::real::{Lane, Real};

/// A one-argument activation: its identity, its formula, and the kernels that follow from it.
///
/// A function's file implements this trait and nothing else knows the function. [`define`](Activation::define) is
/// required; `lane_value` and `lane_derivative` are replaced where the formula is not accurate or fast enough.
///
/// ```
/// use nonlin::{Activation, Elu};
/// let x = [-1.0f32, 0.0, 2.0];
/// let mut y = [0.0; 3];
/// Elu { alpha: 0.5 }.forward(&x, &mut y);
/// assert_eq!(y, [-0.31606027, 0.0, 2.0]);
/// ```
pub trait Activation: Parametric + Into<Function> {
    /// Names, papers, strengths and limits.
    const CARD: Card;

    /// The formula only chooses between its argument and constants, so `f32` lanes give the rounded result.
    const SELECTS_ONLY: bool = false;

    /// Its pieces are polynomials, so that `f32` lanes take less time than a look-up in a table, and no slope is too small for them.
    const POLYNOMIAL: bool = false;

    /// Some finite arguments leave the reach of the lanes and go through [`far`](Activation::far).
    const REACHES_FAR: bool = false;

    /// The formula, over any kind of number.
    fn define<R: Real>(parameters: Self::Params<R>, x: R) -> R;

    /// What is claimed of the function at these parameters.
    fn profile(self) -> Profile;

    /// What no single parameter's domain can express, such as min < max.
    fn validate(self) -> Result<(), Error> {
        Ok(())
    }

    /// To how many bits [`lane_value`](Activation::lane_value) and [`lane_derivative`](Activation::lane_derivative) are
    /// right in [`Wide`](crate::Wide) lanes, before they are rounded to `f32`. 0 says that nobody has shown it; the
    /// function is then computed from its formula in double-double arithmetic, right too but far slower.
    /// `cargo xtask exhaustive` says what the numbers may be.
    const LANE_BITS: [u32; 2] = [0, 0];

    /// The same for exact `f64`, whose lanes are sums of two `f64`; results near roots and in far tails, which they do not
    /// reach, are always computed from the formula.
    const DOUBLE_LANE_BITS: [u32; 2] = [0, 0];

    /// Whether [`middle_is_exact`](Activation::middle_is_exact) ever says so.
    #[doc(hidden)]
    const HAS_TIES: bool = false;

    /// Whether a `Wide` lane gives the exact middle of two `f32` where that is the exact result, and only there: a
    /// function with simple fractions for slopes has so many of them that computing each again would take most of the time.
    #[doc(hidden)]
    fn middle_is_exact(self, _order: Order) -> bool {
        false
    }

    /// φ(x) in the lanes of a kernel.
    #[inline(always)]
    fn lane_value<R: Lane>(parameters: Self::Params<R>, x: R) -> R {
        Self::define(parameters, x)
    }

    /// φ′(x) in the lanes of a kernel.
    #[inline(always)]
    fn lane_derivative<R: Lane>(parameters: Self::Params<R>, x: R) -> R {
        differentiate::<Self, R>(parameters, x).slope
    }

    /// (φ(x), φ′(x)) in the lanes of a kernel, with the bits of the two alone; replaced where the two share work that
    /// the compiler does not find.
    #[inline(always)]
    fn lane_both<R: Lane>(parameters: Self::Params<R>, x: R) -> (R, R) {
        (
            Self::lane_value(parameters, x),
            Self::lane_derivative(parameters, x),
        )
    }

    /// (φ(x), φ′(x)) where the lanes do not reach, `None` where they do.
    fn far(self, _x: f64) -> Option<(f64, f64)> {
        None
    }

    /// Its kernels, to choose their [`Precision`](crate::Precision) and [`Subgradient`](crate::Subgradient).
    #[inline]
    fn kernels(self) -> Kernels<Self> {
        Kernels::new(self)
    }

    /// y = φ(x), element by element.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    fn forward<T: Element>(self, x: &[T], y: &mut [T]) {
        self.kernels().forward(x, y);
    }

    /// d = φ′(x), element by element.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    fn derivative<T: Element>(self, x: &[T], d: &mut [T]) {
        self.kernels().derivative(x, d);
    }

    /// dx = dy·φ′(x), element by element, rounded once.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    fn backward<T: Element>(self, x: &[T], dy: &[T], dx: &mut [T]) {
        self.kernels().backward(x, dy, dx);
    }

    /// φ(x) of one number, with the bits that [`forward`](Activation::forward) gives.
    fn value_at<T: Element>(self, x: T) -> T {
        self.kernels().at(Order::Value, x)
    }

    /// φ′(x) of one number, with the bits that [`derivative`](Activation::derivative) gives.
    fn derivative_at<T: Element>(self, x: T) -> T {
        self.kernels().at(Order::Derivative, x)
    }
}

/// A quantity of a function at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Order {
    /// φ(x).
    Value,
    /// φ′(x).
    Derivative,
    /// φ″(x).
    SecondDerivative,
    /// ∂φ(x)/∂p for the parameter p of this index.
    Parameter(usize),
}

impl Order {
    /// The name of a slice of such quantities.
    pub(crate) fn letter(self) -> &'static str {
        match self {
            Order::Value => "y",
            Order::Derivative => "d",
            Order::SecondDerivative => "s",
            Order::Parameter(_) => "g",
        }
    }
}

/// The formula's value and derivative at x by forward-mode differentiation.
#[inline(always)]
pub fn differentiate<A: Activation, R: Real>(parameters: A::Params<R>, x: R) -> Dual<R> {
    A::define(A::map(parameters, Dual::fixed), Dual::variable(x))
}

/// Any quantity of the formula at x, by forward-mode differentiation; NaN for a parameter that does not exist.
pub fn evaluate<A: Activation, R: Real>(order: Order, parameters: A::Params<R>, x: R) -> R {
    match order {
        Order::Value => A::define(parameters, x),
        Order::Derivative => differentiate::<A, R>(parameters, x).slope,
        Order::SecondDerivative => {
            let fixed = A::map(A::map(parameters, Dual::fixed), Dual::fixed);
            A::define(fixed, Dual::variable(Dual::variable(x)))
                .slope
                .slope
        }
        Order::Parameter(index) if index < A::PARAMETERS.len() => {
            A::define(A::vary(parameters, index), Dual::fixed(x)).slope
        }
        Order::Parameter(_) => x.constant(f64::NAN),
    }
}

/// Stops with the lengths in the message when slices that belong together differ.
#[track_caller]
pub(crate) fn assert_same_length(slices: &[(&str, usize)]) {
    if slices.windows(2).any(|pair| pair[0].1 != pair[1].1) {
        let lengths: Vec<_> = slices
            .iter()
            .map(|(name, length)| format!("{name} has {length}"))
            .collect();
        panic!(
            "slices of one length are needed, but {}",
            lengths.join(", ")
        );
    }
}

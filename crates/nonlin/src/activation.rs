//! What an activation is.

use crate::card::Card;
use crate::dual::Dual;
use crate::element::Element;
use crate::error::Error;
use crate::functions::Function;
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

    /// y = φ(x), element by element.
    ///
    /// # Panics
    /// If the slices differ in length.
    fn forward<T: Element>(self, x: &[T], y: &mut [T]) {
        T::forward(self, x, y);
    }

    /// d = φ′(x), element by element.
    ///
    /// # Panics
    /// If the slices differ in length.
    fn derivative<T: Element>(self, x: &[T], d: &mut [T]) {
        T::derivative(self, x, d);
    }

    /// y = φ(x) and d = φ′(x) in one pass.
    ///
    /// # Panics
    /// If the slices differ in length.
    fn forward_and_derivative<T: Element>(self, x: &[T], y: &mut [T], d: &mut [T]) {
        T::forward_and_derivative(self, x, y, d);
    }

    /// dx = dy·φ′(x), element by element, rounded once.
    ///
    /// # Panics
    /// If the slices differ in length.
    fn backward<T: Element>(self, x: &[T], dy: &[T], dx: &mut [T]) {
        T::backward(self, x, dy, dx);
    }

    /// x becomes φ(x).
    fn forward_in_place<T: Element>(self, x: &mut [T]) {
        in_blocks(x, |from, to| T::forward(self, from, to));
    }

    /// x becomes φ′(x).
    fn derivative_in_place<T: Element>(self, x: &mut [T]) {
        in_blocks(x, |from, to| T::derivative(self, from, to));
    }

    /// dy becomes dy·φ′(x).
    ///
    /// # Panics
    /// If the slices differ in length.
    fn backward_in_place<T: Element>(self, x: &[T], dy: &mut [T]) {
        assert_same_length(&[("x", x.len()), ("dy", dy.len())]);
        let mut x = x;
        in_blocks(dy, |from, to| {
            let (block, rest) = x.split_at(from.len());
            x = rest;
            T::backward(self, block, from, to);
        });
    }

    /// φ(x) of one number, with the bits that [`forward`](Activation::forward) gives.
    fn value_at<T: Element>(self, x: T) -> T {
        let mut y = [x];
        T::forward(self, &[x], &mut y);
        y[0]
    }

    /// φ′(x) of one number, with the bits that [`derivative`](Activation::derivative) gives.
    fn derivative_at<T: Element>(self, x: T) -> T {
        let mut d = [x];
        T::derivative(self, &[x], &mut d);
        d[0]
    }
}

/// The formula's value and derivative at x by forward-mode differentiation.
#[inline(always)]
pub fn differentiate<A: Activation, R: Real>(parameters: A::Params<R>, x: R) -> Dual<R> {
    A::define(A::map(parameters, Dual::fixed), Dual::variable(x))
}

/// Elements per block of an in-place kernel: small enough for the first cache, large enough to hide the dispatch.
const BLOCK: usize = 512;

fn in_blocks<T: Element>(x: &mut [T], mut kernel: impl FnMut(&[T], &mut [T])) {
    let mut buffer = [T::default(); BLOCK];
    for block in x.chunks_mut(BLOCK) {
        let from = &mut buffer[..block.len()];
        from.copy_from_slice(block);
        kernel(from, block);
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

//! Pieces that several functions are made of.

use crate::elementary::coefficients::{SWISH_NEAR_FULL, SWISH_NEAR_WIDE, SWISH_ROOT};
use crate::real::Lane;

/// x, or a multiple of it up to 0.
#[inline(always)]
pub(crate) fn leaky<R: Lane>(slope: R, x: R) -> R {
    let zero = x.constant(0.0);
    // A slope of 0 meets a finite number, so that its limit at −∞ is 0, not 0·∞.
    let held = slope.abs().up_to(zero, x.at_least(f64::MIN), x);
    x.up_to(zero, slope * held, x)
}

/// x·σ(t), for a t that is finite wherever x is.
#[inline(always)]
pub(crate) fn gated_by_sigmoid<R: Lane>(x: R, t: R) -> R {
    let e = (-t.abs()).exp_down();
    // Where the gate closes, a finite x keeps ∞·0 out.
    t.below(x.constant(0.0), x.finite() * e, x) / (x.constant(1.0) + e)
}

/// σ(t) + s·σ(t)(1 − σ(t)), the derivative of x·σ(t) with s = x·t′.
#[inline(always)]
pub(crate) fn gated_derivative<R: Lane>(t: R, s: R) -> R {
    let e = (-t.abs()).exp_down();
    let d = t.constant(1.0) + e;
    t.below(t.constant(0.0), e * (d + s), s.mul_add(e, d)) / (d * d)
}

/// The derivative of x·σ(βx).
#[inline(always)]
pub(crate) fn swish_derivative<R: Lane>(beta: R, x: R) -> R {
    let t = beta * x.finite();
    // Beyond ±800 the exponential is 0, and holding t there keeps ∞·0 out.
    let held = t.at_least(-800.0).at_most(800.0);
    // βx − t₀ in one rounding, so that the distance to the root is right to its last bit.
    let d = beta.mul_add(x, x.constant(-SWISH_ROOT.0)) - x.constant(SWISH_ROOT.1);
    near_root(
        d,
        (&SWISH_NEAR_WIDE, &SWISH_NEAR_FULL),
        gated_derivative(t, held),
    )
}

/// x − x₀ for a root that is the sum of two `f64`.
#[inline(always)]
pub(crate) fn distance<R: Lane>(x: R, root: (f64, f64)) -> R {
    (x - x.constant(root.0)) - x.constant(root.1)
}

/// `away`, or within 1/64 of a root the polynomial in the distance d to it, which does not cancel there.
#[inline(always)]
pub(crate) fn near_root<R: Lane>(d: R, near: (&[f64; 5], &[f64; 8]), away: R) -> R {
    d.abs()
        .below(d.constant(1.0 / 64.0), d.near_zero(near.0, near.1), away)
}

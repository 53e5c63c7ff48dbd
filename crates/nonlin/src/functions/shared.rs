//! Pieces that several functions are made of.

use crate::elementary::coefficients::{SWISH_NEAR, SWISH_ROOT};
use crate::real::Lane;

/// x·σ(t), for a t that goes to −∞ with x at least as fast as a small multiple of it.
#[inline(always)]
pub(crate) fn gated_by_sigmoid<R: Lane>(x: R, t: R) -> R {
    let one = x.constant(1.0);
    let e = (-t.abs()).exp();
    // A finite x keeps −∞·0 out.
    x.at_least(f64::from(-f32::MAX)) * (t.below(x.constant(0.0), e, one) / (one + e))
}

/// σ(t) + s·σ(t)(1 − σ(t)), the derivative of x·σ(t) with s = x·t′.
#[inline(always)]
pub(crate) fn gated_derivative<R: Lane>(t: R, s: R) -> R {
    let e = (-t.abs()).exp();
    let d = t.constant(1.0) + e;
    t.below(t.constant(0.0), e * (d + s), s.mul_add(e, d)) / (d * d)
}

/// The derivative of x·σ(βx).
#[inline(always)]
pub(crate) fn swish_derivative<R: Lane>(beta: R, x: R) -> R {
    // Beyond ±800 the exponential is 0, and holding t there keeps ∞·0 out.
    let t = (beta * x).at_least(-800.0).at_most(800.0);
    // βx − t₀ in one rounding, so that the distance to the root is right to its last bit.
    let (high, low) = SWISH_ROOT;
    let d = beta.mul_add(x, x.constant(-high)) - x.constant(low);
    select_near(d, &SWISH_NEAR, gated_derivative(t, t))
}

/// `away`, or next to the root x₀ the polynomial in x − x₀ that does not cancel there.
#[inline(always)]
pub(crate) fn near_root<R: Lane, const N: usize>(
    x: R,
    root: (f64, f64),
    near: &[f64; N],
    away: R,
) -> R {
    select_near((x - x.constant(root.0)) - x.constant(root.1), near, away)
}

#[inline(always)]
fn select_near<R: Lane, const N: usize>(d: R, near: &[f64; N], away: R) -> R {
    let mut sum = d.constant(near[N - 1]);
    let mut k = N - 1;
    while k > 0 {
        k -= 1;
        sum = sum.mul_add(d, d.constant(near[k]));
    }
    d.abs().below(d.constant(1.0 / 32.0), d * sum, away)
}

//! Pieces that several functions are made of.

use crate::elementary::coefficients::{SWISH_NEAR_FULL, SWISH_NEAR_WIDE, SWISH_ROOT};
use crate::elementary::quick::coefficients::{SWISH_NEAR, SWISH_ROOT as QUICK_ROOT};
use crate::elementary::quick::exponential::{
    LIFTED, LOWEST, Ratio, Reduced, at_most, gated, magnitude, positive_part, quotient,
};
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

/// `away`, or next to a root the polynomial in the distance d to it, which does not cancel there.
#[inline(always)]
pub(crate) fn near_root<R: Lane>(d: R, near: (&[f64; 5], &[f64; 8]), away: R) -> R {
    d.abs()
        .below(d.constant(R::NEAR_ROOT), d.near_zero(near.0, near.1), away)
}

/// x·σ(βx) in `f32`.
#[inline(always)]
pub(crate) fn swish_quick(beta: f32, x: f32) -> f32 {
    let slope = beta.abs();
    // Below 10⁻²⁰ the argument that closes the gate is too large to be lifted.
    let lost = if slope < 1e-20 {
        let a = magnitude(x, at_most(80.0 / slope, f32::MAX));
        gated::<0>(a, Reduced::of_product(-slope, a).ratio())
    } else {
        let a = magnitude(x, at_most(125.0 / slope, f32::MAX));
        gated::<56>(a, Reduced::of_product(-slope, a).ratio())
    };
    // x·σ(t) is max(x, 0) − |x|·σ(−|t|) for β ≥ 0 and min(x, 0) + |x|·σ(−|t|) for β < 0.
    turned(beta, positive_part(turned(beta, x)) - lost)
}

/// x, or −x for a negative `by`.
#[inline(always)]
fn turned(by: f32, x: f32) -> f32 {
    f32::from_bits(x.to_bits() ^ (by.to_bits() & (1 << 31)))
}

/// The derivative of x·σ(βx) in `f32`: v = e(1 − a + e)/(1 + e)² with a = |βx| and e = e^{−a} where βx < 0, and 1 − v
/// else.
#[inline(always)]
pub(crate) fn swish_derivative_quick(beta: f32, x: f32) -> f32 {
    let slope = beta.abs();
    let a = -magnitude(x, at_most(-LOWEST / slope, f32::MAX));
    let e = Ratio::fine_of_product(slope, a);
    // Next to the zero neither this nor the sum with 2ⁿ has an error.
    let line = (slope * LIFTED).mul_add(a, LIFTED);
    let (n, _) = slope_numerator(e, e.scale + line, e.q * (e.scale - line));
    let v = n / e.square_of_one_plus().0;
    let d = slope.mul_add(a, -QUICK_ROOT[0]) - QUICK_ROOT[1];
    let v = near_swish_root(d, v);
    if turned(beta, x) < 0.0 { v } else { 1.0 - v }
}

/// v, or at a distance d below `reach` from its zero, where v cancels, d·P(d).
#[inline(always)]
pub(crate) fn near_zero_of_slope<const N: usize>(d: f32, reach: f32, c: &[f32; N], v: f32) -> f32 {
    let mut near = c[N - 1];
    let mut i = N - 1;
    while i > 0 {
        i -= 1;
        near = near.mul_add(d, c[i]);
    }
    if d.abs() < reach { near * d } else { v }
}

/// e·m times (1 − q)² for a power e ≤ 1, as a sum, and m(1 − q) a sum whose second part is small; both lifted by 2³².
#[inline(always)]
fn slope_numerator(e: Ratio, m: f32, more: f32) -> (f32, f32) {
    // (m + more)(1 + q)
    let more = e.q.mul_add(m, e.times(more));
    let n = m + more;
    (n * e.scale, ((m - n) + more) * e.scale)
}

/// v, or swish′ at the distance d from its zero, where v cancels.
#[inline(always)]
pub(crate) fn near_swish_root(d: f32, v: f32) -> f32 {
    near_zero_of_slope(d, 0.25, &SWISH_NEAR, v)
}

/// e(1 + s + e)/(1 + e)² for a power e = eᵗ ≤ 1 and s = (factor + low)·x ≤ 0: the derivative of x·σ(t), with s = x·t′.
///
/// s is a product that `f32` does not hold, and 1 + s + e cancels next to its zero: every rounding error of the sum is
/// put right.
#[inline(always)]
pub(crate) fn gate_slope(e: Ratio, factor: f32, low: f32, x: f32) -> f32 {
    let factor = factor * LIFTED;
    let one = e.scale + LIFTED;
    let s = factor * x;
    let line = one + s;
    let line_low = factor.mul_add(x, -s) + ((one - line) + s);
    let more =
        e.q.mul_add(e.scale - (LIFTED + s), (low * LIFTED).mul_add(x, line_low));
    quotient(slope_numerator(e, line, more), e.square_of_one_plus())
}

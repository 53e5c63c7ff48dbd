//! Pieces that several functions are made of.

use crate::elementary::coefficients::{SWISH_NEAR_FULL, SWISH_NEAR_WIDE, SWISH_ROOT};
use crate::elementary::quick::coefficients::{SWISH_NEAR, SWISH_ROOT as QUICK_ROOT};
use crate::elementary::quick::exponential::{
    LIFT, LIFTED, LOWERED, LOWEST, Power, at_least, at_most, gated_lifted, quotient,
    square_of_one_plus,
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
    let (lift, end) = if slope < 1e-20 {
        (0, 80.0)
    } else {
        (56, 125.0)
    };
    let a = at_most(x.abs(), at_most(end / slope, f32::MAX));
    // x·σ(t) is max(x, 0) − |x|·σ(−|t|) for β ≥ 0 and min(x, 0) + |x|·σ(−|t|) for β < 0.
    let (low, high) = if beta < 0.0 {
        (f32::NEG_INFINITY, 0.0)
    } else {
        (-0.0, f32::INFINITY)
    };
    let rest = at_least(at_most(x, high), low);
    gated_lifted(rest, a.copysign(beta), Power::of_product(-slope, a), lift)
}

/// The derivative of x·σ(βx) in `f32`: v = e(1 − a + e)/(1 + e)² with a = |βx| and e = e^{−a} where βx < 0, and 1 − v
/// else.
#[inline(always)]
pub(crate) fn swish_derivative_quick(beta: f32, x: f32) -> f32 {
    let slope = beta.abs();
    let a = -at_most(x.abs(), at_most(-LOWEST / slope, f32::MAX));
    let e = Power::of_product(slope, a);
    let s = e.scale(LIFT);
    // 2⁶⁴e(1 − a + e): 1 + 2ⁿ has no error, and next to the zero 1 − a + 2ⁿ has none.
    let n = e.p.mul_add(s, (slope * LIFTED).mul_add(a, s + LIFTED));
    let v = quotient(e.lifted_sum(n), square_of_one_plus(e.lifted())) * (LOWERED * LOWERED);
    let d = slope.mul_add(a, -QUICK_ROOT[0]) - QUICK_ROOT[1];
    let v = near_swish_root(d, v);
    let t = if beta < 0.0 { -x } else { x };
    if t < 0.0 { v } else { 1.0 - v }
}

/// v, or swish′ at the distance d from its zero, where v cancels.
#[inline(always)]
pub(crate) fn near_swish_root(d: f32, v: f32) -> f32 {
    let [c0, c1, c2, c3] = SWISH_NEAR;
    let near = c3.mul_add(d, c2).mul_add(d, c1).mul_add(d, c0) * d;
    if d.abs() < 1.0 / 20.0 { near } else { v }
}

/// e(1 + s + e)/(1 + e)² for a power e = eᵗ ≤ 1 and s = (factor + low)·x ≤ 0: the derivative of x·σ(t), with s = x·t′.
///
/// s is a product that `f32` does not hold, and 1 + s + e cancels next to its zero: every rounding error of the sum is
/// put right.
#[inline(always)]
pub(crate) fn gate_slope(e: Power, factor: f32, low: f32, x: f32) -> f32 {
    let factor = factor * LIFTED;
    let power = e.scale(LIFT);
    let one = power + LIFTED;
    let s = factor * x;
    let line = one + s;
    let line_low = factor.mul_add(x, -s) + ((one - line) + s);
    let n = line + e.p.mul_add(power, (low * LIFTED).mul_add(x, line_low));
    quotient(e.lifted_sum(n), square_of_one_plus(e.lifted())) * (LOWERED * LOWERED)
}

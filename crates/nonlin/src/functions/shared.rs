//! Pieces that several functions are made of.

use crate::elementary::coefficients::{SWISH_NEAR_FULL, SWISH_NEAR_WIDE, SWISH_ROOT};
use crate::elementary::quick::coefficients::{
    SWISH_ROOT as QUICK_ROOT, SWISH_ROOT_EXP as QUICK_ROOT_EXP,
};
use crate::elementary::quick::exponential::{
    LOWEST, Power, at_least, at_most, gated_lifted, gated_slope,
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

/// `away`, or within 1/64 of a root the polynomial in the distance d to it, which does not cancel there.
#[inline(always)]
pub(crate) fn near_root<R: Lane>(d: R, near: (&[f64; 5], &[f64; 8]), away: R) -> R {
    d.abs()
        .below(d.constant(1.0 / 64.0), d.near_zero(near.0, near.1), away)
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

/// The derivative of x·σ((β + low)·x) in `f32`.
#[inline(always)]
pub(crate) fn swish_derivative_quick(beta: f32, low: Option<f32>, x: f32) -> f32 {
    let (from, to) = (LOWEST / beta, 21.0 / beta);
    let (from, to) = if beta < 0.0 { (to, from) } else { (from, to) };
    let x = at_least(at_most(x, at_most(to, f32::MAX)), at_least(from, f32::MIN));
    let rest = match low {
        Some(low) => low.mul_add(x, -QUICK_ROOT[1]),
        None => -QUICK_ROOT[1],
    };
    let d = beta.mul_add(x, -QUICK_ROOT[0]) + rest;
    let power = Power::of_distance(d, beta, x, QUICK_ROOT[0], rest);
    gated_slope(power, QUICK_ROOT_EXP[0], d)
}

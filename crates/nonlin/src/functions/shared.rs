//! Pieces that several functions are made of.

use crate::elementary::coefficients::{SWISH_NEAR_FULL, SWISH_NEAR_WIDE, SWISH_ROOT};
use crate::elementary::quick::coefficients::{SILU_DIP, SILU_DIP_LINE, SWISH_DIP, SWISH_DIP_LINE};
use crate::elementary::quick::exponential::{
    LIFT, LOWEST, Reduced, at_most, gated, magnitude, positive_part,
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

/// The derivative of x·σ(βx) in `f32`.
#[inline(always)]
pub(crate) fn swish_derivative_quick(beta: f32, x: f32) -> f32 {
    let slope = beta.abs();
    let a = magnitude(x, at_most(-LOWEST / slope, f32::MAX));
    let t = slope * a;
    // Choices that are the same for every argument: loops are compiled apart for β = 1, the default.
    let low = (slope != 1.0).then(|| slope.mul_add(a, -t));
    let v = swish_slope(t, low);
    if turned(beta, x) < 0.0 { v } else { 1.0 - v }
}

/// v = e(1 − t + e)/(1 + e)² with e = e^{−t}, the derivative of swish at −t, of which beyond 0 it is 1 − v. t is a sum, or exact as
/// it stands where it has no `low`, and then there is less to do.
#[inline(always)]
pub(crate) fn swish_slope(t: f32, low: Option<f32>) -> f32 {
    let (dip, [line, line_low]) = match low {
        None => (SILU_DIP, SILU_DIP_LINE),
        Some(_) => (SWISH_DIP, SWISH_DIP_LINE),
    };
    let d = line - t;
    let d_low = match low {
        None => line_low,
        Some(low) => {
            // What d has lost is exact (Knuth 1969, TwoSum).
            let taken = line - d;
            let lost = (line - (d + taken)) + (taken - t);
            lost + (line_low - low)
        }
    };
    let power = dip.power((t, low.unwrap_or(0.0)), d);
    let (line, low) = dip.line(power, (d, d_low));
    let e = power.lifted();
    line.mul_add(e, low * e) / dip.square_of_one_plus(power, LIFT)
}

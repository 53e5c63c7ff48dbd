//! The tail of the normal distribution.
//!
//! Φ(−t) = e^{−t²/2}·R(t), where R falls smoothly from ½ to 1/(t√(2π)). R(t)·(t + 4)/4 is nearly constant, and a
//! polynomial in u = (t − 4)/(t + 4) follows it over the whole half-line with one relative error.

use super::coefficients::{MILLS_FULL, MILLS_WIDE};
use super::exponential::{exp_full, split_wide};
use crate::real::polynomial;

/// (e^{−t²/2}, Φ(−t)·e^{t²/2}) to about 2⁻⁴⁰, for t ≥ 0; t is held at 15.5, where Φ(−t) is below every `f32`.
#[inline(always)]
pub(crate) fn tail_wide(t: f64) -> (f64, f64) {
    let t = if t > 15.5 { 15.5 } else { t };
    let (p, s) = split_wide(-0.5 * t * t);
    let e = p.mul_add(s, s);
    let inverse = 1.0 / (t + 4.0);
    (
        e,
        polynomial((t - 4.0) * inverse, &MILLS_WIDE) * (4.0 * inverse),
    )
}

/// The same to a few ULP of `f64`; t is held at 40, where Φ(−t) is below every `f64`.
#[inline(always)]
pub(crate) fn tail_full(t: f64) -> (f64, f64) {
    let t = if t > 40.0 { 40.0 } else { t };
    let half = 0.5 * t;
    let square = half * t;
    let rest = half.mul_add(t, -square);
    let e = exp_full(-square);
    let inverse = 1.0 / (t + 4.0);
    let u = (t - 4.0) * inverse;
    (
        rest.mul_add(-e, e),
        polynomial(u, &MILLS_FULL) * (4.0 * inverse),
    )
}

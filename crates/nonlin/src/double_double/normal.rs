//! erfc and the normal distribution.
//!
//! With t = |x|: up to 3/4, erfc = 1 ∓ t·P(t²), where a small erf comes out as the low part it is; beyond,
//! exp(−t²)·Q(w)/(t + 3) with w = c₁/(t + 3) − c₀, or 2 less that. The square in the exponential carries the error of
//! its rounding, or the far tail would lose t² times the precision. For Φ(x) = erfc(−x/√2)/2 the square x²/2 comes from
//! x itself.

use super::coefficients::{ERF, ERF_TAIL, ERFC, ERFC_OFFSET, ERFC_SCALE, ERFC_TAIL, SQRT_HALF};
use super::exponential::exp;
use super::pair::{Pair, horner};
use crate::real::polynomial;

/// The steps of Horner's rule from the coefficient FROM + COUNT − 1 of a table down to FROM. Few enough for the compiler
/// to unroll, without which the loop over the lanes would not become vectors.
#[inline(always)]
pub(super) fn steps<const FROM: usize, const COUNT: usize, const N: usize>(
    table: &[(f64, f64); N],
    mut sum: Pair,
    w: Pair,
) -> Pair {
    let mut i = COUNT;
    while i > 0 {
        i -= 1;
        sum = sum.step_any(w, table[FROM + i]);
    }
    sum
}

/// erfc(t)·e^{t²} for 3/4 ≤ t ≤ 29.
#[inline(always)]
pub(super) fn erfc_factor(t: Pair) -> Pair {
    let reciprocal = Pair::new(1.0).over(t.plus(Pair::new(3.0)));
    let w = reciprocal
        .times(Pair::of(ERFC_SCALE))
        .plus(-Pair::of(ERFC_OFFSET));
    let sum = Pair::new(polynomial(w.high, &ERFC_TAIL));
    let sum = steps::<22, 11, _>(&ERFC, sum, w);
    let sum = steps::<11, 11, _>(&ERFC, sum, w);
    let sum = steps::<0, 11, _>(&ERFC, sum, w);
    Pair::normal(sum.high, sum.low).times(reciprocal)
}

/// erfc(t) for t ≥ 0, or erfc(−t) = 2 − erfc(t) where `sign` is negative, from t ≤ 29 and t².
#[inline(always)]
fn from_square(t: Pair, square: Pair, sign: f64) -> Pair {
    let erf = t.times(horner(square, &ERF, &ERF_TAIL));
    let tail = exp(-square).times(erfc_factor(t));

    let near = t.high < 0.75;
    let constant = if sign.is_sign_negative() { 2.0 } else { 0.0 };
    let constant = if near { 1.0 } else { constant };
    let variable = Pair::choose(near, -erf, tail);
    // erfc(t) = 1 − erf(t), erfc(−t) = 1 + erf(t) = 2 − erfc(t).
    variable.flip(sign).under(constant)
}

/// |x|, or `limit` if that is less; NaN stays NaN.
#[inline(always)]
fn magnitude(x: Pair, limit: f64) -> Pair {
    let t = x.abs();
    Pair::choose(t.high > limit, Pair::new(limit), t)
}

/// The complementary error function to 2⁻⁹⁶ of itself, until it or its low part becomes subnormal.
#[inline(always)]
pub(super) fn erfc(x: Pair) -> Pair {
    let t = magnitude(x, 28.0);
    from_square(t, t.square(), x.high)
}

/// Φ(x) to 2⁻⁹⁶ of itself, until it or its low part becomes subnormal.
#[inline(always)]
pub(super) fn normal_cdf(x: Pair) -> Pair {
    let x_held = magnitude(x, 39.0);
    let t = x_held.times(Pair::of(SQRT_HALF));
    from_square(t, x_held.square().scale(0.5), -x.high).scale(0.5)
}

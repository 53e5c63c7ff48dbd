//! ln(1 + x).
//!
//! 1 + x = 2ᵏ(1 + g) with √½ ≤ 1 + g < √2; for k = 0, g is x itself. y₀ ≈ ln(1 + g) is good to about 2⁻⁵², and
//! 1 + g = exp(y₀)(1 + δ) with δ = (g − m)/(1 + m), m = exp(y₀) − 1, so that ln(1 + g) = y₀ + δ − δ²/2 + O(2⁻¹⁵⁰).
//! The difference g − m is exact in its high parts, hence the result is good relative to g, however small.

use super::coefficients::LN_2;
use super::exponential::{ROUND, exp, exp_m1_reduced};
use super::pair::{Pair, two_sum};
use crate::elementary::coefficients::LN_FULL;
use crate::real::polynomial;

/// ln(1 + g) for √½ ≤ 1 + g < √2.
#[inline(always)]
fn ln_1p_reduced(g: Pair) -> Pair {
    let s = g.high / (2.0 + g.high);
    let z = s * s;
    let y = g.high - s * z.mul_add(-polynomial(z, &LN_FULL), g.high);
    let m = exp_m1_reduced(Pair::new(y));
    let delta = ((g.high - m.high) + (g.low - m.low)) / (1.0 + m.high);
    Pair::normal(y, (0.5 * delta).mul_add(-delta, delta))
}

/// ln(1 + x) to 2⁻⁹⁹ of itself; −∞ at −1, NaN below. 1 + x is not subnormal.
#[inline(always)]
pub(super) fn ln_1p(x: Pair) -> Pair {
    let u = two_sum(1.0, x.high);
    let u = Pair::normal(u.high, u.low + x.low);
    // The scale 2⁻ᵏ of a huge number would be subnormal.
    let huge = u.high > TWO_600;
    let v = u.scale(if huge { 1.0 / TWO_600 } else { 1.0 });
    // Moving √½ to 1 before the exponent is read makes 1 + g centred on 1.
    let bits = v.high.to_bits().wrapping_add(0x0009_5f61_9980_c433);
    let k_bits = (bits >> 52).wrapping_sub(1023);
    let k = f64::from_bits(k_bits.wrapping_add(ROUND.to_bits())) - ROUND;
    let v = v.scale(f64::from_bits(1023u64.wrapping_sub(k_bits) << 52));
    let scaled = two_sum(v.high - 1.0, v.low);
    let k = if huge { k + 600.0 } else { k };
    let unscaled = k == 0.0;
    let y = ln_1p_reduced(Pair::choose(unscaled, x, scaled));
    // k·ln 2 in three parts, the first two exact.
    let a = two_sum(k * LN_2[0], y.high);
    let b = two_sum(a.high, k * LN_2[1]);
    let far = Pair::normal(b.high, (a.low + b.low) + k.mul_add(LN_2[2], y.low));
    let y = Pair::choose(unscaled, y, far);
    let inside = u.high > 0.0 && u.high < f64::INFINITY;
    let edge = if u.high == 0.0 {
        f64::NEG_INFINITY
    } else if u.high == f64::INFINITY {
        f64::INFINITY
    } else {
        f64::NAN
    };
    let y = Pair::choose(inside, y, Pair::new(edge));
    Pair::choose(x.high == 0.0, x, y)
}

/// ln(1 + eˣ), in the form that neither overflows nor cancels.
#[inline(always)]
pub(super) fn softplus(x: Pair) -> Pair {
    let tail = ln_1p(exp(-x.abs()));
    Pair::choose(x.high < 0.0, tail, x.plus(tail))
}

/// 2⁶⁰⁰.
const TWO_600: f64 = f64::from_bits((1023 + 600) << 52);

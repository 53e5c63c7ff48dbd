//! ln(1 + x).
//!
//! 1 + x = 2ᵏ(1 + f) with √½ ≤ 1 + f < √2, and ln(1 + f) = 2 atanh(s) with s = f/(2 + f). f is formed from x, not
//! from the rounded sum 1 + x: for k = 0 it is x itself, otherwise (x − (2ᵏ − 1))/2ᵏ, whose rounding is small against
//! k·ln 2.

use super::coefficients::{LN_FULL, LN_UNIT_WIDE, LN_WIDE};
use crate::real::polynomial;

/// (k, f), for −1 < x.
#[inline(always)]
fn reduce(x: f64) -> (f64, f64) {
    let u = 1.0 + x;
    // Moving √½ to 1 before the exponent is read makes 1 + f centred on 1.
    let bits = u.to_bits().wrapping_add(0x0009_5f61_9980_c433);
    let k_bits = (bits >> 52).wrapping_sub(1023);
    // Small integers become floats by the rounding constant's low bits.
    let k =
        f64::from_bits(k_bits.wrapping_add(6755399441055744.0f64.to_bits())) - 6755399441055744.0;
    let scale = f64::from_bits(1023u64.wrapping_sub(k_bits) << 52);
    let power = f64::from_bits(k_bits.wrapping_add(1023) << 52);
    // x − (2ᵏ − 1) is exact where it matters; beyond 2⁵³ the 1 no longer shows.
    let f = if x < 9007199254740992.0 {
        (x - (power - 1.0)) * scale
    } else {
        x * scale - 1.0
    };
    (k, f)
}

#[inline(always)]
fn assemble<const N: usize>(x: f64, table: &[f64; N]) -> f64 {
    let (k, f) = reduce(x);
    let s = f / (2.0 + f);
    let z = s * s;
    // 2 atanh(s) = f − s·(f − z·P(z)): f is exact, so only the small correction carries rounding errors.
    let correction = s * z.mul_add(-polynomial(z, table), f);
    const LN_2_HIGH: f64 = 0.6931471805582987;
    const LN_2_LOW: f64 = 1.6465949582897082e-12;
    k.mul_add(LN_2_HIGH, f - k.mul_add(-LN_2_LOW, correction))
}

/// ln(1 + x) to 2⁻⁴³ of its size, for 0 ≤ x ≤ 1, where it needs no reduction.
#[inline(always)]
pub(crate) fn ln_1p_unit_wide(x: f64) -> f64 {
    let s = x / (2.0 + x);
    s * polynomial(s * s, &LN_UNIT_WIDE)
}

/// ln(1 + x) to 2⁻⁴³ of its size.
#[inline(always)]
pub(crate) fn ln_1p_wide(x: f64) -> f64 {
    edges(x, assemble(x, &LN_WIDE))
}

/// ln(1 + x) to about 1 ULP of `f64`.
#[inline(always)]
pub(crate) fn ln_1p_full(x: f64) -> f64 {
    edges(x, assemble(x, &LN_FULL))
}

/// ∞ at ∞, −∞ at −1, NaN below.
#[inline(always)]
fn edges(x: f64, inside: f64) -> f64 {
    let y = if x < f64::INFINITY { inside } else { x };
    let y = if x > -1.0 { y } else { f64::NEG_INFINITY };
    if x < -1.0 {
        f64::NAN
    } else if x.is_nan() {
        x
    } else {
        y
    }
}

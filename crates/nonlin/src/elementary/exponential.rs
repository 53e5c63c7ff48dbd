//! eˣ and eˣ − 1.
//!
//! x = n·ln 2 + r with |r| ≤ ln 2/2, so eˣ = 2ⁿ(1 + p) with p = eʳ − 1 from a polynomial. Adding 1.5·2⁵² rounds
//! x·log₂e to the integer n and leaves n in the low bits of the sum, from which a shift makes 2ⁿ without a
//! conversion. For `f64` results n·ln 2 is taken off in two parts, the first with 32 trailing zero bits, so that its
//! product is exact; for results rounded to `f32` one fused step is enough.

use super::coefficients::{EXP_M1_FULL, EXP_M1_WIDE};
use crate::real::polynomial;

/// Adding it rounds to an integer, which then stands in the low bits: 1.5·2⁵².
const ROUND: f64 = 6755399441055744.0;
const LN_2_HIGH: f64 = 0.6931471805582987;
const LN_2_LOW: f64 = 1.6465949582897082e-12;

/// 2ⁿ for the integer n in `n + ROUND`, −1023 < n < 1024.
#[inline(always)]
fn power_of_two(rounded: f64) -> f64 {
    f64::from_bits((rounded.to_bits() << 52).wrapping_add(1.0f64.to_bits()))
}

/// (p, s) with eˣ = s(1 + p), for −708 ≤ x ≤ 709; p is good to 2⁻³⁶ of its size.
#[inline(always)]
pub(crate) fn split_wide(x: f64) -> (f64, f64) {
    let rounded = x.mul_add(std::f64::consts::LOG2_E, ROUND);
    let r = (rounded - ROUND).mul_add(-std::f64::consts::LN_2, x);
    let p = (r * r).mul_add(polynomial(r, &EXP_M1_WIDE), r);
    (p, power_of_two(rounded))
}

/// eˣ to 2⁻³⁸, for results that are rounded to `f32`: x is held within ±708, far outside the range of `f32`.
#[inline(always)]
pub(crate) fn exp_wide(x: f64) -> f64 {
    let (p, s) = split_wide(hold(x));
    p.mul_add(s, s)
}

/// The same for x ≤ 708.
#[inline(always)]
pub(crate) fn exp_down_wide(x: f64) -> f64 {
    let (p, s) = split_wide(if x < -708.0 { -708.0 } else { x });
    p.mul_add(s, s)
}

/// eˣ − 1 for x ≤ 708.
#[inline(always)]
pub(crate) fn exp_m1_down_wide(x: f64) -> f64 {
    let (p, s) = split_wide(if x < -708.0 { -708.0 } else { x });
    p.mul_add(s, s - 1.0)
}

/// eˣ − 1 to 2⁻³⁷ of its size.
#[inline(always)]
pub(crate) fn exp_m1_wide(x: f64) -> f64 {
    let (p, s) = split_wide(hold(x));
    p.mul_add(s, s - 1.0)
}

#[inline(always)]
fn hold(x: f64) -> f64 {
    let x = if x < -708.0 { -708.0 } else { x };
    if x > 708.0 { 708.0 } else { x }
}

/// (p, s₁, s₂) with eˣ = s₁s₂(1 + p): two factors, so that neither overflows and a subnormal result rounds once.
#[inline(always)]
fn split_full(x: f64) -> (f64, f64, f64) {
    let x = if x < -750.0 { -750.0 } else { x };
    let x = if x > 710.0 { 710.0 } else { x };
    let rounded = x.mul_add(std::f64::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    let r = n.mul_add(-LN_2_LOW, n.mul_add(-LN_2_HIGH, x));
    let p = (r * r).mul_add(polynomial(r, &EXP_M1_FULL), r);
    let half = n.mul_add(0.5, ROUND);
    (
        p,
        power_of_two(half),
        power_of_two((n - (half - ROUND)) + ROUND),
    )
}

/// eˣ to under 1 ULP of `f64`, subnormals included.
#[inline(always)]
pub(crate) fn exp_full(x: f64) -> f64 {
    let (p, s1, s2) = split_full(x);
    p.mul_add(s1, s1) * s2
}

/// eˣ − 1 to about 1 ULP of `f64`.
#[inline(always)]
pub(crate) fn exp_m1_full(x: f64) -> f64 {
    let (p, s1, s2) = split_full(x);
    // Beyond 2¹⁰⁰ the 1 is lost in eˣ; s₁ is then large enough for the plain product and s₁s₂ may overflow.
    let far = p.mul_add(s1, s1) * s2;
    let s = s1 * s2;
    let near = p.mul_add(s, s - 1.0);
    if x > 70.0 { far } else { near }
}

//! ln(1 + e) in `f32` arithmetic.

use super::coefficients::LN_1P_UNIT;
use super::exponential::{LIFTED, LOWERED, Power};

/// 2³²·ln(1 + e) for a power e ≤ 1.
#[inline(always)]
pub(crate) fn lifted_ln_1p(e: Power) -> f32 {
    let lifted = e.lifted();
    let e = lifted * LOWERED;
    let e2 = e * e;
    let [c0, c1, c2, c3, c4, c5, c6, c7] = LN_1P_UNIT;
    // The sign alternates, so the first terms are added one by one, lest they cancel.
    let odd = c7.mul_add(e2, c5).mul_add(e2, c3).mul_add(e2, c1);
    let even = c6.mul_add(e2, c4).mul_add(e2, c2);
    let p = even.mul_add(e, odd).mul_add(e, c0);
    (p * e).mul_add(lifted, lifted)
}

/// max(x, 0) + ln(1 + e)·scale for a power e ≤ 1.
#[inline(always)]
pub(crate) fn above_ramp(x: f32, e: Power, scale: f32) -> f32 {
    lifted_ln_1p(e).mul_add(scale / LIFTED, if x < 0.0 { 0.0 } else { x })
}

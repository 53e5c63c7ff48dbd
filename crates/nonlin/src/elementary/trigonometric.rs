//! sin and cos.
//!
//! Up to [`TRIG_REACH`] the multiple of π/2 is taken off in three parts (Cody and Waite); the first two have 33 bits
//! each, so with a quotient of at most 17 bits their products are exact. The remainder is a sum of two `f64`, good to
//! 2⁻¹⁰⁰ of π/2, hence to full relative accuracy next to every multiple of π. Beyond, [`far`] multiplies by as many
//! bits of 2/π as the argument needs (Payne and Hanek).

use super::coefficients::{COS, SIN, TWO_OVER_PI};
use crate::real::polynomial;

/// The largest |x| whose sine the lanes compute; larger arguments take a slower scalar path.
pub const TRIG_REACH: f64 = 1.0e5;

const ROUND: f64 = 6755399441055744.0;
// π/2 in three parts of 33, 33 and 53 bits.
const HALF_PI_1: f64 = 1.5707963267341256;
const HALF_PI_2: f64 = 6.077100506303966e-11;
const HALF_PI_3: f64 = 2.0222662487959506e-21;

/// (sin, cos) of high + low, where high + low = n·π/2 + (r + rest) and |r| ≤ π/4.
#[inline(always)]
fn by_quadrant(quadrant: u64, r: f64, rest: f64) -> (f64, f64) {
    let z = r * r;
    // sin(r + rest) = r + (r³S + rest·cos r), cos(r + rest) = 1 − z/2 + (z²C − r·rest).
    let sin = r + (r * z).mul_add(polynomial(z, &SIN), rest * (-0.5f64).mul_add(z, 1.0));
    let half = 0.5 * z;
    let one = 1.0 - half;
    let cos = one + ((1.0 - one) - half + (z * z).mul_add(polynomial(z, &COS), -(r * rest)));
    let swap = quadrant & 1 == 1;
    let (s, c) = if swap { (cos, sin) } else { (sin, cos) };
    let s = f64::from_bits(s.to_bits() ^ ((quadrant & 2) << 62));
    let c = f64::from_bits(c.to_bits() ^ ((quadrant.wrapping_add(1) & 2) << 62));
    (s, c)
}

/// (sin, cos) of high + low, |high| ≤ [`TRIG_REACH`], |low| ≤ ulp(high): about 1 ULP of `f64`.
#[inline(always)]
pub(crate) fn near(high: f64, low: f64) -> (f64, f64) {
    let rounded = high.mul_add(std::f64::consts::FRAC_2_PI, ROUND);
    let n = rounded - ROUND;
    let a = n.mul_add(-HALF_PI_1, high);
    let b = n * HALF_PI_2;
    // a − b exactly, as head + tail.
    let head = a - b;
    let v = head - a;
    let tail = (a - (head - v)) - (b + v);
    let tail = n.mul_add(-HALF_PI_3, tail) + low;
    let r = head + tail;
    let rest = (head - r) + tail;
    let (s, c) = by_quadrant(rounded.to_bits() & 3, r, rest);
    // −0 stays −0.
    (if high == 0.0 { high } else { s }, c)
}

/// (sin, cos) of any finite high + low, |low| ≤ ulp(high); NaN for an infinity.
pub(crate) fn far(high: f64, low: f64) -> (f64, f64) {
    if !high.is_finite() {
        return (f64::NAN, f64::NAN);
    }
    if high.abs() <= TRIG_REACH {
        return near(high, low);
    }
    let (quadrant, r, rest) = reduce_far(high);
    let (q, r, rest) = if low == 0.0 {
        (quadrant, r, rest)
    } else {
        let (low_quadrant, low_r, low_rest) = if low.abs() <= TRIG_REACH {
            (0, low, 0.0)
        } else {
            reduce_far(low)
        };
        let head = r + low_r;
        let tail = (if r.abs() > low_r.abs() {
            (r - head) + low_r
        } else {
            (low_r - head) + r
        }) + (rest + low_rest);
        // The sum may have left ±π/4: reduce it once more.
        let n = (head * std::f64::consts::FRAC_2_PI).round_ties_even();
        let a = n.mul_add(-HALF_PI_1, head);
        let b = n * HALF_PI_2;
        let h = a - b;
        let v = h - a;
        let t = (a - (h - v)) - (b + v);
        let t = n.mul_add(-HALF_PI_3, t) + tail;
        let r = h + t;
        (
            quadrant
                .wrapping_add(low_quadrant)
                .wrapping_add(n as i64 as u64),
            r,
            (h - r) + t,
        )
    };
    by_quadrant(q & 3, r, rest)
}

/// (n mod 4, r, rest) with x = n·π/2 + r + rest, |r| ≤ π/4, for finite |x| ≥ 1.
fn reduce_far(x: f64) -> (u64, f64, f64) {
    let bits = x.abs().to_bits();
    let exponent = (bits >> 52) as i64 - 1075;
    let mantissa = (bits & ((1 << 52) - 1)) | (1 << 52);
    // x·2/π = mantissa·2^exponent·0.w₀w₁…; words before `first` only add multiples of 4.
    let skip = (exponent - 3).max(0) as usize;
    let (first, shift) = (skip / 64, (skip % 64) as u32);
    let word = |i: usize| -> u64 {
        let at = |j: usize| TWO_OVER_PI.get(j).copied().unwrap_or(0);
        if shift == 0 {
            at(first + i)
        } else {
            at(first + i) << shift | at(first + i + 1) >> (64 - shift)
        }
    };
    // Product of the mantissa with 256 bits of 2/π; the integer part's low bits and the fraction are what counts.
    let mut product = [0u64; 5];
    let mut carry = 0u128;
    for i in (0..4).rev() {
        let t = u128::from(mantissa) * u128::from(word(i)) + carry;
        product[i + 1] = t as u64;
        carry = t >> 64;
    }
    product[0] = carry as u64;
    // The product is scaled by 2^(exponent − skip − 256); its binary point stands `point` bits below the top of 320.
    let point = (64 + exponent - skip as i64) as u32;
    let bits_from = |start: u32| -> u64 {
        let (w, s) = ((start / 64) as usize, start % 64);
        let at = |j: usize| product.get(j).copied().unwrap_or(0);
        if s == 0 {
            at(w)
        } else {
            at(w) << s | at(w + 1) >> (64 - s)
        }
    };
    let integer = bits_from(point - 2) >> 62;
    let fraction = u128::from(bits_from(point)) << 64 | u128::from(bits_from(point + 64));
    // Round to the nearest integer: the fraction becomes signed.
    let up = fraction >> 127 == 1;
    let quadrant = integer.wrapping_add(u64::from(up));
    let magnitude = if up {
        fraction.wrapping_neg()
    } else {
        fraction
    };
    let zeros = magnitude.leading_zeros();
    let normal = if magnitude == 0 {
        0
    } else {
        magnitude << zeros
    };
    let scale = 2f64.powi(-64 - zeros as i32);
    let high = (normal >> 64) as u64;
    let top = (high & !0x7ff) as f64 * scale;
    let bottom = ((high & 0x7ff) as f64 + (normal as u64) as f64 / 18446744073709551616.0) * scale;
    // Times π/2, as a sum of two.
    const HIGH: f64 = std::f64::consts::FRAC_PI_2;
    const LOW: f64 = 6.123233995736766e-17;
    let p = top * HIGH;
    let e = top.mul_add(HIGH, -p) + (top * LOW + bottom * HIGH);
    let r = p + e;
    let rest = (p - r) + e;
    let flip = up != x.is_sign_negative();
    let quadrant = if x.is_sign_negative() {
        quadrant.wrapping_neg()
    } else {
        quadrant
    };
    if flip {
        (quadrant, -r, -rest)
    } else {
        (quadrant, r, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_and_far_agree_with_the_standard_library() {
        let mut x = 1.0e-3f64;
        while x < 1.0e300 {
            for v in [x, -x] {
                let (s, c) = far(v, 0.0);
                assert!(
                    (s - v.sin()).abs() <= 2.0 * f64::EPSILON * v.sin().abs(),
                    "sin {v}: {s} {}",
                    v.sin()
                );
                assert!(
                    (c - v.cos()).abs() <= 2.0 * f64::EPSILON * v.cos().abs(),
                    "cos {v}: {c} {}",
                    v.cos()
                );
            }
            x *= 1.0731;
        }
    }
}

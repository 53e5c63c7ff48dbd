//! sin and cos.
//!
//! Up to [`NEAR`] the multiple of π/2 is taken off in five parts (Cody and Waite), all but the last of them exact, and
//! the sum is distilled until it has lost nothing to cancellation. Beyond, x·2/π modulo 4 is formed as a fixed-point
//! number with 254 bits after the point (Payne and Hanek), for the high and the low part alike, one lane at a time.

use super::coefficients::{COS, COS_TAIL, HALF_PI, HALF_PI_PARTS, SIN, SIN_TAIL};
use super::exponential::ROUND;
use super::pair::{Pair, horner, two_sum};
use crate::elementary::coefficients::TWO_OVER_PI;

/// The largest |x| for [`reduce_near`].
pub(super) const NEAR: f64 = 1.0e5;

/// (n, r) with x = n·π/2 + r, |r| ≤ π/4, for |x| ≤ [`NEAR`]; of n the low two bits count.
#[inline(always)]
pub(super) fn reduce_near(x: Pair) -> (u64, Pair) {
    let rounded = x.high.mul_add(std::f64::consts::FRAC_2_PI, ROUND);
    let n = rounded - ROUND;
    let mut a = n.mul_add(-HALF_PI_PARTS[0], x.high);
    let mut b = -(n * HALF_PI_PARTS[1]);
    let mut c = x.low;
    let mut d = -(n * HALF_PI_PARTS[2]);
    let mut e = -(n * HALF_PI_PARTS[3]);
    let mut f = -(n * HALF_PI_PARTS[4]);
    // Each pass brings the sum of all to the front and leaves the errors behind; three passes leave the two leading
    // parts of whatever cancellation leaves.
    let mut pass = 0;
    while pass < 3 {
        let s = two_sum(e, f);
        f = s.low;
        let s = two_sum(d, s.high);
        e = s.low;
        let s = two_sum(c, s.high);
        d = s.low;
        let s = two_sum(b, s.high);
        c = s.low;
        let s = two_sum(a, s.high);
        a = s.high;
        b = s.low;
        pass += 1;
    }
    (rounded.to_bits(), two_sum(a, b + (c + (d + (e + f)))))
}

/// sin(n·π/2 + r) to 2⁻¹⁰¹ of itself, |r| ≤ π/4.
#[inline(always)]
pub(super) fn sin_by_quadrant(n: u64, r: Pair) -> Pair {
    let z = r.square();
    let cube = r.times(z).times(horner(z, &SIN, &SIN_TAIL));
    let sum = cube.under(r.high);
    let sin = Pair::choose(r.high == 0.0, r, Pair::normal(sum.high, sum.low + r.low));
    let cos = horner(z, &COS, &COS_TAIL);
    let y = Pair::choose(n & 1 == 1, Pair::normal(cos.high, cos.low), sin);
    y.flip(f64::from_bits((n & 2) << 62))
}

/// (n, r) with x = n·π/2 + r, |r| ≤ π/4, for any finite x; r is NaN for the others.
pub(super) fn reduce_far(x: Pair) -> (u64, Pair) {
    if !x.high.is_finite() {
        return (0, Pair::new(f64::NAN));
    }
    let mut sum = quarter_turns(x.high);
    add(&mut sum, quarter_turns(x.low));
    // Round to the nearest integer: the fraction becomes signed.
    let integer = sum[0] >> 62;
    let up = sum[0] >> 61 & 1;
    sum[0] <<= 2;
    sum[0] >>= 2;
    if up == 1 {
        // 1 − fraction.
        negate(&mut sum);
        sum[0] &= (1 << 62) - 1;
    }
    let mut r = from_fraction(sum).times(Pair::of(HALF_PI));
    if up == 1 {
        r = -r;
    }
    (integer.wrapping_add(up), r)
}

/// x·2/π modulo 4, as an integer in units of 2⁻²⁵⁴, most significant word first; x is finite.
fn quarter_turns(x: f64) -> [u64; 4] {
    let bits = x.abs().to_bits();
    let biased = (bits >> 52) as i64;
    let fraction = bits & ((1 << 52) - 1);
    // |x| = mantissa·2^exponent.
    let (mantissa, exponent) = if biased == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, biased - 1075)
    };
    // Bit number i of 2/π (from 0) has the weight 2^(exponent − 1 − i) here; those of 4 and more drop out.
    let first = exponent - 2;
    let mut product = [0u64; 5];
    let mut carry = 0u128;
    for i in (0..5).rev() {
        let t = u128::from(mantissa) * u128::from(two_over_pi_from(first + 64 * i as i64)) + carry;
        product[i] = t as u64;
        carry = t >> 64;
    }
    let mut turns = [product[0], product[1], product[2], product[3]];
    if x < 0.0 {
        negate(&mut turns);
    }
    turns
}

/// 64 bits of 2/π from the given one on; there are zeros before the first and after the last of the table.
fn two_over_pi_from(bit: i64) -> u64 {
    let word = |i: i64| {
        usize::try_from(i)
            .ok()
            .and_then(|i| TWO_OVER_PI.get(i).copied())
            .unwrap_or(0)
    };
    let (index, shift) = (bit.div_euclid(64), bit.rem_euclid(64));
    if shift == 0 {
        word(index)
    } else {
        word(index) << shift | word(index + 1) >> (64 - shift)
    }
}

/// a += b, modulo 2²⁵⁶.
fn add(a: &mut [u64; 4], b: [u64; 4]) {
    let mut carry = 0u128;
    for (a, b) in a.iter_mut().zip(b).rev() {
        let t = u128::from(*a) + u128::from(b) + carry;
        *a = t as u64;
        carry = t >> 64;
    }
}

/// a = −a, modulo 2²⁵⁶.
fn negate(a: &mut [u64; 4]) {
    for word in a.iter_mut() {
        *word = !*word;
    }
    add(a, [0, 0, 0, 1]);
}

/// The fraction a/2²⁵⁴ < 1, truncated to 106 bits.
fn from_fraction(a: [u64; 4]) -> Pair {
    let zeros = match a.iter().position(|&word| word != 0) {
        Some(i) => 64 * i as u32 + a[i].leading_zeros(),
        None => return Pair::new(0.0),
    };
    let bits_from = |start: u32| {
        let (i, shift) = ((start / 64) as usize, start % 64);
        let word = |i: usize| a.get(i).copied().unwrap_or(0);
        if shift == 0 {
            word(i)
        } else {
            word(i) << shift | word(i + 1) >> (64 - shift)
        }
    };
    // 53 bits each, so that the conversions are exact.
    let high = (bits_from(zeros) >> 11) as f64;
    let low = (bits_from(zeros + 53) >> 11) as f64;
    let unit = 2f64.powi(2 - 53 - zeros as i32);
    two_sum(high * unit, low * unit * (1.0 / 9007199254740992.0))
}

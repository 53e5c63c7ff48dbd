//! eˣ and eˣ − 1.
//!
//! x = n·ln 2 + r with |r| ≤ ln 2/2. A polynomial gives M₄ = 16(exp(r/16) − 1), and M ↦ M + M²/2ᵏ⁺¹ for k = 4, 3, 2, 1
//! doubles the argument each time, so that M₀ = eʳ − 1. The scaling by 16 stands in the coefficients: r itself is
//! never divided, and a subnormal r keeps all its bits.

use super::coefficients::{EXP_M1, EXP_M1_TAIL, LN_2};
use super::pair::{Pair, horner, two_product, two_sum};

/// Adding it rounds to an integer, which then stands in the low bits: 1.5·2⁵².
pub(super) const ROUND: f64 = 6755399441055744.0;

/// eʳ − 1 to 2⁻¹⁰² of itself, |r| ≤ 0.35.
#[inline(always)]
pub(super) fn exp_m1_reduced(r: Pair) -> Pair {
    let m = from_quotient(r, horner(r, &EXP_M1, &EXP_M1_TAIL));
    Pair::normal(m.high, m.low)
}

/// eʳ − 1 from s = (16(exp(r/16) − 1) − r)/r²; the low part is not brought under half an ulp.
#[inline(always)]
pub(super) fn from_quotient(r: Pair, s: Pair) -> Pair {
    // r + r²·s
    let square = two_product(r.high, r.high);
    let square_low = (2.0 * r.high).mul_add(r.low, square.low);
    let p = two_product(square.high, s.high);
    let low = square_low.mul_add(s.high, square.high.mul_add(s.low, p.low));
    let sum = r.high + p.high;
    let mut m = Pair {
        high: sum,
        low: ((r.high - sum) + p.high) + (low + r.low),
    };
    m = double(m, 1.0 / 32.0);
    m = double(m, 1.0 / 16.0);
    m = double(m, 1.0 / 8.0);
    double(m, 1.0 / 4.0)
}

/// M + M²·c, |M| < 1.
#[inline(always)]
pub(super) fn double(m: Pair, c: f64) -> Pair {
    let square = two_product(m.high, m.high);
    let low = (2.0 * m.high).mul_add(m.low, square.low);
    let high = square.high * c;
    let sum = m.high + high;
    Pair {
        high: sum,
        low: ((m.high - sum) + high) + low.mul_add(c, m.low),
    }
}

/// (n, r) with x = n·ln 2 + r, for |x| ≤ 800; the first is n + [`ROUND`].
#[inline(always)]
fn reduce(x: Pair) -> (f64, Pair) {
    let rounded = x.high.mul_add(std::f64::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    // The products with the first two parts are exact. x.low may be as large as 2⁻⁴⁴, so it is added exactly too.
    let a = two_sum(x.high, -(n * LN_2[0]));
    let b = two_sum(a.high, -(n * LN_2[1]));
    let c = two_sum(b.high, x.low);
    let low = n.mul_add(-LN_2[2], a.low + (b.low + c.low));
    (rounded, two_sum(c.high, low))
}

/// 2ⁿ for the integer n in `n + ROUND`, −1023 < n < 1024.
#[inline(always)]
pub(super) fn power_of_two(rounded: f64) -> f64 {
    f64::from_bits((rounded.to_bits() << 52).wrapping_add(1.0f64.to_bits()))
}

/// (1 + m)·2ⁿ for n + [`ROUND`], |n| < 2000: in two steps, so that neither factor leaves the range.
#[inline(always)]
fn assemble(rounded: f64, m: Pair) -> Pair {
    let n = rounded - ROUND;
    let half = n.mul_add(0.5, ROUND);
    let first = power_of_two(half);
    let second = power_of_two((n - (half - ROUND)) + ROUND);
    let e = m.under(1.0).scale(first).scale(second);
    Pair {
        high: e.high,
        low: if e.high < f64::INFINITY { e.low } else { 0.0 },
    }
}

/// Where eˣ is 0 or ∞ in `f64` on either side.
const REACH: (f64, f64) = (-760.0, 720.0);

/// x between two limits; NaN stays NaN.
#[inline(always)]
pub(super) fn hold(x: Pair, (least, largest): (f64, f64)) -> Pair {
    let high = if x.high < least { least } else { x.high };
    let high = if high > largest { largest } else { high };
    Pair {
        high,
        low: if high == x.high { x.low } else { 0.0 },
    }
}

/// eˣ to 2⁻⁹⁷ of itself; a subnormal result or low part has fewer bits. Next to 0 it is (1, x).
#[inline(always)]
pub(super) fn exp(x: Pair) -> Pair {
    let (rounded, r) = reduce(hold(x, REACH));
    assemble(rounded, exp_m1_reduced(r))
}

/// eˣ − 1 to 2⁻⁹⁷ of itself.
#[inline(always)]
pub(super) fn exp_m1(x: Pair) -> Pair {
    let (rounded, r) = reduce(hold(x, REACH));
    let m = exp_m1_reduced(r);
    // Outside |x| ≤ ln 2/2 the difference loses less than two bits.
    let e = assemble(rounded, m);
    let difference = two_sum(e.high, -1.0);
    let difference = Pair::normal(difference.high, difference.low + e.low);
    let y = Pair::choose(rounded == ROUND, m, difference);
    Pair::choose(x.high == 0.0, x, y)
}

/// The hyperbolic tangent, −m/(m + 2) with m = exp(−2|x|) − 1; up to 2⁻²⁷ x − x³/3, whose second term the quotient
/// would lose among its errors when x is tiny.
#[inline(always)]
pub(super) fn tanh(x: Pair) -> Pair {
    const SMALL: f64 = 1.0 / 134217728.0;
    let m = exp_m1(-x.abs().scale(2.0));
    let quotient = (-m).over(m.under(2.0)).abs().flip(x.high);
    let cube = x.high * x.high * x.high;
    let series = Pair::normal(x.high, cube.mul_add(-1.0 / 3.0, x.low));
    Pair::choose(x.high.abs() < SMALL, series, quotient)
}

/// 1/(1 + e⁻ˣ), in the form that neither overflows nor cancels.
#[inline(always)]
pub(super) fn sigmoid(x: Pair) -> Pair {
    let e = exp(-x.abs());
    Pair::choose(x.high < 0.0, e, Pair::new(1.0)).over(e.under(1.0))
}

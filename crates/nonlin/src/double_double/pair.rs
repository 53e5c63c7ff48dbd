//! Arithmetic of one double-double number: the algorithms of Dekker, Knuth, and Joldes, Muller and Popescu (2017).
//!
//! Everything is branch-free and inlined, and rests on a fused multiply-add: it belongs inside
//! [`at_level`](crate::level::at_level).

use std::ops::Neg;

/// The unevaluated sum of two `f64`, |low| ≤ ulp(high)/2 unless a function says otherwise.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    pub(super) high: f64,
    pub(super) low: f64,
}

/// The same number as `high + low`, |low| ≤ |high| or high = 0, with `low` within half an ulp.
#[inline(always)]
pub(super) fn fast_two_sum(high: f64, low: f64) -> Pair {
    let sum = high + low;
    Pair {
        high: sum,
        low: low - (sum - high),
    }
}

/// a + b exactly, in whatever order they are.
#[inline(always)]
pub(super) fn two_sum(a: f64, b: f64) -> Pair {
    let sum = a + b;
    let part = sum - a;
    Pair {
        high: sum,
        low: (a - (sum - part)) + (b - part),
    }
}

/// a · b exactly, while neither the product nor its error leaves the normal range.
#[inline(always)]
pub(super) fn two_product(a: f64, b: f64) -> Pair {
    let product = a * b;
    Pair {
        high: product,
        low: a.mul_add(b, -product),
    }
}

/// `sum`, or 0 where `term`, the rounding error of a product or a quotient, was cancelled to its last bits.
///
/// What is then left comes from the 107th bit of the operands. A fraction such as 11/48 has no exact low part, yet its
/// product with 3 is 11/16, and a residue of 2⁻¹⁰⁷ would break a tie that is one. Against the result a residue so
/// dropped is below 2⁻¹⁰³.
#[inline(always)]
pub(super) fn without_noise(sum: f64, term: f64) -> f64 {
    const NOISE: f64 = f64::from_bits((1023 - 50) << 52);
    if sum.abs() < NOISE * term.abs() {
        0.0
    } else {
        sum
    }
}

/// All ones or 0.
#[inline(always)]
fn mask(condition: bool) -> u64 {
    u64::from(condition).wrapping_neg()
}

impl Pair {
    #[inline(always)]
    pub(super) fn new(high: f64) -> Pair {
        Pair { high, low: 0.0 }
    }

    #[inline(always)]
    pub(super) fn of((high, low): (f64, f64)) -> Pair {
        Pair { high, low }
    }

    /// high + low, |low| ≤ |high| or high = 0. An infinite `high` gets a low part of 0, whatever stands there; a low
    /// part of 0 or NaN leaves `high` as it is, a negative zero included.
    #[inline(always)]
    pub(super) fn normal(high: f64, low: f64) -> Pair {
        let sum = fast_two_sum(high, low);
        let counts = high.abs() < f64::INFINITY && low.abs() > 0.0;
        Pair {
            high: if counts { sum.high } else { high },
            low: if counts { sum.low } else { 0.0 },
        }
    }

    /// `then` or `otherwise`.
    #[inline(always)]
    pub(super) fn choose(condition: bool, then: Pair, otherwise: Pair) -> Pair {
        Pair {
            high: if condition { then.high } else { otherwise.high },
            low: if condition { then.low } else { otherwise.low },
        }
    }

    /// The number with its sign changed where `sign` is negative.
    #[inline(always)]
    pub(super) fn flip(self, sign: f64) -> Pair {
        let bit = sign.to_bits() & (1 << 63);
        Pair {
            high: f64::from_bits(self.high.to_bits() ^ bit),
            low: f64::from_bits(self.low.to_bits() ^ bit),
        }
    }

    /// |x|.
    #[inline(always)]
    pub(super) fn abs(self) -> Pair {
        self.flip(self.high)
    }

    /// The product with a power of two.
    #[inline(always)]
    pub(super) fn scale(self, power: f64) -> Pair {
        Pair {
            high: self.high * power,
            low: self.low * power,
        }
    }

    /// The sum, to 2⁻¹⁰⁴ of itself whatever cancels.
    #[inline(always)]
    pub(super) fn plus(self, o: Pair) -> Pair {
        let high = two_sum(self.high, o.high);
        let low = two_sum(self.low, o.low);
        let v = fast_two_sum(high.high, high.low + low.high);
        let sum = fast_two_sum(v.high, low.low + v.low);
        // Where nothing was left over the plain sum keeps its signed zero, and an infinity its low part of 0.
        // As masks: a choice between two sums becomes a branch, and the loop around it is no longer over lanes.
        let left_over = (high.low + low.high).abs() + low.low.abs();
        let counts = mask(high.high.abs() < f64::INFINITY) & mask(left_over > 0.0);
        let kept = (sum.high.to_bits() & counts) | (high.high.to_bits() & !counts);
        Pair {
            high: f64::from_bits(kept),
            low: f64::from_bits(sum.low.to_bits() & counts),
        }
    }

    /// The difference, to 2⁻¹⁰⁴ of itself whatever cancels.
    #[inline(always)]
    pub(super) fn minus(self, o: Pair) -> Pair {
        self.plus(-o)
    }

    /// c + self for |c| ≥ |self| or c = 0.
    #[inline(always)]
    pub(super) fn under(self, c: f64) -> Pair {
        let sum = fast_two_sum(c, self.high);
        Pair::normal(sum.high, sum.low + self.low)
    }

    /// The product, to 2⁻¹⁰³.
    #[inline(always)]
    pub(super) fn times(self, o: Pair) -> Pair {
        let p = two_product(self.high, o.high);
        let low = self.high.mul_add(o.low, self.low.mul_add(o.high, p.low));
        Pair::normal(p.high, without_noise(low, p.low))
    }

    /// The square, to 2⁻¹⁰³.
    #[inline(always)]
    pub(super) fn square(self) -> Pair {
        let p = two_product(self.high, self.high);
        Pair::normal(p.high, (2.0 * self.high).mul_add(self.low, p.low))
    }

    /// The quotient, to 2⁻¹⁰².
    #[inline(always)]
    pub(super) fn over(self, o: Pair) -> Pair {
        let quotient = self.high / o.high;
        let first = (-quotient).mul_add(o.high, self.high);
        let rest = (-quotient).mul_add(o.low, first + self.low);
        Pair::normal(quotient, without_noise(rest, first) / o.high)
    }

    /// The square root, to 2⁻¹⁰³.
    #[inline(always)]
    pub(super) fn sqrt(self) -> Pair {
        let root = self.high.sqrt();
        let rest = (-root).mul_add(root, self.high) + self.low;
        Pair::normal(root, rest / (2.0 * root))
    }

    /// One step of Horner's rule, self · x + c, for |c| ≥ |self · x|. The low part is not brought under half an ulp.
    #[inline(always)]
    pub(super) fn step(self, x: Pair, c: (f64, f64)) -> Pair {
        let p = two_product(self.high, x.high);
        let low = self.low.mul_add(x.high, self.high.mul_add(x.low, p.low));
        let sum = fast_two_sum(c.0, p.high);
        Pair {
            high: sum.high,
            low: sum.low + (low + c.1),
        }
    }

    /// The same where it is not known which of c and self · x is larger.
    #[inline(always)]
    pub(super) fn step_any(self, x: Pair, c: (f64, f64)) -> Pair {
        let p = two_product(self.high, x.high);
        let low = self.low.mul_add(x.high, self.high.mul_add(x.low, p.low));
        let sum = two_sum(c.0, p.high);
        Pair {
            high: sum.high,
            low: sum.low + (low + c.1),
        }
    }
}

impl Neg for Pair {
    type Output = Pair;
    #[inline(always)]
    fn neg(self) -> Pair {
        Pair {
            high: -self.high,
            low: -self.low,
        }
    }
}

/// `Σ pairs[i]·xⁱ + xᴺ · Σ tail[i]·xⁱ` with shrinking terms: the tail in `f64`, the pairs in double-double.
#[inline(always)]
pub(super) fn horner<const N: usize, const M: usize>(
    x: Pair,
    pairs: &[(f64, f64); N],
    tail: &[f64; M],
) -> Pair {
    let mut sum = Pair::new(crate::real::polynomial(x.high, tail));
    let mut i = N;
    while i > 0 {
        i -= 1;
        sum = sum.step(x, pairs[i]);
    }
    sum
}

//! A double-double number with an exponent of its own.
//!
//! The intermediate results of a formula may leave the range of `f64` though its result does not: x·eˣ at −720, where eˣ has
//! a few bits left, or the square of 10²⁰⁰. Where a batch of [`DoubleDouble`]s ran into that, the formula is evaluated once
//! more over these, which neither under- nor overflow, and is rounded to `f64` once, subnormal results included. That is
//! rare, so one number is carried in all lanes of a batch, and the arithmetic is the batch's.

use super::DoubleDouble;
use crate::real::Real;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// d·2^exponent, where d is 0, infinite, NaN or of a magnitude in [1, 2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scaled {
    d: DoubleDouble,
    exponent: i64,
}

/// ln 2.
const LN_2: (f64, f64) = (std::f64::consts::LN_2, 2.3190468138462996e-17);

/// An exponent beyond that of any product of results.
const FAR: i64 = 1 << 40;

/// Below 2^−this, the terms of a series after the second leave no mark.
const TINY: i64 = -120;

/// d·2ⁿ, as far as `f64` goes; exact unless a part becomes subnormal.
fn times_power(d: DoubleDouble, n: i64) -> DoubleDouble {
    let n = n.clamp(-3000, 3000);
    let (step, last) = (n / 4, n - 3 * (n / 4));
    let power = |n: i64| f64::from_bits(((1023 + n) as u64) << 52);
    let factors = [power(step), power(step), power(step), power(last)];
    let times = |part: [f64; super::LANES]| part.map(|x| factors.iter().fold(x, |x, p| x * p));
    DoubleDouble {
        high: times(d.high),
        low: times(d.low),
    }
}

impl Scaled {
    fn new(d: DoubleDouble, exponent: i64) -> Scaled {
        let high = d.high[0];
        if high == 0.0 || !high.is_finite() {
            return Scaled { d, exponent: 0 };
        }
        // A subnormal number is made normal first.
        let (d, exponent) = if high.abs() < f64::MIN_POSITIVE {
            (times_power(d, 100), exponent - 100)
        } else {
            (d, exponent)
        };
        let own = (d.high[0].to_bits() >> 52 & 0x7ff) as i64 - 1023;
        Scaled {
            d: times_power(d, -own),
            exponent: exponent + own,
        }
    }

    pub(crate) fn from_f64(x: f64) -> Scaled {
        Scaled::new(DoubleDouble::splat(x), 0)
    }

    /// A parameter as [`DoubleDouble::parameter`] takes it.
    pub(crate) fn parameter(c: f64) -> Scaled {
        Scaled::new(DoubleDouble::parameter(c), 0)
    }

    /// The nearest `f64`.
    pub(crate) fn to_f64(self) -> f64 {
        if self.exponent >= -1000 {
            // |low| is at most half the last place of high, which the scaling keeps.
            return times_power(self.d, self.exponent).high[0];
        }
        // A number rounded to odd may be rounded again to fewer bits.
        let odd = self.d.round_to_odd()[0];
        let near = odd * f64::from_bits((1023 - 1000) << 52);
        let rest = (self.exponent + 1000).max(-1000);
        near * f64::from_bits(((1023 + rest) as u64) << 52)
    }

    /// The number, as far as the range of `f64` goes.
    fn plain(self) -> DoubleDouble {
        times_power(self.d, self.exponent)
    }

    fn is_regular(self) -> bool {
        self.d.high[0] != 0.0 && self.d.high[0].is_finite()
    }

    /// Whether the number is that small, 0 included.
    fn is_below(self, exponent: i64) -> bool {
        self.d.high[0] == 0.0 || self.is_regular() && self.exponent < exponent
    }

    /// Whether `self` is less, as numbers rounded to 53 bits.
    fn is_less(self, o: Scaled) -> bool {
        let (a, b) = (self.d.high[0], o.d.high[0]);
        if !self.is_regular() || !o.is_regular() || a.is_sign_negative() != b.is_sign_negative() {
            return a < b;
        }
        match self.exponent.cmp(&o.exponent) {
            std::cmp::Ordering::Less => a > 0.0,
            std::cmp::Ordering::Equal => a < b,
            std::cmp::Ordering::Greater => a < 0.0,
        }
    }

    fn is_equal(self, o: Scaled) -> bool {
        self.d.high[0] == o.d.high[0] && self.exponent == o.exponent
    }
}

impl Add for Scaled {
    type Output = Scaled;
    fn add(self, o: Scaled) -> Scaled {
        if !self.is_regular() || !o.is_regular() {
            return match (self.d.high[0] == 0.0, o.d.high[0] == 0.0) {
                (true, false) => o,
                (false, true) => self,
                _ => Scaled::new(self.d + o.d, 0),
            };
        }
        let (large, small) = if self.exponent >= o.exponent {
            (self, o)
        } else {
            (o, self)
        };
        let apart = large.exponent - small.exponent;
        // A low part may be far below the high one: 1 + x of a tiny x still knows x.
        if apart > 900 {
            return large;
        }
        Scaled::new(large.d + times_power(small.d, -apart), large.exponent)
    }
}

impl Sub for Scaled {
    type Output = Scaled;
    fn sub(self, o: Scaled) -> Scaled {
        self + -o
    }
}

impl Mul for Scaled {
    type Output = Scaled;
    fn mul(self, o: Scaled) -> Scaled {
        Scaled::new(self.d * o.d, self.exponent + o.exponent)
    }
}

impl Div for Scaled {
    type Output = Scaled;
    fn div(self, o: Scaled) -> Scaled {
        Scaled::new(self.d / o.d, self.exponent - o.exponent)
    }
}

impl Neg for Scaled {
    type Output = Scaled;
    fn neg(self) -> Scaled {
        Scaled { d: -self.d, ..self }
    }
}

impl Real for Scaled {
    fn constant(self, c: f64) -> Scaled {
        Scaled::from_f64(c)
    }

    fn pi(self) -> Scaled {
        Scaled::new(self.d.pi(), 0)
    }

    fn exp(self) -> Scaled {
        let one = self.constant(1.0);
        if self.d.high[0].is_nan() {
            return self;
        }
        if self.is_below(TINY) {
            return one + self;
        }
        if !self.is_regular() || self.exponent > 30 {
            let negative = self.d.high[0] < 0.0;
            return Scaled {
                d: one.d,
                exponent: if negative { -FAR } else { FAR },
            };
        }
        let x = self.plain();
        let n = (x.high[0] * std::f64::consts::LOG2_E).round();
        let r = x - DoubleDouble::splat(n) * DoubleDouble::same(LN_2);
        Scaled::new(r.exp(), n as i64)
    }

    fn exp_m1(self) -> Scaled {
        if self.is_below(TINY) {
            self + self * self * self.constant(0.5)
        } else if self.exponent < 6 {
            Scaled::new(self.plain().exp_m1(), 0)
        } else {
            self.exp() - self.constant(1.0)
        }
    }

    fn ln_1p(self) -> Scaled {
        if self.is_below(TINY) {
            self - self * self * self.constant(0.5)
        } else if !self.is_regular() || self.exponent < 900 {
            Scaled::new(self.plain().ln_1p(), 0)
        } else {
            // ln(d·2ⁿ), beside which the 1 is nothing.
            let d = self.d - DoubleDouble::splat(1.0);
            let turns = DoubleDouble::splat(self.exponent as f64) * DoubleDouble::same(LN_2);
            Scaled::new(d.ln_1p() + turns, 0)
        }
    }

    fn tanh(self) -> Scaled {
        if self.is_below(TINY / 2) {
            self - self * self * self / self.constant(3.0)
        } else {
            Scaled::new(self.plain().tanh(), 0)
        }
    }

    fn erfc(self) -> Scaled {
        if self.d.high[0] > 0.0 && self.is_regular() && self.exponent >= 0 {
            // Beyond 28 the exponential alone is less than any f64.
            let held = self.constant(28.0);
            let held = self.below(held, self, held);
            let factor = Scaled::new(held.plain().erfc_factor(), 0);
            (-(self * self)).exp() * factor
        } else {
            Scaled::new(self.plain().erfc(), 0)
        }
    }

    fn sqrt(self) -> Scaled {
        let odd = self.exponent.rem_euclid(2);
        Scaled::new(times_power(self.d, odd).sqrt(), (self.exponent - odd) / 2)
    }

    fn sin(self) -> Scaled {
        if self.is_below(TINY / 2) {
            self - self * self * self / self.constant(6.0)
        } else {
            Scaled::new(self.plain().sin(), 0)
        }
    }

    fn cos(self) -> Scaled {
        if self.is_below(TINY / 2) {
            self.constant(1.0) - self * self * self.constant(0.5)
        } else {
            Scaled::new(self.plain().cos(), 0)
        }
    }

    fn below(self, at: Scaled, then: Scaled, otherwise: Scaled) -> Scaled {
        if self.is_less(at) { then } else { otherwise }
    }

    fn up_to(self, at: Scaled, then: Scaled, otherwise: Scaled) -> Scaled {
        if self.is_less(at) || self.is_equal(at) {
            then
        } else {
            otherwise
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for x in [
            0.0,
            -0.0,
            1.0,
            -1.5,
            1e308,
            -1e-308,
            5e-324,
            -1.5e-320,
            f64::INFINITY,
        ] {
            assert_eq!(Scaled::from_f64(x).to_f64().to_bits(), x.to_bits(), "{x:e}");
        }
        assert!(Scaled::from_f64(f64::NAN).to_f64().is_nan());
    }

    #[test]
    fn nothing_leaves_the_range_on_the_way() {
        let s = Scaled::from_f64;
        let power = |n| s(f64::powi(2.0, n));
        let large = power(1000) * power(1000);
        assert_eq!((large * power(-1000) * power(-1000)).to_f64(), 1.0);
        let tiny = power(-1000) * power(-1000);
        assert_eq!((tiny / power(-1000)).to_f64(), f64::powi(2.0, -1000));
        assert_eq!(((tiny + s(1.0)) - s(1.0)).to_f64(), 0.0);
        // 745.5·e^{−745.5}: the exponential alone is 0 in f64.
        let x = s(-745.5);
        assert_eq!((x * x.exp()).to_f64(), -1.27617839774296e-321);
        assert_eq!(s(-1e9).exp().to_f64(), 0.0);
        assert_eq!(s(1e9).exp().to_f64(), f64::INFINITY);
        assert_eq!(s(1e-200).exp_m1().to_f64(), 1e-200);
        assert_eq!((tiny.ln_1p() / tiny).to_f64(), 1.0);
        assert_eq!((tiny.sqrt() * power(1000)).to_f64(), 1.0);
        assert!(s(27.0).erfc().to_f64() > 0.0);
    }

    #[test]
    fn a_half_of_the_least_number_is_rounded_once() {
        let least = Scaled::from_f64(5e-324);
        let half = least * Scaled::from_f64(0.5);
        assert_eq!(half.to_f64(), 0.0);
        let more = half * Scaled::from_f64(1.0 + f64::EPSILON);
        assert_eq!(more.to_f64(), 5e-324);
        let three = half * Scaled::from_f64(3.0);
        assert_eq!(three.to_f64(), 1e-323);
        let less = three * Scaled::from_f64(1.0 - f64::EPSILON);
        assert_eq!(less.to_f64(), 5e-324);
    }
}

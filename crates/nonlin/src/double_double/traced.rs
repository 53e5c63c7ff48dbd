//! A batch of double-double numbers that knows its zeros.
//!
//! The 0 that comes out of a formula is either the exact result, such as a flat piece or the second derivative of a straight
//! one, or what is left of a number that underflowed on the way. The formula itself tells the two apart: a constant 0 is
//! exact, and so are the products with it and the sums of such. Everything else is not known to be.

use super::{DoubleDouble, LANES};
use crate::real::Real;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A [`DoubleDouble`], the same numbers, with a mark on every number that is exactly 0 whatever the range of `f64`: on no other
/// number, but not on every 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traced {
    pub(crate) number: DoubleDouble,
    /// The mark of lane i is bit i. A marked number may be NaN: 0 · ∞, where ∞ is what overflowed.
    zeros: u8,
}

/// The marks of a batch of zeros.
const ALL: u8 = u8::MAX;

const _: () = assert!(LANES == u8::BITS as usize);

/// The marks of the lanes for which `holds`.
#[inline]
fn marks(holds: impl Fn(usize) -> bool) -> u8 {
    (0..LANES).fold(0, |marks, i| marks | u8::from(holds(i)) << i)
}

impl Traced {
    pub(crate) fn from_f64(x: [f64; LANES]) -> Traced {
        Traced {
            number: DoubleDouble::from_f64(x),
            zeros: marks(|i| x[i] == 0.0),
        }
    }

    /// A parameter as [`DoubleDouble::parameter`] takes it.
    pub(crate) fn parameter(c: f64) -> Traced {
        Traced {
            number: DoubleDouble::parameter(c),
            zeros: if c == 0.0 { ALL } else { 0 },
        }
    }

    /// Whether the number in a lane is known to be exactly 0.
    pub(crate) fn is_zero(&self, lane: usize) -> bool {
        self.zeros >> lane & 1 == 1 && self.number.high[lane] == 0.0
    }

    /// A number of which nothing is known.
    #[inline]
    fn unmarked(number: DoubleDouble) -> Traced {
        Traced { number, zeros: 0 }
    }

    #[inline]
    fn choose<const TIES: bool>(self, at: Self, then: Self, otherwise: Self) -> Traced {
        let (x, place) = (&self.number, &at.number);
        let number = super::choose::<TIES>(x, place, &then.number, &otherwise.number);
        let zeros = if then.zeros == otherwise.zeros {
            then.zeros
        } else {
            let take = marks(|i| x.high[i] < place.high[i] || TIES && x.high[i] == place.high[i]);
            take & then.zeros | !take & otherwise.zeros
        };
        Traced { number, zeros }
    }
}

/// What `f64` arithmetic makes of the high parts: the sum or product with a batch of zeros, the signs of zeros included.
#[inline]
fn of_highs(a: &DoubleDouble, b: &DoubleDouble, f: impl Fn(f64, f64) -> f64) -> [f64; LANES] {
    std::array::from_fn(|i| f(a.high[i], b.high[i]))
}

impl Add for Traced {
    type Output = Traced;
    #[inline]
    fn add(self, o: Traced) -> Traced {
        let (a, b) = (&self.number, &o.number);
        // Most of what a second derivative adds up is 0 everywhere.
        let number = match (self.zeros, o.zeros) {
            (ALL, _) => DoubleDouble {
                high: of_highs(a, b, Add::add),
                low: b.low,
            },
            (_, ALL) => DoubleDouble {
                high: of_highs(a, b, Add::add),
                low: a.low,
            },
            _ => *a + *b,
        };
        Traced {
            number,
            zeros: self.zeros & o.zeros,
        }
    }
}

impl Sub for Traced {
    type Output = Traced;
    #[inline]
    fn sub(self, o: Traced) -> Traced {
        if self.zeros == ALL || o.zeros == ALL {
            return self + -o;
        }
        Traced {
            number: self.number - o.number,
            zeros: self.zeros & o.zeros,
        }
    }
}

impl Mul for Traced {
    type Output = Traced;
    #[inline]
    fn mul(self, o: Traced) -> Traced {
        let (a, b) = (&self.number, &o.number);
        let zeros = self.zeros | o.zeros;
        let number = if zeros == ALL {
            DoubleDouble::from_f64(of_highs(a, b, Mul::mul))
        } else {
            *a * *b
        };
        Traced { number, zeros }
    }
}

impl Div for Traced {
    type Output = Traced;
    #[inline]
    fn div(self, o: Traced) -> Traced {
        let (a, b) = (&self.number, &o.number);
        let number = if self.zeros == ALL {
            DoubleDouble::from_f64(of_highs(a, b, Div::div))
        } else {
            *a / *b
        };
        Traced {
            number,
            zeros: self.zeros,
        }
    }
}

impl Neg for Traced {
    type Output = Traced;
    #[inline]
    fn neg(self) -> Traced {
        Traced {
            number: -self.number,
            zeros: self.zeros,
        }
    }
}

/// The methods whose results are not known to be 0.
macro_rules! unmarked {
    ($($method:ident),*) => {$(
        #[inline]
        fn $method(self) -> Traced {
            Traced::unmarked(self.number.$method())
        }
    )*};
}

impl Real for Traced {
    #[inline]
    fn constant(self, c: f64) -> Traced {
        Traced {
            number: DoubleDouble::splat(c),
            zeros: if c == 0.0 { ALL } else { 0 },
        }
    }
    unmarked! {
        pi, exp, exp_m1, ln_1p, tanh, erfc, sqrt, sin, cos, sigmoid, softplus, normal_cdf
    }
    #[inline]
    fn below(self, at: Self, then: Self, otherwise: Self) -> Traced {
        self.choose::<false>(at, then, otherwise)
    }
    #[inline]
    fn up_to(self, at: Self, then: Self, otherwise: Self) -> Traced {
        self.choose::<true>(at, then, otherwise)
    }
    #[inline]
    fn abs(self) -> Traced {
        Traced {
            number: self.number.abs(),
            zeros: self.zeros,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: [f64; LANES] = [-2.0, -1.0, -0.0, 0.0, 0.5, 1.0, 1e-200, 2e200];

    fn marked(x: Traced) -> [bool; LANES] {
        std::array::from_fn(|i| x.is_zero(i))
    }

    #[test]
    fn zeros_by_the_formula_are_marked_and_others_are_not() {
        let x = Traced::from_f64(X);
        let (zero, one) = (x.constant(0.0), x.constant(1.0));
        let at_zero = X.map(|x| x == 0.0);
        assert_eq!(marked(x), at_zero);
        assert_eq!(marked(x * zero / one - zero), [true; LANES]);
        assert_eq!(marked(x * x.abs()), at_zero);
        assert_eq!(marked(x + one), [false; LANES]);
        // What cancels is not known to be exact.
        assert_eq!(marked((x - x) + zero), at_zero);
        // Nor is what underflows, though it is 0 as well.
        let tiny = (-(x.constant(1e3))).exp();
        assert_eq!((tiny * one).number.high, [0.0; LANES]);
        assert_eq!(marked(tiny * one), [false; LANES]);
        let square = x * x;
        assert_eq!((square.number.high[6], square.is_zero(6)), (0.0, false));
        // Each lane takes its own side.
        let relu = x.up_to(zero, zero, x);
        assert_eq!(marked(relu), X.map(|x| x <= 0.0));
        // 0·∞ is NaN, not 0.
        let infinite = square * square;
        assert!(!(infinite * zero).is_zero(7));
    }

    #[test]
    fn the_numbers_are_those_of_the_batch() {
        // The sign of a low part of 0 says nothing.
        let bits = |d: DoubleDouble| (d.high.map(f64::to_bits), d.low);
        let third = DoubleDouble::splat(1.0) / DoubleDouble::splat(3.0);
        let numbers = [
            DoubleDouble::splat(0.0),
            DoubleDouble::splat(-0.0),
            DoubleDouble::from_f64(X),
            DoubleDouble::from_f64(X) * third,
            -third,
        ];
        let traced = |number: DoubleDouble| Traced {
            number,
            ..Traced::from_f64(number.high)
        };
        for a in numbers {
            for b in numbers {
                let (s, t) = (traced(a), traced(b));
                assert_eq!(bits((s + t).number), bits(a + b));
                assert_eq!(bits((s - t).number), bits(a - b));
                assert_eq!(bits((s * t).number), bits(a * b));
                let quotients = ((s / t).number, a / b);
                for i in (0..LANES).filter(|i| !quotients.1.high[*i].is_nan()) {
                    assert_eq!(quotients.0.pair(i).high, quotients.1.pair(i).high);
                    assert_eq!(quotients.0.pair(i).low, quotients.1.pair(i).low);
                }
            }
        }
    }
}

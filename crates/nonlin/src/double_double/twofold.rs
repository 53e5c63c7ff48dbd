//! `Twofold`: the numbers of exact `f64` kernels.
//!
//! The lanes compute to some sixty-five bits, with fewer operations than [`Pair`]'s own arithmetic takes to a hundred: low parts
//! are not brought under half an ulp before the end. What they do not reach comes out as NaN or outside the range that
//! [`slice`](crate::slice) trusts, and is computed again from the formula.

use super::coefficients::{
    EXP_M1, EXP_M1_TAIL, EXP_THIRD, LN_2, MILLS, MILLS_OFFSET, MILLS_SCALE, MILLS_TAIL, PI,
};
use super::exponential::{ROUND, double, from_quotient, hold, power_of_two};
use super::normal::{self, steps};
use super::pair::{Pair, fast_two_sum, two_product, two_sum, without_noise};
use super::{below_fraction, trigonometric};
use crate::elementary::logarithm::ln_1p_unit_wide;
use crate::real::{Lane, Real, polynomial};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// The unevaluated sum of two `f64`, the low part a few ulp of the high one at most unless terms have cancelled.
///
/// A number that `f64` holds has the low part −0, so that the high part keeps the sign of its zero.
#[derive(Clone, Copy)]
pub(crate) struct Twofold(Pair);

impl Twofold {
    /// The number itself.
    #[inline(always)]
    pub(crate) fn new(high: f64) -> Twofold {
        Twofold(Pair { high, low: -0.0 })
    }

    /// A parameter, the simple fraction that `c` stands for if there is one.
    #[inline(always)]
    pub(crate) fn parameter(c: f64) -> Twofold {
        Twofold(Pair {
            high: c,
            low: below_fraction(c),
        })
    }

    /// The number as an `f64` and what that leaves over, at most half an ulp.
    #[inline(always)]
    pub(crate) fn split(self) -> (f64, f64) {
        let sum = self.nearest();
        (sum, self.0.low - (sum - self.0.high))
    }

    /// The number rounded to `f64`, whatever the sign of a zero.
    #[inline(always)]
    fn nearest(self) -> f64 {
        self.0.high + self.0.low
    }

    /// The number rounded to `f64`.
    #[inline(always)]
    pub(crate) fn to_f64(self) -> f64 {
        if self.0.low == 0.0 {
            self.0.high
        } else {
            self.nearest()
        }
    }

    /// The number with its low part brought under half an ulp.
    #[inline(always)]
    fn pair(self) -> Pair {
        Pair::of(self.split())
    }

    /// The multiple of π/2 that is nearest and what is left; NaN beyond [`trigonometric::NEAR`], where more bits of π are taken.
    #[inline(always)]
    fn quadrant(self) -> (u64, Pair) {
        let is_near = self.0.high.abs() <= trigonometric::NEAR;
        let x = Pair::choose(is_near, self.pair(), Pair::new(f64::NAN));
        trigonometric::reduce_near(x)
    }
}

/// Between these 2ⁿ neither overflows nor becomes subnormal; an exponential beyond is that at the end.
const REACH: (f64, f64) = (-708.0, 709.0);

/// (n + [`ROUND`], r) with x = n·ln 2 + r, |r| ≤ ln 2/2, for |x| ≤ 800.
#[inline(always)]
fn reduce(x: Pair) -> (f64, Pair) {
    let rounded = x.high.mul_add(std::f64::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    // Exact: the product has 53 bits, and x is within a factor of two of it or n is 0.
    let a = n.mul_add(-LN_2[0], x.high);
    // n·LN_2[1] is below 2⁻³³, so where a is less still the error of the sum is below 2⁻⁸⁶.
    let b = fast_two_sum(a, -(n * LN_2[1]));
    // x.low may be as large as 2⁻⁴⁴.
    let low = n.mul_add(-LN_2[2], b.low + x.low);
    (rounded, fast_two_sum(b.high, low))
}

/// eʳ for |r| ≤ 0.35 to 2⁻⁶⁶: the sixteenth power of exp(r/16) = 1 + t + t²/2 + t³·P(t).
#[inline(always)]
fn exp_reduced(r: Pair) -> Pair {
    let t = r.scale(1.0 / 16.0);
    let square = two_product(t.high, t.high);
    let cubic = square.high * t.high * polynomial(t.high, &EXP_THIRD);
    let second = fast_two_sum(0.5 * square.high, cubic);
    let first = fast_two_sum(1.0, t.high);
    let sum = fast_two_sum(first.high, second.high);
    let low = t.high.mul_add(t.low, 0.5 * square.low) + (second.low + t.low);
    let e = Pair {
        high: sum.high,
        low: sum.low + (first.low + low),
    };
    squared(squared(squared(squared(e))))
}

/// The square, its low part not brought under half an ulp.
#[inline(always)]
fn squared(x: Pair) -> Pair {
    let p = two_product(x.high, x.high);
    Pair {
        high: p.high,
        low: (x.high + x.high).mul_add(x.low, p.low),
    }
}

/// eʳ − 1 for |r| ≤ 0.35 to 2⁻⁶⁶ of itself, as [`exp_m1_reduced`](super::exponential::exp_m1_reduced) with all coefficients
/// but the first in `f64`.
#[inline(always)]
fn exp_m1_reduced(r: Pair) -> Pair {
    const TAIL: [f64; 8] = [
        EXP_M1[1].0,
        EXP_M1[2].0,
        EXP_M1[3].0,
        EXP_M1[4].0,
        EXP_M1[5].0,
        EXP_M1_TAIL[0],
        EXP_M1_TAIL[1],
        EXP_M1_TAIL[2],
    ];
    let s = fast_two_sum(EXP_M1[0].0, r.high * polynomial(r.high, &TAIL));
    from_quotient(r, s)
}

impl From<Twofold> for (f64, f64) {
    #[inline(always)]
    fn from(x: Twofold) -> (f64, f64) {
        x.split()
    }
}

impl Add for Twofold {
    type Output = Twofold;
    #[inline(always)]
    fn add(self, o: Twofold) -> Twofold {
        let sum = two_sum(self.0.high, o.0.high);
        Twofold(Pair {
            high: sum.high,
            low: sum.low + (self.0.low + o.0.low),
        })
    }
}

impl Sub for Twofold {
    type Output = Twofold;
    #[inline(always)]
    fn sub(self, o: Twofold) -> Twofold {
        self + -o
    }
}

impl Neg for Twofold {
    type Output = Twofold;
    #[inline(always)]
    fn neg(self) -> Twofold {
        Twofold(-self.0)
    }
}

impl Mul for Twofold {
    type Output = Twofold;
    #[inline(always)]
    fn mul(self, o: Twofold) -> Twofold {
        let (x, o) = (self.0, o.0);
        let p = two_product(x.high, o.high);
        Twofold(Pair {
            high: p.high,
            low: x.high.mul_add(o.low, x.low.mul_add(o.high, p.low)),
        })
    }
}

impl Div for Twofold {
    type Output = Twofold;
    #[inline(always)]
    fn div(self, o: Twofold) -> Twofold {
        let (x, o) = (self.0, o.0);
        let inverse = 1.0 / o.high;
        let quotient = x.high * inverse;
        let first = (-quotient).mul_add(o.high, x.high);
        let rest = (-quotient).mul_add(o.low, first + x.low);
        Twofold(Pair {
            high: quotient,
            low: without_noise(rest, first) * inverse,
        })
    }
}

impl Real for Twofold {
    #[inline(always)]
    fn constant(self, c: f64) -> Twofold {
        Twofold::new(c)
    }
    #[inline(always)]
    fn pi(self) -> Twofold {
        Twofold(Pair::of(PI))
    }
    #[inline(always)]
    fn exp(self) -> Twofold {
        let (rounded, r) = reduce(hold(self.0, REACH));
        Twofold(exp_reduced(r).scale(power_of_two(rounded)))
    }
    #[inline(always)]
    fn exp_m1(self) -> Twofold {
        let (rounded, r) = reduce(hold(self.0, REACH));
        let m = exp_m1_reduced(r);
        let s = power_of_two(rounded);
        // 2ⁿ − 1 and m·2ⁿ: for n = 0 the 1 does not come in.
        let first = two_sum(s, -1.0);
        let sum = two_sum(first.high, m.high * s);
        Twofold(Pair {
            high: sum.high,
            low: m.low.mul_add(s, first.low + sum.low),
        })
    }
    /// For 0 ≤ x ≤ 1, as formulas need it: y₀ + δ with δ = (x − m)/(1 + m), m = exp(y₀) − 1 and y₀ ≈ ln(1 + x).
    #[inline(always)]
    fn ln_1p(self) -> Twofold {
        let y = ln_1p_unit_wide(self.0.high);
        // Through half of it, which needs no reduction.
        let m = double(exp_m1_reduced(Pair::new(0.5 * y)), 0.5).scale(2.0);
        let delta = ((self.0.high - m.high) + (self.0.low - m.low)) / (1.0 + m.high);
        Twofold(Pair {
            high: y,
            low: (0.5 * delta).mul_add(-delta, delta),
        })
    }
    #[inline(always)]
    fn tanh(self) -> Twofold {
        let m = (self.abs() * Twofold::new(-2.0)).exp_m1();
        (m / (m + Twofold::new(2.0))).copysign(self)
    }
    #[inline(always)]
    fn erfc(self) -> Twofold {
        Twofold(normal::erfc(self.pair()))
    }
    #[inline(always)]
    fn sqrt(self) -> Twofold {
        Twofold(self.pair().sqrt())
    }
    #[inline(always)]
    fn sin(self) -> Twofold {
        let (n, r) = self.quadrant();
        let y = trigonometric::sin_by_quadrant(n, r);
        // −0 stays −0.
        Twofold(Pair::choose(self.0.high == 0.0, self.0, y))
    }
    #[inline(always)]
    fn cos(self) -> Twofold {
        let (n, r) = self.quadrant();
        Twofold(trigonometric::sin_by_quadrant(n.wrapping_add(1), r))
    }
    #[inline(always)]
    fn below(self, at: Twofold, then: Twofold, otherwise: Twofold) -> Twofold {
        let is_below = self.nearest() < at.nearest();
        Twofold(Pair::choose(is_below, then.0, otherwise.0))
    }
    #[inline(always)]
    fn up_to(self, at: Twofold, then: Twofold, otherwise: Twofold) -> Twofold {
        let is_up_to = self.nearest() <= at.nearest();
        Twofold(Pair::choose(is_up_to, then.0, otherwise.0))
    }
    #[inline(always)]
    fn abs(self) -> Twofold {
        Twofold(self.0.abs())
    }
}

impl Lane for Twofold {
    const NEAR_ROOT: f64 = 1.0 / 256.0;

    #[inline(always)]
    fn from_single(x: f32) -> Twofold {
        Twofold::new(x as f64)
    }
    #[inline(always)]
    fn exp_down(self) -> Twofold {
        self.exp()
    }
    #[inline(always)]
    fn exp_m1_down(self) -> Twofold {
        self.exp_m1()
    }
    /// NaN: so near a root, few numbers are, and the formula is asked.
    #[inline(always)]
    fn near_zero(self, _wide: &[f64; 5], _full: &[f64; 8]) -> Twofold {
        Twofold::new(f64::NAN)
    }
    #[inline(always)]
    fn mul_add(self, a: Twofold, b: Twofold) -> Twofold {
        self * a + b
    }
    #[inline(always)]
    fn copysign(self, sign: Twofold) -> Twofold {
        Twofold(self.0.abs().flip(sign.0.high))
    }
    #[inline(always)]
    fn finite(self) -> Twofold {
        self.at_least(-f64::MAX).at_most(f64::MAX)
    }
    #[inline(always)]
    fn normal_tail(self) -> (Twofold, Twofold) {
        let t = self.at_most(39.0);
        let e = (t * t * Twofold::new(-0.5)).exp();
        let reciprocal = Twofold::new(1.0) / (t + Twofold::new(5.0));
        let w = reciprocal * Twofold(Pair::of(MILLS_SCALE)) - Twofold(Pair::of(MILLS_OFFSET));
        let w = w.0;
        let sum = Pair::new(polynomial(w.high, &MILLS_TAIL));
        let sum = steps::<6, 6, _>(&MILLS, sum, w);
        let sum = steps::<0, 6, _>(&MILLS, sum, w);
        (e, Twofold(sum) * reciprocal)
    }
    #[inline(always)]
    fn long(self, high: f64, low: f64) -> Twofold {
        Twofold(Pair { high, low })
    }
    #[inline(always)]
    fn sin_cos_of_product(omega: Twofold, x: Twofold) -> (Twofold, Twofold) {
        let product = omega * x;
        (product.sin(), product.cos())
    }
}

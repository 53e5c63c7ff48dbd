//! `f64`: the numbers of `f64` kernels.

use super::{exponential, logarithm, normal, trigonometric};
use crate::real::{Lane, Real, polynomial};

impl Real for f64 {
    #[inline(always)]
    fn constant(self, c: f64) -> f64 {
        c
    }
    #[inline(always)]
    fn exp(self) -> f64 {
        exponential::exp_full(self)
    }
    #[inline(always)]
    fn exp_m1(self) -> f64 {
        exponential::exp_m1_full(self)
    }
    #[inline(always)]
    fn ln_1p(self) -> f64 {
        logarithm::ln_1p_full(self)
    }
    #[inline(always)]
    fn tanh(self) -> f64 {
        let m = exponential::exp_m1_full(2.0 * Lane::at_most(f64::abs(self), 22.0));
        f64::copysign(m / (m + 2.0), self)
    }
    #[inline(always)]
    fn erfc(self) -> f64 {
        let t = f64::abs(self);
        let (_, r) = normal::tail_full(t * std::f64::consts::SQRT_2);
        let t = if t > 28.0 { 28.0 } else { t };
        let square = t * t;
        let e = exponential::exp_full(-square);
        let tail = 2.0 * r * t.mul_add(t, -square).mul_add(-e, e);
        if self < 0.0 { 2.0 - tail } else { tail }
    }
    #[inline(always)]
    fn sqrt(self) -> f64 {
        f64::sqrt(self)
    }
    #[inline(always)]
    fn sin(self) -> f64 {
        trigonometric::near(self, 0.0).0
    }
    #[inline(always)]
    fn cos(self) -> f64 {
        trigonometric::near(self, 0.0).1
    }
    #[inline(always)]
    fn below(self, at: f64, then: f64, otherwise: f64) -> f64 {
        if self < at { then } else { otherwise }
    }
    #[inline(always)]
    fn up_to(self, at: f64, then: f64, otherwise: f64) -> f64 {
        if self <= at { then } else { otherwise }
    }
    #[inline(always)]
    fn abs(self) -> f64 {
        f64::abs(self)
    }
}

impl Lane for f64 {
    #[inline(always)]
    fn from_single(x: f32) -> f64 {
        x as f64
    }
    #[inline(always)]
    fn exp_down(self) -> f64 {
        exponential::exp_full(self)
    }
    #[inline(always)]
    fn exp_m1_down(self) -> f64 {
        exponential::exp_m1_full(self)
    }
    #[inline(always)]
    fn near_zero(self, _wide: &[f64; 5], full: &[f64; 8]) -> f64 {
        self * polynomial(self, full)
    }
    #[inline(always)]
    fn mul_add(self, a: f64, b: f64) -> f64 {
        f64::mul_add(self, a, b)
    }
    #[inline(always)]
    fn copysign(self, sign: f64) -> f64 {
        f64::copysign(self, sign)
    }
    #[inline(always)]
    fn finite(self) -> f64 {
        self.at_least(-f64::MAX).at_most(f64::MAX)
    }
    #[inline(always)]
    fn normal_tail(self) -> (f64, f64) {
        normal::tail_full(self)
    }
    #[inline(always)]
    fn sin_cos_of_product(omega: f64, x: f64) -> (f64, f64) {
        let high = omega * x;
        trigonometric::near(high, omega.mul_add(x, -high))
    }
}

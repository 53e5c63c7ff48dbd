//! `Wide`: the numbers of `f32` kernels.

use super::{exponential, logarithm, normal, trigonometric};
use crate::real::{Lane, Real, polynomial};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// An `f64` on its way to an `f32`.
///
/// Arithmetic is that of `f64`; the elementary functions are good to about 2⁻³⁸, fourteen bits more than the result
/// keeps, and stay clear of under- and overflow, which the result meets long before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wide(pub f64);

macro_rules! operator {
    ($($Trait:ident $method:ident $op:tt),*) => {$(
        impl $Trait for Wide {
            type Output = Wide;
            #[inline(always)]
            fn $method(self, o: Wide) -> Wide {
                Wide(self.0 $op o.0)
            }
        }
    )*};
}
operator!(Add add +, Sub sub -, Mul mul *, Div div /);

impl Neg for Wide {
    type Output = Wide;
    #[inline(always)]
    fn neg(self) -> Wide {
        Wide(-self.0)
    }
}

impl Real for Wide {
    #[inline(always)]
    fn constant(self, c: f64) -> Wide {
        Wide(c)
    }
    #[inline(always)]
    fn exp(self) -> Wide {
        Wide(exponential::exp_wide(self.0))
    }
    #[inline(always)]
    fn exp_m1(self) -> Wide {
        Wide(exponential::exp_m1_wide(self.0))
    }
    #[inline(always)]
    fn ln_1p(self) -> Wide {
        Wide(logarithm::ln_1p_wide(self.0))
    }
    #[inline(always)]
    fn tanh(self) -> Wide {
        let a = f64::abs(self.0);
        let a = if a > 10.0 { 10.0 } else { a };
        let (p, s) = exponential::split_wide(a + a);
        let m = p.mul_add(s, s - 1.0);
        Wide((m / (m + 2.0)).copysign(self.0))
    }
    #[inline(always)]
    fn erfc(self) -> Wide {
        let (e, r) = normal::tail_wide(f64::abs(self.0) * std::f64::consts::SQRT_2);
        let tail = 2.0 * e * r;
        Wide(if self.0 < 0.0 { 2.0 - tail } else { tail })
    }
    #[inline(always)]
    fn sqrt(self) -> Wide {
        Wide(f64::sqrt(self.0))
    }
    #[inline(always)]
    fn sin(self) -> Wide {
        Wide(trigonometric::near(self.0, 0.0).0)
    }
    #[inline(always)]
    fn cos(self) -> Wide {
        Wide(trigonometric::near(self.0, 0.0).1)
    }
    #[inline(always)]
    fn below(self, at: Wide, then: Wide, otherwise: Wide) -> Wide {
        if self.0 < at.0 { then } else { otherwise }
    }
    #[inline(always)]
    fn up_to(self, at: Wide, then: Wide, otherwise: Wide) -> Wide {
        if self.0 <= at.0 { then } else { otherwise }
    }
    #[inline(always)]
    fn abs(self) -> Wide {
        Wide(f64::abs(self.0))
    }
    #[inline(always)]
    fn sigmoid(self) -> Wide {
        let e = exponential::exp_down_wide(-f64::abs(self.0));
        Wide((if self.0 < 0.0 { e } else { 1.0 }) / (1.0 + e))
    }
    #[inline(always)]
    fn scaled_softplus(self, beta: Wide) -> Wide {
        (beta * self).softplus() / beta
    }
    #[inline(always)]
    fn softplus(self) -> Wide {
        let e = exponential::exp_down_wide(-f64::abs(self.0));
        let positive = if self.0 < 0.0 { 0.0 } else { self.0 };
        Wide(positive + logarithm::ln_1p_unit_wide(e))
    }
}

impl Lane for Wide {
    #[inline(always)]
    fn from_single(x: f32) -> Wide {
        Wide(x as f64)
    }
    #[inline(always)]
    fn exp_down(self) -> Wide {
        Wide(exponential::exp_down_wide(self.0))
    }
    #[inline(always)]
    fn exp_m1_down(self) -> Wide {
        Wide(exponential::exp_m1_down_wide(self.0))
    }
    #[inline(always)]
    fn near_zero(self, wide: &[f64; 5], _full: &[f64; 8]) -> Wide {
        Wide(self.0 * polynomial(self.0, wide))
    }
    #[inline(always)]
    fn mul_add(self, a: Wide, b: Wide) -> Wide {
        Wide(self.0.mul_add(a.0, b.0))
    }
    #[inline(always)]
    fn copysign(self, sign: Wide) -> Wide {
        Wide(self.0.copysign(sign.0))
    }
    #[inline(always)]
    fn finite(self) -> Wide {
        self.at_least(f64::from(-f32::MAX))
            .at_most(f64::from(f32::MAX))
    }
    #[inline(always)]
    fn normal_tail(self) -> (Wide, Wide) {
        let (e, r) = normal::tail_wide(self.0);
        (Wide(e), Wide(r))
    }
    #[inline(always)]
    fn sin_cos_of_product(omega: Wide, x: Wide) -> (Wide, Wide) {
        let high = omega.0 * x.0;
        let (s, c) = trigonometric::near(high, omega.0.mul_add(x.0, -high));
        (Wide(s), Wide(c))
    }
}

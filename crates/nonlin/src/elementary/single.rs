//! `f32` as a lane, for functions that only choose between their argument and constants.

use super::Wide;
use crate::real::{Lane, Real};

/// Everything but selection goes through [`Wide`].
macro_rules! through_wide {
    ($($method:ident),*) => {$(
        #[inline(always)]
        fn $method(self) -> f32 {
            Real::$method(Wide(self as f64)).0 as f32
        }
    )*};
}

impl Real for f32 {
    #[inline(always)]
    fn constant(self, c: f64) -> f32 {
        c as f32
    }
    through_wide!(exp, exp_m1, ln_1p, tanh, erfc, sqrt, sin, cos);
    #[inline(always)]
    fn below(self, at: f32, then: f32, otherwise: f32) -> f32 {
        if self < at { then } else { otherwise }
    }
    #[inline(always)]
    fn up_to(self, at: f32, then: f32, otherwise: f32) -> f32 {
        if self <= at { then } else { otherwise }
    }
    #[inline(always)]
    fn abs(self) -> f32 {
        f32::abs(self)
    }
}

impl Lane for f32 {
    #[inline(always)]
    fn from_single(x: f32) -> f32 {
        x
    }
    #[inline(always)]
    fn exp_down(self) -> f32 {
        Lane::exp_down(Wide(self as f64)).0 as f32
    }
    #[inline(always)]
    fn exp_m1_down(self) -> f32 {
        Lane::exp_m1_down(Wide(self as f64)).0 as f32
    }
    #[inline(always)]
    fn near_zero(self, wide: &[f64; 5], full: &[f64; 8]) -> f32 {
        Lane::near_zero(Wide(self as f64), wide, full).0 as f32
    }
    #[inline(always)]
    fn mul_add(self, a: f32, b: f32) -> f32 {
        f32::mul_add(self, a, b)
    }
    #[inline(always)]
    fn copysign(self, sign: f32) -> f32 {
        f32::copysign(self, sign)
    }
    #[inline(always)]
    fn finite(self) -> f32 {
        self.at_least(f64::from(-f32::MAX))
            .at_most(f64::from(f32::MAX))
    }
    #[inline(always)]
    fn normal_tail(self) -> (f32, f32) {
        let (e, r) = Lane::normal_tail(Wide(self as f64));
        (e.0 as f32, r.0 as f32)
    }
    #[inline(always)]
    fn sin_cos_of_product(omega: f32, x: f32) -> (f32, f32) {
        let (s, c) = Lane::sin_cos_of_product(Wide(omega as f64), Wide(x as f64));
        (s.0 as f32, c.0 as f32)
    }
}

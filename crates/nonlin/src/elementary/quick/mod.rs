//! `Quick`: the numbers of fast `f32` kernels.

pub(crate) mod coefficients;
pub(crate) mod exponential;
pub(crate) mod logarithm;

use super::Wide;
use crate::real::{Lane, Real};
use exponential::{LOWERED, LOWEST, Power, at_least, at_most, magnitude, missing};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// An `f32` that stays one: arithmetic is that of `f32` with fused multiply-add.
///
/// Functions have forms of their own for it, by way of [`Lane::single`], because in `f32` the order of operations
/// decides the accuracy: nothing may cancel, no exponent may be rounded, no intermediate result may be subnormal. The
/// functions that people run hot have them and are within 3 ULP; the rest is right as far as the general formula is.
/// A parameter is rounded to `f32`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quick(pub f32);

macro_rules! operator {
    ($($Trait:ident $method:ident $op:tt),*) => {$(
        impl $Trait for Quick {
            type Output = Quick;
            #[inline(always)]
            fn $method(self, o: Quick) -> Quick {
                Quick(self.0 $op o.0)
            }
        }
    )*};
}
operator!(Add add +, Sub sub -, Mul mul *, Div div /);

impl Neg for Quick {
    type Output = Quick;
    #[inline(always)]
    fn neg(self) -> Quick {
        Quick(-self.0)
    }
}

/// What no hot function needs goes through [`Wide`].
macro_rules! through_wide {
    ($($method:ident),*) => {$(
        #[inline(always)]
        fn $method(self) -> Quick {
            Quick(Real::$method(Wide(self.0 as f64)).0 as f32)
        }
    )*};
}

impl Real for Quick {
    #[inline(always)]
    fn constant(self, c: f64) -> Quick {
        // A bound of f64 becomes that of f32.
        Quick(if c.is_finite() {
            (c as f32).clamp(f32::MIN, f32::MAX)
        } else {
            c as f32
        })
    }
    through_wide!(exp, exp_m1, ln_1p, erfc, sin, cos);
    #[inline(always)]
    fn tanh(self) -> Quick {
        Quick(exponential::tanh(self.0))
    }
    #[inline(always)]
    fn sqrt(self) -> Quick {
        Quick(f32::sqrt(self.0))
    }
    #[inline(always)]
    fn below(self, at: Quick, then: Quick, otherwise: Quick) -> Quick {
        if self.0 < at.0 { then } else { otherwise }
    }
    #[inline(always)]
    fn up_to(self, at: Quick, then: Quick, otherwise: Quick) -> Quick {
        if self.0 <= at.0 { then } else { otherwise }
    }
    #[inline(always)]
    fn abs(self) -> Quick {
        Quick(f32::abs(self.0))
    }
    #[inline(always)]
    fn sigmoid(self) -> Quick {
        Quick(exponential::sigmoid(self.0))
    }
    #[inline(always)]
    fn softplus(self) -> Quick {
        let e = Power::of(-magnitude(self.0, -LOWEST));
        Quick(logarithm::above_ramp(self.0, e, 1.0))
    }
}

impl Lane for Quick {
    #[inline(always)]
    fn exp_down(self) -> Quick {
        Quick(Power::of(at_least(self.0, LOWEST)).lifted() * LOWERED)
    }
    #[inline(always)]
    fn exp_m1_down(self) -> Quick {
        Quick(-missing(at_least(self.0, -20.0)))
    }
    #[inline(always)]
    fn near_zero(self, wide: &[f64; 5], full: &[f64; 8]) -> Quick {
        Quick(Lane::near_zero(Wide(self.0 as f64), wide, full).0 as f32)
    }
    #[inline(always)]
    fn mul_add(self, a: Quick, b: Quick) -> Quick {
        Quick(self.0.mul_add(a.0, b.0))
    }
    #[inline(always)]
    fn copysign(self, sign: Quick) -> Quick {
        Quick(self.0.copysign(sign.0))
    }
    #[inline(always)]
    fn finite(self) -> Quick {
        Quick(at_most(at_least(self.0, f32::MIN), f32::MAX))
    }
    #[inline(always)]
    fn normal_tail(self) -> (Quick, Quick) {
        let (e, r) = Lane::normal_tail(Wide(self.0 as f64));
        (Quick(e.0 as f32), Quick(r.0 as f32))
    }
    #[inline(always)]
    fn sin_cos_of_product(omega: Quick, x: Quick) -> (Quick, Quick) {
        let (s, c) = Lane::sin_cos_of_product(Wide(omega.0 as f64), Wide(x.0 as f64));
        (Quick(s.0 as f32), Quick(c.0 as f32))
    }
    #[inline(always)]
    fn single(self) -> Option<f32> {
        Some(self.0)
    }
    #[inline(always)]
    fn from_single(x: f32) -> Quick {
        Quick(x)
    }
}

#[cfg(test)]
mod tests {
    use super::Quick;
    use crate::activation::Activation;
    use crate::functions::{Function, with_activation};

    /// The infinities, the zeros with their signs and the ends of the format, against the exact kernels.
    fn special_values<A: Activation>(a: A) {
        // The lanes do not reach infinity there.
        if A::REACHES_FAR {
            return;
        }
        let p = a.lift(|_, c| Quick(c as f32));
        for x in [
            0.0,
            f32::from_bits(1),
            f32::MIN_POSITIVE,
            1.0e30,
            f32::MAX,
            f32::INFINITY,
        ] {
            for x in [x, -x] {
                let quick = [
                    A::lane_value(p, Quick(x)).0,
                    A::lane_derivative(p, Quick(x)).0,
                ];
                let exact = [a.value_at(x), a.derivative_at(x)];
                for (order, (quick, exact)) in quick.into_iter().zip(exact).enumerate() {
                    let near = (i64::from(quick.to_bits()) - i64::from(exact.to_bits())).abs() <= 3;
                    // Only of a value is the sign of zero decided.
                    let zero = order == 1 && quick == 0.0 && exact == 0.0;
                    assert!(
                        near || zero,
                        "{} of {x:e}, order {order}: {quick:e}, not {exact:e}",
                        A::CARD.name
                    );
                }
            }
        }
    }

    #[test]
    fn special_values_are_those_of_the_exact_kernels() {
        for function in Function::all() {
            with_activation!(function, a => special_values(a));
        }
    }
}

//! Forward-mode differentiation.

use crate::real::Real;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A value and its derivative, carried through a formula together.
///
/// `Dual<Dual<R>>` carries the second derivative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual<R> {
    /// The value.
    pub value: R,
    /// The derivative.
    pub slope: R,
}

impl<R: Real> Dual<R> {
    /// The variable itself: its derivative is 1.
    #[inline(always)]
    pub fn variable(x: R) -> Self {
        Dual {
            value: x,
            slope: x.constant(1.0),
        }
    }

    /// Something that does not change with the variable: its derivative is 0.
    #[inline(always)]
    pub fn fixed(x: R) -> Self {
        Dual {
            value: x,
            slope: x.constant(0.0),
        }
    }

    /// The image under a function with this value and derivative.
    #[inline(always)]
    fn chain(self, value: R, derivative: R) -> Self {
        Dual {
            value,
            slope: derivative * self.slope,
        }
    }
}

impl<R: Real> Add for Dual<R> {
    type Output = Self;
    #[inline(always)]
    fn add(self, o: Self) -> Self {
        Dual {
            value: self.value + o.value,
            slope: self.slope + o.slope,
        }
    }
}

impl<R: Real> Sub for Dual<R> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, o: Self) -> Self {
        Dual {
            value: self.value - o.value,
            slope: self.slope - o.slope,
        }
    }
}

impl<R: Real> Mul for Dual<R> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, o: Self) -> Self {
        Dual {
            value: self.value * o.value,
            slope: self.slope * o.value + self.value * o.slope,
        }
    }
}

impl<R: Real> Div for Dual<R> {
    type Output = Self;
    #[inline(always)]
    fn div(self, o: Self) -> Self {
        // Subtracted before anything is divided, so that x/(1 + x) loses nothing far out.
        let change = self.slope * o.value - self.value * o.slope;
        Dual {
            value: self.value / o.value,
            slope: change / o.value / o.value,
        }
    }
}

impl<R: Real> Neg for Dual<R> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Dual {
            value: -self.value,
            slope: -self.slope,
        }
    }
}

impl<R: Real> Real for Dual<R> {
    #[inline(always)]
    fn constant(self, c: f64) -> Self {
        Dual::fixed(self.value.constant(c))
    }
    #[inline(always)]
    fn named(self, symbol: &'static str, c: f64) -> Self {
        Dual::fixed(self.value.named(symbol, c))
    }
    #[inline(always)]
    fn pi(self) -> Self {
        Dual::fixed(self.value.pi())
    }
    #[inline(always)]
    fn exp(self) -> Self {
        let e = self.value.exp();
        self.chain(e, e)
    }
    #[inline(always)]
    fn exp_m1(self) -> Self {
        self.chain(self.value.exp_m1(), self.value.exp())
    }
    #[inline(always)]
    fn ln_1p(self) -> Self {
        let one = self.value.constant(1.0);
        self.chain(self.value.ln_1p(), one / (one + self.value))
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        self.chain(self.value.tanh(), self.value.tanh_slope())
    }
    #[inline(always)]
    fn tanh_slope(self) -> Self {
        let slope = self.value.tanh_slope();
        self.chain(
            slope,
            -(self.value.constant(2.0) * self.value.tanh() * slope),
        )
    }
    #[inline(always)]
    fn erfc(self) -> Self {
        let two = self.value.constant(2.0);
        let bell = (-(self.value * self.value)).exp();
        self.chain(self.value.erfc(), -(two / self.value.pi().sqrt() * bell))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        let root = self.value.sqrt();
        self.chain(root, self.value.constant(0.5) / root)
    }
    #[inline(always)]
    fn sin(self) -> Self {
        self.chain(self.value.sin(), self.value.cos())
    }
    #[inline(always)]
    fn cos(self) -> Self {
        self.chain(self.value.cos(), -self.value.sin())
    }
    #[inline(always)]
    fn below(self, at: Self, then: Self, otherwise: Self) -> Self {
        Dual {
            value: self.value.below(at.value, then.value, otherwise.value),
            slope: self.value.below(at.value, then.slope, otherwise.slope),
        }
    }
    #[inline(always)]
    fn up_to(self, at: Self, then: Self, otherwise: Self) -> Self {
        Dual {
            value: self.value.up_to(at.value, then.value, otherwise.value),
            slope: self.value.up_to(at.value, then.slope, otherwise.slope),
        }
    }
    #[inline(always)]
    fn sigmoid(self) -> Self {
        let one = self.value.constant(1.0);
        let e = (-self.value.abs()).exp();
        let d = one + e;
        let zero = self.value.constant(0.0);
        self.chain(
            self.value.below(zero, e, one) / d,
            self.value.sigmoid_slope(),
        )
    }
    #[inline(always)]
    fn sigmoid_slope(self) -> Self {
        // σ″ = −σ′·tanh(x/2), which does not cancel at 0.
        let slope = self.value.sigmoid_slope();
        let half = self.value.constant(0.5) * self.value;
        self.chain(slope, -(slope * half.tanh()))
    }
    #[inline(always)]
    fn softplus(self) -> Self {
        self.chain(self.value.softplus(), self.value.sigmoid())
    }
    #[inline(always)]
    fn scaled_softplus(self, beta: Self) -> Self {
        let (x, one) = (self.value, self.value.constant(1.0));
        let t = beta.value * x;
        let e = (-t.abs()).exp();
        // ∂/∂β is −(|x|·σ(−β|x|) + ln(1 + e^{−β|x|})/β)/β, a sum of terms of one sign.
        let in_beta = -((x.abs() * (e / (one + e)) + e.ln_1p() / beta.value) / beta.value);
        Dual {
            value: x.scaled_softplus(beta.value),
            slope: t.sigmoid() * self.slope + in_beta * beta.slope,
        }
    }
    #[inline(always)]
    fn scaled_exp_m1(self, alpha: Self) -> Self {
        let t = self.value / alpha.value;
        let (e, m) = (t.exp(), t.exp_m1());
        // ∂/∂α is eᵗ − 1 − t·eᵗ, next to 0 by its series −t²·Σ (k + 1)tᵏ/(k + 2)!.
        let one = t.constant(1.0);
        let series = [5760.0, 840.0, 144.0, 30.0, 8.0, 3.0, 2.0]
            .into_iter()
            .fold(t.constant(0.0), |sum, c| sum * t + one / t.constant(c));
        let small = t.constant(1.0 / 4096.0);
        let in_alpha = t.abs().below(small, -(t * t * series), m - t * e);
        Dual {
            value: alpha.value * m,
            slope: e * self.slope + in_alpha * alpha.slope,
        }
    }
    #[inline(always)]
    fn line(self, slope: Self, offset: Self) -> Self {
        Dual {
            value: self.value.line(slope.value, offset.value),
            slope: slope.value * self.slope + (slope.slope * self.value + offset.slope),
        }
    }
}

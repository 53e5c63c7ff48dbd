//! The numbers a formula can be evaluated over.
//!
//! An activation's formula is written once, generic over [`Real`]. At `f64` it is the kernel, at
//! [`Dual`](crate::Dual) the derivative, at an interval the enclosure, at a multiprecision number the oracle, and
//! at [`Formula`](crate::Formula) the printed mathematics.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number, or something that behaves like one.
///
/// Two methods choose: [`below`](Real::below) and [`up_to`](Real::up_to). They are the only branches a formula has,
/// so that every representation can take both sides and lanes stay full. A NaN takes `otherwise` in both, hence a
/// formula puts the side that passes NaN on there.
pub trait Real:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// The number `c` in the representation of `self`.
    fn constant(self, c: f64) -> Self;

    /// The number `c`, printed as `symbol`.
    fn named(self, _symbol: &'static str, c: f64) -> Self {
        self.constant(c)
    }

    /// π, to the precision of the representation.
    fn pi(self) -> Self {
        self.constant(std::f64::consts::PI)
    }

    /// eˣ.
    fn exp(self) -> Self;

    /// eˣ − 1, without the cancellation at 0.
    fn exp_m1(self) -> Self;

    /// ln(1 + x), without the cancellation at 0.
    fn ln_1p(self) -> Self;

    /// The hyperbolic tangent.
    fn tanh(self) -> Self;

    /// The complementary error function, of full relative accuracy in the tail.
    fn erfc(self) -> Self;

    /// The square root.
    fn sqrt(self) -> Self;

    /// The sine of an angle in radians.
    fn sin(self) -> Self;

    /// The cosine of an angle in radians.
    fn cos(self) -> Self;

    /// `then` where `self < at`, else `otherwise`.
    fn below(self, at: Self, then: Self, otherwise: Self) -> Self;

    /// `then` where `self ≤ at`, else `otherwise`.
    fn up_to(self, at: Self, then: Self, otherwise: Self) -> Self;

    /// |x|.
    #[inline(always)]
    fn abs(self) -> Self {
        self.below(self.constant(0.0), -self, self)
    }

    /// The logistic function 1/(1 + e⁻ˣ), in the form that neither overflows nor cancels.
    #[inline(always)]
    fn sigmoid(self) -> Self {
        let one = self.constant(1.0);
        let e = (-self.abs()).exp();
        self.below(self.constant(0.0), e, one) / (one + e)
    }

    /// The derivative of [`sigmoid`](Real::sigmoid), e/(1 + e)² with e = e^{−|x|}.
    #[inline(always)]
    fn sigmoid_slope(self) -> Self {
        let one = self.constant(1.0);
        let e = (-self.abs()).exp();
        let d = one + e;
        e / (d * d)
    }

    /// The derivative of [`tanh`](Real::tanh), 4e/(1 + e)² with e = e^{−2|x|}, which keeps its relative accuracy where
    /// 1 − tanh² has none left.
    #[inline(always)]
    fn tanh_slope(self) -> Self {
        let (one, two) = (self.constant(1.0), self.constant(2.0));
        let e = (-(two * self.abs())).exp();
        let d = one + e;
        two * two * e / (d * d)
    }

    /// ln(1 + eˣ), in the form that neither overflows nor cancels.
    #[inline(always)]
    fn softplus(self) -> Self {
        let zero = self.constant(0.0);
        self.below(zero, zero, self) + (-self.abs()).exp().ln_1p()
    }

    /// ln(1 + e^{βx})/β for β > 0, in a form whose derivative in β does not cancel either.
    #[inline(always)]
    fn scaled_softplus(self, beta: Self) -> Self {
        let zero = self.constant(0.0);
        self.below(zero, zero, self) + (-(beta * self.abs())).exp().ln_1p() / beta
    }

    /// α(e^{x/α} − 1), whose derivative by α does not cancel next to 0.
    #[inline(always)]
    fn scaled_exp_m1(self, alpha: Self) -> Self {
        alpha * (self / alpha).exp_m1()
    }

    /// slope·x + offset, measured from its root, so that next to there nothing cancels; neither do its derivatives.
    #[inline(always)]
    fn line(self, slope: Self, offset: Self) -> Self {
        slope * (self - -(offset / slope))
    }

    /// Φ(x), the standard normal distribution function.
    #[inline(always)]
    fn normal_cdf(self) -> Self {
        let two = self.constant(2.0);
        (-self / two.sqrt()).erfc() / two
    }

    /// (1 + tanh x)/2, which is σ(2x) and as such does not cancel in the left tail.
    #[inline(always)]
    fn tanh_gate(self) -> Self {
        (self.constant(2.0) * self).sigmoid()
    }
}

/// A [`Real`] that runs in the lanes of a kernel: `f64`, [`Wide`](crate::Wide), [`Quick`](crate::elementary::Quick), `f32`, and
/// for exact `f64` a sum of two.
///
/// Everything here is branch-free and inlined, so that the compiler vectorises a loop over it.
pub trait Lane: Real {
    /// How near a root lanes take [`near_zero`](Lane::near_zero)'s polynomial.
    const NEAR_ROOT: f64 = 1.0 / 64.0;

    /// `self · a + b`, rounded once on every instruction set.
    fn mul_add(self, a: Self, b: Self) -> Self;

    /// eˣ for x ≤ 700, which saves the test for overflow.
    fn exp_down(self) -> Self;

    /// eˣ − 1 for x ≤ 700.
    fn exp_m1_down(self) -> Self;

    /// d·P(d) for |d| ≤ 1/64, with the polynomial that the lane's precision needs.
    fn near_zero(self, wide: &[f64; 5], full: &[f64; 8]) -> Self;

    /// The number high + low, which few lanes hold to its last bits.
    #[inline(always)]
    fn long(self, high: f64, _low: f64) -> Self {
        self.constant(high)
    }

    /// The magnitude of `self` with the sign of `sign`.
    fn copysign(self, sign: Self) -> Self;

    /// The larger of `self` and `floor`; NaN stays NaN.
    #[inline(always)]
    fn at_least(self, floor: f64) -> Self {
        let floor = self.constant(floor);
        self.below(floor, floor, self)
    }

    /// The smaller of `self` and `ceiling`; NaN stays NaN.
    #[inline(always)]
    fn at_most(self, ceiling: f64) -> Self {
        let ceiling = self.constant(ceiling);
        ceiling.below(self, ceiling, self)
    }

    /// The nearest finite number of the result's type: ∞ becomes the largest, NaN stays NaN.
    fn finite(self) -> Self;

    /// For t ≥ 0 the pair (e, r) with e = exp(−t²/2) and e·r = Φ(−t), both of full relative accuracy until e
    /// underflows.
    fn normal_tail(self) -> (Self, Self);

    /// (sin, cos) of the exact product ω·x, for |ω·x| ≤ [`TRIG_REACH`](crate::elementary::TRIG_REACH).
    fn sin_cos_of_product(omega: Self, x: Self) -> (Self, Self);

    /// The number, in lanes that compute in `f32`: there a function takes a form of its own. The answer is the same for
    /// every number of the type, so that asking costs nothing.
    #[inline(always)]
    fn single(self) -> Option<f32> {
        None
    }

    /// The number x, in lanes where [`single`](Lane::single) gives one.
    fn from_single(x: f32) -> Self;
}

/// Σ c[i]·xⁱ with two interleaved Horner chains, which halves the latency.
#[inline(always)]
pub(crate) fn polynomial<const N: usize>(x: f64, c: &[f64; N]) -> f64 {
    let x2 = x * x;
    let (mut even, mut odd) = if N.is_multiple_of(2) {
        (c[N - 2], c[N - 1])
    } else {
        (c[N - 1], c[N - 2])
    };
    let mut k = if N.is_multiple_of(2) { N - 2 } else { N - 1 };
    while k >= 2 {
        k -= 2;
        even = even.mul_add(x2, c[k]);
    }
    let mut k = if N.is_multiple_of(2) { N - 1 } else { N - 2 };
    while k >= 2 {
        k -= 2;
        odd = odd.mul_add(x2, c[k]);
    }
    odd.mul_add(x, even)
}

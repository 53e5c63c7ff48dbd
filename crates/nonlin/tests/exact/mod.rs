//! Numbers of twice the precision of `f64`, and distances in units in the last place: the references of the tests of
//! rows, gates and channels.

#![allow(dead_code)] // Each test program uses a part of it.

use nonlin::{Element, bf16, f16};

/// high + low, a number of about 106 bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Double {
    pub(crate) high: f64,
    pub(crate) low: f64,
}

fn two_sum(a: f64, b: f64) -> Double {
    let high = a + b;
    let part = high - a;
    Double {
        high,
        low: (a - (high - part)) + (b - part),
    }
}

impl Double {
    pub(crate) const ZERO: Double = Double::of(0.0);
    pub(crate) const ONE: Double = Double::of(1.0);

    pub(crate) const fn of(high: f64) -> Double {
        Double { high, low: 0.0 }
    }

    pub(crate) fn add(self, o: Double) -> Double {
        let high = two_sum(self.high, o.high);
        let low = two_sum(self.low, o.low);
        let s = two_sum(high.high, high.low + low.high);
        two_sum(s.high, s.low + low.low)
    }

    pub(crate) fn neg(self) -> Double {
        Double {
            high: -self.high,
            low: -self.low,
        }
    }

    pub(crate) fn sub(self, o: Double) -> Double {
        self.add(o.neg())
    }

    pub(crate) fn mul(self, o: Double) -> Double {
        let high = self.high * o.high;
        let low = self.high.mul_add(o.high, -high) + (self.high * o.low + self.low * o.high);
        two_sum(high, low)
    }

    pub(crate) fn div(self, o: Double) -> Double {
        let first = self.high / o.high;
        let rest = self.sub(o.mul(Double::of(first)));
        let second = rest.high / o.high;
        let rest = rest.sub(o.mul(Double::of(second)));
        two_sum(first, second).add(Double::of(rest.high / o.high))
    }

    /// 2ⁿ times it; the result may lose its low part to underflow.
    pub(crate) fn scaled(self, n: i32) -> Double {
        let half = n / 2;
        let (a, b) = (2f64.powi(half), 2f64.powi(n - half));
        Double {
            high: self.high * a * b,
            low: self.low * a * b,
        }
    }

    /// (m, n) with e^self = m·2ⁿ and m near 1.
    pub(crate) fn exp(self) -> (Double, i32) {
        const LN_2: Double = Double {
            high: std::f64::consts::LN_2,
            low: 2.319046813846299558417771e-17,
        };
        let n = (self.high / std::f64::consts::LN_2).round();
        let r = self.sub(LN_2.mul(Double::of(n)));
        (r.exp_m1_near().add(Double::ONE), n as i32)
    }

    /// e^self − 1 by its series, for |self| < 0.5.
    fn exp_m1_near(self) -> Double {
        let mut sum = Double::ZERO;
        for k in (1..=28).rev() {
            sum = sum.add(Double::ONE).mul(self).div(Double::of(f64::from(k)));
        }
        sum
    }

    /// e^self − 1.
    pub(crate) fn exp_m1(self) -> Double {
        if self.high.abs() < 0.5 {
            self.exp_m1_near()
        } else {
            let (m, n) = self.exp();
            m.scaled(n).sub(Double::ONE)
        }
    }

    /// ln(1 + self), by one Newton step from `f64`.
    pub(crate) fn ln_1p(self) -> Double {
        let near = Double::of(self.high.ln_1p());
        let step = self.sub(near.exp_m1()).div(self.add(Double::ONE));
        near.add(step)
    }
}

/// A number type with a known precision.
pub(crate) trait Precision: Element {
    /// Bits of the significand.
    const BITS: i32;
    /// The exponent of the least normal number.
    const LEAST: i32;
}

impl Precision for f64 {
    const BITS: i32 = 53;
    const LEAST: i32 = -1022;
}
impl Precision for f32 {
    const BITS: i32 = 24;
    const LEAST: i32 = -126;
}
impl Precision for f16 {
    const BITS: i32 = 11;
    const LEAST: i32 = -14;
}
impl Precision for bf16 {
    const BITS: i32 = 8;
    const LEAST: i32 = -126;
}

/// How far `got` lies from the exact value, in units of the last place of the exact value in type `T`.
pub(crate) fn ulps<T: Precision>(got: T, exact: Double) -> f64 {
    let got = got.to_f64();
    let magnitude = exact.high.abs();
    let exponent = if magnitude < f64::MIN_POSITIVE {
        -1022
    } else {
        ((magnitude.to_bits() >> 52) as i32) - 1023
    };
    let last = exponent.max(T::LEAST) - T::BITS + 1;
    let difference = Double::of(got).sub(exact).high.abs();
    // Two steps, since 2^−last can be beyond the range of f64.
    difference * 2f64.powi(-last / 2) * 2f64.powi(-last - (-last / 2))
}

/// The bits of a number, for comparisons that tell −0 from +0 and see the NaN.
pub(crate) fn bits<T: Element>(x: &[T]) -> Vec<(u64, &'static str)> {
    x.iter().map(|x| (x.to_f64().to_bits(), T::NAME)).collect()
}

/// Numbers that look random and are the same in every run: normal with the given scale.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        let z = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51afd7ed558ccd);
        ((z ^ (z >> 33)) >> 11) as f64 / 9007199254740992.0
    }

    pub(crate) fn normal(&mut self, scale: f64) -> f64 {
        let (u, v) = (1.0 - self.uniform(), self.uniform());
        scale * (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    pub(crate) fn vector<T: Element>(&mut self, length: usize, scale: f64) -> Vec<T> {
        (0..length)
            .map(|_| T::from_f64(self.normal(scale)))
            .collect()
    }
}

/// Checks a gradient against central differences of Σ dy·f(x), in `f64`.
pub(crate) fn check_gradient(
    place: &str,
    x: &[f64],
    gradient: &[f64],
    loss: impl Fn(&[f64]) -> f64,
) {
    let mut x = x.to_vec();
    for i in 0..x.len() {
        let (at, h) = (x[i], 1e-5);
        x[i] = at + h;
        let above = loss(&x);
        x[i] = at - h;
        let below = loss(&x);
        x[i] = at;
        let slope = (above - below) / (2.0 * h);
        assert!(
            (slope - gradient[i]).abs() <= 1e-8 * (1.0 + slope.abs()),
            "{place}: element {i} has gradient {}, differences give {slope}",
            gradient[i]
        );
    }
}

//! What kernels over several elements at once compute with: elementary functions of one of two strengths, and sums
//! in a fixed order.
//!
//! `f64` results use the full functions and compensated sums; narrower results, which keep at most 24 bits, use the
//! wide functions and plain `f64` sums.

use crate::element::Element;
use crate::elementary::Wide;
use crate::level::{Kernel, Level, at_level};
use crate::real::{Lane, Real};

/// The arithmetic of a kernel: [`Wide`] or `f64`.
pub(crate) trait Strength {
    /// Whether the result is an `f64`, so that the rounding errors of `f64` arithmetic are carried along.
    const FULL: bool;
    /// eˣ for x ≤ 700; for narrower results 0 below e⁻⁷⁰⁸.
    fn exp(x: f64) -> f64;
    /// eˣ − 1 for x ≤ 700.
    fn exp_m1(x: f64) -> f64;
    /// ln(1 + x).
    fn ln_1p(x: f64) -> f64;
}

impl Strength for Wide {
    const FULL: bool = false;
    #[inline(always)]
    fn exp(x: f64) -> f64 {
        let e = Lane::exp_down(Wide(x)).0;
        if x < -708.0 { 0.0 } else { e }
    }
    #[inline(always)]
    fn exp_m1(x: f64) -> f64 {
        Lane::exp_m1_down(Wide(x)).0
    }
    #[inline(always)]
    fn ln_1p(x: f64) -> f64 {
        Real::ln_1p(Wide(x)).0
    }
}

impl Strength for f64 {
    const FULL: bool = true;
    #[inline(always)]
    fn exp(x: f64) -> f64 {
        Lane::exp_down(x)
    }
    #[inline(always)]
    fn exp_m1(x: f64) -> f64 {
        Lane::exp_m1_down(x)
    }
    #[inline(always)]
    fn ln_1p(x: f64) -> f64 {
        Real::ln_1p(x)
    }
}

/// A loop over lanes with its operands, at the strength that its results need.
pub(crate) trait Job {
    /// The type of the results.
    type Number: Element;
    /// The loop. It is `#[inline(always)]` with everything it calls, or it stays compiled for the plain level.
    fn at<S: Strength>(self);
}

/// Runs a job at the level in use.
pub(crate) fn run<J: Job>(job: J) {
    at_level(Level::current(), AtStrength(job));
}

struct AtStrength<J>(J);

impl<J: Job> Kernel for AtStrength<J> {
    #[inline(always)]
    fn run(self) {
        if size_of::<J::Number>() == size_of::<f64>() {
            self.0.at::<f64>();
        } else {
            self.0.at::<Wide>();
        }
    }
}

/// The nearest value of the type, and the one NaN for any NaN.
#[inline(always)]
pub(crate) fn rounded<T: Element>(x: f64) -> T {
    T::from_f64(if x.is_nan() { f64::NAN } else { x })
}

/// a + b as the rounded sum and its exact error.
#[inline(always)]
pub(crate) fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// Partial sums of a [`Sum`].
pub(crate) const LANES: usize = 8;

/// A sum of eight partial sums that are added at the end as a tree.
///
/// The order is fixed by the caller's choice of lanes, on every instruction set alike. At full strength the rounding
/// errors are summed too.
#[derive(Clone, Copy)]
pub(crate) struct Sum {
    high: [f64; LANES],
    low: [f64; LANES],
}

impl Sum {
    #[inline(always)]
    pub(crate) fn new() -> Sum {
        Sum {
            high: [0.0; LANES],
            low: [0.0; LANES],
        }
    }

    /// The partial sums without what their rounding lost, for results narrower than `f64`.
    #[inline(always)]
    pub(crate) fn lanes(&mut self) -> &mut [f64; LANES] {
        &mut self.high
    }

    /// Adds to one of the partial sums.
    #[inline(always)]
    pub(crate) fn add<S: Strength>(&mut self, lane: usize, x: f64) {
        if S::FULL {
            let (sum, error) = two_sum(self.high[lane], x);
            self.high[lane] = sum;
            self.low[lane] += error;
        } else {
            self.high[lane] += x;
        }
    }

    /// Adds a product, at full strength with its rounding error.
    #[inline(always)]
    pub(crate) fn add_product<S: Strength>(&mut self, lane: usize, a: f64, b: f64) {
        let product = a * b;
        self.add::<S>(lane, product);
        if S::FULL {
            self.low[lane] += a.mul_add(b, -product);
        }
    }

    /// The sum and what its rounding lost.
    #[inline(always)]
    pub(crate) fn finish(self) -> (f64, f64) {
        let Sum { mut high, mut low } = self;
        let mut width = LANES / 2;
        while width > 0 {
            for lane in 0..width {
                let (sum, error) = two_sum(high[lane], high[lane + width]);
                high[lane] = sum;
                low[lane] = low[lane] + low[lane + width] + error;
            }
            width /= 2;
        }
        // Next to an infinity the error terms are NaN.
        if high[0].is_finite() && low[0].is_finite() {
            two_sum(high[0], low[0])
        } else {
            (high[0], 0.0)
        }
    }
}

/// As many elements as there are partial sums. A row is a slice of blocks; what its last block has too many is filled
/// with an element that changes nothing, so that every loop is over full lanes.
pub(crate) type Block = [f64; LANES];

/// Σ x; element i goes to partial sum i mod 8.
#[inline(always)]
pub(crate) fn sum<S: Strength>(x: &[Block]) -> (f64, f64) {
    let mut sum = Sum::new();
    for block in x {
        for (lane, &x) in block.iter().enumerate() {
            sum.add::<S>(lane, x);
        }
    }
    sum.finish()
}

/// Σ a·b; element i goes to partial sum i mod 8.
#[inline(always)]
pub(crate) fn dot<S: Strength>(a: &[Block], b: &[Block]) -> (f64, f64) {
    let mut sum = Sum::new();
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sum.add_product::<S>(lane, a[lane], b[lane]);
        }
    }
    sum.finish()
}

/// The largest element; NaNs are passed over, and without any other element it is −∞.
#[inline(always)]
pub(crate) fn maximum(x: &[Block]) -> f64 {
    let mut best = [f64::NEG_INFINITY; LANES];
    for block in x {
        for (best, &x) in best.iter_mut().zip(block) {
            *best = if x > *best { x } else { *best };
        }
    }
    let mut largest = best[0];
    for &b in &best[1..] {
        largest = if b > largest { b } else { largest };
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::rounded;
    use crate::{bf16, f16};

    /// A little above a tie, by less than `f32` or the upper half of an `f64` can show.
    #[test]
    fn halves_are_rounded_once() {
        let little = 2f64.powi(-40);
        let up: f16 = rounded(1.0 + 2f64.powi(-11) + little);
        assert_eq!(up, f16::from_bits(0x3c01));
        let tie: f16 = rounded(1.0 + 2f64.powi(-11));
        assert_eq!(tie, f16::from_bits(0x3c00));
        let up: bf16 = rounded(-1.0 - 2f64.powi(-8) - little);
        assert_eq!(up, bf16::from_bits(0xbf81));
        let down: bf16 = rounded(1.0 + 3.0 * 2f64.powi(-8) - little);
        assert_eq!(down, bf16::from_bits(0x3f81));
        let least: f16 = rounded(2f64.powi(-25) + 2f64.powi(-70));
        assert_eq!(least, f16::from_bits(1));
        let infinite: f16 = rounded(f64::NEG_INFINITY);
        assert_eq!(infinite, f16::NEG_INFINITY);
        let nan: f32 = rounded(-f64::NAN);
        assert_eq!(nan.to_bits(), f32::NAN.to_bits());
    }
}

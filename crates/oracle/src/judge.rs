//! Who says what the exact result is.

use nonlin::activation::evaluate;
use nonlin::double_double::{DoubleDouble, LANES};
use nonlin::{Activation, Function, Order, with_function};

/// An exact result, known to more digits than any type here holds.
pub trait Exact {
    /// The nearest `f32`.
    fn to_f32(&self) -> f32;
    /// The nearest `f64`.
    fn to_f64(&self) -> f64;
    /// How far it is from `y`.
    fn distance(&self, y: f64) -> f64;
}

/// An arithmetic that evaluates formulas.
pub trait Judge: Copy + Sync {
    /// What it is called.
    const NAME: &'static str;
    /// Whether it is another arithmetic than that of the exact `f64` kernels.
    const JUDGES_F64: bool;
    /// What it finds.
    type Exact: Exact;
    /// A quantity at x, for results of a type no wider than `f64` or than `f32`. Nothing if x is out of its reach.
    fn exact(self, f: Function, order: Order, x: f64, for_f64: bool) -> Option<Self::Exact>;
}

/// Double-double arithmetic, good to some ninety bits: it needs nothing but this project, and is judged by MPFR itself in
/// `tests/double_double.rs`.
#[derive(Clone, Copy, Debug, Default)]
pub struct DoubleDoubles;

/// A sum of two `f64`.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    high: f64,
    low: f64,
}

impl Exact for Sum {
    fn to_f32(&self) -> f32 {
        // Rounded to odd first, so that a tie is decided by what is below it.
        let bits = self.high.to_bits();
        let odd = if self.low == 0.0 {
            bits
        } else if (self.low > 0.0) == (self.high > 0.0) {
            bits | 1
        } else {
            (bits - 1) | 1
        };
        f64::from_bits(odd) as f32
    }
    fn to_f64(&self) -> f64 {
        self.high
    }
    fn distance(&self, y: f64) -> f64 {
        ((y - self.high) - self.low).abs()
    }
}

/// A quantity at every x in double-double arithmetic, as sums of two.
pub fn sums<A: Activation>(a: A, order: Order, x: &[f64]) -> Vec<(f64, f64)> {
    let parameters = a.lift(|_, c| DoubleDouble::parameter(c));
    let mut all = Vec::with_capacity(x.len());
    for x in x.chunks(LANES) {
        let batch = std::array::from_fn(|i| x.get(i).copied().unwrap_or(1.0));
        let y = evaluate::<A, _>(order, parameters, DoubleDouble::from_f64(batch));
        all.extend((0..x.len()).map(|i| (y.high[i], y.low[i])));
    }
    all
}

fn double_double<A: Activation>(a: A, order: Order, x: f64) -> Option<Sum> {
    if a.far(x).is_some() {
        return None;
    }
    let (high, low) = sums(a, order, &[x])[0];
    high.is_finite().then_some(Sum { high, low })
}

impl Judge for DoubleDoubles {
    const NAME: &'static str = "double-double arithmetic";
    const JUDGES_F64: bool = false;
    type Exact = Sum;
    fn exact(self, f: Function, order: Order, x: f64, _: bool) -> Option<Sum> {
        with_function!(f, a => double_double(a, order, x))
    }
}

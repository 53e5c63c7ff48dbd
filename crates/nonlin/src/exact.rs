//! Results from the formula itself in double-double arithmetic, rounded once.
//!
//! Nothing is known here of any function but its formula, which is good to about ninety bits as a batch of
//! [`DoubleDouble`]s. It decides the results that the lanes leave in doubt, and computes whatever has no lanes: second
//! derivatives, the derivatives of parameters, and every function that claims no bits of its lanes.

use crate::activation::{Activation, Order, evaluate};
use crate::double_double::{DoubleDouble, LANES, Scaled, Traced};
use crate::element::Element;
use crate::kernels::{BLOCK, Job, in_blocks, products_in_blocks};
use crate::profile::Profile;

/// A function in double-double arithmetic.
#[derive(Clone, Copy)]
struct Formula<A: Activation> {
    a: A,
    parameters: A::Params<Traced>,
    order: Order,
}

impl<A: Activation> Formula<A> {
    fn new(a: A, order: Order) -> Self {
        Formula {
            a,
            parameters: a.lift(|_, c| Traced::parameter(c)),
            order,
        }
    }

    /// The quantity at a batch of numbers as double-double arithmetic gives it.
    fn within_range(&self, x: [f64; LANES]) -> Traced {
        evaluate::<A, Traced>(self.order, self.parameters, Traced::from_f64(x))
    }

    /// The quantity at a batch of numbers, for results of a type: those of `f64` are right in its whole range.
    fn at<T: Element>(&self, x: [f64; LANES]) -> DoubleDouble {
        let traced = self.within_range(x);
        let mut y = traced.number;
        for (i, x) in x.into_iter().enumerate() {
            // A quantity may be constant where x is NaN.
            if x.is_nan() {
                (y.high[i], y.low[i]) = (f64::NAN, 0.0);
            } else if left_the_range::<T>(&traced, i, x) {
                (y.high[i], y.low[i]) = (self.in_any_range(x, 1.0), 0.0);
            }
        }
        y
    }

    /// dy times the quantity, at a batch of each.
    fn times<T: Element>(&self, x: [f64; LANES], dy: [f64; LANES]) -> DoubleDouble {
        let y = self.within_range(x);
        let traced = y * Traced::from_f64(dy);
        let mut product = traced.number;
        for (i, (x, dy)) in x.into_iter().zip(dy).enumerate() {
            if x.is_nan() || dy.is_nan() {
                (product.high[i], product.low[i]) = (f64::NAN, 0.0);
            } else if left_the_range::<T>(&y, i, x)
                || dy != 0.0 && left_the_range::<T>(&traced, i, x)
            {
                (product.high[i], product.low[i]) = (self.in_any_range(x, dy), 0.0);
            }
        }
        product
    }

    /// dy times the quantity at one number, whatever the size of what the formula meets on its way.
    #[cold]
    fn in_any_range(&self, x: f64, dy: f64) -> f64 {
        let far = self.a.far(x);
        match (self.order, far) {
            (Order::Value, Some((value, _))) => return dy * value,
            (Order::Derivative, Some((_, derivative))) => return dy * derivative,
            _ => {}
        }
        if x.is_infinite() {
            return dy * self.limit(x);
        }
        let parameters = self.a.lift(|_, c| Scaled::parameter(c));
        let y = evaluate::<A, Scaled>(self.order, parameters, Scaled::from_f64(x));
        (y * Scaled::from_f64(dy)).to_f64()
    }

    /// The limit at an infinity.
    fn limit(&self, x: f64) -> f64 {
        let Formula { a, order, .. } = *self;
        match order {
            Order::Value => A::lane_value(a.lift(|_, c| c), x),
            Order::Derivative => A::lane_derivative(a.lift(|_, c| c), x),
            _ => {
                let Profile { limits, .. } = a.profile();
                let limit = if x < 0.0 { limits.0 } else { limits.1 };
                // A function that swings for ever has no limit, nor have its derivatives.
                if limit.is_nan() {
                    return f64::NAN;
                }
                const FAR: f64 = 1.0e40;
                let held = [FAR.copysign(x); LANES];
                let there = self.within_range(held).number.high[0];
                if there.abs() < 1.0e-30 {
                    0.0
                } else if there.abs() > 1.0e30 {
                    f64::INFINITY.copysign(there)
                } else {
                    there
                }
            }
        }
    }
}

const fn is_f64<T>() -> bool {
    size_of::<T>() == size_of::<f64>()
}

/// Whether the result in a lane, that at x, may have left the range on its way: it is NaN, or so small that a low part is
/// below 2⁻¹⁰⁷⁴ or a factor has become 0, which narrower types do not show. What is exactly 0 by the formula has not.
fn left_the_range<T: Element>(y: &Traced, lane: usize, x: f64) -> bool {
    let high = y.number.high[lane];
    let is_small = || high.abs() < 1.0e-270 && x != 0.0;
    high.is_nan() || is_f64::<T>() && is_small() && !(x.is_finite() && y.is_zero(lane))
}

/// Up to a batch of numbers, the last one repeated.
fn padded<T: Element>(x: &[T]) -> [f64; LANES] {
    let mut batch = [0.0; LANES];
    for (i, number) in batch.iter_mut().enumerate() {
        *number = x.get(i).or(x.last()).map_or(0.0, |number| number.to_f64());
    }
    batch
}

/// Up to a batch of results, with the one NaN for NaN.
fn write<T: Element>(result: [f64; LANES], to: &mut [T]) {
    for (to, result) in to.iter_mut().zip(result) {
        *to = T::from_f64(if result.is_nan() { f64::NAN } else { result });
    }
}

/// The results of a batch as numbers that round to `T` as the exact ones do.
fn rounded<T: Element>(y: DoubleDouble) -> [f64; LANES] {
    if is_f64::<T>() {
        y.high
    } else {
        y.round_to_odd()
    }
}

fn map<A: Activation, T: Element>(a: A, order: Order, x: &[T], y: &mut [T]) {
    let formula = Formula::new(a, order);
    for (x, y) in x.chunks(LANES).zip(y.chunks_mut(LANES)) {
        write(rounded::<T>(formula.at::<T>(padded(x))), y);
    }
}

fn product<A: Activation, T: Element>(a: A, order: Order, x: &[T], dy: &[T], dx: &mut [T]) {
    let formula = Formula::new(a, order);
    for ((x, dy), dx) in x
        .chunks(LANES)
        .zip(dy.chunks(LANES))
        .zip(dx.chunks_mut(LANES))
    {
        write(rounded::<T>(formula.times::<T>(padded(x), padded(dy))), dx);
    }
}

/// dx = slopes · dy for up to a batch of numbers.
pub(crate) fn times<T: Element>(slopes: [&DoubleDouble; LANES], dy: &[T], dx: &mut [T]) {
    let slopes = DoubleDouble {
        high: std::array::from_fn(|i| slopes[i].high[i]),
        low: std::array::from_fn(|i| slopes[i].low[i]),
    };
    let product = slopes * DoubleDouble::from_f64(padded(dy));
    write(rounded::<T>(product), dx);
}

/// Runs a job.
pub(crate) fn run<A: Activation, T: Element>(a: A, job: Job<'_, T>) {
    match job {
        Job::Map { order, x, y } => map(a, order, x, y),
        Job::InPlace { x } => in_blocks::<BLOCK, T>(x, |x, y| map(a, Order::Value, x, y)),
        Job::ProductInPlace { x, dy } => products_in_blocks::<BLOCK, T>(x, dy, |x, dy, dx| {
            product(a, Order::Derivative, x, dy, dx);
        }),
        Job::Both { x, y, d } => {
            map(a, Order::Value, x, y);
            map(a, Order::Derivative, x, d);
        }
        Job::Product { order, x, dy, dx } => product(a, order, x, dy, dx),
    }
}

/// Computes the marked results of a block.
#[cold]
#[inline(never)]
pub(crate) fn settle<A: Activation, T: Element>(
    a: A,
    order: Order,
    x: &[T],
    marks: &[u64],
    y: &mut [T],
) {
    let formula = Formula::new(a, order);
    each_batch(x.len(), marks, |places| {
        let result = formula.at::<T>(places.map(|i| x[i].to_f64()));
        for (i, result) in places.into_iter().zip(rounded::<T>(result)) {
            y[i] = T::from_f64(result);
        }
    });
}

/// Computes the marked products of a block.
#[cold]
#[inline(never)]
pub(crate) fn settle_product<A: Activation, T: Element>(
    a: A,
    order: Order,
    (x, dy): (&[T], &[T]),
    marks: &[u64],
    dx: &mut [T],
) {
    let formula = Formula::new(a, order);
    each_batch(x.len(), marks, |places| {
        let given = (
            places.map(|i| x[i].to_f64()),
            places.map(|i| dy[i].to_f64()),
        );
        let products = formula.times::<T>(given.0, given.1);
        for (i, result) in places.into_iter().zip(rounded::<T>(products)) {
            dx[i] = T::from_f64(result);
        }
    });
}

/// The marked places, a batch at a time; the last batch repeats its last place.
fn each_batch(length: usize, marks: &[u64], mut work: impl FnMut([usize; LANES])) {
    /// So many are looked at together, of which most have none.
    const FEW: usize = 16;
    let mut places = [0; LANES];
    let mut filled = 0;
    for (k, few) in marks[..length].chunks(FEW).enumerate() {
        if few.iter().fold(0, |any, mark| any | mark) == 0 {
            continue;
        }
        for (i, _) in few.iter().enumerate().filter(|(_, mark)| **mark != 0) {
            places[filled] = k * FEW + i;
            filled += 1;
            if filled == LANES {
                work(places);
                filled = 0;
            }
        }
    }
    if filled > 0 {
        let last = places[filled - 1];
        places[filled..].fill(last);
        work(places);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Elu, HardSigmoid, LeakyRelu, Swish};

    /// Whether the result at x, 0 or tiny in double-double arithmetic, is computed again.
    fn is_computed_again<A: Activation>(a: A, order: Order, x: f64) -> bool {
        let y = Formula::new(a, order).within_range([x; LANES]);
        assert!(y.number.high[0].abs() < 1e-270);
        left_the_range::<f64>(&y, 0, x)
    }

    #[test]
    fn flat_pieces_are_not_computed_again() {
        let (sigmoid, leaky) = (HardSigmoid::default(), LeakyRelu::default());
        for order in [Order::Value, Order::Derivative, Order::SecondDerivative] {
            assert!(!is_computed_again(sigmoid, order, -5.0));
        }
        assert!(!is_computed_again(sigmoid, Order::SecondDerivative, 1.0));
        assert!(!is_computed_again(leaky, Order::SecondDerivative, -2.0));
        assert!(!is_computed_again(leaky, Order::Parameter(0), 3.0));
        assert!(!is_computed_again(
            Elu::default(),
            Order::SecondDerivative,
            3.0
        ));
        // These zeros are what underflow has left.
        assert!(is_computed_again(Swish::default(), Order::Value, -800.0));
        assert!(is_computed_again(leaky, Order::Value, -5e-324));
        assert!(is_computed_again(
            Elu::default(),
            Order::SecondDerivative,
            -800.0
        ));
        // At an infinity the limit is asked for.
        assert!(is_computed_again(sigmoid, Order::Value, f64::NEG_INFINITY));
    }
}

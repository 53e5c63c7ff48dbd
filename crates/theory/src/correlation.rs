//! E g(U) g(V) for normal U and V of one variance and a correlation.
//!
//! V is √q(c Z + √(1 − c²) W) with U = √q Z: an integral over W inside one over Z.

use crate::moments::cuts;
use crate::quadrature::{POINTS, normal};
use nonlin::{Function, Order, Precision};

/// The precision of the integral over Z, which does not see less than the errors of that over W.
const OUTER: f64 = 1e-11;
const INNER: f64 = 1e-12;

/// A function under normal numbers of a variance.
#[derive(Clone, Copy)]
pub(crate) struct Correlation {
    f: Function,
    std: f64,
}

impl Correlation {
    pub(crate) fn new(f: Function, variance: f64) -> Correlation {
        Correlation {
            f,
            std: variance.sqrt(),
        }
    }

    /// E f(U) f(V).
    pub(crate) fn product(self, correlation: f64) -> f64 {
        self.of_order(Order::Value, correlation)
    }

    /// E f′(U) f′(V).
    pub(crate) fn slope_product(self, correlation: f64) -> f64 {
        self.of_order(Order::Derivative, correlation)
    }

    fn of_order(self, order: Order, correlation: f64) -> f64 {
        let (f, std) = (self.f, self.std);
        let kernels = f.kernels().precision(Precision::Fast);
        let outer_cuts = cuts(f, 0.0, std);
        let rest = (1.0 - correlation * correlation).max(0.0).sqrt();
        let [found] = normal::<1>(OUTER, &outer_cuts, |z, values| {
            let u = z.map(|z| std * z);
            let mut g = [0.0; POINTS];
            kernels.evaluate(order, &u, &mut g);
            for i in 0..POINTS {
                values[0][i] = if g[i] == 0.0 {
                    0.0
                } else if rest == 0.0 {
                    g[i] * g[i] * correlation.signum()
                } else {
                    g[i] * inner(f, order, correlation * u[i], rest * std)
                };
            }
        });
        found.value
    }
}

/// E g(mean + std·W).
fn inner(f: Function, order: Order, mean: f64, std: f64) -> f64 {
    let kernels = f.kernels().precision(Precision::Fast);
    let [found] = normal::<1>(INNER, &cuts(f, mean, std), |w, values| {
        let v = w.map(|w| std.mul_add(w, mean));
        kernels.evaluate(order, &v, &mut values[0]);
    });
    found.value
}

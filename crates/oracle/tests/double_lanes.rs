//! The lanes of exact `f64` kernels against the formula in double-double arithmetic, which MPFR has judged: they are good to
//! the bits that a function claims of them, and the kernels give the formula's result rounded.

use nonlin::{Activation, Function, Order, slice, with_function};
use nonlin_oracle::inputs::{DOUBLE_BINADES, stratified_doubles, turning_points};
use nonlin_oracle::judge::sums;

/// Where the formula's own arithmetic keeps its precision, and the lanes are trusted if they say so.
fn is_usual(x: f64) -> bool {
    (1e-270..1e30).contains(&x.abs())
}

/// Whether y is the sum rounded, or as near as one can tell: what is nearer to the middle of two numbers than the formula's
/// own error is left to MPFR.
fn is_nearest(y: f64, (high, low): (f64, f64)) -> bool {
    y == high || (y - high - low).abs() <= high.abs() * f64::EPSILON * 0.5000001
}

fn assert_products_are_right<A: Activation>(a: A, x: &[f64]) {
    let function: Function = a.into();
    let dy: Vec<f64> = x.iter().rev().copied().collect();
    let mut dx = vec![0.0; x.len()];
    a.backward(x, &dy, &mut dx);
    for (i, (high, low)) in sums(a, Order::Derivative, x).into_iter().enumerate() {
        let product = high * dy[i];
        let rest = low.mul_add(dy[i], high.mul_add(dy[i], -product));
        let product = (product + rest, rest - ((product + rest) - product));
        if is_usual(x[i]) && is_usual(high) && is_usual(product.0) {
            assert!(
                is_nearest(dx[i], product),
                "{function} at {:e}: {:e} times the derivative is {:e}, and the formula gives {:e}",
                x[i],
                dy[i],
                dx[i],
                product.0
            );
        }
    }
}

fn assert_right<A: Activation>(a: A, order: Order, x: &[f64]) {
    let function: Function = a.into();
    let claimed = A::DOUBLE_LANE_BITS[usize::from(order == Order::Derivative)];
    let mut lanes = vec![(0.0, 0.0); x.len()];
    slice::unrounded_double(a, order, x, &mut lanes);
    let mut y = vec![0.0; x.len()];
    a.kernels().evaluate(order, x, &mut y);
    let (mut worst, mut at) = (0.0f64, 0.0);
    for (i, (high, low)) in sums(a, order, x).into_iter().enumerate() {
        if !is_usual(x[i]) || !is_usual(high) {
            continue;
        }
        assert!(
            is_nearest(y[i], (high, low)),
            "{function} {order:?} at {:e}: {:e}, and the formula gives {high:e}",
            x[i],
            y[i]
        );
        if a.far(x[i]).is_some() {
            continue;
        }
        let (sum, rest) = lanes[i];
        let error = (((sum - high) + (rest - low)) / high).abs();
        // NaN is how lanes say that they do not reach.
        if error > worst {
            (worst, at) = (error, x[i]);
        }
    }
    assert!(
        A::SELECTS_ONLY || worst <= f64::powi(2.0, -(claimed as i32)),
        "{function} {order:?}: the lanes are 2^{:.1} off at {at:e}, and {claimed} bits are claimed",
        worst.log2()
    );
}

/// Arguments from every binade, and close to where kernels change their way.
fn arguments(f: &Function) -> Vec<f64> {
    let mut x: Vec<f64> = stratified_doubles(0..DOUBLE_BINADES, 4).collect();
    for point in turning_points(f) {
        for k in 0..200 {
            for step in [1e-12, 1e-6, 1e-4, 1e-3] {
                let offset = f64::from(k) * step;
                x.extend([
                    point + offset,
                    point - offset,
                    offset - point,
                    -offset - point,
                ]);
            }
        }
    }
    x
}

#[test]
fn lanes_are_as_good_as_claimed_and_results_are_the_formulas() {
    let others = [
        "elu(alpha=0.3)",
        "celu(alpha=0.7)",
        "softplus(beta=3)",
        "softplus(beta=0.01)",
        "swish(beta=-1.7)",
        "swish(beta=0.001)",
        "leaky_relu(negative_slope=0.3)",
        "hard_sigmoid(slope=0.05001946200626751, offset=-0.13729247387320878)",
        "sine(omega=1)",
    ]
    .map(|text| text.parse().expect("a function"));
    for f in Function::all().chain(others) {
        let x = arguments(&f);
        for order in [Order::Value, Order::Derivative] {
            with_function!(f, a => assert_right(a, order, &x));
        }
        with_function!(f, a => assert_products_are_right(a, &x));
    }
}

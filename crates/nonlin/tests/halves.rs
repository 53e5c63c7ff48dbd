//! Products of 16-bit numbers: rounded once, whatever way they go, and nearly so if they are fast.

use nonlin::{Element, Function, Order, Precision, bf16, f16};

/// All numbers of a type, and the same in another order.
fn numbers<T: Element>(from_bits: fn(u16) -> T, order: u16) -> (Vec<T>, Vec<T>) {
    let all = (0..=u16::MAX).map(from_bits).collect();
    let mixed = (0..=u16::MAX).map(|i| from_bits(i.wrapping_mul(40503).wrapping_add(order)));
    (all, mixed.collect())
}

/// Whether y is the number next to the exact one, of which the last bits are not known.
fn is_nearest<T: Element>(y: T, exact: f64) -> bool {
    [exact.next_down(), exact, exact.next_up()]
        .into_iter()
        .any(|exact| {
            let (y, exact) = (y.to_f64(), T::from_f64(exact).to_f64());
            y.is_nan() && exact.is_nan() || y.to_bits() == exact.to_bits()
        })
}

/// Whether y is within 0.501 units of the exact one: the number next to it, or the one on the other side of a middle close by.
fn is_near<T: Element>(y: T, exact: f64) -> bool {
    let (y, nearest) = (y.to_f64(), T::from_f64(exact).to_f64());
    let off_middle = 0.5 * (y + nearest) - exact;
    is_nearest(T::from_f64(y), exact) || off_middle.abs() <= 0.001 * (y - nearest).abs()
}

fn assert_near<T: Element>(name: &str, got: &[T], exact: &[f64]) {
    for (got, exact) in got.iter().zip(exact) {
        assert!(
            is_near(*got, *exact),
            "fast {name}, {}: {got:?}, not {exact:e}",
            T::NAME
        );
    }
}

fn assert_same<T: Element>(name: &str, got: &[T], exact: &[f64], given: (&[T], &[T])) {
    for (i, (got, exact)) in got.iter().zip(exact).enumerate() {
        assert!(
            is_nearest(*got, *exact),
            "{name}, {}: {:?} of {:?} and {:?}, not {exact:e}",
            T::NAME,
            got,
            given.0[i],
            given.1[i]
        );
    }
}

fn wide<T: Element>(x: &[T]) -> Vec<f64> {
    x.iter().map(|x| x.to_f64()).collect()
}

fn check<T: Element>(from_bits: fn(u16) -> T, order: u16) {
    let (x, dy) = numbers(from_bits, order);
    let (wide_x, wide_dy) = (wide(&x), wide(&dy));
    for f in Function::all() {
        let (mut slopes, mut dx) = (vec![0.0; x.len()], x.clone());
        let name = f.to_string();
        f.kernels()
            .evaluate(Order::Derivative, &wide_x, &mut slopes);
        let products: Vec<f64> = slopes.iter().zip(&wide_dy).map(|(a, b)| a * b).collect();
        f.backward(&x, &dy, &mut dx);
        assert_same(&name, &dx, &products, (&x, &dy));
        let fast = f.kernels().precision(Precision::Fast);
        fast.backward(&x, &dy, &mut dx);
        assert_near(&name, &dx, &products);
        // Whatever the others of its block are, a NaN among them.
        for i in (0..x.len()).step_by(11) {
            let mut alone = [T::default()];
            fast.backward(&x[i..=i], &dy[i..=i], &mut alone);
            let bits = |x: T| x.to_f64().to_bits();
            assert_eq!(
                bits(alone[0]),
                bits(dx[i]),
                "fast {name}, {}, alone",
                T::NAME
            );
        }
        // Few elements go without a table.
        let few = 30_000..30_050;
        let (x, dy, dx) = (&x[few.clone()], &dy[few.clone()], &mut dx[few.clone()]);
        f.backward(x, dy, dx);
        assert_same(&name, dx, &products[few], (x, dy));
    }
    for f in Function::all() {
        // A number that is no output may give anything.
        let range = f.profile().range;
        let is_output = |y: f64| y.is_nan() || range.0.value <= y && y <= range.1.value;
        let outputs = x.iter().zip(&dy).filter(|(y, _)| is_output(y.to_f64()));
        let (y, dy): (Vec<T>, Vec<T>) = outputs.map(|(y, dy)| (*y, *dy)).unzip();
        let (mut wide_dx, mut dx) = (wide(&y), y.clone());
        let kernels = f.kernels();
        if kernels
            .backward_from_output(&wide(&y), &wide(&dy), &mut wide_dx)
            .is_ok()
        {
            kernels
                .backward_from_output(&y, &dy, &mut dx)
                .expect("it is one that can");
            assert_same(&format!("{f} from its output"), &dx, &wide_dx, (&y, &dy));
            kernels
                .precision(Precision::Fast)
                .backward_from_output(&y, &dy, &mut dx)
                .expect("it is one that can");
            assert_near(&format!("{f} from its output"), &dx, &wide_dx);
        }
    }
}

#[test]
fn products_are_rounded_once() {
    for order in [17, 10_007, 30_011, 50_021] {
        check(f16::from_bits, order);
        check(bf16::from_bits, order);
    }
}

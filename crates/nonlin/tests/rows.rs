//! Softmax, log-softmax and maxout.

mod exact;

use exact::{Double, Numbers, Precision, bits, check_gradient, ulps};
use nonlin::Precision::{Exact, Fast};
use nonlin::rows::{LogSoftmax, MaxoutLayer, RowFunction, Softmax, log_softmax, maxout, softmax};
use nonlin::{Axis, Element, Level, bf16, f16};
use proptest::prelude::*;

/// e^(x − largest) for every element as (m, n), m·2ⁿ.
fn exponentials<T: Element>(x: &[T]) -> (f64, Vec<(Double, i32)>) {
    let largest = x
        .iter()
        .map(|x| x.to_f64())
        .fold(f64::NEG_INFINITY, f64::max);
    let e = x
        .iter()
        .map(|x| Double::of(x.to_f64()).sub(Double::of(largest)).exp())
        .collect();
    (largest, e)
}

fn exact_softmax<T: Element>(x: &[T]) -> Vec<Double> {
    let (_, e) = exponentials(x);
    let total = e
        .iter()
        .fold(Double::ZERO, |sum, (m, n)| sum.add(m.scaled(*n)));
    e.iter().map(|(m, n)| m.div(total).scaled(*n)).collect()
}

fn exact_log_softmax<T: Element>(x: &[T]) -> Vec<Double> {
    let (largest, e) = exponentials(x);
    let first = x.iter().position(|x| x.to_f64() == largest).unwrap();
    let others = e
        .iter()
        .enumerate()
        .filter(|(i, _)| *i != first)
        .fold(Double::ZERO, |sum, (_, (m, n))| sum.add(m.scaled(*n)));
    let log = others.ln_1p();
    x.iter()
        .map(|x| Double::of(x.to_f64()).sub(Double::of(largest)).sub(log))
        .collect()
}

/// The worst distances of softmax and log-softmax over rows of all kinds.
fn worst<T: Precision>(precision: nonlin::Precision) -> (f64, f64) {
    let softmax = Softmax.kernels().precision(precision);
    let log_softmax = LogSoftmax.kernels().precision(precision);
    let mut numbers = Numbers(1);
    let (mut of_softmax, mut of_log): (f64, f64) = (0.0, 0.0);
    for length in (1..=64).chain([100, 1000, 5000]) {
        for scale in [0.1, 1.0, 10.0, 100.0, 700.0] {
            let x: Vec<T> = numbers.vector(length, scale);
            let axis = Axis::row(length);
            let mut y = x.clone();
            softmax.forward(axis, &x, &mut y);
            for (y, exact) in y.iter().zip(exact_softmax(&x)) {
                of_softmax = of_softmax.max(ulps(*y, exact));
            }
            log_softmax.forward(axis, &x, &mut y);
            for (y, exact) in y.iter().zip(exact_log_softmax(&x)) {
                of_log = of_log.max(ulps(*y, exact));
            }
        }
    }
    (of_softmax, of_log)
}

#[test]
fn results_are_within_the_stated_bounds() {
    let f32s = worst::<f32>(Exact);
    let f64s = worst::<f64>(Exact);
    let halves = (worst::<f16>(Exact), worst::<bf16>(Exact));
    println!("softmax, log_softmax in ULP: f32 {f32s:?}, f64 {f64s:?}, f16 and bf16 {halves:?}");
    for (a, b) in [f32s, halves.0, halves.1] {
        assert!(a <= 0.501 && b <= 0.501);
    }
    assert!(f64s.0 <= 4.0 && f64s.1 <= 4.0);
    let fast = worst::<f32>(Fast);
    println!("fast: {fast:?}");
    assert!(fast.0 <= 3.0 && fast.1 <= 3.0, "{fast:?}");
    let halves = [worst::<f16>(Fast), worst::<bf16>(Fast)];
    println!("fast f16 and bf16: {halves:?}");
    assert!(halves.iter().all(|(a, b)| *a <= 0.501 && *b <= 0.501));
}

/// Against `f64`, for a search that is as long as one likes; the sums of what each step may lose do not rule out a little more.
#[test]
#[ignore = "half a minute: `cargo test --release -p nonlin --test rows -- --ignored --nocapture`"]
fn fast_results_of_many_rows() {
    const ROUNDS: u64 = 10_000;
    let (softmax, log_softmax) = (Softmax.kernels(), LogSoftmax.kernels());
    let (mut of_softmax, mut of_log, mut rows) = (0.0f64, 0.0f64, 0);
    let mut numbers = Numbers(7);
    let judge = |y: &[f32], exact: &[f64], worst: &mut f64| {
        for (y, exact) in y.iter().zip(exact) {
            *worst = worst.max(ulps(*y, Double::of(*exact)));
        }
    };
    for _ in 0..ROUNDS {
        for length in [
            1, 2, 3, 5, 10, 16, 31, 32, 33, 63, 64, 65, 100, 128, 200, 1000, 1024, 3000,
        ] {
            for scale in [0.1, 1.0, 3.0, 10.0, 100.0] {
                let x: Vec<f32> = numbers.vector(length, scale);
                let wide: Vec<f64> = x.iter().map(|&x| x.into()).collect();
                let (mut y, mut exact) = (x.clone(), wide.clone());
                let axis = Axis::row(length);
                softmax.precision(Fast).forward(axis, &x, &mut y);
                softmax.forward(axis, &wide, &mut exact);
                judge(&y, &exact, &mut of_softmax);
                log_softmax.precision(Fast).forward(axis, &x, &mut y);
                log_softmax.forward(axis, &wide, &mut exact);
                judge(&y, &exact, &mut of_log);
                rows += 1;
            }
        }
    }
    println!("{rows} rows: softmax {of_softmax}, log_softmax {of_log} ULP");
    assert!(of_softmax <= 3.0 && of_log <= 3.0);
}

#[test]
fn rows_of_softmax_sum_to_one() {
    fn check<T: Precision>(relative: f64) {
        let mut numbers = Numbers(2);
        for length in [1, 2, 3, 10, 100, 1000, 20_000] {
            let x: Vec<T> = numbers.vector(length, 3.0);
            let mut y = x.clone();
            softmax::forward(Axis::row(length), &x, &mut y);
            let sum = y
                .iter()
                .fold(Double::ZERO, |sum, y| sum.add(Double::of(y.to_f64())));
            let epsilon = 2f64.powi(1 - T::BITS);
            let least = 2f64.powi((T::LEAST - T::BITS + 1).max(-1074));
            let allowed = relative * epsilon + length as f64 * 0.5 * least;
            let off = sum.sub(Double::ONE).high.abs();
            assert!(off <= allowed, "{} × {length}: off by {off}", T::NAME);
        }
    }
    check::<f32>(0.51);
    check::<f16>(0.51);
    check::<bf16>(0.51);
    check::<f64>(4.0);
}

#[test]
fn gradients_are_within_a_few_units_of_the_exact_ones() {
    // The terms cancel, so the error is measured against the largest of them.
    fn check<T: Precision>(precision: nonlin::Precision, allowed: f64) {
        let softmax = Softmax.kernels().precision(precision);
        let log_softmax = LogSoftmax.kernels().precision(precision);
        let mut numbers = Numbers(3);
        for length in (1..=33).chain([1000]) {
            let x: Vec<T> = numbers.vector(length, 4.0);
            let dy: Vec<T> = numbers.vector(length, 1.0);
            let mut dx = x.clone();
            let y = exact_softmax(&x);
            let mean = y.iter().zip(&dy).fold(Double::ZERO, |sum, (y, dy)| {
                sum.add(y.mul(Double::of(dy.to_f64())))
            });
            let spread: f64 = y
                .iter()
                .zip(&dy)
                .map(|(y, dy)| y.high * dy.to_f64().abs())
                .sum();
            softmax.backward(Axis::row(length), &x, &dy, &mut dx);
            for i in 0..length {
                let exact = y[i].mul(Double::of(dy[i].to_f64()).sub(mean));
                let size = y[i].high * (dy[i].to_f64().abs() + spread);
                let error = Double::of(dx[i].to_f64()).sub(exact).high.abs();
                let unit = (size * 2f64.powi(1 - T::BITS))
                    .max(2f64.powi((T::LEAST - T::BITS + 1).max(-1074)));
                assert!(
                    error <= allowed * unit,
                    "softmax {} {length}: {error}",
                    T::NAME
                );
            }
            let total = dy
                .iter()
                .fold(Double::ZERO, |sum, dy| sum.add(Double::of(dy.to_f64())));
            log_softmax.backward(Axis::row(length), &x, &dy, &mut dx);
            for i in 0..length {
                let exact = Double::of(dy[i].to_f64()).sub(y[i].mul(total));
                let size = dy[i].to_f64().abs() + (y[i].high * total.high).abs();
                let error = Double::of(dx[i].to_f64()).sub(exact).high.abs();
                let unit = (size * 2f64.powi(1 - T::BITS))
                    .max(2f64.powi((T::LEAST - T::BITS + 1).max(-1074)));
                assert!(
                    error <= allowed * unit,
                    "log_softmax {} {length}: {error}",
                    T::NAME
                );
            }
        }
    }
    check::<f32>(Exact, 0.51);
    check::<f16>(Exact, 0.51);
    check::<bf16>(Exact, 0.51);
    check::<f64>(Exact, 4.0);
    check::<f32>(Fast, 3.0);
}

#[test]
fn gradients_agree_with_differences() {
    let mut numbers = Numbers(4);
    for f in RowFunction::all() {
        for length in [2, 4, 6, 12] {
            let axis = Axis::last(3, length).unwrap();
            let output = f.output(axis).unwrap().elements();
            let x: Vec<f64> = numbers.vector(3 * length, 2.0);
            let dy: Vec<f64> = numbers.vector(output, 1.0);
            let mut dx = vec![0.0; x.len()];
            f.backward(axis, &x, &dy, &mut dx);
            check_gradient(&f.to_string(), &x, &dx, |x| {
                let mut y = vec![0.0; output];
                f.forward(axis, x, &mut y);
                y.iter().zip(&dy).map(|(y, dy)| y * dy).sum()
            });
        }
    }
}

#[test]
fn gradients_from_the_output_agree_with_those_from_the_input() {
    let mut numbers = Numbers(5);
    let axis = Axis::new(3, 7, 5).unwrap();
    let x: Vec<f64> = numbers.vector(axis.elements(), 3.0);
    let dy: Vec<f64> = numbers.vector(axis.elements(), 1.0);
    let (mut y, mut a, mut b) = (x.clone(), x.clone(), x.clone());
    softmax::forward(axis, &x, &mut y);
    softmax::backward(axis, &x, &dy, &mut a);
    softmax::backward_from_output(axis, &y, &dy, &mut b);
    let mut c = dy.clone();
    softmax::backward_from_output_in_place(axis, &y, &mut c);
    assert_eq!(b, c);
    assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-14));
    log_softmax::forward(axis, &x, &mut y);
    log_softmax::backward(axis, &x, &dy, &mut a);
    log_softmax::backward_from_output(axis, &y, &dy, &mut b);
    c.copy_from_slice(&dy);
    log_softmax::backward_from_output_in_place(axis, &y, &mut c);
    assert_eq!(b, c);
    assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-14));
}

#[test]
fn published_examples() {
    // Bridle's and every textbook's: softmax(1, 2, 3).
    let mut y = [0.0f64; 3];
    softmax::forward(Axis::row(3), &[1.0, 2.0, 3.0], &mut y);
    let expected = [0.09003057317038046, 0.24472847105479767, 0.6652409557748219];
    for (y, expected) in y.iter().zip(expected) {
        assert!((y - expected).abs() <= 1.2e-16);
    }
    // The example of the cheat sheet: groups of three of 1 to 9.
    let x: Vec<f32> = (1u8..=9).map(f32::from).collect();
    let mut y = [0.0; 3];
    RowFunction::Maxout { pieces: 3 }.forward(Axis::row(9), &x, &mut y);
    assert_eq!(y, [3.0, 6.0, 9.0]);
    // Paddle's grouping of channels, along axis 1 of an image batch.
    let x: Vec<f32> = (0u8..16).map(f32::from).collect();
    let mut y = [0.0; 8];
    maxout::forward(Axis::of(&[1, 4, 2, 2], 1).unwrap(), 2, &x, &mut y);
    assert_eq!(y, [4.0, 5.0, 6.0, 7.0, 12.0, 13.0, 14.0, 15.0]);
}

#[test]
fn a_dominant_class_keeps_its_log_probability() {
    for lead in [17.0f32, 20.0, 50.0, 88.0, 100.0] {
        let x = [lead, 0.0];
        let mut y = [0.0; 2];
        log_softmax::forward(Axis::row(2), &x, &mut y);
        let expected = -(f64::from(-lead)).exp().ln_1p() as f32;
        assert_eq!(y[0], expected, "leading by {lead}");
        assert!(y[0] < 0.0);
        // Its own gradient is the same tiny number.
        let mut dx = [0.0; 2];
        log_softmax::backward(Axis::row(2), &x, &[1.0, 0.0], &mut dx);
        let expected = (-f64::from(lead)).exp() / (1.0 + (-f64::from(lead)).exp());
        assert!(
            ulps(dx[0], Double::of(expected)) < 0.51,
            "{} {expected}",
            dx[0]
        );
        assert_eq!(dx[0], -dx[1]);
    }
}

fn row<T: Element>((f, precision): (RowFunction, nonlin::Precision), x: &[f64]) -> Vec<f64> {
    let x: Vec<T> = x.iter().map(|x| T::from_f64(*x)).collect();
    let axis = Axis::row(x.len());
    let mut y = vec![T::default(); f.output(axis).unwrap().elements()];
    f.kernels().precision(precision).forward(axis, &x, &mut y);
    y.iter().map(|y| y.to_f64()).collect()
}

fn special<T: Element>(precision: nonlin::Precision) {
    use f64 as F;
    let (inf, nan) = (F::INFINITY, F::NAN);
    let same = |got: Vec<f64>, expected: &[f64]| {
        let got: Vec<_> = got.iter().map(|x| x.to_bits()).collect();
        let expected: Vec<_> = expected.iter().map(|x| x.to_bits()).collect();
        assert_eq!(got, expected, "{}", T::NAME);
    };
    let (soft, log) = (
        (RowFunction::Softmax, precision),
        (RowFunction::LogSoftmax, precision),
    );
    for f in [soft, log] {
        same(row::<T>(f, &[1.0, nan, 2.0]), &[nan; 3]);
        same(row::<T>(f, &[-nan]), &[nan]);
        same(row::<T>(f, &[nan, inf]), &[nan; 2]);
        same(row::<T>(f, &[-inf, -inf]), &[nan; 2]);
        same(row::<T>(f, &[]), &[]);
    }
    same(row::<T>(soft, &[5.0]), &[1.0]);
    same(row::<T>(log, &[5.0]), &[0.0]);
    same(row::<T>(soft, &[-inf, 3.0, 3.0]), &[0.0, 0.5, 0.5]);
    same(row::<T>(log, &[-inf, 3.0]), &[-inf, 0.0]);
    same(row::<T>(soft, &[1.0, inf, -inf]), &[0.0, 1.0, 0.0]);
    same(row::<T>(soft, &[inf, 0.0, inf]), &[0.5, 0.0, 0.5]);
    same(row::<T>(log, &[1.0, inf, -inf]), &[-inf, 0.0, -inf]);
    let ln_2 = T::from_f64(std::f64::consts::LN_2).to_f64();
    same(row::<T>(log, &[inf, 0.0, inf]), &[-ln_2, -inf, -ln_2]);
    same(row::<T>(soft, &[60000.0, 60000.0]), &[0.5, 0.5]);
    same(row::<T>(soft, &[60000.0, -60000.0]), &[1.0, 0.0]);
    let max = RowFunction::Maxout { pieces: 2 };
    same(
        row::<T>(
            (max, precision),
            &[
                1.0, nan, nan, 1.0, -inf, -inf, inf, 1.0, 0.0, -0.0, -0.0, 0.0,
            ],
        ),
        &[nan, nan, -inf, inf, 0.0, -0.0],
    );
    let x = [1.0, nan, 2.0, 2.0].map(T::from_f64);
    let dy = [3.0, 4.0].map(T::from_f64);
    let mut dx = [T::default(); 4];
    max.backward(Axis::row(4), &x, &dy, &mut dx);
    same(dx.map(|x| x.to_f64()).to_vec(), &[nan, nan, 4.0, 0.0]);
}

#[test]
fn special_values_are_decided() {
    special::<f32>(Exact);
    special::<f32>(Fast);
    special::<f64>(Exact);
    special::<f16>(Exact);
    special::<bf16>(Exact);
}

#[test]
fn infinite_gradients_stay_infinite_or_turn_nan() {
    let mut dx = [0.0f64; 2];
    log_softmax::backward(Axis::row(2), &[0.0, 0.0], &[f64::INFINITY, 0.0], &mut dx);
    assert!(dx[0].is_nan() && dx[1] == f64::NEG_INFINITY);
    softmax::backward(Axis::row(2), &[0.0, 0.0], &[f64::INFINITY, 0.0], &mut dx);
    assert!(dx[0].is_nan() && dx[1] == f64::NEG_INFINITY);
}

/// Everything at a level, for all lengths, along rows and along columns.
fn at_level<T: Element>(level: Level) -> Vec<(u64, &'static str)> {
    assert!(level.set());
    let mut numbers = Numbers(6);
    let mut all = vec![];
    for length in 0..=64 {
        // Of some lengths, as many rows as go side by side.
        let rows = if length % 9 == 1 { 64 } else { 3 };
        for axis in [
            Axis::last(rows, length).unwrap(),
            Axis::new(2, length, rows).unwrap(),
        ] {
            let x: Vec<T> = numbers.vector(axis.elements(), 5.0);
            let dy: Vec<T> = numbers.vector(axis.elements(), 1.0);
            let mut out = x.clone();
            for f in [RowFunction::Softmax, RowFunction::LogSoftmax] {
                f.forward(axis, &x, &mut out);
                all.extend(bits(&out));
                f.backward(axis, &x, &dy, &mut out);
                all.extend(bits(&out));
            }
            softmax::backward_from_output(axis, &x, &dy, &mut out);
            all.extend(bits(&out));
            for precision in [Exact, Fast] {
                let softmax = Softmax.kernels().precision(precision);
                softmax.forward(axis, &x, &mut out);
                let apart = bits(&out);
                out.copy_from_slice(&x);
                softmax.forward_in_place(axis, &mut out);
                assert_eq!(bits(&out), apart);
                all.extend(apart);
                let log_softmax = LogSoftmax.kernels().precision(precision);
                log_softmax.forward(axis, &x, &mut out);
                all.extend(bits(&out));
                log_softmax.backward(axis, &x, &dy, &mut out);
                all.extend(bits(&out));
                log_softmax.backward_from_output(axis, &x, &dy, &mut out);
                let apart = bits(&out);
                out.copy_from_slice(&dy);
                log_softmax.backward_from_output_in_place(axis, &x, &mut out);
                assert_eq!(bits(&out), apart);
                all.extend(apart);
            }
            let pieces = if length % 2 == 0 { 2 } else { 1 };
            let f = RowFunction::Maxout { pieces };
            let half = f.output(axis).unwrap().elements();
            f.forward(axis, &x, &mut out[..half]);
            all.extend(bits(&out[..half]));
        }
    }
    let layer: MaxoutLayer<T> =
        MaxoutLayer::new(3, 10, numbers.vector(120, 1.0), numbers.vector(12, 1.0)).unwrap();
    let x: Vec<T> = numbers.vector(50, 1.0);
    let gradients = layer.backward(&x, &numbers.vector::<T>(20, 1.0)).unwrap();
    all.extend(bits(&layer.forward(&x).unwrap()));
    all.extend(bits(&gradients.x));
    all.extend(bits(&gradients.weights));
    all.extend(bits(&gradients.bias));
    all
}

#[test]
fn every_level_gives_the_same_bits() {
    let best = Level::current();
    for level in Level::ALL.into_iter().filter(|l| l.is_available()) {
        assert_eq!(at_level::<f32>(level), at_level::<f32>(best), "{level:?}");
        assert_eq!(at_level::<f64>(level), at_level::<f64>(best), "{level:?}");
        assert_eq!(at_level::<f16>(level), at_level::<f16>(best), "{level:?}");
        assert_eq!(at_level::<bf16>(level), at_level::<bf16>(best), "{level:?}");
    }
    best.set();
}

/// The elements of the row at (o, i), by index.
fn gathered<T: Element>(axis: Axis, x: &[T], o: usize, i: usize) -> Vec<T> {
    (0..axis.length())
        .map(|j| x[(o * axis.length() + j) * axis.inner() + i])
        .collect()
}

/// Fast rows that go side by side, those that are left over and gathered ones, with whatever may stand in one.
#[test]
fn fast_rows_give_what_they_give_alone() {
    let mut numbers = Numbers(11);
    for length in [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 257] {
        for axis in [
            Axis::last(20, length),
            Axis::last(64, length),
            Axis::last(150, length),
            Axis::new(9, length, 3),
            Axis::new(1, length, 23),
            Axis::new(2, length, 100),
        ] {
            let axis = axis.unwrap();
            let mut x: Vec<f32> = numbers.vector(axis.elements(), 5.0);
            let dy: Vec<f32> = numbers.vector(axis.elements(), 1.0);
            // One element leads, is far from 0, infinite, or NaN; or all are −∞.
            let odd = [60.0, 1e6, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, -0.0];
            for (k, x) in x.iter_mut().enumerate() {
                let row = k / (length * axis.inner()) * axis.inner() + k % axis.inner();
                let j = k / axis.inner() % length;
                match row % 11 {
                    kind @ 0..6 if j == length / 2 => *x = odd[kind],
                    6 => *x = f32::NEG_INFINITY,
                    7 => *x = x.round(),
                    _ => {}
                }
            }
            fast_rows_of(axis, &x, &dy);
        }
    }
}

fn fast_rows_of(axis: Axis, x: &[f32], dy: &[f32]) {
    macro_rules! check {
        ($Map:ident) => {
            let map = $Map.kernels().precision(Fast);
            let [mut y, mut dx, mut from_output, mut in_place] = [(); 4].map(|()| x.to_vec());
            map.forward(axis, x, &mut y);
            map.backward(axis, x, dy, &mut dx);
            map.backward_from_output(axis, &y, dy, &mut from_output);
            map.forward_in_place(axis, &mut in_place);
            assert_eq!(bits(&y), bits(&in_place));
            in_place.copy_from_slice(dy);
            map.backward_from_output_in_place(axis, &y, &mut in_place);
            assert_eq!(bits(&from_output), bits(&in_place));
            let row = Axis::row(axis.length());
            for o in 0..axis.outer() {
                for i in 0..axis.inner() {
                    let of = |all: &[f32]| gathered(axis, all, o, i);
                    let (x, dy, mut alone) = (of(x), of(dy), of(x));
                    map.forward(row, &x, &mut alone);
                    assert_eq!(bits(&of(&y)), bits(&alone), "{axis:?} {o} {i}");
                    map.backward(row, &x, &dy, &mut alone);
                    assert_eq!(bits(&of(&dx)), bits(&alone), "{axis:?} {o} {i}");
                    map.backward_from_output(row, &of(&y), &dy, &mut alone);
                    assert_eq!(bits(&of(&from_output)), bits(&alone), "{axis:?} {o} {i}");
                }
            }
        };
    }
    check!(Softmax);
    check!(LogSoftmax);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any axis of any shape: each row gives what it gives alone, in place too.
    #[test]
    fn an_axis_is_its_rows(
        shape in prop::collection::vec(0usize..8, 1..5),
        wide in 0usize..4,
        axis in 0usize..4,
        seed: u64,
    ) {
        let mut shape = shape;
        let axis_index = axis % shape.len();
        if wide == 0 {
            // Larger than the block of rows that are taken together.
            shape[0] = 40;
        }
        let axis = Axis::of(&shape, axis_index as isize).unwrap();
        prop_assert_eq!(axis, Axis::of(&shape, axis_index as isize - shape.len() as isize).unwrap());
        prop_assert_eq!(axis.elements(), shape.iter().product::<usize>());
        let mut numbers = Numbers(seed);
        let x: Vec<f32> = numbers.vector(axis.elements(), 3.0);
        let dy: Vec<f32> = numbers.vector(axis.elements(), 1.0);
        for f in [RowFunction::Softmax, RowFunction::LogSoftmax, RowFunction::Maxout { pieces: 1 }] {
            let (mut y, mut dx) = (x.clone(), x.clone());
            f.forward(axis, &x, &mut y);
            f.backward(axis, &x, &dy, &mut dx);
            for o in 0..axis.outer() {
                for i in 0..axis.inner() {
                    let alone = gathered(axis, &x, o, i);
                    let mut result = alone.clone();
                    f.forward(Axis::row(axis.length()), &alone, &mut result);
                    prop_assert_eq!(bits(&gathered(axis, &y, o, i)), bits(&result));
                    f.backward(Axis::row(axis.length()), &alone, &gathered(axis, &dy, o, i), &mut result);
                    prop_assert_eq!(bits(&gathered(axis, &dx, o, i)), bits(&result));
                }
            }
        }
        let (mut y, mut in_place) = (x.clone(), x.clone());
        softmax::forward(axis, &x, &mut y);
        softmax::forward_in_place(axis, &mut in_place);
        prop_assert_eq!(bits(&y), bits(&in_place));
        in_place.copy_from_slice(&x);
        log_softmax::forward(axis, &x, &mut y);
        log_softmax::forward_in_place(axis, &mut in_place);
        prop_assert_eq!(bits(&y), bits(&in_place));
    }

    /// Maxout against a search by index.
    #[test]
    fn maxout_is_the_first_maximum_of_each_group(
        outer in 0usize..4, groups in 0usize..4, pieces in 1usize..5, inner in 0usize..4, seed: u64,
    ) {
        let axis = Axis::new(outer, groups * pieces, inner).unwrap();
        let mut numbers = Numbers(seed);
        // Few different values, so that there are ties.
        let x: Vec<f64> = (0..axis.elements()).map(|_| numbers.normal(1.0).round()).collect();
        let mut y = vec![0.0; axis.elements() / pieces];
        let dy: Vec<f64> = numbers.vector(y.len(), 1.0);
        let mut dx = vec![f64::NAN; x.len()];
        maxout::forward(axis, pieces, &x, &mut y);
        maxout::backward(axis, pieces, &x, &dy, &mut dx);
        let mut expected = vec![0.0; x.len()];
        for o in 0..outer {
            for g in 0..groups {
                for i in 0..inner {
                    let at = |k: usize| (o * axis.length() + g * pieces + k) * inner + i;
                    let mut best = 0;
                    for k in 1..pieces {
                        if x[at(k)] > x[at(best)] {
                            best = k;
                        }
                    }
                    let to = (o * groups + g) * inner + i;
                    prop_assert_eq!(y[to], x[at(best)]);
                    expected[at(best)] = dy[to];
                }
            }
        }
        prop_assert_eq!(dx, expected);
    }

    /// Text in any case reads to something or is refused with a sentence.
    #[test]
    fn text_never_panics(text in "[a-z_]{0,12}(\\([a-z=0-9, ]{0,12}\\)?)?") {
        match text.parse::<RowFunction>() {
            Ok(f) => prop_assert_eq!(f.to_string().parse::<RowFunction>().unwrap(), f),
            Err(error) => prop_assert!(!error.to_string().contains('\n')),
        }
    }
}

#[test]
fn a_maxout_layer_has_the_gradients_of_its_parts() {
    let (pieces, outputs, inputs, samples) = (3, 2, 4, 5);
    let mut numbers = Numbers(7);
    let weights: Vec<f64> = numbers.vector(pieces * outputs * inputs, 1.0);
    let bias: Vec<f64> = numbers.vector(pieces * outputs, 1.0);
    let x: Vec<f64> = numbers.vector(samples * inputs, 1.0);
    let dy: Vec<f64> = numbers.vector(samples * outputs, 1.0);
    let layer = MaxoutLayer::new(pieces, inputs, weights.clone(), bias.clone()).unwrap();
    assert_eq!((layer.pieces(), layer.outputs()), (pieces, outputs));
    // By hand: the maximum over k of w_k·x + b_k.
    let y = layer.forward(&x).unwrap();
    for s in 0..samples {
        for o in 0..outputs {
            let z = |k: usize| {
                (0..inputs).fold(bias[k * outputs + o], |sum, i| {
                    sum + weights[(k * outputs + o) * inputs + i] * x[s * inputs + i]
                })
            };
            let best = (0..pieces).map(z).fold(f64::NEG_INFINITY, f64::max);
            assert!((y[s * outputs + o] - best).abs() < 1e-14);
        }
    }
    let loss = |layer: &MaxoutLayer<f64>, x: &[f64]| -> f64 {
        let y = layer.forward(x).unwrap();
        y.iter().zip(&dy).map(|(y, dy)| y * dy).sum()
    };
    let gradients = layer.backward(&x, &dy).unwrap();
    check_gradient("x", &x, &gradients.x, |x| loss(&layer, x));
    check_gradient("weights", &weights, &gradients.weights, |w| {
        loss(
            &MaxoutLayer::new(pieces, inputs, w.to_vec(), bias.clone()).unwrap(),
            &x,
        )
    });
    check_gradient("bias", &bias, &gradients.bias, |b| {
        loss(
            &MaxoutLayer::new(pieces, inputs, weights.clone(), b.to_vec()).unwrap(),
            &x,
        )
    });
}

#[test]
fn text_forms() {
    for f in RowFunction::all() {
        assert_eq!(f.to_string().parse::<RowFunction>().unwrap(), f);
        assert_eq!(f.name(), f.card().name);
        for alias in f.card().aliases {
            assert_eq!(alias.name.parse::<RowFunction>().unwrap(), f);
        }
    }
    let parse = |text: &str| text.parse::<RowFunction>();
    assert_eq!(parse("maxout").unwrap(), RowFunction::Maxout { pieces: 2 });
    assert_eq!(
        parse(" Maxout( 4 ) ").unwrap(),
        RowFunction::Maxout { pieces: 4 }
    );
    assert_eq!(parse("log-softmax").unwrap(), RowFunction::LogSoftmax);
    let message = |text: &str| parse(text).unwrap_err().to_string();
    assert_eq!(
        message("sofmax"),
        "unknown activation `sofmax`; did you mean `softmax`?"
    );
    assert_eq!(
        message("maxout(groups=2)"),
        "`maxout` has no parameter `groups`; its parameter is `pieces`"
    );
    assert_eq!(
        message("softmax(beta=2)"),
        "`softmax` has no parameter `beta`; it has none"
    );
    assert!(message("maxout(pieces=0)").contains("`0` is not a whole number of pieces"));
    assert!(message("maxout(pieces=2, pieces=3)").contains("given twice"));
    assert!(message("maxout(2").contains("closing parenthesis"));
}

#[test]
fn cards_are_complete_in_both_languages() {
    for f in RowFunction::all() {
        complete(f.card());
    }
}

fn complete(card: &nonlin::Card) {
    let both = |t: &nonlin::card::Text| !t.en.is_empty() && !t.zh.is_empty();
    assert!(both(&card.title) && both(&card.summary), "{}", card.name);
    for list in [card.strengths, card.limits, card.uses] {
        assert!(list.len() >= 2 && list.iter().all(both), "{}", card.name);
    }
    assert!(!card.papers.is_empty() && !card.dialects.is_empty());
}

#[test]
fn wrong_shapes_are_refused_in_words() {
    let message = |result: Result<Axis, nonlin::Error>| result.unwrap_err().to_string();
    assert_eq!(
        message(Axis::of(&[2, 3], 2)),
        "axis 2 was given, but a tensor of shape [2, 3] has the axes 0 to 1 (or −2 to −1)"
    );
    assert!(Axis::of(&[2, 3], -3).is_err());
    assert!(Axis::of(&[2, 3], isize::MIN).is_err());
    assert!(message(Axis::of(&[], 0)).contains("no axis"));
    assert!(message(Axis::of(&[usize::MAX, 2], 0)).contains("larger than memory"));
    assert!(message(Axis::new(usize::MAX, 1, 2)).contains("larger than memory"));
    assert_eq!(
        message(RowFunction::Maxout { pieces: 2 }.output(Axis::row(3))),
        "an axis of 3 elements does not fall into groups of 2"
    );
    assert!(
        RowFunction::Maxout { pieces: 0 }
            .output(Axis::row(3))
            .is_err()
    );
    assert!(MaxoutLayer::new(2, 3, vec![0.0f32; 6], vec![0.0; 3]).is_err());
    assert!(MaxoutLayer::new(2, 3, vec![0.0f32; 5], vec![0.0; 2]).is_err());
    let layer = MaxoutLayer::new(2, 3, vec![0.0f32; 6], vec![0.0; 2]).unwrap();
    assert!(layer.forward(&[0.0; 4]).is_err());
    assert!(layer.backward(&[0.0; 3], &[0.0; 2]).is_err());
}

#[test]
#[should_panic(expected = "the axis has 3, x has 3, y has 2")]
fn wrong_lengths_panic_with_the_lengths() {
    softmax::forward(Axis::row(3), &[0.0f32; 3], &mut [0.0; 2]);
}

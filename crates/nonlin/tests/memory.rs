//! Backward from the output or from a mask, bias and activation in one pass, large and parallel slices.

use nonlin::gates::Gate;
use nonlin::profile::Monotonicity;
use nonlin::{Axis, Element, Error, Function, Order, Precision, Subgradient, bf16, f16};

fn function(text: &str) -> Function {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn arguments<T: Element>() -> Vec<T> {
    (-4000..=4000)
        .map(|i| T::from_f64(f64::from(i) * 0.0037))
        .collect()
}

const OTHERS: [&str; 10] = [
    "leaky_relu(negative_slope=0)",
    "leaky_relu(negative_slope=3)",
    "prelu(slope=1)",
    "elu(alpha=0.25)",
    "celu(alpha=2)",
    "softplus(beta=3)",
    "hard_tanh(min=-2, max=0.5)",
    "hard_sigmoid(slope=0.25)",
    "rrelu(slope=0.3)",
    "elu(alpha=3)",
];

#[test]
fn the_output_tells_the_derivative() {
    let x = arguments::<f64>();
    let dy: Vec<f64> = x.iter().map(|x| 0.5 + x.cos()).collect();
    for f in Function::all().chain(OTHERS.map(function)) {
        let (mut y, mut expected, mut dx) = (x.clone(), x.clone(), x.clone());
        f.forward(&x, &mut y);
        f.backward(&x, &dy, &mut expected);
        match f.kernels().backward_from_output(&y, &dy, &mut dx) {
            Ok(()) => {
                let steepest = f.profile().lipschitz.max(1.0);
                for ((dx, expected), x) in dx.iter().zip(&expected).zip(&x) {
                    let close = (dx - expected).abs() <= 1e-14 * steepest;
                    assert!(close, "{f} at {x}: {dx} from the output, {expected}");
                }
            }
            Err(error) => assert!(matches!(error, Error::NeedsInput { .. }), "{f}: {error}"),
        }
    }
}

#[test]
fn who_takes_a_value_twice_is_refused() {
    // The profile knows it too: a function that is not monotone takes values twice.
    for f in Function::all() {
        let from_output = f
            .kernels()
            .backward_from_output(&[0.5f32], &[1.0], &mut [0.0]);
        let twice = f.profile().monotonicity == Monotonicity::NonMonotone;
        assert_eq!(from_output.is_err(), twice, "{f}");
    }
    // pytorch/pytorch#31938, #37345, #47671: in-place leaky_relu and elu with a negative slope give a wrong gradient.
    for (text, domain) in [
        ("leaky_relu(negative_slope=-0.5)", "negative_slope ≥ 0"),
        ("prelu(slope=-0.1)", "slope ≥ 0"),
        ("elu(alpha=-1)", "alpha ≥ 0"),
        ("rrelu(lower=-1, slope=-0.5)", "slope ≥ 0"),
        // huggingface/pytorch-image-models#156: in-place swish gave a wrong gradient.
        ("swish", "its output does not tell its derivative"),
    ] {
        let refused = function(text)
            .kernels()
            .backward_from_output(&[-0.5f32], &[1.0], &mut [0.0]);
        let message = refused.unwrap_err().to_string();
        assert!(message.contains(domain), "{text}: {message}");
    }
}

fn a_mask_is_enough<T: Element>() {
    let x = arguments::<T>();
    let dy: Vec<T> = x.iter().rev().copied().collect();
    let mut found = 0;
    for f in Function::all().chain(OTHERS.map(function)) {
        for length in [0, 1, 7, 8, 9, 511, 513, x.len()] {
            let (x, dy) = (&x[x.len() - length..], &dy[..length]);
            let (mut y, mut mask) = (vec![T::default(); length], vec![0; length.div_ceil(8)]);
            if let Err(error) = f.kernels().forward_with_mask(x, &mut y, &mut mask) {
                assert!(matches!(error, Error::NeedsInput { .. }), "{f}: {error}");
                continue;
            }
            let (mut value, mut dx, mut expected) = (y.clone(), y.clone(), y.clone());
            f.forward(x, &mut value);
            f.backward(x, dy, &mut expected);
            f.kernels().backward_from_mask(&mask, dy, &mut dx).unwrap();
            for (i, x) in x.iter().enumerate() {
                let place = format!("{f} {} at {x:?}, dy {:?}", T::NAME, dy[i]);
                assert_eq!((y[i], dx[i]), (value[i], expected[i]), "{place}");
            }
            found += 1;
        }
    }
    assert!(found > 100);
}

#[test]
fn a_mask_of_one_bit_is_enough_for_straight_pieces() {
    a_mask_is_enough::<f32>();
    a_mask_is_enough::<f64>();
    a_mask_is_enough::<f16>();
    a_mask_is_enough::<bf16>();
}

#[test]
#[should_panic(expected = "the mask of 9 elements has 2 bytes, but 1 were given")]
fn a_mask_that_is_too_short_is_refused() {
    let _ = function("relu")
        .kernels()
        .forward_with_mask(&[0.0f32; 9], &mut [0.0; 9], &mut [0; 1]);
}

fn fused_is_apart<T: Element>() {
    let shapes: [(&[usize], isize); 6] = [
        (&[7, 3], 1),
        (&[3, 700], 1),
        (&[40, 64], 1),
        (&[2, 3, 5, 7], 1),
        (&[2, 3, 600], 1),
        (&[0, 3], 1),
    ];
    for (shape, axis) in shapes {
        let axis = Axis::of(shape, axis).unwrap();
        let number = |i: usize| T::from_f64((i as f64 * 0.7).sin() * 3.0);
        let x: Vec<T> = (0..axis.elements()).map(number).collect();
        let bias: Vec<T> = (0..axis.length()).map(|i| number(1000 + i)).collect();
        let dy: Vec<T> = (0..axis.elements()).map(|i| number(99 + i)).collect();
        let sum: Vec<T> = x
            .iter()
            .enumerate()
            .map(|(i, x)| {
                let bias = bias[i / axis.inner() % axis.length()];
                T::from_f64(x.to_f64() + bias.to_f64())
            })
            .collect();
        for f in [function("relu"), function("gelu"), function("tanh")] {
            let kernels = f.kernels();
            let (mut y, mut expected) = (x.clone(), x.clone());
            kernels.forward_with_bias(axis, &x, &bias, &mut y);
            kernels.forward(&sum, &mut expected);
            assert_eq!(y, expected, "{f} {shape:?} {}", T::NAME);
            kernels.backward_with_bias(axis, &x, &bias, &dy, &mut y);
            kernels.backward(&sum, &dy, &mut expected);
            assert_eq!(y, expected, "{f} {shape:?} {}", T::NAME);
        }
    }
}

#[test]
fn bias_and_activation_in_one_pass_have_the_bits_of_two() {
    fused_is_apart::<f32>();
    fused_is_apart::<f64>();
    fused_is_apart::<f16>();
    fused_is_apart::<bf16>();
}

/// Large results, which are written past the caches, have the bits of small ones.
fn large_is_small<T: Element>(length: usize) {
    /// Elements of a small slice.
    const FEW: usize = 997;
    let bits = |results: &[T]| -> Vec<u64> {
        let bits = results.iter().map(|y| y.to_f64().to_bits());
        bits.collect()
    };
    let mut x: Vec<T> = (0..length + 1)
        .map(|i| T::from_f64((i as f64 * 0.618).sin() * 9.0))
        .collect();
    for (i, rare) in [f64::NAN, f64::INFINITY, 1e-310, -300.0]
        .into_iter()
        .enumerate()
    {
        x[length / 3 + 100 * i] = T::from_f64(rare);
    }
    // Not where a register begins.
    let (x, mut y, mut d) = (
        &x[1..],
        vec![T::default(); length + 1],
        vec![T::default(); length],
    );
    let y = &mut y[1..];
    let (mut few, mut few_more) = ([T::default(); FEW], [T::default(); FEW]);
    for (f, precision) in ["relu", "sigmoid", "hard_sigmoid"]
        .into_iter()
        .flat_map(|f| [Precision::Exact, Precision::Fast].map(|precision| (f, precision)))
    {
        let kernels = function(f).kernels().precision(precision);
        kernels.forward_and_derivative(x, y, &mut d);
        for ((x, y), d) in x.chunks(FEW).zip(y.chunks(FEW)).zip(d.chunks(FEW)) {
            let (few, few_more) = (&mut few[..x.len()], &mut few_more[..x.len()]);
            kernels.forward_and_derivative(x, few, few_more);
            assert_eq!((bits(y), bits(d)), (bits(few), bits(few_more)), "{f}");
        }
        for i in (0..length).step_by(FEW).chain(length - 20..length) {
            let at = [Order::Value, Order::Derivative].map(|order| kernels.at(order, x[i]));
            assert_eq!(bits(&[y[i], d[i]]), bits(&at), "{f}");
        }
        kernels.forward(x, &mut d);
        kernels.backward(x, x, y);
        for ((x, dx), y) in x.chunks(FEW).zip(y.chunks(FEW)).zip(d.chunks(FEW)) {
            let (few, few_more) = (&mut few[..x.len()], &mut few_more[..x.len()]);
            kernels.forward(x, few);
            kernels.backward(x, x, few_more);
            assert_eq!((bits(y), bits(dx)), (bits(few), bits(few_more)), "{f}");
        }
    }
}

#[test]
fn large_slices_have_the_same_bits() {
    large_is_small::<f32>((8 << 20) + 3);
    large_is_small::<f64>((4 << 20) + 3);
    large_is_small::<bf16>((16 << 20) + 3);
}

#[test]
fn many_rows_of_a_gate_have_the_bits_of_each() -> Result<(), Error> {
    let (rows, length) = (8200, 1030);
    let number = |i: usize| (i as f32 * 0.618).sin() * 9.0;
    let x: Vec<f32> = (0..rows * length).map(number).collect();
    let dy: Vec<f32> = (0..rows * length / 2).map(|i| number(3 * i + 1)).collect();
    let (mut y, mut dx) = (dy.clone(), x.clone());
    for kernels in [
        Gate::Glu.kernels().precision(Precision::Fast),
        Gate::Gtu.kernels(),
    ] {
        let all = Axis::last(rows, length)?;
        kernels.forward_packed(all, &x, &mut y);
        kernels.backward_packed(all, &x, &dy, &mut dx);
        let (mut row_y, mut row_dx) = (vec![0.0; length / 2], vec![0.0; length]);
        for row in (0..rows).step_by(97) {
            let (whole, half) = (
                row * length..(row + 1) * length,
                row * length / 2..(row + 1) * length / 2,
            );
            kernels.forward_packed(Axis::row(length), &x[whole.clone()], &mut row_y);
            kernels.backward_packed(
                Axis::row(length),
                &x[whole.clone()],
                &dy[half.clone()],
                &mut row_dx,
            );
            assert_eq!((&row_y[..], &row_dx[..]), (&y[half], &dx[whole]));
        }
    }
    Ok(())
}

fn in_place_is_apart<T: Element>() {
    let special = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, 1e-40];
    let number = |i: usize| match i % 59 {
        k if k < special.len() => special[k],
        _ => (i as f64 * 0.618).sin() * 9.0,
    };
    let bits = |x: &[T]| -> Vec<u64> { x.iter().map(|x| x.to_f64().to_bits()).collect() };
    for (begin, length) in [(0, 1), (1, 40), (0, 1024), (3, 1100), (5, 9000)] {
        let x: Vec<T> = (0..begin + length)
            .map(|i| T::from_f64(number(i)))
            .collect();
        let dy: Vec<T> = (0..begin + length)
            .map(|i| T::from_f64(number(7 * i + 3)))
            .collect();
        let (x, dy) = (&x[begin..], &dy[begin..]);
        for f in Function::all() {
            for precision in [Precision::Exact, Precision::Fast] {
                for subgradient in [Subgradient::Default, Subgradient::Mid] {
                    let kernels = f.kernels().precision(precision).subgradient(subgradient);
                    let (mut apart, mut buffer) = (
                        vec![T::default(); length],
                        vec![T::default(); begin + length],
                    );
                    let place = &mut buffer[begin..];
                    kernels.forward(x, &mut apart);
                    place.copy_from_slice(x);
                    kernels.forward_in_place(place);
                    assert_eq!(bits(&apart), bits(place), "{f} {precision:?}");
                    kernels.backward(x, dy, &mut apart);
                    place.copy_from_slice(dy);
                    kernels.backward_in_place(x, place);
                    assert_eq!(
                        bits(&apart),
                        bits(place),
                        "{f} {precision:?} {subgradient:?}, backward"
                    );
                }
            }
        }
    }
}

#[test]
fn results_in_place_have_the_same_bits() {
    in_place_is_apart::<f32>();
    in_place_is_apart::<f64>();
    in_place_is_apart::<f16>();
    in_place_is_apart::<bf16>();
}

#[cfg(feature = "rayon")]
#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let x: Vec<f32> = (0..100_003)
        .map(|i| (i as f32 * 0.37).sin() * 9.0)
        .collect();
    let dy: Vec<f32> = x.iter().rev().copied().collect();
    for f in [function("gelu"), function("relu")] {
        let all = |kernels: nonlin::Kernels<Function>| {
            let mut results = vec![x.clone(); 8];
            let [y, y2, d, s, dx, in_place, d_in_place, dx_in_place] = &mut results[..] else {
                unreachable!()
            };
            kernels.forward(&x, y);
            kernels.forward_and_derivative(&x, y2, d);
            kernels.second_derivative(&x[..2000], &mut s[..2000]);
            kernels.backward(&x, &dy, dx);
            kernels.forward_in_place(in_place);
            kernels.derivative_in_place(d_in_place);
            dx_in_place.copy_from_slice(&dy);
            kernels.backward_in_place(&x, dx_in_place);
            assert_eq!((&y, &d, &dx), (&in_place, &d_in_place, &dx_in_place));
            results
        };
        let alone = all(f.kernels());
        for threads in [1, 2, 3, 7] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            assert!(
                pool.install(|| all(f.kernels().parallel())) == alone,
                "{f}, {threads} threads"
            );
        }
    }
}

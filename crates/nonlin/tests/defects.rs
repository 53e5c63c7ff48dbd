//! Defects of other libraries, and complaints about gradients that their users filed, as tests that this one passes.
//!
//! The numbers are those of a calculation with forty digits, independent of this project; its constants, such as 0.044715,
//! are the `f64` numbers that every library has.

use nonlin::{Element, Function, Kernels, Order, Precision, Subgradient, bf16, f16};

fn function(text: &str) -> Function {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn kernels(text: &str) -> [Kernels<Function>; 2] {
    let kernels = function(text).kernels();
    [kernels, kernels.precision(Precision::Fast)]
}

/// Both precisions of `f32` and `f64` at x: the exact result to the last bit, the fast one to 3 units of it.
#[track_caller]
fn assert_is(text: &str, order: Order, x: f64, expected: f64) {
    let [exact, fast] = kernels(text);
    let nearest = expected as f32;
    let place = format!("{text} {order:?} at {x}");
    assert_eq!(exact.at(order, x as f32), nearest, "{place}");
    let got = fast.at(order, x as f32);
    let apart = (i64::from(got.to_bits()) - i64::from(nearest.to_bits())).abs();
    assert!(apart <= 3, "{place}, fast: {got:e}, not {nearest:e}");
    for (kernels, tolerance) in [(exact, 1.2e-16), (fast, 4e-15)] {
        let got = kernels.at(order, x);
        let close = (got - expected).abs() <= tolerance * expected.abs();
        assert!(close, "{place}, f64: {got:e}, not {expected:e}");
    }
}

#[track_caller]
fn value_is(text: &str, x: f64, expected: f64) {
    assert_is(text, Order::Value, x, expected);
}

#[track_caller]
fn derivative_is(text: &str, x: f64, expected: f64) {
    assert_is(text, Order::Derivative, x, expected);
}

/// Numbers of every binade of `f32` with both signs, the zeros and the infinities.
fn arguments() -> Vec<f32> {
    let mut all: Vec<f32> = (0..=255u32)
        .flat_map(|exponent| {
            [0, 1, 0x2a_aaaa, 0x7f_ffff].map(|m| f32::from_bits(exponent << 23 | m))
        })
        .filter(|x| !x.is_nan())
        .collect();
    all.extend([
        88.7, 88.8, 89.0, 90.0, 100.0, 16.6, 9.01, 8.602642, 18.25, 20.1,
    ]);
    let negative: Vec<f32> = all.iter().map(|x| -x).collect();
    all.extend(negative);
    all
}

/// What a wrong result of every function would be, at every argument, type and precision.
fn everywhere(check: impl Fn(&str, f32, f64)) {
    let x = arguments();
    for f in Function::all() {
        // No type has a limit of it.
        let endless = f.name() == "sine";
        for precision in [Precision::Exact, Precision::Fast] {
            for order in [Order::Value, Order::Derivative] {
                let kernels = f.kernels().precision(precision);
                let label = |kind: &str| format!("{f} {order:?} {precision:?} {kind}");
                let mut single = vec![0.0f32; x.len()];
                kernels.evaluate(order, &x, &mut single);
                let wide: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
                let mut double = vec![0.0; x.len()];
                kernels.evaluate(order, &wide, &mut double);
                for (i, &x) in x.iter().enumerate() {
                    if !(endless && x.is_infinite()) {
                        check(&label("f32"), x, f64::from(single[i]));
                        check(&label("f64"), x, double[i]);
                    }
                }
            }
        }
    }
}

#[test]
fn no_result_is_nan_where_the_argument_is_not() {
    // EnzymeAD/Reactant.jl#2973, FluxML/NNlib.jl#722, burn 0.22.1 and candle 0.11.1: gradients of elu, selu, celu and mish
    // from 89 on; burn-rs/burn#1139: sigmoid's at −90; Paddle 3.3.1: silu's at −100; torch, JAX and onnxruntime: silu,
    // mish and gelu of −∞; torch: softsign of ±∞, gelu_tanh′ beyond 1e19.
    everywhere(|label, x, y| assert!(!y.is_nan(), "{label} at {x:e}"));
}

#[test]
fn a_gradient_of_dfdx() {
    // dfdx 0.13.0: the gradient of its accurate GELU lacks a factor 1/√2.
    derivative_is("gelu", -1.0, -0.08331547058768629838306);
    derivative_is("gelu", 1.0, 1.083315470587686298383);
}

#[test]
fn operators_of_tract() {
    // tract 0.23.9: Celu and Swish ignore alpha, Softplus overflows and vanishes, tanh-GELU loses its tail, Elu cancels;
    // sonos/tract#2618: Sigmoid(−18.25) was negative, and is held at 4.5e-7 since.
    value_is("celu(alpha=2)", -1.0, -0.7869386805747331527924);
    value_is("swish(beta=0.5)", 1.0, 0.6224593312018545646389);
    value_is("softplus", 89.0, 89.0);
    value_is("softplus", -20.0, 2.061153620314380703239e-9);
    value_is("gelu_tanh", -8.0, -3.107782937501116794089e-21);
    let got = function("elu").value_at(-1e-7f64);
    assert!((got + 9.9999995000000167e-8).abs() < 1e-23, "{got:e}");
    value_is("sigmoid", -18.25, 1.186112001065766025718e-8);
}

#[test]
fn gradients_of_burn() {
    // burn 0.22.1: elu, selu and celu from 89 on; the exact gelu has the tanh form's gradient on one backend;
    // hard_swish'(−3) is −0.5.
    for x in [89.0, 100.0, 1e30] {
        derivative_is("elu", x, 1.0);
        derivative_is("celu", x, 1.0);
        derivative_is("selu", x, 1.050700987355480493419);
    }
    derivative_is("gelu", -4.0, -0.0005036496612264214858425);
    derivative_is("hard_swish", -3.0, 0.0);
}

#[test]
fn gradients_of_candle() {
    // candle 0.11.1: relu'(0) = 1, mish and selu from 89 on, six digits in gelu's derivative.
    derivative_is("relu", 0.0, 0.0);
    derivative_is("mish", 89.0, 1.0);
    derivative_is("mish", 100.0, 1.0);
    derivative_is("gelu", -8.0, -3.979607261086795989125e-14);
}

#[test]
fn a_gradient_of_keras() {
    // Keras 3.15.1 on TensorFlow: celu'(0) = 2.
    for alpha in ["", "(alpha=0.5)", "(alpha=3)"] {
        derivative_is(&format!("celu{alpha}"), 0.0, 1.0);
    }
}

#[test]
fn values_and_gradients_of_paddle() {
    // Paddle 3.3.1: silu's gradient at −100, celu's from 89 on; softplus(−20) and mish(−20) are 0.
    value_is("mish", -20.0, -4.12230724062876140064e-8);
    derivative_is("mish", -20.0, -3.916191874348969075317e-8);
    let got = function("silu").derivative_at(-100.0f32);
    assert_eq!(got, -3.6828752162606276e-42);
}

#[test]
fn values_of_onnxruntime() {
    // onnxruntime 1.31.1 and microsoft/onnxruntime#22557: tanh above 1, sigmoid 0 or negative from −18 down.
    for kernels in kernels("tanh") {
        assert!(kernels.at(Order::Value, 8.602642f32) <= 1.0);
    }
    value_is("sigmoid", -18.0, 1.522997951276034894441e-8);
    value_is("sigmoid", -17.75, 1.955568070542584006906e-8);
}

#[test]
fn values_stay_in_the_range() {
    everywhere(|label, x, y| {
        if let Some((name, rest)) = label.split_once(' ')
            && rest.starts_with("Value")
        {
            let (low, high) = function(name).profile().range;
            // A bound that f32 does not hold is rounded to it.
            let (low, high) = if label.ends_with("f32") {
                (f64::from(low.value as f32), f64::from(high.value as f32))
            } else {
                (low.value, high.value)
            };
            assert!(
                low <= y && y <= high,
                "{label} at {x:e} is {y:e}, outside {low}..{high}"
            );
        }
    });
}

#[test]
fn tails_are_kept() {
    // pytorch/pytorch#187806, torch 2.15.0, JAX 0.10.2: gelu and its derivative lose their left tails, silu and mish flush
    // where they are normal numbers, sigmoid′ and tanh′ are 0 beyond 16.6 and 9; jax-ml/jax#39795, #39796, #39798:
    // gradients of elu, selu and silu are 0 though they could be written.
    value_is("gelu", -5.5, -1.044425935623824566112e-7);
    value_is("gelu", -6.0, -5.919525870226188844205e-9);
    value_is("gelu", -9.0, -1.015729565358456582962e-18);
    value_is("gelu", -13.0, -7.952313719414843586958e-38);
    value_is("silu", -89.0, -1.982353569998211927908e-37);
    derivative_is("sigmoid", 20.0, 2.061153613941849343652e-9);
    derivative_is("tanh", 10.0, 8.244614455767397374609e-9);
    derivative_is("silu", -20.0, -3.916191866064678329162e-8);
    derivative_is("silu", -89.0, -1.960079934380254490516e-37);
    derivative_is("elu", -50.0, 1.928749847963917783017e-22);
    derivative_is("elu", -87.0, 1.645811431082273651166e-38);
    derivative_is("selu", -50.0, 3.390933836364841843254e-22);
    derivative_is("softsign", 1e10, 9.9999999980000000003e-21);
    assert_eq!(
        function("sigmoid").derivative_at(-90.0f32),
        8.1940126239905154e-40
    );
}

/// The same numbers whatever the length of the slice and the place in it, with a NaN anywhere.
fn does_not_depend_on_the_place<T: Element>() {
    let numbers = [-3.5, -0.0, 0.25, f64::NAN, 3.0, -90.0, 1.0, -1.0];
    for f in Function::all() {
        for precision in [Precision::Exact, Precision::Fast] {
            let kernels = f.kernels().precision(precision);
            let alone = |x: f64| {
                let mut dx = [T::default()];
                kernels.backward(&[T::from_f64(x)], &[T::from_f64(0.5)], &mut dx);
                dx[0].to_f64()
            };
            let expected = numbers.map(alone);
            for length in (1..70).chain([511, 512, 513, 1030]) {
                for shift in 0..numbers.len() {
                    let place = |i: usize| (i + shift) % numbers.len();
                    let x: Vec<T> = (0..length)
                        .map(|i| T::from_f64(numbers[place(i)]))
                        .collect();
                    let mut dx = vec![T::default(); length];
                    kernels.backward(&x, &vec![T::from_f64(0.5); length], &mut dx);
                    for (i, dx) in dx.iter().enumerate() {
                        let expected = expected[place(i)];
                        assert_eq!(
                            dx.to_f64().to_bits(),
                            expected.to_bits(),
                            "{f} {precision:?} {}: backward at {} is {dx:?} at place {i} of {length}, {expected} alone",
                            T::NAME,
                            numbers[place(i)],
                        );
                        assert_eq!(dx.to_f64().is_nan(), numbers[place(i)].is_nan());
                    }
                }
            }
        }
    }
}

#[test]
fn a_gradient_does_not_depend_on_the_length() {
    // pytorch/pytorch#195075: six functions' gradients at NaN depend on the length of the tensor; torch 2.15.0: the last
    // elements of a slice differ from the others.
    does_not_depend_on_the_place::<f32>();
    does_not_depend_on_the_place::<f16>();
    does_not_depend_on_the_place::<bf16>();
}

#[test]
fn backward_belongs_to_forward() {
    // pytorch/pytorch#55587 and #61568: softplus′ was computed with another threshold than softplus; candle 0.11.1: gelu′
    // of f64 has six digits. Here a difference quotient meets the derivative for every function, around the places where
    // the others change their way too.
    for f in Function::all().chain(["softplus(beta=10)", "softplus(beta=0.25)"].map(function)) {
        let kinks: Vec<f64> = f.profile().kinks.iter().map(|kink| kink.at).collect();
        for i in -2400..=2400 {
            let (x, h) = (f64::from(i) * 0.0125 + 0.001, 1e-5);
            if kinks.iter().any(|kink| (x - kink).abs() <= h) {
                continue;
            }
            let quotient = (f.value_at(x + h) - f.value_at(x - h)) / (2.0 * h);
            let slope = f.derivative_at(x);
            assert!(
                (quotient - slope).abs() < 1e-8,
                "{f} at {x}: {slope}, but the values say {quotient}"
            );
        }
    }
}

#[test]
fn the_subgradient_at_a_tie_is_chosen() {
    // jax-ml/jax#37821, pytorch/pytorch#184572: relu, relu6 and the like differ at ties between frameworks and spellings.
    fn check<T: Element>() {
        let others = [
            "prelu(slope=-2)",
            "elu(alpha=3)",
            "hard_tanh(min=0, max=6)",
            "relu6",
        ];
        for f in Function::all().chain(others.map(function)) {
            for kink in f.profile().kinks {
                let x = T::from_f64(kink.at);
                if x.to_f64() != kink.at {
                    continue;
                }
                for (subgradient, expected) in [
                    (Subgradient::Default, kink.taken),
                    (Subgradient::Left, kink.left),
                    (Subgradient::Right, kink.right),
                    (Subgradient::Mid, 0.5 * (kink.left + kink.right)),
                ] {
                    for precision in [Precision::Exact, Precision::Fast] {
                        let kernels = f.kernels().precision(precision).subgradient(subgradient);
                        let (mut d, mut dx, mut both) = ([x; 3], [x; 3], [x; 3]);
                        kernels.derivative(&[x; 3], &mut d);
                        kernels.backward(&[x; 3], &[T::from_f64(1.0); 3], &mut dx);
                        kernels.forward_and_derivative(&[x; 3], &mut [x; 3], &mut both);
                        let expected = T::from_f64(expected);
                        assert_eq!(
                            [d, dx, both],
                            [[expected; 3]; 3],
                            "{f} at {x:?}, {subgradient:?}"
                        );
                    }
                }
            }
        }
    }
    check::<f32>();
    check::<f64>();
    check::<f16>();
    check::<bf16>();
}

#[test]
fn gradients_around_the_kinks() {
    // pytorch/pytorch#51438: hardsigmoid's backward was wrong beyond 3.
    for x in [3.0000002, 3.5, 4.0, 1e9] {
        for sign in [1.0, -1.0] {
            assert_eq!(function("hard_sigmoid").derivative_at(sign * x), 0.0f32);
        }
    }
    assert_eq!(
        function("hard_sigmoid").derivative_at(2.9999998),
        (1.0 / 6.0) as f32
    );
    assert_eq!(
        function("hard_sigmoid").derivative_at(-2.9999998),
        (1.0 / 6.0) as f32
    );
}

#[test]
fn parameters_outside_their_domain_are_refused() {
    // onnx/onnx#3313 and microsoft/onnxruntime#6906: celu with a negative alpha.
    for (text, domain) in [
        ("celu(alpha=-1)", "alpha > 0"),
        ("celu(alpha=0)", "alpha > 0"),
        ("softplus(beta=0)", "beta > 0"),
        ("softplus(beta=-2)", "beta > 0"),
        ("hard_sigmoid(slope=0)", "slope > 0"),
    ] {
        let message = text.parse::<Function>().unwrap_err().to_string();
        assert!(message.contains(domain), "{text}: {message}");
    }
}

//! GLU and GTU.

mod exact;

use exact::{Double, Numbers, Precision, bits, check_gradient, ulps};
use nonlin::Precision::{Exact, Fast};
use nonlin::gates::{Gate, GateLayer};
use nonlin::{Axis, Element, Function, Level, bf16, f16};
use proptest::prelude::*;

/// (σ(b), n) with the value σ(b)·2ⁿ, and σ′(b) likewise.
fn sigmoid(b: f64) -> ((Double, i32), (Double, i32)) {
    let (m, n) = Double::of(-b.abs()).exp();
    let below = Double::ONE.add(m.scaled(n));
    let slope = (m.div(below).div(below), n);
    if b < 0.0 {
        ((m.div(below), n), slope)
    } else {
        ((Double::ONE.div(below), 0), slope)
    }
}

/// (1 − e^(−2|a|))/(1 + e^(−2|a|)) with the sign of a.
fn tanh(a: f64) -> Double {
    let t = Double::of(-2.0 * a.abs()).exp_m1();
    let y = t.neg().div(t.add(Double::of(2.0)));
    if a < 0.0 { y.neg() } else { y }
}

fn exact_value(gate: Gate, a: f64, b: f64) -> Double {
    let ((s, n), _) = sigmoid(b);
    let path = match gate {
        Gate::Glu => Double::of(a),
        _ => tanh(a),
    };
    path.mul(s).scaled(n)
}

/// (∂y/∂a, ∂y/∂b).
fn exact_slopes(gate: Gate, a: f64, b: f64) -> (Double, Double) {
    let ((s, n), (slope, m)) = sigmoid(b);
    match gate {
        Gate::Glu => (s.scaled(n), Double::of(a).mul(slope).scaled(m)),
        _ => {
            let e = Double::of(-2.0 * a.abs()).exp();
            let e = e.0.scaled(e.1);
            let d = Double::ONE.add(e);
            let path = Double::of(4.0).mul(e).div(d).div(d);
            (path.mul(s).scaled(n), tanh(a).mul(slope).scaled(m))
        }
    }
}

fn worst<T: Precision>(gate: Gate, precision: nonlin::Precision, reach: f64) -> (f64, f64) {
    let kernels = gate.kernels().precision(precision);
    let mut numbers = Numbers(1);
    let (mut of_value, mut of_slopes): (f64, f64) = (0.0, 0.0);
    for scale in [0.01, 1.0, 5.0, 30.0, reach] {
        let a: Vec<T> = numbers.vector(4000, scale.min(300.0));
        let b: Vec<T> = numbers.vector(4000, scale);
        let one = vec![T::from_f64(1.0); a.len()];
        let (mut y, mut da, mut db) = (a.clone(), a.clone(), a.clone());
        kernels.forward(&a, &b, &mut y);
        kernels.backward(&a, &b, &one, &mut da, &mut db);
        for i in 0..a.len() {
            let (a, b) = (a[i].to_f64(), b[i].to_f64());
            let value = exact_value(gate, a, b);
            let slopes = exact_slopes(gate, a, b);
            // What is subnormal in f64 has lost digits on the way.
            let normal = |d: Double| T::BITS < 53 || d.high.abs() > 1e-290;
            if normal(value) {
                of_value = of_value.max(ulps(y[i], value));
            }
            if normal(slopes.0) && normal(slopes.1) {
                of_slopes = of_slopes
                    .max(ulps(da[i], slopes.0))
                    .max(ulps(db[i], slopes.1));
            }
        }
    }
    (of_value, of_slopes)
}

#[test]
fn results_are_within_the_stated_bounds() {
    for gate in Gate::all() {
        let narrow = [
            worst::<f32>(gate, Exact, 100.0),
            worst::<f16>(gate, Exact, 100.0),
            worst::<bf16>(gate, Exact, 100.0),
        ];
        let f64s = worst::<f64>(gate, Exact, 200.0);
        println!("{gate} value and slopes in ULP: f32, f16, bf16 {narrow:?}, f64 {f64s:?}");
        assert!(narrow.iter().all(|(a, b)| *a <= 0.501 && *b <= 0.501));
        let (value, slopes) = if gate == Gate::Glu {
            (4.0, 6.0)
        } else {
            (6.0, 8.0)
        };
        assert!(f64s.0 <= value && f64s.1 <= slopes);
        let fast = worst::<f32>(gate, Fast, 100.0);
        println!("{gate} fast: {fast:?}");
        assert!(fast.0 <= 3.0 && fast.1 <= 3.0, "{gate}: {fast:?}");
        let halves = [
            worst::<f16>(gate, Fast, 100.0),
            worst::<bf16>(gate, Fast, 100.0),
        ];
        println!("{gate} fast f16 and bf16: {halves:?}");
        assert!(halves.iter().all(|(a, b)| *a <= 0.501 && *b <= 0.501));
    }
}

#[test]
fn a_large_path_keeps_its_digits_behind_a_nearly_closed_gate() {
    for b in [-700.5, -745.0, -800.0, -1200.0] {
        let (a, mut y) = (1e300, [0.0]);
        Gate::Glu.forward(&[a], &[b], &mut y);
        let (m, n) = Double::of(b).exp();
        let exact = Double::of(a).scaled(n).mul(m);
        assert!(ulps(y[0], exact) <= 4.0, "{b}: {} {exact:?}", y[0]);
    }
}

#[test]
fn a_gate_of_an_open_path_is_the_sigmoid() {
    let mut numbers = Numbers(2);
    let sigmoid: Function = "sigmoid".parse().unwrap();
    let b: Vec<f32> = numbers.vector(1000, 20.0);
    let (mut y, mut s) = (b.clone(), b.clone());
    sigmoid.forward(&b, &mut s);
    Gate::Glu.forward(&vec![1.0; 1000], &b, &mut y);
    assert_eq!(y, s);
    // The halves of one number: x·σ(x) is swish.
    let swish: Function = "swish".parse().unwrap();
    swish.forward(&b, &mut s);
    Gate::Glu.forward(&b, &b, &mut y);
    assert!(
        y.iter()
            .zip(&s)
            .all(|(y, s)| ulps(*y, Double::of(f64::from(*s))) <= 1.0)
    );
}

#[test]
fn gradients_agree_with_differences() {
    let mut numbers = Numbers(3);
    for gate in Gate::all() {
        let axis = Axis::new(3, 4, 2).unwrap();
        let x: Vec<f64> = numbers.vector(axis.elements(), 1.5);
        let dy: Vec<f64> = numbers.vector(axis.elements() / 2, 1.0);
        let mut dx = vec![0.0; x.len()];
        gate.backward_packed(axis, &x, &dy, &mut dx);
        check_gradient(gate.name(), &x, &dx, |x| {
            let mut y = vec![0.0; dy.len()];
            gate.forward_packed(axis, x, &mut y);
            y.iter().zip(&dy).map(|(y, dy)| y * dy).sum()
        });
    }
}

#[test]
fn a_gate_layer_has_the_gradients_of_its_parts() {
    let (inputs, outputs, samples) = (3, 2, 4);
    for gate in Gate::all() {
        let mut numbers = Numbers(4);
        let weights: Vec<f64> = numbers.vector(2 * outputs * inputs, 1.0);
        let bias: Vec<f64> = numbers.vector(2 * outputs, 1.0);
        let x: Vec<f64> = numbers.vector(samples * inputs, 1.0);
        let dy: Vec<f64> = numbers.vector(samples * outputs, 1.0);
        let layer = GateLayer::new(gate, inputs, weights.clone(), bias.clone()).unwrap();
        assert_eq!(layer.outputs(), outputs);
        // By hand: path(Wx + b)·σ(Vx + c).
        let y = layer.forward(&x).unwrap();
        for s in 0..samples {
            for o in 0..outputs {
                let z = |o: usize| {
                    (0..inputs).fold(bias[o], |sum, i| {
                        sum + weights[o * inputs + i] * x[s * inputs + i]
                    })
                };
                let (a, b) = (z(o), z(outputs + o));
                let path = if gate == Gate::Glu { a } else { a.tanh() };
                let expected = path / (1.0 + (-b).exp());
                assert!((y[s * outputs + o] - expected).abs() < 1e-14);
            }
        }
        let loss = |layer: &GateLayer<f64>, x: &[f64]| -> f64 {
            let y = layer.forward(x).unwrap();
            y.iter().zip(&dy).map(|(y, dy)| y * dy).sum()
        };
        let gradients = layer.backward(&x, &dy).unwrap();
        check_gradient("x", &x, &gradients.x, |x| loss(&layer, x));
        check_gradient("weights", &weights, &gradients.weights, |w| {
            loss(
                &GateLayer::new(gate, inputs, w.to_vec(), bias.clone()).unwrap(),
                &x,
            )
        });
        check_gradient("bias", &bias, &gradients.bias, |b| {
            loss(
                &GateLayer::new(gate, inputs, weights.clone(), b.to_vec()).unwrap(),
                &x,
            )
        });
    }
}

fn special<T: Element>() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let value = |gate: Gate, a: f64, b: f64| {
        let mut y = [T::default()];
        gate.forward(&[T::from_f64(a)], &[T::from_f64(b)], &mut y);
        y[0].to_f64()
    };
    let same = |got: f64, expected: f64, place: &str| {
        assert_eq!(
            got.to_bits(),
            expected.to_bits(),
            "{} {place}: {got}",
            T::NAME
        );
    };
    for gate in Gate::all() {
        for (a, b) in [
            (nan, 0.0),
            (0.0, nan),
            (nan, -inf),
            (-nan, inf),
            (inf, nan),
            (nan, nan),
        ] {
            same(value(gate, a, b), nan, gate.name());
        }
        for (a, b, dy) in [(nan, 0.0, 1.0), (0.0, nan, 1.0), (0.0, 0.0, nan)] {
            let [a, b, dy] = [a, b, dy].map(T::from_f64);
            let (mut da, mut db) = ([a], [a]);
            gate.backward(&[a], &[b], &[dy], &mut da, &mut db);
            same(da[0].to_f64(), nan, "da");
            same(db[0].to_f64(), nan, "db");
        }
        same(value(gate, 0.0, 2.0), 0.0, gate.name());
        same(value(gate, -0.0, 2.0), -0.0, gate.name());
        same(value(gate, 2.0, -inf), 0.0, gate.name());
        same(value(gate, -2.0, -inf), -0.0, gate.name());
    }
    same(value(Gate::Glu, inf, 1.0), inf, "glu(∞, 1)");
    same(value(Gate::Glu, -inf, -60000.0), -inf, "glu(−∞, −60000)");
    same(value(Gate::Glu, inf, inf), inf, "glu(∞, ∞)");
    same(value(Gate::Glu, inf, -inf), nan, "glu(∞, −∞)");
    same(value(Gate::Glu, 3.0, inf), 3.0, "glu(3, ∞)");
    same(value(Gate::Gtu, inf, inf), 1.0, "gtu(∞, ∞)");
    same(value(Gate::Gtu, -inf, 0.0), -0.5, "gtu(−∞, 0)");
    same(value(Gate::Gtu, inf, -inf), 0.0, "gtu(∞, −∞)");
}

#[test]
fn special_values_are_decided() {
    special::<f32>();
    special::<f64>();
    special::<f16>();
    special::<bf16>();
}

fn at_level<T: Element>(level: Level) -> Vec<(u64, &'static str)> {
    assert!(level.set());
    let mut numbers = Numbers(5);
    let mut all = vec![];
    for length in 0..=64 {
        let a: Vec<T> = numbers.vector(length, 3.0);
        let b: Vec<T> = numbers.vector(length, 30.0);
        let dy: Vec<T> = numbers.vector(length, 1.0);
        let (mut y, mut da) = (a.clone(), a.clone());
        let every = Gate::all()
            .flat_map(|gate| [Exact, Fast].map(|precision| gate.kernels().precision(precision)));
        for gate in every {
            gate.forward(&a, &b, &mut y);
            all.extend(bits(&y));
            // Position and length do not matter.
            for i in 0..length {
                let mut alone = [T::default()];
                gate.forward(&a[i..=i], &b[i..=i], &mut alone);
                assert_eq!(bits(&alone), bits(&y[i..=i]));
            }
            gate.backward(&a, &b, &dy, &mut da, &mut y);
            all.extend(bits(&da));
            all.extend(bits(&y));
        }
    }
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any axis of any shape, against loops over indices: the second half is the gate.
    #[test]
    fn packed_is_path_then_gate(
        shape in prop::collection::vec(0usize..5, 1..5), axis in 0usize..4, seed: u64,
    ) {
        let mut shape = shape;
        let index = axis % shape.len();
        shape[index] *= 2;
        let axis = Axis::of(&shape, index as isize).unwrap();
        let half = axis.length() / 2;
        let mut numbers = Numbers(seed);
        let x: Vec<f32> = numbers.vector(axis.elements(), 2.0);
        let dy: Vec<f32> = numbers.vector(axis.elements() / 2, 1.0);
        for gate in Gate::all() {
            prop_assert_eq!(gate.output(axis).unwrap().elements(), dy.len());
            let (mut y, mut dx) = (dy.clone(), x.clone());
            gate.forward_packed(axis, &x, &mut y);
            gate.backward_packed(axis, &x, &dy, &mut dx);
            for o in 0..axis.outer() {
                for j in 0..half {
                    for i in 0..axis.inner() {
                        let at = |j: usize| (o * 2 * half + j) * axis.inner() + i;
                        let (a, b) = ([x[at(j)]], [x[at(half + j)]]);
                        let to = (o * half + j) * axis.inner() + i;
                        let (mut value, mut da, mut db) = ([0.0], [0.0], [0.0]);
                        gate.forward(&a, &b, &mut value);
                        gate.backward(&a, &b, &dy[to..=to], &mut da, &mut db);
                        prop_assert_eq!(value[0], y[to]);
                        prop_assert_eq!((da[0], db[0]), (dx[at(j)], dx[at(half + j)]));
                    }
                }
            }
        }
    }
}

#[test]
fn text_and_shapes() {
    for gate in Gate::all() {
        assert_eq!(gate.to_string().parse::<Gate>().unwrap(), gate);
        assert_eq!(gate.card().aliases[0].name.parse::<Gate>().unwrap(), gate);
        let card = gate.card();
        let both = |t: &nonlin::card::Text| !t.en.is_empty() && !t.zh.is_empty();
        assert!(both(&card.title) && both(&card.summary));
        for list in [card.strengths, card.limits, card.uses] {
            assert!(list.len() >= 2 && list.iter().all(both), "{gate}");
        }
        assert!(!card.papers.is_empty() && !card.dialects.is_empty());
    }
    assert_eq!("GLU()".parse::<Gate>().unwrap(), Gate::Glu);
    let message = |text: &str| text.parse::<Gate>().unwrap_err().to_string();
    assert_eq!(
        message("gtuu"),
        "unknown activation `gtuu`; did you mean `gtu`?"
    );
    assert_eq!(
        message("glu(x=1)"),
        "`glu` has no parameter `x=1`; it has none"
    );
    assert_eq!(
        Gate::Glu.output(Axis::row(3)).unwrap_err().to_string(),
        "glu splits an axis into path and gate, but 3 elements have no halves"
    );
    assert!(GateLayer::new(Gate::Glu, 1, vec![1.0f32; 3], vec![0.0; 3]).is_err());
}

#[test]
#[should_panic(expected = "a has 2, b has 1, y has 2")]
fn wrong_lengths_panic_with_the_lengths() {
    Gate::Glu.forward(&[0.0f32; 2], &[0.0], &mut [0.0; 2]);
}

//! Enclosures hold what they promise to hold, and little more.

use nonlin::profile::Monotonicity;
use nonlin::{Function, Interval, Real};
use proptest::prelude::*;

const OTHERS: &[&str] = &[
    "hard_sigmoid(slope=0.2)",
    "hard_tanh(min=-0.5, max=2)",
    "leaky_relu(negative_slope=-0.3)",
    "elu(alpha=0.5)",
    "elu(alpha=-2)",
    "celu(alpha=2.5)",
    "softplus(beta=3)",
    "swish(beta=1.702)",
    "swish(beta=0)",
    "sine(omega=30)",
];

fn functions() -> impl Iterator<Item = Function> {
    Function::all().chain(OTHERS.iter().map(|text| text.parse().unwrap()))
}

/// Kernels round; the enclosure is that of the real function. They may stray by this much.
fn nearly_contains(y: Interval, value: f64) -> bool {
    let slack = 8.0 * f64::EPSILON * value.abs() + f64::MIN_POSITIVE;
    y.low() <= value + slack && y.high() >= value - slack
}

/// Arguments of every size, with the kinks among them.
fn argument() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -8.0..8.0f64,
        2 => -100.0..100.0f64,
        1 => -1.0e6..1.0e6f64,
        1 => (-300.0..30.0f64, any::<bool>()).prop_map(|(e, s)| if s { 10f64.powf(e) } else { -10f64.powf(e) }),
        2 => prop::sample::select(vec![0.0, -0.0, 1.0, -1.0, 3.0, -3.0, 6.0, 2.0, -0.5, -2.5, 2.5]),
    ]
}

fn ordered(a: f64, b: f64) -> Interval {
    Interval::new(a.min(b), a.max(b)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_and_derivatives_lie_inside(a in argument(), b in argument(), t in 0.0..=1.0f64) {
        let x = ordered(a, b);
        let inside = (a + (b - a) * t).clamp(x.low(), x.high());
        for f in functions() {
            let (y, d) = (f.enclose(x), f.enclose_derivative(x));
            for p in [a, b, inside] {
                let (v, s) = (f.value_at(p), f.derivative_at(p));
                prop_assert!(nearly_contains(y, v), "{f}({p}) = {v} is not in {y} over {x}");
                prop_assert!(nearly_contains(d, s), "{f}′({p}) = {s} is not in {d} over {x}");
            }
        }
    }

    #[test]
    fn points_are_enclosed_tightly(a in -30.0..30.0f64) {
        for f in functions() {
            let (y, d) = (f.enclose(Interval::point(a)), f.enclose_derivative(Interval::point(a)));
            prop_assert!(nearly_contains(y, f.value_at(a)) && nearly_contains(d, f.derivative_at(a)));
            let scale = 1.0 + a.abs();
            prop_assert!(y.width() <= 2.0e-12 * scale * scale, "{f} at {a}: {y}");
            prop_assert!(d.width() <= 2.0e-12 * scale * scale * scale, "{f}′ at {a}: {d}");
        }
    }

    #[test]
    fn arithmetic_rounds_outwards(a in argument(), b in argument(), c in argument(), d in argument()) {
        let (x, y) = (ordered(a, b), ordered(c, d));
        for (p, q) in [(a, c), (a, d), (b, c), (b, d)] {
            prop_assert!((x + y).contains(p + q));
            prop_assert!((x - y).contains(p - q));
            prop_assert!((x * y).contains(p * q));
            if !y.contains(0.0) {
                prop_assert!((x / y).contains(p / q));
            }
        }
        prop_assert_eq!(-(-x), x);
        prop_assert_eq!(x.hull(y), y.hull(x));
        prop_assert!(x.pieces(7).all(|piece| x.contains(piece.low()) && x.contains(piece.high())));
        let ends: Vec<Interval> = x.pieces(7).collect();
        prop_assert!(ends.windows(2).all(|w| w[0].high() == w[1].low()));
    }

    #[test]
    fn elementary_functions_hold_those_of_the_standard_library(a in argument(), b in argument(), t in 0.0..=1.0f64) {
        let x = ordered(a, b);
        let p = (a + (b - a) * t).clamp(x.low(), x.high());
        for p in [a, b, p] {
            prop_assert!(x.exp().contains(p.exp()));
            prop_assert!(x.exp_m1().contains(p.exp_m1()));
            prop_assert!(x.tanh().contains(p.tanh()), "{} {}", x.tanh(), p.tanh());
            prop_assert!(x.sin().contains(p.sin()), "sin {x} {p}: {}", x.sin());
            prop_assert!(x.cos().contains(p.cos()));
            prop_assert!(x.abs().contains(p.abs()));
            if x.low() > -1.0 {
                prop_assert!(x.ln_1p().contains(p.ln_1p()));
            }
            if x.low() >= 0.0 {
                prop_assert!(x.sqrt().contains(p.sqrt()));
            }
        }
    }
}

#[test]
fn ranges_are_found_where_x_occurs_once() {
    let x = Interval::new(-1.0e30, 1.0e30).unwrap();
    let mut checked = 0;
    for f in Function::all() {
        // x occurs twice in one expression: the range needs pieces.
        if ["softsign", "hard_swish"].contains(&f.name()) {
            continue;
        }
        let profile = f.profile();
        if profile.monotonicity == Monotonicity::NonMonotone {
            continue;
        }
        checked += 1;
        let y = f.enclose(x);
        for (have, (bound, at)) in [
            (y.low(), (profile.range.0, x.low())),
            (y.high(), (profile.range.1, x.high())),
        ] {
            let claimed = if bound.value.is_finite() {
                bound.value
            } else {
                f.value_at(at)
            };
            let hair = 1.0e-13 * (1.0 + claimed.abs());
            assert!(
                (have - claimed).abs() <= hair,
                "{f}: {y}, claimed {claimed}"
            );
        }
    }
    assert!(checked >= 14, "{checked} functions have ranges to check");
}

#[test]
fn ranges_are_found_by_pieces_elsewhere() {
    let x = Interval::new(-1.0e6, 1.0e6).unwrap();
    for (name, low) in [
        ("gelu", -0.16997),
        ("swish", -0.27846),
        ("mish", -0.30884),
        ("hard_swish", -0.375),
        ("softsign", -1.0),
    ] {
        let f: Function = name.parse().unwrap();
        let y = x
            .pieces(20_000)
            .map(|piece| f.enclose(piece))
            .reduce(Interval::hull)
            .unwrap();
        assert!((y.low() - low).abs() < 3.0e-3, "{name}: {y}");
    }
}

#[test]
fn lipschitz_constants_are_enclosed() {
    let x = Interval::new(-60.0, 60.0).unwrap();
    for f in Function::all().filter(|f| f.name() != "binary_step") {
        let d = x
            .pieces(4000)
            .map(|piece| f.enclose_derivative(piece).abs())
            .reduce(Interval::hull)
            .unwrap();
        let claimed = f.profile().lipschitz;
        assert!(
            d.high() >= claimed * (1.0 - 1.0e-12) && d.high() <= claimed * 1.05,
            "{f}: {d}, claimed {claimed}"
        );
    }
}

#[test]
fn unbounded_and_wrong_intervals() {
    assert!(Interval::new(1.0, 0.0).is_none());
    assert!(Interval::new(f64::NAN, 0.0).is_none());
    assert_eq!(Interval::point(f64::NAN), Interval::EVERYTHING);
    let y = "sigmoid"
        .parse::<Function>()
        .unwrap()
        .enclose(Interval::EVERYTHING);
    assert_eq!((y.low(), y.high()), (0.0, 1.0));
    let y = "relu6"
        .parse::<Function>()
        .unwrap()
        .enclose(Interval::EVERYTHING);
    assert_eq!((y.low(), y.high()), (0.0, 6.0));
    let y = "sine"
        .parse::<Function>()
        .unwrap()
        .enclose(Interval::EVERYTHING);
    assert_eq!((y.low(), y.high()), (-1.0, 1.0));
    let zero = Interval::point(0.0);
    assert_eq!(Interval::point(1.0) / zero, Interval::EVERYTHING);
    assert_eq!(zero * Interval::EVERYTHING, zero);
    // An underflow is not a zero.
    let far = Interval::new(-900.0, -800.0).unwrap();
    assert!(far.exp().high() > 0.0 && (-far).erfc().high() > 0.0);
    assert!(far.exp().low() == 0.0 && far.sigmoid().high() > 0.0);
    assert_eq!(zero.tanh(), zero);
    assert_eq!(Interval::new(0.0, 2.0).unwrap().to_string(), "[0, 2]");
}

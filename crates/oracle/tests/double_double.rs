//! Double-double arithmetic and functions against MPFR.
#![cfg(feature = "mpfr")]

use nonlin::activation::evaluate;
use nonlin::double_double::{DoubleDouble, LANES};
use nonlin::{Activation, Function, Order, Real, with_function};
use nonlin_oracle::inputs::stratified;
use nonlin_oracle::mpfr::{FOR_SINGLE, exact};
use rug::Float;
use rug::float::Constant;

/// Bits of the references: enough for 1 + x with x from `f64`'s smallest normal numbers.
const BITS: u32 = 1200;

/// What every function promises, with 2⁻⁹⁵ in mind.
const PROMISED: f64 = -94.0;

/// Below this a low part may be subnormal: 2⁻⁹⁵⁰.
const SUBNORMAL_LOW: f64 = f64::from_bits((1023 - 950) << 52);

/// An argument: the sum of two `f64`.
type Number = (f64, f64);

fn float(x: Number) -> Float {
    Float::with_val(BITS, x.0) + x.1
}

/// A stream of bits, the same on every run.
struct Weyl(u64);

impl Weyl {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ self.0 >> 31).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x ^ x >> 29
    }

    /// A number with this exponent.
    fn in_binade(&mut self, exponent: i32) -> f64 {
        let bits = self.next();
        let mantissa = 1.0 + (bits >> 12) as f64 * f64::EPSILON;
        let sign = if bits & 1 == 0 { 1.0 } else { -1.0 };
        sign * mantissa * 2f64.powi(exponent)
    }

    /// A low part for `high`: none, a full one, or one far below.
    fn with_low(&mut self, high: f64) -> Number {
        let exponent = (high.abs().log2().floor() as i32).max(-900);
        let low = match self.next() % 4 {
            0 => self.in_binade(exponent - 120),
            1 => 0.0,
            _ => self.in_binade(exponent - 55),
        };
        (high, low)
    }
}

/// Arguments from every binade between two exponents, `f32` and `f64` alike, and around the given points.
fn arguments(exponents: std::ops::Range<i32>, around: &[f64]) -> Vec<Number> {
    let mut bits = Weyl(1);
    let mut x = Vec::new();
    for exponent in exponents {
        let count = if (-12..12).contains(&exponent) {
            400
        } else {
            12
        };
        for _ in 0..count {
            let high = bits.in_binade(exponent);
            x.push((f64::from(high as f32), 0.0));
            x.push((high, 0.0));
            x.push(bits.with_low(high));
        }
    }
    for &point in around {
        for i in -40i64..=40 {
            let near = f64::from_bits(point.to_bits().wrapping_add_signed(i));
            let single = f32::from_bits((point as f32).to_bits().wrapping_add_signed(i as i32));
            for high in [near, f64::from(single)] {
                for high in [high, -high] {
                    x.push((high, 0.0));
                    x.push(bits.with_low(high));
                }
            }
        }
    }
    x.retain(|x| x.0.is_finite() && (x.0 == 0.0 || x.0 + x.1 == x.0));
    x
}

/// The base-2 logarithm of the relative error; results whose low part is subnormal may miss by a few of those.
fn error(got: Number, exact: &Float) -> f64 {
    assert!(
        !got.0.is_finite() || got.0.abs() < SUBNORMAL_LOW || got.0 + got.1 == got.0,
        "{got:?} is not normal"
    );
    let nearest = exact.to_f64();
    if nearest.is_infinite() {
        assert_eq!(got, (nearest, 0.0));
        return f64::NEG_INFINITY;
    }
    assert!(
        got.0.is_finite() && got.1.is_finite(),
        "{got:?} for {nearest}"
    );
    let distance = (float(got) - exact).abs();
    if distance.is_zero() {
        return f64::NEG_INFINITY;
    }
    if nearest.abs() < SUBNORMAL_LOW && distance < 16.0 * f64::from_bits(1) {
        return f64::NEG_INFINITY;
    }
    (distance / exact.clone().abs()).log2().to_f64()
}

/// Prints the worst error of a function and asserts the promise.
fn check(
    name: &str,
    arguments: &[Number],
    function: impl Fn(DoubleDouble) -> DoubleDouble,
    exact: impl Fn(Float) -> Float,
) {
    let mut worst = (f64::NEG_INFINITY, (0.0, 0.0));
    for chunk in arguments.chunks(LANES) {
        let mut x = DoubleDouble::splat(1.0);
        for (i, &(high, low)) in chunk.iter().enumerate() {
            (x.high[i], x.low[i]) = (high, low);
        }
        let y = function(x);
        for (i, &argument) in chunk.iter().enumerate() {
            let e = error((y.high[i], y.low[i]), &exact(float(argument)));
            if e > worst.0 || e.is_nan() {
                worst = (e, argument);
            }
        }
    }
    println!(
        "{name}: 2^{:.1} at {:e} + {:e}, {} arguments",
        worst.0,
        worst.1.0,
        worst.1.1,
        arguments.len()
    );
    assert!(worst.0 <= PROMISED, "{name}");
}

const LN_2: f64 = std::f64::consts::LN_2;

#[test]
fn exponentials() {
    let around = [
        0.5 * LN_2,
        1.5 * LN_2,
        LN_2,
        1.0,
        16.0,
        88.7,
        104.0,
        708.0,
        709.78,
        745.2,
    ];
    let x = arguments(-1022..10, &around);
    check("exp", &x, Real::exp, Float::exp);
    check("exp_m1", &x, Real::exp_m1, Float::exp_m1);
    let all = arguments(-1022..1023, &around);
    check("tanh", &all, Real::tanh, Float::tanh);
    check("sigmoid", &all, Real::sigmoid, |x| 1 / (1 + (-x).exp()));
    check("softplus", &all, Real::softplus, |x| {
        let largest = x.clone().max(&Float::new(BITS));
        largest + (-x.abs()).exp().ln_1p()
    });
}

#[test]
fn logarithm() {
    let mut x = arguments(-1022..1023, &[0.41421356, 0.29289322, 0.5, 1.0, 1.8284271]);
    x.retain(|&(high, low)| high > -1.0 || high == -1.0 && low > 0.0);
    check("ln_1p", &x, Real::ln_1p, Float::ln_1p);
}

#[test]
fn normal_distribution() {
    let around = [
        0.75,
        0.75 * std::f64::consts::SQRT_2,
        1.0,
        5.9,
        14.0,
        26.5,
        27.2,
        28.0,
        37.5,
        38.4,
        39.0,
    ];
    let mut x = arguments(-1022..1023, &around);
    // MPFR takes long for these.
    let mut index = 0;
    x.retain(|_| {
        index += 1;
        index % 11 == 0
    });
    let (small, large): (Vec<Number>, Vec<Number>) = x.into_iter().partition(|x| x.0.abs() < 64.0);
    check("erfc", &small, Real::erfc, Float::erfc);
    check("normal_cdf", &small, Real::normal_cdf, |x| {
        (-x / Float::with_val(BITS, 2).sqrt()).erfc() / 2
    });
    let step = |x: Float| Float::with_val(BITS, if x.is_sign_negative() { 2 } else { 0 });
    check("erfc far out", &large, Real::erfc, step);
    check("normal_cdf far out", &large, Real::normal_cdf, |x| {
        step(-x) / 2
    });
}

#[test]
fn trigonometry() {
    let mut around: Vec<f64> = (1..60)
        .map(|k| f64::from(k) * std::f64::consts::FRAC_PI_4)
        .collect();
    around.extend([
        1.0e5,
        63661.0 * std::f64::consts::FRAC_PI_2,
        1.0e6,
        6381956970095103.0 * 2f64.powi(797),
    ]);
    let x = arguments(-1022..1023, &around);
    // The references of huge arguments need as many bits more.
    let wide = |x: Float| Float::with_val(BITS + 1200, x);
    check("sin", &x, Real::sin, |x| wide(x).sin());
    check("cos", &x, Real::cos, |x| wide(x).cos());
}

#[test]
fn arithmetic() {
    let mut x = arguments(-900..900, &[1.0, 2.0]);
    x.truncate(20000);
    check(
        "sqrt",
        &x.iter().copied().filter(|x| x.0 > 0.0).collect::<Vec<_>>(),
        Real::sqrt,
        Float::sqrt,
    );
    let mut bits = Weyl(7);
    let mut worst = [f64::NEG_INFINITY; 4];
    for _ in 0..20000 {
        let exponent = (bits.next() % 600) as i32 - 300;
        let a = bits.in_binade(exponent);
        let a = bits.with_low(a);
        let b = match bits.next() % 3 {
            // Sums that cancel.
            0 => {
                let high = -f64::from_bits(a.0.to_bits().wrapping_add(bits.next() % 4));
                bits.with_low(high)
            }
            1 => {
                let high = -a.0 * (1.0 + bits.in_binade(-10));
                bits.with_low(high)
            }
            _ => {
                let exponent = (bits.next() % 600) as i32 - 300;
                let high = bits.in_binade(exponent);
                bits.with_low(high)
            }
        };
        if a.0 + a.1 != a.0 || b.0 + b.1 != b.0 {
            continue;
        }
        let batch = |x: Number| DoubleDouble {
            high: [x.0; LANES],
            low: [x.1; LANES],
        };
        let (p, q) = (batch(a), batch(b));
        let (u, v) = (float(a), float(b));
        let pairs = [
            (p + q, u.clone() + &v),
            (p - q, u.clone() - &v),
            (p * q, u.clone() * &v),
            (p / q, u / v),
        ];
        for (worst, (got, exact)) in worst.iter_mut().zip(pairs) {
            if exact.is_zero() {
                assert_eq!(got.high[0], 0.0);
                continue;
            }
            *worst = worst.max(error((got.high[3], got.low[3]), &exact));
        }
    }
    println!("+ − × ÷: {worst:.1?}");
    assert!(worst.iter().all(|&e| e <= -100.0));
}

#[test]
fn constants() {
    let one = DoubleDouble::splat(1.0);
    let pi = one.pi();
    let exact = Float::with_val(BITS, Constant::Pi);
    assert!(error((pi.high[0], pi.low[0]), &exact) < -106.0);
    for (p, q) in [(1, 6), (1, 100), (-2, 3), (1, 2), (1702, 1000)] {
        let c = DoubleDouble::parameter(f64::from(p) / f64::from(q));
        let exact = Float::with_val(BITS, p) / q;
        assert!(error((c.high[0], c.low[0]), &exact) < -105.0, "{p}/{q}");
    }
}

/// What the middle between two `f32` is decided by: terms hundreds of binades below the result.
#[test]
fn tiny_terms_are_kept() {
    for exponent in [-60, -90, -120, -300, -900] {
        let tiny = 2f64.powi(exponent);
        let x = DoubleDouble::splat(tiny);
        let one = DoubleDouble::splat(1.0);
        assert_eq!((x.exp().high[0], x.exp().low[0]), (1.0, tiny));
        let e = (-x).erfc();
        assert_eq!(e.high[0], 1.0);
        assert!((e.low[0] / tiny - std::f64::consts::FRAC_2_SQRT_PI).abs() < 1.0e-15);
        let s = x.sigmoid();
        assert_eq!((s.high[0], s.low[0]), (0.5, tiny / 4.0));
        let t = x.tanh();
        assert_eq!(t.high[0], tiny);
        assert!((t.low[0] / (tiny * tiny * tiny) + 1.0 / 3.0).abs() < 1.0e-15 || exponent < -300);
        assert_eq!(((one + x).high[0], (one + x).low[0]), (1.0, tiny));
        let back = (one + x) - one;
        assert_eq!((back.high[0], back.low[0]), (tiny, 0.0));
    }
    // x·σ(x) at a subnormal `f32` with an odd last bit: x/2 is a middle, which x²/4 > 0 breaks upwards.
    for odd in [1u32, 3, 5, 1001, 8388607] {
        for sign in [1.0, -1.0] {
            let x = sign * f64::from(f32::from_bits(odd));
            let y = DoubleDouble::splat(x) * DoubleDouble::splat(x).sigmoid();
            let above = if sign > 0.0 { odd.div_ceil(2) } else { odd / 2 };
            assert_eq!(
                y.round_to_odd()[0] as f32,
                sign as f32 * f32::from_bits(above),
                "{x:e}"
            );
        }
    }
}

#[test]
fn rounding() {
    let mut bits = Weyl(3);
    for _ in 0..200000 {
        let exponent = (bits.next() % 300) as i32 - 160;
        let single = f32::from_bits((bits.in_binade(exponent) as f32).to_bits());
        // Middles of two `f32`, and numbers beside them.
        let next = f32::from_bits(single.to_bits() + (bits.next() % 2) as u32);
        let middle = (f64::from(single) + f64::from(next)) / 2.0;
        let middle = f64::from_bits(
            middle
                .to_bits()
                .wrapping_add(bits.next() % 3)
                .wrapping_sub(1),
        );
        if !middle.is_finite() || middle == 0.0 || middle.abs() < 2f64.powi(-300) {
            continue;
        }
        let low = match bits.next() % 3 {
            0 => 0.0,
            1 => bits.in_binade(middle.abs().log2() as i32 - 60),
            _ => bits.in_binade(-900),
        };
        let x = DoubleDouble {
            high: [middle; LANES],
            low: [low; LANES],
        };
        assert_eq!(
            x.round_to_odd()[0] as f32,
            float((middle, low)).to_f32(),
            "{middle:e} {low:e}"
        );
    }
}

#[test]
fn special_values() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let x = DoubleDouble::from_f64([inf, -inf, nan, 0.0, -0.0, 1.0, -1.0, 1.0e308]);
    let same = |got: f64, expected: f64| {
        got == expected && got.is_sign_negative() == expected.is_sign_negative()
            || got.is_nan() && expected.is_nan()
    };
    let expect = |name: &str, y: DoubleDouble, expected: [f64; 5]| {
        for (i, expected) in expected.into_iter().enumerate() {
            assert!(
                same(y.high[i], expected),
                "{name} of {}: {}",
                x.high[i],
                y.high[i]
            );
            assert_eq!(y.low[i], 0.0, "low part of {name} of {}", x.high[i]);
        }
    };
    expect("exp", x.exp(), [inf, 0.0, nan, 1.0, 1.0]);
    expect("exp_m1", x.exp_m1(), [inf, -1.0, nan, 0.0, -0.0]);
    expect("ln_1p", x.ln_1p(), [inf, nan, nan, 0.0, -0.0]);
    expect("tanh", x.tanh(), [1.0, -1.0, nan, 0.0, -0.0]);
    expect("erfc", x.erfc(), [0.0, 2.0, nan, 1.0, 1.0]);
    expect("normal_cdf", x.normal_cdf(), [1.0, 0.0, nan, 0.5, 0.5]);
    expect("sigmoid", x.sigmoid(), [1.0, 0.0, nan, 0.5, 0.5]);
    expect("sin", x.sin(), [nan, nan, nan, 0.0, -0.0]);
    expect("cos", x.cos(), [nan, nan, nan, 1.0, 1.0]);
    expect("abs", x.abs(), [inf, inf, nan, 0.0, 0.0]);
    expect("square", x * x, [inf, inf, nan, 0.0, 0.0]);
    expect("double", x + x, [inf, -inf, nan, 0.0, -0.0]);
    expect(
        "reciprocal",
        x.constant(1.0) / x,
        [0.0, -0.0, nan, inf, -inf],
    );
    expect("sqrt", x.sqrt(), [inf, nan, nan, 0.0, -0.0]);
    let y = x.softplus();
    assert_eq!((y.high[0], y.low[0], y.high[1]), (inf, 0.0, 0.0));
    assert!(y.high[2].is_nan());
    assert_eq!(x.ln_1p().high[6], -inf);
    assert!(x.sin().high[7].is_finite());
}

/// A quantity of a batch, straight from the formula.
fn formula<A: Activation>(a: A, order: Order, x: DoubleDouble) -> DoubleDouble {
    let parameters = a.lift(|_, c| DoubleDouble::parameter(c));
    evaluate::<A, _>(order, parameters, x)
}

/// The misrounded `f32` results among stratified inputs; prints the worst error of results that an `f32` shows.
fn misrounded<A: Activation>(a: A, order: Order) -> u32 {
    let function: Function = a.into();
    let mut inputs = stratified(&function, 6, 12);
    inputs.retain(|x| x.is_finite());
    let (mut worst, mut misrounded, mut example) = ((f64::NEG_INFINITY, 0.0), 0, 0.0);
    for chunk in inputs.chunks(LANES) {
        let mut x = [1.0; LANES];
        for (x, &input) in x.iter_mut().zip(chunk) {
            *x = f64::from(input);
        }
        let y = formula(a, order, DoubleDouble::from_f64(x));
        let single = y.round_to_odd().map(|y| y as f32);
        for (i, &input) in chunk.iter().enumerate() {
            let exact = exact(a, order, f64::from(input), FOR_SINGLE);
            if single[i] != exact.to_f32() {
                misrounded += 1;
                example = input;
            }
            if exact.clone().abs() > 2f64.powi(-151) {
                let distance = Float::with_val(FOR_SINGLE, y.high[i]) + y.low[i] - &exact;
                let e = (distance.abs() / exact.abs()).log2().to_f64();
                if e > worst.0 || e.is_nan() {
                    worst = (e, input);
                }
            }
        }
    }
    println!(
        "{} {order:?}: 2^{:.1} at {:e}; {misrounded} of {} misrounded, such as {example:e}",
        function.name(),
        worst.0,
        worst.1,
        inputs.len()
    );
    misrounded
}

#[test]
fn formulas() {
    for order in [Order::Value, Order::Derivative, Order::SecondDerivative] {
        for function in Function::all() {
            let misrounded = with_function!(function, a => misrounded(a, order));
            // σ″ ≈ −x/8 at a subnormal x is the middle of two `f32`, broken by x³; e/(1 + e)² cannot know.
            if (function.name(), order) != ("sigmoid", Order::SecondDerivative) {
                assert_eq!(misrounded, 0, "{function} {order:?}");
            }
        }
    }
}

//! NaN, infinities and zeros are decided, for every function and type.

use nonlin::{Element, Function, bf16, f16};

fn check<T: Element>() {
    for f in Function::all() {
        let v = |x: f64| f.value_at(T::from_f64(x)).to_f64();
        let d = |x: f64| f.derivative_at(T::from_f64(x)).to_f64();
        let place = format!("{f} {}", T::NAME);
        assert!(
            v(f64::NAN).is_nan() && d(f64::NAN).is_nan(),
            "{place}: NaN in, NaN out"
        );
        assert!(
            !v(f64::NAN).is_sign_negative(),
            "{place}: the NaN is canonical"
        );
        let backward = |x: f64, dy: f64| {
            let mut dx = [T::default()];
            f.backward(&[T::from_f64(x)], &[T::from_f64(dy)], &mut dx);
            dx[0].to_f64()
        };
        assert!(backward(f64::NAN, 1.0).is_nan(), "{place}: backward of NaN");
        assert!(backward(1.0, f64::NAN).is_nan(), "{place}: NaN from behind");
        if f.name() == "sine" {
            assert!(v(f64::INFINITY).is_nan(), "{place}: no limit");
            continue;
        }
        for x in [f64::INFINITY, f64::NEG_INFINITY] {
            assert!(!v(x).is_nan(), "{place}: φ({x}) is the limit, not NaN");
            assert!(
                d(x).is_finite(),
                "{place}: φ′({x}) is the limit, got {}",
                d(x)
            );
        }
        assert!(!v(0.0).is_nan() && !v(-0.0).is_nan());
    }
}

#[test]
fn special_values_are_decided() {
    check::<f32>();
    check::<f64>();
    check::<f16>();
    check::<bf16>();
}

#[test]
fn limits_carry_their_sign() {
    let minus_zero = |text: &str| {
        let f: Function = text.parse().unwrap();
        let y = f.value_at(f32::NEG_INFINITY);
        assert!(y == 0.0 && y.is_sign_negative(), "{text}(−∞) = {y}");
        let y = f.value_at(f64::NEG_INFINITY);
        assert!(y == 0.0 && y.is_sign_negative(), "{text}(−∞) = {y}");
    };
    for text in ["gelu", "silu", "mish", "gelu_tanh", "quick_gelu"] {
        minus_zero(text);
    }
    let softsign: Function = "softsign".parse().unwrap();
    assert_eq!(softsign.value_at(f32::INFINITY), 1.0);
    assert_eq!(softsign.value_at(f64::NEG_INFINITY), -1.0);
}

#[test]
fn signed_zeros_are_kept_where_the_function_is_odd_or_like_x() {
    for text in [
        "identity",
        "tanh",
        "softsign",
        "sine",
        "gelu",
        "swish",
        "mish",
        "elu",
        "selu",
        "leaky_relu",
        "hard_tanh",
    ] {
        let f: Function = text.parse().unwrap();
        for zero in [0.0f32, -0.0] {
            assert_eq!(
                f.value_at(zero).to_bits(),
                zero.to_bits(),
                "{text}({zero:?})"
            );
            assert_eq!(
                f.value_at(f64::from(zero)).to_bits(),
                f64::from(zero).to_bits(),
                "{text}({zero:?})"
            );
        }
    }
}

#[test]
fn half_precision_is_rounded_once() {
    // Just above the middle of 1 and its neighbour, by less than f32 or the upper half of an f64 shows.
    let x = 1.0 + f64::powi(2.0, -11) + f64::powi(2.0, -40);
    assert_eq!(
        <f16 as Element>::from_f64(x),
        f16::from_bits(f16::from_f32(1.0).to_bits() + 1)
    );
    let x = 1.0 + f64::powi(2.0, -8) + f64::powi(2.0, -40);
    assert_eq!(
        <bf16 as Element>::from_f64(x),
        bf16::from_bits(bf16::from_f32(1.0).to_bits() + 1)
    );
}

#[test]
fn half_of_a_subnormal_number_is_rounded_once() {
    // φ(x) is x/2 + x²/4 there, a hair beside a middle that f64 cannot tell it from.
    for text in ["swish", "gelu_tanh", "quick_gelu", "gelu", "hard_swish"] {
        let f: Function = text.parse().unwrap();
        for bits in (1..64)
            .chain(0x007f_fff0..0x0080_0010)
            .chain(0x00ff_fff0..0x0100_0000)
        {
            let x = f32::from_bits(bits);
            let half = f64::from(x) / 2.0;
            let least = f64::from(f32::from_bits(1));
            let (below, above) = ((half / least).floor(), (half / least).ceil());
            assert_eq!(f64::from(f.value_at(x)), above * least, "{text} of {x:e}");
            assert_eq!(
                f64::from(f.value_at(-x)),
                -below * least,
                "{text} of -{x:e}"
            );
        }
    }
}

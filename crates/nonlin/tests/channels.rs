//! PReLU with a slope per channel, and RReLU.

mod exact;

use exact::{Double, Numbers, Precision, bits, check_gradient, ulps};
use nonlin::channels::{
    RreluMode, SlopeDraw, prelu_backward, prelu_forward, rrelu_backward, rrelu_forward,
};
use nonlin::{Activation, Axis, Element, Level, Prelu, Rrelu, bf16, f16};
use proptest::prelude::*;

#[test]
fn a_shared_slope_gives_the_bits_of_the_function() {
    fn check<T: Element>() {
        let mut numbers = Numbers(1);
        for slope in [0.25, 0.01, -0.5, 1.5, 0.0, -0.0] {
            let slope = T::from_f64(slope);
            let mut x: Vec<T> = numbers.vector(200, 3.0);
            x.extend([0.0, -0.0, f64::INFINITY, f64::NAN].map(T::from_f64));
            let (mut y, mut expected) = (x.clone(), x.clone());
            // A channel's slope is the number itself, where a parameter of 0.01 means 1/100; in f64 that shows in
            // exact results.
            let f = Prelu {
                slope: slope.to_f64(),
            }
            .kernels()
            .precision(nonlin::Precision::Fast);
            prelu_forward(Axis::row(x.len()), &[slope], &x, &mut y);
            f.forward(&x, &mut expected);
            assert_eq!(bits(&y), bits(&expected), "forward, slope {slope:?}");
            let dy: Vec<T> = numbers.vector(x.len(), 1.0);
            let mut da = [slope];
            prelu_backward(Axis::row(x.len()), &[slope], &x, &dy, &mut y, &mut da);
            f.backward(&x, &dy, &mut expected);
            let numbers = x.len() - 1;
            assert_eq!(
                bits(&y[..numbers]),
                bits(&expected[..numbers]),
                "backward, slope {slope:?}"
            );
            // The last x is NaN.
            assert!(y[numbers].to_f64().is_nan() && da[0].to_f64().is_nan());
        }
    }
    check::<f32>();
    check::<f64>();
    check::<f16>();
    check::<bf16>();
}

#[test]
fn minus_infinity_gives_the_limit() {
    fn check<T: Element>() {
        let at = |slope: f64| {
            let mut y = [T::default()];
            let x = [T::from_f64(f64::NEG_INFINITY)];
            prelu_forward(Axis::row(1), &[T::from_f64(slope)], &x, &mut y);
            y[0].to_f64()
        };
        assert_eq!(at(0.25), f64::NEG_INFINITY);
        assert_eq!(at(-0.25), f64::INFINITY);
        assert!(at(0.0) == 0.0 && at(0.0).is_sign_negative());
        assert!(at(-0.0) == 0.0 && at(-0.0).is_sign_positive());
    }
    check::<f32>();
    check::<f64>();
    check::<f16>();
    check::<bf16>();
}

#[test]
fn slope_gradients_are_the_rounded_sums() {
    fn check<T: Precision>(allowed: f64) {
        let mut numbers = Numbers(2);
        for (outer, inner) in [(1, 1), (1, 1000), (1000, 1), (7, 13), (64, 64)] {
            let axis = Axis::new(outer, 3, inner).unwrap();
            let x: Vec<T> = numbers.vector(axis.elements(), 2.0);
            let dy: Vec<T> = numbers.vector(axis.elements(), 1.0);
            let slopes: Vec<T> = numbers.vector(3, 1.0);
            let (mut dx, mut da) = (x.clone(), slopes.clone());
            prelu_backward(axis, &slopes, &x, &dy, &mut dx, &mut da);
            for c in 0..3 {
                let mut exact = Double::ZERO;
                let mut size = 0.0;
                for o in 0..outer {
                    for i in 0..inner {
                        let at = (o * 3 + c) * inner + i;
                        let (x, dy) = (x[at].to_f64(), dy[at].to_f64());
                        if x < 0.0 {
                            exact = exact.add(Double::of(x).mul(Double::of(dy)));
                            size += (x * dy).abs();
                        }
                        let expected = if x > 0.0 { dy } else { dy * slopes[c].to_f64() };
                        assert!(ulps(dx[at], Double::of(expected)) <= 0.5);
                    }
                }
                let off = Double::of(da[c].to_f64()).sub(exact).high.abs();
                let rounding = exact.high.abs() * 2f64.powi(-T::BITS);
                let least = 2f64.powi((T::LEAST - T::BITS).max(-1074));
                assert!(
                    off <= allowed * rounding
                        + least
                        + size * 2f64.powi(-50 - (T::BITS - 24).max(0)),
                    "{} {outer}×{inner}: {} off by {off}",
                    T::NAME,
                    da[c].to_f64()
                );
            }
        }
    }
    check::<f32>(1.0);
    check::<f64>(1.0);
    check::<f16>(1.0);
    check::<bf16>(1.0);
}

#[test]
fn gradients_agree_with_differences() {
    let mut numbers = Numbers(3);
    for slopes in [vec![0.25], vec![0.1, -0.4, 2.0]] {
        let axis = Axis::new(2, 3, 4).unwrap();
        let x: Vec<f64> = numbers.vector(axis.elements(), 2.0);
        let dy: Vec<f64> = numbers.vector(axis.elements(), 1.0);
        let (mut dx, mut da) = (x.clone(), slopes.clone());
        prelu_backward(axis, &slopes, &x, &dy, &mut dx, &mut da);
        let loss = |slopes: &[f64], x: &[f64]| -> f64 {
            let mut y = vec![0.0; x.len()];
            prelu_forward(axis, slopes, x, &mut y);
            y.iter().zip(&dy).map(|(y, dy)| y * dy).sum()
        };
        check_gradient("x", &x, &dx, |x| loss(&slopes, x));
        check_gradient("slopes", &slopes, &da, |slopes| loss(slopes, &x));
    }
    for mode in [RreluMode::train(9), Rrelu::mean().into()] {
        let x: Vec<f64> = numbers.vector(40, 2.0);
        let dy: Vec<f64> = numbers.vector(40, 1.0);
        let (mut y, mut slopes, mut dx) = (x.clone(), x.clone(), x.clone());
        rrelu_forward(mode, &x, &mut y, &mut slopes);
        rrelu_backward(&slopes, &dy, &mut dx);
        check_gradient("rrelu", &x, &dx, |x| {
            let (mut y, mut slopes) = (x.to_vec(), x.to_vec());
            rrelu_forward(mode, x, &mut y, &mut slopes);
            y.iter().zip(&dy).map(|(y, dy)| y * dy).sum()
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any axis of any shape, against loops over indices.
    #[test]
    fn a_channel_has_its_own_slope(
        shape in prop::collection::vec(0usize..6, 1..5), axis in 0usize..4, seed: u64,
    ) {
        let axis = Axis::of(&shape, (axis % shape.len()) as isize).unwrap();
        let mut numbers = Numbers(seed);
        let slopes: Vec<f32> = numbers.vector(axis.length(), 1.0);
        let x: Vec<f32> = numbers.vector(axis.elements(), 2.0);
        let dy: Vec<f32> = numbers.vector(axis.elements(), 1.0);
        let (mut y, mut dx, mut da) = (x.clone(), x.clone(), slopes.clone());
        prelu_forward(axis, &slopes, &x, &mut y);
        prelu_backward(axis, &slopes, &x, &dy, &mut dx, &mut da);
        let mut sums = vec![0.0; slopes.len()];
        for o in 0..axis.outer() {
            for c in 0..axis.length() {
                for i in 0..axis.inner() {
                    let at = (o * axis.length() + c) * axis.inner() + i;
                    let below = x[at] <= 0.0;
                    prop_assert_eq!(y[at], if below { slopes[c] * x[at] } else { x[at] });
                    prop_assert_eq!(dx[at], if below { slopes[c] * dy[at] } else { dy[at] });
                    if below {
                        sums[c] += f64::from(x[at]) * f64::from(dy[at]);
                    }
                }
            }
        }
        for (da, sum) in da.iter().zip(sums) {
            prop_assert!((f64::from(*da) - sum).abs() <= 1e-6 * (1.0 + sum.abs()));
        }
    }

    /// The slopes of a tensor do not depend on how it is cut.
    #[test]
    fn draws_depend_on_seed_and_index_alone(seed: u64, first in 0u64..1 << 40, cut in 0usize..=100) {
        let x = vec![-1.0f32; 100];
        for draw in [SlopeDraw::torch(), SlopeDraw::xu()] {
            let mode = |first| RreluMode::Train { draw, seed, first };
            let (mut whole, mut slopes) = (x.clone(), x.clone());
            rrelu_forward(mode(first), &x, &mut whole, &mut slopes);
            let mut parts = x.clone();
            let (left, right) = parts.split_at_mut(cut);
            let mut used = x.clone();
            rrelu_forward(mode(first), &x[..cut], left, &mut used[..cut]);
            rrelu_forward(mode(first + cut as u64), &x[cut..], right, &mut used[cut..]);
            prop_assert_eq!(&whole, &parts);
            prop_assert_eq!(&slopes, &used);
            for (i, slope) in slopes.iter().enumerate() {
                prop_assert_eq!(*slope, draw.slope(seed, first + i as u64) as f32);
            }
        }
    }
}

#[test]
fn draws_have_the_distribution_they_say() {
    const COUNT: u64 = 1 << 18;
    for (draw, low, high) in [
        (SlopeDraw::torch(), 1.0 / 8.0, 1.0 / 3.0),
        (SlopeDraw::xu(), 1.0 / 8.0, 1.0 / 3.0),
        (SlopeDraw::slopes(-1.0, 2.0).unwrap(), -1.0, 2.0),
        (SlopeDraw::divisors(1.0, 1.0).unwrap(), 1.0, 1.0),
    ] {
        for seed in [0, 1, 0x9e37_79b9_7f4a_7c15] {
            let (mut sum, mut squares) = (0.0, 0.0);
            for i in 0..COUNT {
                let slope = draw.slope(seed, i);
                assert!((low..=high).contains(&slope));
                sum += slope;
                squares += (slope - draw.mean()).powi(2);
            }
            let mean = sum / COUNT as f64;
            let error = (squares / COUNT as f64 / COUNT as f64).sqrt();
            assert!(
                (mean - draw.mean()).abs() <= 4.0 * error + 1e-15,
                "{draw:?} {mean} ± {error}"
            );
        }
    }
    // The uniform variate behind them: twenty bins, χ² with 19 degrees of freedom, 99.9 % below 43.8.
    for seed in [0, 1, 2, 3] {
        let mut bins = [0u32; 20];
        let draw = SlopeDraw::slopes(0.0, 20.0).unwrap();
        for i in 0..COUNT {
            bins[draw.slope(seed, i) as usize] += 1;
        }
        let expected = COUNT as f64 / 20.0;
        let chi: f64 = bins
            .iter()
            .map(|b| (f64::from(*b) - expected).powi(2) / expected)
            .sum();
        assert!(chi < 43.8, "seed {seed}: χ² = {chi}");
    }
    // Neither neighbours nor neighbouring seeds are correlated.
    let draw = SlopeDraw::slopes(-1.0, 1.0).unwrap();
    for (seeds, indices) in [(0, 1), (1, 0), (1, 1)] {
        let sum: f64 = (0..COUNT)
            .map(|i| draw.slope(5, i) * draw.slope(5 + seeds, i + indices))
            .sum();
        let error = (COUNT as f64).sqrt() / 3.0;
        assert!(sum.abs() < 4.0 * error, "{seeds} {indices}: {sum}");
    }
}

#[test]
fn the_sequence_is_fixed() {
    // SplitMix64 from mix(0) = 0: its first outputs are published with the generator.
    let draw = SlopeDraw::slopes(0.0, 1.0).unwrap();
    for (i, output) in [
        0xe220a8397b1dcdafu64,
        0x6e789e6aa1b965f4,
        0x06c45d188009454f,
    ]
    .into_iter()
    .enumerate()
    {
        let expected = (output >> 12) as f64 / 4503599627370496.0;
        assert_eq!(draw.slope(0, i as u64), expected);
    }
}

#[test]
fn the_three_test_slopes() {
    let x = [-11.0f64, 4.0, f64::NAN];
    for (f, slope) in [
        (Rrelu::torch(), 11.0 / 48.0),
        (Rrelu::xu(), 2.0 / 11.0),
        (Rrelu::mean(), (8f64 / 3.0).ln() / 5.0),
    ] {
        let (mut y, mut slopes, mut expected) = (x, x, x);
        rrelu_forward(f.into(), &x, &mut y, &mut slopes);
        let fast = f.kernels().precision(nonlin::Precision::Fast);
        fast.forward(&x, &mut expected);
        assert_eq!(bits(&y), bits(&expected));
        assert!((slopes[0] - slope).abs() < 1e-16 && slopes[1] == 1.0 && slopes[2].is_nan());
    }
    assert!((SlopeDraw::xu().mean() - Rrelu::mean().slope).abs() < 1e-16);
    assert!((SlopeDraw::torch().mean() - Rrelu::torch().slope).abs() < 1e-16);
}

#[test]
fn bounds_out_of_order_are_refused() {
    let message = |draw: Result<SlopeDraw, nonlin::Error>| draw.unwrap_err().to_string();
    assert_eq!(
        message(SlopeDraw::slopes(0.5, 0.25)),
        "`rrelu` needs upper ≥ lower = 0.5 and finite, but 0.25 was given"
    );
    assert!(message(SlopeDraw::slopes(f64::NAN, 1.0)).contains("lower"));
    assert!(message(SlopeDraw::divisors(0.0, 1.0)).contains("> 0"));
    assert!(SlopeDraw::divisors(3.0, f64::INFINITY).is_err());
    assert!(SlopeDraw::divisors(3.0, 2.0).is_err());
}

fn at_level<T: Element>(level: Level) -> Vec<(u64, &'static str)> {
    assert!(level.set());
    let mut numbers = Numbers(4);
    let mut all = vec![];
    for length in 0..=64 {
        for axis in [
            Axis::new(2, 3, length).unwrap(),
            Axis::last(3, length).unwrap(),
        ] {
            let x: Vec<T> = numbers.vector(axis.elements(), 2.0);
            let dy: Vec<T> = numbers.vector(axis.elements(), 1.0);
            let slopes: Vec<T> = numbers.vector(axis.length(), 1.0);
            let (mut out, mut da) = (x.clone(), slopes.clone());
            prelu_forward(axis, &slopes, &x, &mut out);
            all.extend(bits(&out));
            prelu_backward(axis, &slopes, &x, &dy, &mut out, &mut da);
            all.extend(bits(&out));
            all.extend(bits(&da));
            let mut used = x.clone();
            let draw = SlopeDraw::xu();
            rrelu_forward(
                RreluMode::Train {
                    draw,
                    seed: 3,
                    first: 0,
                },
                &x,
                &mut out,
                &mut used,
            );
            all.extend(bits(&out));
            all.extend(bits(&used));
            rrelu_backward(&used, &dy, &mut out);
            all.extend(bits(&out));
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

#[test]
#[should_panic(expected = "slopes has 2, the axis of channels has 3")]
fn a_wrong_number_of_slopes_panics() {
    prelu_forward(
        Axis::last(1, 3).unwrap(),
        &[0.0f32; 2],
        &[0.0; 3],
        &mut [0.0; 3],
    );
}

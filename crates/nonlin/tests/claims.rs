//! Every claim of every profile holds, and a wrong claim is found.

use nonlin::claims::{ClaimKind, Finding, Observation, check};
use nonlin::profile::{
    Bound, Convexity, Kink, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation,
    Smoothness,
};
use nonlin::{Function, Parameter};
use proptest::prelude::*;

/// Parameters other than the defaults, chosen where a profile changes its shape.
const OTHERS: &[&str] = &[
    "swish(beta=-1)",
    "swish(beta=0)",
    "leaky_relu(negative_slope=0)",
    "prelu(slope=0)",
    "rrelu(lower=0, slope=0)",
    "sine(omega=0)",
    "hard_sigmoid(slope=0.2)",
    "hard_sigmoid(slope=0.25)",
    "hard_sigmoid(slope=3, offset=-0.5)",
    "hard_sigmoid(slope=0.01, offset=1.75)",
    "hard_sigmoid(offset=1)",
    "hard_tanh(min=-2, max=0.5)",
    "hard_tanh(min=-0.1, max=0.1)",
    "hard_tanh(min=1, max=3)",
    "hard_tanh(min=0, max=6)",
    "hard_tanh(min=-1000, max=2000)",
    "leaky_relu(negative_slope=0.2)",
    "leaky_relu(negative_slope=1)",
    "leaky_relu(negative_slope=-1)",
    "leaky_relu(negative_slope=-0.5)",
    "leaky_relu(negative_slope=2.5)",
    "leaky_relu(negative_slope=200)",
    "leaky_relu(negative_slope=0.001)",
    "prelu(slope=0.01)",
    "prelu(slope=-0.25)",
    "prelu(slope=1)",
    "prelu(slope=3)",
    "rrelu(slope=0.1961658506023452)",
    "rrelu(lower=0.1, upper=0.4, slope=0.2)",
    "rrelu(lower=-1, upper=2, slope=1)",
    "rrelu(lower=1, upper=2, slope=1.5)",
    "elu(alpha=0.5)",
    "elu(alpha=2)",
    "elu(alpha=0)",
    "elu(alpha=-1)",
    "elu(alpha=0.01)",
    "elu(alpha=0.005)",
    "elu(alpha=300)",
    // The negative slope that centres it is SELU's.
    "elu(alpha=1.6732632423543772)",
    "celu(alpha=0.25)",
    "celu(alpha=2)",
    "celu(alpha=40)",
    "softplus(beta=0.5)",
    "softplus(beta=5)",
    "softplus(beta=50)",
    "swish(beta=0.1)",
    "swish(beta=1.702)",
    "swish(beta=8)",
    "sine(omega=0.5)",
    "sine(omega=30)",
    "sine(omega=-1)",
    "sine(omega=-3)",
];

fn parsed(text: &str) -> Function {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn assert_all_hold(function: &Function) {
    let findings = check(function);
    for kind in ClaimKind::ALL {
        assert!(
            findings.iter().any(|finding| finding.kind == kind),
            "{function}: no checker looked at {kind:?}"
        );
    }
    let refused: Vec<String> = findings
        .iter()
        .filter(|finding| !finding.holds)
        .map(|finding| format!("{}: {}", finding.statement, finding.evidence))
        .collect();
    assert!(
        refused.is_empty(),
        "{function}:\n  {}",
        refused.join("\n  ")
    );
}

#[test]
fn every_claim_holds_at_default_parameters() {
    for function in Function::all() {
        assert_all_hold(&function);
    }
}

#[test]
fn every_claim_holds_at_other_parameters() {
    for text in OTHERS {
        assert_all_hold(&parsed(text));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_claim_holds_at_random_parameters(
        which in 0..10_usize,
        any in -40.0..40.0_f64,
        near in -4.0..4.0_f64,
        octave in -5.0..6.0_f64,
    ) {
        let positive = octave.exp2();
        let text = match which {
            0 => format!("elu(alpha={near})"),
            1 => format!("elu(alpha={any})"),
            2 => format!("leaky_relu(negative_slope={near})"),
            3 => format!("prelu(slope={any})"),
            4 => format!("celu(alpha={positive})"),
            5 => format!("softplus(beta={positive})"),
            6 => format!("swish(beta={positive})"),
            7 => format!("sine(omega={any})"),
            8 => format!("hard_sigmoid(slope={positive}, offset={near})"),
            _ => format!("hard_tanh(min={near}, max={})", near + positive),
        };
        assert_all_hold(&parsed(&text));
    }
}

#[test]
fn three_other_settings_of_every_function_with_parameters_are_checked() {
    for function in Function::all() {
        let parameters: Vec<Parameter> = function.parameters();
        let others = OTHERS
            .iter()
            .filter(|text| parsed(text).name() == function.name())
            .count();
        assert!(
            parameters.is_empty() || others >= 3,
            "{function}: {others} settings besides the defaults"
        );
    }
}

/// The kinds of the findings that do not hold.
fn refused(findings: &[Finding]) -> Vec<ClaimKind> {
    let refused = findings.iter().filter(|finding| !finding.holds);
    refused.map(|finding| finding.kind).collect()
}

/// Every way to change one field of `profile`, with the kind of claim it makes wrong.
fn perturbed(profile: &Profile) -> Vec<(ClaimKind, Profile)> {
    let mut all = Vec::new();
    let mut change = |kind: ClaimKind, change: &dyn Fn(&mut Profile)| {
        let mut wrong = profile.clone();
        change(&mut wrong);
        all.push((kind, wrong));
    };
    let moved = |x: f64| {
        if x.is_infinite() {
            0.0
        } else {
            x + 1e-6 * x.abs().max(1e-3)
        }
    };
    let end = |bound: Bound, outwards: f64| {
        let mut wrong = vec![Bound {
            attained: !bound.attained,
            ..bound
        }];
        for step in [1e-3, -1e-3, 1e3, outwards * f64::INFINITY] {
            let value = if bound.value.is_infinite() {
                1e6 * outwards + step
            } else {
                bound.value + step
            };
            if value != bound.value {
                wrong.push(Bound {
                    value,
                    attained: bound.attained && value.is_finite(),
                });
            }
        }
        wrong
    };
    for low in end(profile.range.0, -1.0) {
        change(ClaimKind::Range, &|p| p.range.0 = low);
    }
    for high in end(profile.range.1, 1.0) {
        change(ClaimKind::Range, &|p| p.range.1 = high);
    }
    for other in [-1.5, 0.0, 1.5, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        let same = |a: f64| a == other || (a.is_nan() && other.is_nan());
        if !same(profile.limits.0) {
            change(ClaimKind::Limits, &|p| p.limits.0 = other);
        }
        if !same(profile.limits.1) {
            change(ClaimKind::Limits, &|p| p.limits.1 = other);
        }
    }
    for other in [
        Monotonicity::Increasing,
        Monotonicity::NonDecreasing,
        Monotonicity::Constant,
        Monotonicity::NonIncreasing,
        Monotonicity::Decreasing,
        Monotonicity::NonMonotone,
    ] {
        if other != profile.monotonicity {
            change(ClaimKind::Monotonicity, &|p| p.monotonicity = other);
        }
    }
    for other in [Parity::Odd, Parity::Even, Parity::Both, Parity::Neither] {
        if other != profile.parity {
            change(ClaimKind::Parity, &|p| p.parity = other);
        }
    }
    for other in [
        Convexity::Convex,
        Convexity::Concave,
        Convexity::Linear,
        Convexity::Neither,
    ] {
        if other != profile.convexity {
            change(ClaimKind::Convexity, &|p| p.convexity = other);
        }
    }
    for other in [
        Smoothness::Discontinuous,
        Smoothness::Continuous,
        Smoothness::Once,
        Smoothness::Infinitely,
    ] {
        if other != profile.smoothness {
            change(ClaimKind::Smoothness, &|p| p.smoothness = other);
        }
    }
    for i in 0..profile.kinks.len() {
        change(ClaimKind::Kinks, &|p| {
            p.kinks.remove(i);
        });
        change(ClaimKind::Kinks, &|p| p.kinks[i].at = moved(p.kinks[i].at));
        change(ClaimKind::Kinks, &|p| {
            p.kinks[i].left = moved(p.kinks[i].left)
        });
        change(ClaimKind::Kinks, &|p| {
            p.kinks[i].right = moved(p.kinks[i].right)
        });
        change(ClaimKind::Kinks, &|p| {
            p.kinks[i].taken = moved(p.kinks[i].taken)
        });
    }
    change(ClaimKind::Kinks, &|p| {
        p.kinks.push(Kink {
            at: 0.625,
            left: 0.0,
            right: 1.0,
            taken: 0.0,
        })
    });
    change(ClaimKind::DerivativeAtZero, &|p| {
        p.derivative_at_zero = moved(p.derivative_at_zero)
    });
    change(ClaimKind::ZeroCentred, &|p| {
        p.zero_centred = !p.zero_centred
    });
    change(ClaimKind::Lipschitz, &|p| p.lipschitz = moved(p.lipschitz));
    if profile.lipschitz.is_finite() {
        change(ClaimKind::Lipschitz, &|p| p.lipschitz = f64::INFINITY);
    }
    match profile.saturation.low {
        None => change(ClaimKind::Saturation, &|p| p.saturation.low = Some(-50.0)),
        Some(low) => {
            change(ClaimKind::Saturation, &|p| p.saturation.low = None);
            if low.is_finite() {
                for step in [1e-6, -1e-6] {
                    change(ClaimKind::Saturation, &|p| {
                        p.saturation.low = Some(low + step * low.abs().max(1e-3))
                    });
                }
            }
        }
    }
    match profile.saturation.high {
        None => change(ClaimKind::Saturation, &|p| p.saturation.high = Some(50.0)),
        Some(high) => {
            change(ClaimKind::Saturation, &|p| p.saturation.high = None);
            if high.is_finite() {
                for step in [1e-6, -1e-6] {
                    change(ClaimKind::Saturation, &|p| {
                        p.saturation.high = Some(high + step * high.abs().max(1e-3))
                    });
                }
            }
        }
    }
    for i in 0..profile.landmarks.len() {
        change(ClaimKind::Landmarks, &|p| {
            p.landmarks[i].x = moved(p.landmarks[i].x)
        });
        change(ClaimKind::Landmarks, &|p| {
            p.landmarks[i].y = moved(p.landmarks[i].y)
        });
        // Of points at one distance from 0, one is enough.
        if profile.landmarks[i].x.abs()
            != profile.landmarks[(i + 1) % profile.landmarks.len()].x.abs()
        {
            change(ClaimKind::Landmarks, &|p| {
                p.landmarks.remove(i);
            });
        }
    }
    for kind in LandmarkKind::ALL {
        change(ClaimKind::Landmarks, &|p| {
            p.landmarks.push(Landmark::new(kind, 0.3, 0.2))
        });
    }
    all
}

#[test]
fn a_wrong_claim_is_found() {
    let mut tried = 0;
    let others = [
        "elu(alpha=2)",
        "leaky_relu(negative_slope=-1)",
        "sine(omega=30)",
    ];
    for function in Function::all().chain(others.map(parsed)) {
        let observation = Observation::of(&function);
        for (kind, wrong) in perturbed(&function.profile()) {
            let refused = refused(&observation.check(&wrong));
            assert_eq!(
                refused.first(),
                Some(&kind),
                "{function}: {kind:?} passes in {wrong:#?}"
            );
            assert!(
                refused.iter().all(|other| *other == kind),
                "{function}: {kind:?} was wrong, and {refused:?} refused"
            );
            tried += 1;
        }
    }
    assert!(tried > 1000, "{tried} wrong claims");
}

#[test]
fn saturation_answers_for_a_point() {
    let tanh = parsed("tanh").profile().saturation;
    assert!(tanh.contains(-3.0) && tanh.contains(3.0) && !tanh.contains(2.9));
    assert!(parsed("relu").profile().saturation.contains(0.0));
    assert!(!parsed("leaky_relu").profile().saturation.contains(-1e6));
    assert!(Saturation::EVERYWHERE.contains(0.0));
    assert!(!Saturation::NONE.contains(1e6));
}

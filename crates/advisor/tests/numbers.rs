//! The numbers of the advice against the theory and the literature.

use nonlin_advisor::{Architecture, Norm, Place, Situation, Task, advise};

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{found}, not {expected}"
    );
}

#[test]
fn he_for_a_shallow_network() {
    let advice = advise(&Situation::of(Task::MultiClass));
    assert_eq!(advice.recommended.function, "relu");
    let init = advice.initialisation.unwrap();
    near(init.weight_std, (2.0f64 / 256.0).sqrt(), 1e-12);
    let signal = init.signal.unwrap();
    near(signal.chi, 1.0, 1e-9);
    assert!(signal.stable && signal.depth_correlation.is_infinite());
}

#[test]
fn the_edge_of_chaos_for_a_deep_one() {
    let situation = Situation {
        depth: 30,
        width: 100,
        ..Situation::of(Task::Regression)
    };
    let advice = advise(&situation);
    assert_eq!(advice.recommended.function, "elu");
    let init = advice.initialisation.unwrap();
    // Hayou et al. (2019) say 1.227 at this standard deviation of the biases.
    near(init.gain, 1.227, 5e-3);
    assert_eq!(init.bias_std, 0.2);
    near(init.weight_std, init.gain / 10.0, 1e-12);
    let signal = init.signal.unwrap();
    near(signal.chi, 1.0, 1e-9);
    near(signal.variance, 1.106931, 1e-5);
    assert!(signal.stable);
    let normalised = advise(&Situation {
        norm: Some(Norm::Batch),
        ..situation
    });
    assert_eq!(normalised.recommended.function, "relu");
    assert_eq!(normalised.initialisation.unwrap().signal, None);
}

#[test]
fn an_unstable_gain_is_warned_of_at_the_depth_where_it_shows() {
    let at = |depth| {
        let advice = advise(&Situation {
            arch: Architecture::Mobile,
            norm: None,
            depth,
            ..Situation::of(Task::MultiClass)
        });
        assert_eq!(advice.recommended.function, "hard_swish");
        let signal = advice.initialisation.unwrap().signal.unwrap();
        near(signal.slope, 1.2239, 1e-4);
        assert!(!signal.stable);
        let unstable = |text: &str| text.contains("hard_swish is unstable (slope 1.2239)");
        advice.warnings.iter().any(|w| unstable(&w.text.en))
    };
    assert!(!at(2));
    assert!(at(20));
    // A runner-up is warned of too.
    let advice = advise(&Situation {
        depth: 9,
        ..Situation::of(Task::MultiClass)
    });
    assert!(advice.runners_up.iter().any(|r| r.function == "gelu"));
    let of_gelu = advice
        .warnings
        .iter()
        .find(|w| w.text.en.contains("gelu is unstable"));
    assert!(of_gelu.unwrap().text.en.contains("slope 1.1441"));
}

#[test]
fn what_the_sources_give_as_numbers() {
    let siren = advise(&Situation::of(Task::ImplicitField));
    assert_eq!(siren.recommended.function, "sine(omega=30)");
    let bound = siren.initialisation.unwrap().weight_bound.unwrap();
    near(bound, (6.0f64 / 256.0).sqrt() / 30.0, 1e-12);
    let gan = advise(&Situation {
        arch: Architecture::Gan,
        ..Situation::of(Task::Generation)
    });
    assert_eq!(gan.recommended.function, "leaky_relu(negative_slope=0.2)");
    near(gan.initialisation.unwrap().weight_std, 0.02, 1e-15);
    assert_eq!(gan.output.function, "tanh");
    let policy = advise(&Situation::of(Task::Policy));
    assert_eq!(policy.recommended.function, "tanh");
    near(
        policy.initialisation.unwrap().gain,
        std::f64::consts::SQRT_2,
        1e-15,
    );
    let gate = advise(&Situation {
        arch: Architecture::Lstm,
        place: Place::Gate,
        ..Situation::of(Task::Regression)
    });
    assert_eq!(gate.recommended.function, "sigmoid");
}

#[test]
fn functions_without_a_second_derivative_are_found_not_listed() {
    let advice = advise(&Situation::of(Task::Pde));
    let listed = &advice.avoid[0].text.en;
    let words: Vec<&str> = listed.split([' ', ',', '.']).collect();
    for straight in ["relu", "leaky_relu", "prelu", "hard_tanh", "identity"] {
        assert!(words.contains(&straight), "{listed}");
    }
    for bent in ["hard_swish", "tanh", "softsign", "elu"] {
        assert!(!words.contains(&bent), "{listed}");
    }
}

#[test]
fn narrow_and_deep_rectifiers_are_often_born_dead() {
    let advice = advise(&Situation {
        depth: 9,
        width: 3,
        ..Situation::of(Task::MultiClass)
    });
    let warned = advice
        .warnings
        .iter()
        .any(|w| w.claims.iter().any(|claim| claim.id == "C11"));
    assert!(warned, "{:?}", advice.warnings);
}

#[test]
fn it_fits_json() {
    let situation = Situation {
        depth: 10_000,
        width: 1,
        ..Situation::of(Task::MultiClass)
    };
    let advice = serde_json::to_value(advise(&situation)).unwrap();
    assert_eq!(advice["situation"]["task"], "multi-class");
    assert_eq!(advice["situation"]["norm"], serde_json::Value::Null);
    let signal = &advice["initialisation"]["signal"];
    assert!(signal["variance"].is_f64() && signal["depth_correlation"].is_string());
    let source = &advice["recommended"]["reasons"][0]["sources"][0];
    assert_eq!(source["kind"], "paper");
    assert!(source["authors"].is_string() && source["year"].is_u64());
}

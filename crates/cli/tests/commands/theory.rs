//! `nonlin gain` and `nonlin field`.

use crate::{json, printed, refused};

fn near(value: &serde_json::Value, expected: f64) {
    let found = value.as_f64().unwrap();
    assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
}

#[test]
fn gains_of_one_and_of_all() {
    let relu = json(&["gain", "relu"]);
    near(&relu["forward"], std::f64::consts::SQRT_2);
    near(&relu["backward"], std::f64::consts::SQRT_2);
    near(&relu["compromise"], std::f64::consts::SQRT_2);
    let text = printed(&["gain", "gelu"]);
    assert!(text.contains("1.533530441"), "{text}");
    let all = json(&["gain"]);
    assert_eq!(
        all.as_array().unwrap().len(),
        nonlin::Function::all().count()
    );
    for lang in ["en", "zh"] {
        let table = printed(&["gain", "--lang", lang]);
        assert_eq!(table.lines().count(), 1 + nonlin::Function::all().count());
        assert!(
            table.lines().all(|line| line.chars().count() <= 80),
            "{table}"
        );
    }
    let shifted = json(&["gain", "relu", "--mean", "-1", "--var", "4"]);
    assert!(shifted["forward"].as_f64().unwrap() > 1.5);
}

#[test]
fn fields_on_the_edge_and_off_it() {
    let tanh = json(&["field", "tanh", "--bias-std", "0.2"]);
    near(&tanh["edge_weight_std"], 1.304146);
    near(&tanh["q_star"], 0.512079);
    near(&tanh["chi"], 1.0);
    assert_eq!(tanh["stable"], true);
    assert_eq!(tanh["depth_scale_c"], "inf");
    let keys = [
        "forward",
        "backward",
        "compromise",
        "q_star",
        "stable",
        "chi",
        "edge_weight_std",
        "depth_scale_q",
        "depth_scale_c",
    ];
    for key in keys {
        assert!(!tanh[key].is_null(), "{key}");
    }
    let all = json(&["field", "--bias-std", "0.2"]);
    assert_eq!(
        all.as_array().unwrap().len(),
        nonlin::Function::all().count()
    );
    let table = printed(&["field", "--bias-std", "0.2"]);
    assert!(
        table.lines().all(|line| line.chars().count() <= 80),
        "{table}"
    );
    assert!(table.contains("1.304146"), "{table}");
    let softplus = json(&["field", "softplus"]);
    assert!(softplus["edge_weight_std"].is_null());
    assert!(printed(&["field", "softplus"]).contains("no edge of chaos"));
    let deep = json(&["field", "relu", "--weight-std", "1", "--depth", "10"]);
    let layers = deep["layers"].as_array().unwrap();
    assert_eq!(layers.len(), 10);
    near(&layers[9]["q"], 0.5f64.powi(9));
    let text = printed(&[
        "field",
        "gelu",
        "--bias-std",
        "0.2",
        "--depth",
        "50",
        "--lang",
        "zh",
    ]);
    assert!(text.contains("不稳定"), "{text}");
}

#[test]
fn what_is_no_spread_is_refused() {
    for arguments in [
        &["gain", "relu", "--var", "0"][..],
        &["gain", "relu", "--var", "nan"],
        &["gain", "softmax"],
        &["field", "relu", "--bias-std", "inf"],
        &["field", "relu", "--weight-std=-1"],
        &["field", "relu", "--depth", "0"],
    ] {
        let sentence = refused(arguments);
        assert!(!sentence.is_empty());
    }
}

//! compare.

use crate::{json, printed};
use nonlin::Function;

/// Published differences: both functions, difference, |x|.
const KNOWN: [(&str, &str, f64, f64); 9] = [
    ("gelu", "gelu_tanh", 4.732_355_2e-4, 2.698_94),
    ("gelu", "quick_gelu", 2.033_487_2e-2, 2.270_4),
    ("sigmoid", "hard_logistic", 0.119_202_922, 2.0),
    ("sigmoid", "hard_sigmoid(slope=0.2)", 0.075_858_180, 2.5),
    ("sigmoid", "hard_sigmoid", 0.069_182_152, 1.316_96),
    ("tanh", "hard_tanh", 0.238_405_844, 1.0),
    ("swish", "hard_swish", 0.142_277_620, 3.0),
    ("relu", "softplus", std::f64::consts::LN_2, 0.0),
    ("binary_step", "sigmoid", 0.5, 0.0),
];

#[test]
fn known_differences_are_found() {
    for (a, b, difference, place) in KNOWN {
        let found = json(&["compare", a, b]);
        let largest = &found["absolute"];
        let value = largest["difference"].as_f64().unwrap();
        assert!((value / difference - 1.0).abs() < 3e-8, "{a}, {b}: {value}");
        for at in largest["at"].as_array().unwrap() {
            let x = at["x"].as_f64().unwrap();
            assert!((x.abs() - place).abs() < 5e-5, "{a}, {b}: {x}");
        }
        // The same from the other side.
        assert_eq!(
            json(&["compare", b, a])["absolute"]["difference"],
            largest["difference"]
        );
    }
    let text = printed(&["compare", "gelu", "gelu_tanh"]);
    assert!(
        text.contains("0.00047323552") && text.contains("±2.69894"),
        "{text}"
    );
}

#[test]
fn every_pair_with_its_neighbour() {
    let all: Vec<Function> = Function::all().collect();
    for pair in all.windows(2) {
        for order in ["0", "1"] {
            let (a, b) = (pair[0].name(), pair[1].name());
            let found = json(&["compare", a, b, "--order", order]);
            for measure in ["absolute", "relative"] {
                let difference = found[measure]["difference"].as_f64().unwrap();
                assert!(difference >= 0.0 && difference.is_finite());
                assert_eq!(
                    found[measure]["at"].as_array().unwrap().is_empty(),
                    difference == 0.0
                );
            }
            assert!(found["relative"]["difference"].as_f64().unwrap() <= 2.0);
        }
    }
}

#[test]
fn a_function_equals_itself() {
    for function in Function::all() {
        let found = json(&["compare", function.name(), function.name()]);
        assert_eq!(found["absolute"]["difference"], 0.0);
    }
    assert!(printed(&["compare", "silu", "swish(beta=1)"]).contains("none"));
}

#[test]
fn the_range_is_kept() {
    let found = json(&["compare", "relu", "identity", "--from", "-4", "--to", "1"]);
    assert_eq!(
        (
            found["absolute"]["difference"].as_f64(),
            found["absolute"]["at"][0]["x"].as_f64()
        ),
        (Some(4.0), Some(-4.0))
    );
    let narrow = json(&["compare", "gelu", "gelu_tanh", "--from", "0", "--to", "1"]);
    assert!(narrow["absolute"]["difference"].as_f64().unwrap() < 4e-4);
}

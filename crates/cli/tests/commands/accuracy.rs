//! `nonlin accuracy`.

use crate::{json, printed, refused};

#[test]
fn results_are_judged() {
    let text = printed(&["accuracy", "tanh", "--order", "0"]);
    assert_eq!(
        text.lines().filter(|line| line.starts_with("tanh")).count(),
        4,
        "{text}"
    );
    let found = json(&["accuracy", "elu(alpha=0.5)", "relu"]);
    let rows = found["rows"].as_array().unwrap();
    for row in rows {
        assert!(row["inputs"].as_u64().unwrap() > 50_000, "{row}");
        if row["precision"] == "exact" {
            assert_eq!(row["misrounded"], 0, "{row}");
            assert!(row["worst_ulp"].as_f64().unwrap() <= 0.5, "{row}");
        }
    }
    let of = |function: &str, order: &str| {
        rows.iter()
            .filter(|row| row["function"] == function && row["order"] == order)
            .count()
    };
    assert_eq!(of("elu(alpha=0.5)", "0"), 4);
    assert_eq!(of("elu(alpha=0.5)", "alpha"), 3);
    assert_eq!(of("relu", "2"), 3);
}

#[test]
fn what_cannot_be_judged_is_refused() {
    let sentence = refused(&["accuracy", "elu", "--order", "beta"]);
    assert!(sentence.contains("0, 1, 2, alpha"), "{sentence}");
    let sentence = refused(&["accuracy", "softmax"]);
    assert!(sentence.contains("one argument"), "{sentence}");
    let sentence = refused(&["accuracy", "gelo"]);
    assert!(sentence.contains("gelu"), "{sentence}");
}

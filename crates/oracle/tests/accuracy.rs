//! The committed proof: a row for every function, order and type, none worse than promised.

use nonlin::Function;
use std::collections::HashMap;

#[test]
fn every_function_has_its_proof() {
    let rows: HashMap<(&str, &str, &str), f64> = include_str!("../../../golden/accuracy.tsv")
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let worst = fields[5].parse().expect("an error in ULP");
            ((fields[0], fields[1], fields[2]), worst)
        })
        .collect();
    for f in Function::all() {
        for (kind, promised) in [
            ("f32", 0.51),
            ("f16", 0.51),
            ("bf16", 0.51),
            ("f64", 2000.0),
        ] {
            for order in ["0", "1"] {
                let worst = rows.get(&(f.name(), kind, order)).unwrap_or_else(|| {
                    panic!("golden/accuracy.tsv has no row for {f} {kind} {order}; run `cargo xtask exhaustive {f}`")
                });
                assert!(*worst <= promised, "{f} {kind} {order}: {worst} ULP");
            }
        }
    }
}

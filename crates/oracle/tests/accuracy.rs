//! The committed proof: a row for every function, order and type, none worse than promised; and the part of it that is
//! proved again here, without MPFR: inputs from every binade and every hard input, against double-double arithmetic.

use nonlin::{Activation, Function, Order, Precision, with_function};
use nonlin_oracle::inputs::stratified;
use nonlin_oracle::judge::sums;
use nonlin_oracle::ulp::f32_spacing;
use std::collections::HashMap;

struct Row {
    misrounded: u64,
    worst: f64,
}

#[test]
fn every_quantity_has_its_proof() {
    let rows: HashMap<[&str; 4], Row> = include_str!("../../../golden/accuracy.tsv")
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let row = Row {
                misrounded: fields[5].parse().expect("a number of inputs"),
                worst: fields[6].parse().expect("an error in ULP"),
            };
            ([fields[0], fields[1], fields[2], fields[3]], row)
        })
        .collect();
    for f in Function::all() {
        let find = |kind, precision, order| {
            rows.get(&[f.name(), kind, precision, order]).unwrap_or_else(|| {
                panic!(
                    "golden/accuracy.tsv has no row for {f} {kind} {precision} {order}; run `cargo xtask exhaustive {f}`"
                )
            })
        };
        let parameters = f.parameters();
        let orders = ["0", "1", "2"]
            .into_iter()
            .chain(parameters.iter().map(|parameter| parameter.info.name));
        for order in orders {
            for kind in ["f32", "f16", "bf16"] {
                let Row { misrounded, worst } = find(kind, "exact", order);
                assert_eq!(*misrounded, 0, "{f} {kind} {order}: misrounded inputs");
                assert!(*worst <= 0.5, "{f} {kind} {order}: {worst} ULP");
            }
            find("f64", "exact", order);
            if ["0", "1"].contains(&order) {
                let Row { worst, .. } = find("f32", "fast", order);
                assert!(*worst <= 3.0, "{f} fast f32 {order}: {worst} ULP");
                find("f64", "fast", order);
            }
        }
    }
}

/// Both precisions against double-double arithmetic.
fn assert_right<A: Activation>(a: A, order: Order, x: &[f32]) {
    let kernels = a.kernels();
    let (mut got, mut fast) = (vec![0.0; x.len()], vec![0.0; x.len()]);
    kernels.evaluate(order, x, &mut got);
    kernels
        .precision(Precision::Fast)
        .evaluate(order, x, &mut fast);
    let function: Function = a.into();
    let wide: Vec<f64> = x.iter().copied().map(f64::from).collect();
    for (i, (high, low)) in sums(a, order, &wide).into_iter().enumerate() {
        // Where the formula's own arithmetic leaves the range there are limits, which have their own test.
        if !high.is_finite() || a.far(f64::from(x[i])).is_some() {
            continue;
        }
        // ∞ stands for the number that would follow the greatest, and for whatever is beyond it.
        const BEYOND: f64 = 340282366920938463463374607431768211456.0;
        let (high, low) = if high.abs() < BEYOND {
            (high, low)
        } else {
            (BEYOND.copysign(high), 0.0)
        };
        let spacing = f32_spacing(high);
        let error = |y: f32| {
            let y = f64::from(y).clamp(-BEYOND, BEYOND);
            (((y - high) - low) / spacing).abs()
        };
        let place = format!(
            "{function} {order:?} at {:e} ({:08x})",
            x[i],
            x[i].to_bits()
        );
        assert!(
            error(got[i]) <= 0.5,
            "{place}: {:e} is {} ULP off",
            got[i],
            error(got[i])
        );
        assert!(
            error(fast[i]) <= 3.0,
            "{place}, fast: {:e} is {} ULP off",
            fast[i],
            error(fast[i])
        );
    }
}

#[test]
fn values_and_derivatives_are_right_in_every_binade() {
    for f in Function::all() {
        let x: Vec<f32> = stratified(&f, 96, 48)
            .into_iter()
            .filter(|x| x.is_finite())
            .collect();
        for order in [Order::Value, Order::Derivative] {
            with_function!(f, a => assert_right(a, order, &x));
        }
    }
}

#[test]
fn hard_inputs_are_right() {
    let mut seen = 0;
    for line in include_str!("../../../golden/hard.tsv").lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, order, input, result, _] = fields[..] else {
            panic!("golden/hard.tsv has a line that does not read: {line}");
        };
        let f: Function = name.parse().expect("a function");
        let number = |bits| f32::from_bits(u32::from_str_radix(bits, 16).expect("32 bits"));
        let order = if order == "0" {
            Order::Value
        } else {
            Order::Derivative
        };
        let x = number(input);
        assert_eq!(
            f.kernels().at(order, x).to_bits(),
            number(result).to_bits(),
            "{line}"
        );
        with_function!(f, a => assert_right(a, order, &[x; 3]));
        seen += 1;
    }
    assert!(seen > 500, "{seen} hard inputs");
}

//! eval.

use crate::{json, nonlin, printed, refused, sentence, with_input};
use nonlin::gates::Gate;
use nonlin::rows::RowFunction;
use nonlin::{Axis, Element, Function, bf16, f16};
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

const NUMBERS: [&str; 14] = [
    "-inf", "-1e300", "-700.5", "-3", "-1", "-0.1", "-0", "0", "1e-310", "0.1", "1.5", "700",
    "inf", "nan",
];

fn same(name: &str, text: &str, expected: f64) {
    let given: f64 = text.parse().unwrap();
    assert!(
        given.to_bits() == expected.to_bits() || (given.is_nan() && expected.is_nan()),
        "{name}: {text} for {expected:e}"
    );
}

#[test]
fn every_function_gives_what_the_library_gives() {
    for function in Function::all() {
        for order in ["0", "1", "2"] {
            let mut arguments = vec!["eval", function.name(), "--order", order];
            arguments.extend(NUMBERS);
            let lines = printed(&arguments);
            assert_eq!(lines.lines().count(), NUMBERS.len());
            for (line, number) in lines.lines().zip(NUMBERS) {
                let x: f64 = number.parse().unwrap();
                let y = match order {
                    "0" => function.value_at(x),
                    "1" => function.derivative_at(x),
                    _ => function.second_derivative_at(x),
                };
                same(function.name(), line, y);
            }
        }
    }
}

#[test]
fn every_type_computes_in_itself() {
    fn check<T: Element>(x: T) {
        let function: Function = "gelu".parse().unwrap();
        let lines = printed(&[
            "eval",
            "gelu",
            "--dtype",
            T::NAME,
            "-0.7",
            "--format",
            "hex",
        ]);
        let expected = function.value_at(x).to_f64();
        let exact = printed(&["eval", "identity", lines.trim()]);
        same(T::NAME, exact.trim(), expected);
        let shortest = printed(&["eval", "gelu", "--dtype", T::NAME, "-0.7"]);
        let back = printed(&[
            "eval",
            "identity",
            "--dtype",
            T::NAME,
            shortest.trim(),
            "--format",
            "hex",
        ]);
        assert_eq!(back, lines);
    }
    check(-0.7f64);
    check(-0.7f32);
    check(f16::from_f32(-0.7));
    check(bf16::from_f32(-0.7));
}

#[test]
fn numbers_are_rounded_once() {
    // As an f64 this is the midpoint between 1 and the next f16, and would go down to 1.
    let above = "1.000488281250000000000000000001";
    assert_eq!(
        printed(&[
            "eval", "identity", "--dtype", "f16", "--format", "hex", above
        ]),
        "0x1.004p+0\n"
    );
    assert_eq!(
        printed(&[
            "eval",
            "identity",
            "--dtype",
            "f32",
            "--format",
            "hex",
            "1.00000005960464477540"
        ]),
        "0x1.000002p+0\n"
    );
}

#[test]
fn decimals_and_hexadecimals() {
    assert_eq!(
        printed(&[
            "eval", "relu", "-1.5", "2", "0x1.8p1", "-0x1p-3", "1e300", "inf", "-nan"
        ]),
        "0\n2\n3\n0\n1e300\ninf\nnan\n"
    );
    assert_eq!(
        printed(&["eval", "tanh", "-0.0", "1e-320", "--format", "hex"]),
        "-0x0p+0\n0x0.00000000007e8p-1022\n"
    );
    assert_eq!(
        printed(&["eval", "identity", "-1", "--order", "1", "−2"]),
        "1\n1\n"
    );
    assert_eq!(printed(&["eval", "identity", "--", "-1"]), "-1\n");
}

#[test]
fn rows_and_gates_take_all_numbers_as_one_row() {
    let x = [1.0, 2.0, -3.0, 0.5];
    for row in RowFunction::all() {
        let axis = Axis::row(x.len());
        let mut y = vec![0.0; row.output(axis).unwrap().elements()];
        row.forward(axis, &x, &mut y);
        let lines = printed(&["eval", &row.to_string(), "1", "2", "-3", "0.5"]);
        let found: Vec<f64> = lines.lines().map(|line| line.parse().unwrap()).collect();
        assert_eq!(found, y, "{row}");
    }
    let mut y = [0.0; 2];
    Gate::Glu.forward(&x[..2], &x[2..], &mut y);
    let document = json(&["eval", "glu", "1", "2", "-3", "0.5"]);
    assert_eq!(document["y"], serde_json::json!(y));
    assert!(refused(&["eval", "softmax", "1", "--order", "1"]).contains("matrix"));
    let output = with_input(&["eval", "softmax", "--json"], b"");
    assert!(serde_json::from_slice::<serde_json::Value>(&output.stdout).is_ok());
}

#[test]
fn json_is_valid_whatever_the_numbers() {
    for function in Function::all() {
        let mut arguments = vec!["eval", function.name()];
        arguments.extend(NUMBERS);
        let document = json(&arguments);
        assert_eq!(document["results"].as_array().unwrap().len(), NUMBERS.len());
        assert_eq!(document["results"][13]["y"], "nan");
    }
    let output = with_input(&["eval", "gelu", "--json"], b"");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["results"].as_array().unwrap().len(), 0);
    let document = json(&["eval", "identity", "0.1", "--dtype", "f32"]);
    assert_eq!(document["results"][0]["y"].to_string(), "0.1");
    assert_eq!(
        json(&["eval", "identity", "0.5", "--format", "hex"])["results"][0]["y"],
        "0x1p-1"
    );
}

#[test]
fn standard_input_a_line_a_number() {
    let output = with_input(&["eval", "relu"], b"1\r\n-2\n\n  3.5  \n0x10");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "1\n0\n3.5\n16\n");
    let output = with_input(&["eval", "relu"], b"1\n2 3\n4\n");
    assert_eq!(String::from_utf8(output.stdout.clone()).unwrap(), "1\n");
    assert!(sentence(&output, &["stdin"]).contains("line 2: `2 3`"));
    for garbage in [
        &b"\xff\xfe\x00"[..],
        b"\x93NUMPY",
        b"1,5\n",
        b"one\n",
        &[b'7'; 200_000],
        &[0; 70_000],
    ] {
        let output = with_input(&["eval", "relu"], garbage);
        if !garbage.starts_with(b"7") {
            sentence(&output, &["garbage"]);
        }
    }
}

#[test]
fn answers_come_before_the_next_question() {
    let mut child = nonlin()
        .args(["eval", "relu"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut questions = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    for number in ["1", "-2", "3.25"] {
        writeln!(questions, "{number}").unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        assert_eq!(
            answer.trim().parse::<f64>().unwrap(),
            number.parse::<f64>().unwrap().max(0.0)
        );
    }
    drop(questions);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_who_leaves_is_no_failure() {
    let numbers = "0.25\n".repeat(200_000);
    let mut child = nonlin()
        .args(["eval", "gelu"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut questions = child.stdin.take().unwrap();
    drop(child.stdout.take());
    let writer = std::thread::spawn(move || drop(questions.write_all(numbers.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[test]
fn a_precision_is_chosen() {
    let kernels = nonlin_function("gelu")
        .kernels()
        .precision(nonlin::Precision::Fast);
    let expected = kernels.at(nonlin::Order::Derivative, -1.75f32);
    let line = printed(&[
        "eval",
        "gelu",
        "-1.75",
        "--dtype",
        "f32",
        "--order",
        "1",
        "--precision",
        "fast",
    ]);
    assert_eq!(line.trim().parse::<f32>().unwrap(), expected);
    let fast = [
        "eval",
        "softmax",
        "1",
        "2",
        "--dtype",
        "f32",
        "--precision",
        "fast",
    ];
    let mut expected = [0.0f32; 2];
    nonlin::rows::Softmax
        .kernels()
        .precision(nonlin::Precision::Fast)
        .forward(nonlin::Axis::row(2), &[1.0, 2.0], &mut expected);
    let lines = printed(&fast);
    let given: Vec<f32> = lines
        .lines()
        .map(|line| line.trim().parse().unwrap())
        .collect();
    assert_eq!(given, expected);
}

fn nonlin_function(text: &str) -> Function {
    text.parse().unwrap()
}

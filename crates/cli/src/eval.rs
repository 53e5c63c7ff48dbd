//! `nonlin eval`.

use crate::args::{Digits, Dtype, Eval};
use crate::catalogue::Subject;
use crate::console::Console;
use crate::failure::{Failure, reason};
use crate::json;
use crate::number::{self, Scalar};
use nonlin::{Axis, Function, bf16, f16};
use serde_json::json;
use std::io::{self, BufRead, BufReader, Read};

pub(crate) fn run(args: &Eval, console: &mut Console) -> Result<(), Failure> {
    match args.dtype {
        Dtype::F64 => typed::<f64>(args, console),
        Dtype::F32 => typed::<f32>(args, console),
        Dtype::F16 => typed::<f16>(args, console),
        Dtype::Bf16 => typed::<bf16>(args, console),
    }
}

fn typed<T: Scalar>(args: &Eval, console: &mut Console) -> Result<(), Failure> {
    let subject = Subject::find(&args.name)?;
    subject.check(args.order)?;
    match subject {
        Subject::Function(function) => {
            let kernels = function.kernels().precision(args.precision.into());
            each(function, args, console, |x: T| {
                kernels.at(args.order.quantity(), x)
            })
        }
        _ => row::<T>(subject, args, console),
    }
}

/// All numbers as one row.
fn row<T: Scalar>(subject: Subject, args: &Eval, console: &mut Console) -> Result<(), Failure> {
    let mut x: Vec<T> = Vec::new();
    numbers(&args.numbers, console, |number, _| {
        x.push(number);
        Ok(())
    })?;
    let axis = Axis::row(x.len());
    let mut y = vec![T::default(); subject.output(axis)?.elements()];
    subject.compute(args.order, args.precision, axis, &x, &mut y);
    if console.json {
        let of = |row: &[T]| row.iter().map(|&x| in_json(x, args)).collect::<Vec<_>>();
        return console.json(&json!({ "function": subject.to_string(), "order": 0, "dtype": T::NAME, "x": of(&x), "y": of(&y) }));
    }
    y.into_iter()
        .try_for_each(|y| console.line(&in_text(y, args)))
}

/// A result for each number, as they come.
fn each<T: Scalar>(
    function: Function,
    args: &Eval,
    console: &mut Console,
    f: impl Fn(T) -> T,
) -> Result<(), Failure> {
    let mut first = true;
    if console.json {
        let name = serde_json::Value::from(function.to_string());
        console.print(&format!(
            "{{\"function\": {name}, \"order\": {}, \"dtype\": \"{}\", \"results\": [",
            args.order.number(),
            T::NAME
        ))?;
    }
    numbers::<T>(&args.numbers, console, |x, console| {
        let y = f(x);
        if console.json {
            let comma = if std::mem::take(&mut first) { "" } else { "," };
            console.print(&format!(
                "{comma}\n  {{\"x\": {}, \"y\": {}}}",
                in_json(x, args),
                in_json(y, args)
            ))
        } else {
            console.line(&in_text(y, args))
        }
    })?;
    if console.json {
        console.line("\n]}")?;
    }
    Ok(())
}

fn in_text<T: Scalar>(y: T, args: &Eval) -> String {
    match args.format {
        Digits::Dec => y.decimal(),
        Digits::Hex => number::hexadecimal(y.to_f64()),
    }
}

fn in_json<T: Scalar>(y: T, args: &Eval) -> serde_json::Value {
    match args.format {
        Digits::Dec => json::number(y),
        Digits::Hex => number::hexadecimal(y.to_f64()).into(),
    }
}

/// No number needs more bytes, and no file without line ends shall fill the memory.
const LONGEST_LINE: u64 = 1 << 16;

/// Hands on the numbers among the arguments, or those on standard input if there are none.
fn numbers<T: Scalar>(
    given: &[String],
    console: &mut Console,
    mut take: impl FnMut(T, &mut Console) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if !given.is_empty() {
        // All are read before the first result, so that a mistake costs nothing.
        let read: Vec<T> = given
            .iter()
            .map(|text| T::parse(text).ok_or_else(|| no_number(text, "")))
            .collect::<Result<_, _>>()?;
        return read.into_iter().try_for_each(|x| take(x, console));
    }
    let mut input = BufReader::with_capacity(1 << 16, io::stdin().lock());
    let mut line = Vec::new();
    for count in 1u64.. {
        // Whoever waits for an answer before asking on must get it.
        if !input.buffer().contains(&b'\n') {
            console.flush()?;
        }
        line.clear();
        let read = input
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)
            .map_err(|e| Failure::input(format!("cannot read standard input: {}", reason(&e))))?;
        if read == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if !text.is_empty() {
            let x = T::parse(text).ok_or_else(|| no_number(text, &format!("line {count}: ")))?;
            take(x, console)?;
        }
    }
    Ok(())
}

fn no_number(text: &str, place: &str) -> Failure {
    let mut shown: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    Failure::input(format!(
        "{place}`{shown}` is not a number; write it like -1.5, 1e-3, 0x1.8p-1, inf or nan"
    ))
}

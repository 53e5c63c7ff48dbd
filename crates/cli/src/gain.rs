//! `nonlin gain`.

use crate::args::Gain;
use crate::catalogue;
use crate::console::{Console, padded};
use crate::failure::Failure;
use crate::json;
use nonlin::Function;
use nonlin_theory::{Estimate, Gains, Moments};
use serde_json::{Value, json};

pub(crate) fn run(args: &Gain, console: &mut Console) -> Result<(), Failure> {
    if !(args.variance > 0.0 && args.variance.is_finite() && args.mean.is_finite()) {
        return Err(Failure::input(format!(
            "the variance is positive and finite and the mean finite, not {} and {}",
            args.variance, args.mean
        )));
    }
    let functions = catalogue::functions(&args.names)?;
    let found: Vec<(Function, Moments, Gains)> = functions
        .into_iter()
        .map(|f| {
            let moments = Moments::of(f, args.mean, args.variance);
            (f, moments, Gains::from_moments(&moments, args.variance))
        })
        .collect();
    if console.json {
        let all: Vec<Value> = found.iter().map(|(f, m, g)| in_json(*f, m, g)).collect();
        return console.json(&match (args.names.len(), all.as_slice()) {
            (1, [only]) => only.clone(),
            _ => Value::from(all),
        });
    }
    match (args.names.len(), found.as_slice()) {
        (1, [(f, moments, gains)]) => one(*f, moments, gains, console),
        _ => table(&found, console),
    }
}

fn in_json(f: Function, moments: &Moments, gains: &Gains) -> Value {
    let number = |estimate: Estimate| json::number(estimate.value);
    json!({
        "function": f.to_string(),
        "forward": number(gains.forward),
        "backward": number(gains.backward),
        "compromise": number(gains.compromise),
        "mean": number(moments.mean),
        "square": number(moments.square),
        "slope": number(moments.slope),
        "slope_square": number(moments.slope_square),
        "curvature": number(moments.curvature),
        "relative_error": json::number(gains.compromise.error / gains.compromise.value),
    })
}

/// With so many digits after the point; 0 where the error leaves none.
fn digits(estimate: Estimate, places: usize) -> String {
    let size = estimate.value.abs();
    if !size.is_finite() {
        return "∞".to_owned();
    }
    if size <= 10.0 * estimate.error {
        return "0".to_owned();
    }
    format!("{:.places$}", estimate.value)
}

fn one(
    f: Function,
    moments: &Moments,
    gains: &Gains,
    console: &mut Console,
) -> Result<(), Failure> {
    let lang = console.lang;
    console.line(&console.heading(&f.to_string()))?;
    let gains = [
        (lang.pick("forward", "前向"), gains.forward, "1/√E f²"),
        (lang.pick("backward", "反向"), gains.backward, "1/√E f′²"),
        (
            lang.pick("compromise", "折中"),
            gains.compromise,
            lang.pick("√(forward · backward)", "√(前向 · 反向)"),
        ),
    ];
    for (name, gain, note) in gains {
        let name = console.bold(&padded(name, 12));
        let note = console.dim(note);
        console.line(&format!("  {name}{:<17}{note}", digits(gain, 12)))?;
    }
    let moments = [
        ("E f", moments.mean),
        ("E f²", moments.square),
        ("E f′", moments.slope),
        ("E f′²", moments.slope_square),
        ("E f f″", moments.curvature),
    ];
    for (name, moment) in moments {
        console.line(&format!("  {}{}", padded(name, 12), digits(moment, 12)))?;
    }
    Ok(())
}

fn table(found: &[(Function, Moments, Gains)], console: &mut Console) -> Result<(), Failure> {
    let lang = console.lang;
    let width = found.iter().map(|(f, ..)| f.to_string().len()).max();
    let width = width.unwrap_or_default().max(12) + 2;
    let head: String = [
        "E f",
        "E f²",
        "E f′²",
        lang.pick("forward", "前向"),
        lang.pick("backward", "反向"),
        lang.pick("compromise", "折中"),
    ]
    .map(|title| padded(title, 11))
    .concat();
    let first = padded(lang.pick("function", "函数"), width);
    console.line(console.heading(&format!("{first}{head}")).trim_end())?;
    for (f, moments, gains) in found {
        let cells: String = [
            moments.mean,
            moments.square,
            moments.slope_square,
            gains.forward,
            gains.backward,
            gains.compromise,
        ]
        .map(|estimate| padded(&digits(estimate, 7), 11))
        .concat();
        console.line(format!("{}{cells}", padded(&f.to_string(), width)).trim_end())?;
    }
    Ok(())
}

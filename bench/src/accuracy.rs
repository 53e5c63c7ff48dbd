//! The judge: what every library returns, against nonlin's `f64` kernels, whose own error is below 10⁻⁵ of a unit of `f32`.

use crate::case::{Outcome, is_row_function};
use crate::options::Options;
use crate::process::Process;
use crate::{inputs, processor};
use nonlin::{Function, Precision};
use std::fmt::Write as _;

/// The libraries, nonlin first.
const LIBRARIES: [&str; 9] = [
    "nonlin-exact",
    "nonlin-fast",
    "torch",
    "jax",
    "onnxruntime",
    "candle",
    "burn",
    "tract-linalg",
    "rten-vecmath",
];

/// Errors beyond so many units in the last place count as wrong.
const WRONG: f64 = 4.0;

/// Inputs that the reference computes at once.
const CHUNK: usize = 1 << 16;

/// The greatest error in units in the last place.
#[derive(Debug, Default, PartialEq)]
struct Worst {
    ulp: f64,
    at: f32,
}

impl Worst {
    fn see(&mut self, ulp: f64, at: f32) {
        if ulp > self.ulp {
            *self = Worst { ulp, at };
        }
    }
}

/// What is judged of one library, function and order.
#[derive(Debug, PartialEq)]
struct Verdict {
    worst: Worst,
    /// The same where neither the input nor the exact result is subnormal: some libraries flush those.
    worst_normal: Worst,
    /// Share of the inputs that are wrong or NaN.
    wrong_share: f64,
    /// Results that are NaN where the exact one is a number.
    nan_count: u64,
    /// The greatest error relative to the exact result, of those that are normal numbers.
    worst_relative: f64,
    /// What −∞ and +∞ give.
    at_infinities: (f32, f32),
}

/// The spacing of `f32` at the magnitude of `x`: 2^(e − 23), at least 2⁻¹⁴⁹; ∞ counts as 2¹²⁸.
fn spacing(x: f64) -> f64 {
    let exponent = (x.to_bits() >> 52 & 0x7ff) as i64 - 1023;
    let exponent = (exponent.min(127) - 23).max(-149);
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// A result as a number that distances can be taken of: ∞ stands one step beyond the largest.
fn finite(y: f64) -> f64 {
    const BEYOND: f64 = 2.0 * (1u128 << 127) as f64;
    y.clamp(-BEYOND, BEYOND)
}

fn judge(x: &[f32], exact: &[f64], results: &[f32], skipped: &[f64]) -> Verdict {
    let mut verdict = Verdict {
        worst: Worst::default(),
        worst_normal: Worst::default(),
        wrong_share: 0.0,
        nan_count: 0,
        worst_relative: 0.0,
        at_infinities: (f32::NAN, f32::NAN),
    };
    let mut wrong = 0u64;
    for ((&x, &exact), &y) in x.iter().zip(exact).zip(results) {
        if x == f32::NEG_INFINITY {
            verdict.at_infinities.0 = y;
        } else if x == f32::INFINITY {
            verdict.at_infinities.1 = y;
        }
        if skipped.contains(&f64::from(x)) {
            continue;
        }
        if y.is_nan() {
            verdict.nan_count += 1;
            wrong += 1;
            continue;
        }
        // Either side may overflow: both are rounded to what f32 holds before they are compared.
        let error = (finite(f64::from(y)) - finite(exact)).abs();
        let ulp = error / spacing(exact);
        wrong += u64::from(ulp > WRONG);
        verdict.worst.see(ulp, x);
        let normal = exact.abs() >= f64::from(f32::MIN_POSITIVE);
        if !x.is_subnormal() && (normal || exact == 0.0) {
            verdict.worst_normal.see(ulp, x);
        }
        if normal {
            verdict.worst_relative = verdict.worst_relative.max(error / finite(exact).abs());
        }
    }
    verdict.wrong_share = wrong as f64 / x.len() as f64;
    verdict
}

/// The exact results to a few units in the last place of `f64`.
fn reference(f: Function, order: u32, x: &[f32]) -> Vec<f64> {
    let kernels = f.kernels().precision(Precision::Fast);
    let mut exact = vec![0.0; x.len()];
    for (x, y) in x.chunks(CHUNK).zip(exact.chunks_mut(CHUNK)) {
        let x: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
        match order {
            0 => kernels.forward(&x, y),
            _ => kernels.derivative(&x, y),
        }
    }
    exact
}

/// The table of every library, function and order, as text of tab-separated columns.
pub fn table(options: &Options) -> Outcome<String> {
    let (from, to) = (
        options.work.join("patterns.f32"),
        options.work.join("results.f32"),
    );
    let x = inputs::patterns();
    inputs::write(&from, x.len(), x.iter().copied())?;
    let mut workers = Vec::new();
    for library in LIBRARIES {
        match Process::start(options, library, 1)? {
            Some(process) => workers.push((library, process)),
            None => println!("{library}: left out, there is no Python"),
        }
    }
    let mut text = format!(
        "# f32, {} inputs: one of every 64 bit patterns, both infinities among them; {}; {}\n\
         library\tversion\tfunction\torder\tworst_ulp\tworst_at\twrong_share\tnan_count\t\
         worst_normal_ulp\tworst_normal_at\tworst_relative\tat_minus_infinity\tat_infinity\n",
        x.len(),
        processor::name(),
        processor::today()
    );
    let paths = [&from, &to].map(|path| path.to_string_lossy().into_owned());
    for function in options.functions.iter().filter(|f| !is_row_function(f)) {
        let f: Function = function.parse()?;
        for order in [0, 1] {
            let exact = reference(f, order, &x);
            // At a kink every choice between the two slopes is right.
            let kinks = f.profile().kinks.iter().map(|kink| kink.at).collect();
            let skipped: Vec<f64> = if order == 0 { Vec::new() } else { kinks };
            for (library, process) in &mut workers {
                if let Err(reason) = process.evaluate(function, order, &paths[0], &paths[1])? {
                    println!("{library:12} {function:12} order {order}: {reason}");
                    continue;
                }
                let verdict = judge(&x, &exact, &inputs::read(&to, Some(x.len()))?, &skipped);
                println!(
                    "{library:12} {function:12} order {order}: worst {} ULP at {:e}, {:.2} % wrong, {} NaN",
                    units(verdict.worst.ulp),
                    verdict.worst.at,
                    100.0 * verdict.wrong_share,
                    verdict.nan_count
                );
                let _ = writeln!(
                    text,
                    "{library}\t{}\t{function}\t{order}\t{}\t{:e}\t{:.6}\t{}\t{}\t{:e}\t{:.3e}\t{}\t{}",
                    process.version,
                    units(verdict.worst.ulp),
                    verdict.worst.at,
                    verdict.wrong_share,
                    verdict.nan_count,
                    units(verdict.worst_normal.ulp),
                    verdict.worst_normal.at,
                    verdict.worst_relative,
                    verdict.at_infinities.0,
                    verdict.at_infinities.1,
                );
            }
        }
    }
    std::fs::remove_file(&to)?;
    Ok(text)
}

/// A number of units, to five places where they can be told apart.
fn units(ulp: f64) -> String {
    if ulp < 1e4 {
        format!("{ulp:.5}")
    } else {
        format!("{ulp:.3e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spacing_follows_the_format() {
        assert_eq!(spacing(1.0), f64::from(f32::EPSILON));
        assert_eq!(spacing(-0.75), f64::from(f32::EPSILON) / 2.0);
        assert_eq!(spacing(0.0), f64::from(f32::from_bits(1)));
        assert_eq!(spacing(f64::INFINITY), f64::powi(2.0, 104));
    }

    #[test]
    fn a_verdict_counts_what_is_wrong() {
        let x = [1.0, 2.0, 3.0, f32::INFINITY];
        let exact = [1.0, 2.0, 3.0, f64::INFINITY];
        let right = judge(&x, &exact, &x, &[]);
        assert_eq!((right.worst.ulp, right.wrong_share), (0.0, 0.0));
        let results = [f32::NAN, 0.0, 0.0, f32::MAX];
        let wrong = judge(&x, &exact, &results, &[3.0]);
        assert_eq!(wrong.nan_count, 1);
        assert_eq!(wrong.wrong_share, 0.5);
        assert_eq!(wrong.worst_relative, 1.0);
        assert_eq!(wrong.worst.at, 2.0);
        assert_eq!(wrong.at_infinities.1, f32::MAX);
    }
}

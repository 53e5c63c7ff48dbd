//! `sweep [--sample] [NAME…]`: checks `f32` kernels against MPFR and keeps `golden/accuracy.tsv`.
//!
//! Without `--sample` every one of the 2³² inputs is checked, on all cores, and the rows of the functions named (all
//! by default) are written. With it, inputs of every binade are checked and nothing is written.

#![forbid(unsafe_code)]

use nonlin::Function;
use nonlin_oracle::sweep::{self, Sweep};
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

const GOLDEN: &str = "golden/accuracy.tsv";
const HEADER: &str =
    "function\ttype\torder\tinputs\tmisrounded\tworst_ulp\tworst_at\treference_error";

/// Work is handed out in pieces of this many inputs.
const PIECE: u64 = 1 << 22;

fn exhaustive(function: Function, order: u8) -> Sweep {
    let next = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut found = Sweep::default();
                    loop {
                        let from = next.fetch_add(PIECE, Ordering::Relaxed);
                        if from >= 1 << 32 {
                            return found;
                        }
                        let piece = nonlin::with_function!(function, a => sweep::range(a, order, from, from + PIECE));
                        found = found.merge(piece);
                    }
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("a sweep does not panic"))
            .fold(Sweep::default(), Sweep::merge)
    })
}

fn main() -> ExitCode {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    let sampled = names.iter().any(|name| name == "--sample");
    names.retain(|name| name != "--sample");
    let functions: Vec<Function> = if names.is_empty() {
        Function::all().collect()
    } else {
        match names.iter().map(|name| name.parse()).collect() {
            Ok(functions) => functions,
            Err(error) => {
                eprintln!("error: {error}");
                return ExitCode::from(2);
            }
        }
    };
    let mut rows: BTreeMap<(String, u8), String> = std::fs::read_to_string(GOLDEN)
        .unwrap_or_default()
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut fields = line.split('\t');
            let name = fields.next()?.to_owned();
            let order = fields.nth(1)?.parse().ok()?;
            Some(((name, order), line.to_owned()))
        })
        .collect();
    let mut good = true;
    for function in functions {
        for order in 0..=1 {
            let begun = Instant::now();
            let (reference, reference_at, _) =
                nonlin::with_function!(function, a => sweep::reference_error(a, order));
            let found = if sampled {
                nonlin::with_function!(function, a => sweep::sample(a, order))
            } else {
                exhaustive(function, order)
            };
            println!(
                "{function} order {order}: {} misrounded of {}, worst {:.5} ULP at {:e}; reference within 2^{:.1} (at {reference_at:e}); {} by MPFR; {:.0} s",
                found.misrounded,
                found.inputs,
                found.worst_ulp,
                found.worst_at,
                reference.log2(),
                found.decided,
                begun.elapsed().as_secs_f64(),
            );
            good &= found.worst_ulp <= 0.51 && reference < f64::powi(2.0, -40);
            if !sampled {
                rows.insert(
                    (function.to_string(), order),
                    format!(
                        "{function}\tf32\t{order}\t{}\t{}\t{:.5}\t{:e}\t2^{:.1}",
                        found.inputs,
                        found.misrounded,
                        found.worst_ulp,
                        found.worst_at,
                        reference.log2().max(-60.0),
                    ),
                );
                let body: Vec<_> = rows.values().map(String::as_str).collect();
                let text = format!("{HEADER}\n{}\n", body.join("\n"));
                if let Err(error) = std::fs::write(format!("{GOLDEN}.tmp"), text)
                    .and_then(|()| std::fs::rename(format!("{GOLDEN}.tmp"), GOLDEN))
                {
                    eprintln!("error: {GOLDEN} cannot be written: {error}");
                    return ExitCode::from(2);
                }
            }
        }
    }
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

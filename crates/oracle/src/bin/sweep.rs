//! `sweep [--sample] [NAME…]`: checks `f32` kernels against MPFR and keeps `golden/accuracy.tsv`.
//!
//! Without `--sample` every one of the 2³² inputs is checked, on all cores, and the rows of the functions named (all
//! by default) are written. With it, inputs of every binade are checked, and only the rows of the other types are
//! written: of the 16-bit types all inputs are checked, of `f64` inputs from every binade.

#![forbid(unsafe_code)]

use nonlin::{Function, bf16, f16};
use nonlin_oracle::sweep::{self, Sweep};
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

const GOLDEN: &str = "golden/accuracy.tsv";
const HEADER: &str = "function\ttype\torder\tinputs\tmisrounded\tworst_ulp\tworst_at";

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
    let mut rows: BTreeMap<(String, String, u8), String> = std::fs::read_to_string(GOLDEN)
        .unwrap_or_default()
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut fields = line.split('\t');
            let name = fields.next()?.to_owned();
            let kind = fields.next()?.to_owned();
            let order = fields.next()?.parse().ok()?;
            Some(((name, kind, order), line.to_owned()))
        })
        .collect();
    let mut good = true;
    for function in functions {
        for order in 0..=1 {
            let begun = Instant::now();
            let (reference, reference_at, _) =
                nonlin::with_function!(function, a => sweep::reference_error(a, order));
            let single = if sampled {
                nonlin::with_function!(function, a => sweep::sample(a, order))
            } else {
                exhaustive(function, order)
            };
            good &= reference < f64::powi(2.0, -40);
            println!(
                "{function} order {order}: the f64 reference is within 2^{:.1} (at {reference_at:e})",
                reference.log2().max(-60.0)
            );
            let all = [
                ("f32", single),
                (
                    "f16",
                    nonlin::with_function!(function, a => sweep::half::<_, f16>(a, order)),
                ),
                (
                    "bf16",
                    nonlin::with_function!(function, a => sweep::half::<_, bf16>(a, order)),
                ),
            ];
            let double = nonlin::with_function!(function, a => sweep::double(a, order));
            for (kind, found) in all.into_iter().chain([("f64", double)]) {
                println!(
                    "  {kind}: {} misrounded of {}, worst {:.5} ULP at {:e}; {} judged by MPFR",
                    found.misrounded, found.inputs, found.worst_ulp, found.worst_at, found.decided
                );
                good &= kind == "f64" || found.worst_ulp <= 0.51;
                if !sampled || kind != "f32" {
                    rows.insert(
                        (function.to_string(), kind.to_owned(), order),
                        format!(
                            "{function}\t{kind}\t{order}\t{}\t{}\t{:.5}\t{:e}",
                            found.inputs, found.misrounded, found.worst_ulp, found.worst_at
                        ),
                    );
                }
            }
            println!("  {:.0} s", begun.elapsed().as_secs_f64());
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
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

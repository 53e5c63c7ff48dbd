//! `speed [NAME…]`: nanoseconds per element of every kernel at every level this machine has, on one core, written to
//! `record/speed-PROCESSOR.csv`.

#![forbid(unsafe_code)]

use nonlin::{Element, Function, Level, bf16, f16};
use std::fmt::Write as _;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

/// Sizes of the input in bytes.
const SIZES: [usize; 3] = [16 << 10, 1 << 20, 256 << 20];

/// The median time of `work` in nanoseconds per element.
fn median(elements: usize, mut work: impl FnMut()) -> f64 {
    work();
    let repeats = (400_000 / elements).max(1);
    let rounds = if elements > 1 << 24 { 3 } else { 15 };
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let begun = Instant::now();
            for _ in 0..repeats {
                work();
            }
            begun.elapsed().as_secs_f64() * 1e9 / (repeats * elements) as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Normal inputs of standard deviation 2, from a fixed seed.
fn inputs<T: Element>(n: usize) -> Vec<T> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..n.min(1 << 20))
        .map(|_| T::from_f64(2.0 * ((0..12).map(|_| uniform()).sum::<f64>() - 6.0)))
        .collect::<Vec<T>>()
        .into_iter()
        .cycle()
        .take(n)
        .collect()
}

fn measure<T: Element>(
    functions: &[Function],
    levels: &[Level],
    sizes: &[usize],
    csv: &mut String,
) {
    for &bytes in sizes {
        let n = bytes / size_of::<T>();
        let x = inputs::<T>(n);
        let (mut y, mut d) = (x.clone(), x.clone());
        for &level in levels {
            level.set();
            for f in functions {
                let forward = median(n, || f.forward(black_box(&x), black_box(&mut y)));
                let derivative = median(n, || f.derivative(black_box(&x), black_box(&mut y)));
                let both = median(n, || {
                    f.forward_and_derivative(black_box(&x), black_box(&mut y), black_box(&mut d))
                });
                let backward = median(n, || {
                    f.backward(black_box(&x), black_box(&d), black_box(&mut y))
                });
                println!(
                    "{:12} {:4} {:6} {:>9} B  forward {forward:.3}  derivative {derivative:.3}  both {both:.3}  backward {backward:.3}",
                    f.to_string(),
                    T::NAME,
                    level.name(),
                    bytes
                );
                let _ = writeln!(
                    csv,
                    "{f},{},{},{bytes},{forward:.4},{derivative:.4},{both:.4},{backward:.4}",
                    T::NAME,
                    level.name()
                );
            }
        }
    }
}

/// The processor, as a part of a file name.
fn processor() -> String {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |key: &str| {
        cpuinfo
            .lines()
            .find(|line| line.starts_with(key))
            .and_then(|line| line.split(':').nth(1))
            .unwrap_or("unknown")
            .trim()
            .to_owned()
    };
    format!(
        "{} family {} model {}",
        field("model name"),
        field("cpu family"),
        field("model\t")
    )
    .to_lowercase()
    .split_whitespace()
    .collect::<Vec<_>>()
    .join("-")
}

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let parsed: Result<Vec<Function>, _> = names.iter().map(|name| name.parse()).collect();
    let functions = match parsed {
        Ok(functions) if functions.is_empty() => Function::all().collect(),
        Ok(functions) => functions,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    let levels: Vec<Level> = Level::ALL
        .into_iter()
        .filter(|level| level.is_available() && *level != Level::Plain)
        .collect();
    let levels = if levels.is_empty() {
        vec![Level::Plain]
    } else {
        levels
    };
    let mut csv =
        "function,type,level,bytes,forward_ns,derivative_ns,both_ns,backward_ns\n".to_owned();
    measure::<f32>(&functions, &levels, &SIZES, &mut csv);
    measure::<f64>(&functions, &levels, &SIZES[1..2], &mut csv);
    let best = &levels[levels.len() - 1..];
    measure::<f16>(&functions, best, &SIZES[1..2], &mut csv);
    measure::<bf16>(&functions, best, &SIZES[1..2], &mut csv);
    if names.is_empty() {
        let path = format!("record/speed-{}.csv", processor());
        if let Err(error) = std::fs::write(&path, csv) {
            eprintln!("error: {path} cannot be written: {error}");
            return ExitCode::from(2);
        }
        println!("written to {path}");
    }
    ExitCode::SUCCESS
}

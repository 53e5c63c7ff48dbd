//! `fast [NAME…] [--sample] [--speed]`: the fast `f32` kernels against the `f64` kernel on all 2³² inputs, or with
//! `--sample` on every 61st, and their speed beside the exact kernels; with `--speed` the speed alone.

#![forbid(unsafe_code)]

use nonlin::elementary::trial;
use nonlin::{Activation, Function};
use nonlin_oracle::ulp::f32_spacing;
use std::hint::black_box;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

const BLOCK: usize = 4096;

/// The largest error of value and derivative in ULP of the exact result, and where each is.
type Worst = [(f64, f32); 2];

fn merge(mut a: Worst, b: Worst) -> Worst {
    for (a, b) in a.iter_mut().zip(b) {
        if b.0 > a.0 || b.0.is_nan() {
            *a = b;
        }
    }
    a
}

/// The error of `got` in ULP; past the greatest number lies ∞, which stands for what would be the next one.
fn error(got: f32, exact: f64) -> f64 {
    let next = f64::from(f32::MAX) + f32_spacing(f64::from(f32::MAX));
    if f64::from(got) == exact || got.is_infinite() && exact.abs() >= next {
        return 0.0;
    }
    let place = if got.is_infinite() {
        next.copysign(f64::from(got))
    } else {
        f64::from(got)
    };
    (place - exact).abs() / f32_spacing(exact)
}

/// The largest error of a block but for infinite results, which `error` judges; NaN counts as infinite.
fn largest(got: &[f32], exact: &[f64]) -> f64 {
    const LEAST: u64 = 1023 - 149;
    got.iter().zip(exact).fold(0.0, |largest, (&got, &exact)| {
        // The spacing by its exponent, without a branch.
        let exponent = (exact.to_bits() >> 52) & 0x7ff;
        let spacing = f64::from_bits((exponent.clamp(LEAST + 23, 1023 + 127) - 23) << 52);
        let error = (f64::from(got) - exact).abs() / spacing;
        if error <= largest { largest } else { error }
    })
}

fn piece<A: Activation>(a: A, from: u64, to: u64, step: u64) -> Worst {
    let (mut x, mut wide) = (vec![0f32; BLOCK], vec![0f64; BLOCK]);
    let (mut got, mut slope, mut exact) = (vec![0f32; BLOCK], vec![0f32; BLOCK], vec![0f64; BLOCK]);
    let (mut got_both, mut slope_both) = (vec![0f32; BLOCK], vec![0f32; BLOCK]);
    let mut worst: Worst = [(0.0, 0.0); 2];
    let mut at = from;
    while at < to {
        for (x, wide) in x.iter_mut().zip(&mut wide) {
            *x = f32::from_bits(at.min(to - 1) as u32);
            // NaN has no error to measure.
            if x.is_nan() {
                *x = 0.0;
            }
            *wide = f64::from(*x);
            at += step;
        }
        trial::forward(a, &x, &mut got);
        trial::derivative(a, &x, &mut slope);
        trial::both(a, &x, &mut got_both, &mut slope_both);
        for order in 0..2 {
            let got = if order == 0 {
                a.forward(&wide, &mut exact);
                assert!(
                    same(&got, &got_both),
                    "value alone and with the derivative differ"
                );
                &got
            } else {
                a.derivative(&wide, &mut exact);
                assert!(
                    same(&slope, &slope_both),
                    "derivative alone and with the value differ"
                );
                &slope
            };
            if largest(got, &exact) <= worst[order].0 {
                continue;
            }
            for ((&x, &got), &exact) in x.iter().zip(got).zip(&exact) {
                let error = error(got, exact);
                if error > worst[order].0 || error.is_nan() {
                    worst[order] = (error, x);
                }
            }
        }
    }
    worst
}

fn same(a: &[f32], b: &[f32]) -> bool {
    a.iter().zip(b).fold(true, |same, (a, b)| {
        same & (a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan())
    })
}

fn sweep<A: Activation>(a: A, sampled: bool) -> Worst {
    const PIECE: u64 = 1 << 24;
    let step = if sampled { 61 } else { 1 };
    let next = AtomicU64::new(0);
    let mut worst = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut worst = [(0.0, 0.0); 2];
                    loop {
                        let from = next.fetch_add(PIECE, Ordering::Relaxed);
                        if from >= 1 << 32 {
                            return worst;
                        }
                        worst = merge(worst, piece(a, from, from + PIECE, step));
                    }
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("a sweep does not panic"))
            .fold([(0.0, 0.0); 2], merge)
    });
    if sampled {
        // The zeros of derivatives, the middle and the ends.
        for x in [
            0.751791524,
            0.752461422,
            1.192431214,
            1.278464542,
            1.278464542 / 1.702,
            0.0,
            1e-30,
        ] {
            for sign in [0, 1 << 31] {
                let bits = u64::from(f32::to_bits(x) | sign);
                worst = merge(worst, piece(a, bits.saturating_sub(3000), bits + 3000, 1));
            }
        }
        let ends = [f32::INFINITY, f32::NEG_INFINITY];
        for end in ends {
            let bits = u64::from(end.to_bits());
            worst = merge(worst, piece(a, bits - 10, bits + 1, 1));
        }
    }
    worst
}

/// The median time of `work` in nanoseconds per element.
fn median(elements: usize, mut work: impl FnMut()) -> f64 {
    work();
    let repeats = (200_000 / elements).max(1);
    let mut times: Vec<f64> = (0..31)
        .map(|_| {
            let begun = Instant::now();
            for _ in 0..repeats {
                work();
            }
            begun.elapsed().as_secs_f64() * 1e9 / (repeats * elements) as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 4]
}

/// Normal inputs of standard deviation 2, from a fixed seed.
fn inputs(n: usize) -> Vec<f32> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..n)
        .map(|_| (2.0 * ((0..12).map(|_| uniform()).sum::<f64>() - 6.0)) as f32)
        .collect()
}

fn speed<A: Activation>(a: A) {
    for bytes in [16 << 10, 1 << 20] {
        let n = bytes / 4;
        let x = inputs(n);
        let (mut y, mut d) = (x.clone(), x.clone());
        let forward = median(n, || trial::forward(a, black_box(&x), black_box(&mut y)));
        let derivative = median(n, || trial::derivative(a, black_box(&x), black_box(&mut y)));
        let both = median(n, || {
            trial::both(a, black_box(&x), black_box(&mut y), black_box(&mut d))
        });
        let backward = median(n, || {
            trial::backward(a, black_box(&x), black_box(&mut d), black_box(&mut y))
        });
        let exact = median(n, || a.forward(black_box(&x), black_box(&mut y)));
        let exact_derivative = median(n, || a.derivative(black_box(&x), black_box(&mut y)));
        println!(
            "  {bytes:>8} B: value {forward:.3} (exact {exact:.3}), derivative {derivative:.3} (exact {exact_derivative:.3}), both {both:.3}, backward {backward:.3} ns"
        );
    }
}

fn main() -> ExitCode {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    let sampled = names.iter().any(|name| name == "--sample");
    let speed_only = names.iter().any(|name| name == "--speed");
    names.retain(|name| !name.starts_with("--"));
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
    let mut good = true;
    for function in functions {
        if !speed_only {
            let worst = nonlin::with_function!(function, a => sweep(a, sampled));
            println!(
                "{function}: value {:.3} ULP at {:e}, derivative {:.3} ULP at {:e}",
                worst[0].0, worst[0].1, worst[1].0, worst[1].1
            );
            good &= worst.iter().all(|worst| worst.0 <= 3.0);
        } else {
            println!("{function}");
        }
        nonlin::with_function!(function, a => speed(a));
    }
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

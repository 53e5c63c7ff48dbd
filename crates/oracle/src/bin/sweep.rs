//! `sweep [--sample] [--inputs N] [--order ORDER] [NAME…]`: checks every kernel against MPFR and keeps `golden/accuracy.tsv` and
//! `golden/hard.tsv`.
//!
//! Without `--sample` every one of the 2³² inputs of the `f32` kernels of value and derivative is checked, on all cores,
//! which takes a minute or so a kernel. With it, those rows are left as they are. Of the 16-bit types all inputs are
//! checked either way; of `f64`, second derivatives and the derivatives of parameters inputs from every binade, `N` times as
//! many as usual. `--order` names the one order to check: 0, 1, 2 or a parameter.

#![forbid(unsafe_code)]

use nonlin::{Activation, Function, Order, bf16, f16};
use nonlin_oracle::sweep::{self, Sweep, Whole};
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

const ACCURACY: &str = "golden/accuracy.tsv";
const ACCURACY_HEADER: &str =
    "function\ttype\tprecision\torder\tinputs\tmisrounded\tworst_ulp\tworst_at";
const HARD: &str = "golden/hard.tsv";
const HARD_HEADER: &str = "function\torder\tinput_bits\tresult_bits\tfrom_the_middle_ulp";

/// Runs `work` on pieces of `0..end` on all cores and puts the results together.
fn in_pieces<T: Send + Default>(
    end: u64,
    piece: u64,
    work: impl Fn(std::ops::Range<u64>) -> T + Sync,
    merge: impl Fn(T, T) -> T + Sync,
) -> T {
    let next = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut found = T::default();
                    loop {
                        let from = next.fetch_add(piece, Ordering::Relaxed);
                        if from >= end {
                            return found;
                        }
                        found = merge(found, work(from..end.min(from + piece)));
                    }
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("a sweep does not panic"))
            .fold(T::default(), &merge)
    })
}

/// The name of an order in the tables: 0, 1, 2 or the name of a parameter.
fn order_name<A: Activation>(_: A, order: Order) -> String {
    match order {
        Order::Value => "0".to_owned(),
        Order::Derivative => "1".to_owned(),
        Order::SecondDerivative => "2".to_owned(),
        Order::Parameter(index) => A::PARAMETERS[index].name.to_owned(),
        _ => "?".to_owned(),
    }
}

/// The tables on disk: a row under its key.
struct Table {
    path: &'static str,
    header: &'static str,
    keys: usize,
    rows: BTreeMap<Vec<String>, String>,
}

impl Table {
    fn read(path: &'static str, header: &'static str, keys: usize) -> Table {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let mut lines = text.lines();
        let current = lines.next() == Some(header);
        let rows = lines
            .filter(|_| current)
            .map(|line| {
                let key = line.split('\t').take(keys).map(str::to_owned).collect();
                (key, line.to_owned())
            })
            .collect();
        Table {
            path,
            header,
            keys,
            rows,
        }
    }

    fn set(&mut self, row: String) {
        let key = row.split('\t').take(self.keys).map(str::to_owned).collect();
        self.rows.insert(key, row);
    }

    fn write(&self) -> Result<(), String> {
        let body: Vec<_> = self.rows.values().map(String::as_str).collect();
        let text = format!("{}\n{}\n", self.header, body.join("\n"));
        let new = format!("{}.tmp", self.path);
        std::fs::write(&new, text)
            .and_then(|()| std::fs::rename(&new, self.path))
            .map_err(|error| format!("{} cannot be written: {error}", self.path))
    }
}

struct Options {
    sampled: bool,
    share: u64,
    /// The only order to check, by its name.
    order: Option<String>,
}

/// Checks one quantity of one function; returns whether it keeps its promises.
fn check<A: Activation>(
    a: A,
    order: Order,
    options: &Options,
    accuracy: &mut Table,
    hard: &mut Table,
) -> bool {
    let begun = Instant::now();
    let function: Function = a.into();
    let name = order_name(a, order);
    if options.order.as_ref().is_some_and(|only| *only != name) {
        return true;
    }
    let mut good = true;
    let mut rows: Vec<(&str, &str, Sweep)> = Vec::new();
    let lanes = matches!(order, Order::Value | Order::Derivative);
    println!("{function} order {name}");
    if lanes && !options.sampled {
        let (reference, at) = sweep::reference_error(a, order);
        println!(
            "  the f64 reference is within 2^{:.1} (at {at:e})",
            reference.log2().max(-60.0)
        );
        good &= reference < f64::powi(2.0, -40);
        let whole = in_pieces(
            1 << 32,
            1 << 22,
            |range| sweep::range(a, order, range.start, range.end),
            Whole::merge,
        );
        let bits = A::LANE_BITS[usize::from(order == Order::Derivative)];
        println!(
            "  the f32 lanes are within 2^{:.2}; {bits} bits are claimed",
            whole.lane_error.log2().max(-60.0)
        );
        good &= A::SELECTS_ONLY || bits == 0 || whole.lane_error < f64::powi(2.0, -(bits as i32));
        good &= whole.exact.misrounded == 0;
        rows.push(("f32", "exact", whole.exact));
        rows.push(("f32", "fast", whole.fast));
        for (distance, x) in whole.hard {
            let result = a.kernels().at(order, x).to_bits();
            hard.set(format!(
                "{function}\t{name}\t{:08x}\t{result:08x}\t{distance:.3e}",
                x.to_bits()
            ));
        }
    } else if !lanes {
        rows.push(("f32", "exact", sweep::sample(a, order)));
    } else {
        let sample = sweep::sample(a, order);
        println!("  f32 sampled: {} misrounded", sample.misrounded);
        good &= sample.misrounded == 0;
    }
    rows.push(("f16", "exact", sweep::half::<_, f16>(a, order)));
    rows.push(("bf16", "exact", sweep::half::<_, bf16>(a, order)));
    let (exact, fast) = in_pieces(
        4096,
        64,
        |range| sweep::double(a, order, options.share, range),
        |one, other| (one.0.merge(other.0), one.1.merge(other.1)),
    );
    rows.push(("f64", "exact", exact));
    if lanes {
        rows.push(("f64", "fast", fast));
    }
    for (kind, precision, found) in rows {
        println!(
            "  {kind:4} {precision:5} {} misrounded of {}, worst {:.5} ULP at {:e}; {} judged by MPFR",
            found.misrounded, found.inputs, found.worst_ulp, found.worst_at, found.decided
        );
        accuracy.set(format!(
            "{function}\t{kind}\t{precision}\t{name}\t{}\t{}\t{:.5}\t{:e}",
            found.inputs, found.misrounded, found.worst_ulp, found.worst_at
        ));
    }
    println!("  {:.0} s", begun.elapsed().as_secs_f64());
    good
}

fn run() -> Result<bool, String> {
    let mut options = Options {
        sampled: false,
        share: 1,
        order: None,
    };
    let mut functions: Vec<Function> = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--sample" => options.sampled = true,
            "--order" => options.order = Some(arguments.next().ok_or("--order takes an order")?),
            "--inputs" => {
                options.share = arguments
                    .next()
                    .and_then(|n| n.parse().ok())
                    .filter(|n| (1..=1 << 20).contains(n))
                    .ok_or("--inputs takes a factor from 1 to 1048576")?;
            }
            name => functions.push(name.parse().map_err(|error| format!("{error}"))?),
        }
    }
    if functions.is_empty() {
        functions.extend(Function::all());
    }
    let mut accuracy = Table::read(ACCURACY, ACCURACY_HEADER, 4);
    let mut hard = Table::read(HARD, HARD_HEADER, 3);
    let mut good = true;
    for function in functions {
        let orders = [Order::Value, Order::Derivative, Order::SecondDerivative]
            .into_iter()
            .chain((0..function.parameters().len()).map(Order::Parameter));
        for order in orders {
            good &= nonlin::with_function!(function, a => check(a, order, &options, &mut accuracy, &mut hard));
            accuracy.write()?;
            hard.write()?;
        }
    }
    Ok(good)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("error: a kernel does not keep what it promises; see above");
            ExitCode::FAILURE
        }
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

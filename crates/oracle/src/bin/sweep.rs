//! `sweep [--sample] [--inputs N] [--order ORDER] [NAME…]`: checks every kernel against MPFR and keeps `golden/accuracy.tsv` and
//! `golden/hard.tsv`.
//!
//! Without `--sample` every one of the 2³² inputs of the `f32` kernels of value and derivative is checked, on all cores,
//! which takes a minute or so a kernel. With it, those rows are left as they are. Of the 16-bit types all inputs are
//! checked either way; of `f64`, second derivatives and the derivatives of parameters inputs from every binade, `N` times as
//! many as usual. `--order` names the one order to check: 0, 1, 2 or a parameter.

#![forbid(unsafe_code)]

use nonlin::{Function, Order};
use nonlin_oracle::check::{self, Extent, order_name};
use nonlin_oracle::mpfr::Multiprecision;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;

const ACCURACY: &str = "golden/accuracy.tsv";
const ACCURACY_HEADER: &str =
    "function\ttype\tprecision\torder\tinputs\tmisrounded\tworst_ulp\tworst_at";
const HARD: &str = "golden/hard.tsv";
const HARD_HEADER: &str = "function\torder\tinput_bits\tresult_bits\tfrom_the_middle_ulp";

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

/// Checks one order of one function and keeps what was found; returns whether it keeps its promises.
fn check(
    f: Function,
    order: Order,
    extent: Extent,
    accuracy: &mut Table,
    hard: &mut Table,
) -> bool {
    let begun = Instant::now();
    let name = order_name(&f, order);
    println!("{f} order {name}");
    let findings = check::order(Multiprecision, f, order, extent, &|| {});
    for note in &findings.notes {
        println!("  {note}");
    }
    for row in &findings.rows {
        let (kind, precision, found) = (row.kind, row.precision_name(), row.found);
        println!(
            "  {kind:4} {precision:5} {} misrounded of {}, worst {:.5} ULP at {:e}; {} judged by MPFR",
            found.misrounded, found.inputs, found.worst_ulp, found.worst_at, found.decided
        );
        let sampled = kind == "f32" && matches!(order, Order::Value | Order::Derivative);
        if !sampled || extent.exhaustive {
            accuracy.set(format!(
                "{f}\t{kind}\t{precision}\t{name}\t{}\t{}\t{:.5}\t{:e}",
                found.inputs, found.misrounded, found.worst_ulp, found.worst_at
            ));
        }
    }
    for (distance, x) in findings.hard {
        let (input, result) = (x.to_bits(), f.kernels().at(order, x).to_bits());
        hard.set(format!(
            "{f}\t{name}\t{input:08x}\t{result:08x}\t{distance:.3e}"
        ));
    }
    for sentence in &findings.broken {
        println!("  broken: {sentence}");
    }
    println!("  {:.0} s", begun.elapsed().as_secs_f64());
    findings.broken.is_empty()
}

fn run() -> Result<bool, String> {
    let mut extent = Extent {
        exhaustive: true,
        share: 1,
    };
    let mut only = None;
    let mut functions: Vec<Function> = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--sample" => extent.exhaustive = false,
            "--order" => only = Some(arguments.next().ok_or("--order takes an order")?),
            "--inputs" => {
                extent.share = arguments
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
    for f in functions {
        for order in check::orders(&f) {
            if only
                .as_ref()
                .is_some_and(|only| *only != order_name(&f, order))
            {
                continue;
            }
            good &= check(f, order, extent, &mut accuracy, &mut hard);
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

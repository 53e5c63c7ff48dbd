//! `bits [LEVEL…]`: whether the kernels give the committed bits on this machine.
//!
//! Computes the table `golden/bits.tsv` at the levels named, or at every level that this machine has, and compares: a hash of
//! the results of every function, order, type and precision. Exits with 1 if any differs, and with 2 for a level that is
//! unknown or that this machine lacks.

#![forbid(unsafe_code)]

use nonlin::Level;
use nonlin_oracle::bits;
use std::process::ExitCode;

fn levels(names: &[String]) -> Result<Vec<Level>, String> {
    if names.is_empty() {
        return Ok(Level::ALL
            .into_iter()
            .filter(|level| level.is_available())
            .collect());
    }
    names
        .iter()
        .map(|name| {
            let level = Level::ALL
                .into_iter()
                .find(|level| level.name() == name)
                .ok_or_else(|| format!("there is no level {name}: plain, avx2 or avx512"))?;
            if level.is_available() {
                Ok(level)
            } else {
                Err(format!("this machine does not have {name}"))
            }
        })
        .collect()
}

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let levels = match levels(&names) {
        Ok(levels) => levels,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    let mut all_same = true;
    for level in levels {
        level.set();
        let (name, rows) = (level.name(), bits::rows());
        let differences = bits::differences();
        for (own, golden) in &differences {
            let space = " ".repeat(name.len());
            println!("{name} gives  {own}\n{space} committed  {golden}");
        }
        let same = rows - differences.len();
        println!("{name}: {same} of {rows} rows as committed");
        all_same &= differences.is_empty();
    }
    if all_same {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

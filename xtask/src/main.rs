//! The project's own chores.

#![forbid(unsafe_code)]

mod accuracy;
mod bench;
mod claims;
mod generate;
mod new;
mod test;

use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// The project's own chores.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Check everything: format, lints, generated files, all tests and documentation examples.
    Test,
    /// Make the file of a new activation and add it to the catalogue.
    New {
        /// Its name in snake_case, as it is to stand in files, text and URLs.
        name: String,
    },
    /// Make the generated files anew: golden/bits.tsv, the tables of the READMEs, docs/functions*.md,
    /// docs/accuracy.md, docs/activations.svg.
    Gen {
        /// Only say what is out of date, with exit code 1.
        #[arg(long)]
        check: bool,
    },
    /// Check all 2³² inputs of the f32 kernels against MPFR, all inputs of the 16-bit types and inputs of every binade for
    /// whatever else, and write golden/accuracy.tsv and golden/hard.tsv (needs make and m4).
    Exhaustive {
        /// The activations to check; all by default.
        names: Vec<String>,
        /// Leave the rows of f32 values and derivatives as they are, which take a minute or more each.
        #[arg(long)]
        sample: bool,
        /// Take so many times as many inputs where not all can be checked.
        #[arg(long, value_name = "TIMES", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1 << 20))]
        inputs: u32,
        /// Check this order only: 0 for values, 1 for derivatives, 2 for second derivatives, or the name of a parameter.
        #[arg(long)]
        order: Option<String>,
    },
    /// Time nonlin beside torch, JAX, onnxruntime, candle, burn, tract-linalg and rten-vecmath in one run, and write
    /// record/bench-PROCESSOR.csv and docs/performance.md.
    Bench {
        /// The functions to time; all by default, and only then is anything written.
        names: Vec<String>,
        /// Fewer rounds and no inputs of 256 MiB; writes nothing.
        #[arg(long)]
        quick: bool,
        /// Go on with a run that was interrupted.
        #[arg(long, conflicts_with_all = ["quick", "accuracy"])]
        resume: bool,
        /// Judge what each library returns instead, on one of every 64 bit patterns, and write golden/peers-accuracy.tsv.
        #[arg(long)]
        accuracy: bool,
        /// Time training steps beside PyTorch's instead, on one thread, and write record/training-PROCESSOR.csv.
        #[arg(long, conflicts_with_all = ["quick", "resume", "accuracy", "names"])]
        training: bool,
        /// Make docs/performance.md from a record again, without a run; from this processor's unless another is given.
        #[arg(
            long,
            value_name = "RECORD",
            num_args = 0..=1,
            require_equals = true,
            conflicts_with_all = ["quick", "resume", "accuracy", "names"]
        )]
        page: Option<Option<PathBuf>>,
        /// An interpreter that has the peers, or "none"; by default one is made in target/bench/python.
        #[arg(long)]
        python: Option<String>,
    },
    /// Time every kernel on one core and write record/speed-PROCESSOR.csv.
    Speed {
        /// The activations to time; all by default, and only then is the record written.
        names: Vec<String>,
    },
}

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map_or_else(PathBuf::new, Path::to_path_buf)
}

/// A cargo command in the workspace.
fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(arguments);
    command
}

/// Runs a proof program of the oracle crate.
fn proof(arguments: &[&str], flags: &[&str], names: &[String]) -> Result<(), String> {
    let status = cargo(&["run", "--release", "--package", "nonlin-oracle"])
        .args(arguments)
        .arg("--")
        .args(flags)
        .args(names)
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err("the program above did not succeed".to_owned())
    }
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Test => test::all(),
        Chore::New { name } => new::activation(&root(), &name),
        Chore::Gen { check } => generate::all(&root(), check),
        Chore::Exhaustive {
            names,
            sample,
            inputs,
            order,
        } => {
            let inputs = inputs.to_string();
            let mut flags = vec!["--inputs", &inputs];
            if let Some(order) = &order {
                flags.extend(["--order", order]);
            }
            if sample {
                flags.push("--sample");
            }
            proof(&["--features", "mpfr", "--bin", "sweep"], &flags, &names)
        }
        Chore::Bench {
            names,
            quick,
            resume,
            accuracy,
            training,
            page,
            python,
        } => {
            if training {
                return finished(bench::training(&root(), python.as_deref()));
            }
            let page = page.map(|record| match record {
                // The program runs at the root, wherever this one does.
                Some(record) => {
                    let record = std::path::absolute(&record).unwrap_or(record);
                    format!("--page={}", record.display())
                }
                None => "--page".to_owned(),
            });
            let flags: Vec<&str> = [
                ("--quick", quick),
                ("--resume", resume),
                ("--accuracy", accuracy),
            ]
            .into_iter()
            .filter_map(|(flag, given)| given.then_some(flag))
            .chain(page.as_deref())
            .collect();
            // A page is made from records alone.
            let python = if page.is_some() {
                Some("none")
            } else {
                python.as_deref()
            };
            bench::run_beside_peers(&root(), python, &flags, &names)
        }
        Chore::Speed { names } => proof(&["--bin", "speed"], &[], &names),
    };
    finished(done)
}

fn finished(done: Result<(), String>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("error: {sentence}");
            ExitCode::FAILURE
        }
    }
}

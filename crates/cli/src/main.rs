//! The command line of nonlin.
#![forbid(unsafe_code)]

mod accuracy;
mod advise;
#[cfg(feature = "study")]
mod anchors;
mod apply;
mod args;
mod catalogue;
#[cfg(feature = "study")]
mod claims;
mod compare;
mod completions;
mod console;
mod curve;
#[cfg(feature = "study")]
mod data;
mod describe;
mod eval;
mod failure;
mod field;
mod gain;
mod json;
mod list;
mod npy;
mod number;
mod output;
mod plot;
mod progress;
mod show;
#[cfg(feature = "study")]
mod study;

use args::{Cli, Command};
use clap::Parser;
use clap::error::ErrorKind::{
    DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion,
};
use console::Console;
use failure::Failure;
use number::Scalar;
use std::ffi::OsString;
use std::process::ExitCode;

/// A training step allocates and frees a few hundred kilobytes a dozen times. The system's allocator may give the top of its
/// heap back in between, or not, by the luck of the layout; where it does, a step takes up to twice as long.
#[cfg(feature = "study")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse_from(std::env::args_os().map(with_typographic_minus)) {
        Ok(cli) => cli,
        Err(error)
            if matches!(
                error.kind(),
                DisplayHelp | DisplayVersion | DisplayHelpOnMissingArgumentOrSubcommand
            ) =>
        {
            // Help asked for is no failure, and a reader who went away does not matter.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
        Err(error) => {
            anstream::eprintln!("{}", sentence(&error.render().to_string()));
            return ExitCode::from(2);
        }
    };
    let mut console = Console::new(cli.global.color, cli.global.json, cli.global.lang);
    let result = run(cli.command, &mut console).and_then(|()| console.flush());
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Results that came before the failure are kept.
            let _ = console.flush();
            if !matches!(failure, Failure::Pipe) {
                anstream::eprintln!("error: {failure}");
            }
            ExitCode::from(failure.code())
        }
    }
}

fn run(command: Command, console: &mut Console) -> Result<(), Failure> {
    match command {
        Command::List(args) => list::run(&args, console),
        Command::Show(args) => show::run(&args, console),
        Command::Eval(args) => eval::run(&args, console),
        Command::Apply(args) => apply::run(&args, console),
        Command::Plot(args) => plot::run(&args, console),
        Command::Compare(args) => compare::run(&args, console),
        Command::Accuracy(args) => accuracy::run(&args, console),
        Command::Gain(args) => gain::run(&args, console),
        Command::Field(args) => field::run(&args, console),
        Command::Advise(args) => advise::run(&args, console),
        #[cfg(feature = "study")]
        Command::Study(args) => study::run(&args, console),
        #[cfg(feature = "study")]
        Command::Claims(args) => claims::run(&args, console),
        #[cfg(feature = "study")]
        Command::Anchors(args) => anchors::run(&args, console),
        #[cfg(feature = "study")]
        Command::Data(args) => data::run(&args.command, console),
        Command::Completions(args) => completions::run(&args, console),
    }
}

/// What is wrong with a command line, in one sentence: clap's first paragraph and its tips, without the usage.
fn sentence(rendered: &str) -> String {
    let paragraphs = || {
        rendered
            .split("\n\n")
            .map(|p| p.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let tips = paragraphs().filter_map(|p| p.strip_prefix("tip: ").map(str::to_owned));
    paragraphs()
        .take(1)
        .chain(tips)
        .collect::<Vec<_>>()
        .join("; ")
        .replace('\u{2212}', "-")
}

/// A negative number with the minus sign of typography, which no option begins with; other arguments as they are.
///
/// So `nonlin eval relu -1 -inf -0x1p-3 --order 1` needs no `--`.
fn with_typographic_minus(argument: OsString) -> OsString {
    match argument.to_str().and_then(|text| text.strip_prefix('-')) {
        Some(rest) if f64::parse(rest).is_some() && !rest.starts_with(['-', '+']) => {
            format!("\u{2212}{rest}").into()
        }
        _ => argument,
    }
}

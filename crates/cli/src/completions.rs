//! `nonlin completions`.

use crate::args::{Cli, Completions};
use crate::console::Console;
use crate::failure::Failure;
use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory};

pub(crate) fn run(args: &Completions, console: &mut Console) -> Result<(), Failure> {
    let mut command = Cli::command();
    // A NAME may carry parameters, so the real parser has no list of them; a shell is served better by one.
    for (subcommand, argument) in [
        ("show", "name"),
        ("eval", "name"),
        ("apply", "name"),
        ("plot", "names"),
        ("compare", "a"),
        ("compare", "b"),
    ] {
        command = command.mut_subcommand(subcommand, |c| named(c, argument));
    }
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "nonlin", &mut script);
    console.print(&String::from_utf8_lossy(&script))
}

fn named(command: Command, argument: &str) -> Command {
    command.mut_arg(argument, |a| {
        a.value_parser(PossibleValuesParser::new(crate::catalogue::names()))
    })
}

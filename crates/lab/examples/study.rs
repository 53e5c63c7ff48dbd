//! A study from the library: `cargo run --release -p nonlin-lab --example study [FOLDER]`.

use nonlin_lab::{Error, Plan, Terminal};
use std::process::ExitCode;

fn study() -> Result<(), Error> {
    nonlin_lab::stop_on_ctrl_c()?;
    let mut plan = Plan::default();
    if let Some(out) = std::env::args().nth(1) {
        plan.out = out.into();
    }
    for study in nonlin_lab::run(&plan, &Terminal::new())? {
        print!("{}", study.table());
        println!(
            "{} runs ({} of them stored before) in {:.1} s; see {}",
            study.runs,
            study.resumed,
            study.seconds,
            study.report.display()
        );
    }
    Ok(())
}

fn main() -> ExitCode {
    match study() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(if matches!(error, Error::Interrupted { .. }) {
                130
            } else {
                2
            })
        }
    }
}

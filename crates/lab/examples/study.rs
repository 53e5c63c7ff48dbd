//! A study from the library: `cargo run --release -p nonlin-lab --example study`.
//!
//! The first argument, if any, is the folder to write to.

use nonlin_lab::{Plan, Terminal};

fn main() -> Result<(), nonlin_lab::Error> {
    nonlin_lab::stop_on_ctrl_c()?;
    let mut plan = Plan::default();
    if let Some(out) = std::env::args().nth(1) {
        plan.out = out.into();
    }
    let study = nonlin_lab::run(&plan, &Terminal::new())?;
    print!("{}", study.table());
    println!(
        "{} runs ({} of them stored before) in {:.1} s; see {}",
        study.runs,
        study.resumed,
        study.seconds,
        study.report.display()
    );
    Ok(())
}

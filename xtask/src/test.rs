//! `cargo xtask test`.

use crate::{cargo, generate, root};
use std::time::Instant;

/// Runs every check, the quick ones first, and stops at the first that fails.
pub(crate) fn all() -> Result<(), String> {
    let begun = Instant::now();
    if installed("fmt") {
        step("format", &["fmt", "--all", "--check"], &[])?;
    } else {
        println!("rustfmt is not installed: the format is not checked");
    }
    generate::all(&root(), true)?;
    println!("── generated files are up to date");
    step(
        "tests",
        &["test", "--workspace", "--release", "--quiet"],
        &[],
    )?;
    if installed("clippy") {
        step(
            "lints",
            &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--release",
                "--quiet",
                "--",
                "--deny",
                "warnings",
            ],
            &[],
        )?;
    } else {
        println!("clippy is not installed: lints are not checked");
    }
    step(
        "documentation",
        &["doc", "--workspace", "--no-deps", "--release", "--quiet"],
        &[("RUSTDOCFLAGS", "--deny warnings")],
    )?;
    println!(
        "── all checks passed in {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

fn installed(component: &str) -> bool {
    cargo(&[component, "--version"])
        .output()
        .is_ok_and(|output| output.status.success())
}

fn step(name: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), String> {
    println!("── {name}: cargo {}", arguments.join(" "));
    let begun = Instant::now();
    let status = cargo(arguments)
        .envs(environment.iter().copied())
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !status.success() {
        return Err(format!(
            "{name} failed; run `cargo {}` to see it alone",
            arguments.join(" ")
        ));
    }
    println!(
        "── {name}: passed in {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

//! The program as a user runs it.

mod accuracy;
mod advise;
mod apply;
#[cfg(feature = "study")]
mod claims;
mod compare;
#[cfg(feature = "study")]
mod data;
mod eval;
mod plot;
#[cfg(feature = "study")]
mod study;
mod texts;
mod theory;

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// The program, without what the environment of the tests would change.
pub(crate) fn nonlin() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nonlin"));
    for name in [
        "LC_ALL",
        "LC_MESSAGES",
        "LANG",
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
    ] {
        command.env_remove(name);
    }
    command
}

/// What a run printed; it has to succeed and say nothing on standard error.
pub(crate) fn printed(arguments: &[&str]) -> String {
    let output = nonlin().args(arguments).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.success() && error.is_empty(),
        "{arguments:?}: {error}"
    );
    String::from_utf8(output.stdout).unwrap()
}

/// What a run printed, as JSON.
pub(crate) fn json(arguments: &[&str]) -> serde_json::Value {
    let mut all = arguments.to_vec();
    all.push("--json");
    let text = printed(&all);
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{arguments:?}: {e} in {text}"))
}

/// A run with text on its standard input.
pub(crate) fn with_input(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = nonlin()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that stops early does not read it all.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// The sentence of a refusal: exit code 2, one line on standard error, nothing else.
pub(crate) fn refused(arguments: &[&str]) -> String {
    let output = nonlin()
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    sentence(&output, arguments)
}

pub(crate) fn sentence(output: &Output, what: &[&str]) -> String {
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{what:?}: {error}");
    assert!(
        error.starts_with("error: ") && error.ends_with('\n'),
        "{what:?}: {error:?}"
    );
    assert_eq!(error.lines().count(), 1, "{what:?}: {error}");
    assert!(
        !error.contains('\x1b') && !error.contains("os error"),
        "{error:?}"
    );
    error.trim().to_owned()
}

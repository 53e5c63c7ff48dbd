//! What a library offers to the worker that times it.

use crate::case::{Case, Form, Outcome, Place};

/// Something to time.
pub trait Task {
    /// Where the result goes.
    fn form(&self) -> Form;

    /// Whether a call uses something up that [`refresh`](Task::refresh) makes anew.
    fn is_used_up(&self) -> bool {
        false
    }

    /// What comes before each call and is not timed.
    fn refresh(&mut self) -> Outcome<()> {
        Ok(())
    }

    /// What is timed.
    fn call(&mut self) -> Outcome<()>;
}

/// A library.
pub trait Peer {
    /// Its version.
    fn version(&self) -> String;

    /// Makes a case ready, on the numbers given, as many as the case has elements. An error says why there is no such thing.
    fn prepare(&self, case: &Case, place: Place, numbers: &[f32]) -> Outcome<Box<dyn Task>>;

    /// The value (order 0) or the derivative (order 1) at each x.
    fn evaluate(&self, function: &str, order: u32, x: &[f32]) -> Outcome<Vec<f32>>;
}

/// The version of a package, as this program is built with it.
pub fn locked_version(package: &str) -> String {
    let mut lines = include_str!("../Cargo.lock").lines();
    let name = format!("name = \"{package}\"");
    lines.find(|line| *line == name);
    lines
        .next()
        .and_then(|line| line.split('"').nth(1))
        .unwrap_or("unknown")
        .to_owned()
}

/// The answer to what a library does not have.
pub fn missing(what: &str) -> Box<dyn std::error::Error> {
    format!("there is no {what}").into()
}

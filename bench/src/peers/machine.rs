//! The physical limits: a copy, and a multiplication in place.

use crate::case::{Case, Form, Outcome, Place};
use crate::peer::{Peer, Task, missing};
use crate::peers::on_two_threads;
use std::hint::black_box;

/// The machine itself.
pub struct Machine {
    pub threads: usize,
}

struct Copy {
    x: Vec<f32>,
    y: Vec<f32>,
    threads: usize,
}

impl Task for Copy {
    fn form(&self) -> Form {
        Form::Out
    }

    fn call(&mut self) -> Outcome<()> {
        let (x, y) = (black_box(&self.x), &mut self.y);
        if self.threads == 2 {
            let middle = x.len() / 2;
            let (low, high) = y.split_at_mut(middle);
            on_two_threads(
                || low.copy_from_slice(&x[..middle]),
                || high.copy_from_slice(&x[middle..]),
            );
        } else {
            y.copy_from_slice(x);
        }
        black_box(y);
        Ok(())
    }
}

struct Scale {
    x: Vec<f32>,
    threads: usize,
}

/// Multiplies by a number that the compiler does not see to be 1.
fn scale(x: &mut [f32]) {
    let factor = black_box(1.0);
    for x in x {
        *x *= factor;
    }
}

impl Task for Scale {
    fn form(&self) -> Form {
        Form::InPlace
    }

    fn call(&mut self) -> Outcome<()> {
        let x = black_box(&mut self.x);
        if self.threads == 2 {
            let middle = x.len() / 2;
            let (low, high) = x.split_at_mut(middle);
            on_two_threads(|| scale(low), || scale(high));
        } else {
            scale(x);
        }
        Ok(())
    }
}

impl Peer for Machine {
    fn version(&self) -> String {
        "-".to_owned()
    }

    fn prepare(&self, case: &Case, place: Place, numbers: &[f32]) -> Outcome<Box<dyn Task>> {
        let (x, threads) = (numbers.to_vec(), self.threads);
        match (case.function.as_str(), place) {
            ("memcpy", Place::Apart) => Ok(Box::new(Copy {
                y: x.clone(),
                x,
                threads,
            })),
            ("scale", Place::InPlace) => Ok(Box::new(Scale { x, threads })),
            _ => Err(missing("limit of that name")),
        }
    }

    fn evaluate(&self, _: &str, _: u32, _: &[f32]) -> Outcome<Vec<f32>> {
        Err(missing("function"))
    }
}

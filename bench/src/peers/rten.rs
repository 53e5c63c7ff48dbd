//! rten-vecmath's kernels: forward, `f32`.

use crate::case::{Case, Direction, Dtype, Form, Outcome, Place, shape};
use crate::peer::{Peer, Task, locked_version, missing};
use rten_simd::{SimdOp, SimdUnaryOp};
use rten_vecmath::{ApproxGelu, Elu, Gelu, LeakyRelu, LogSoftmax, Sigmoid, Silu, Softmax, Tanh};
use std::mem::MaybeUninit;

/// rten-vecmath.
pub struct Rten;

/// y = f(x).
fn elements<'y>(
    function: &str,
    x: &[f32],
    y: &'y mut [MaybeUninit<f32>],
) -> Outcome<&'y mut [f32]> {
    Ok(match function {
        "leaky_relu" => LeakyRelu { alpha: 0.01 }.map(x, y),
        "sigmoid" => Sigmoid {}.map(x, y),
        "tanh" => Tanh {}.map(x, y),
        "silu" => Silu {}.map(x, y),
        "gelu" => Gelu {}.map(x, y),
        "gelu_tanh" => ApproxGelu {}.map(x, y),
        "elu" => Elu { alpha: 1.0 }.map(x, y),
        _ => return Err(missing("such function")),
    })
}

struct Run {
    function: String,
    row: usize,
    x: Vec<f32>,
    y: Vec<MaybeUninit<f32>>,
}

impl Task for Run {
    fn form(&self) -> Form {
        Form::Out
    }

    fn call(&mut self) -> Outcome<()> {
        let rows = self.x.chunks_exact(self.row);
        let rows = rows.zip(self.y.chunks_exact_mut(self.row));
        match self.function.as_str() {
            "softmax" => rows.for_each(|(x, y)| {
                Softmax::new(x, y).dispatch();
            }),
            "log_softmax" => rows.for_each(|(x, y)| {
                LogSoftmax::new(x, y).dispatch();
            }),
            function => {
                elements(function, &self.x, &mut self.y)?;
            }
        }
        Ok(())
    }
}

impl Peer for Rten {
    fn version(&self) -> String {
        locked_version("rten-vecmath")
    }

    fn prepare(&self, case: &Case, place: Place, numbers: &[f32]) -> Outcome<Box<dyn Task>> {
        if (case.direction, case.dtype, place) != (Direction::Forward, Dtype::F32, Place::Apart) {
            return Err(missing("such kernel"));
        }
        Ok(Box::new(Run {
            function: case.function.clone(),
            row: shape(&case.function, case.elements).1,
            x: numbers.to_vec(),
            y: vec![MaybeUninit::uninit(); case.elements],
        }))
    }

    fn evaluate(&self, function: &str, order: u32, x: &[f32]) -> Outcome<Vec<f32>> {
        if order != 0 {
            return Err(missing("gradient"));
        }
        let mut y = vec![MaybeUninit::uninit(); x.len()];
        Ok(elements(function, x, &mut y)?.to_vec())
    }
}

//! tract-linalg's kernels: forward, `f32`, in place.

use crate::case::{Case, Direction, Dtype, Form, Outcome, Place, shape};
use crate::peer::{Peer, Task, locked_version, missing};
use tract_linalg::Func;
use tract_linalg::element_wise::ElementWise;
use tract_linalg::routines::softmax_rows_f32;

/// tract-linalg.
pub struct Tract;

enum Kernel {
    Plain(Box<dyn ElementWise<f32>>),
    Slope(Box<dyn ElementWise<f32, f32>>),
    Rows(fn(&mut [f32], usize)),
}

impl Kernel {
    fn named(function: &str) -> Outcome<Kernel> {
        let plain = |f: Func| f.ew_f32().map(Kernel::Plain).map_err(|e| e.to_string());
        Ok(match function {
            "sigmoid" => plain(Func::Sigmoid)?,
            "tanh" => plain(Func::Tanh)?,
            "silu" => plain(Func::Silu)?,
            // The approximation by tanh.
            "gelu_tanh" => plain(Func::Gelu)?,
            "hard_swish" => plain(Func::Hardswish)?,
            "leaky_relu" => {
                Kernel::Slope(Func::LeakyRelu.ew_f32_param().map_err(|e| e.to_string())?)
            }
            "softmax" => Kernel::Rows(softmax_rows_f32().ok_or_else(|| missing("softmax here"))?),
            _ => return Err(missing("such function")),
        })
    }

    fn run(&self, x: &mut [f32], row: usize) -> Outcome<()> {
        match self {
            Kernel::Plain(kernel) => kernel.run(x),
            Kernel::Slope(kernel) => kernel.run_with_params(x, 0.01),
            Kernel::Rows(kernel) => {
                kernel(x, row);
                Ok(())
            }
        }
        .map_err(|error| error.to_string().into())
    }
}

struct Run {
    kernel: Kernel,
    x: Vec<f32>,
    result: Vec<f32>,
    row: usize,
}

impl Task for Run {
    fn form(&self) -> Form {
        Form::InPlace
    }

    fn is_used_up(&self) -> bool {
        true
    }

    fn refresh(&mut self) -> Outcome<()> {
        self.result.copy_from_slice(&self.x);
        Ok(())
    }

    fn call(&mut self) -> Outcome<()> {
        self.kernel.run(&mut self.result, self.row)
    }
}

impl Peer for Tract {
    fn version(&self) -> String {
        locked_version("tract-linalg")
    }

    fn prepare(&self, case: &Case, place: Place, numbers: &[f32]) -> Outcome<Box<dyn Task>> {
        if (case.direction, case.dtype, place) != (Direction::Forward, Dtype::F32, Place::InPlace) {
            return Err(missing("such kernel"));
        }
        Ok(Box::new(Run {
            kernel: Kernel::named(&case.function)?,
            x: numbers.to_vec(),
            result: numbers.to_vec(),
            row: shape(&case.function, case.elements).1,
        }))
    }

    fn evaluate(&self, function: &str, order: u32, x: &[f32]) -> Outcome<Vec<f32>> {
        if order != 0 {
            return Err(missing("gradient"));
        }
        let mut y = x.to_vec();
        Kernel::named(function)?.run(&mut y, x.len())?;
        Ok(y)
    }
}

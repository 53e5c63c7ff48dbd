//! burn on its flex backend, with the features that nonlin-burn takes.

use crate::case::{Case, Direction, Dtype, Form, Outcome, Place, shape};
use crate::peer::{Peer, Task, locked_version, missing};
use burn::tensor::{DType, Device, Gradients, Tensor, TensorData, activation as a};

/// burn and burn-flex.
pub struct Burn;

fn apply(function: &str, x: Tensor<2>) -> Outcome<Tensor<2>> {
    Ok(match function {
        "relu" => a::relu(x),
        "leaky_relu" => a::leaky_relu(x, 0.01),
        "prelu" => {
            let slope = Tensor::<1>::from_data([0.25], (&x.device(), x.dtype()));
            a::prelu(x, slope)
        }
        "hard_tanh" => a::hardtanh(x, -1.0, 1.0),
        "hard_sigmoid" => a::hard_sigmoid(x, 1.0 / 6.0, 0.5),
        "hard_swish" => a::hard_swish(x),
        "relu6" => a::relu6(x),
        "softsign" => a::softsign(x),
        "sigmoid" => a::sigmoid(x),
        "tanh" => a::tanh(x),
        "silu" => a::silu(x),
        "gelu" => a::gelu(x),
        "gelu_tanh" => a::gelu_approximate(x),
        "elu" => a::elu(x, 1.0),
        "selu" => a::selu(x),
        "celu" => a::celu(x, 1.0),
        "softplus" => a::softplus(x, 1.0),
        "log_sigmoid" => a::log_sigmoid(x),
        "mish" => a::mish(x),
        "glu" => a::glu(x, 1),
        "softmax" => a::softmax(x, 1),
        "log_softmax" => a::log_softmax(x, 1),
        _ => return Err(missing("such function")),
    })
}

fn tensor(function: &str, dtype: Dtype, numbers: &[f32], device: &Device) -> Tensor<2> {
    let dtype = match dtype {
        Dtype::F32 => DType::F32,
        Dtype::F64 => DType::F64,
        Dtype::F16 => DType::F16,
        Dtype::Bf16 => DType::BF16,
    };
    let (rows, length) = shape(function, numbers.len());
    let data = TensorData::new(numbers.to_vec(), [rows, length]).convert_dtype(dtype);
    Tensor::from_data(data, (device, dtype))
}

struct Forward {
    function: String,
    x: Tensor<2>,
}

impl Task for Forward {
    fn form(&self) -> Form {
        Form::Alloc
    }

    fn call(&mut self) -> Outcome<()> {
        apply(&self.function, self.x.clone())?;
        Ok(())
    }
}

/// The walk back over a graph, which it uses up. Its dy is 1: burn takes no other.
struct Backward {
    function: String,
    x: Tensor<2>,
    y: Option<Tensor<2>>,
    gradients: Option<Gradients>,
}

impl Task for Backward {
    fn form(&self) -> Form {
        Form::Alloc
    }

    fn is_used_up(&self) -> bool {
        true
    }

    fn refresh(&mut self) -> Outcome<()> {
        self.gradients = None;
        self.y = Some(apply(&self.function, self.x.clone())?);
        Ok(())
    }

    fn call(&mut self) -> Outcome<()> {
        let y = self.y.take().ok_or_else(|| missing("graph"))?;
        self.gradients = Some(y.backward());
        Ok(())
    }
}

impl Peer for Burn {
    fn version(&self) -> String {
        locked_version("burn")
    }

    fn prepare(&self, case: &Case, place: Place, numbers: &[f32]) -> Outcome<Box<dyn Task>> {
        if place == Place::InPlace {
            return Err(missing("form in place"));
        }
        let function = case.function.clone();
        Ok(match case.direction {
            Direction::Forward => {
                let x = tensor(&function, case.dtype, numbers, &Device::flex());
                Box::new(Forward { function, x })
            }
            Direction::Backward => {
                let device = Device::flex().autodiff();
                let x = tensor(&function, case.dtype, numbers, &device).require_grad();
                Box::new(Backward {
                    function,
                    x,
                    y: None,
                    gradients: None,
                })
            }
        })
    }

    fn evaluate(&self, function: &str, order: u32, x: &[f32]) -> Outcome<Vec<f32>> {
        let result = if order == 0 {
            apply(function, tensor(function, Dtype::F32, x, &Device::flex()))?
        } else {
            let device = Device::flex().autodiff();
            let x = tensor(function, Dtype::F32, x, &device).require_grad();
            let gradients = apply(function, x.clone())?.backward();
            x.grad(&gradients).ok_or_else(|| missing("gradient"))?
        };
        result
            .into_data()
            .try_to_vec()
            .map_err(|error| format!("{error:?}").into())
    }
}

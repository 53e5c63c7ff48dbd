//! candle, through its tensors and its autograd.

use crate::case::{Case, Direction, Dtype, Form, Outcome, Place, shape};
use crate::peer::{Peer, Task, locked_version, missing};
use candle_core::{DType, Device, Module, Tensor, Var};
use candle_nn::{Activation, PReLU, ops};

/// candle-core and candle-nn.
pub struct Candle;

/// SELU's constants.
const SELU: (f32, f32) = (1.673_263_2, 1.050_701);

fn apply(function: &str, direction: Direction, x: &Tensor) -> Outcome<Tensor> {
    let y = match function {
        "relu" => Activation::Relu.forward(x),
        "leaky_relu" => Activation::LeakyRelu(0.01).forward(x),
        "prelu" => {
            let slope = Tensor::full(0.25f32, 1, x.device())?.to_dtype(x.dtype())?;
            PReLU::new(slope, true).forward(x)
        }
        "hard_tanh" => x.clamp(-1f32, 1f32),
        "hard_sigmoid" => Activation::HardSigmoid.forward(x),
        "hard_swish" => Activation::HardSwish.forward(x),
        "relu6" => Activation::Relu6.forward(x),
        "sigmoid" => Activation::Sigmoid.forward(x),
        "tanh" => x.tanh(),
        "silu" => Activation::Silu.forward(x),
        "gelu" => Activation::Gelu.forward(x),
        "gelu_tanh" => Activation::GeluPytorchTanh.forward(x),
        "elu" => Activation::Elu(1.0).forward(x),
        "selu" => ops::selu(x, SELU.0, SELU.1),
        "mish" => Activation::Mish.forward(x),
        // The fast one has no gradient.
        "softmax" if direction == Direction::Forward => ops::softmax_last_dim(x),
        "softmax" => ops::softmax(x, 1),
        "log_softmax" => ops::log_softmax(x, 1),
        _ => return Err(missing("such function")),
    };
    Ok(y?)
}

fn tensor(function: &str, dtype: Dtype, numbers: &[f32]) -> Outcome<Tensor> {
    let dtype = match dtype {
        Dtype::F32 => DType::F32,
        Dtype::F64 => DType::F64,
        Dtype::F16 => DType::F16,
        Dtype::Bf16 => DType::BF16,
    };
    let shape = shape(function, numbers.len());
    Ok(Tensor::from_slice(numbers, shape, &Device::Cpu)?.to_dtype(dtype)?)
}

struct Forward {
    function: String,
    x: Tensor,
}

impl Task for Forward {
    fn form(&self) -> Form {
        Form::Alloc
    }

    fn call(&mut self) -> Outcome<()> {
        apply(&self.function, Direction::Forward, &self.x)?;
        Ok(())
    }
}

/// The walk back over a graph that stays. Its dy is 1: candle takes no other.
struct Backward {
    y: Tensor,
}

impl Task for Backward {
    fn form(&self) -> Form {
        Form::Alloc
    }

    fn call(&mut self) -> Outcome<()> {
        self.y.backward()?;
        Ok(())
    }
}

impl Peer for Candle {
    fn version(&self) -> String {
        locked_version("candle-core")
    }

    fn prepare(&self, case: &Case, place: Place, numbers: &[f32]) -> Outcome<Box<dyn Task>> {
        if place == Place::InPlace {
            return Err(missing("form in place"));
        }
        let function = case.function.clone();
        let x = tensor(&function, case.dtype, numbers)?;
        Ok(match case.direction {
            Direction::Forward => Box::new(Forward { function, x }),
            Direction::Backward => {
                let x = Var::from_tensor(&x)?;
                let y = apply(&function, case.direction, &x)?;
                // Without a gradient for some step it would walk back in no time.
                if y.backward()?.get(&x).is_none() {
                    return Err(missing("gradient"));
                }
                Box::new(Backward { y })
            }
        })
    }

    fn evaluate(&self, function: &str, order: u32, x: &[f32]) -> Outcome<Vec<f32>> {
        let x = tensor(function, Dtype::F32, x)?;
        let result = if order == 0 {
            apply(function, Direction::Forward, &x)?
        } else {
            let x = Var::from_tensor(&x)?;
            let gradients = apply(function, Direction::Backward, &x)?.backward()?;
            gradients
                .get(&x)
                .ok_or_else(|| missing("gradient"))?
                .clone()
        };
        Ok(result.flatten_all()?.to_vec1()?)
    }
}

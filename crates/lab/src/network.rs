//! A fully connected network whose hidden layers end in one function.

use crate::init::Rule;
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Gradients, Int, Tensor, TensorData};
use nonlin::Function;
use nonlin_burn::{RreluMode, SlopeDraw, activation, prelu, rrelu};
use nonlin_theory::random::Stream;

/// Momentum of the gradient descent.
pub(crate) const MOMENTUM: f64 = 0.9;

/// A tensor that is learned, with its velocity.
struct Learned<const D: usize> {
    value: Tensor<D>,
    velocity: Option<Tensor<D>>,
}

impl<const D: usize> Learned<D> {
    fn new(data: Vec<f32>, shape: [usize; D], device: &Device) -> Self {
        let value = Tensor::from_data(TensorData::new(data, shape), device).require_grad();
        Learned {
            value,
            velocity: None,
        }
    }

    /// velocity = momentum · velocity + gradient; value = value − rate · velocity.
    fn descend(&mut self, gradients: &mut Gradients, rate: f64) {
        let Some(gradient) = self.value.grad_remove(gradients) else {
            return;
        };
        let velocity = match self.velocity.take() {
            Some(velocity) => velocity.mul_scalar(MOMENTUM).add(gradient),
            None => gradient,
        };
        let value = self
            .value
            .clone()
            .inner()
            .sub(velocity.clone().mul_scalar(rate));
        self.value = Tensor::from_inner(value).require_grad();
        self.velocity = Some(velocity);
    }
}

struct Layer {
    weight: Learned<2>,
    bias: Learned<1>,
    /// PReLU's slopes; none for other functions and for the output layer.
    slope: Option<Learned<1>>,
}

pub(crate) struct Network {
    layers: Vec<Layer>,
    function: Function,
    device: Device,
}

/// A batch on the device.
pub(crate) struct Batch {
    inputs: Tensor<2>,
    targets: Targets,
}

enum Targets {
    Classes(Tensor<2, Int>),
    Numbers(Tensor<2>),
}

impl Batch {
    /// `classes` says whether the targets are class numbers.
    pub(crate) fn new(inputs: &[f32], targets: &[f32], classes: bool, device: &Device) -> Self {
        let rows = targets.len();
        let features = inputs.len() / rows;
        let inputs = Tensor::from_data(TensorData::new(inputs.to_vec(), [rows, features]), device);
        let targets = if classes {
            let classes: Vec<i32> = targets.iter().map(|&class| class as i32).collect();
            Targets::Classes(Tensor::from_data(
                TensorData::new(classes, [rows, 1]),
                device,
            ))
        } else {
            Targets::Numbers(Tensor::from_data(
                TensorData::new(targets.to_vec(), [rows, 1]),
                device,
            ))
        };
        Batch { inputs, targets }
    }

    /// Mean cross-entropy of the softmax, or mean square.
    fn loss(&self, outputs: Tensor<2>) -> Tensor<1> {
        match &self.targets {
            Targets::Classes(classes) => log_softmax(outputs, 1)
                .gather(1, classes.clone())
                .mean()
                .neg(),
            Targets::Numbers(numbers) => {
                let error = outputs.sub(numbers.clone());
                error.clone().mul(error).mean()
            }
        }
    }
}

impl Network {
    /// `widths` are inputs, hidden layers, outputs. All functions start a seed from the same normal numbers.
    pub(crate) fn new(
        widths: &[usize],
        function: Function,
        rule: Rule,
        weights: &mut Stream,
    ) -> Self {
        let device = Device::flex().autodiff();
        let last = widths.len() - 2;
        let layers = (0..=last)
            .map(|at| {
                let (inputs, outputs) = (widths[at], widths[at + 1]);
                let deviation = if at == last {
                    rule.output(inputs, outputs)
                } else {
                    rule.hidden(inputs, outputs)
                };
                let weight = (0..inputs * outputs)
                    .map(|_| (deviation * weights.normal()) as f32)
                    .collect();
                let slope = match function {
                    Function::Prelu(start) if at < last => Some(Learned::new(
                        vec![start.slope as f32; outputs],
                        [outputs],
                        &device,
                    )),
                    _ => None,
                };
                Layer {
                    weight: Learned::new(weight, [inputs, outputs], &device),
                    bias: Learned::new(vec![0.0; outputs], [outputs], &device),
                    slope,
                }
            })
            .collect();
        Network {
            layers,
            function,
            device,
        }
    }

    pub(crate) fn device(&self) -> &Device {
        &self.device
    }

    /// The outputs, with a `visit` of each hidden layer's sums z and outputs φ(z). `noise` is given in training.
    fn forward(
        &self,
        inputs: Tensor<2>,
        learning: bool,
        mut noise: Option<&mut Stream>,
        mut visit: impl FnMut(usize, &Tensor<2>, &Tensor<2>),
    ) -> Tensor<2> {
        let mut x = inputs;
        for (at, layer) in self.layers.iter().enumerate() {
            let (mut weight, mut bias) = (layer.weight.value.clone(), layer.bias.value.clone());
            if !learning {
                (weight, bias) = (weight.inner(), bias.inner());
            }
            let z = burn::tensor::module::linear(x, weight, Some(bias));
            if at + 1 == self.layers.len() {
                return z;
            }
            // The sums are cloned for a visitor only where there is one to look: a copy would cost the in-place kernel.
            let seen = (!learning).then(|| z.clone());
            x = match (self.function, &layer.slope, &mut noise) {
                (_, Some(slope), _) => {
                    let slope = slope.value.clone();
                    prelu(z, if learning { slope } else { slope.inner() })
                }
                (Function::Rrelu(f), _, Some(noise)) => match SlopeDraw::slopes(f.lower, f.upper) {
                    Ok(draw) => rrelu(
                        z,
                        RreluMode::Train {
                            draw,
                            seed: noise.bits(),
                            first: 0,
                        },
                    ),
                    // No function has such bounds; their test slope is the nearest thing.
                    Err(_) => activation(z, self.function),
                },
                (function, ..) => activation(z, function),
            };
            if let Some(z) = seen {
                visit(at, &z, &x);
            }
        }
        x
    }

    /// One step of gradient descent; the loss before it.
    pub(crate) fn step(&mut self, batch: &Batch, rate: f64, noise: &mut Stream) -> f64 {
        let loss = batch.loss(self.forward(batch.inputs.clone(), true, Some(noise), |_, _, _| ()));
        let before = f64::from(loss.clone().into_scalar::<f32>());
        let mut gradients = loss.backward();
        for layer in &mut self.layers {
            layer.weight.descend(&mut gradients, rate);
            layer.bias.descend(&mut gradients, rate);
            if let Some(slope) = &mut layer.slope {
                slope.descend(&mut gradients, rate);
            }
        }
        before
    }

    /// The norm of the gradient of each layer's weights.
    pub(crate) fn gradient_norms(&self, batch: &Batch, noise: &mut Stream) -> Vec<f64> {
        let loss = batch.loss(self.forward(batch.inputs.clone(), true, Some(noise), |_, _, _| ()));
        let mut gradients = loss.backward();
        self.layers
            .iter()
            .map(|layer| {
                let gradient = layer
                    .weight
                    .value
                    .grad_remove(&mut gradients)
                    .map(read)
                    .unwrap_or_default();
                gradient
                    .iter()
                    .map(|&g| f64::from(g).powi(2))
                    .sum::<f64>()
                    .sqrt()
            })
            .collect()
    }

    /// The outputs as in use: no gradient, no noise. `visit` sees layer, z and φ(z) of each hidden layer.
    pub(crate) fn outputs(
        &self,
        inputs: &[f32],
        rows: usize,
        mut visit: impl FnMut(usize, &[f32], &[f32]),
    ) -> Vec<f32> {
        let device = self.device.clone().without_autodiff();
        let inputs = TensorData::new(inputs.to_vec(), [rows, inputs.len() / rows]);
        let inputs = Tensor::<2>::from_data(inputs, &device);
        read(self.forward(inputs, false, None, |layer, z, y| {
            visit(layer, &read(z.clone()), &read(y.clone()))
        }))
    }

    /// PReLU's slopes, a list for each hidden layer; empty for other functions.
    pub(crate) fn slopes(&self) -> Vec<Vec<f64>> {
        let slopes = self.layers.iter().filter_map(|layer| layer.slope.as_ref());
        slopes
            .map(|slope| {
                read(slope.value.clone().inner())
                    .into_iter()
                    .map(f64::from)
                    .collect()
            })
            .collect()
    }
}

fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor
        .into_data()
        .try_to_vec()
        .expect("the network computes in f32")
}

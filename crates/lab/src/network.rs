//! Networks of burn's tensors, with every activation replaceable.

use crate::architecture::{Architecture, Norm};
use crate::data::Shape;
use crate::error::Error;
use crate::init::{Place, Rule};
use crate::optimiser::{Memory, Optimiser};
use crate::pairing::{Head, Targets};
use crate::recurrent::Layer as RecurrentLayer;
use crate::unit::Unit;
use burn::tensor::module::{
    batch_norm, batch_norm_train, conv1d, conv2d, layer_norm, linear, max_pool2d,
};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use nonlin_theory::random::Stream;

/// A tensor that is learned.
#[derive(Clone)]
pub(crate) struct Learned<const D: usize> {
    value: Option<Tensor<D>>,
    memory: Memory,
    /// Whether it is a weight, which decays where the optimiser says so.
    decays: bool,
}

impl<const D: usize> Learned<D> {
    pub(crate) fn new(data: Vec<f32>, shape: [usize; D], decays: bool, device: &Device) -> Self {
        Learned {
            value: Some(Tensor::from_data(TensorData::new(data, shape), device).require_grad()),
            memory: Memory::default(),
            decays,
        }
    }

    /// The tensor, to learn with or just to compute with.
    pub(crate) fn get(&self, learning: bool) -> Tensor<D> {
        let value = self
            .value
            .clone()
            .expect("a value is away only within `apply`");
        if learning { value } else { value.inner() }
    }
}

/// What the optimiser sees of learned tensors of any rank.
pub(crate) trait Parameter {
    fn gradient(&self, gradients: &mut Gradients) -> Option<Vec<f32>>;
    fn apply(&mut self, gradient: &[f32], optimiser: Optimiser, rate: f64, count: u32);
    fn is_weight(&self) -> bool;
}

impl<const D: usize> Parameter for Learned<D> {
    fn gradient(&self, gradients: &mut Gradients) -> Option<Vec<f32>> {
        self.value.as_ref()?.grad_remove(gradients).map(read)
    }

    fn apply(&mut self, gradient: &[f32], optimiser: Optimiser, rate: f64, count: u32) {
        let Some(value) = self.value.take() else {
            return;
        };
        let (device, shape) = (value.device(), value.dims());
        // Nobody else holds the values now, so that they are taken over and not copied.
        let mut values = read(value.inner());
        optimiser.step(
            &mut self.memory,
            &mut values,
            gradient,
            rate,
            count,
            self.decays,
        );
        self.value =
            Some(Tensor::from_data(TensorData::new(values, shape), &device).require_grad());
    }

    fn is_weight(&self) -> bool {
        self.decays
    }
}

/// What a layer of sums computes with.
#[derive(Clone)]
enum Sums {
    Dense(Learned<2>),
    Conv1d {
        weight: Learned<3>,
        channels: usize,
    },
    Conv2d {
        weight: Learned<4>,
        shape: [usize; 3],
    },
}

#[derive(Clone)]
struct Normalised {
    scale: Learned<1>,
    shift: Learned<1>,
    /// Mean and variance for use, followed while learning; batch normalisation alone has them.
    followed: Option<(Tensor<1>, Tensor<1>)>,
}

const NORM_EPSILON: f64 = 1e-5;
/// The share of a batch in what is followed.
const FOLLOW: f64 = 0.1;

/// Sums, perhaps normalised, what ends them, perhaps pooling, perhaps the input added.
#[derive(Clone)]
struct Block {
    sums: Sums,
    bias: Learned<1>,
    norm: Option<Normalised>,
    unit: Unit,
    /// PReLU's slopes, one for each channel.
    slope: Option<Learned<1>>,
    /// Channels of the output before pooling, and positions of each.
    channels: usize,
    positions: usize,
    /// Height and width before pooling.
    pool: Option<[usize; 2]>,
    skip: bool,
}

#[derive(Clone)]
enum Body {
    Blocks(Vec<Block>),
    Recurrent(Box<RecurrentLayer>),
}

#[derive(Clone)]
pub(crate) struct Network {
    body: Body,
    head: (Learned<2>, Learned<1>),
    /// Parameters' updates so far.
    count: u32,
    device: Device,
    features: usize,
}

/// What a look inside sees of one activation: the layer, φ's arguments and φ's values, both `[rows, channels, positions]`.
pub(crate) struct Seen<'a> {
    pub(crate) layer: usize,
    pub(crate) z: &'a [f32],
    pub(crate) y: &'a [f32],
    pub(crate) channels: usize,
    pub(crate) positions: usize,
    /// PReLU's slopes.
    pub(crate) slopes: Option<&'a [f32]>,
}

/// What a pass through the network is for.
pub(crate) struct Pass<'a> {
    pub(crate) learning: bool,
    /// Where training draws from.
    pub(crate) noise: Option<&'a mut Stream>,
    /// Called for every activation.
    pub(crate) look: Option<&'a mut dyn FnMut(&Seen<'_>)>,
}

impl Pass<'_> {
    /// A unit over `[rows, …]`, seen where somebody looks.
    pub(crate) fn unit(
        &mut self,
        layer: usize,
        unit: &Unit,
        z: Tensor<2>,
        channels: usize,
        slope: Option<&Learned<1>>,
    ) -> Tensor<2> {
        // The sums are cloned for a looker only where there is one: a copy would cost the in-place kernel.
        let sums = self.look.is_some().then(|| z.clone());
        let slope_now = slope.map(|slope| slope.get(self.learning));
        let y = unit.apply(z, channels, slope_now.clone(), self.noise.as_deref_mut());
        if let (Some(look), Some(z)) = (&mut self.look, sums) {
            let slopes = slope_now.map(read);
            let positions = y.dims()[1] / channels;
            look(&Seen {
                layer,
                z: &read(z),
                y: &read(y.clone()),
                channels,
                positions,
                slopes: slopes.as_deref(),
            });
        }
        y
    }
}

/// A batch on the device.
pub(crate) struct Batch {
    inputs: Tensor<2>,
    targets: Targets,
}

impl Batch {
    pub(crate) fn new(inputs: &[f32], targets: &[f32], head: &Head, device: &Device) -> Self {
        let rows = targets.len();
        let shape = [rows, inputs.len() / rows];
        Batch {
            inputs: Tensor::from_data(TensorData::new(inputs.to_vec(), shape), device),
            targets: head.targets(targets, device),
        }
    }
}

impl Network {
    /// All functions start a seed from the same random numbers.
    pub(crate) fn new(
        architecture: &Architecture,
        shape: Shape,
        unit: Unit,
        rule: Rule,
        outputs: usize,
        weights: &mut Stream,
    ) -> Result<Self, Error> {
        architecture.check(shape)?;
        let device = Device::flex().autodiff();
        let mut features = shape.len();
        let body = match architecture {
            Architecture::Recurrent {
                cell,
                units,
                recurrent,
            } => {
                let Shape::Series { steps, channels } = series(shape) else {
                    return Err(Error::Plan(format!("`{architecture}` needs series")));
                };
                features = *units;
                Body::Recurrent(Box::new(RecurrentLayer::new(
                    *cell,
                    *recurrent,
                    (steps, channels, *units),
                    unit,
                    rule,
                    weights,
                    &device,
                )))
            }
            Architecture::Mlp {
                hidden,
                norm,
                residual,
            } => {
                let mut blocks = Vec::with_capacity(hidden.len());
                for &width in hidden {
                    let (sums, bias) = dense(
                        rule,
                        place(&blocks),
                        features,
                        width * unit.pieces(),
                        weights,
                        &device,
                    );
                    blocks.push(Block {
                        sums: Sums::Dense(sums),
                        bias,
                        norm: normalised(*norm, width * unit.pieces(), 1, &device),
                        unit,
                        slope: slopes(&unit, width, &device),
                        channels: width,
                        positions: 1,
                        pool: None,
                        skip: *residual && features == width,
                    });
                    features = width;
                }
                Body::Blocks(blocks)
            }
            Architecture::Cnn1d {
                channels,
                kernel,
                norm,
            } => {
                let Shape::Series {
                    mut steps,
                    channels: mut ins,
                } = series(shape)
                else {
                    return Err(Error::Plan(format!("`{architecture}` needs series")));
                };
                let mut blocks = Vec::with_capacity(channels.len());
                for &outs in channels {
                    let sums = outs * unit.pieces();
                    let (weight, bias) = rule.draw(place(&blocks), ins * kernel, sums, weights);
                    // With kernel/2 blanks at both ends every second step has a unit.
                    steps = steps.div_ceil(2);
                    blocks.push(Block {
                        sums: Sums::Conv1d {
                            weight: Learned::new(weight, [sums, ins, *kernel], true, &device),
                            channels: ins,
                        },
                        bias: Learned::new(bias, [sums], false, &device),
                        norm: normalised(*norm, sums, steps, &device),
                        unit,
                        slope: slopes(&unit, outs, &device),
                        channels: outs,
                        positions: steps,
                        pool: None,
                        skip: false,
                    });
                    ins = outs;
                }
                features = ins * steps;
                Body::Blocks(blocks)
            }
            Architecture::Cnn2d {
                channels,
                kernel,
                norm,
            } => {
                let Shape::Image {
                    channels: mut ins,
                    mut height,
                    mut width,
                } = shape
                else {
                    return Err(Error::Plan(format!("`{architecture}` needs images")));
                };
                let mut blocks = Vec::with_capacity(channels.len());
                for &outs in channels {
                    let sums = outs * unit.pieces();
                    let (weight, bias) =
                        rule.draw(place(&blocks), ins * kernel * kernel, sums, weights);
                    blocks.push(Block {
                        sums: Sums::Conv2d {
                            weight: Learned::new(
                                weight,
                                [sums, ins, *kernel, *kernel],
                                true,
                                &device,
                            ),
                            shape: [ins, height, width],
                        },
                        bias: Learned::new(bias, [sums], false, &device),
                        norm: normalised(*norm, sums, height * width, &device),
                        unit,
                        slope: slopes(&unit, outs, &device),
                        channels: outs,
                        positions: height * width,
                        pool: Some([height, width]),
                        skip: false,
                    });
                    (ins, height, width) = (outs, height / 2, width / 2);
                }
                features = ins * height * width;
                Body::Blocks(blocks)
            }
        };
        let head = dense(rule, Place::Output, features, outputs, weights, &device);
        Ok(Network {
            body,
            head,
            count: 0,
            device,
            features: shape.len(),
        })
    }

    pub(crate) fn device(&self) -> &Device {
        &self.device
    }

    fn forward(&mut self, inputs: Tensor<2>, pass: &mut Pass<'_>) -> Tensor<2> {
        let mut x = inputs;
        match &mut self.body {
            Body::Blocks(blocks) => {
                for (layer, block) in blocks.iter_mut().enumerate() {
                    x = block.forward(layer, x, pass);
                }
            }
            Body::Recurrent(layer) => x = layer.forward(x, pass),
        }
        let (weight, bias) = &self.head;
        linear(x, weight.get(pass.learning), Some(bias.get(pass.learning)))
    }

    fn loss(&mut self, batch: &Batch, head: &Head, noise: &mut Stream) -> Tensor<1> {
        let mut pass = Pass {
            learning: true,
            noise: Some(noise),
            look: None,
        };
        let outputs = self.forward(batch.inputs.clone(), &mut pass);
        head.loss(outputs, &batch.targets)
    }

    /// Everything that is learned, in the order of the layers, the weights of a layer before its other parameters.
    fn parameters(&mut self) -> Vec<&mut dyn Parameter> {
        let mut all: Vec<&mut dyn Parameter> = Vec::new();
        match &mut self.body {
            Body::Blocks(blocks) => {
                for block in blocks {
                    match &mut block.sums {
                        Sums::Dense(weight) => all.push(weight),
                        Sums::Conv1d { weight, .. } => all.push(weight),
                        Sums::Conv2d { weight, .. } => all.push(weight),
                    }
                    all.push(&mut block.bias);
                    if let Some(norm) = &mut block.norm {
                        all.push(&mut norm.scale);
                        all.push(&mut norm.shift);
                    }
                    if let Some(slope) = &mut block.slope {
                        all.push(slope);
                    }
                }
            }
            Body::Recurrent(layer) => all.extend(layer.parameters()),
        }
        all.push(&mut self.head.0);
        all.push(&mut self.head.1);
        all
    }

    /// One step of descent; the loss before it. Gradients whose norm, all together, is above `clip` are scaled down to it
    /// (Pascanu et al., 2013).
    pub(crate) fn step(
        &mut self,
        batch: &Batch,
        head: &Head,
        descent: (Optimiser, f64, Option<f64>),
        noise: &mut Stream,
    ) -> f64 {
        let (optimiser, rate, clip) = descent;
        let loss = self.loss(batch, head, noise);
        let before = f64::from(loss.clone().into_scalar::<f32>());
        let mut gradients = loss.backward();
        self.count += 1;
        let count = self.count;
        let mut parameters = self.parameters();
        let mut all: Vec<Option<Vec<f32>>> = parameters
            .iter()
            .map(|parameter| parameter.gradient(&mut gradients))
            .collect();
        if let Some(clip) = clip {
            let squares: f64 = all.iter().flatten().map(|g| square(g)).sum();
            let norm = squares.sqrt();
            if norm > clip {
                let scale = (clip / norm) as f32;
                all.iter_mut().flatten().flatten().for_each(|g| *g *= scale);
            }
        }
        for (parameter, gradient) in parameters.iter_mut().zip(&all) {
            if let Some(gradient) = gradient {
                parameter.apply(gradient, optimiser, rate, count);
            }
        }
        before
    }

    /// The norm of the gradient of each layer's weights, the output layer's last.
    pub(crate) fn gradient_norms(
        &mut self,
        batch: &Batch,
        head: &Head,
        noise: &mut Stream,
    ) -> Vec<f64> {
        let mut gradients = self.loss(batch, head, noise).backward();
        let parameters = self.parameters();
        parameters
            .iter()
            .filter(|parameter| parameter.is_weight())
            .map(|parameter| {
                let gradient = parameter.gradient(&mut gradients).unwrap_or_default();
                square(&gradient).sqrt()
            })
            .collect()
    }

    /// The outputs as in use: no gradient, no noise. Rows go through in pieces, so that however many there are, memory
    /// stays small.
    pub(crate) fn outputs(
        &mut self,
        inputs: &[f32],
        mut look: Option<&mut dyn FnMut(&Seen<'_>)>,
    ) -> Vec<f32> {
        const ROWS: usize = 1000;
        let device = self.device.clone().without_autodiff();
        let mut outputs = Vec::new();
        for piece in inputs.chunks(ROWS * self.features) {
            let data =
                TensorData::new(piece.to_vec(), [piece.len() / self.features, self.features]);
            let mut pass = Pass {
                learning: false,
                noise: None,
                look: match &mut look {
                    Some(look) => Some(*look),
                    None => None,
                },
            };
            outputs.extend(read(
                self.forward(Tensor::from_data(data, &device), &mut pass),
            ));
        }
        outputs
    }

    /// What a look inside sees, layer by layer: a name where it has one, and the unit.
    pub(crate) fn looks(&self) -> Vec<(String, Unit)> {
        match &self.body {
            Body::Blocks(blocks) => {
                let numbered = blocks.iter().enumerate();
                numbered
                    .map(|(at, block)| ((at + 1).to_string(), block.unit))
                    .collect()
            }
            Body::Recurrent(layer) => {
                let names = layer.names().iter().map(|name| (*name).to_owned());
                names.zip(layer.units()).collect()
            }
        }
    }

    /// PReLU's slopes, a list for each hidden layer; empty for other functions.
    pub(crate) fn slopes(&self) -> Vec<Vec<f64>> {
        let Body::Blocks(blocks) = &self.body else {
            return Vec::new();
        };
        let slopes = blocks.iter().filter_map(|block| block.slope.as_ref());
        slopes
            .map(|slope| read(slope.get(false)).into_iter().map(f64::from).collect())
            .collect()
    }
}

impl Block {
    fn forward(&mut self, layer: usize, x: Tensor<2>, pass: &mut Pass<'_>) -> Tensor<2> {
        let learning = pass.learning;
        let [rows, features] = x.dims();
        let input = self.skip.then(|| x.clone());
        let bias = Some(self.bias.get(learning));
        let sums = self.channels * self.unit.pieces();
        let mut z = match &self.sums {
            Sums::Dense(weight) => linear(x, weight.get(learning), bias),
            Sums::Conv1d { weight, channels } => {
                let weight = weight.get(learning);
                let half = weight.dims()[2] / 2;
                let x = x.reshape([rows, *channels, features / channels]);
                conv1d(x, weight, bias, ConvOptions::new([2], [half], [1], 1))
                    .reshape([rows, sums * self.positions])
            }
            Sums::Conv2d { weight, shape } => {
                let weight = weight.get(learning);
                let half = weight.dims()[2] / 2;
                let x = x.reshape([rows, shape[0], shape[1], shape[2]]);
                conv2d(
                    x,
                    weight,
                    bias,
                    ConvOptions::new([1, 1], [half, half], [1, 1], 1),
                )
                .reshape([rows, sums * self.positions])
            }
        };
        if let Some(norm) = &mut self.norm {
            z = norm.forward(z, learning);
        }
        let mut y = pass.unit(layer, &self.unit, z, self.channels, self.slope.as_ref());
        if let Some([height, width]) = self.pool {
            let image = y.reshape([rows, self.channels, height, width]);
            let pooled = max_pool2d(image, MaxPoolOptions::new([2, 2]));
            y = pooled.reshape([rows, self.channels * (height / 2) * (width / 2)]);
        }
        match input {
            Some(input) => y.add(input),
            None => y,
        }
    }
}

impl Normalised {
    fn forward(&mut self, z: Tensor<2>, learning: bool) -> Tensor<2> {
        let (scale, shift) = (self.scale.get(learning), self.shift.get(learning));
        let [rows, sums] = z.dims();
        let [channels] = scale.dims();
        match &mut self.followed {
            None => layer_norm(z, scale, Some(shift), NORM_EPSILON),
            Some((mean, variance)) => {
                let z = z.reshape([rows, channels, sums / channels]);
                let y = if learning {
                    let done = batch_norm_train(z, scale, shift, NORM_EPSILON);
                    let follow = |old: &Tensor<1>, new: Tensor<1>| {
                        old.clone()
                            .mul_scalar(1.0 - FOLLOW)
                            .add(new.inner().mul_scalar(FOLLOW))
                    };
                    *mean = follow(mean, done.mean);
                    *variance = follow(variance, done.variance);
                    done.output
                } else {
                    batch_norm(
                        z,
                        scale,
                        shift,
                        mean.clone(),
                        variance.clone(),
                        NORM_EPSILON,
                    )
                };
                y.reshape([rows, sums])
            }
        }
    }
}

/// A series of one channel where rows are images: line after line.
fn series(shape: Shape) -> Shape {
    match shape {
        Shape::Image {
            channels,
            height,
            width,
        } => Shape::Series {
            steps: channels * height * width,
            channels: 1,
        },
        shape => shape,
    }
}

fn place(before: &[Block]) -> Place {
    if before.is_empty() {
        Place::First
    } else {
        Place::Hidden
    }
}

/// A fully connected layer. burn keeps its weights inputs × outputs.
pub(crate) fn dense(
    rule: Rule,
    place: Place,
    inputs: usize,
    outputs: usize,
    stream: &mut Stream,
    device: &Device,
) -> (Learned<2>, Learned<1>) {
    let (weights, biases) = rule.draw(place, inputs, outputs, stream);
    let turned = (0..inputs * outputs)
        .map(|at| weights[at % outputs * inputs + at / outputs])
        .collect();
    (
        Learned::new(turned, [inputs, outputs], true, device),
        Learned::new(biases, [outputs], false, device),
    )
}

fn normalised(kind: Norm, sums: usize, positions: usize, device: &Device) -> Option<Normalised> {
    let plain = device.clone().without_autodiff();
    // Batch normalisation has one scale for a channel, layer normalisation one for a unit.
    let scales = if kind == Norm::Layer {
        sums * positions
    } else {
        sums
    };
    let filled = |value: f32| Learned::new(vec![value; scales], [scales], false, device);
    (kind != Norm::None).then(|| Normalised {
        scale: filled(1.0),
        shift: filled(0.0),
        followed: (kind == Norm::Batch)
            .then(|| (Tensor::zeros([sums], &plain), Tensor::ones([sums], &plain))),
    })
}

fn slopes(unit: &Unit, channels: usize, device: &Device) -> Option<Learned<1>> {
    unit.start_slope()
        .map(|start| Learned::new(vec![start; channels], [channels], false, device))
}

fn square(values: &[f32]) -> f64 {
    values.iter().map(|&v| f64::from(v).powi(2)).sum()
}

/// The numbers of a tensor, taken over where nobody else holds it.
pub(crate) fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor
        .into_data()
        .try_into_vec()
        .expect("the network computes in f32")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Task;
    use crate::init::Init;
    use crate::pairing::Pairing;
    use nonlin_theory::random::Purpose;

    const SHAPE: Shape = Shape::Image {
        channels: 1,
        height: 6,
        width: 6,
    };

    fn network(architecture: &str, unit: &str) -> (Network, Head, Batch) {
        let unit: Unit = unit.parse().unwrap();
        let head = Pairing::Auto
            .head(&Task::Classes(["a", "b", "c"].map(String::from).to_vec()))
            .unwrap();
        let rule = Init::Auto.resolve(&unit);
        let mut stream = Stream::new(1, Purpose::Weights);
        let architecture = architecture.parse().unwrap();
        let network = Network::new(&architecture, SHAPE, unit, rule, 3, &mut stream).unwrap();
        let inputs: Vec<f32> = (0..20 * 36).map(|_| stream.normal() as f32).collect();
        let targets: Vec<f32> = (0..20).map(|row| (row % 3) as f32).collect();
        let batch = Batch::new(&inputs, &targets, &head, network.device());
        (network, head, batch)
    }

    /// A small step down the gradient g lowers the loss by the step times |g|².
    #[test]
    fn the_gradient_is_that_of_the_loss() {
        for (architecture, unit) in [
            ("mlp(8-8)", "gelu"),
            ("mlp(8-8)", "prelu"),
            ("mlp(8-8)", "4*sigmoid-2"),
            ("mlp(8-8)", "maxout(3)"),
            ("mlp(8-8)", "gtu"),
            ("mlp(8)", "softmax"),
            ("mlp(8x3, norm=batch, residual=yes)", "tanh"),
            ("mlp(8x3, norm=layer)", "swish"),
            ("cnn1d(4-4, norm=layer)", "mish"),
            ("cnn2d(4-4)", "softplus"),
            ("cnn2d(4, norm=batch)", "prelu"),
            ("rnn(6)", "tanh"),
            ("lstm(6)", "tanh"),
            ("lstm(6, gate=hard_sigmoid, output=identity)", "softsign"),
            ("gru(6)", "tanh"),
        ] {
            let (mut network, head, batch) = network(architecture, unit);
            let mut noise = Stream::new(2, Purpose::Slopes);
            let plain = Optimiser::Sgd { momentum: 0.0 };
            let mut gradients = network.loss(&batch, &head, &mut noise).backward();
            let squares: f64 = network
                .parameters()
                .iter()
                .filter_map(|parameter| parameter.gradient(&mut gradients))
                .map(|gradient| square(&gradient))
                .sum();
            let rate = 2e-3 / squares;
            let before = network.step(&batch, &head, (plain, rate, None), &mut noise);
            let after = network.step(&batch, &head, (plain, rate, None), &mut noise);
            let ratio = (before - after) / (rate * squares);
            assert!(
                (ratio - 1.0).abs() < 0.06,
                "{architecture} with {unit}: {ratio}"
            );
        }
    }

    #[test]
    fn a_long_gradient_is_cut() {
        let (mut network, head, batch) = network("mlp(8)", "relu");
        let mut noise = Stream::new(2, Purpose::Slopes);
        let weights = |network: &mut Network| read(network.head.0.get(false));
        let start = weights(&mut network);
        let plain = Optimiser::Sgd { momentum: 0.0 };
        network.step(&batch, &head, (plain, 1.0, Some(1e-3)), &mut noise);
        let moved: f64 = weights(&mut network)
            .iter()
            .zip(&start)
            .map(|(a, b)| f64::from(a - b).powi(2))
            .sum();
        assert!(moved.sqrt() <= 1.01e-3 && moved > 0.0);
    }

    #[test]
    fn rows_in_pieces_give_the_same_outputs() {
        let (mut network, ..) = network("mlp(8, norm=batch)", "relu");
        let mut stream = Stream::new(3, Purpose::Order);
        let inputs: Vec<f32> = (0..2500 * 36).map(|_| stream.normal() as f32).collect();
        let all = network.outputs(&inputs, None);
        let last = network.outputs(&inputs[2400 * 36..], None);
        assert_eq!(all.len(), 2500 * 3);
        for (a, b) in all[2400 * 3..].iter().zip(&last) {
            assert!((a - b).abs() < 1e-5);
        }
    }
}

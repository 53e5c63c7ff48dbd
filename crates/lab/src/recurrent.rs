//! Recurrent layers, every activation replaceable.

use crate::architecture::{Cell, Recurrent};
use crate::init::{Place, Rule};
use crate::network::{Learned, Parameter, Pass};
use crate::unit::Unit;
use burn::tensor::module::linear;
use burn::tensor::{Device, Tensor};
use nonlin::Function;
use nonlin_theory::random::Stream;

/// One recurrent layer, read after the last step.
#[derive(Clone)]
pub(crate) struct Layer {
    kind: Kind,
    /// From the step's inputs to the sums of all gates, with their biases.
    input: (Learned<2>, Learned<1>),
    /// From the last state to the sums of all gates, and biases that the GRU's candidate alone has there.
    state: (Learned<2>, Option<Learned<1>>),
    steps: usize,
    channels: usize,
    units: usize,
}

#[derive(Clone)]
enum Kind {
    Vanilla(Unit),
    Lstm {
        gate: Unit,
        cell: Unit,
        output: Unit,
    },
    Gru {
        gate: Unit,
        cell: Unit,
    },
}

impl Layer {
    pub(crate) fn new(
        cell: Cell,
        recurrent: Recurrent,
        (steps, channels, units): (usize, usize, usize),
        unit: Unit,
        rule: Rule,
        weights: &mut Stream,
        device: &Device,
    ) -> Self {
        let sigmoid: Function = "sigmoid".parse().expect("the catalogue has it");
        let gate_or = |gate: Option<Function>| gate.unwrap_or(sigmoid).into();
        let unit_or = |function: Option<Function>| function.map_or(unit, Unit::from);
        let (kind, gates) = match cell {
            Cell::Vanilla => (Kind::Vanilla(unit), 1),
            Cell::Lstm { gate, cell, output } => (
                Kind::Lstm {
                    gate: gate_or(gate),
                    cell: unit_or(cell),
                    output: unit_or(output),
                },
                4,
            ),
            Cell::Gru { gate, cell } => (
                Kind::Gru {
                    gate: gate_or(gate),
                    cell: unit_or(cell),
                },
                3,
            ),
        };
        let sums = gates * units;
        // Each gate is a layer of its own to the initialisation, so that its width counts and not that of all together.
        let (mut from_input, mut biases) = (vec![0.0; channels * sums], vec![0.0; sums]);
        let mut from_state = vec![0.0; units * sums];
        for gate in 0..gates {
            let (w, b) = rule.draw(Place::Hidden, channels, units, weights);
            for (at, w) in w.into_iter().enumerate() {
                from_input[at % channels * sums + gate * units + at / channels] = w;
            }
            // The forget gate is the second: it starts open (Gers et al., 2000).
            let forget = matches!(kind, Kind::Lstm { .. }) && gate == 1;
            for (unit, b) in b.into_iter().enumerate() {
                biases[gate * units + unit] = if forget { 1.0 } else { b };
            }
            let between = match recurrent {
                Recurrent::Orthogonal => {
                    Rule::Orthogonal(1.0)
                        .draw(Place::Hidden, units, units, weights)
                        .0
                }
                Recurrent::Identity => (0..units * units)
                    .map(|at| f32::from(u8::from(at / units == at % units)))
                    .collect(),
            };
            for (at, w) in between.into_iter().enumerate() {
                from_state[at % units * sums + gate * units + at / units] = w;
            }
        }
        Layer {
            input: (
                Learned::new(from_input, [channels, sums], true, device),
                Learned::new(biases, [sums], false, device),
            ),
            state: (
                Learned::new(from_state, [units, sums], true, device),
                matches!(kind, Kind::Gru { .. })
                    .then(|| Learned::new(vec![0.0; sums], [sums], false, device)),
            ),
            kind,
            steps,
            channels,
            units,
        }
    }

    pub(crate) fn parameters(&mut self) -> Vec<&mut dyn Parameter> {
        let mut all: Vec<&mut dyn Parameter> =
            vec![&mut self.input.0, &mut self.input.1, &mut self.state.0];
        if let Some(bias) = &mut self.state.1 {
            all.push(bias);
        }
        all
    }

    /// `[rows, steps · channels]` → the last state, `[rows, units]`.
    pub(crate) fn forward(&self, x: Tensor<2>, pass: &mut Pass<'_>) -> Tensor<2> {
        let learning = pass.learning;
        let [rows, _] = x.dims();
        let u = self.units;
        let (input, bias) = (self.input.0.get(learning), self.input.1.get(learning));
        let state = self.state.0.get(learning);
        let state_bias = self.state.1.as_ref().map(|bias| bias.get(learning));
        let mut h = Tensor::<2>::zeros([rows, u], &x.device());
        let mut c = h.clone();
        for step in 0..self.steps {
            let now = x.clone().narrow(1, step * self.channels, self.channels);
            let from_input = linear(now, input.clone(), Some(bias.clone()));
            let from_state = linear(h.clone(), state.clone(), state_bias.clone());
            h = match &self.kind {
                Kind::Vanilla(unit) => pass.unit(0, unit, from_input.add(from_state), u, None),
                Kind::Lstm { gate, cell, output } => {
                    let z = from_input.add(from_state);
                    let part = |at: usize| z.clone().narrow(1, at * u, u);
                    let open =
                        |pass: &mut Pass<'_>, layer, at| pass.unit(layer, gate, part(at), u, None);
                    let i = open(pass, 0, 0);
                    let f = open(pass, 1, 1);
                    let g = pass.unit(2, cell, part(2), u, None);
                    let o = open(pass, 3, 3);
                    c = f.mul(c).add(i.mul(g));
                    o.mul(pass.unit(4, output, c.clone(), u, None))
                }
                Kind::Gru { gate, cell } => {
                    let (xs, hs) = (from_input, from_state);
                    let part = |z: &Tensor<2>, at: usize| z.clone().narrow(1, at * u, u);
                    let r = pass.unit(0, gate, part(&xs, 0).add(part(&hs, 0)), u, None);
                    let update = pass.unit(1, gate, part(&xs, 1).add(part(&hs, 1)), u, None);
                    let candidate = part(&xs, 2).add(r.mul(part(&hs, 2)));
                    let n = pass.unit(2, cell, candidate, u, None);
                    // (1 − z) n + z h
                    n.clone().add(update.mul(h.sub(n)))
                }
            };
        }
        h
    }

    /// What the layers that a look sees are.
    pub(crate) fn names(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Vanilla(_) => &["state"],
            Kind::Lstm { .. } => &[
                "input gate",
                "forget gate",
                "candidate",
                "output gate",
                "output",
            ],
            Kind::Gru { .. } => &["reset gate", "update gate", "candidate"],
        }
    }

    /// The function of each of them.
    pub(crate) fn units(&self) -> Vec<Unit> {
        match self.kind {
            Kind::Vanilla(unit) => vec![unit],
            Kind::Lstm { gate, cell, output } => vec![gate, gate, cell, gate, output],
            Kind::Gru { gate, cell } => vec![gate, gate, cell],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::read;
    use burn::tensor::TensorData;
    use nonlin_theory::random::Purpose;

    fn sigmoid(x: f64) -> f64 {
        1.0 / (1.0 + (-x).exp())
    }

    /// The cells as their papers write them, one number after the other, against the layer.
    #[test]
    fn cells_follow_their_formulas() {
        const UNITS: usize = 3;
        const STEPS: usize = 4;
        const CHANNELS: usize = 2;
        let tanh: Function = "tanh".parse().unwrap();
        for (cell, gates) in [
            (Cell::Vanilla, 1),
            (
                Cell::Lstm {
                    gate: None,
                    cell: None,
                    output: None,
                },
                4,
            ),
            (
                Cell::Gru {
                    gate: None,
                    cell: None,
                },
                3,
            ),
        ] {
            let device = Device::flex();
            let mut stream = Stream::new(5, Purpose::Weights);
            let size = (STEPS, CHANNELS, UNITS);
            let autodiff = Device::flex().autodiff();
            let layer = Layer::new(
                cell,
                Recurrent::Orthogonal,
                size,
                tanh.into(),
                Rule::PyTorch,
                &mut stream,
                &autodiff,
            );
            let x: Vec<f32> = (0..STEPS * CHANNELS)
                .map(|_| stream.normal() as f32)
                .collect();
            let data = TensorData::new(x.clone(), [1, STEPS * CHANNELS]);
            let mut pass = Pass {
                learning: false,
                noise: None,
                look: None,
            };
            let got = read(layer.forward(Tensor::from_data(data, &device), &mut pass));

            let sums = gates * UNITS;
            let (w, b) = (
                read(layer.input.0.get(false)),
                read(layer.input.1.get(false)),
            );
            let u = read(layer.state.0.get(false));
            let (mut h, mut c) = (vec![0.0f64; UNITS], vec![0.0f64; UNITS]);
            for step in 0..STEPS {
                let from_input = |at: usize| -> f64 {
                    let products =
                        (0..CHANNELS).map(|i| f64::from(x[step * CHANNELS + i] * w[i * sums + at]));
                    f64::from(b[at]) + products.sum::<f64>()
                };
                let last = h.clone();
                let from_state = |at: usize| -> f64 {
                    (0..UNITS)
                        .map(|i| last[i] * f64::from(u[i * sums + at]))
                        .sum()
                };
                let z = |gate: usize, unit: usize| {
                    from_input(gate * UNITS + unit) + from_state(gate * UNITS + unit)
                };
                for unit in 0..UNITS {
                    match gates {
                        1 => h[unit] = z(0, unit).tanh(),
                        4 => {
                            let (i, f) = (sigmoid(z(0, unit)), sigmoid(z(1, unit)));
                            c[unit] = f * c[unit] + i * z(2, unit).tanh();
                            h[unit] = sigmoid(z(3, unit)) * c[unit].tanh();
                        }
                        _ => {
                            let (r, update) = (sigmoid(z(0, unit)), sigmoid(z(1, unit)));
                            let n = (from_input(2 * UNITS + unit)
                                + r * from_state(2 * UNITS + unit))
                            .tanh();
                            h[unit] = (1.0 - update) * n + update * last[unit];
                        }
                    }
                }
            }
            for (got, expected) in got.iter().zip(&h) {
                assert!(
                    (f64::from(*got) - expected).abs() < 1e-5,
                    "{got} {expected} with {gates} gates"
                );
            }
        }
    }
}

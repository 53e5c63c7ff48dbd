//! Starting weights that fit a function.

use crate::field::edge;
use crate::moments::Gains;
use crate::random::Stream;
use nonlin::Function;

/// What decides how wide the weights are.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Scheme {
    /// 1/√fan, whatever the function (LeCun et al., 1998).
    LeCun,
    /// This gain over √fan, whatever the function.
    Gain(f64),
    /// The forward gain over √fan: √(2/fan) for ReLU (He et al., 2015).
    He,
    /// The compromise between forward and backward gain over √fan, for the mean of inputs and outputs √(2/(inputs + outputs)) times it
    /// (Glorot and Bengio, 2010, who took the gain of the identity, 1).
    Glorot,
    /// σ_w of the edge of chaos over √fan, and biases with the standard deviation σ_b (Schoenholz et al., 2017).
    Edge {
        /// σ_b.
        bias_std: f64,
    },
    /// The forward gain times a matrix with orthonormal rows or columns, whichever are fewer (Saxe et al., 2014), scaled so that its
    /// elements are as wide as He's.
    Orthogonal,
    /// Uniform up to √(6/fan)/ω, for sine networks but their first layer, which has 1/fan (Sitzmann et al., 2020).
    Siren {
        /// The frequency ω, 30 in the paper.
        omega: f64,
    },
}

/// How weights of a width are distributed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Distribution {
    /// Normal.
    #[default]
    Normal,
    /// Normal without what lies beyond two standard deviations, stretched to the width that is asked for.
    Truncated,
    /// Uniform.
    Uniform,
}

/// What is under the root.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fan {
    /// Inputs: keeps the size of what goes forward.
    #[default]
    In,
    /// Outputs: keeps the size of the gradient.
    Out,
    /// Their mean.
    Mean,
}

impl Fan {
    fn of(self, inputs: usize, outputs: usize) -> f64 {
        match self {
            Fan::In => inputs as f64,
            Fan::Out => outputs as f64,
            Fan::Mean => 0.5 * (inputs + outputs) as f64,
        }
    }
}

/// Draws the weights of layers that a function follows.
///
/// ```
/// use nonlin_theory::init::{Initializer, Scheme};
/// use nonlin_theory::random::{Purpose, Stream};
/// let he = Initializer::new("relu".parse()?, Scheme::He);
/// assert!((he.weight_std(50, 10).unwrap() - 0.2).abs() < 1e-12);
/// let weights = he.weights(50, 10, &mut Stream::new(1, Purpose::Weights)).unwrap();
/// assert_eq!(weights.len(), 500);
/// # Ok::<(), nonlin::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Initializer {
    function: Function,
    scheme: Scheme,
    distribution: Distribution,
    fan: Fan,
    /// σ_w or a gain: the standard deviation times √fan. Nothing where the function has none.
    gain: Option<f64>,
}

/// The standard deviation of a standard normal number without what lies beyond 2.
const TRUNCATED: f64 = 0.879_625_661_034_239_8;

impl Initializer {
    /// For a function, with normal weights and the scheme's own fan: the mean of inputs and outputs for Glorot's, else the inputs.
    pub fn new(function: Function, scheme: Scheme) -> Initializer {
        let gains = || Gains::of(function, 0.0, 1.0);
        let gain = match scheme {
            Scheme::LeCun => 1.0,
            Scheme::Gain(gain) => gain,
            Scheme::He | Scheme::Orthogonal => gains().forward.value,
            Scheme::Glorot => gains().compromise.value,
            Scheme::Edge { bias_std } => {
                let edges = edge(function, bias_std);
                let stable = edges.iter().find(|edge| edge.is_stable());
                stable
                    .or(edges.first())
                    .map_or(f64::NAN, |edge| edge.weight_std)
            }
            Scheme::Siren { omega } => 2f64.sqrt() / omega,
        };
        let is_siren = matches!(scheme, Scheme::Siren { .. });
        Initializer {
            function,
            scheme,
            distribution: if is_siren {
                Distribution::Uniform
            } else {
                Distribution::Normal
            },
            fan: if scheme == Scheme::Glorot {
                Fan::Mean
            } else {
                Fan::In
            },
            gain: gain.is_finite().then_some(gain),
        }
    }

    /// With another distribution; an orthogonal matrix has its own.
    #[must_use]
    pub fn distribution(self, distribution: Distribution) -> Initializer {
        Initializer {
            distribution,
            ..self
        }
    }

    /// With another fan.
    #[must_use]
    pub fn fan(self, fan: Fan) -> Initializer {
        Initializer { fan, ..self }
    }

    /// The function.
    pub fn function(&self) -> Function {
        self.function
    }

    /// The standard deviation of the weights of a layer; nothing where the function has no such gain, as on an edge of chaos that
    /// there is not.
    pub fn weight_std(&self, inputs: usize, outputs: usize) -> Option<f64> {
        Some(self.gain? / self.fan.of(inputs, outputs).sqrt())
    }

    /// The standard deviation of the biases.
    pub fn bias_std(&self) -> f64 {
        match self.scheme {
            Scheme::Edge { bias_std } => bias_std,
            _ => 0.0,
        }
    }

    /// The weights of a layer, outputs × inputs in row-major order; nothing where there is no
    /// [`weight_std`](Initializer::weight_std).
    pub fn weights(&self, inputs: usize, outputs: usize, stream: &mut Stream) -> Option<Vec<f32>> {
        let std = self.weight_std(inputs, outputs)?;
        if self.scheme == Scheme::Orthogonal {
            let fewer = inputs.min(outputs);
            // The elements of a matrix with orthonormal rows of n elements have the mean square 1/n.
            let scale = std * (inputs.max(outputs) as f64).sqrt();
            let rows = orthonormal(fewer, inputs.max(outputs), stream);
            let at = |output: usize, input: usize| {
                if outputs <= inputs {
                    rows[output][input]
                } else {
                    rows[input][output]
                }
            };
            let all = (0..outputs).flat_map(|o| (0..inputs).map(move |i| (o, i)));
            return Some(all.map(|(o, i)| (scale * at(o, i)) as f32).collect());
        }
        let draw = |_| {
            let standard = match self.distribution {
                Distribution::Normal => stream.normal(),
                Distribution::Truncated => truncated(stream) / TRUNCATED,
                Distribution::Uniform => 3f64.sqrt() * (2.0 * stream.unit() - 1.0),
            };
            (std * standard) as f32
        };
        Some((0..inputs * outputs).map(draw).collect())
    }
}

/// A standard normal number within 2 of 0.
fn truncated(stream: &mut Stream) -> f64 {
    loop {
        let x = stream.normal();
        if x.abs() <= 2.0 {
            return x;
        }
    }
}

/// So many orthonormal rows, from normal ones by Gram and Schmidt's method, each row twice.
fn orthonormal(rows: usize, length: usize, stream: &mut Stream) -> Vec<Vec<f64>> {
    let mut done: Vec<Vec<f64>> = Vec::with_capacity(rows);
    while done.len() < rows {
        let mut row: Vec<f64> = (0..length).map(|_| stream.normal()).collect();
        for _ in 0..2 {
            for other in &done {
                let product: f64 = row.iter().zip(other).map(|(a, b)| a * b).sum();
                for (x, other) in row.iter_mut().zip(other) {
                    *x -= product * other;
                }
            }
        }
        let norm = row.iter().map(|x| x * x).sum::<f64>().sqrt();
        // A row that depends on the others, which has probability 0, is drawn again.
        if norm > 1e-9 {
            row.iter_mut().for_each(|x| *x /= norm);
            done.push(row);
        }
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Purpose;

    fn stream() -> Stream {
        Stream::new(3, Purpose::Weights)
    }

    fn function(text: &str) -> Function {
        text.parse().unwrap()
    }

    #[test]
    fn widths_are_those_of_the_papers() {
        let std = |f: &str, scheme| Initializer::new(function(f), scheme).weight_std(200, 100);
        let close = |found: Option<f64>, expected: f64| {
            let found = found.unwrap();
            assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
        };
        close(std("relu", Scheme::He), 0.1);
        close(std("gelu", Scheme::LeCun), 1.0 / 200f64.sqrt());
        close(std("identity", Scheme::Glorot), (2.0f64 / 300.0).sqrt());
        close(std("selu", Scheme::He), 1.0 / 200f64.sqrt());
        let siren = std("sine", Scheme::Siren { omega: 30.0 }).unwrap();
        close(Some(siren * 3f64.sqrt()), (6.0f64 / 200.0).sqrt() / 30.0);
        assert_eq!(std("softplus", Scheme::Edge { bias_std: 0.1 }), None);
        let edge = Initializer::new(function("tanh"), Scheme::Edge { bias_std: 0.2 });
        assert!((edge.weight_std(100, 7).unwrap() - 0.1304146).abs() < 1e-7);
        assert_eq!(edge.bias_std(), 0.2);
        let out = Initializer::new(function("relu"), Scheme::He).fan(Fan::Out);
        close(out.weight_std(200, 50), 0.2);
    }

    #[test]
    fn drawn_weights_are_as_wide_as_they_should_be() {
        for distribution in [
            Distribution::Normal,
            Distribution::Truncated,
            Distribution::Uniform,
        ] {
            let he = Initializer::new(function("mish"), Scheme::He).distribution(distribution);
            let weights = he.weights(400, 300, &mut stream()).unwrap();
            let n = weights.len() as f64;
            let mean = weights.iter().map(|w| f64::from(*w)).sum::<f64>() / n;
            let square = weights.iter().map(|w| f64::from(*w).powi(2)).sum::<f64>() / n;
            let std = he.weight_std(400, 300).unwrap();
            assert!(
                mean.abs() < 4.0 * std / n.sqrt(),
                "{distribution:?}: {mean}"
            );
            assert!(
                (square.sqrt() / std - 1.0).abs() < 0.01,
                "{distribution:?}: {square}"
            );
            let most = weights.iter().fold(0f32, |most, w| most.max(w.abs()));
            let limit = match distribution {
                Distribution::Normal => f64::INFINITY,
                Distribution::Truncated => 2.0 / TRUNCATED * std,
                Distribution::Uniform => 3f64.sqrt() * std,
            };
            assert!(
                f64::from(most) <= limit * (1.0 + 1e-6),
                "{distribution:?}: {most}"
            );
        }
    }

    #[test]
    fn orthogonal_weights_are_orthogonal() {
        for (inputs, outputs) in [(40, 25), (25, 40)] {
            let init = Initializer::new(function("relu"), Scheme::Orthogonal);
            let w = init.weights(inputs, outputs, &mut stream()).unwrap();
            let at = |o: usize, i: usize| f64::from(w[o * inputs + i]);
            let scale = 2.0 * inputs.max(outputs) as f64 / inputs as f64;
            let fewer = inputs.min(outputs);
            for a in 0..fewer {
                for b in 0..fewer {
                    let product: f64 = if outputs <= inputs {
                        (0..inputs).map(|i| at(a, i) * at(b, i)).sum()
                    } else {
                        (0..outputs).map(|o| at(o, a) * at(o, b)).sum()
                    };
                    let expected = if a == b { scale } else { 0.0 };
                    assert!((product - expected).abs() < 1e-5, "{a} {b}: {product}");
                }
            }
        }
    }
}

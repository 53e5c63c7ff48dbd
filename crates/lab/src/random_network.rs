//! Wide random networks, as mean field theory describes them: what they do to a signal on its way forward and to a gradient
//! on its way back.

use burn::tensor::{Device, Tensor, TensorData};
use nonlin::Function;
use nonlin_theory::random::{Purpose, Stream};

/// So many equal layers z = W x + b, x = φ(z), with normal weights of variance σ_w²/width.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deep {
    pub(crate) function: Function,
    pub(crate) weight_std: f64,
    pub(crate) bias_std: f64,
    pub(crate) depth: usize,
    pub(crate) width: usize,
}

/// Signals that go through at once.
const ROWS: usize = 64;

/// What was seen at each layer.
#[derive(Debug, Clone)]
pub(crate) struct Trace {
    /// Mean and variance of φ(z) over units and signals.
    pub(crate) moments: Vec<(f64, f64)>,
    /// Root mean square of the gradient at the sums z, for a gradient of standard normal numbers at the last layer's outputs.
    pub(crate) gradient: Vec<f64>,
}

impl Deep {
    /// Sends normal inputs of this mean and variance forward, and a gradient back.
    pub(crate) fn trace(&self, (mean, variance): (f64, f64), seed: u64) -> Trace {
        let Deep { width, depth, .. } = *self;
        let device = Device::flex();
        let mut stream = Stream::new(seed, Purpose::Networks);
        let mut normal = |count: usize, mean: f64, std: f64| -> Vec<f32> {
            (0..count)
                .map(|_| (mean + std * stream.normal()) as f32)
                .collect()
        };
        let tensor = |data: Vec<f32>, shape: [usize; 2]| {
            Tensor::<2>::from_data(TensorData::new(data, shape), &device)
        };
        let mut x = tensor(normal(ROWS * width, mean, variance.sqrt()), [ROWS, width]);
        let std = self.weight_std / (width as f64).sqrt();
        let (mut weights, mut slopes, mut moments) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..depth {
            let w = tensor(normal(width * width, 0.0, std), [width, width]);
            let b = tensor(normal(width, 0.0, self.bias_std), [1, width]);
            let z = crate::network::read(x.matmul(w.clone()).add(b));
            let (mut y, mut slope) = (vec![0.0f32; z.len()], vec![0.0f32; z.len()]);
            self.function.forward_and_derivative(&z, &mut y, &mut slope);
            let n = y.len() as f64;
            let mean = y.iter().map(|&y| f64::from(y)).sum::<f64>() / n;
            let variance = y
                .iter()
                .map(|&y| (f64::from(y) - mean).powi(2))
                .sum::<f64>()
                / n;
            moments.push((mean, variance));
            x = tensor(y, [ROWS, width]);
            weights.push(w);
            slopes.push(slope);
        }
        let mut back = tensor(normal(ROWS * width, 0.0, 1.0), [ROWS, width]);
        let mut gradient = vec![0.0; depth];
        for layer in (0..depth).rev() {
            let slope = tensor(std::mem::take(&mut slopes[layer]), [ROWS, width]);
            let at_sums = back.mul(slope);
            let squares: f64 = crate::network::read(at_sums.clone())
                .iter()
                .map(|&g| f64::from(g).powi(2))
                .sum();
            gradient[layer] = (squares / (ROWS * width) as f64).sqrt();
            back = at_sums.matmul(weights[layer].clone().transpose());
        }
        Trace { moments, gradient }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relu_at_hes_width_keeps_both_ways() {
        let deep = Deep {
            function: "relu".parse().unwrap(),
            weight_std: 2f64.sqrt(),
            bias_std: 0.0,
            depth: 10,
            width: 256,
        };
        let trace = deep.trace((0.0, 1.0), 1);
        // E φ² is half of the sums' variance, 2, but for the luck of 256 units in ten layers.
        let (mean, variance) = trace.moments[9];
        assert!(
            (0.4..2.5).contains(&(variance + mean * mean)),
            "{mean} {variance}"
        );
        assert!((trace.gradient[0] / trace.gradient[9]).log10().abs() < 0.15);
    }
}

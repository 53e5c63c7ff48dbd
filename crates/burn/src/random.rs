//! RReLU: a random slope in training, a fixed one in use.

use burn::tensor::{Tensor, TensorData};

/// How an [`rrelu`] takes its slopes for x ≤ 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RRelu {
    /// In training: one slope for every element, uniform in [lower, upper).
    Train {
        /// Smallest slope.
        lower: f64,
        /// Largest slope.
        upper: f64,
        /// Same seed, same shape: same slopes. Take another one for every call.
        seed: u64,
    },
    /// In use: one slope for all elements (11/48 for U(1/8, 1/3), the mean).
    Test {
        /// The slope.
        slope: f64,
    },
}

/// RReLU (Xu et al., 2015): x where x > 0, slope·x elsewhere. Its gradient is that of the slopes drawn.
pub fn rrelu<const D: usize>(x: Tensor<D>, mode: RRelu) -> Tensor<D> {
    let (lower, upper, seed) = match mode {
        RRelu::Test { slope } => {
            let positive = x.clone().clamp_min(0.0);
            return positive + x.clamp_max(0.0).mul_scalar(slope);
        }
        RRelu::Train { lower, upper, seed } => (lower, upper, seed),
    };
    let device = x.device();
    let shape = x.dims();
    let mut state = seed;
    let slopes: Vec<f32> = (0..shape.iter().product())
        .map(|_| (lower + (upper - lower) * unit(&mut state)) as f32)
        .collect();
    let slopes = Tensor::<D>::from_data(TensorData::new(slopes, shape), &device);
    x.clone().clamp_min(0.0) + x.clamp_max(0.0) * slopes
}

/// A number in [0, 1) with 53 random bits, by SplitMix64: the stream is a function of the seed alone.
fn unit(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

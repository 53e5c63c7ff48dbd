//! Self-normalising networks (Klambauer et al., 2017): the constants of SELU and the map of mean and variance.

use crate::moments::Moments;
use nonlin::Function;

/// α and λ for which mean 0 and variance 1 are a fixed point of the map: α from E selu = 0, λ from E selu² = 1, in closed form.
///
/// ```
/// let (alpha, lambda) = nonlin_theory::selu::constants();
/// assert!((alpha - 1.6732632423543772).abs() < 1e-14);
/// assert!((lambda - 1.0507009873554805).abs() < 1e-14);
/// ```
pub fn constants() -> (f64, f64) {
    use std::f64::consts::{E, FRAC_1_SQRT_2, PI, SQRT_2};
    let (a, b) = (libm::erfc(FRAC_1_SQRT_2), libm::erfc(SQRT_2));
    let root_e = E.sqrt();
    let alpha = -(2.0 / PI).sqrt() / (a * root_e - 1.0);
    let inside = 2.0 * b * E * E + PI * a * a * E - 2.0 * (2.0 + PI) * a * root_e + PI + 2.0;
    let lambda = (1.0 - a * root_e) * (2.0 * PI).sqrt() / inside.sqrt();
    (alpha, lambda)
}

/// Mean and variance after a layer whose weights have the sum ω and the sum of squares τ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MomentMap {
    /// The function.
    pub f: Function,
    /// ω, the sum of the weights.
    pub omega: f64,
    /// τ, the sum of their squares.
    pub tau: f64,
}

impl MomentMap {
    /// The moments of f of the sums, which are N(μω, ντ).
    fn moments(&self, mean: f64, variance: f64) -> Moments {
        Moments::of(self.f, mean * self.omega, variance * self.tau)
    }

    /// The mean and variance of the results for inputs of this mean and variance.
    ///
    /// # Panics
    /// If variance · τ is not positive and finite.
    pub fn next(&self, mean: f64, variance: f64) -> (f64, f64) {
        let moments = self.moments(mean, variance);
        (moments.mean.value, moments.variance())
    }

    /// The derivatives of the next mean by mean and variance, and of the next variance by both.
    ///
    /// # Panics
    /// If variance · τ is not positive and finite.
    pub fn jacobian(&self, mean: f64, variance: f64) -> [[f64; 2]; 2] {
        let moments = self.moments(mean, variance);
        let mean = moments.mean.value;
        let by_mean = self.omega * moments.slope.value;
        // d/dq E g(μ + √q Z) is E g″/2, and for g = f² that is E f′² + E f f″.
        let by_variance = 0.5 * self.tau * moments.bend.value;
        let square_by_mean = 2.0 * self.omega * moments.product.value;
        let square_by_variance = self.tau * (moments.slope_square.value + moments.curvature.value);
        [
            [by_mean, by_variance],
            [
                square_by_mean - 2.0 * mean * by_mean,
                square_by_variance - 2.0 * mean * by_variance,
            ],
        ]
    }
}

/// The largest singular value of a matrix of two rows: the factor by which its map stretches at most.
pub fn spectral_norm([[a, b], [c, d]]: [[f64; 2]; 2]) -> f64 {
    let (sum, difference) = (a * a + b * b + c * c + d * d, a * d - b * c);
    let root = (sum * sum - 4.0 * difference * difference).max(0.0).sqrt();
    (0.5 * (sum + root)).sqrt()
}

//! Moments of a function of a normal number, and the gains that follow from them.

use crate::quadrature::{Estimate, FULL, POINTS, normal};
use nonlin::Function;

/// Moments of f(X) and f′(X) for X normal.
///
/// Where f′ jumps, f″ has a spike, which E f″ and E f f″ hold too; where f itself jumps, these two do not exist, and what stands there
/// is 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// E f.
    pub mean: Estimate,
    /// E f².
    pub square: Estimate,
    /// E f′.
    pub slope: Estimate,
    /// E f′².
    pub slope_square: Estimate,
    /// E f f″.
    pub curvature: Estimate,
    /// E f f′.
    pub product: Estimate,
    /// E f″, the spikes of kinks in it.
    pub bend: Estimate,
}

/// Where the function of μ + σz changes its way, in z.
pub(crate) fn cuts(f: Function, mean: f64, std: f64) -> Vec<f64> {
    let profile = f.profile();
    let kinks = profile.kinks.iter().map(|kink| kink.at);
    let landmarks = profile.landmarks.iter().map(|landmark| landmark.x);
    // Around 0 a function turns within a few units, however wide the normal number is.
    let scale = [0.0, 1.0, -1.0, 4.0, -4.0, 16.0, -16.0];
    kinks
        .chain(landmarks)
        .chain(scale)
        .map(|x| (x - mean) / std)
        .filter(|z| z.is_finite())
        .collect()
}

impl Moments {
    /// Under N(mean, variance).
    ///
    /// # Panics
    /// If the variance is not positive, or either is not finite.
    pub fn of(f: Function, mean: f64, variance: f64) -> Moments {
        assert!(
            variance > 0.0 && variance.is_finite() && mean.is_finite(),
            "a normal number has a finite mean and a positive variance, not {mean} and {variance}"
        );
        let std = variance.sqrt();
        let kernels = f.kernels();
        let [mean, square, slope, slope_square, product, tilt, lean] =
            normal::<7>(FULL, &cuts(f, mean, std), |z, values| {
                let x = z.map(|z| std.mul_add(z, mean));
                let (mut y, mut d) = ([0.0; POINTS], [0.0; POINTS]);
                kernels.forward_and_derivative(&x, &mut y, &mut d);
                for i in 0..POINTS {
                    let (y, d) = (y[i], d[i]);
                    let all = [y, y * y, d, d * d, y * d, z[i] * y * d, z[i] * d];
                    for (value, now) in values.iter_mut().zip(all) {
                        value[i] = now;
                    }
                }
            });
        // Stein: E Z g(μ + σZ) = σ E g′ with g = f f′, whose derivative is f′² + f f″.
        let jumps = f.profile().smoothness == nonlin::profile::Smoothness::Discontinuous;
        let (curvature, bend) = if jumps {
            Default::default()
        } else {
            let curvature = Estimate {
                value: tilt.value / std - slope_square.value,
                error: tilt.error / std + slope_square.error,
            };
            (curvature, lean.map(lean.value / std, 1.0 / std))
        };
        Moments {
            mean,
            square,
            slope,
            slope_square,
            curvature,
            product,
            bend,
        }
    }

    /// The variance of f(X).
    pub fn variance(&self) -> f64 {
        self.square.value - self.mean.value * self.mean.value
    }
}

/// Factors on the standard deviation of weights, which is otherwise 1/√inputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gains {
    /// 1/√E f²: the mean square of what reaches a layer stays 1. He's √2 for ReLU.
    pub forward: Estimate,
    /// 1/√E f′²: the mean square of the gradient stays what it is.
    pub backward: Estimate,
    /// √(forward · backward): what the signal loses or gains, the gradient gains or loses, so that the gradients of the
    /// weights, which are products of both, keep their size.
    pub compromise: Estimate,
}

impl Gains {
    /// For sums that are N(mean, variance). The forward gain keeps E z² at `variance`, for a mean of 0.
    ///
    /// # Panics
    /// As [`Moments::of`].
    pub fn of(f: Function, mean: f64, variance: f64) -> Gains {
        Gains::from_moments(&Moments::of(f, mean, variance), variance)
    }

    /// From moments under a normal number of this variance.
    pub fn from_moments(moments: &Moments, variance: f64) -> Gains {
        let root = |of: Estimate, numerator: f64| {
            let gain = (numerator / of.value).sqrt();
            of.map(gain, 0.5 * gain / of.value)
        };
        let forward = root(moments.square, variance);
        let backward = root(moments.slope_square, 1.0);
        let value = (forward.value * backward.value).sqrt();
        let relative = forward.error / forward.value + backward.error / backward.value;
        Gains {
            forward,
            backward,
            compromise: Estimate {
                value,
                error: 0.5 * relative * value,
            },
        }
    }
}

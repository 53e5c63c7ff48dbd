//! Looking into a trained network.

use crate::data::Rows;
use crate::network::Network;
use crate::outcome::{Histogram, Probes};
use nonlin::Function;

/// A derivative below this share of the function's largest passes no gradient to speak of.
pub(crate) const INACTIVE: f32 = 0.01;
const BINS: usize = 40;

/// Dead and saturated units, histograms and slopes, on these rows.
pub(crate) fn probe(network: &Network, function: Function, rows: &Rows) -> Probes {
    let mut probes = Probes {
        slopes: network.slopes(),
        ..Probes::default()
    };
    let n = rows.len();
    let steepest = function.profile().lipschitz as f32;
    let slopes = probes.slopes.clone();
    network.outputs(&rows.inputs, n, |layer, z, y| {
        let units = z.len() / n;
        let mut derivative = vec![0.0f32; z.len()];
        function.derivative(z, &mut derivative);
        if let Some(slopes) = slopes.get(layer) {
            for (at, (d, &z)) in derivative.iter_mut().zip(z).enumerate() {
                *d = if z > 0.0 {
                    1.0
                } else {
                    slopes[at % units] as f32
                };
            }
        }
        let mut alive = vec![false; units];
        let mut inactive = 0usize;
        for (at, d) in derivative.iter().enumerate() {
            // A learned slope beyond 1 makes its unit's steepest derivative; elsewhere it is the function's own.
            let most = slopes
                .get(layer)
                .map_or(steepest, |s| (s[at % units] as f32).abs().max(1.0));
            if d.abs() < INACTIVE * most {
                inactive += 1;
            } else {
                alive[at % units] = true;
            }
        }
        probes
            .dead
            .push(alive.iter().filter(|&&alive| !alive).count() as f64 / units as f64);
        probes.saturated.push(inactive as f64 / z.len() as f64);
        probes.activations.push(histogram(y));
    });
    probes
}

/// Bins over the middle 99.8 % of the values, widened by a bin each side, so that a few outliers do not flatten the rest.
fn histogram(values: &[f32]) -> Histogram {
    let mut sorted: Vec<f32> = values.iter().copied().filter(|v| v.is_finite()).collect();
    if sorted.is_empty() {
        return Histogram::default();
    }
    sorted.sort_by(f32::total_cmp);
    let quantile = |q: f64| f64::from(sorted[((sorted.len() - 1) as f64 * q) as usize]);
    let (mut low, mut high) = (quantile(0.001), quantile(0.999));
    let margin = if high > low {
        (high - low) / (BINS - 2) as f64
    } else {
        0.5
    };
    (low, high) = (low - margin, high + margin);
    let mut shares = vec![0.0; BINS];
    for &value in &sorted {
        let bin = (f64::from(value) - low) / (high - low) * BINS as f64;
        shares[(bin.max(0.0) as usize).min(BINS - 1)] += 1.0 / sorted.len() as f64;
    }
    Histogram { low, high, shares }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_holds_every_value_once() {
        let values: Vec<f32> = (0..1000).map(|i| (i as f32 / 100.0).sin()).collect();
        let h = histogram(&values);
        assert!((h.shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(h.low < -0.99 && h.high > 0.99 && h.low > -1.2 && h.high < 1.2);
        let flat = histogram(&[2.0; 50]);
        assert!(
            (flat.shares.iter().sum::<f64>() - 1.0).abs() < 1e-9
                && flat.low < 2.0
                && flat.high > 2.0
        );
    }
}

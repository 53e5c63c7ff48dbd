//! Looking into a network.

use crate::network::{Network, Seen};
use crate::outcome::{Histogram, LayerProbe, Probes};
use crate::unit::Unit;
use nonlin::Function;
use nonlin::profile::Saturation;

/// A derivative below this share of the function's largest passes no gradient to speak of.
pub(crate) const INACTIVE: f32 = 0.01;
/// A unit that is active on less than this share of what it saw is nearly dead.
const NEARLY_DEAD: f64 = 0.01;
const BINS: usize = 40;
/// Values of a layer that go into its histogram, the first ones.
const HISTOGRAM_VALUES: usize = 100_000;

/// What is gathered of a layer while rows go through.
struct Gathering {
    name: String,
    /// What decides activity; nothing for a unit that is no function of one sum.
    judged: Option<(Function, f32, Saturation)>,
    /// Active (sample, position) pairs of each unit.
    active: Vec<u64>,
    seen: u64,
    low: u64,
    high: u64,
    zeros: u64,
    zero_sums: u64,
    /// Σ and Σ² of φ(z) and of z.
    values: [f64; 2],
    sums: [f64; 2],
    sums_seen: u64,
    first: Vec<f32>,
    derivative: Vec<f32>,
}

impl Gathering {
    fn new((name, unit): (String, Unit)) -> Self {
        Gathering {
            name,
            judged: unit.function().map(|function| {
                let profile = function.profile();
                (function, profile.lipschitz as f32, profile.saturation)
            }),
            active: Vec::new(),
            seen: 0,
            low: 0,
            high: 0,
            zeros: 0,
            zero_sums: 0,
            values: [0.0; 2],
            sums: [0.0; 2],
            sums_seen: 0,
            first: Vec::new(),
            derivative: Vec::new(),
        }
    }

    fn take(&mut self, seen: &Seen<'_>) {
        let &Seen {
            z,
            y,
            channels,
            positions,
            slopes,
            ..
        } = seen;
        self.active.resize(channels, 0);
        self.seen += y.len() as u64;
        self.sums_seen += z.len() as u64;
        add(&mut self.values, y);
        add(&mut self.sums, z);
        self.zeros += y.iter().filter(|&&y| y == 0.0).count() as u64;
        self.zero_sums += z.iter().filter(|&&z| z == 0.0).count() as u64;
        let room = HISTOGRAM_VALUES - self.first.len();
        self.first.extend(y.iter().take(room));
        let Some((function, steepest, saturation)) = self.judged else {
            return;
        };
        self.derivative.resize(z.len(), 0.0);
        function.derivative(z, &mut self.derivative);
        for (at, (&z, &d)) in z.iter().zip(&self.derivative).enumerate() {
            let unit = at / positions % channels;
            // A learned slope beyond 1 makes its unit's steepest derivative; elsewhere it is the function's own.
            let (d, most) = match slopes {
                Some(slopes) => (
                    if z > 0.0 { 1.0 } else { slopes[unit] },
                    slopes[unit].abs().max(1.0),
                ),
                None => (d, steepest),
            };
            if d.abs() >= INACTIVE * most {
                self.active[unit] += 1;
            } else if saturation.low.is_some_and(|low| f64::from(z) <= low) {
                self.low += 1;
            } else if saturation.high.is_some_and(|high| f64::from(z) >= high) {
                self.high += 1;
            }
        }
    }

    fn done(self) -> LayerProbe {
        let each = self.seen as f64 / self.active.len().max(1) as f64;
        let share = |count: u64| count as f64 / self.seen as f64;
        let activity: Vec<f32> = self
            .active
            .iter()
            .map(|&a| (a as f64 / each) as f32)
            .collect();
        let judged = self.judged.is_some();
        let units = |inactive: &dyn Fn(u64) -> bool| {
            judged.then(|| self.active.iter().filter(|&&a| inactive(a)).count())
        };
        let (mean, variance) = moments(self.values, self.seen);
        let (sum_mean, sum_variance) = moments(self.sums, self.sums_seen);
        LayerProbe {
            name: self.name,
            units: self.active.len(),
            observations: each as u64,
            dead: units(&|active| active == 0),
            nearly_dead: units(&|active| active > 0 && (active as f64) < NEARLY_DEAD * each),
            inactive: judged.then(|| 1.0 - share(self.active.iter().sum())),
            saturated_low: judged.then(|| share(self.low)),
            saturated_high: judged.then(|| share(self.high)),
            zeros: share(self.zeros),
            zero_sums: self.zero_sums as f64 / self.sums_seen as f64,
            mean,
            variance,
            sum_mean,
            sum_variance,
            activity: if judged { activity } else { Vec::new() },
            histogram: histogram(&self.first),
        }
    }
}

fn add(to: &mut [f64; 2], values: &[f32]) {
    for &value in values {
        let value = f64::from(value);
        to[0] += value;
        to[1] += value * value;
    }
}

fn moments([sum, squares]: [f64; 2], n: u64) -> (f64, f64) {
    let mean = sum / n as f64;
    (mean, (squares / n as f64 - mean * mean).max(0.0))
}

/// Everything about each layer on these inputs, in one pass over them.
pub(crate) fn probe(network: &mut Network, inputs: &[f32]) -> Probes {
    let mut layers: Vec<Gathering> = network.looks().into_iter().map(Gathering::new).collect();
    network.outputs(
        inputs,
        Some(&mut |seen: &Seen<'_>| layers[seen.layer].take(seen)),
    );
    Probes {
        gradient: Vec::new(),
        layers: layers.into_iter().map(Gathering::done).collect(),
        slopes: network.slopes(),
    }
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
    let mut counts = vec![0u32; BINS];
    for &value in &sorted {
        let bin = (f64::from(value) - low) / (high - low) * BINS as f64;
        counts[(bin.max(0.0) as usize).min(BINS - 1)] += 1;
    }
    let n = sorted.len() as f64;
    Histogram {
        low,
        high,
        shares: counts
            .into_iter()
            .map(|count| f64::from(count) / n)
            .collect(),
    }
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

    /// Two rows of three units with two positions each.
    fn gathered(unit: &str, z: [f32; 12], slopes: Option<&[f32]>) -> LayerProbe {
        let unit: Unit = unit.parse().unwrap();
        let mut y = z;
        unit.function().unwrap().forward(&z, &mut y);
        let mut gathering = Gathering::new(("1".into(), unit));
        for half in 0..2 {
            gathering.take(&Seen {
                layer: 0,
                z: &z[6 * half..6 * half + 6],
                y: &y[6 * half..6 * half + 6],
                channels: 3,
                positions: 2,
                slopes,
            });
        }
        gathering.done()
    }

    #[test]
    fn a_unit_is_dead_where_no_sample_and_no_position_wakes_it() {
        let z = [
            -1.0, -1.0, -1.0, 2.0, 0.0, -1.0, -3.0, -0.5, -1.0, -1.0, -2.0, -1.0,
        ];
        let relu = gathered("relu", z, None);
        assert_eq!((relu.units, relu.observations, relu.dead), (3, 4, Some(2)));
        assert_eq!(relu.activity, [0.0, 0.25, 0.0]);
        assert_eq!(
            (relu.saturated_low, relu.saturated_high),
            (Some(11.0 / 12.0), Some(0.0))
        );
        assert_eq!(relu.zeros, 11.0 / 12.0);
        let leaky = gathered("leaky_relu", z, None);
        assert_eq!((leaky.dead, leaky.zeros), (Some(0), 1.0 / 12.0));
        let prelu = gathered("prelu", z, Some(&[0.0, 0.5, -0.5]));
        assert_eq!(prelu.dead, Some(1));
        assert!((prelu.sum_mean - z.iter().sum::<f32>() as f64 / 12.0).abs() < 1e-7);
    }

    #[test]
    fn saturation_has_two_sides() {
        let z = [-9.0, 9.0, 0.0, 8.0, 1.0, 7.0, -9.0, 9.0, 0.0, 8.0, 1.0, 7.0];
        let tanh = gathered("tanh", z, None);
        assert_eq!(
            (tanh.saturated_low, tanh.saturated_high),
            (Some(1.0 / 6.0), Some(0.5))
        );
        assert_eq!((tanh.dead, tanh.zeros), (Some(1), 1.0 / 6.0));
    }
}

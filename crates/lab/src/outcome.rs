//! What is kept of a run.

use serde::{Deserialize, Serialize};

/// The result of one training run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Outcome {
    /// Mean training loss of each epoch, over its batches as they came. It ends early where training diverged.
    pub train_loss: Vec<f64>,
    /// Loss on the validation rows (tuning) or the test rows (final runs) after each epoch.
    pub loss: Vec<f64>,
    /// Accuracy in percent, or R², on the same rows after each epoch.
    pub score: Vec<f64>,
    /// Whether the loss grew beyond all bounds.
    pub diverged: bool,
    /// What was seen inside before the first step; nothing for tuning runs.
    pub start: Option<Probes>,
    /// The same after a first step of unusual size, where the run has one.
    pub shocked: Option<Probes>,
    /// The same while it was trained, where the run asks for it; without the activity of each unit, slopes and histograms. The
    /// last epoch is `end`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub during: Vec<Glance>,
    /// The same in the trained network; nothing for tuning runs and where training diverged.
    pub end: Option<Probes>,
    /// Wall-clock seconds of an epoch's training, the median. Two equal runs differ in this alone.
    pub seconds_per_epoch: f64,
}

/// What was seen after an epoch.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Glance {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// What was seen.
    pub probes: Probes,
}

/// What was seen inside a network: the gradients on up to 1000 training rows, the rest on up to 5000.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Probes {
    /// Norm of the gradient of each layer's weights, the output layer's last.
    pub gradient: Vec<f64>,
    /// Each hidden layer; each gate and function of a recurrent one.
    pub layers: Vec<LayerProbe>,
    /// PReLU's slopes of each hidden layer; empty for other functions.
    pub slopes: Vec<Vec<f64>>,
}

impl Probes {
    /// Without what there is for each unit.
    pub(crate) fn brief(mut self) -> Self {
        for layer in &mut self.layers {
            layer.activity = Vec::new();
            layer.histogram = Histogram::default();
        }
        self.slopes = Vec::new();
        self
    }

    /// Dead units over all units; nothing where no layer has a function of one sum.
    pub fn dead(&self) -> Option<f64> {
        let judged = || self.layers.iter().filter_map(|l| Some((l.dead?, l.units)));
        let units: usize = judged().map(|(_, units)| units).sum();
        (units > 0).then(|| judged().map(|(dead, _)| dead).sum::<usize>() as f64 / units as f64)
    }

    /// The mean over the layers of the share of inactive (unit, observation) pairs.
    pub fn inactive(&self) -> Option<f64> {
        let shares: Vec<f64> = self.layers.iter().filter_map(|l| l.inactive).collect();
        (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / shares.len() as f64)
    }
}

/// What was seen of one layer. A unit is inactive where |φ′(z)| is below 1 % of its largest value.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LayerProbe {
    /// Its number from 1, or what it is in a recurrent layer.
    pub name: String,
    /// Units; channels of a convolution.
    pub units: usize,
    /// How often each unit was seen: samples × positions. A unit that was never active among n is active on less than 3/n
    /// of such samples with 95 % confidence.
    pub observations: u64,
    /// Units that were inactive every time; nothing where the unit is no function of one sum.
    pub dead: Option<usize>,
    /// Other units that were active less than 1 % of the time.
    pub nearly_dead: Option<usize>,
    /// Share of inactive (unit, observation) pairs.
    pub inactive: Option<f64>,
    /// Share of pairs in the function's left saturated half-line.
    pub saturated_low: Option<f64>,
    /// Share of pairs in the function's right saturated half-line.
    pub saturated_high: Option<f64>,
    /// Share of outputs that are 0: sparsity, which is no death.
    pub zeros: f64,
    /// Share of sums z that are exactly 0, where a kink's derivative is a matter of choice.
    pub zero_sums: f64,
    /// Mean of the outputs φ(z): the bias shift of the next layer.
    pub mean: f64,
    /// Their variance.
    pub variance: f64,
    /// Mean of the sums z.
    pub sum_mean: f64,
    /// Their variance.
    pub sum_variance: f64,
    /// How often each unit was active.
    pub activity: Vec<f32>,
    /// Histogram of the outputs.
    pub histogram: Histogram,
}

/// Equal bins over [low, high]; values beyond count into the outermost ones.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Histogram {
    /// Left end of the first bin.
    pub low: f64,
    /// Right end of the last bin.
    pub high: f64,
    /// Share of the values in each bin.
    pub shares: Vec<f64>,
}

impl Outcome {
    /// The last training loss; infinite where training diverged.
    pub fn final_loss(&self) -> f64 {
        if self.diverged {
            f64::INFINITY
        } else {
            self.train_loss.last().copied().unwrap_or(f64::INFINITY)
        }
    }

    /// The last score.
    pub fn final_score(&self) -> f64 {
        self.score.last().copied().unwrap_or(f64::NAN)
    }

    /// The first epoch, counted from 1, whose training loss is at most `target`.
    pub fn epochs_to(&self, target: f64) -> Option<usize> {
        self.train_loss
            .iter()
            .position(|&loss| loss <= target)
            .map(|at| at + 1)
    }
}

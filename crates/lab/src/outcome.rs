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
    /// What was seen in the trained network; `None` for tuning runs and where training diverged.
    pub probes: Option<Probes>,
    /// Wall-clock seconds of an epoch's training, the median. Two equal runs differ in this alone.
    pub seconds_per_epoch: f64,
}

/// What was seen inside a network: gradients on training rows, the rest on the test rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Probes {
    /// Norm of the gradient of each layer's weights before the first step.
    pub gradient_at_start: Vec<f64>,
    /// The same after the last step.
    pub gradient_at_end: Vec<f64>,
    /// Share of dead units of each hidden layer: |φ′(z)| below 1 % of its largest value for every test row.
    pub dead: Vec<f64>,
    /// Share of (unit, test row) pairs of each hidden layer where |φ′(z)| is below 1 % of its largest value.
    pub saturated: Vec<f64>,
    /// Histogram of φ(z) of each hidden layer.
    pub activations: Vec<Histogram>,
    /// PReLU's slopes of each hidden layer; empty for other functions.
    pub slopes: Vec<Vec<f64>>,
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

//! One training run, from seed to outcome, on one thread.

use crate::data::{Dataset, Rows, Task};
use crate::init::Init;
use crate::network::{Batch, Network};
use crate::outcome::Outcome;
use crate::probe;
use nonlin::Function;
use nonlin_theory::random::{Purpose, Stream};
use std::time::Instant;

/// Rows of a batch.
pub(crate) const BATCH: usize = 64;
/// A loss beyond this many times the constant answer's is divergence: no such run comes back in time.
const DIVERGED: f64 = 1e4;
/// Training rows on which gradients are looked at.
const GRADIENT_ROWS: usize = 1000;

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Choosing a learning rate: trained on a part of the training rows, judged on the rest.
    Tuning,
    /// A row of the table: trained on all training rows, judged on the test rows.
    Final,
}

/// Everything the result of a run depends on, besides the data.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Run {
    /// What it is for.
    pub phase: Phase,
    /// The function of the hidden layers.
    pub function: Function,
    /// How the weights start.
    pub init: Init,
    /// Widths of the hidden layers.
    pub hidden: Vec<usize>,
    /// Times through the training rows.
    pub epochs: usize,
    /// Learning rate.
    pub rate: f64,
    /// Seed of weights, order and noise.
    pub seed: u64,
}

/// Trains. `stop` is asked after each epoch; when it says yes there is no outcome.
pub(crate) fn train(run: &Run, data: &Dataset, stop: &dyn Fn() -> bool) -> Option<Outcome> {
    let tuning;
    let (rows, judge) = match run.phase {
        Phase::Tuning => {
            tuning = data.tuning_split();
            (&tuning.0, &tuning.1)
        }
        Phase::Final => (&data.train, &data.test),
    };
    let classes = matches!(data.task, Task::Classes(_));
    let mut widths = vec![data.features()];
    widths.extend(&run.hidden);
    widths.push(data.task.outputs());

    let mut weights = Stream::new(run.seed, Purpose::Weights);
    let mut order = Stream::new(run.seed, Purpose::Order);
    let mut noise = Stream::new(run.seed, Purpose::Slopes);
    let mut network = Network::new(
        &widths,
        run.function,
        run.init.resolve(run.function),
        &mut weights,
    );
    let device = network.device().clone();

    let sample = rows.pick(&(0..rows.len().min(GRADIENT_ROWS)).collect::<Vec<_>>());
    let sample = Batch::new(&sample.inputs, &sample.targets, classes, &device);
    let gradient_at_start = if run.phase == Phase::Final {
        network.gradient_norms(&sample, &mut noise)
    } else {
        Vec::new()
    };

    let limit = DIVERGED * Dataset::constant_loss(&data.task, rows);
    let mut outcome = Outcome::default();
    let mut seconds = Vec::with_capacity(run.epochs);
    for _ in 0..run.epochs {
        if stop() {
            return None;
        }
        let start = Instant::now();
        let shuffled = rows.pick(&order.permutation(rows.len()));
        let mut sum = 0.0;
        for (inputs, targets) in shuffled
            .inputs
            .chunks(BATCH * data.features())
            .zip(shuffled.targets.chunks(BATCH))
        {
            let batch = Batch::new(inputs, targets, classes, &device);
            let loss = network.step(&batch, run.rate, &mut noise);
            sum += loss * targets.len() as f64;
            if loss.is_nan() || loss > limit {
                outcome.diverged = true;
                break;
            }
        }
        seconds.push(start.elapsed().as_secs_f64());
        if outcome.diverged {
            break;
        }
        let (loss, score) = judged(&network, judge, &data.task);
        if !loss.is_finite() {
            outcome.diverged = true;
            break;
        }
        outcome.train_loss.push(sum / rows.len() as f64);
        outcome.loss.push(loss);
        outcome.score.push(score);
    }
    seconds.sort_by(f64::total_cmp);
    outcome.seconds_per_epoch = seconds.get(seconds.len() / 2).copied().unwrap_or(0.0);
    if run.phase == Phase::Final && !outcome.diverged {
        let mut probes = probe::probe(&network, run.function, judge);
        probes.gradient_at_start = gradient_at_start;
        probes.gradient_at_end = network.gradient_norms(&sample, &mut noise);
        outcome.probes = Some(probes);
    }
    Some(outcome)
}

/// Mean loss and score, in f64 from the f32 outputs.
fn judged(network: &Network, rows: &Rows, task: &Task) -> (f64, f64) {
    let n = rows.len();
    let outputs = network.outputs(&rows.inputs, n, |_, _, _| ());
    match task {
        Task::Classes(names) => {
            let (mut loss, mut right) = (0.0, 0usize);
            for (scores, &class) in outputs.chunks(names.len()).zip(&rows.targets) {
                let class = class as usize;
                let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let sum: f64 = scores
                    .iter()
                    .map(|&s| libm::exp(f64::from(s) - f64::from(most)))
                    .sum();
                loss += libm::log(sum) - (f64::from(scores[class]) - f64::from(most));
                // The first of equal scores is the answer.
                right += usize::from(scores.iter().position(|&s| s == most) == Some(class));
            }
            (loss / n as f64, 100.0 * right as f64 / n as f64)
        }
        Task::Regression { .. } => {
            let mean = rows.targets.iter().map(|&t| f64::from(t)).sum::<f64>() / n as f64;
            let square = |(a, b): (f64, f64)| (a - b) * (a - b);
            let targets = || rows.targets.iter().map(|&t| f64::from(t));
            let error: f64 = targets()
                .zip(outputs.iter().map(|&y| f64::from(y)))
                .map(square)
                .sum();
            let spread: f64 = targets().map(|t| square((t, mean))).sum();
            (error / n as f64, 1.0 - error / spread)
        }
    }
}

//! Choosing learning rates, with other seeds and other rows than those of the results.

use crate::data::Dataset;
use crate::outcome::Outcome;
use crate::statistics::mean;
use crate::train::{Phase, Run};

/// Seeds with which learning rates are tuned; they are other seeds than those of the results.
pub(crate) const TUNING_SEEDS: u64 = 2;
/// Where the tuning seeds begin.
const FIRST_TUNING_SEED: u64 = 1_000_001;

/// What a rate should do well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Criterion {
    /// The score on the validation rows.
    Score,
    /// The loss on the validation rows.
    Loss,
    /// The loss on the training rows: speed.
    TrainingLoss,
}

/// The rates tried, each with its validation score; `None` where a run diverged.
pub(crate) type Tried = Vec<(f64, Option<f64>)>;

/// The runs that tune one way of training: for each rate, each tuning seed.
pub(crate) fn tuning_runs(run: &Run, rates: &[f64]) -> Vec<Run> {
    let seeds = || FIRST_TUNING_SEED..FIRST_TUNING_SEED + TUNING_SEEDS;
    rates
        .iter()
        .flat_map(|&rate| {
            seeds().map(move |seed| Run {
                phase: Phase::Tuning,
                rate,
                seed,
                ..run.clone()
            })
        })
        .collect()
}

/// The rate that the outcomes of [`tuning_runs`] speak for, and what each rate gave.
///
/// Late epochs count, for results are read at the last one, and several of them, for one is noisy. By the score, rates within a
/// standard error of the highest are equally good; of these the one that fits the training rows best is taken, which keeps
/// clear of rates at the brink of divergence. Where all diverge the smallest rate has the best prospects.
pub(crate) fn choose(
    rates: &[f64],
    outcomes: &[Outcome],
    criterion: Criterion,
    data: &Dataset,
) -> (f64, Tried) {
    struct Judged {
        score: f64,
        loss: f64,
        training: f64,
    }
    let tried: Vec<(f64, Option<Judged>)> = rates
        .iter()
        .zip(outcomes.chunks(TUNING_SEEDS as usize))
        .map(|(&rate, runs)| {
            let late = |curve: fn(&Outcome) -> &[f64]| {
                mean(&runs.iter().map(|run| late(curve(run))).collect::<Vec<_>>())
            };
            let sound = runs.iter().all(|run| !run.diverged);
            let judged = sound.then(|| Judged {
                score: late(|run| &run.score),
                loss: late(|run| &run.loss),
                training: late(|run| &run.train_loss),
            });
            (rate, judged)
        })
        .collect();
    let best = tried
        .iter()
        .filter_map(|(_, judged)| judged.as_ref())
        .map(|judged| judged.score)
        .fold(f64::NEG_INFINITY, f64::max);
    let enough = best - data.standard_error(best);
    let mut chosen: Option<(f64, f64)> = None;
    for (rate, judged) in &tried {
        let Some(judged) = judged else { continue };
        let badness = match criterion {
            Criterion::Score if judged.score < enough => continue,
            Criterion::Score | Criterion::TrainingLoss => judged.training,
            Criterion::Loss => judged.loss,
        };
        if chosen.is_none_or(|(_, least)| badness < least) {
            chosen = Some((*rate, badness));
        }
    }
    let smallest = rates.iter().copied().fold(f64::INFINITY, f64::min);
    (
        chosen.map_or(smallest, |(rate, _)| rate),
        tried
            .into_iter()
            .map(|(rate, judged)| (rate, judged.map(|judged| judged.score)))
            .collect(),
    )
}

/// The mean over the last quarter of the epochs, at least one.
fn late(curve: &[f64]) -> f64 {
    mean(&curve[curve.len() - curve.len().div_ceil(4)..])
}

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
/// standard error of the highest are equally good; of these the one that fits the training rows best is taken. One next to a rate
/// that diverged is taken only if no other is as good: on the brink, fresh seeds fall over it. Where all diverge the smallest
/// rate has the best prospects.
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
    let next_larger = |rate: f64| {
        let larger = tried.iter().filter(|(other, _)| *other > rate);
        larger.min_by(|a, b| a.0.total_cmp(&b.0))
    };
    // Whether it is on the brink, then how bad it is.
    let mut chosen: Option<(f64, (bool, f64))> = None;
    for (rate, judged) in &tried {
        let Some(judged) = judged else { continue };
        let on_the_brink = next_larger(*rate).is_some_and(|(_, judged)| judged.is_none());
        let badness = match criterion {
            Criterion::Score if judged.score < enough => continue,
            Criterion::Score => (on_the_brink, judged.training),
            Criterion::TrainingLoss => (false, judged.training),
            Criterion::Loss => (false, judged.loss),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The rate that is chosen where the rates 0.01, 0.1 and 1 gave these scores and training losses; without a loss, a run of
    /// the two diverged.
    fn chosen(given: [(f64, Option<f64>); 3], criterion: Criterion) -> f64 {
        let data = crate::DataSource::default().load().unwrap();
        let outcomes: Vec<Outcome> = given
            .iter()
            .flat_map(|(score, loss)| {
                [false, loss.is_none()].map(|diverged| Outcome {
                    score: vec![*score],
                    loss: vec![1.0],
                    train_loss: vec![loss.unwrap_or(1.0)],
                    diverged,
                    ..Outcome::default()
                })
            })
            .collect();
        choose(&[0.01, 0.1, 1.0], &outcomes, criterion, &data).0
    }

    #[test]
    fn the_brink_is_kept_clear_of_where_another_rate_is_as_good() {
        let equal = [(60.0, Some(0.5)), (60.1, Some(0.3)), (0.0, None)];
        assert_eq!(chosen(equal, Criterion::Score), 0.01);
        assert_eq!(chosen(equal, Criterion::TrainingLoss), 0.1);
        let worse = [(40.0, Some(0.5)), (60.1, Some(0.3)), (0.0, None)];
        assert_eq!(chosen(worse, Criterion::Score), 0.1);
        let sound = [(60.0, Some(0.5)), (60.1, Some(0.3)), (59.9, Some(0.4))];
        assert_eq!(chosen(sound, Criterion::Score), 0.1);
        assert_eq!(chosen([(0.0, None); 3], Criterion::Score), 0.01);
    }
}

//! Where entrants meet on equal terms.

use super::{Figure, Finding, Verdict};
use crate::data::{DataSource, Dataset};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::runner::Runner;
use crate::statistics::{
    Interval, Time, bootstrap_mean_difference, differences, hodges_lehmann,
    hodges_lehmann_interval, holm, log_rank, mean, median_time, wilcoxon_signed_rank,
};
use crate::train::Run;
use crate::tuning::{Criterion, choose, tuning_runs};
use nonlin::Function;
use nonlin_plot::Figure as Chart;
use std::sync::Arc;

/// The function of the catalogue with this name.
pub(crate) fn function(name: &str) -> Result<Function, Error> {
    name.parse()
        .map_err(|error: nonlin::Error| Error::Plan(error.to_string()))
}

/// The sets of classes that are embedded, so that what is tested on them needs nothing else.
pub(crate) const EMBEDDED: [&str; 6] = [
    "mnist1d",
    "digits",
    "iris",
    "wine",
    "breast_cancer",
    "names",
];

/// The level of every test.
pub(crate) const LEVEL: f64 = 0.05;
/// Learning rates of every contest, and of a quick one.
const RATES: [f64; 6] = [0.003, 0.01, 0.03, 0.1, 0.3, 1.0];
const QUICK_RATES: [f64; 3] = [0.01, 0.03, 0.1];

/// Where experiments are made.
pub(crate) struct Arena<'a> {
    runner: &'a Runner<'a>,
    pub(crate) quick: bool,
}

/// What takes part in a contest.
pub(crate) struct Entrant {
    pub(crate) label: String,
    pub(crate) run: Run,
}

impl Entrant {
    pub(crate) fn new(label: impl Into<String>, run: Run) -> Self {
        Entrant {
            label: label.into(),
            run,
        }
    }
}

/// An entrant with its runs, one for each seed.
#[derive(Debug, Clone)]
pub(crate) struct Trained {
    pub(crate) label: String,
    pub(crate) rate: f64,
    pub(crate) runs: Vec<Outcome>,
}

impl Trained {
    /// The scores after the last epoch, seed by seed; what diverged has the score of no skill at all, below everything.
    pub(crate) fn scores(&self) -> Vec<f64> {
        let score = |run: &Outcome| if run.diverged { 0.0 } else { run.final_score() };
        self.runs.iter().map(score).collect()
    }

    /// The last training losses; infinite where training diverged.
    pub(crate) fn losses(&self) -> Vec<f64> {
        self.runs.iter().map(Outcome::final_loss).collect()
    }

    /// The losses on the judging rows after the last epoch; infinite where training diverged.
    pub(crate) fn test_losses(&self) -> Vec<f64> {
        let last = |run: &Outcome| match run.diverged {
            true => f64::INFINITY,
            false => run.loss.last().copied().unwrap_or(f64::NAN),
        };
        self.runs.iter().map(last).collect()
    }

    /// Epochs to a training loss, those that do not reach it censored after the last one.
    pub(crate) fn times(&self, target: f64, epochs: usize) -> Vec<Time> {
        let time = |run: &Outcome| match run.epochs_to(target) {
            Some(epoch) => Time {
                at: epoch as f64,
                reached: true,
            },
            None => Time {
                at: epochs as f64,
                reached: false,
            },
        };
        self.runs.iter().map(time).collect()
    }

    /// Test loss less training loss, seed by seed; infinite where training diverged.
    pub(crate) fn gaps(&self) -> Vec<f64> {
        let pairs = self.test_losses().into_iter().zip(self.losses());
        pairs
            .map(|(test, train)| {
                if train.is_finite() {
                    test - train
                } else {
                    f64::INFINITY
                }
            })
            .collect()
    }

    pub(crate) fn diverged(&self) -> usize {
        self.runs.iter().filter(|run| run.diverged).count()
    }
}

/// A difference between two entrants, paired by seed.
#[derive(Debug, Clone)]
pub(crate) struct Difference {
    pub(crate) what: String,
    /// Its mean; where runs diverged, the Hodges-Lehmann estimate, which bears a few infinite losses.
    pub(crate) value: f64,
    pub(crate) interval: Interval,
    pub(crate) p: f64,
}

impl Difference {
    /// Of two lists, seed by seed.
    pub(crate) fn between(what: impl Into<String>, a: &[f64], b: &[f64]) -> Self {
        let p = wilcoxon_signed_rank(a, b).p;
        let differences = differences(a, b);
        if differences.iter().all(|d| d.is_finite()) {
            return Difference {
                what: what.into(),
                value: mean(&differences),
                interval: bootstrap_mean_difference(a, b, 1),
                p,
            };
        }
        Difference {
            what: what.into() + " (Hodges-Lehmann, as a run diverged)",
            value: hodges_lehmann(a, b),
            interval: hodges_lehmann_interval(a, b),
            p,
        }
    }

    pub(crate) fn figure(&self) -> Figure {
        Figure::estimate(self.what.clone(), self.value, self.interval).p(self.p)
    }

    /// Whether a claim that the difference is above `margin` is confirmed (true), refuted (false), or neither.
    pub(crate) fn above(&self, margin: f64) -> Option<bool> {
        if self.p >= LEVEL {
            // A difference that is nothing refutes a claim of more than the margin by its interval alone.
            return (margin > 0.0 && self.interval.high < margin).then_some(false);
        }
        if self.interval.low > margin {
            Some(true)
        } else if self.interval.high <= margin {
            Some(false)
        } else {
            None
        }
    }
}

/// Adjusts the p of several differences by Holm's method.
pub(crate) fn adjusted(mut differences: Vec<Difference>) -> Vec<Difference> {
    let p: Vec<f64> = differences.iter().map(|d| d.p).collect();
    for (difference, p) in differences.iter_mut().zip(holm(&p)) {
        difference.p = p;
    }
    differences
}

/// How much faster one entrant reaches a target than another.
#[derive(Debug, Clone)]
pub(crate) struct Speed {
    pub(crate) what: String,
    /// The hazard of reaching it, over the other's: above 1 is faster.
    pub(crate) ratio: f64,
    pub(crate) interval: Interval,
    pub(crate) p: f64,
    /// Median epochs of both; infinite where fewer than half reach it.
    pub(crate) medians: (f64, f64),
}

impl Speed {
    pub(crate) fn between(a: &Trained, b: &Trained, target: f64, epochs: usize) -> Self {
        let (first, second) = (a.times(target, epochs), b.times(target, epochs));
        let test = log_rank(&first, &second);
        Speed {
            what: format!("{} against {}", a.label, b.label),
            ratio: test.hazard_ratio,
            interval: test.interval,
            p: test.p,
            medians: (median_time(&first), median_time(&second)),
        }
    }

    pub(crate) fn figures(&self) -> [Figure; 1] {
        [Figure::estimate(
            format!("hazard ratio of reaching the target, {}", self.said()),
            self.ratio,
            self.interval,
        )
        .p(self.p)]
    }

    /// "relu against tanh, digits (median epochs 3 and never)".
    pub(crate) fn said(&self) -> String {
        let epochs = |median: f64| match median.is_finite() {
            true => format!("{median}"),
            false => "never".to_owned(),
        };
        format!(
            "{} (median epochs {} and {})",
            self.what,
            epochs(self.medians.0),
            epochs(self.medians.1)
        )
    }

    /// Whether the first is faster (true), slower (false), or neither can be said.
    pub(crate) fn faster(&self) -> Option<bool> {
        (self.p < LEVEL).then_some(self.ratio > 1.0)
    }
}

/// [`adjusted`] for speeds.
pub(crate) fn adjusted_speeds(mut speeds: Vec<Speed>) -> Vec<Speed> {
    let p: Vec<f64> = speeds.iter().map(|s| s.p).collect();
    for (speed, p) in speeds.iter_mut().zip(holm(&p)) {
        speed.p = p;
    }
    speeds
}

/// The verdict of a sentence that holds if all its parts do.
pub(crate) fn all_of(parts: impl IntoIterator<Item = Option<bool>>) -> Verdict {
    let parts: Vec<Option<bool>> = parts.into_iter().collect();
    if parts.contains(&Some(false)) {
        Verdict::Refuted
    } else if parts.iter().all(|part| *part == Some(true)) {
        Verdict::Confirmed
    } else {
        Verdict::NotResolved
    }
}

/// Which parts of a sentence hold and which do not: "Better: a; b. Worse: c. Not told apart: d."
pub(crate) fn by_part(
    parts: impl IntoIterator<Item = (String, Option<bool>)>,
    holds: &str,
    fails: &str,
) -> String {
    let parts: Vec<(String, Option<bool>)> = parts.into_iter().collect();
    let named = |wanted: Option<bool>, title: &str| {
        let own = parts.iter().filter(|(_, part)| *part == wanted);
        let names: Vec<&str> = own.map(|(name, _)| name.as_str()).collect();
        (!names.is_empty()).then(|| format!("{title}: {}.", names.join("; ")))
    };
    let said = [
        named(Some(true), holds),
        named(Some(false), fails),
        named(None, "Not told apart"),
    ];
    said.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

impl<'a> Arena<'a> {
    pub(crate) fn new(runner: &'a Runner<'a>, quick: bool) -> Self {
        Arena { runner, quick }
    }

    /// Final seeds of an entrant. Wilcoxon's test of n of them has no p below 2^(1 − n): with eight, up to six comparisons of a
    /// family can be told apart at all, with ten 25.
    pub(crate) fn seeds(&self) -> u64 {
        if self.quick { 8 } else { 10 }
    }

    /// So many epochs, half as many for a quick look.
    pub(crate) fn epochs(&self, full: usize) -> usize {
        if self.quick { full.div_ceil(2) } else { full }
    }

    pub(crate) fn rates(&self) -> &'static [f64] {
        if self.quick { &QUICK_RATES } else { &RATES }
    }

    pub(crate) fn source(&self, text: &str) -> Result<DataSource, Error> {
        text.parse()
    }

    pub(crate) fn data(&self, source: &DataSource) -> Result<Arc<Dataset>, Error> {
        self.runner.data(source)
    }

    /// "test accuracy" or "test R²".
    pub(crate) fn score_name(&self, data: &str) -> Result<&'static str, Error> {
        Ok(self.data(&self.source(data)?)?.task.score_name())
    }

    /// A run on these data in this network with this unit, all as texts.
    pub(crate) fn run(&self, data: &str, network: &str, unit: &str) -> Result<Run, Error> {
        let unit: crate::Unit = unit.parse()?;
        let run = Run::new(self.source(data)?, network.parse()?, unit);
        Ok(Run {
            epochs: self.epochs(run.epochs),
            ..run
        })
    }

    /// An entrant for each unit, on the same data in the same network, for so many epochs.
    pub(crate) fn entrants(
        &self,
        data: &str,
        network: &str,
        units: &[&str],
        epochs: usize,
    ) -> Result<Vec<Entrant>, Error> {
        let entrant = |unit: &&str| {
            let run = self.run(data, network, unit)?;
            Ok(Entrant::new(*unit, Run { epochs, ..run }))
        };
        units.iter().map(entrant).collect()
    }

    /// What a function gives for each run, on all threads, in order; for trainings that are no [`Outcome`].
    pub(crate) fn each<T: Send>(
        &self,
        runs: &[Run],
        work: impl Fn(&Run) -> Result<T, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        self.runner.each(runs, work)
    }

    pub(crate) fn outcomes(&self, runs: &[Run]) -> Result<Vec<Outcome>, Error> {
        self.runner.outcomes(runs)
    }

    /// Tunes each entrant's rate on the grid, then trains it with all seeds.
    pub(crate) fn contest(
        &self,
        entrants: &[Entrant],
        criterion: Criterion,
    ) -> Result<Vec<Trained>, Error> {
        self.contest_at(entrants, self.rates(), criterion)
    }

    /// The same with another grid; a single rate is taken as it is.
    pub(crate) fn contest_at(
        &self,
        entrants: &[Entrant],
        rates: &[f64],
        criterion: Criterion,
    ) -> Result<Vec<Trained>, Error> {
        if let [only] = rates {
            return self.trained(entrants, &vec![*only; entrants.len()]);
        }
        let tuning: Vec<Run> = entrants
            .iter()
            .flat_map(|entrant| tuning_runs(&entrant.run, rates))
            .collect();
        let outcomes = self.outcomes(&tuning)?;
        let each = tuning.len() / entrants.len().max(1);
        let mut tuned = Vec::with_capacity(entrants.len());
        for (entrant, outcomes) in entrants.iter().zip(outcomes.chunks(each.max(1))) {
            let data = self.data(&entrant.run.data)?;
            tuned.push(choose(rates, outcomes, criterion, &data).0);
        }
        self.trained(entrants, &tuned)
    }

    /// Trains each entrant with all seeds at its rate.
    pub(crate) fn trained(
        &self,
        entrants: &[Entrant],
        rates: &[f64],
    ) -> Result<Vec<Trained>, Error> {
        let seeds = self.seeds();
        let finals: Vec<Run> = entrants
            .iter()
            .zip(rates)
            .flat_map(|(entrant, &rate)| {
                (1..=seeds).map(move |seed| Run {
                    rate,
                    seed,
                    ..entrant.run.clone()
                })
            })
            .collect();
        let outcomes = self.outcomes(&finals)?;
        let trained = entrants
            .iter()
            .zip(rates)
            .zip(outcomes.chunks(seeds as usize));
        Ok(trained
            .map(|((entrant, &rate), runs)| Trained {
                label: entrant.label.clone(),
                rate,
                runs: runs.to_vec(),
            })
            .collect())
    }
}

/// Mean training loss by epoch, with the range over seeds, for each entrant.
pub(crate) fn loss_chart(title: &str, trained: &[Trained]) -> Chart {
    let mut chart = Chart::new(title)
        .x_label("epoch")
        .y_label("training loss")
        .log_y();
    for entrant in trained {
        let epochs = entrant
            .runs
            .iter()
            .map(|run| run.train_loss.len())
            .max()
            .unwrap_or(0);
        let points: Vec<(f64, f64)> = (0..epochs)
            .filter_map(|epoch| {
                let losses: Vec<f64> = entrant
                    .runs
                    .iter()
                    .filter_map(|run| run.train_loss.get(epoch).copied())
                    .filter(|loss| loss.is_finite())
                    .collect();
                (!losses.is_empty()).then(|| ((epoch + 1) as f64, mean(&losses)))
            })
            .collect();
        chart = chart.line(format!("{}, rate {}", entrant.label, entrant.rate), points);
    }
    chart
}

/// A dot for every seed of every entrant.
pub(crate) fn dot_chart(title: &str, what: &str, entrants: &[(String, Vec<f64>)]) -> Chart {
    let dots: Vec<(f64, f64)> = entrants
        .iter()
        .enumerate()
        .flat_map(|(at, (_, values))| values.iter().map(move |&value| (at as f64, value)))
        .filter(|(_, value)| value.is_finite())
        .collect();
    Chart::new(title)
        .y_label(what)
        .bars(
            "",
            entrants.iter().map(|(label, _)| (label.clone(), f64::NAN)),
        )
        .points("a seed", dots)
}

/// What a claim says about scores of entrants against the first one of them.
pub(crate) fn against_first(trained: &[Trained], what: &str, unit: &str) -> Vec<Difference> {
    let Some((first, others)) = trained.split_first() else {
        return Vec::new();
    };
    adjusted(
        others
            .iter()
            .map(|other| {
                Difference::between(
                    format!("{what}, {} − {}, {unit}", other.label, first.label),
                    &other.scores(),
                    &first.scores(),
                )
            })
            .collect(),
    )
}

/// What is said where a sentence is confirmed, where it is refuted, and where it is left open.
pub(crate) fn finding(verdict: Verdict, confirmed: &str, refuted: &str, open: &str) -> Finding {
    Finding::new(
        verdict,
        match verdict {
            Verdict::Confirmed => confirmed,
            Verdict::Refuted => refuted,
            _ => open,
        },
    )
}

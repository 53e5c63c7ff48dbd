//! A study: tune, train, compare, report.

use crate::data::{Dataset, Task};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::plan::{FIRST_TUNING_SEED, Plan, TUNING_SEEDS};
use crate::progress::Progress;
use crate::statistics::{against_first, bonferroni, deviation, mean, median};
use crate::store::{Store, widths};
use crate::train::{Phase, Run, train};
use crate::{report, table};
use nonlin::Function;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

/// Adjusted p above which a row cannot be told from the best.
pub(crate) const LEVEL: f64 = 0.05;

/// The finished study.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Study {
    /// The data, in a sentence.
    pub data: String,
    /// Widths of all layers, "40-100-100-10".
    pub network: String,
    /// Epochs of every run.
    pub epochs: usize,
    /// Runs per function.
    pub seeds: usize,
    /// Learning rates to choose from.
    pub rates: Vec<f64>,
    /// "test accuracy" in percent, or "test R²".
    pub score: &'static str,
    /// The training loss that the epochs are counted to.
    pub target_loss: f64,
    /// One row per function, best mean score first.
    pub rows: Vec<Row>,
    /// Runs that were in the store already.
    pub resumed: usize,
    /// Runs of the study in all.
    pub runs: usize,
    /// Seconds this call took.
    pub seconds: f64,
    /// The report.
    pub report: PathBuf,
    /// Units of the score, and what else the report says about the task.
    #[serde(skip)]
    pub(crate) task: Task,
}

/// What a study found about one function.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// The function, as text.
    pub activation: String,
    /// Its initialisation.
    pub init: String,
    /// Its learning rate.
    pub rate: f64,
    /// Whether that is the smallest or largest rate tried, so that a better one may lie beyond.
    pub rate_at_edge: bool,
    /// Mean over the seeds of the score after the last epoch; diverged runs do not count.
    pub score_mean: Option<f64>,
    /// Standard deviation of the same.
    pub score_sd: Option<f64>,
    /// Bonferroni-adjusted p of the difference from the best row, paired by seed; `None` for the best row itself, where a run diverged, and
    /// for a single seed.
    pub p: Option<f64>,
    /// Whether the score cannot be told from the best row's (true for that one too).
    pub tied_with_best: bool,
    /// Median epochs to the target loss; `None` where fewer than half of the seeds reach it.
    pub epochs_to_target: Option<f64>,
    /// Seeds that reach it.
    pub reached: usize,
    /// Mean test loss after the last epoch: cross-entropy, or the mean square error in the target's own units.
    pub test_loss: Option<f64>,
    /// Mean training loss of the last epoch: cross-entropy, or the mean square error of the standardised target.
    pub final_loss: Option<f64>,
    /// Mean share of dead units over hidden layers and seeds.
    pub dead: Option<f64>,
    /// Mean share of saturated (unit, row) pairs.
    pub saturated: Option<f64>,
    /// Geometric mean over the seeds of the gradient norm of the first layer's weights over that of the last layer's, before
    /// the first step.
    pub gradient_ratio: Option<f64>,
    /// Median seconds of an epoch.
    pub seconds_per_epoch: f64,
    /// Seeds whose training diverged.
    pub diverged: usize,
    /// The runs, by seed.
    pub runs: Vec<Outcome>,
    /// The rates tried, each with its mean validation score over the last quarter of the epochs and the tuning seeds; `None`
    /// where a run diverged. Empty without tuning.
    pub tuning: Vec<(f64, Option<f64>)>,
}

impl Study {
    /// The table, as plain text with its footnotes.
    pub fn table(&self) -> String {
        table::text(self)
    }

    /// Everything, runs with their curves included, as JSON.
    ///
    /// # Errors
    /// None is known: every number that JSON cannot hold is `null`.
    pub fn json(&self) -> Result<String, Error> {
        serde_json::to_string_pretty(self)
            .map_err(|e| Error::Plan(format!("the study cannot be written as JSON: {e}")))
    }
}

/// Does all of a study: trains what the store does not hold yet, compares, and writes the report.
///
/// # Errors
/// A plan out of bounds, data that cannot be used, a folder that cannot be written (all found before any training), a store
/// that fails, or [`Error::Interrupted`].
pub fn run(plan: &Plan, progress: &dyn Progress) -> Result<Study, Error> {
    let start = Instant::now();
    plan.validate()?;
    let data = plan.data.load()?;
    let report = prepare(&plan.out)?;
    let store = Mutex::new(Store::open(&plan.out.join("runs.sqlite"))?);
    let bench = Bench {
        plan,
        data: &data,
        store: &store,
        progress,
        stopped: AtomicBool::new(false),
    };

    let tuning = bench.tuning_runs();
    let needed = tuning.len() + plan.activations.len() * plan.seeds;
    let (tuned, resumed_final) = bench.already_done(&tuning)?;
    let resumed = tuned + resumed_final;
    progress.begin(needed, resumed);
    let study = bench.all(&tuning, needed, resumed, &report, start);
    progress.end();
    let study = study?;
    report::write(&study, plan, &data)?;
    Ok(study)
}

/// Makes the folder and proves that the report can be written into it.
fn prepare(out: &Path) -> Result<PathBuf, Error> {
    std::fs::create_dir_all(out).map_err(|e| Error::file("create", out, e))?;
    let report = out.join("report.html");
    if report.is_dir() {
        return Err(Error::file(
            "write",
            report,
            std::io::ErrorKind::IsADirectory.into(),
        ));
    }
    let probe = out.join("report.html.tmp");
    std::fs::write(&probe, "").map_err(|e| Error::file("write", &probe, e))?;
    std::fs::remove_file(&probe).map_err(|e| Error::file("write", &probe, e))?;
    Ok(report)
}

/// A plan with what it takes to carry it out.
struct Bench<'a> {
    plan: &'a Plan,
    data: &'a Dataset,
    store: &'a Mutex<Store>,
    progress: &'a dyn Progress,
    /// Set by the first failure.
    stopped: AtomicBool,
}

impl Bench<'_> {
    fn run(&self, phase: Phase, function: Function, rate: f64, seed: u64) -> Run {
        let plan = self.plan;
        Run {
            phase,
            function,
            init: plan.init,
            hidden: plan.hidden(),
            epochs: plan.epochs,
            rate,
            seed,
        }
    }

    /// None where there is nothing to choose from.
    fn tuning_runs(&self) -> Vec<Run> {
        let rates = self.plan.rates();
        if rates.len() == 1 {
            return Vec::new();
        }
        let mut runs = Vec::new();
        for &function in &self.plan.activations {
            for &rate in &rates {
                for seed in 0..TUNING_SEEDS {
                    runs.push(self.run(Phase::Tuning, function, rate, FIRST_TUNING_SEED + seed));
                }
            }
        }
        runs
    }

    fn final_runs(&self, rates: &[f64]) -> Vec<Run> {
        let seeds = self.plan.seeds as u64;
        let functions = self.plan.activations.iter().zip(rates);
        functions
            .flat_map(|(&f, &rate)| {
                (1..=seeds).map(move |seed| self.run(Phase::Final, f, rate, seed))
            })
            .collect()
    }

    fn get(&self, run: &Run) -> Result<Option<Outcome>, Error> {
        lock(self.store).get(run, &self.data.key)
    }

    /// How many tuning and final runs the store holds. Final runs are known only for functions whose tuning is complete.
    fn already_done(&self, tuning: &[Run]) -> Result<(usize, usize), Error> {
        let mut found = Vec::new();
        for run in tuning {
            found.push(self.get(run)?);
        }
        let tuned = found.iter().flatten().count();
        let per_function = tuning.len() / self.plan.activations.len();
        let mut finals = 0;
        for (at, &function) in self.plan.activations.iter().enumerate() {
            let own: Option<Vec<Outcome>> = found[at * per_function..(at + 1) * per_function]
                .iter()
                .cloned()
                .collect();
            let Some(own) = own else { continue };
            let rate = self.choose(&own).0;
            for seed in 1..=self.plan.seeds as u64 {
                finals += usize::from(
                    self.get(&self.run(Phase::Final, function, rate, seed))?
                        .is_some(),
                );
            }
        }
        Ok((tuned, finals))
    }

    /// The rate that these tuning outcomes of one function speak for, and the validation score of each rate.
    ///
    /// Late epochs count, for the table shows the last one, and several of them, for one is noisy. Rates whose score lies
    /// within a standard error of the highest are equally good; of these the one that fits the training rows best is
    /// taken, which keeps clear of rates at the brink of divergence.
    fn choose(&self, outcomes: &[Outcome]) -> (f64, Vec<(f64, Option<f64>)>) {
        let rates = self.plan.rates();
        if let [only] = rates.as_slice() {
            return (*only, Vec::new());
        }
        let tried: Vec<(f64, Option<(f64, f64)>)> = rates
            .into_iter()
            .zip(outcomes.chunks(TUNING_SEEDS as usize))
            .map(|(rate, runs)| {
                let late = |curve: fn(&Outcome) -> &[f64]| {
                    mean(&runs.iter().map(|run| late(curve(run))).collect::<Vec<_>>())
                };
                let sound = runs.iter().all(|run| !run.diverged);
                (
                    rate,
                    sound.then(|| (late(|run| &run.score), late(|run| &run.train_loss))),
                )
            })
            .collect();
        let best = tried
            .iter()
            .filter_map(|t| t.1)
            .map(|t| t.0)
            .fold(f64::NEG_INFINITY, f64::max);
        let enough = best - self.data.standard_error(best);
        let mut chosen: Option<(f64, f64)> = None;
        for &(rate, judged) in &tried {
            if let Some((score, loss)) = judged
                && score >= enough
                && chosen.is_none_or(|(_, least)| loss < least)
            {
                chosen = Some((rate, loss));
            }
        }
        // Where all diverge, the smallest rate has the best prospects.
        let smallest = tried.iter().map(|t| t.0).fold(f64::INFINITY, f64::min);
        (
            chosen.map_or(smallest, |(rate, _)| rate),
            tried
                .into_iter()
                .map(|(rate, t)| (rate, t.map(|t| t.0)))
                .collect(),
        )
    }

    fn all(
        &self,
        tuning: &[Run],
        needed: usize,
        resumed: usize,
        report: &Path,
        start: Instant,
    ) -> Result<Study, Error> {
        let plan = self.plan;
        let mut choices = vec![(plan.rates()[0], Vec::new()); plan.activations.len()];
        if !tuning.is_empty() {
            self.progress
                .stage("tuning learning rates on validation rows");
            let outcomes = self.trained(tuning, needed, 0)?;
            let per_function = tuning.len() / plan.activations.len();
            choices = outcomes
                .chunks(per_function)
                .map(|own| self.choose(own))
                .collect();
        }
        self.progress.stage("training with the chosen rates");
        let rates: Vec<f64> = choices.iter().map(|choice| choice.0).collect();
        let outcomes = self.trained(&self.final_runs(&rates), needed, tuning.len())?;

        let rows = plan
            .activations
            .iter()
            .zip(outcomes.chunks(plan.seeds))
            .zip(choices);
        let mut rows: Vec<Row> = rows
            .map(|((&function, runs), (rate, tuning))| self.row(function, runs, rate, tuning))
            .collect();
        rank(&mut rows);
        let mut layers = vec![self.data.features()];
        layers.extend(plan.hidden());
        layers.push(self.data.task.outputs());
        Ok(Study {
            data: self.data.about.clone(),
            network: widths(&layers),
            epochs: plan.epochs,
            seeds: plan.seeds,
            rates: plan.rates(),
            score: self.data.task.score_name(),
            target_loss: self.data.target_loss,
            rows,
            resumed,
            runs: needed,
            seconds: start.elapsed().as_secs_f64(),
            report: report.to_path_buf(),
            task: self.data.task.clone(),
        })
    }

    fn row(
        &self,
        function: Function,
        runs: &[Outcome],
        rate: f64,
        tuning: Vec<(f64, Option<f64>)>,
    ) -> Row {
        let rates = self.plan.rates();
        let (least, most) = rates
            .iter()
            .fold((f64::MAX, 0.0), |(l, m): (f64, f64), &r| {
                (l.min(r), m.max(r))
            });
        let converged: Vec<&Outcome> = runs.iter().filter(|run| !run.diverged).collect();
        let each = |value: &dyn Fn(&Outcome) -> f64| {
            converged.iter().map(|run| value(run)).collect::<Vec<f64>>()
        };
        let some = |values: &[f64]| (!values.is_empty()).then(|| mean(values));
        let probed = |value: &dyn Fn(&crate::Probes) -> f64| {
            let values: Vec<f64> = runs
                .iter()
                .filter_map(|run| run.probes.as_ref())
                .map(value)
                .collect();
            some(&values)
        };
        let scores = each(&Outcome::final_score);
        let epochs: Vec<f64> = runs
            .iter()
            .map(|run| {
                run.epochs_to(self.data.target_loss)
                    .map_or(f64::INFINITY, |epochs| epochs as f64)
            })
            .collect();
        let middle = median(&epochs);
        Row {
            activation: function.to_string(),
            init: self.plan.init.resolve(function).to_string(),
            rate,
            rate_at_edge: rates.len() > 1 && (rate == least || rate == most),
            score_mean: some(&scores),
            score_sd: some(&scores).map(|_| deviation(&scores)),
            p: None,
            tied_with_best: false,
            epochs_to_target: middle.is_finite().then_some(middle),
            reached: epochs.iter().filter(|e| e.is_finite()).count(),
            test_loss: some(&each(&|run| {
                let unit = match self.data.task {
                    Task::Classes(_) => 1.0,
                    Task::Regression { deviation, .. } => deviation,
                };
                run.loss.last().map_or(f64::NAN, |loss| loss * unit * unit)
            })),
            final_loss: some(&each(&Outcome::final_loss)),
            dead: probed(&|p| mean(&p.dead)),
            saturated: probed(&|p| mean(&p.saturated)),
            gradient_ratio: probed(&|p| ratio(p).ln())
                .map(f64::exp)
                .filter(|r| r.is_finite()),
            seconds_per_epoch: median(
                &runs
                    .iter()
                    .map(|run| run.seconds_per_epoch)
                    .collect::<Vec<_>>(),
            ),
            diverged: runs.len() - converged.len(),
            runs: runs.to_vec(),
            tuning,
        }
    }

    /// The outcomes of these runs, in order: from the store, or trained by `jobs` threads. `before` counts runs of the study
    /// that came earlier.
    fn trained(&self, runs: &[Run], needed: usize, before: usize) -> Result<Vec<Outcome>, Error> {
        let mut outcomes = Vec::with_capacity(runs.len());
        for run in runs {
            outcomes.push(self.get(run)?);
        }
        let missing: Vec<usize> = (0..runs.len())
            .filter(|&at| outcomes[at].is_none())
            .collect();
        let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(outcomes));
        let failure = Mutex::new(None);
        let stop = || self.stopped.load(Ordering::SeqCst) || self.progress.stop();
        let work = || {
            while let Some(&at) = missing.get(next.fetch_add(1, Ordering::SeqCst)) {
                let Some(outcome) = train(&runs[at], self.data, &stop) else {
                    return;
                };
                if let Err(error) = lock(self.store).put(&runs[at], &self.data.key, &outcome) {
                    self.stopped.store(true, Ordering::SeqCst);
                    lock(&failure).get_or_insert(error);
                    return;
                }
                lock(&outcomes)[at] = Some(outcome);
                let Run {
                    function,
                    rate,
                    seed,
                    ..
                } = &runs[at];
                self.progress
                    .run_done(&format!("{function}, rate {rate}, seed {seed}"));
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..self.plan.jobs.min(missing.len()) {
                scope.spawn(work);
            }
            work();
        });
        if let Some(error) = failure
            .into_inner()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
        {
            return Err(error);
        }
        let outcomes = outcomes
            .into_inner()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let done = outcomes.iter().flatten().count();
        let whole: Option<Vec<Outcome>> = outcomes.into_iter().collect();
        whole.ok_or_else(|| Error::Interrupted {
            done: before + done,
            total: needed,
            out: self.plan.out.clone(),
        })
    }
}

/// A lock that a panic elsewhere does not break: what it guards is whole between any two statements.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The mean over the last quarter of the epochs, at least one.
fn late(curve: &[f64]) -> f64 {
    mean(&curve[curve.len() - curve.len().div_ceil(4)..])
}

/// First layer's gradient over the last layer's, at the start.
pub(crate) fn ratio(probes: &crate::Probes) -> f64 {
    match probes.gradient_at_start[..] {
        [first, .., last] => first / last,
        _ => f64::NAN,
    }
}

/// Sorts by mean score and compares each row with the best.
fn rank(rows: &mut [Row]) {
    let key = |row: &Row| row.score_mean.unwrap_or(f64::NEG_INFINITY);
    rows.sort_by(|a, b| key(b).total_cmp(&key(a)));
    let Some((best, others)) = rows.split_first_mut() else {
        return;
    };
    best.tied_with_best = best.score_mean.is_some();
    if best.diverged > 0 {
        return;
    }
    let scores = |row: &Row| -> Vec<f64> { row.runs.iter().map(Outcome::final_score).collect() };
    let mut tested: Vec<&mut Row> = others.iter_mut().filter(|row| row.diverged == 0).collect();
    let mut samples = vec![scores(best)];
    samples.extend(tested.iter().map(|row| scores(row)));
    let Some(values) = against_first(&samples) else {
        return;
    };
    for (row, p) in tested.iter_mut().zip(bonferroni(&values)) {
        row.p = Some(p);
        row.tied_with_best = p > LEVEL;
    }
}

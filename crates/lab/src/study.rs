//! A study: tune, train, compare, report.

use crate::architecture::{Architecture, Norm};
use crate::data::{Dataset, Task};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::runner::Runner;
use crate::statistics::{against_first, bonferroni, deviation, mean, median};
use crate::train::Run;
use crate::tuning::{Criterion, Tried, choose, tuning_runs};
use crate::{report, table};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Adjusted p above which a row cannot be told from the best.
pub(crate) const LEVEL: f64 = 0.05;

/// The finished study.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Study {
    /// The data, in a sentence.
    pub data: String,
    /// Their name.
    pub source: String,
    /// Widths of all layers, "40-100-100-10", or what other networks are called; several with commas between.
    pub network: String,
    /// Epochs of every run.
    pub epochs: usize,
    /// Runs per row.
    pub seeds: usize,
    /// Learning rates to choose from.
    pub rates: Vec<f64>,
    /// "test accuracy" in percent, or "test R²".
    pub score: &'static str,
    /// The training loss that the epochs are counted to.
    pub target_loss: f64,
    /// A row for each activation in each setting, best mean score first.
    pub rows: Vec<Row>,
    /// Runs that were in the store already.
    pub resumed: usize,
    /// Runs of the study in all.
    pub runs: usize,
    /// Seconds this call took.
    pub seconds: f64,
    /// The report.
    pub report: PathBuf,
    /// What the rows differ in besides the activation.
    #[serde(skip)]
    pub(crate) varied: Varied,
    /// Units of the score, and what else the report says about the task.
    #[serde(skip)]
    pub(crate) task: Task,
}

/// What a study found about one activation in one setting.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// The function, as text.
    pub activation: String,
    /// The network.
    pub network: String,
    /// The optimiser.
    pub optimiser: String,
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

/// What the rows of a study differ in besides the activation.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Varied {
    pub(crate) networks: bool,
    pub(crate) optimisers: bool,
    pub(crate) inits: bool,
}

impl Row {
    /// The activation, with what else tells the row from others.
    pub(crate) fn label(&self, varied: Varied) -> String {
        let mut label = self.activation.clone();
        for (varies, text) in [
            (varied.inits, &self.init),
            (varied.networks, &self.network),
            (varied.optimisers, &self.optimiser),
        ] {
            if varies {
                label += " · ";
                label += text;
            }
        }
        label
    }
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

/// Does all of a study: trains what the store does not hold yet, compares, and writes a report for each data set.
///
/// # Errors
/// A plan out of bounds, data that cannot be used, a network that does not fit them, a folder that cannot be written (all found
/// before any training), a store that fails, or [`Error::Interrupted`].
pub fn run(plan: &Plan, progress: &dyn Progress) -> Result<Vec<Study>, Error> {
    plan.validate()?;
    let mut sets = Vec::new();
    for source in &plan.data {
        let data = source.load()?;
        plan.loss.head(&data.task)?;
        for network in &plan.networks {
            network.check(data.shape)?;
        }
        let name = match plan.data.len() {
            1 => "report.html".to_owned(),
            _ => format!("report-{}.html", file_name(&source.to_string())),
        };
        sets.push((source, data, plan.out.join(name)));
    }
    let runner = Runner::open(&plan.out, plan.jobs, progress)?;
    let mut benches = Vec::new();
    for (source, data, report) in sets {
        prepare(&report)?;
        benches.push(Bench {
            plan,
            candidates: plan.candidates(source),
            data,
            report,
            runner: &runner,
        });
    }
    let needed = benches.iter().map(Bench::needed).sum();
    let resumed: Vec<usize> = benches
        .iter()
        .map(Bench::already_done)
        .collect::<Result<_, _>>()?;
    runner.expect(needed);
    progress.begin(needed, resumed.iter().sum());
    let studies: Result<Vec<Study>, Error> = benches
        .iter()
        .zip(resumed)
        .map(|(bench, resumed)| bench.all(resumed))
        .collect();
    progress.end();
    let studies = studies?;
    for (study, bench) in studies.iter().zip(&benches) {
        report::write(study, plan, &bench.data)?;
    }
    Ok(studies)
}

/// A text as a part of a file's name.
fn file_name(text: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '.' {
            c
        } else {
            '-'
        }
    };
    let name: String = text.chars().map(plain).collect();
    name.trim_matches('-').to_owned()
}

/// Proves that the report can be written.
fn prepare(report: &Path) -> Result<(), Error> {
    if report.is_dir() {
        return Err(Error::file(
            "write",
            report,
            std::io::ErrorKind::IsADirectory.into(),
        ));
    }
    let probe = report.with_extension("html.tmp");
    std::fs::write(&probe, "").map_err(|e| Error::file("write", &probe, e))?;
    std::fs::remove_file(&probe).map_err(|e| Error::file("write", &probe, e))
}

/// A plan on one data set with what it takes to carry it out.
struct Bench<'a> {
    plan: &'a Plan,
    candidates: Vec<Run>,
    data: Dataset,
    report: PathBuf,
    runner: &'a Runner<'a>,
}

impl Bench<'_> {
    /// The runs that tune a candidate; none where there is nothing to choose from.
    fn tuning(&self, candidate: &Run) -> Vec<Run> {
        match self.plan.rates()[..] {
            [_] => Vec::new(),
            ref rates => tuning_runs(candidate, rates),
        }
    }

    fn finals(&self, candidate: &Run, rate: f64) -> Vec<Run> {
        (1..=self.plan.seeds as u64)
            .map(|seed| Run {
                rate,
                seed,
                ..candidate.clone()
            })
            .collect()
    }

    fn needed(&self) -> usize {
        let tuning: usize = self.candidates.iter().map(|c| self.tuning(c).len()).sum();
        tuning + self.candidates.len() * self.plan.seeds
    }

    /// How many runs the store holds. Final runs are known only for candidates whose tuning is complete.
    fn already_done(&self) -> Result<usize, Error> {
        let stored = |runs: &[Run]| -> Result<Vec<Option<Outcome>>, Error> {
            runs.iter().map(|run| self.runner.stored(run)).collect()
        };
        let mut count = 0;
        for candidate in &self.candidates {
            let tuned = stored(&self.tuning(candidate))?;
            count += tuned.iter().flatten().count();
            let tuned: Option<Vec<Outcome>> = tuned.into_iter().collect();
            if let Some(tuned) = tuned {
                let (rate, _) = self.choose(&tuned);
                let finals = stored(&self.finals(candidate, rate))?;
                count += finals.iter().flatten().count();
            }
        }
        Ok(count)
    }

    fn choose(&self, outcomes: &[Outcome]) -> (f64, Tried) {
        let rates = self.plan.rates();
        match rates[..] {
            [only] => (only, Vec::new()),
            _ => choose(&rates, outcomes, Criterion::Score, &self.data),
        }
    }

    /// `resumed` of the runs were in the store at the start.
    fn all(&self, resumed: usize) -> Result<Study, Error> {
        let (plan, progress) = (self.plan, self.runner.progress());
        let start = Instant::now();
        let tuning: Vec<Run> = self
            .candidates
            .iter()
            .flat_map(|c| self.tuning(c))
            .collect();
        if !tuning.is_empty() {
            progress.stage("tuning learning rates on validation rows");
        }
        let tuned = self.runner.outcomes(&tuning)?;
        let each = tuning.len() / self.candidates.len();
        let choices: Vec<(f64, Tried)> = (0..self.candidates.len())
            .map(|at| self.choose(&tuned[at * each..(at + 1) * each]))
            .collect();
        progress.stage("training with the chosen rates");
        let finals: Vec<Run> = self
            .candidates
            .iter()
            .zip(&choices)
            .flat_map(|(candidate, (rate, _))| self.finals(candidate, *rate))
            .collect();
        let outcomes = self.runner.outcomes(&finals)?;
        let rows = self
            .candidates
            .iter()
            .zip(outcomes.chunks(plan.seeds))
            .zip(choices);
        let mut rows: Vec<Row> = rows
            .map(|((candidate, runs), (rate, tuning))| self.row(candidate, runs, rate, tuning))
            .collect();
        rank(&mut rows);
        let networks: Vec<String> = plan.networks.iter().map(|n| self.layers(n)).collect();
        Ok(Study {
            data: self.data.about.clone(),
            source: self
                .candidates
                .first()
                .map_or(String::new(), |c| c.data.to_string()),
            network: networks.join(", "),
            epochs: plan.epochs,
            seeds: plan.seeds,
            rates: plan.rates(),
            score: self.data.task.score_name(),
            target_loss: self.data.target_loss,
            rows,
            resumed,
            runs: self.needed(),
            seconds: start.elapsed().as_secs_f64(),
            report: self.report.clone(),
            varied: plan.varied(),
            task: self.data.task.clone(),
        })
    }

    /// "40-100-100-10" for an MLP, the text for other networks.
    fn layers(&self, network: &Architecture) -> String {
        match network {
            Architecture::Mlp {
                hidden,
                norm: Norm::None,
                residual: false,
            } => {
                let outputs = self
                    .plan
                    .loss
                    .head(&self.data.task)
                    .map_or(0, |head| head.outputs);
                let mut layers = vec![self.data.shape.len()];
                layers.extend(hidden);
                layers.push(outputs);
                let texts: Vec<String> = layers.iter().map(usize::to_string).collect();
                texts.join("-")
            }
            other => other.to_string(),
        }
    }

    fn row(&self, candidate: &Run, runs: &[Outcome], rate: f64, tuning: Tried) -> Row {
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
        let at_end = |value: &dyn Fn(&crate::Probes) -> Option<f64>| {
            let probes = runs.iter().filter_map(|run| run.end.as_ref());
            some(&probes.filter_map(value).collect::<Vec<f64>>())
        };
        let ratios: Vec<f64> = converged
            .iter()
            .filter_map(|run| run.start.as_ref())
            .map(|probes| ratio(probes).ln())
            .collect();
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
            activation: candidate.unit.to_string(),
            network: candidate.network.to_string(),
            optimiser: candidate.optimiser.to_string(),
            init: candidate.init.resolve(&candidate.unit).to_string(),
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
            dead: at_end(&crate::Probes::dead),
            saturated: at_end(&crate::Probes::inactive),
            gradient_ratio: some(&ratios).map(f64::exp).filter(|r| r.is_finite()),
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
}

/// First layer's gradient over the last layer's, at the start.
pub(crate) fn ratio(probes: &crate::Probes) -> f64 {
    match probes.gradient[..] {
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

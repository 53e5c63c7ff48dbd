//! Sentences of textbooks about activation functions, each put to the test.
//!
//! A [`Claim`] is a sentence with the experiment that decides it. [`run`] carries experiments out and gives a [`Finding`]
//! for each: a verdict, the figures it rests on with their intervals, and charts.
//!
//! The protocol is the same for every claim about training. A seed fixes starting weights and the order of rows for all
//! entrants, so that they are compared seed by seed. Every entrant chooses its learning rate from the same grid, on
//! validation rows and with other seeds. Scores are compared by Wilcoxon's signed-rank test, epochs to a target by the
//! log-rank test with runs that do not reach it censored, several comparisons within a claim by Holm's method; intervals are
//! bootstrapped. A claim is confirmed or refuted where p < 0.05 and the interval lies on one side of the margin that the
//! experiment names; everything else is not resolved. Exact claims are decided by computation.

mod accuracy;
mod arena;
mod death;
mod deep;
mod exact;
mod list;
mod outputs;
mod recurrent;
mod report;
mod speed;

pub use list::{all, claim};
pub use report::{short, table};

use crate::error::Error;
use crate::progress::Progress;
use crate::runner::Runner;
use crate::statistics::Interval;
pub(crate) use arena::{Arena, Entrant, function};
use serde::Serialize;
use std::path::PathBuf;
use std::time::Instant;

/// A sentence, and how it is put to the test.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Claim {
    /// "C9".
    pub id: &'static str,
    /// What is claimed.
    pub sentence: &'static str,
    /// Which of the five study articles say so, "S0" to "S4"; empty for what follows from them.
    pub articles: &'static [&'static str],
    /// What is done.
    pub experiment: &'static str,
    pub(crate) test: fn(&Arena<'_>) -> Result<Finding, Error>,
}

/// What an experiment says of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// It holds.
    Confirmed,
    /// It does not.
    Refuted,
    /// The evidence is too weak either way, or points both ways.
    NotResolved,
    /// The sentence misquotes what it rests on, or is about words.
    SourceError,
}

impl Verdict {
    /// "confirmed", "refuted", "not resolved", "source error".
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Confirmed => "confirmed",
            Verdict::Refuted => "refuted",
            Verdict::NotResolved => "not resolved",
            Verdict::SourceError => "source error",
        }
    }
}

/// One number that a verdict rests on.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Figure {
    /// What it is, with its unit: "accuracy, tanh − sigmoid, points".
    pub what: String,
    /// The number; NaN where there is none.
    #[serde(serialize_with = "crate::statistics::number")]
    pub value: f64,
    /// Its 95 % interval, where it is an estimate.
    pub interval: Option<Interval>,
    /// The p of its test, adjusted for the comparisons of the claim.
    pub p: Option<f64>,
}

impl Figure {
    /// A number without noise.
    pub(crate) fn exact(what: impl Into<String>, value: f64) -> Self {
        Figure {
            what: what.into(),
            value,
            interval: None,
            p: None,
        }
    }

    /// An estimate.
    pub(crate) fn estimate(what: impl Into<String>, value: f64, interval: Interval) -> Self {
        Figure {
            interval: Some(interval),
            ..Figure::exact(what, value)
        }
    }

    /// With the p of a test.
    pub(crate) fn p(self, p: f64) -> Self {
        Figure { p: Some(p), ..self }
    }
}

/// What came out of an experiment.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in a sentence or two.
    pub because: String,
    /// The numbers it rests on, the deciding ones first.
    pub figures: Vec<Figure>,
    /// Charts of them.
    #[serde(skip)]
    pub charts: Vec<nonlin_plot::Figure>,
}

impl Finding {
    pub(crate) fn new(verdict: Verdict, because: impl Into<String>) -> Self {
        Finding {
            verdict,
            because: because.into(),
            figures: Vec::new(),
            charts: Vec::new(),
        }
    }

    pub(crate) fn figure(mut self, figure: Figure) -> Self {
        self.figures.push(figure);
        self
    }

    pub(crate) fn figures(mut self, figures: impl IntoIterator<Item = Figure>) -> Self {
        self.figures.extend(figures);
        self
    }

    pub(crate) fn chart(mut self, chart: nonlin_plot::Figure) -> Self {
        self.charts.push(chart);
        self
    }
}

/// A claim with what was found, or why nothing could be.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Tested {
    /// "C9".
    pub id: &'static str,
    /// What is claimed.
    pub sentence: &'static str,
    /// Which of the study articles say so.
    pub articles: &'static [&'static str],
    /// What was done.
    pub experiment: &'static str,
    /// What was found; nothing where data that the experiment needs are not there.
    pub finding: Option<Finding>,
    /// Why nothing was found.
    pub problem: Option<String>,
    /// How long it took.
    pub seconds: f64,
}

/// How claims are tested.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Fewer seeds, rates and epochs: a look in minutes, with less power to tell things apart.
    pub quick: bool,
    /// The folder for pages and runs.
    pub out: PathBuf,
    /// Runs trained at the same time, each on one thread. Changes no result but those that are timings.
    pub jobs: usize,
}

impl Default for Setting {
    fn default() -> Self {
        Setting {
            quick: false,
            out: "claims".into(),
            jobs: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// Passes on claims as they are done and the wish to stop, but not every run.
struct Claims<'a>(&'a dyn Progress);

impl Progress for Claims<'_> {
    fn stop(&self) -> bool {
        self.0.stop()
    }
}

/// Tests claims, one after the other, and writes a page for each. Runs that were trained before, for this or another claim,
/// are taken from the store in the folder; a test that was stopped goes on there.
///
/// # Errors
/// A folder that cannot be written, a store that fails, or [`Error::Interrupted`]. Data that are not there leave their claims
/// untested, and are no error.
pub fn run(
    claims: &[&Claim],
    setting: &Setting,
    progress: &dyn Progress,
) -> Result<Vec<Tested>, Error> {
    let quiet = Claims(progress);
    let runner = Runner::open(&setting.out, setting.jobs, &quiet)?;
    let arena = Arena::new(&runner, setting.quick);
    progress.begin(claims.len(), 0);
    let mut tested = Vec::with_capacity(claims.len());
    for (at, claim) in claims.iter().enumerate() {
        progress.stage(&format!("{} {}", claim.id, claim.sentence));
        let start = Instant::now();
        let (finding, problem) = match (claim.test)(&arena) {
            Ok(finding) => (Some(finding), None),
            Err(Error::Interrupted { out, .. }) => {
                progress.end();
                return Err(Error::Interrupted {
                    done: at,
                    total: claims.len(),
                    out,
                });
            }
            Err(error @ (Error::Store { .. } | Error::File { .. })) => {
                progress.end();
                return Err(error);
            }
            Err(error) => (None, Some(error.to_string())),
        };
        let claim = Tested {
            id: claim.id,
            sentence: claim.sentence,
            articles: claim.articles,
            experiment: claim.experiment,
            finding,
            problem,
            seconds: start.elapsed().as_secs_f64(),
        };
        // At once, so that a test that is stopped leaves its pages behind.
        report::write(&claim, setting)?;
        progress.run_done(claim.id);
        tested.push(claim);
        report::write_index(&tested, setting)?;
    }
    progress.end();
    Ok(tested)
}

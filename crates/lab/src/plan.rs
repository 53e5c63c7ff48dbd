//! What a study is to do.

use crate::data::DataSource;
use crate::error::Error;
use crate::init::Init;
use nonlin::Function;
use std::path::PathBuf;

/// Learning rates tried unless the plan names others: half-decades around what plain networks of a few layers take.
pub const RATES: [f64; 7] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0];

/// Seeds with which learning rates are tuned; they are other seeds than those of the table.
pub(crate) const TUNING_SEEDS: u64 = 2;
/// Where the tuning seeds begin.
pub(crate) const FIRST_TUNING_SEED: u64 = 1_000_001;

/// The functions of a default study.
const DEFAULT: [&str; 16] = [
    "identity",
    "sigmoid",
    "tanh",
    "softsign",
    "hard_tanh",
    "relu",
    "leaky_relu",
    "prelu",
    "rrelu",
    "elu",
    "selu",
    "softplus",
    "swish",
    "gelu",
    "mish",
    "hard_swish",
];

/// A study: which functions, on which data, in which network, how often.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The functions to compare.
    pub activations: Vec<Function>,
    /// The data.
    pub data: DataSource,
    /// Widths of the hidden layers.
    pub net: Vec<usize>,
    /// Number of hidden layers, each as wide as the first of `net`; `None` takes `net` as it is.
    pub depth: Option<usize>,
    /// Times through the training rows, in every run.
    pub epochs: usize,
    /// Runs per function in the table: seeds 1, 2, ….
    pub seeds: usize,
    /// Learning rates to choose from on validation rows; a single one is taken untuned; `None` is [`RATES`].
    pub lr: Option<Vec<f64>>,
    /// How the weights start.
    pub init: Init,
    /// The folder for `report.html` and `runs.sqlite`.
    pub out: PathBuf,
    /// Runs trained at the same time, each on one thread. Changes no result.
    pub jobs: usize,
}

impl Default for Plan {
    /// Sixteen functions on MNIST-1D in a 40-100-100-10 network, 40 epochs, five seeds, as many jobs as there are cores.
    fn default() -> Self {
        Plan {
            activations: DEFAULT
                .iter()
                .filter_map(|name| name.parse().ok())
                .collect(),
            data: DataSource::default(),
            net: vec![100, 100],
            depth: None,
            epochs: 40,
            seeds: 5,
            lr: None,
            init: Init::Auto,
            out: "study".into(),
            jobs: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

impl Plan {
    /// Checks every part but the data and the folder, which [`run`](crate::run) checks before it trains.
    ///
    /// # Errors
    /// The first part that is out of its bounds.
    pub fn validate(&self) -> Result<(), Error> {
        let within = |what: &str, value: usize, low: usize, high: usize| {
            if (low..=high).contains(&value) {
                Ok(())
            } else {
                Err(Error::Plan(format!(
                    "{what} must be between {low} and {high}, but {value} was given"
                )))
            }
        };
        if self.activations.is_empty() {
            return Err(Error::Plan("a study needs at least one activation".into()));
        }
        for (at, function) in self.activations.iter().enumerate() {
            if self.activations[..at].contains(function) {
                return Err(Error::Plan(format!(
                    "the activation `{function}` was given twice"
                )));
            }
        }
        if self.net.is_empty() {
            return Err(Error::Plan(
                "a network needs at least one hidden layer".into(),
            ));
        }
        for &width in &self.net {
            within("the width of a hidden layer", width, 1, 4096)?;
        }
        within("the number of hidden layers", self.hidden().len(), 1, 100)?;
        within("the number of epochs", self.epochs, 1, 10_000)?;
        within("the number of seeds", self.seeds, 1, 1000)?;
        within("the number of jobs", self.jobs, 1, 1024)?;
        let rates = self.rates();
        if rates.is_empty() {
            return Err(Error::Plan("the list of learning rates is empty".into()));
        }
        for (at, rate) in rates.iter().enumerate() {
            if !(rate.is_finite() && *rate > 0.0) {
                return Err(Error::Plan(format!(
                    "a learning rate is a positive number, but {rate} was given"
                )));
            }
            if rates[..at].contains(rate) {
                return Err(Error::Plan(format!(
                    "the learning rate {rate} was given twice"
                )));
            }
        }
        Ok(())
    }

    /// Widths of the hidden layers, with `depth` applied.
    pub(crate) fn hidden(&self) -> Vec<usize> {
        match (self.depth, self.net.first()) {
            (Some(depth), Some(&width)) => vec![width; depth],
            _ => self.net.clone(),
        }
    }

    pub(crate) fn rates(&self) -> Vec<f64> {
        self.lr.clone().unwrap_or_else(|| RATES.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_plan_is_sound() {
        let plan = Plan::default();
        assert_eq!(plan.activations.len(), DEFAULT.len());
        plan.validate().unwrap();
    }

    #[test]
    fn what_is_out_of_bounds_is_refused_in_a_sentence() {
        let problem = |change: fn(&mut Plan)| {
            let mut plan = Plan::default();
            change(&mut plan);
            plan.validate().unwrap_err().to_string()
        };
        assert!(problem(|p| p.activations.clear()).contains("at least one activation"));
        assert!(
            problem(|p| p.activations[1] = p.activations[0]).contains("`identity` was given twice")
        );
        assert!(problem(|p| p.net = vec![]).contains("hidden layer"));
        assert!(problem(|p| p.net = vec![0]).contains("between 1 and 4096, but 0"));
        assert!(problem(|p| p.depth = Some(0)).contains("between 1 and 100, but 0"));
        assert!(problem(|p| p.epochs = 0).contains("epochs"));
        assert!(problem(|p| p.seeds = 0).contains("seeds"));
        assert!(problem(|p| p.jobs = 0).contains("jobs"));
        assert!(problem(|p| p.lr = Some(vec![-0.1])).contains("-0.1 was given"));
        assert!(problem(|p| p.lr = Some(vec![0.1, 0.1])).contains("given twice"));
        assert!(problem(|p| p.lr = Some(vec![])).contains("empty"));
    }

    #[test]
    fn depth_repeats_the_first_width() {
        let plan = Plan {
            net: vec![7, 9],
            depth: Some(3),
            ..Plan::default()
        };
        assert_eq!(plan.hidden(), [7, 7, 7]);
    }
}

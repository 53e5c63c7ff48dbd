//! What a study is to do.

use crate::architecture::Architecture;
use crate::data::DataSource;
use crate::error::Error;
use crate::init::Init;
use crate::optimiser::Optimiser;
use crate::pairing::Pairing;
use crate::study::Varied;
use crate::train::{BATCH, Run};
use crate::unit::Unit;
use std::path::PathBuf;

/// Learning rates tried unless the plan names others: half-decades around what plain networks of a few layers take.
pub const RATES: [f64; 7] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0];

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

/// A study: every activation with every initialisation, network and optimiser, on every data set, so many times.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What ends the hidden layers.
    pub activations: Vec<Unit>,
    /// The data sets, compared each for itself.
    pub data: Vec<DataSource>,
    /// The networks.
    pub networks: Vec<Architecture>,
    /// How the weights start.
    pub inits: Vec<Init>,
    /// How they follow their gradients.
    pub optimisers: Vec<Optimiser>,
    /// Output function and loss.
    pub loss: Pairing,
    /// Rows of a batch.
    pub batch: usize,
    /// Times through the training rows, in every run.
    pub epochs: usize,
    /// Epochs between looks inside while a run is trained, 0 for none; at the start and the end there is always one.
    pub probe_every: usize,
    /// Runs per row of the table: seeds 1, 2, ….
    pub seeds: usize,
    /// Learning rates to choose from on validation rows; a single one is taken untuned; `None` is [`RATES`].
    pub lr: Option<Vec<f64>>,
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
            data: vec![DataSource::default()],
            networks: vec![Architecture::mlp(&[100, 100])],
            inits: vec![Init::Auto],
            optimisers: vec![Optimiser::default()],
            loss: Pairing::Auto,
            batch: BATCH,
            epochs: 40,
            probe_every: 5,
            seeds: 5,
            lr: None,
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
        each_once("activation", &self.activations)?;
        each_once("data set", &self.data)?;
        each_once("network", &self.networks)?;
        each_once("initialisation", &self.inits)?;
        each_once("optimiser", &self.optimisers)?;
        within("the number of rows in a batch", self.batch, 1, 100_000)?;
        within("the number of epochs", self.epochs, 1, 10_000)?;
        within(
            "the number of epochs between probes",
            self.probe_every,
            0,
            10_000,
        )?;
        within("the number of seeds", self.seeds, 1, 1000)?;
        within("the number of jobs", self.jobs, 1, 1024)?;
        let rates = self.rates();
        each_once("learning rate", &rates)?;
        for rate in rates {
            if !(rate.is_finite() && rate > 0.0) {
                return Err(Error::Plan(format!(
                    "a learning rate is a positive number, but {rate} was given"
                )));
            }
        }
        Ok(())
    }

    /// What a data set's table has a row for, in the order of the plan. Rates and seeds are still open.
    pub(crate) fn candidates(&self, data: &DataSource) -> Vec<Run> {
        let mut runs = Vec::new();
        for network in &self.networks {
            for &optimiser in &self.optimisers {
                for &init in &self.inits {
                    for &unit in &self.activations {
                        runs.push(Run {
                            init,
                            optimiser,
                            loss: self.loss,
                            epochs: self.epochs,
                            batch: self.batch,
                            probe_every: self.probe_every,
                            ..Run::new(data.clone(), network.clone(), unit)
                        });
                    }
                }
            }
        }
        runs
    }

    pub(crate) fn varied(&self) -> Varied {
        Varied {
            networks: self.networks.len() > 1,
            optimisers: self.optimisers.len() > 1,
            inits: self.inits.len() > 1,
        }
    }

    pub(crate) fn rates(&self) -> Vec<f64> {
        self.lr.clone().unwrap_or_else(|| RATES.to_vec())
    }
}

fn each_once<T: PartialEq + std::fmt::Display>(what: &str, list: &[T]) -> Result<(), Error> {
    if list.is_empty() {
        return Err(Error::Plan(format!("a study needs at least one {what}")));
    }
    for (at, one) in list.iter().enumerate() {
        if list[..at].contains(one) {
            return Err(Error::Plan(format!("the {what} `{one}` was given twice")));
        }
    }
    Ok(())
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
        assert!(problem(|p| p.networks.clear()).contains("at least one network"));
        assert!(problem(|p| p.data.clear()).contains("at least one data set"));
        assert!(problem(|p| p.batch = 0).contains("between 1 and 100000, but 0"));
        assert!(problem(|p| p.epochs = 0).contains("epochs"));
        assert!(problem(|p| p.seeds = 0).contains("seeds"));
        assert!(problem(|p| p.jobs = 0).contains("jobs"));
        assert!(problem(|p| p.lr = Some(vec![-0.1])).contains("-0.1 was given"));
        assert!(problem(|p| p.lr = Some(vec![0.1, 0.1])).contains("given twice"));
        assert!(problem(|p| p.lr = Some(vec![])).contains("at least one learning rate"));
    }

    #[test]
    fn the_grid_has_every_combination() {
        let plan = Plan {
            networks: vec![Architecture::mlp(&[3]), Architecture::mlp(&[3, 3])],
            inits: vec![Init::He, Init::Xavier],
            optimisers: vec![Optimiser::Adam],
            ..Plan::default()
        };
        plan.validate().unwrap();
        assert_eq!(plan.candidates(&plan.data[0]).len(), 4 * DEFAULT.len());
    }
}

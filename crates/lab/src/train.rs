//! One training run, from seed to outcome, on one thread.

use crate::architecture::Architecture;
use crate::data::{DataSource, Dataset, Rows, Task};
use crate::error::Error;
use crate::init::Init;
use crate::network::{Batch, Network};
use crate::optimiser::Optimiser;
use crate::outcome::{Glance, Outcome, Probes};
use crate::pairing::{Head, Pairing};
use crate::probe;
use crate::unit::Unit;
use nonlin_theory::random::{Purpose, Stream};
use std::time::Instant;

/// Rows of a batch.
pub(crate) const BATCH: usize = 64;
/// A loss beyond this many times the constant answer's is divergence: no such run comes back in time.
const DIVERGED: f64 = 1e4;
/// Training rows on which gradients are looked at, and those that are probed.
const GRADIENT_ROWS: usize = 1000;
const PROBED_ROWS: usize = 5000;

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Choosing a learning rate: trained on a part of the training rows, judged on the rest.
    Tuning,
    /// A row of the table: trained on all training rows, judged on the test rows.
    Final,
}

/// Everything the result of a run depends on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Run {
    /// What it is for.
    pub phase: Phase,
    /// The data.
    pub data: DataSource,
    /// The network.
    pub network: Architecture,
    /// What ends its hidden layers.
    pub unit: Unit,
    /// How the weights start.
    pub init: Init,
    /// How they follow their gradients.
    pub optimiser: Optimiser,
    /// Output function and loss.
    pub loss: Pairing,
    /// Times through the training rows.
    pub epochs: usize,
    /// Rows of a batch.
    pub batch: usize,
    /// Learning rate.
    pub rate: f64,
    /// The largest norm that a gradient may have, all weights together; longer ones are scaled down to it.
    pub clip: Option<f64>,
    /// The learning rate of one first step, with plain descent on the first batch, where the run has such a shock.
    pub shock: Option<f64>,
    /// Epochs between looks inside while a final run is trained; 0 for no such looks. They change nothing but the time it takes.
    pub probe_every: usize,
    /// Seed of weights, order and noise.
    pub seed: u64,
}

impl Run {
    /// A final run with the defaults of everything but the data, the network and its unit: batches of 64, 40 epochs, momentum
    /// descent with the rate 0.03, seed 1.
    pub fn new(data: DataSource, network: Architecture, unit: impl Into<Unit>) -> Self {
        Run {
            phase: Phase::Final,
            data,
            network,
            unit: unit.into(),
            init: Init::Auto,
            optimiser: Optimiser::default(),
            loss: Pairing::Auto,
            epochs: 40,
            batch: BATCH,
            rate: 0.03,
            clip: None,
            shock: None,
            probe_every: 0,
            seed: 1,
        }
    }
}

/// A network that is being trained, step by step, for who wants to hold the reins.
///
/// ```
/// use nonlin_lab::{Run, Training, Unit};
/// let relu: Unit = "relu".parse()?;
/// let run = Run::new("digits".parse()?, "mlp(32)".parse()?, relu);
/// let data = run.data.load()?;
/// let mut training = Training::new(&run, &data)?;
/// let (inputs, targets) = (&data.train.inputs[..64 * 64], &data.train.targets[..64]);
/// let before = training.step(inputs, targets);
/// for _ in 0..20 {
///     training.step(inputs, targets);
/// }
/// assert!(training.step(inputs, targets) < before);
/// # Ok::<(), nonlin_lab::Error>(())
/// ```
pub struct Training<'a> {
    run: &'a Run,
    data: &'a Dataset,
    pub(crate) head: Head,
    pub(crate) network: Network,
    noise: Stream,
    /// A loss beyond it is divergence.
    limit: f64,
}

impl<'a> Training<'a> {
    /// A network with the weights that the run's seed draws.
    ///
    /// # Errors
    /// A network or a loss that does not fit the data.
    pub fn new(run: &'a Run, data: &'a Dataset) -> Result<Self, Error> {
        let head = run.loss.head(&data.task)?;
        let network = Network::new(
            &run.network,
            data.shape,
            run.unit,
            run.init.resolve(&run.unit),
            head.outputs,
            &mut Stream::new(run.seed, Purpose::Weights),
        )?;
        // A shock may well leave a loss from which training comes back.
        let limit = match run.shock {
            Some(_) => f64::INFINITY,
            None => DIVERGED * head.constant_loss(&data.train.targets),
        };
        Ok(Training {
            run,
            data,
            head,
            limit,
            network,
            noise: Stream::new(run.seed, Purpose::Slopes),
        })
    }

    /// What is inside, seen on these rows. Looking changes nothing: what a gradient moves on its way, running means and the
    /// place in the stream of noise, is moved in a copy.
    pub(crate) fn look(&self, rows: &Rows) -> Probes {
        let (mut network, mut noise) = (self.network.clone(), self.noise.clone());
        let first = |n: usize| rows.pick(&(0..rows.len().min(n)).collect::<Vec<_>>());
        let mut probes = probe::probe(&mut network, &first(PROBED_ROWS).inputs);
        let sample = first(GRADIENT_ROWS);
        let device = network.device().clone();
        let batch = Batch::new(&sample.inputs, &sample.targets, &self.head, &device);
        probes.gradient = network.gradient_norms(&batch, &self.head, &mut noise);
        probes
    }

    /// One step of the run's optimiser on these rows; the mean loss before it.
    ///
    /// # Panics
    /// If the inputs are not so many rows of the data's shape as there are targets.
    pub fn step(&mut self, inputs: &[f32], targets: &[f32]) -> f64 {
        assert_eq!(
            inputs.len(),
            targets.len() * self.data.shape.len(),
            "a step needs a row of inputs for each target"
        );
        self.descend(inputs, targets, (self.run.optimiser, self.run.rate))
    }

    fn descend(&mut self, inputs: &[f32], targets: &[f32], descent: (Optimiser, f64)) -> f64 {
        let device = self.network.device().clone();
        let batch = Batch::new(inputs, targets, &self.head, &device);
        let descent = (descent.0, descent.1, self.run.clip);
        self.network
            .step(&batch, &self.head, descent, &mut self.noise)
    }

    /// Once through these rows in a new order; the mean loss on the way.
    pub(crate) fn epoch(&mut self, rows: &Rows, order: &mut Stream) -> f64 {
        let shuffled = rows.pick(&order.permutation(rows.len()));
        let (batch, features) = (self.run.batch, self.data.shape.len());
        let mut sum = 0.0;
        for (inputs, targets) in shuffled
            .inputs
            .chunks(batch * features)
            .zip(shuffled.targets.chunks(batch))
        {
            let loss = self.step(inputs, targets);
            sum += loss * targets.len() as f64;
            if loss.is_nan() || loss > self.limit {
                return f64::INFINITY;
            }
        }
        sum / rows.len() as f64
    }

    /// Mean loss and score on rows of the same data, in f64 from the f32 outputs.
    pub fn judged(&mut self, rows: &Rows) -> (f64, f64) {
        let outputs = self.network.outputs(&rows.inputs, None);
        let n = rows.len() as f64;
        let (mut loss, mut right) = (0.0, 0usize);
        for (outputs, &target) in outputs.chunks(self.head.outputs).zip(&rows.targets) {
            let (own, is_right) = self.head.judge(outputs, target);
            loss += own;
            right += usize::from(is_right);
        }
        loss /= n;
        match self.data.task {
            Task::Classes(_) => (loss, 100.0 * right as f64 / n),
            Task::Regression { .. } => (loss, 1.0 - loss / self.head.constant_loss(&rows.targets)),
        }
    }
}

/// Trains. `stop` is asked after each epoch; when it says yes there is no outcome.
///
/// # Errors
/// A network or a loss that does not fit the data.
pub(crate) fn train(
    run: &Run,
    data: &Dataset,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Outcome>, Error> {
    let tuning;
    let (rows, judge) = match run.phase {
        Phase::Tuning => {
            tuning = data.tuning_split();
            (&tuning.0, &tuning.1)
        }
        Phase::Final => (&data.train, &data.test),
    };
    let mut order = Stream::new(run.seed, Purpose::Order);
    let mut training = Training::new(run, data)?;
    let mut outcome = Outcome::default();
    let is_final = run.phase == Phase::Final;
    if is_final {
        outcome.start = Some(training.look(rows));
    }
    if let Some(rate) = run.shock {
        let first = rows.pick(&(0..rows.len().min(run.batch)).collect::<Vec<_>>());
        let plain = Optimiser::Sgd { momentum: 0.0 };
        training.descend(&first.inputs, &first.targets, (plain, rate));
        if is_final {
            outcome.shocked = Some(training.look(rows));
        }
    }
    let mut seconds = Vec::with_capacity(run.epochs);
    for epoch in 1..=run.epochs {
        if stop() {
            return Ok(None);
        }
        let start = Instant::now();
        let train_loss = training.epoch(rows, &mut order);
        seconds.push(start.elapsed().as_secs_f64());
        if !train_loss.is_finite() {
            outcome.diverged = true;
            break;
        }
        let (loss, score) = training.judged(judge);
        if !loss.is_finite() {
            outcome.diverged = true;
            break;
        }
        outcome.train_loss.push(train_loss);
        outcome.loss.push(loss);
        outcome.score.push(score);
        if is_final && run.probe_every > 0 && epoch % run.probe_every == 0 && epoch < run.epochs {
            outcome.during.push(Glance {
                epoch,
                probes: training.look(rows).brief(),
            });
        }
    }
    seconds.sort_by(f64::total_cmp);
    outcome.seconds_per_epoch = seconds.get(seconds.len() / 2).copied().unwrap_or(0.0);
    if is_final && !outcome.diverged {
        outcome.end = Some(training.look(rows));
    }
    Ok(Some(outcome))
}

//! Data sets: what a study trains and tests on.

mod card;
mod csv;
mod embedded;
mod fetch;
mod generated;
mod idx;
mod images;
mod raw;
mod scale;
mod source;
mod text;

pub use card::{Card, Origin};
pub use fetch::{Fetched, fetch};
pub use images::data_folder;
pub use scale::Scale;
pub use source::{DataSource, Set};

use nonlin_theory::random::{Purpose, Stream};
use std::fmt;

/// What a row is: a list, a series or an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// So many values without an order.
    Flat(usize),
    /// Step after step, each with the values of all channels.
    Series {
        /// Length in time.
        steps: usize,
        /// Values of a step.
        channels: usize,
    },
    /// Channel after channel, each row after row.
    Image {
        /// Values of a pixel.
        channels: usize,
        /// Rows of pixels.
        height: usize,
        /// Pixels of a row.
        width: usize,
    },
}

impl Shape {
    /// The number of values.
    #[allow(clippy::len_without_is_empty)] // no shape is empty
    pub fn len(&self) -> usize {
        match *self {
            Shape::Flat(values) => values,
            Shape::Series { steps, channels } => steps * channels,
            Shape::Image {
                channels,
                height,
                width,
            } => channels * height * width,
        }
    }
}

impl fmt::Display for Shape {
    /// In words: `13 values`, `50 steps × 2`, `28 × 28 pixels`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Shape::Flat(1) => f.write_str("1 value"),
            Shape::Flat(values) => write!(f, "{values} values"),
            Shape::Series { steps, channels: 1 } => write!(f, "{steps} steps"),
            Shape::Series { steps, channels } => write!(f, "{steps} steps × {channels}"),
            Shape::Image {
                channels: 1,
                height,
                width,
            } => write!(f, "{height} × {width} pixels"),
            Shape::Image {
                channels,
                height,
                width,
            } => write!(f, "{height} × {width} pixels × {channels}"),
        }
    }
}

/// What the network is to predict.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Task {
    /// One of these classes; the score is the accuracy in percent.
    Classes(Vec<String>),
    /// A number; the score is R², and the network learns (value − mean) / deviation.
    Regression {
        /// Mean of the training part.
        mean: f64,
        /// Standard deviation of the training part.
        deviation: f64,
    },
}

impl Task {
    /// Name of the score on the test rows.
    pub(crate) fn score_name(&self) -> &'static str {
        match self {
            Task::Classes(_) => "test accuracy",
            Task::Regression { .. } => "test R²",
        }
    }
}

/// Rows of inputs with what is to be predicted.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Row after row.
    pub inputs: Vec<f32>,
    /// The class as its number, or the standardised target.
    pub targets: Vec<f32>,
}

impl Rows {
    /// The number of rows.
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// The rows with these numbers, in this order.
    pub(crate) fn pick(&self, rows: &[usize]) -> Rows {
        let width = self.inputs.len() / self.len().max(1);
        let mut inputs = Vec::with_capacity(rows.len() * width);
        for &row in rows {
            inputs.extend_from_slice(&self.inputs[row * width..(row + 1) * width]);
        }
        Rows {
            inputs,
            targets: rows.iter().map(|&row| self.targets[row]).collect(),
        }
    }
}

/// A data set, split and scaled.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// Name and contents: two data sets with the same key are the same.
    pub key: String,
    /// A few sentences about it, for the report.
    pub about: String,
    /// What a row is.
    pub shape: Shape,
    /// What to predict.
    pub task: Task,
    /// Rows to learn from.
    pub train: Rows,
    /// Rows to judge by, seen by no choice of the study.
    pub test: Rows,
    /// The training loss whose first epoch the table shows.
    pub target_loss: f64,
}

/// The share of the training rows set aside for validation while learning rates are tuned.
const VALIDATION: f64 = 0.125;

impl Dataset {
    /// Values in a row.
    pub fn features(&self) -> usize {
        self.shape.len()
    }

    /// The training rows for tuning, and the validation rows: one split for all functions and seeds.
    pub(crate) fn tuning_split(&self) -> (Rows, Rows) {
        let order = Stream::new(0, Purpose::Split).permutation(self.train.len());
        let (validation, train) = order.split_at(self.validation_rows());
        (self.train.pick(train), self.train.pick(validation))
    }

    fn validation_rows(&self) -> usize {
        ((self.train.len() as f64 * VALIDATION).round() as usize).max(1)
    }

    /// The standard error of a score on the validation rows: binomial for an accuracy; for R², with errors as normal
    /// numbers have them, (1 − R²)·√(2/n).
    pub(crate) fn standard_error(&self, score: f64) -> f64 {
        let n = self.validation_rows() as f64;
        match self.task {
            Task::Classes(_) => (score * (100.0 - score).max(0.0) / n).sqrt(),
            Task::Regression { .. } => (1.0 - score) * (2.0 / n).sqrt(),
        }
    }

    /// The loss of the best constant answer: the entropy of the classes, or 1 for a standardised target.
    pub(crate) fn constant_loss(task: &Task, train: &Rows) -> f64 {
        match task {
            Task::Regression { .. } => 1.0,
            Task::Classes(_) => entropy(&train.targets),
        }
    }
}

/// The entropy of class numbers, in nats.
pub(crate) fn entropy(classes: &[f32]) -> f64 {
    let most = classes.iter().copied().fold(0.0, f32::max) as usize;
    let mut counts = vec![0.0f64; most + 1];
    for &class in classes {
        counts[class as usize] += 1.0;
    }
    let n = classes.len() as f64;
    let counts = counts.iter().filter(|&&c| c > 0.0);
    counts.map(|c| -c / n * (c / n).ln()).sum()
}

/// The numbers of the training rows and of the test rows, a fifth, by a fixed order.
fn split(rows: usize) -> (Vec<usize>, Vec<usize>) {
    let mut test = Stream::new(1, Purpose::Split).permutation(rows);
    let train = test.split_off((rows / 5).max(1));
    (train, test)
}

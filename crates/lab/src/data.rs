//! Data sets: what a study trains and tests on.

use crate::csv;
use crate::error::Error;
use flate2::read::GzDecoder;
use nonlin_theory::random::{Purpose, Stream};
use std::fmt;
use std::io::Read;
use std::path::PathBuf;

/// Where the data comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum DataSource {
    /// MNIST-1D: 4000 + 1000 noisy one-dimensional digits of 40 values, ten classes. Embedded.
    #[default]
    Mnist1d,
    /// 1797 handwritten digits of 8 × 8 pixels, ten classes. Embedded.
    Digits,
    /// A CSV file of the user's, with a header line.
    Csv {
        /// The file.
        path: PathBuf,
        /// The column to predict: regression where it holds more than 20 different numbers, else classes.
        target: String,
    },
}

impl DataSource {
    /// Reads the command line's form: `mnist1d`, `digits`, or the path of a CSV file with the name of its target column.
    pub fn parse(data: &str, target: Option<&str>) -> Result<Self, Error> {
        let embedded = match data {
            "mnist1d" => Some(DataSource::Mnist1d),
            "digits" => Some(DataSource::Digits),
            _ => None,
        };
        match (embedded, target) {
            (Some(source), None) => Ok(source),
            (Some(_), Some(target)) => Err(Error::Plan(format!(
                "`{data}` knows its own target, so the target column `{target}` is for CSV files only"
            ))),
            (None, Some(target)) => Ok(DataSource::Csv {
                path: data.into(),
                target: target.to_owned(),
            }),
            (None, None) if std::path::Path::new(data).extension().is_none() => {
                Err(Error::Plan(format!(
                    "unknown data `{data}`; there are mnist1d, digits, and the path of a CSV file with a target column"
                )))
            }
            (None, None) => Err(Error::Plan(format!(
                "`{data}` needs the name of the column to predict (--target COLUMN)"
            ))),
        }
    }

    /// Reads the data, whole.
    ///
    /// # Errors
    /// A CSV file that cannot be read or trained on, with row and column.
    pub fn load(&self) -> Result<Dataset, Error> {
        match self {
            DataSource::Mnist1d => Ok(mnist1d()),
            DataSource::Digits => Ok(digits()),
            DataSource::Csv { path, target } => csv::load(path, target),
        }
    }
}

impl fmt::Display for DataSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DataSource::Mnist1d => f.write_str("mnist1d"),
            DataSource::Digits => f.write_str("digits"),
            DataSource::Csv { path, target } => write!(f, "{} (target {target})", path.display()),
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
    /// Units of the output layer.
    pub(crate) fn outputs(&self) -> usize {
        match self {
            Task::Classes(names) => names.len(),
            Task::Regression { .. } => 1,
        }
    }

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
    /// A sentence about it, for the report.
    pub about: String,
    /// Values in a row.
    pub features: usize,
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
            Task::Classes(names) => {
                let mut counts = vec![0.0f64; names.len()];
                for &class in &train.targets {
                    counts[class as usize] += 1.0;
                }
                let n = train.len() as f64;
                counts
                    .iter()
                    .filter(|&&c| c > 0.0)
                    .map(|c| -c / n * (c / n).ln())
                    .sum()
            }
        }
    }
}

/// Splits off a fifth for testing, by a fixed order.
pub(crate) fn split(rows: &Rows) -> (Rows, Rows) {
    let order = Stream::new(1, Purpose::Split).permutation(rows.len());
    let (test, train) = order.split_at((rows.len() / 5).max(1));
    (rows.pick(train), rows.pick(test))
}

fn unpack(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed)
        .read_to_end(&mut bytes)
        .expect("an embedded data set is a whole gzip file");
    bytes
}

fn ten_digits() -> Task {
    Task::Classes((0..10).map(|digit| digit.to_string()).collect())
}

fn mnist1d() -> Dataset {
    const TRAIN: usize = 4000;
    const ROWS: usize = 5000;
    const FEATURES: usize = 40;
    let bytes = unpack(include_bytes!("../data/mnist1d.bin.gz"));
    let number =
        |at: usize| f32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let (low, step) = (number(0), number(4));
    let (levels, labels) = bytes[8..].split_at(ROWS * FEATURES);
    let inputs: Vec<f32> = levels
        .iter()
        .map(|&level| low + step * f32::from(level))
        .collect();
    let targets: Vec<f32> = labels.iter().map(|&label| f32::from(label)).collect();
    let (train, test) = inputs.split_at(TRAIN * FEATURES);
    let (train_targets, test_targets) = targets.split_at(TRAIN);
    Dataset {
        key: "mnist1d".into(),
        about: "MNIST-1D (Greydanus and Kobak, 2020): 4000 training and 1000 test rows of 40 values, ten classes. \
                Published accuracies: linear 32 %, MLP 68 %, CNN 94 %, people 96 %."
            .into(),
        features: FEATURES,
        task: ten_digits(),
        train: Rows { inputs: train.to_vec(), targets: train_targets.to_vec() },
        test: Rows { inputs: test.to_vec(), targets: test_targets.to_vec() },
        target_loss: 0.7,
    }
}

fn digits() -> Dataset {
    const FEATURES: usize = 64;
    let text = unpack(include_bytes!("../data/digits.csv.gz"));
    let mut rows = Rows::default();
    for line in String::from_utf8_lossy(&text).lines() {
        let numbers: Vec<f32> = line
            .split(',')
            .map(|field| field.parse().expect("the embedded digits are numbers"))
            .collect();
        rows.inputs.extend_from_slice(&numbers[..FEATURES]);
        rows.targets.push(numbers[FEATURES]);
    }
    let (mut train, mut test) = split(&rows);
    // One mean and one deviation for all pixels: scaling each pixel by its own blows up the border, where nearly all
    // digits are blank.
    let n = train.inputs.len() as f64;
    let mean = train.inputs.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
    let variance = train
        .inputs
        .iter()
        .map(|&v| (f64::from(v) - mean).powi(2))
        .sum::<f64>()
        / n;
    for value in train.inputs.iter_mut().chain(&mut test.inputs) {
        *value = ((f64::from(*value) - mean) / variance.sqrt()) as f32;
    }
    Dataset {
        key: "digits".into(),
        about: format!(
            "Optical recognition of handwritten digits (Alpaydin and Kaynak, 1998): {} training and {} test images of \
             8 × 8 pixels, ten classes. It is an easy set: a linear network reaches 96 to 97 %.",
            train.len(),
            test.len()
        ),
        features: FEATURES,
        task: ten_digits(),
        train,
        test,
        target_loss: 0.1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mnist1d_is_the_published_set() {
        let data = DataSource::Mnist1d.load().unwrap();
        assert_eq!((data.train.len(), data.test.len()), (4000, 1000));
        assert_eq!(
            (data.train.inputs.len(), data.test.inputs.len()),
            (160_000, 40_000)
        );
        for (rows, low, high) in [(&data.train, 394, 411), (&data.test, 89, 106)] {
            for class in 0..10 {
                let count = rows.targets.iter().filter(|&&t| t == class as f32).count();
                assert!((low..=high).contains(&count), "class {class}: {count}");
            }
        }
        let deviation = (data
            .train
            .inputs
            .iter()
            .map(|v| f64::from(v * v))
            .sum::<f64>()
            / 160_000.0)
            .sqrt();
        assert!((deviation - 0.998).abs() < 0.01, "{deviation}");
        assert!((Dataset::constant_loss(&data.task, &data.train) - 10f64.ln()).abs() < 1e-3);
    }

    #[test]
    fn digits_are_scaled_and_split() {
        let data = DataSource::Digits.load().unwrap();
        assert_eq!((data.train.len(), data.test.len()), (1438, 359));
        let mean = data.train.inputs.iter().sum::<f32>() / data.train.inputs.len() as f32;
        assert!(mean.abs() < 1e-4);
    }

    #[test]
    fn validation_rows_are_taken_from_the_training_rows() {
        let data = DataSource::Mnist1d.load().unwrap();
        let (train, validation) = data.tuning_split();
        assert_eq!((train.len(), validation.len()), (3500, 500));
        assert_eq!(validation.inputs.len(), 500 * 40);
    }

    #[test]
    fn the_command_line_form_is_read() {
        assert_eq!(
            DataSource::parse("mnist1d", None).unwrap(),
            DataSource::Mnist1d
        );
        let csv = DataSource::parse("a.csv", Some("y")).unwrap();
        assert_eq!(
            csv,
            DataSource::Csv {
                path: "a.csv".into(),
                target: "y".into()
            }
        );
        let problem = |data, target| DataSource::parse(data, target).unwrap_err().to_string();
        assert!(problem("a.csv", None).contains("--target"));
        assert!(problem("mnist", None).contains("mnist1d, digits"));
        assert!(problem("digits", Some("y")).contains("CSV files only"));
    }
}

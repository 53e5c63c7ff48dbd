//! How inputs are scaled, always by what the training rows say.

use super::Shape;
use super::raw::Values;
use crate::error::Error;
use std::fmt;
use std::str::FromStr;

/// A scaling of the inputs. Means, deviations and ranges are those of the training rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scale {
    /// As they are.
    Raw,
    /// The range to 0 … 1: of a table each column's own, of images and series that of all values.
    Unit,
    /// The same to −1 … 1.
    Symmetric,
    /// To mean 0 and deviation 1, one mean and one deviation for all values.
    Global,
    /// To mean 0 and deviation 1, each value of a row by its own; one that is constant in the training rows becomes 0.
    Feature,
}

impl Scale {
    const NAMES: [(Scale, &'static str); 5] = [
        (Scale::Raw, "raw"),
        (Scale::Unit, "unit"),
        (Scale::Symmetric, "symmetric"),
        (Scale::Global, "global"),
        (Scale::Feature, "feature"),
    ];

    /// A sentence for the report.
    pub(super) fn about(self, shape: Shape) -> &'static str {
        let table = matches!(shape, Shape::Flat(_));
        match self {
            Scale::Raw => "Inputs are as they are.",
            Scale::Unit if table => {
                "Each column is scaled from its range on the training rows to 0 … 1."
            }
            Scale::Unit => "Inputs are scaled from their range on the training rows to 0 … 1.",
            Scale::Symmetric if table => {
                "Each column is scaled from its range on the training rows to −1 … 1."
            }
            Scale::Symmetric => {
                "Inputs are scaled from their range on the training rows to −1 … 1."
            }
            Scale::Global => {
                "Inputs are scaled by the one mean and deviation of all values of the training rows."
            }
            Scale::Feature => {
                "Each input is scaled to mean 0 and deviation 1 on the training rows."
            }
        }
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::NAMES.iter().find(|(scale, _)| scale == self);
        f.write_str(name.map_or("raw", |(_, name)| name))
    }
}

impl FromStr for Scale {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::NAMES.iter().find(|(_, name)| *name == text);
        found.map(|(scale, _)| *scale).ok_or_else(|| {
            Error::Plan(format!(
                "unknown scale `{text}`; there are {}{}",
                super::text::list(Self::NAMES.iter().map(|(_, name)| *name)),
                super::text::did_you_mean(text, Self::NAMES.iter().map(|(_, name)| *name))
            ))
        })
    }
}

/// value ↦ (value − offset) / divisor, for each value of a row.
pub(super) struct Scaling(Vec<(f64, f64)>);

impl Scaling {
    /// What the training rows ask for.
    pub(super) fn of(scale: Scale, shape: Shape, values: &Values, train: &[usize]) -> Scaling {
        let width = shape.len();
        let columns = |column: usize| {
            train
                .iter()
                .map(move |&row| values.get(row * width + column))
        };
        let all = || {
            train
                .iter()
                .flat_map(|&row| (row * width..(row + 1) * width).map(|at| values.get(at)))
        };
        Scaling(match scale {
            Scale::Raw => vec![(0.0, 1.0); width],
            Scale::Global => vec![divisor(moments(all())); width],
            Scale::Feature => (0..width)
                .map(|column| divisor(moments(columns(column))))
                .collect(),
            Scale::Unit | Scale::Symmetric => {
                let ends = |(low, high): (f64, f64)| match scale {
                    Scale::Unit => divisor((low, high - low)),
                    _ => divisor((0.5 * (low + high), 0.5 * (high - low))),
                };
                match shape {
                    Shape::Flat(_) => (0..width)
                        .map(|column| ends(range(columns(column))))
                        .collect(),
                    _ => vec![ends(range(all())); width],
                }
            }
        })
    }

    /// The rows with these numbers, scaled.
    pub(super) fn apply(&self, values: &Values, rows: &[usize]) -> Vec<f32> {
        let width = self.0.len();
        let mut scaled = Vec::with_capacity(rows.len() * width);
        for &row in rows {
            let cells = self.0.iter().enumerate();
            scaled.extend(cells.map(|(column, (offset, divisor))| {
                ((values.get(row * width + column) - offset) / divisor) as f32
            }));
        }
        scaled
    }
}

/// What divides by nothing worth the name divides by infinity: the value becomes 0, in the test rows too.
fn divisor((offset, divisor): (f64, f64)) -> (f64, f64) {
    if divisor > 1e-12 * offset.abs() {
        (offset, divisor)
    } else {
        (offset, f64::INFINITY)
    }
}

/// Mean and standard deviation.
pub(super) fn moments(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let n = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / n;
    (
        mean,
        (values.map(|v| (v - mean).powi(2)).sum::<f64>() / n).sqrt(),
    )
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
        (low.min(v), high.max(v))
    })
}

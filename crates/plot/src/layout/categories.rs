//! The names under the bars.

use super::{TICK_SIZE, one_line};
use crate::figure::Figure;
use crate::font::{fitted, width};

pub(super) const TURN: f64 = 38.0;

/// The names under the bars.
pub(super) struct Categories {
    pub(super) labels: Vec<(usize, String)>,
    pub(super) turned: bool,
    /// What turned names need beyond one row.
    pub(super) extra_height: f64,
    /// How far the first name reaches left of the plot.
    pub(super) overhang: f64,
}

impl Categories {
    pub(super) fn new(figure: &Figure, slot: f64, most_height: f64) -> Self {
        let names: Vec<String> = figure
            .categories
            .iter()
            .map(|(name, _)| one_line(name))
            .collect();
        let widest = names
            .iter()
            .map(|n| width(n, TICK_SIZE))
            .fold(0.0, f64::max);
        let turned = widest > slot - 6.0;
        if !turned {
            return Self {
                labels: names.into_iter().enumerate().collect(),
                turned,
                extra_height: 0.0,
                overhang: 0.0,
            };
        }
        let (sin, cos) = TURN.to_radians().sin_cos();
        let longest = (most_height / sin).min(150.0);
        // Where even turned names would run into one another, every second, third … one is written.
        let stride = (TICK_SIZE * 1.25 / sin / slot.max(0.1)).ceil().max(1.0) as usize;
        let labels: Vec<(usize, String)> = names
            .iter()
            .enumerate()
            .step_by(stride)
            .map(|(k, n)| (k, fitted(n, TICK_SIZE, longest)))
            .collect();
        let longest = labels
            .iter()
            .map(|(_, n)| width(n, TICK_SIZE))
            .fold(0.0, f64::max);
        let reach = |(k, n): &(usize, String)| width(n, TICK_SIZE) * cos - (*k as f64 + 0.5) * slot;
        let overhang = labels.iter().map(reach).fold(0.0, f64::max);
        Self {
            labels,
            turned,
            extra_height: longest * sin - 0.3 * TICK_SIZE,
            overhang,
        }
    }
}

//! The legend: where it stands, and what it shows.

use super::{Area, LEGEND_SIZE, LINE_WIDTH, one_line, text};
use crate::figure::{Figure, Mark};
use crate::font::{fitted, width};
use crate::palette;
use crate::scene::{Anchor, Shape};

const LEGEND_ROW: f64 = 18.0;
const SWATCH: f64 = 24.0;

/// The legend stands outside the plot: in up to two rows above it, or else in a column beside it.
pub(super) enum Legend {
    None,
    /// Rows of (series, x, text).
    Above(Vec<Vec<(usize, f64, String)>>),
    Beside {
        entries: Vec<(usize, String)>,
        width: f64,
    },
}

impl Legend {
    pub(super) fn new(figure: &Figure, w: f64, h: f64) -> Self {
        let entries = figure.legend();
        if entries.is_empty() {
            return Legend::None;
        }
        let room = w - 24.0;
        let named: Vec<(usize, String)> = entries
            .iter()
            .map(|&k| {
                (
                    k,
                    fitted(
                        &one_line(&figure.series[k].name),
                        LEGEND_SIZE,
                        room - SWATCH - 6.0,
                    ),
                )
            })
            .collect();
        let mut rows = wrapped(&named, room);
        if rows.len() == 2 {
            // Rows of about one length look better than a long one and a rest.
            let mut narrower = room;
            while narrower > room / 2.0 {
                narrower -= 8.0;
                let other = wrapped(&named, narrower);
                if other.len() > 2 {
                    break;
                }
                rows = other;
            }
        }
        if rows.len() <= 2 || w < 320.0 {
            // A small figure keeps at least half its height for the plot.
            rows.truncate(((0.3 * h / LEGEND_ROW) as usize).max(1));
            let placed = rows.into_iter().map(|(used, row)| {
                let mut x = (w - (used - 16.0)) / 2.0;
                row.into_iter()
                    .map(|(k, name)| {
                        let at = x;
                        x += SWATCH + 6.0 + width(&name, LEGEND_SIZE) + 16.0;
                        (k, at, name)
                    })
                    .collect()
            });
            return Legend::Above(placed.collect());
        }
        let entries: Vec<(usize, String)> = entries
            .iter()
            .map(|&k| {
                (
                    k,
                    fitted(&one_line(&figure.series[k].name), LEGEND_SIZE, 0.28 * w),
                )
            })
            .collect();
        let widest = entries
            .iter()
            .map(|(_, n)| width(n, LEGEND_SIZE))
            .fold(0.0, f64::max);
        Legend::Beside {
            entries,
            width: SWATCH + 6.0 + widest + 12.0,
        }
    }

    pub(super) fn height_above(&self) -> f64 {
        match self {
            Legend::Above(rows) => rows.len() as f64 * LEGEND_ROW + 2.0,
            _ => 0.0,
        }
    }

    pub(super) fn width_beside(&self) -> f64 {
        match self {
            Legend::Beside { width, .. } => *width,
            _ => 0.0,
        }
    }

    pub(super) fn draw(
        self,
        shapes: &mut Vec<Shape>,
        figure: &Figure,
        styles: &[usize],
        top: f64,
        area: &Area,
    ) {
        match self {
            Legend::None => {}
            Legend::Above(rows) => {
                for (r, row) in rows.into_iter().enumerate() {
                    let y = top + (r as f64 + 0.5) * LEGEND_ROW;
                    for (k, x, name) in row {
                        swatch(shapes, figure, k, styles[k], x, y);
                        shapes.push(Shape::Text(text(
                            x + SWATCH + 6.0,
                            y + 0.36 * LEGEND_SIZE,
                            name,
                            LEGEND_SIZE,
                            Anchor::Start,
                        )));
                    }
                }
            }
            Legend::Beside { entries, width } => {
                let x = f64::from(figure.width) - width - 2.0;
                let row = (area.height / entries.len() as f64).clamp(13.0, LEGEND_ROW);
                let size = LEGEND_SIZE.min(row * 0.85);
                let fit = ((area.height / row) as usize).max(1);
                let hidden = if entries.len() > fit {
                    entries.len() + 1 - fit
                } else {
                    0
                };
                let shown = entries.len() - hidden;
                for (r, (k, name)) in entries.into_iter().take(shown).enumerate() {
                    let y = area.top + (r as f64 + 0.5) * row;
                    swatch(shapes, figure, k, styles[k], x, y);
                    shapes.push(Shape::Text(text(
                        x + SWATCH + 6.0,
                        y + 0.36 * size,
                        name,
                        size,
                        Anchor::Start,
                    )));
                }
                if hidden > 0 {
                    let y = area.top + (shown as f64 + 0.5) * row + 0.36 * size;
                    shapes.push(Shape::Text(text(
                        x + SWATCH + 6.0,
                        y,
                        format!("and {hidden} more"),
                        size,
                        Anchor::Start,
                    )));
                }
            }
        }
    }
}

/// The entries in rows no longer than `room` (a row has one entry at least), each with the room it takes.
fn wrapped(named: &[(usize, String)], room: f64) -> Vec<(f64, Vec<(usize, String)>)> {
    let mut rows: Vec<(f64, Vec<(usize, String)>)> = Vec::new();
    for (k, name) in named {
        let each = SWATCH + 6.0 + width(name, LEGEND_SIZE) + 16.0;
        match rows.last_mut() {
            Some((used, row)) if *used + each - 16.0 <= room => {
                *used += each;
                row.push((*k, name.clone()));
            }
            _ => rows.push((each, vec![(*k, name.clone())])),
        }
    }
    rows
}

/// What the parts of this name look like, around the middle of the swatch's left end at (x, y).
fn swatch(shapes: &mut Vec<Shape>, figure: &Figure, first: usize, style: usize, x: f64, y: f64) {
    let name = &figure.series[first].name;
    let color = palette::rgb(style);
    for series in figure.series.iter().filter(|s| s.name == *name) {
        let block = |height: f64, opacity: f64| Shape::Rect {
            x,
            y: y - height / 2.0,
            width: SWATCH,
            height,
            fill: color,
            opacity,
        };
        match &series.mark {
            Mark::Band(_) => shapes.push(block(11.0, 0.18)),
            Mark::Bars(_) => shapes.push(block(10.0, 1.0)),
            Mark::Histogram(_) => shapes.push(block(10.0, 0.35)),
            _ => {}
        }
    }
    let mut drawn = false;
    for series in figure.series.iter().filter(|s| s.name == *name) {
        match &series.mark {
            Mark::Line { dashed, .. } if !drawn => {
                drawn = true;
                let dash = palette::pattern(style, *dashed)
                    .iter()
                    .map(|d| d * LINE_WIDTH)
                    .collect();
                shapes.push(Shape::Line {
                    points: vec![(x, y), (x + SWATCH, y)],
                    color,
                    width: LINE_WIDTH,
                    dash,
                });
            }
            Mark::Points(_) => {
                shapes.push(Shape::Dots {
                    centres: vec![(x + SWATCH / 2.0, y)],
                    radius: 3.5,
                    fill: color,
                    opacity: 0.9,
                });
            }
            _ => {}
        }
    }
}

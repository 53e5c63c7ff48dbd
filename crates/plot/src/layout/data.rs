//! The marks of a series, cut off at the edge of the plot.

use super::{Area, LINE_WIDTH, TOLERANCE, VALUE_SIZE, text};
use crate::axis::{Axis, rounded};
use crate::clip::{self, Point};
use crate::figure::{Figure, Mark, Series};
use crate::font::width;
use crate::palette;
use crate::scene::{Anchor, Shape, Text};

/// How the bars of several series share the width of a category.
pub(super) struct BarSlots {
    /// The indices of the series of bars.
    series: Vec<usize>,
}

impl BarSlots {
    /// The part of a category that its bars fill.
    const FILLED: f64 = 0.74;

    pub(super) fn new(figure: &Figure) -> Self {
        let series = figure
            .series
            .iter()
            .enumerate()
            .filter(|(_, s)| matches!(s.mark, Mark::Bars(_)))
            .map(|(k, _)| k)
            .collect();
        Self { series }
    }

    /// Left and right end of a bar, in x.
    pub(super) fn span(&self, series: usize, category: usize) -> (f64, f64) {
        let slot = self.series.iter().position(|&s| s == series).unwrap_or(0) as f64;
        let each = Self::FILLED / self.series.len().max(1) as f64;
        let from = category as f64 - Self::FILLED / 2.0 + slot * each;
        (from, from + each)
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "a series, its style and the place to draw it have no common name"
)]
pub(super) fn draw(
    shapes: &mut Vec<Shape>,
    series: &Series,
    index: usize,
    style: usize,
    area: &Area,
    x: &Axis,
    y: &Axis,
    bars: &BarSlots,
) {
    let color = palette::rgb(style);
    let place = |p: &(f64, f64)| Some((x.place(p.0)?, y.place(p.1)?));
    let tall = |from: f64, to: f64, height: f64| {
        let (a, b, top) = (x.place(from)?, x.place(to)?, y.place(height)?);
        let visible = a.max(b) > 0.0 && a.min(b) < 1.0;
        let [a, b, top, base] = [a.min(b), a.max(b), top, y.base()].map(|v| v.clamp(0.0, 1.0));
        visible.then_some((a, b, top, base))
    };
    match &series.mark {
        Mark::Line { points, dashed } => {
            let places: Vec<Option<Point>> = points.iter().map(place).collect();
            let dash: Vec<f64> = palette::pattern(style, *dashed)
                .iter()
                .map(|d| d * LINE_WIDTH)
                .collect();
            for part in clip::line(&places) {
                let pixels: Vec<Point> = part.into_iter().map(|p| area.pixel(p)).collect();
                let points = clip::simplified(&pixels, TOLERANCE);
                shapes.push(Shape::Line {
                    points,
                    color,
                    width: LINE_WIDTH,
                    dash: dash.clone(),
                });
            }
        }
        Mark::Band(points) => {
            // A low end that a logarithmic axis cannot show lies below it.
            let places: Vec<Option<(f64, f64, f64)>> = points
                .iter()
                .map(|p| {
                    let low = y
                        .place(p.1)
                        .or((p.1 <= 0.0 && p.1.is_finite()).then_some(-1.0))?;
                    Some((x.place(p.0)?, low, y.place(p.2)?))
                })
                .collect();
            for part in places.split(Option::is_none) {
                let there = part.iter().flatten().map(|p| (p.0, p.2));
                let back = part.iter().flatten().rev().map(|p| (p.0, p.1));
                let polygon: Vec<Point> = clip::polygon(there.chain(back).collect())
                    .into_iter()
                    .map(|p| area.pixel(p))
                    .collect();
                if polygon.len() > 2 {
                    shapes.push(Shape::Polygon {
                        points: clip::simplified(&polygon, TOLERANCE),
                        fill: color,
                        opacity: 0.18,
                    });
                }
            }
        }
        Mark::Bars(heights) => {
            let slot = area.width * (x.place(1.0).unwrap_or(1.0) - x.place(0.0).unwrap_or(0.0))
                / bars.series.len().max(1) as f64;
            // Each bar says its height where all of them have room for it.
            let told = heights
                .iter()
                .all(|b| width(&rounded(b.1, 3), VALUE_SIZE) < slot * BarSlots::FILLED + 6.0);
            for &(category, height) in heights {
                let (from, to) = bars.span(index, category);
                let Some((a, b, top, base)) = tall(from, to, height) else {
                    continue;
                };
                let (x0, x1) = (area.x(a), area.x(b));
                // A hair of white between neighbours.
                let gap = if bars.series.len() > 1 && x1 - x0 > 4.0 {
                    0.5
                } else {
                    0.0
                };
                let (y0, y1) = (area.y(top.max(base)), area.y(top.min(base)));
                let (x, width, height_px) = (x0 + gap, x1 - x0 - 2.0 * gap, y1 - y0);
                shapes.push(Shape::Rect {
                    x,
                    y: y0,
                    width,
                    height: height_px,
                    fill: color,
                    opacity: 1.0,
                });
                let end = y.place(height).unwrap_or(0.0);
                if told && (0.0..=1.0).contains(&end) {
                    let at = if top < base {
                        y1 + 3.0 + 0.76 * VALUE_SIZE
                    } else {
                        y0 - 3.5
                    };
                    let label = Text {
                        fill: palette::SOFT_TEXT,
                        halo: true,
                        ..text(
                            (x0 + x1) / 2.0,
                            at,
                            rounded(height, 3),
                            VALUE_SIZE,
                            Anchor::Middle,
                        )
                    };
                    shapes.push(Shape::Text(label));
                }
            }
        }
        Mark::Histogram(bins) => {
            let mut outline: Vec<Point> = Vec::new();
            let flush = |shapes: &mut Vec<Shape>, outline: &mut Vec<Point>| {
                let points = std::mem::take(outline);
                if points.len() > 1 {
                    shapes.push(Shape::Line {
                        points,
                        color,
                        width: 1.4,
                        dash: Vec::new(),
                    });
                }
            };
            for &(from, to, height) in bins {
                let Some((a, b, top, base)) = tall(from, to, height) else {
                    flush(shapes, &mut outline);
                    continue;
                };
                let (p, q) = (area.pixel((a, top)), area.pixel((b, base)));
                let (y0, y1) = (p.1.min(q.1), p.1.max(q.1));
                shapes.push(Shape::Rect {
                    x: p.0,
                    y: y0,
                    width: q.0 - p.0,
                    height: y1 - y0,
                    fill: color,
                    opacity: 0.3,
                });
                // Neighbouring bins share one outline, which is down at the base wherever there is a gap.
                if outline.last().is_some_and(|l| (l.0 - p.0).abs() > 0.01) {
                    flush(shapes, &mut outline);
                }
                match outline.last() {
                    None => outline.push((p.0, q.1)),
                    Some(_) => {
                        outline.pop();
                    }
                }
                outline.extend([p, (q.0, p.1), q]);
            }
            flush(shapes, &mut outline);
        }
        Mark::Points(points) => {
            let within = |p: &Point| (0.0..=1.0).contains(&p.0) && (0.0..=1.0).contains(&p.1);
            let centres: Vec<Point> = points
                .iter()
                .filter_map(place)
                .filter(within)
                .map(|p| area.pixel(p))
                .collect();
            if !centres.is_empty() {
                // Many dots are small and let one another show through.
                let (radius, opacity) = if centres.len() > 300 {
                    (1.8, 0.5)
                } else {
                    (3.0, 0.85)
                };
                shapes.push(Shape::Dots {
                    centres,
                    radius,
                    fill: color,
                    opacity,
                });
            }
        }
    }
}

/// Whether a series has nothing that could be shown.
pub(crate) fn is_blank(series: &Series, x: &Axis, y: &Axis) -> bool {
    let shown = |a: f64, b: f64| x.place(a).is_some() && y.place(b).is_some();
    !match &series.mark {
        Mark::Line { points, .. } | Mark::Points(points) => points.iter().any(|p| shown(p.0, p.1)),
        Mark::Band(points) => points.iter().any(|p| shown(p.0, p.2)),
        Mark::Bars(bars) => bars.iter().any(|b| y.place(b.1).is_some()),
        Mark::Histogram(bins) => bins.iter().any(|b| shown(b.0, b.2)),
    }
}

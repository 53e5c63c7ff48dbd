//! Where everything stands in a picture.

use crate::axis::{Axis, Tick, axes, rounded};
use crate::clip::{self, Point};
use crate::figure::{Figure, Mark, Series};
use crate::font::{fitted, width};
use crate::palette::{self, Rgb};
use crate::scene::{Anchor, Scene, Shape, Text};

const TITLE_SIZE: f64 = 15.0;
const LABEL_SIZE: f64 = 12.5;
const TICK_SIZE: f64 = 11.0;
const LEGEND_SIZE: f64 = 12.0;
const VALUE_SIZE: f64 = 10.0;
const LEGEND_ROW: f64 = 18.0;
const SWATCH: f64 = 24.0;
const LINE_WIDTH: f64 = 2.0;
/// Leaves a curve looking untouched even when a screen magnifies it four times.
const TOLERANCE: f64 = 0.04;

/// The rectangle of the plot, in pixels.
#[derive(Clone, Copy)]
struct Area {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

impl Area {
    fn right(&self) -> f64 {
        self.left + self.width
    }
    fn bottom(&self) -> f64 {
        self.top + self.height
    }
    fn x(&self, fraction: f64) -> f64 {
        self.left + fraction * self.width
    }
    fn y(&self, fraction: f64) -> f64 {
        self.bottom() - fraction * self.height
    }
    fn pixel(&self, p: Point) -> Point {
        (self.x(p.0), self.y(p.1))
    }
}

/// One figure.
pub(crate) fn scene(figure: &Figure) -> Scene {
    let (w, h) = (f64::from(figure.width), f64::from(figure.height));
    let (x_axis, y_axis) = axes(figure);
    let styles = figure.styles();
    let mut shapes = vec![Shape::Rect {
        x: 0.0,
        y: 0.0,
        width: w,
        height: h,
        fill: palette::WHITE,
        opacity: 1.0,
    }];

    // Above the plot: title, legend, labels of vertical lines.
    let mut top = 10.0;
    if !figure.title.is_empty() {
        top += 16.0;
        let title = fitted(&one_line(&figure.title), TITLE_SIZE, w - 24.0);
        shapes.push(Shape::Text(Text {
            bold: true,
            ..text(w / 2.0, top, title, TITLE_SIZE, Anchor::Middle)
        }));
        top += 12.0;
    }
    let legend = Legend::new(figure, w, h);
    let legend_top = top;
    top += legend.height_above();
    let captions = captions(figure, &x_axis);
    if captions.iter().any(|c| c.vertical && !c.label.is_empty()) {
        top += 15.0;
    }
    top += 4.0;

    // Below it: tick labels, the name of the axis.
    let x_name = if figure.x_label.is_empty() { 0.0 } else { 20.0 };
    let mut bottom = 10.0 + TICK_SIZE + 8.0 + x_name;

    // Right of it: labels of horizontal lines, a legend of many entries.
    let side_captions = captions
        .iter()
        .filter(|c| !c.vertical)
        .map(|c| width(&c.label, TICK_SIZE))
        .fold(0.0, f64::max)
        .min(0.25 * w);
    let mut right = 16.0 + legend.width_beside();
    if side_captions > 0.0 {
        right += side_captions + 2.0;
    }

    // Left of it: the name of the axis, tick labels.
    let y_name = if figure.y_label.is_empty() { 0.0 } else { 20.0 };
    let y_ticks_of = |height: f64| y_axis.ticks((height / 42.0).max(3.0) as usize);
    let left_of = |ticks: &[Tick]| {
        let widest = ticks
            .iter()
            .map(|t| width(&t.label, TICK_SIZE))
            .fold(0.0, f64::max);
        (10.0 + y_name + widest + 8.0).min(0.5 * w)
    };
    let mut left = left_of(&y_ticks_of(h - top - bottom));

    // Names of categories that do not fit side by side are turned, which costs height, and may stand out to the left.
    let categories = Categories::new(
        figure,
        (w - left - right) / figure.categories.len().max(1) as f64,
        0.3 * h,
    );
    bottom += categories.extra_height;
    left = left.max((categories.overhang + 6.0).min(0.4 * w));

    let area = Area {
        left,
        top,
        width: (w - left - right).max(20.0),
        height: (h - top - bottom).max(20.0),
    };
    let y_ticks = y_ticks_of(area.height);

    // The ground of the plot.
    let mut level = |from: Point, to: Point, color: Rgb, width: f64| {
        shapes.push(Shape::Line {
            points: vec![from, to],
            color,
            width,
            dash: Vec::new(),
        });
    };
    let x_ticks = if figure.categories.is_empty() {
        fitting_ticks(&x_axis, area.width)
    } else {
        Vec::new()
    };
    for t in &y_ticks {
        level(
            area.pixel((0.0, t.at)),
            area.pixel((1.0, t.at)),
            palette::GRID,
            1.0,
        );
    }
    for t in &x_ticks {
        level(
            area.pixel((t.at, 0.0)),
            area.pixel((t.at, 1.0)),
            palette::GRID,
            1.0,
        );
    }
    let within = |at: Option<f64>| at.filter(|at| *at > 1e-6 && *at < 1.0 - 1e-6);
    if let Some(at) = within(y_axis.place(0.0)) {
        level(
            area.pixel((0.0, at)),
            area.pixel((1.0, at)),
            palette::ZERO,
            1.2,
        );
    }
    if let (Some(at), true) = (within(x_axis.place(0.0)), figure.categories.is_empty()) {
        level(
            area.pixel((at, 0.0)),
            area.pixel((at, 1.0)),
            palette::ZERO,
            1.2,
        );
    }

    // The data: areas first, so that they hide no line.
    let bars = BarSlots::new(figure);
    for areas in [true, false] {
        for (k, series) in figure.series.iter().enumerate() {
            let is_area = matches!(
                series.mark,
                Mark::Band(_) | Mark::Bars(_) | Mark::Histogram(_)
            );
            if is_area == areas {
                draw(
                    &mut shapes,
                    series,
                    k,
                    styles[k],
                    &area,
                    &x_axis,
                    &y_axis,
                    &bars,
                );
            }
        }
    }

    // Axes over the data, then their texts.
    let mut level = |from: Point, to: Point, width: f64| {
        shapes.push(Shape::Line {
            points: vec![from, to],
            color: palette::SPINE,
            width,
            dash: Vec::new(),
        });
    };
    level(area.pixel((0.0, 1.0)), area.pixel((0.0, 0.0)), 1.0);
    level(area.pixel((0.0, 0.0)), area.pixel((1.0, 0.0)), 1.0);
    for t in &y_ticks {
        let (x, y) = area.pixel((0.0, t.at));
        level((x - 4.0, y), (x, y), 1.0);
    }
    for t in &x_ticks {
        let (x, y) = area.pixel((t.at, 0.0));
        level((x, y), (x, y + 4.0), 1.0);
    }
    for at in y_axis.minor() {
        let (x, y) = area.pixel((0.0, at));
        level((x - 2.5, y), (x, y), 0.8);
    }
    if figure.categories.is_empty() {
        for at in x_axis.minor() {
            let (x, y) = area.pixel((at, 0.0));
            level((x, y), (x, y + 2.5), 0.8);
        }
    }
    let soft = |t: Text| {
        Shape::Text(Text {
            fill: palette::SOFT_TEXT,
            ..t
        })
    };
    for t in &y_ticks {
        let label = fitted(&t.label, TICK_SIZE, area.left - 8.0);
        shapes.push(soft(text(
            area.left - 8.0,
            area.y(t.at) + 0.36 * TICK_SIZE,
            label,
            TICK_SIZE,
            Anchor::End,
        )));
    }
    for t in &x_ticks {
        shapes.push(soft(text(
            area.x(t.at),
            area.bottom() + 8.0 + TICK_SIZE,
            t.label.clone(),
            TICK_SIZE,
            Anchor::Middle,
        )));
    }
    for (k, label) in &categories.labels {
        let Some(at) = x_axis
            .place(*k as f64)
            .filter(|at| (0.0..=1.0).contains(at))
        else {
            continue;
        };
        let (x, y) = (area.x(at), area.bottom() + 8.0 + TICK_SIZE);
        shapes.push(soft(if categories.turned {
            Text {
                turn: TURN,
                ..text(x + 4.0, y - 2.0, label.clone(), TICK_SIZE, Anchor::End)
            }
        } else {
            text(x, y, label.clone(), TICK_SIZE, Anchor::Middle)
        }));
    }
    if !figure.x_label.is_empty() {
        let label = fitted(&one_line(&figure.x_label), LABEL_SIZE, w - 16.0);
        shapes.push(Shape::Text(text(
            centred(area.x(0.5), &label, LABEL_SIZE, w),
            h - 10.0,
            label,
            LABEL_SIZE,
            Anchor::Middle,
        )));
    }
    if !figure.y_label.is_empty() {
        let label = fitted(&one_line(&figure.y_label), LABEL_SIZE, h - 16.0);
        let y = centred(area.y(0.5), &label, LABEL_SIZE, h);
        shapes.push(Shape::Text(Text {
            turn: 90.0,
            ..text(8.0 + LABEL_SIZE, y, label, LABEL_SIZE, Anchor::Middle)
        }));
    }

    draw_captions(&mut shapes, captions, &area, side_captions, w);
    legend.draw(&mut shapes, figure, &styles, legend_top, &area);
    if figure.series.iter().all(|s| is_blank(s, &x_axis, &y_axis)) {
        let (x, y) = area.pixel((0.5, 0.5));
        shapes.push(soft(text(
            x,
            y,
            "no data".into(),
            LABEL_SIZE,
            Anchor::Middle,
        )));
    }
    Scene {
        width: w,
        height: h,
        title: figure.title.clone(),
        description: figure.description(),
        shapes,
    }
}

/// Several figures, row after row.
pub(crate) fn grid(figures: &[Figure], columns: usize) -> Scene {
    let columns = columns.clamp(1, figures.len().max(1));
    let scenes: Vec<Scene> = figures.iter().map(scene).collect();
    let rows: Vec<&[Scene]> = scenes.chunks(columns).collect();
    let across: Vec<f64> = (0..columns)
        .map(|c| {
            rows.iter()
                .filter_map(|r| r.get(c))
                .map(|s| s.width)
                .fold(0.0, f64::max)
        })
        .collect();
    let down: Vec<f64> = rows
        .iter()
        .map(|r| r.iter().map(|s| s.height).fold(0.0, f64::max))
        .collect();
    let (width, height) = (
        across.iter().sum::<f64>().max(1.0),
        down.iter().sum::<f64>().max(1.0),
    );
    let titles: Vec<&str> = scenes
        .iter()
        .map(|s| s.title.as_str())
        .filter(|t| !t.is_empty())
        .collect();
    let title = titles.join(" · ");
    let descriptions: Vec<&str> = scenes.iter().map(|s| s.description.as_str()).collect();
    let description = if scenes.is_empty() {
        "An empty chart.".to_string()
    } else {
        descriptions.join(" ")
    };
    // Unequal figures leave corners.
    let mut shapes = vec![Shape::Rect {
        x: 0.0,
        y: 0.0,
        width,
        height,
        fill: palette::WHITE,
        opacity: 1.0,
    }];
    for (k, scene) in scenes.into_iter().enumerate() {
        let (row, column) = (k / columns, k % columns);
        let (dx, dy) = (across[..column].iter().sum(), down[..row].iter().sum());
        shapes.extend(scene.shapes.into_iter().map(|s| s.moved(dx, dy)));
    }
    Scene {
        width,
        height,
        title,
        description,
        shapes,
    }
}

fn text(x: f64, y: f64, text: String, size: f64, anchor: Anchor) -> Text {
    Text {
        x,
        y,
        text,
        size,
        anchor,
        turn: 0.0,
        bold: false,
        fill: palette::TEXT,
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Moves a text that is centred at `at` so that it stays between 0 and `end`.
fn centred(at: f64, label: &str, size: f64, end: f64) -> f64 {
    let half = width(label, size) / 2.0 + 4.0;
    if 2.0 * half >= end {
        end / 2.0
    } else {
        at.clamp(half, end - half)
    }
}

/// As many ticks as fit with their labels.
fn fitting_ticks(axis: &Axis, length: f64) -> Vec<Tick> {
    let most = (length / 60.0).max(4.0) as usize;
    axis.uncrowded(most, |a, b| {
        let needed = (width(&a.label, TICK_SIZE) + width(&b.label, TICK_SIZE)) / 2.0 + 10.0;
        (b.at - a.at) * length >= needed
    })
}

// ---------------------------------------------------------------------------------------------------------------- data

/// How the bars of several series share the width of a category.
struct BarSlots {
    /// The indices of the series of bars.
    series: Vec<usize>,
}

impl BarSlots {
    /// The part of a category that its bars fill.
    const FILLED: f64 = 0.74;

    fn new(figure: &Figure) -> Self {
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
    fn span(&self, series: usize, category: usize) -> (f64, f64) {
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
fn draw(
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

// ---------------------------------------------------------------------------------------------------------- categories

const TURN: f64 = 38.0;

/// The names under the bars.
struct Categories {
    labels: Vec<(usize, String)>,
    turned: bool,
    /// What turned names need beyond one row.
    extra_height: f64,
    /// How far the first name reaches left of the plot.
    overhang: f64,
}

impl Categories {
    fn new(figure: &Figure, slot: f64, most_height: f64) -> Self {
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

// ------------------------------------------------------------------------------------------------------ reference lines

/// A reference line on its axis.
struct Caption {
    at: f64,
    label: String,
    vertical: bool,
}

fn captions(figure: &Figure, x: &Axis) -> Vec<Caption> {
    let (_, y) = axes(figure);
    figure
        .references
        .iter()
        .filter_map(|r| {
            let at = if r.vertical {
                x.place(r.at)?
            } else {
                y.place(r.at)?
            };
            (-1e-9..=1.0 + 1e-9).contains(&at).then(|| Caption {
                at: at.clamp(0.0, 1.0),
                label: one_line(&r.label),
                vertical: r.vertical,
            })
        })
        .collect()
}

fn draw_captions(
    shapes: &mut Vec<Shape>,
    mut captions: Vec<Caption>,
    area: &Area,
    side: f64,
    w: f64,
) {
    captions.sort_by(|a, b| a.at.total_cmp(&b.at));
    let soft = |x: f64, y: f64, label: String, anchor: Anchor| {
        Shape::Text(Text {
            fill: palette::SOFT_TEXT,
            ..text(x, y, label, TICK_SIZE, anchor)
        })
    };
    let mut taken = f64::NEG_INFINITY;
    let mut above = f64::INFINITY;
    for c in captions {
        let ends = if c.vertical {
            [(c.at, 0.0), (c.at, 1.0)]
        } else {
            [(0.0, c.at), (1.0, c.at)]
        };
        let points: Vec<Point> = ends.map(|p| area.pixel(p)).to_vec();
        shapes.push(Shape::Line {
            points,
            color: palette::REFERENCE,
            width: 1.2,
            dash: vec![1.5, 3.0],
        });
        if c.label.is_empty() {
            continue;
        }
        if c.vertical {
            let label = fitted(&c.label, TICK_SIZE, 0.5 * w);
            let half = width(&label, TICK_SIZE) / 2.0;
            let x = centred(area.x(c.at), &label, TICK_SIZE, w);
            // One that would run into its neighbour is left out; its line stays.
            if x - half > taken + 4.0 {
                taken = x + half;
                shapes.push(soft(x, area.top - 5.0, label, Anchor::Middle));
            }
        } else {
            let y = (area.y(c.at) + 0.36 * TICK_SIZE).min(above - 1.15 * TICK_SIZE);
            above = y;
            shapes.push(soft(
                area.right() + 6.0,
                y,
                fitted(&c.label, TICK_SIZE, side + 1.0),
                Anchor::Start,
            ));
        }
    }
}

// -------------------------------------------------------------------------------------------------------------- legend

/// The legend stands outside the plot: in up to two rows above it, or else in a column beside it.
enum Legend {
    None,
    /// Rows of (series, x, text).
    Above(Vec<Vec<(usize, f64, String)>>),
    Beside {
        entries: Vec<(usize, String)>,
        width: f64,
    },
}

impl Legend {
    fn new(figure: &Figure, w: f64, h: f64) -> Self {
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

    fn height_above(&self) -> f64 {
        match self {
            Legend::Above(rows) => rows.len() as f64 * LEGEND_ROW + 2.0,
            _ => 0.0,
        }
    }

    fn width_beside(&self) -> f64 {
        match self {
            Legend::Beside { width, .. } => *width,
            _ => 0.0,
        }
    }

    fn draw(
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

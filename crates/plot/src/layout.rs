//! Where everything stands in a picture.

mod categories;
mod data;
mod legend;
mod references;

use crate::axis::{Axis, Tick, axes};
use crate::clip::Point;
use crate::figure::{Figure, Mark};
use crate::font::{fitted, width};
use crate::palette::{self, Rgb};
use crate::scene::{Anchor, Scene, Shape, Text};
use categories::{Categories, TURN};
pub(crate) use data::is_blank;
use data::{BarSlots, draw};
use legend::Legend;
use references::{captions, draw_captions};

const TITLE_SIZE: f64 = 15.0;
const LABEL_SIZE: f64 = 12.5;
const TICK_SIZE: f64 = 11.0;
const LEGEND_SIZE: f64 = 12.0;
const VALUE_SIZE: f64 = 10.0;
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
        halo: false,
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

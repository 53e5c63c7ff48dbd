//! A laid out picture: shapes in pixels, (0, 0) the upper left corner, later ones over earlier ones.

use crate::clip::Point;
use crate::palette::Rgb;

pub(crate) struct Scene {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) shapes: Vec<Shape>,
}

#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Rect {
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        fill: Rgb,
        opacity: f64,
    },
    /// `dash` is on and off lengths in pixels, empty for a solid line.
    Line {
        points: Vec<Point>,
        color: Rgb,
        width: f64,
        dash: Vec<f64>,
    },
    Polygon {
        points: Vec<Point>,
        fill: Rgb,
        opacity: f64,
    },
    Dots {
        centres: Vec<Point>,
        radius: f64,
        fill: Rgb,
        opacity: f64,
    },
    Text(Text),
}

/// A line of text, its baseline starting, centred or ending at (x, y), turned anticlockwise about that point by `turn` degrees.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) text: String,
    pub(crate) size: f64,
    pub(crate) anchor: Anchor,
    pub(crate) turn: f64,
    pub(crate) bold: bool,
    /// Whether white sets the text off from what is under it.
    pub(crate) halo: bool,
    pub(crate) fill: Rgb,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Shape {
    pub(crate) fn moved(mut self, dx: f64, dy: f64) -> Self {
        let shift =
            |points: &mut Vec<Point>| points.iter_mut().for_each(|p| *p = (p.0 + dx, p.1 + dy));
        match &mut self {
            Shape::Rect { x, y, .. } | Shape::Text(Text { x, y, .. }) => {
                *x += dx;
                *y += dy;
            }
            Shape::Line { points, .. }
            | Shape::Polygon { points, .. }
            | Shape::Dots {
                centres: points, ..
            } => shift(points),
        }
        self
    }
}

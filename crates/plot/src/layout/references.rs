//! Reference lines and their labels, which stand outside the plot.

use super::{Area, TICK_SIZE, centred, one_line, text};
use crate::axis::{Axis, axes};
use crate::clip::Point;
use crate::figure::Figure;
use crate::font::{fitted, width};
use crate::palette;
use crate::scene::{Anchor, Shape, Text};

/// A reference line on its axis.
pub(super) struct Caption {
    pub(super) at: f64,
    pub(super) label: String,
    pub(super) vertical: bool,
}

pub(super) fn captions(figure: &Figure, x: &Axis) -> Vec<Caption> {
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

pub(super) fn draw_captions(
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

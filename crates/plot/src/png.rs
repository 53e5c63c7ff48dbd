//! A scene as pixels.

use tiny_skia::{
    FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, StrokeDash, Transform,
};

use crate::clip::Point;
use crate::error::Error;
use crate::font::{self, Step};
use crate::palette::{self, Rgb};
use crate::scene::{Anchor, Scene, Shape, Text};

/// Pixels per CSS pixel, each way.
const SCALE: f32 = 2.0;
/// A gibibyte of pixels.
const MOST: u64 = 1 << 28;

pub(crate) fn write(scene: &Scene) -> Result<Vec<u8>, Error> {
    let pixels = |length: f64| (length * f64::from(SCALE)).ceil().max(1.0) as u64;
    let (width, height) = (pixels(scene.width), pixels(scene.height));
    let too_large = || Error::TooLarge {
        width,
        height,
        most: MOST,
    };
    if width.saturating_mul(height) > MOST {
        return Err(too_large());
    }
    let (w, h) = (
        u32::try_from(width).map_err(|_| too_large())?,
        u32::try_from(height).map_err(|_| too_large())?,
    );
    let mut pixmap = Pixmap::new(w, h).ok_or_else(too_large)?;
    pixmap.fill(tiny_skia::Color::WHITE);
    for shape in &scene.shapes {
        paint(&mut pixmap, shape);
    }
    pixmap
        .encode_png()
        .map_err(|e| Error::Encoding(e.to_string()))
}

fn paint(pixmap: &mut Pixmap, shape: &Shape) {
    let scale = Transform::from_scale(SCALE, SCALE);
    match shape {
        Shape::Rect {
            x,
            y,
            width,
            height,
            fill,
            opacity,
        } => {
            if let Some(rect) =
                tiny_skia::Rect::from_xywh(*x as f32, *y as f32, *width as f32, *height as f32)
            {
                pixmap.fill_rect(rect, &ink(*fill, *opacity), scale, None);
            }
        }
        Shape::Line {
            points,
            color,
            width,
            dash,
        } => {
            let stroke = Stroke {
                width: *width as f32,
                line_cap: if dash.is_empty() {
                    LineCap::Round
                } else {
                    LineCap::Butt
                },
                line_join: LineJoin::Round,
                dash: StrokeDash::new(dash.iter().map(|&d| d as f32).collect(), 0.0),
                ..Stroke::default()
            };
            match points.as_slice() {
                // A stroke of no length would leave no mark.
                [p, q] if p == q => dot(pixmap, *p, width / 2.0, &ink(*color, 1.0)),
                points => {
                    if let Some(path) = path(points, false) {
                        pixmap.stroke_path(&path, &ink(*color, 1.0), &stroke, scale, None);
                    }
                }
            }
        }
        Shape::Polygon {
            points,
            fill,
            opacity,
        } => {
            if let Some(path) = path(points, true) {
                pixmap.fill_path(&path, &ink(*fill, *opacity), FillRule::Winding, scale, None);
            }
        }
        Shape::Dots {
            centres,
            radius,
            fill,
            opacity,
        } => {
            let ink = ink(*fill, *opacity);
            centres.iter().for_each(|&p| dot(pixmap, p, *radius, &ink));
        }
        Shape::Text(text) => paint_text(pixmap, text),
    }
}

fn ink([r, g, b]: Rgb, opacity: f64) -> Paint<'static> {
    let mut paint = Paint {
        anti_alias: true,
        ..Paint::default()
    };
    paint.set_color_rgba8(r, g, b, (opacity * 255.0).round() as u8);
    paint
}

fn dot(pixmap: &mut Pixmap, (x, y): Point, radius: f64, ink: &Paint<'_>) {
    if let Some(path) = PathBuilder::from_circle(x as f32, y as f32, radius as f32) {
        pixmap.fill_path(
            &path,
            ink,
            FillRule::Winding,
            Transform::from_scale(SCALE, SCALE),
            None,
        );
    }
}

fn path(points: &[Point], closed: bool) -> Option<Path> {
    let mut builder = PathBuilder::new();
    let (first, rest) = points.split_first()?;
    builder.move_to(first.0 as f32, first.1 as f32);
    rest.iter()
        .for_each(|p| builder.line_to(p.0 as f32, p.1 as f32));
    if closed {
        builder.close();
    }
    builder.finish()
}

fn paint_text(pixmap: &mut Pixmap, text: &Text) {
    let size = text.size as f32;
    let back = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => 0.5,
        Anchor::End => 1.0,
    };
    let mut pen = -back * font::width(&text.text, 1.0);
    let mut builder = PathBuilder::new();
    for c in text.text.chars() {
        let (advance, steps) = font::outline(c);
        let at = |x: f64, y: f64| ((pen + x) as f32 * size, -y as f32 * size);
        for step in steps {
            match step {
                Step::Move(x, y) => {
                    let (x, y) = at(x, y);
                    builder.move_to(x, y);
                }
                Step::Line(x, y) => {
                    let (x, y) = at(x, y);
                    builder.line_to(x, y);
                }
                Step::Curve(x1, y1, x2, y2) => {
                    let ((x1, y1), (x2, y2)) = (at(x1, y1), at(x2, y2));
                    builder.quad_to(x1, y1, x2, y2);
                }
                Step::Close => builder.close(),
            }
        }
        pen += advance;
    }
    let Some(path) = builder.finish() else { return };
    let place = Transform::from_rotate(-text.turn as f32)
        .post_translate(text.x as f32, text.y as f32)
        .post_scale(SCALE, SCALE);
    if text.halo {
        let stroke = Stroke {
            width: 3.0,
            line_join: LineJoin::Round,
            ..Stroke::default()
        };
        pixmap.stroke_path(&path, &ink(palette::WHITE, 1.0), &stroke, place, None);
    }
    let ink = ink(text.fill, 1.0);
    pixmap.fill_path(&path, &ink, FillRule::Winding, place, None);
    if text.bold {
        // One weight is embedded; a thin stroke around the letters makes the other.
        let stroke = Stroke {
            width: 0.035 * size,
            line_join: LineJoin::Round,
            ..Stroke::default()
        };
        pixmap.stroke_path(&path, &ink, &stroke, place, None);
    }
}

//! `nonlin plot`.

use crate::args::{Order, Plot, Range};
use crate::catalogue;
use crate::console::Console;
use crate::curve;
use crate::failure::Failure;
use crate::json::number;
use crate::number::Scalar;
use crate::output::Output;
use nonlin::Function;
use nonlin_plot::Figure;
use serde_json::json;
use std::path::Path;

/// A picture format.
enum Format {
    Svg,
    Png,
}

pub(crate) fn run(args: &Plot, console: &mut Console) -> Result<(), Failure> {
    // Everything is checked before anything is drawn.
    let target = args
        .output
        .as_deref()
        .map(|path| format(path).map(|format| (path, format)))
        .transpose()?;
    let functions: Vec<Function> = args
        .names
        .iter()
        .map(|name| catalogue::function(name))
        .collect::<Result<_, _>>()?;
    let (from, to) = bounds(&args.range, &functions, 5.0)?;
    if let Some((path, format)) = target {
        let figure = figure(&functions, args.order, from, to);
        let figure = match args.size {
            Some((width, height)) => figure.size(width, height),
            None => figure,
        };
        let bytes = match format {
            Format::Svg => figure.svg().into_bytes(),
            Format::Png => figure.png().map_err(|e| Failure::Internal(e.to_string()))?,
        };
        let mut output = Output::create(path)?;
        output.write(&bytes)?;
        output.finish()?;
    }
    if console.json {
        let curves: Vec<_> = functions
            .iter()
            .map(|&f| {
                let points = curve::sample(
                    |x| curve::at(f, args.order, x),
                    from,
                    to,
                    &catalogue::kinks(f),
                );
                json!({
                    "function": f.to_string(),
                    "order": args.order.number(),
                    "x": points.iter().map(|p| number(p.0)).collect::<Vec<_>>(),
                    "y": points.iter().map(|p| number(p.1)).collect::<Vec<_>>(),
                })
            })
            .collect();
        console.json(&json!({ "from": number(from), "to": number(to), "curves": curves }))
    } else if args.output.is_none() {
        let (width, height) = args
            .size
            .map_or((console.width, 24), |(w, h)| (w as usize, h as usize));
        let text = figure(&functions, args.order, from, to).terminal(width, height, console.color);
        console.print(&text)
    } else {
        Ok(())
    }
}

/// The curves of several functions in one figure.
pub(crate) fn figure(functions: &[Function], order: Order, from: f64, to: f64) -> Figure {
    let title = match functions {
        [one] => one.to_string(),
        _ => String::new(),
    };
    let figure = Figure::new(title)
        .x_label("x")
        .y_label(order.label())
        .x_range(from, to);
    functions.iter().fold(figure, |figure, &f| {
        let points = curve::sample(|x| curve::at(f, order, x), from, to, &catalogue::kinks(f));
        figure.line(f.to_string(), points)
    })
}

/// The part of the x axis asked for; by default ±`usual`, or wider where a kink lies beyond.
pub(crate) fn bounds(
    range: &Range,
    functions: &[Function],
    usual: f64,
) -> Result<(f64, f64), Failure> {
    let kinks = || functions.iter().flat_map(|&f| catalogue::kinks(f));
    let from = range
        .from
        .unwrap_or_else(|| kinks().map(|k| 1.25 * k).fold(-usual, f64::min));
    let to = range
        .to
        .unwrap_or_else(|| kinks().map(|k| 1.25 * k).fold(usual, f64::max));
    let (from, to) = match (range.from, range.to) {
        // One end given beyond the other's default: the other moves along.
        (Some(_), None) if from >= to => (from, from + 2.0 * usual),
        (None, Some(_)) if from >= to => (to - 2.0 * usual, to),
        _ => (from, to),
    };
    if !(from.is_finite() && to.is_finite() && from < to) {
        return Err(Failure::input(format!(
            "the range goes from {} to {}, and it needs two finite numbers, the smaller one first",
            from.decimal(),
            to.decimal()
        )));
    }
    Ok((from, to))
}

fn format(path: &Path) -> Result<Format, Failure> {
    let ending = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    match ending.as_str() {
        "svg" => Ok(Format::Svg),
        "png" => Ok(Format::Png),
        _ => Err(Failure::input(format!(
            "`{}` ends in neither .svg nor .png, which are the picture formats there are",
            path.display()
        ))),
    }
}

//! `nonlin field`.

use crate::args::Field as Arguments;
use crate::catalogue;
use crate::console::{Console, padded};
use crate::failure::Failure;
use crate::json;
use nonlin::Function;
use nonlin_theory::{Edge, Field, Gains, edge};
use serde_json::{Value, json};

/// What is said of a function at a point.
struct Report {
    f: Function,
    gains: Gains,
    /// σ_w, the one asked for or that of the edge; nothing where there is no edge.
    weight_std: Option<f64>,
    variance: Option<f64>,
    stable: Option<bool>,
    chi: Option<f64>,
    correlation: Option<f64>,
    depth_q: Option<f64>,
    depth_c: Option<f64>,
    edges: Vec<Edge>,
    /// Layer, variance, and the factor on the mean square of the gradient so far.
    layers: Vec<(usize, f64, f64)>,
}

pub(crate) fn run(args: &Arguments, console: &mut Console) -> Result<(), Failure> {
    let stds = [Some(args.bias_std), args.weight_std];
    if let Some(std) = stds
        .into_iter()
        .flatten()
        .find(|std| !(*std >= 0.0 && std.is_finite()))
    {
        return Err(Failure::input(format!(
            "a standard deviation is not negative and finite, not {std}"
        )));
    }
    let Some(name) = &args.name else {
        return all(args, console);
    };
    let report = report(catalogue::function(name)?, args);
    if console.json {
        return console.json(&in_json(&report, args.bias_std));
    }
    print(&report, args, console)
}

/// A row for every function.
fn all(args: &Arguments, console: &mut Console) -> Result<(), Failure> {
    let reports: Vec<Report> = Function::all().map(|f| report(f, args)).collect();
    if console.json {
        let all: Vec<Value> = reports.iter().map(|r| in_json(r, args.bias_std)).collect();
        return console.json(&Value::from(all));
    }
    let lang = console.lang;
    let head = [
        lang.pick("function", "函数"),
        "σ_w",
        "q*",
        lang.pick("stable", "稳定"),
        "χ₁",
        "ξ_q",
        "ξ_c",
    ];
    let line = |cells: [String; 7]| {
        let cells: String = cells
            .iter()
            .zip([14, 12, 14, 8, 11, 11, 10])
            .map(|(cell, width)| padded(cell, width))
            .collect();
        cells.trim_end().to_owned()
    };
    console.line(&console.heading(&line(head.map(str::to_owned))))?;
    for report in reports {
        let short = |x: Option<f64>| match x {
            Some(x) if x.is_infinite() => "∞".to_owned(),
            Some(0.0) => "0".to_owned(),
            Some(x) if x.abs() >= 1e5 || x.abs() < 1e-3 => format!("{x:.4e}"),
            Some(x) => format!("{x:.6}"),
            None => "–".to_owned(),
        };
        let every = report
            .edges
            .first()
            .is_some_and(|edge| edge.variance.is_none());
        let variance = if every && args.weight_std.is_none() {
            lang.pick("any", "任意").to_owned()
        } else {
            short(report.variance)
        };
        let stable = match report.stable {
            Some(true) => lang.pick("yes", "是"),
            Some(false) => lang.pick("no", "否"),
            None => "–",
        };
        console.line(&line([
            report.f.to_string(),
            short(report.weight_std),
            variance,
            stable.to_owned(),
            short(report.chi),
            short(report.depth_q),
            short(report.depth_c),
        ]))?;
    }
    Ok(())
}

fn report(f: Function, args: &Arguments) -> Report {
    let edges = edge(f, args.bias_std);
    // A point that draws the variance is one that a network stays at.
    let best = edges.iter().find(|edge| edge.is_stable()).or(edges.first());
    let weight_std = args.weight_std.or(best.map(|edge| edge.weight_std));
    let field = weight_std.map(|weight_std| Field::new(f, weight_std, args.bias_std));
    let variance = match (args.weight_std, best) {
        // Where the map leads away from the edge's fixed point, it is still the one that is asked about.
        (None, Some(edge)) => Some(edge.variance.unwrap_or(1.0)),
        _ => field.and_then(|field| field.fixed_point()),
    };
    let at = field.zip(variance);
    let depths = at.map(|(field, q)| field.depths(q));
    let layers = field
        .zip(args.depth)
        .map_or_else(Vec::new, |(field, depth)| {
            let mut factor = 1.0;
            let variances = field.trajectory(1.0, depth as usize);
            variances
                .into_iter()
                .enumerate()
                .map(|(layer, q)| {
                    if q > 0.0 && q.is_finite() {
                        factor *= field.chi(q).value;
                    }
                    (layer + 1, q, factor)
                })
                .collect()
        });
    Report {
        f,
        gains: Gains::of(f, 0.0, 1.0),
        weight_std,
        variance,
        stable: match (args.weight_std, best) {
            (None, Some(edge)) => Some(edge.is_stable()),
            _ => at.map(|(field, q)| field.variance_slope(q) <= 1.0 + 1e-9),
        },
        chi: at.map(|(field, q)| field.chi(q).value),
        correlation: at.map(|(field, q)| field.fixed_correlation(q)),
        depth_q: depths.map(|depths| depths.variance),
        depth_c: depths.map(|depths| depths.correlation),
        edges,
        layers,
    }
}

fn in_json(report: &Report, bias_std: f64) -> Value {
    let number = |x: Option<f64>| x.map_or(Value::Null, json::number);
    let edges: Vec<Value> = report
        .edges
        .iter()
        .map(|edge| {
            json!({
                "weight_std": json::number(edge.weight_std),
                "q_star": number(edge.variance),
                "slope": json::number(edge.slope),
                "stable": edge.is_stable(),
            })
        })
        .collect();
    let layers: Vec<Value> = report
        .layers
        .iter()
        .map(|(layer, q, factor)| {
            json!({ "layer": layer, "q": json::number(*q), "gradient_factor": json::number(*factor) })
        })
        .collect();
    json!({
        "function": report.f.to_string(),
        "bias_std": json::number(bias_std),
        "weight_std": number(report.weight_std),
        "forward": json::number(report.gains.forward.value),
        "backward": json::number(report.gains.backward.value),
        "compromise": json::number(report.gains.compromise.value),
        "q_star": number(report.variance),
        "stable": report.stable,
        "chi": number(report.chi),
        "c_star": number(report.correlation),
        "edge_weight_std": number(report.edges.first().map(|edge| edge.weight_std)),
        "edges": edges,
        "depth_scale_q": number(report.depth_q),
        "depth_scale_c": number(report.depth_c),
        "layers": layers,
    })
}

fn shown(x: f64) -> String {
    if x.is_infinite() {
        "∞".to_owned()
    } else if x == 0.0 {
        "0".to_owned()
    } else {
        format!("{x:.9}")
    }
}

fn print(report: &Report, args: &Arguments, console: &mut Console) -> Result<(), Failure> {
    let lang = console.lang;
    console.line(&console.heading(&report.f.to_string()))?;
    let line = |name: &str, value: &str, note: &str, console: &mut Console| {
        let text = format!(
            "  {}{} {}",
            padded(name, 12),
            padded(value, 16),
            console.dim(note)
        );
        console.line(text.trim_end())
    };
    line("σ_b", &shown(args.bias_std), "", console)?;
    for edge in &report.edges {
        let note = match (edge.variance, edge.is_stable()) {
            (None, _) => lang
                .pick("edge of chaos, at every variance", "混沌边缘，任意方差")
                .to_owned(),
            (Some(q), true) => format!(
                "{} q = {}",
                lang.pick("edge of chaos, stable, at", "混沌边缘，稳定，"),
                shown(q)
            ),
            (Some(q), false) => format!(
                "{} q = {}{} {:.3}",
                lang.pick("edge of chaos, unstable, at", "混沌边缘，不稳定，"),
                shown(q),
                lang.pick(", slope", "，斜率"),
                edge.slope
            ),
        };
        line("σ_w", &shown(edge.weight_std), &note, console)?;
    }
    if report.edges.is_empty() {
        line(
            "σ_w",
            "–",
            lang.pick("there is no edge of chaos", "没有混沌边缘"),
            console,
        )?;
    }
    let Some(weight_std) = report.weight_std else {
        return Ok(());
    };
    if args.weight_std.is_some() {
        line(
            "σ_w",
            &shown(weight_std),
            lang.pick("as given", "所给"),
            console,
        )?;
    }
    let Some(q) = report.variance else {
        let note = lang.pick(
            "the variance grows without end: there is no fixed point",
            "方差无限增长：没有不动点",
        );
        line("q*", "–", note, console)?;
        return layers(report, console);
    };
    let stable = match report.stable {
        Some(true) => lang.pick(
            "stable: the variance comes back to it",
            "稳定：方差会回到它",
        ),
        _ => lang.pick(
            "unstable: the variance drifts away from it",
            "不稳定：方差会漂离",
        ),
    };
    line("q*", &shown(q), stable, console)?;
    if let Some(chi) = report.chi {
        let phase = if (chi - 1.0).abs() < 1e-9 {
            lang.pick("the edge: gradients keep their size", "边缘：梯度保持大小")
        } else if chi < 1.0 {
            lang.pick("order: gradients vanish with depth", "有序：梯度随深度消失")
        } else {
            lang.pick("chaos: gradients grow with depth", "混沌：梯度随深度增长")
        };
        line("χ₁", &shown(chi), phase, console)?;
    }
    if let Some(c) = report.correlation {
        let note = lang.pick(
            "the correlation that two inputs go to",
            "两个输入最终的相关系数",
        );
        line("c*", &shown(c), note, console)?;
    }
    let layer = lang.pick("layers", "层");
    if let Some(depth) = report.depth_q {
        line("ξ_q", &shown(depth), layer, console)?;
    }
    if let Some(depth) = report.depth_c {
        line("ξ_c", &shown(depth), layer, console)?;
    }
    layers(report, console)
}

/// The first layers, and then ever fewer.
fn layers(report: &Report, console: &mut Console) -> Result<(), Failure> {
    if report.layers.is_empty() {
        return Ok(());
    }
    let lang = console.lang;
    console.line("")?;
    let head = format!(
        "  {}{}{}",
        padded(lang.pick("layer", "层"), 8),
        padded(lang.pick("variance", "方差"), 16),
        lang.pick("gradient² so far", "梯度² 累积因子")
    );
    console.line(&console.heading(&head))?;
    let last = report.layers.len();
    let shown = |layer: usize| {
        let step = 10usize.pow(layer.ilog10().max(1) - 1).max(1);
        layer <= 10 || layer.is_multiple_of(step * 10 / 2) || layer == last
    };
    for (layer, q, factor) in report.layers.iter().filter(|(layer, ..)| shown(*layer)) {
        console.line(&format!(
            "  {}{}{factor:.6e}",
            padded(&layer.to_string(), 8),
            padded(&format!("{q:.6e}"), 16)
        ))?;
    }
    Ok(())
}

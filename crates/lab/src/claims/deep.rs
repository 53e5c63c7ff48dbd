//! Claims about what a deep network does to signals and gradients before it is trained.

use super::arena::{Entrant, LEVEL, Trained, finding, function};
use super::{Arena, Figure, Finding, Verdict};
use crate::error::Error;
use crate::random_network::{Deep, Trace};
use crate::statistics::{deviation, fisher_exact, holm, mean, spearman};
use crate::train::Run;
use crate::tuning::Criterion;
use nonlin::Function;
use nonlin_plot::Figure as Chart;
use nonlin_theory::{Field, edge};

/// Hidden layers of the networks here, and their width.
const DEPTH: usize = 20;
const WIDTH: usize = 256;

/// log₁₀ of the gradient at the first layer's sums over that at the last one's, one number for each seed.
fn decades(function: Function, gain: f64, seeds: u64) -> Result<(Vec<f64>, Trace), Error> {
    let mut decades = Vec::new();
    let mut last = None;
    for seed in 1..=seeds {
        let trace = Deep {
            function,
            weight_std: gain,
            bias_std: 0.0,
            depth: DEPTH,
            width: WIDTH,
        }
        .trace((0.0, 1.0), seed);
        decades.push((trace.gradient[0] / trace.gradient[DEPTH - 1]).log10());
        last = Some(trace);
    }
    last.map(|trace| (decades, trace))
        .ok_or_else(|| Error::Plan("a trace needs a seed".into()))
}

/// The same by mean field theory: ½ Σ log₁₀ χ over the layers between, at the variance that the signal has there.
fn predicted(function: Function, gain: f64) -> f64 {
    let field = Field::new(function, gain, 0.0);
    // The first layer's sums have the variance gain² of the inputs' 1.
    let variances = field.trajectory(gain * gain, DEPTH);
    variances
        .iter()
        .take(DEPTH - 1)
        .map(|&variance| 0.5 * field.chi(variance).value.log10())
        .sum()
}

/// Rows of (label, function, gain), each with its measured and its predicted decades.
fn compare(rows: &[(&str, f64)], seeds: u64) -> Result<(Vec<Figure>, Vec<f64>, Chart), Error> {
    let mut chart = Chart::new("Gradient at each layer's sums over the last layer's")
        .x_label("layer")
        .y_label("ratio")
        .log_y();
    let (mut figures, mut measured) = (Vec::new(), Vec::new());
    for &(name, gain) in rows {
        let f = function(name)?;
        let (all, trace) = decades(f, gain, seeds)?;
        let theory = predicted(f, gain);
        let spread = 1.96 * deviation(&all) / (all.len() as f64).sqrt();
        let value = mean(&all);
        measured.push(value);
        figures.push(Figure::estimate(
            format!("decades over {DEPTH} layers, {name} at σ_w = {gain:.4}; mean field says {theory:.2}"),
            value,
            crate::statistics::Interval { low: value - spread, high: value + spread },
        ));
        let last = trace.gradient[DEPTH - 1];
        let points = trace.gradient.iter().enumerate();
        chart = chart.line(
            format!("{name}, {gain:.2}"),
            points
                .map(|(layer, g)| ((layer + 1) as f64, g / last))
                .collect::<Vec<_>>(),
        );
    }
    Ok((figures, measured, chart))
}

const XAVIER: f64 = 1.0;

pub(super) fn vanishing(arena: &Arena<'_>) -> Result<Finding, Error> {
    let seeds = if arena.quick { 3 } else { 5 };
    let rows = [("sigmoid", XAVIER), ("tanh", XAVIER), ("softplus", XAVIER)];
    let (figures, measured, chart) = compare(&rows, seeds)?;
    let mut verdict = Verdict::Confirmed;
    for (&(name, gain), measured) in rows.iter().zip(&measured) {
        if (measured - predicted(function(name)?, gain)).abs() > 0.3 {
            verdict = Verdict::NotResolved;
        }
    }
    if measured[0] > -3.0 {
        verdict = Verdict::Refuted;
    }
    let decades = -measured[0];
    Ok(finding(
        verdict,
        &format!(
            "The gradient of a sigmoid network loses {decades:.1} decades in {DEPTH} layers at Xavier's width, as mean field theory \
             says to 0.3 decades."
        ),
        "The gradient of a sigmoid network does not vanish.",
        "The gradient vanishes, but not as mean field theory says.",
    )
    .figures(figures)
    .chart(chart))
}

pub(super) fn relu_keeps(arena: &Arena<'_>) -> Result<Finding, Error> {
    let seeds = if arena.quick { 3 } else { 5 };
    let rows = [("relu", XAVIER), ("relu", 2f64.sqrt()), ("relu", 2.0)];
    let (figures, measured, chart) = compare(&rows, seeds)?;
    let kept = measured.iter().all(|decades| decades.abs() < 0.3);
    Ok(finding(
        if kept { Verdict::Confirmed } else { Verdict::Refuted },
        "The gradient of a ReLU network keeps its size at every width of the weights.",
        &format!(
            "A slope of 1 is not the gradient of the network: each layer multiplies its square by σ_w²/2. Over {DEPTH} layers the \
             gradient changes by {:.1} decades at σ_w² = 1/n, {:+.1} at 2/n and {:+.1} at 4/n.",
            measured[0], measured[1], measured[2]
        ),
        "",
    )
    .figures(figures)
    .chart(chart))
}

pub(super) fn none_vanish(arena: &Arena<'_>) -> Result<Finding, Error> {
    let seeds = if arena.quick { 3 } else { 5 };
    let names = [
        "leaky_relu",
        "prelu",
        "elu",
        "softplus",
        "gelu",
        "swish",
        "mish",
    ];
    let rows: Vec<(&str, f64)> = names.iter().map(|&name| (name, XAVIER)).collect();
    let (figures, measured, chart) = compare(&rows, seeds)?;
    let lost: Vec<String> = names
        .iter()
        .zip(&measured)
        .filter(|(_, decades)| **decades < -0.3)
        .map(|(name, decades)| format!("{name} {decades:.1}"))
        .collect();
    let verdict = match lost.len() {
        0 => Verdict::Confirmed,
        n if n == names.len() => Verdict::Refuted,
        _ => Verdict::NotResolved,
    };
    Ok(finding(
        verdict,
        "None of these functions loses the gradient at Xavier's width.",
        &format!(
            "At Xavier's width every one of them loses gradient in {DEPTH} layers (decades: {}); what keeps it is the width of the \
             weights, not the function.",
            lost.join(", ")
        ),
        &format!("Some lose gradient at Xavier's width, some do not: {}.", lost.join(", ")),
    )
    .figures(figures)
    .chart(chart))
}

pub(super) fn tanh_explodes(arena: &Arena<'_>) -> Result<Finding, Error> {
    let seeds = if arena.quick { 3 } else { 5 };
    let rows = [("tanh", 1.0), ("tanh", 1.5925374197), ("tanh", 3.0)];
    let (figures, measured, chart) = compare(&rows, seeds)?;
    let explodes = measured.iter().any(|decades| *decades > 1.0);
    Ok(finding(
        if explodes { Verdict::Confirmed } else { Verdict::Refuted },
        &format!(
            "It can, but not because its range is limited: where σ_w² E φ′² exceeds 1 the gradient grows on its way back, by {:+.1} \
             decades in {DEPTH} layers at σ_w = 3 and {:+.1} at the forward gain.",
            measured[2], measured[1]
        ),
        "The gradient of tanh grows nowhere by more than a decade.",
        "",
    )
    .figures(figures)
    .chart(chart))
}

/// Softplus in deep networks, and where its edge of chaos is.
pub(super) fn softplus_deep(arena: &Arena<'_>) -> Result<Finding, Error> {
    let softplus = function("softplus")?;
    let mut apart: f64 = 0.0;
    for step in 0..=4000 {
        let x = -20.0 + 0.01 * f64::from(step);
        let mut y = [0.0];
        softplus.forward(&[x], &mut y);
        apart = apart.max(y[0] - x.max(0.0));
    }
    let edges: usize = [0.0, 0.1, 0.2, 0.5, 1.0]
        .iter()
        .map(|&b| edge(softplus, b).len())
        .sum();
    let seeds = if arena.quick { 3 } else { 5 };
    let gain = 1.041_866_835_5;
    let (figures, measured, chart) = compare(&[("softplus", XAVIER), ("softplus", gain)], seeds)?;
    let bad = edges == 0 && measured.iter().all(|decades| *decades < -1.0);
    Ok(finding(
        if bad { Verdict::Refuted } else { Verdict::NotResolved },
        "",
        &format!(
            "It is a smooth ReLU (never further from it than ln 2 at 0), but not one for deep networks: no width of the weights puts it \
             on an edge of chaos, and the gradient loses {:.1} decades in {DEPTH} layers.",
            -measured[0]
        ),
        "Softplus has an edge of chaos, or its gradient lives.",
    )
    .figure(Figure::exact("largest distance of softplus from relu", apart))
    .figure(Figure::exact("edges of chaos found at σ_b of 0, 0.1, 0.2, 0.5 and 1", edges as f64))
    .figures(figures)
    .chart(chart))
}

/// SELU keeps mean and variance.
pub(super) fn selu_fixed_point(arena: &Arena<'_>) -> Result<Finding, Error> {
    let (alpha, lambda) = nonlin_theory::selu::constants();
    let printed = (1.673_263_242_354_377_2, 1.050_700_987_355_480_5);
    let selu = function("selu")?;
    let seeds = if arena.quick { 2 } else { 5 };
    let deep = Deep {
        function: selu,
        weight_std: 1.0,
        bias_std: 0.0,
        depth: 60,
        width: 1024,
    };
    let mut figures = vec![
        Figure::exact(
            "α from the fixed-point equations − the printed one",
            alpha - printed.0,
        ),
        Figure::exact(
            "λ from the fixed-point equations − the printed one",
            lambda - printed.1,
        ),
    ];
    let mut chart = Chart::new("Variance of SELU's outputs")
        .x_label("layer")
        .y_label("variance");
    let mut kept = figures.iter().all(|figure| figure.value.abs() < 1e-14);
    for (start, label) in [
        ((0.0, 1.0), "N(0, 1)"),
        ((1.0, 4.0), "N(1, 4)"),
        ((-0.5, 0.09), "N(−0.5, 0.09)"),
    ] {
        let (mut means, mut variances, mut last) = (Vec::new(), Vec::new(), Vec::new());
        for seed in 1..=seeds {
            let trace = deep.trace(start, seed);
            let end = trace.moments[trace.moments.len() - 1];
            means.push(end.0);
            variances.push(end.1);
            last = trace.moments;
        }
        let (m, v) = (mean(&means), mean(&variances));
        kept &= m.abs() < 0.03 && (v - 1.0).abs() < 0.05;
        figures.push(Figure::exact(
            format!("mean at layer 60 from inputs {label}"),
            m,
        ));
        figures.push(Figure::exact(
            format!("variance at layer 60 from inputs {label}"),
            v,
        ));
        let points = last
            .iter()
            .enumerate()
            .map(|(layer, m)| ((layer + 1) as f64, m.1));
        chart = chart.line(label, points.collect::<Vec<_>>());
    }
    Ok(finding(
        if kept { Verdict::Confirmed } else { Verdict::Refuted },
        "The printed constants are those of the equations to 15 digits, and 60 layers of 1024 SELU units bring inputs of \
         any start to mean 0 and variance 1.",
        "Mean and variance do not arrive at 0 and 1, or the constants differ.",
        "",
    )
    .figures(figures)
    .chart(chart))
}

/// Whether a run has learned: its last training loss is below 0.9 of that of no answer at all.
fn trains(trained: &Trained, constant: f64) -> u64 {
    let learned = trained
        .losses()
        .into_iter()
        .filter(|loss| *loss < 0.9 * constant);
    learned.count() as u64
}

/// Xavier for sigmoid and tanh, He for ReLU.
pub(super) fn matching_init(arena: &Arena<'_>) -> Result<Finding, Error> {
    let depths: &[usize] = if arena.quick { &[3, 30] } else { &[3, 10, 30] };
    let constant = 10f64.ln();
    let seeds = arena.seeds();
    let mut figures = Vec::new();
    let mut p = Vec::new();
    let mut shares = Vec::new();
    for &depth in depths {
        for unit in ["sigmoid", "tanh", "relu"] {
            let mut entrants = Vec::new();
            for init in ["xavier", "he"] {
                let run = arena.run("digits", &format!("mlp(100x{depth})"), unit)?;
                entrants.push(Entrant::new(
                    format!("{unit}, {init}, depth {depth}"),
                    Run {
                        init: init.parse()?,
                        epochs: arena.epochs(20),
                        ..run
                    },
                ));
            }
            let trained = arena.contest(&entrants, Criterion::TrainingLoss)?;
            let [xavier, he] = [trains(&trained[0], constant), trains(&trained[1], constant)];
            shares.push((depth, unit, xavier, he));
            p.push(fisher_exact([[xavier, seeds - xavier], [he, seeds - he]]).p);
            for (init, count) in [("xavier", xavier), ("he", he)] {
                figures.push(Figure::exact(
                    format!("share that trains, {unit} with {init} at depth {depth}"),
                    count as f64 / seeds as f64,
                ));
            }
        }
    }
    let p = holm(&p);
    for (at, p) in p.iter().enumerate() {
        figures[2 * at].p = Some(*p);
    }
    let deepest = depths[depths.len() - 1];
    let at = |unit: &str| {
        shares
            .iter()
            .find(|s| s.0 == deepest && s.1 == unit)
            .map_or((0, 0), |s| (s.2, s.3))
    };
    let relu = at("relu");
    let relu_needs_he = relu.1 > relu.0
        && p[shares
            .iter()
            .position(|s| s.0 == deepest && s.1 == "relu")
            .unwrap_or(0)]
            < LEVEL;
    let tanh = at("tanh");
    let sigmoid = at("sigmoid");
    let sigmoid_fails = sigmoid.0 == 0 && sigmoid.1 == 0;
    let verdict = if relu_needs_he && tanh.0 >= tanh.1 && !sigmoid_fails {
        Verdict::Confirmed
    } else if relu_needs_he && sigmoid_fails {
        Verdict::NotResolved
    } else {
        Verdict::Refuted
    };
    Ok(finding(
        verdict,
        "ReLU needs He's width at depth, and tanh and sigmoid train with Xavier's.",
        &format!(
            "At depth {deepest} ReLU trains with {} of {seeds} seeds with Xavier and {} with He; tanh with {} and {}; sigmoid with {} and {}.",
            relu.0, relu.1, tanh.0, tanh.1, sigmoid.0, sigmoid.1
        ),
        &format!(
            "True of ReLU, which at depth {deepest} trains with He ({} of {seeds}) and not with Xavier ({}); but sigmoid trains with neither \
             at that depth, so Xavier is no rule that makes it.",
            relu.1, relu.0
        ),
    )
    .figures(figures))
}

/// Saturation at the start against epochs to learn.
pub(super) fn saturation_slows(arena: &Arena<'_>) -> Result<Finding, Error> {
    let gains = [1.0, 3.0, 10.0, 30.0];
    let epochs = arena.epochs(30);
    let mut figures = Vec::new();
    let (mut verdicts, mut chart) = (
        Vec::new(),
        Chart::new("Saturated at the start, and epochs to learn")
            .x_label("saturated share")
            .y_label("epochs to loss 0.1"),
    );
    for unit in ["sigmoid", "tanh"] {
        let mut entrants = Vec::new();
        for gain in gains {
            let run = arena.run("digits", "mlp(100-100)", unit)?;
            entrants.push(Entrant::new(
                format!("{unit}, gain {gain}"),
                Run {
                    init: crate::Init::Gain(gain),
                    epochs,
                    ..run
                },
            ));
        }
        let trained = arena.contest(&entrants, Criterion::TrainingLoss)?;
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for entrant in &trained {
            for run in &entrant.runs {
                let share = run.start.as_ref().and_then(|probes| probes.inactive());
                x.push(share.unwrap_or(f64::NAN));
                // What does not arrive takes longer than any that does.
                y.push(
                    run.epochs_to(0.1)
                        .map_or(2.0 * epochs as f64, |epoch| epoch as f64),
                );
            }
        }
        let test = spearman(&x, &y);
        figures.push(
            Figure::exact(
                format!("Spearman's ρ of saturated share and epochs, {unit}"),
                test.statistic,
            )
            .p(test.p),
        );
        verdicts.push((test.p < 0.05).then_some(test.statistic > 0.0));
        chart = chart.points(unit, x.into_iter().zip(y).collect::<Vec<_>>());
    }
    let verdict = super::arena::all_of(verdicts);
    Ok(finding(
        verdict,
        "The more units are saturated at the start, the more epochs learning takes, each start at its own best rate.",
        "Saturation at the start does not slow learning where the rate may follow it.",
        "Saturation at the start and epochs to learn are not clearly related for both functions.",
    )
    .figures(figures)
    .chart(chart))
}

//! Claims about units that die.

use super::arena::{
    Difference, Entrant, LEVEL, Trained, adjusted, against_first, all_of, by_part, dot_chart,
    finding,
};
use super::{Arena, Figure, Finding, Verdict};
use crate::error::Error;
use crate::outcome::{Outcome, Probes};
use crate::statistics::{bca, binomial_interval, mean, page_trend, tost};
use crate::train::Run;
use crate::tuning::Criterion;
use nonlin_plot::Figure as Chart;
use nonlin_theory::born_dead;

/// Learning rates of the one step that is too large.
const SHOCKS: [f64; 6] = [0.1, 1.0, 3.0, 10.0, 30.0, 100.0];

/// Rates of the ordinary steps afterwards, which weights that a large step has blown up need smaller than usual.
const AFTERWARDS: [f64; 4] = [0.001, 0.003, 0.01, 0.03];

/// One plain step at a rate, then sane training, on digits with 64-128-128-10.
fn shocked(arena: &Arena<'_>, unit: &str, shock: f64) -> Result<Entrant, Error> {
    let run = arena.run("digits", "mlp(128-128)", unit)?;
    Ok(Entrant::new(
        format!("{unit}, step at rate {shock}"),
        Run {
            init: crate::Init::Auto,
            shock: Some(shock),
            // 23 batches each: 200 steps and a little more.
            epochs: 9,
            ..run
        },
    ))
}

fn dead(probes: &Option<Probes>) -> f64 {
    probes.as_ref().and_then(Probes::dead).unwrap_or(f64::NAN)
}

/// The share of dead units in each run, by a look at the run.
fn deaths(trained: &Trained, look: fn(&Outcome) -> &Option<Probes>) -> Vec<f64> {
    trained.runs.iter().map(|run| dead(look(run))).collect()
}

fn estimate(what: String, values: &[f64]) -> Figure {
    let known: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    match known.is_empty() {
        true => Figure::exact(what, f64::NAN),
        false => Figure::estimate(what, mean(&known), bca(&known, mean, 1)),
    }
}

pub(super) fn dying_relu(arena: &Arena<'_>) -> Result<Finding, Error> {
    let shocks: &[f64] = if arena.quick {
        &[0.1, 3.0, 30.0]
    } else {
        &SHOCKS
    };
    let entrants: Vec<Entrant> = shocks
        .iter()
        .map(|&shock| shocked(arena, "relu", shock))
        .collect::<Result<_, _>>()?;
    let trained = arena.contest_at(&entrants, &AFTERWARDS, Criterion::Score)?;
    let after: Vec<Vec<f64>> = trained
        .iter()
        .map(|t| deaths(t, |run| &run.shocked))
        .collect();
    let end: Vec<Vec<f64>> = trained.iter().map(|t| deaths(t, |run| &run.end)).collect();
    let trend = page_trend(&after);
    let last = trained.len() - 1;
    let first_layer = |probes: &Option<Probes>| {
        let layer = probes.as_ref().and_then(|p| p.layers.first().cloned());
        layer
            .and_then(|l| Some(l.dead? as f64 / l.units as f64))
            .unwrap_or(f64::NAN)
    };
    let of_first = |look: fn(&Outcome) -> &Option<Probes>| {
        let shares: Vec<f64> = trained[last]
            .runs
            .iter()
            .map(|run| first_layer(look(run)))
            .collect();
        mean(
            &shares
                .into_iter()
                .filter(|share| share.is_finite())
                .collect::<Vec<_>>(),
        )
    };
    let (before, after_all) = (of_first(|run| &run.shocked), of_first(|run| &run.end));
    let mut figures = vec![
        Figure::exact(
            "Page's trend of the dead share with the size of the step",
            trend.statistic,
        )
        .p(trend.p),
    ];
    for (at, entrant) in trained.iter().enumerate() {
        figures.push(estimate(
            format!("dead share after the {}", &entrant.label[6..]),
            &after[at],
        ));
        figures.push(estimate(
            format!("dead share after 200 more steps, {}", &entrant.label[6..]),
            &end[at],
        ));
    }
    figures.push(estimate(
        format!(
            "accuracy after 200 more steps, {}, %",
            &trained[last].label[6..]
        ),
        &trained[last].scores(),
    ));
    figures.push(Figure::exact(
        format!(
            "dead share of the first layer after 200 more steps, {}; right after the step it was {before:.3}",
            &trained[last].label[6..]
        ),
        after_all,
    ));
    let many = mean(&after[last]) > 0.2;
    let verdict = match (trend.p < LEVEL && trend.statistic.is_finite(), many) {
        (true, true) => Verdict::Confirmed,
        (false, false) => Verdict::Refuted,
        _ => Verdict::NotResolved,
    };
    let chart = dot_chart(
        "Dead units after one step",
        "share",
        &trained
            .iter()
            .zip(&after)
            .map(|(t, shares)| (t.label[6..].replace("step at rate ", ""), shares.clone()))
            .collect::<Vec<_>>(),
    );
    Ok(finding(
        verdict,
        &format!(
            "One step at a rate of {} leaves {:.0} % of the units without any gradient, and more the larger the step. After 200 ordinary \
             steps {:.0} % are dead. In the first layer, whose inputs stay where they are, the share went from {:.0} to {:.0} %.",
            shocks[last],
            100.0 * mean(&after[last]),
            100.0 * mean(&end[last].iter().copied().filter(|v| v.is_finite()).collect::<Vec<_>>()),
            100.0 * before,
            100.0 * after_all
        ),
        "A large step kills no more units than a small one.",
        "Units die, but not clearly the more the larger the step.",
    )
    .figures(figures)
    .chart(chart))
}

pub(super) fn remedies(arena: &Arena<'_>) -> Result<Finding, Error> {
    const UNITS: [&str; 5] = ["relu", "leaky_relu", "prelu", "elu", "gelu"];
    let shocks: &[f64] = if arena.quick { &[30.0] } else { &[30.0, 100.0] };
    let (mut differences, mut figures, mut dots) = (Vec::new(), Vec::new(), Vec::new());
    for &shock in shocks {
        let entrants: Vec<Entrant> = UNITS
            .iter()
            .map(|unit| shocked(arena, unit, shock))
            .collect::<Result<_, _>>()?;
        let trained = arena.contest_at(&entrants, &AFTERWARDS, Criterion::Score)?;
        differences.extend(trained[1..].iter().map(|other| {
            Difference::between(
                format!("accuracy, {} − relu, points", other.label),
                &other.scores(),
                &trained[0].scores(),
            )
        }));
        for entrant in &trained {
            figures.push(estimate(
                format!("dead share after 200 more steps, {}", entrant.label),
                &deaths(entrant, |run| &run.end),
            ));
            figures.push(estimate(
                format!("accuracy, {}, %", entrant.label),
                &entrant.scores(),
            ));
            dots.push((
                entrant.label.replace(", step at rate", ""),
                entrant.scores(),
            ));
        }
    }
    let differences = adjusted(differences);
    let parts = differences.iter().map(|d| d.above(0.0));
    let names = differences.iter().map(|d| {
        let name = d.what.trim_start_matches("accuracy, ");
        name.split(" − ").next().unwrap_or("").to_owned()
    });
    let said = by_part(names.zip(parts.clone()), "Better than ReLU", "Worse");
    Ok(finding(
        all_of(parts),
        "Every one of them recovers better than ReLU from a step too large.",
        &format!("Not all of them. {said} A bounded left side dies too where a large step drives it so far left that its derivative underflows."),
        &said,
    )
    .figures(differences.iter().map(Difference::figure))
    .figures(figures)
    .chart(dot_chart("Accuracy after the step", "%", &dots)))
}

pub(super) fn born_dead_networks(arena: &Arena<'_>) -> Result<Finding, Error> {
    let networks = if arena.quick { 10_000 } else { 100_000 };
    let cases = [(10usize, 3usize), (10, 5), (10, 10), (20, 3), (5, 2)];
    let mut figures = Vec::new();
    let mut right = true;
    let mut points = (Vec::new(), Vec::new());
    for (depth, width) in cases {
        // One input, whose sign is all that counts without biases.
        let widths = vec![width; depth];
        let exact = born_dead::probability(&widths);
        let drawn = born_dead::draw(&widths, networks, 1);
        let share = drawn.on_one_input.value;
        let interval = binomial_interval(
            (share * f64::from(networks)).round() as u64,
            u64::from(networks),
        );
        let error = (exact * (1.0 - exact) / f64::from(networks)).sqrt();
        right &= (share - exact).abs() <= 3.0 * error.max(1.0 / f64::from(networks));
        figures.push(Figure::estimate(
            format!(
                "networks dead at one input, {depth} layers of {width}; the formula says {exact:.5}"
            ),
            share,
            interval,
        ));
        points.0.push((exact, share));
        points.1.push((exact, exact));
    }
    let chart = Chart::new("Born-dead networks")
        .x_label("1 − Π (1 − 2^−width)")
        .y_label("share of networks drawn")
        .line("the formula", points.1)
        .points("drawn", points.0);
    Ok(finding(
        if right { Verdict::Confirmed } else { Verdict::Refuted },
        "A narrow deep ReLU network is dead before training with the probability 1 − Π (1 − 2^−width), within three standard errors \
         in every case.",
        "The share of dead networks is not that of the formula.",
        "",
    )
    .figures(figures)
    .chart(chart))
}

/// Equivalence of two entrants' accuracies within a margin in points.
pub(super) fn equivalent(a: &Trained, b: &Trained, margin: f64) -> (Option<bool>, Figure) {
    let (a_scores, b_scores) = (a.scores(), b.scores());
    let differences: Vec<f64> = a_scores.iter().zip(&b_scores).map(|(a, b)| a - b).collect();
    let test = tost(&differences, margin);
    let apart = Difference::between(
        format!(
            "accuracy, {} − {}, points (equal within {margin}: p)",
            a.label, b.label
        ),
        &a_scores,
        &b_scores,
    );
    // Beyond the margin either way is a difference that matters.
    let beyond = apart.interval.low > margin || apart.interval.high < -margin;
    let verdict = if test.within {
        Some(true)
    } else if beyond {
        Some(false)
    } else {
        None
    };
    (
        verdict,
        Figure {
            p: Some(test.p),
            ..apart.figure()
        },
    )
}

pub(super) fn no_problem_in_practice(arena: &Arena<'_>) -> Result<Finding, Error> {
    let mut figures = Vec::new();
    let mut parts = Vec::new();
    let mut most_dead: f64 = 0.0;
    for network in ["mlp(100-100)", "mlp(100x10)"] {
        for init in ["he", "pytorch"] {
            let mut entrants = Vec::new();
            for unit in ["relu", "leaky_relu"] {
                let run = arena.run("mnist1d", network, unit)?;
                entrants.push(Entrant::new(
                    format!("{unit}, {network}, {init}"),
                    Run {
                        init: init.parse()?,
                        ..run
                    },
                ));
            }
            let trained = arena.contest(&entrants, Criterion::Score)?;
            let (part, figure) = equivalent(&trained[0], &trained[1], 0.5);
            parts.push(part);
            figures.push(figure);
            for (when, look) in [
                (
                    "at the start",
                    (|run: &Outcome| &run.start) as fn(&Outcome) -> &Option<Probes>,
                ),
                ("after training", |run: &Outcome| &run.end),
            ] {
                let shares = deaths(&trained[0], look);
                most_dead = most_dead.max(mean(
                    &shares
                        .iter()
                        .copied()
                        .filter(|s| s.is_finite())
                        .collect::<Vec<_>>(),
                ));
                figures.push(estimate(
                    format!("dead share {when}, {}", trained[0].label),
                    &shares,
                ));
            }
        }
    }
    let verdict = all_of(parts);
    Ok(finding(
        verdict,
        "Leaky ReLU is no better than ReLU to half a point in any of these networks.",
        &format!(
            "It depends on depth and start: in some of these networks ReLU and leaky ReLU differ by more than half a point, and up to \
             {:.0} % of the ReLU units are dead.",
            100.0 * most_dead
        ),
        &format!(
            "In some of these networks the difference is neither within half a point for certain nor beyond it; up to {:.0} % of the ReLU \
             units are dead.",
            100.0 * most_dead
        ),
    )
    .figures(figures))
}

pub(super) fn sparse(arena: &Arena<'_>) -> Result<Finding, Error> {
    let run = arena.run("mnist1d", "mlp(100-100-100)", "relu")?;
    let trained = arena.contest(
        &[Entrant::new(
            "relu",
            Run {
                init: "he".parse()?,
                ..run
            },
        )],
        Criterion::Score,
    )?;
    let mut figures = Vec::new();
    let mut shares = Vec::new();
    for layer in 0..3 {
        for (when, look) in [
            (
                "at the start",
                (|run: &Outcome| &run.start) as fn(&Outcome) -> &Option<Probes>,
            ),
            ("after training", |run: &Outcome| &run.end),
        ] {
            let zeros: Vec<f64> = trained[0]
                .runs
                .iter()
                .filter_map(|run| look(run).as_ref())
                .map(|probes| probes.layers[layer].zeros)
                .collect();
            shares.push(mean(&zeros));
            figures.push(estimate(
                format!("share of outputs that are 0, layer {} {when}", layer + 1),
                &zeros,
            ));
        }
    }
    let start = mean(&[shares[0], shares[2], shares[4]]);
    let verdict = if shares.iter().all(|share| *share > 0.3) {
        Verdict::Confirmed
    } else if shares.iter().all(|share| *share < 0.3) {
        Verdict::Refuted
    } else {
        Verdict::NotResolved
    };
    Ok(finding(
        verdict,
        &format!(
            "Half of the outputs are 0 at the start, by symmetry ({:.0} %), and {:.0} %, {:.0} % and {:.0} % in the three layers after \
             training.",
            100.0 * start,
            100.0 * shares[1],
            100.0 * shares[3],
            100.0 * shares[5]
        ),
        "Few outputs are 0.",
        "Some layers are sparse and some are not.",
    )
    .figures(figures))
}

pub(super) fn kink_at_zero(arena: &Arena<'_>) -> Result<Finding, Error> {
    let mut figures = Vec::new();
    // How often sums are exactly 0: images have blank patches, and biases start at 0.
    let mut worst: f64 = 0.0;
    for (data, network) in [
        ("digits", "mlp(100)"),
        ("digits(scale=raw)", "cnn2d(8)"),
        ("fashion_mnist(train=5000,test=1000,scale=unit)", "cnn2d(8)"),
        ("mnist(train=5000,test=1000,scale=unit)", "cnn2d(8)"),
    ] {
        let source = arena.source(data)?;
        if arena.data(&source).is_err() {
            figures.push(Figure::exact(
                format!("{data}: not there, `nonlin data fetch` brings it"),
                f64::NAN,
            ));
            continue;
        }
        let run = arena.run(data, network, "relu")?;
        let outcome = arena
            .outcomes(&[Run {
                epochs: 0,
                init: "he".parse()?,
                ..run
            }])?
            .remove(0);
        let layer = outcome
            .start
            .as_ref()
            .and_then(|probes| probes.layers.first().cloned());
        let zeros = layer.map_or(f64::NAN, |layer| layer.zero_sums);
        worst = worst.max(zeros);
        figures.push(Figure::exact(
            format!("share of sums that are exactly 0 at the start, {network} on {data}"),
            zeros,
        ));
    }
    let mut entrants = Vec::new();
    for unit in ["relu", "relu@mid", "relu@right"] {
        let run = arena.run("digits(scale=raw)", "cnn2d(8-16)", unit)?;
        entrants.push(Entrant::new(
            unit,
            Run {
                init: "he".parse()?,
                epochs: arena.epochs(10),
                ..run
            },
        ));
    }
    let trained = arena.contest(&entrants, Criterion::Score)?;
    let differences = against_first(&trained, "accuracy", "points");
    let (first, one) = equivalent(&trained[2], &trained[0], 1.0);
    figures.push(one);
    figures.extend(differences.iter().map(Difference::figure));
    let same = first == Some(true);
    let never = worst < 1e-3;
    let verdict = match (never, same) {
        (true, true) => Verdict::Confirmed,
        (false, _) => Verdict::Refuted,
        _ => Verdict::NotResolved,
    };
    Ok(finding(
        verdict,
        "Sums are practically never 0, and the derivative there does not matter.",
        &format!(
            "Sums are 0 often: up to {:.0} % of them in a convolution over images with blank borders. Whether that matters is another \
             question: {}",
            100.0 * worst,
            if same {
                "a derivative of 1 at 0 instead of 0 changes the accuracy by less than a point here."
            } else {
                "the accuracies with derivatives 0 and 1 are compared in the figures."
            }
        ),
        "Sums are never 0 here, but the accuracies are not equal for certain.",
    )
    .figures(figures))
}

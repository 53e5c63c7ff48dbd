//! Claims about how fast networks learn.

use super::arena::{
    Difference, EMBEDDED, Entrant, LEVEL, Speed, Trained, adjusted, adjusted_speeds, all_of,
    by_part, finding, loss_chart,
};
use super::{Arena, Figure, Finding, Verdict};
use crate::error::Error;
use crate::statistics::{mean, sign_test};
use crate::train::Run;
use crate::tuning::Criterion;

/// Trains several units on the same data in the same network, each at the rate that learns it fastest.
fn race(
    arena: &Arena<'_>,
    data: &str,
    network: &str,
    units: &[(&str, &str)],
    epochs: usize,
) -> Result<Vec<Trained>, Error> {
    let mut entrants = Vec::new();
    for (unit, init) in units {
        let run = arena.run(data, network, unit)?;
        entrants.push(Entrant::new(
            *unit,
            Run {
                init: init.parse()?,
                epochs,
                ..run
            },
        ));
    }
    arena.contest(&entrants, Criterion::TrainingLoss)
}

/// The training loss that counts as learned, and the epochs that runs have.
fn target(arena: &Arena<'_>, data: &str) -> Result<f64, Error> {
    Ok(arena.data(&arena.source(data)?)?.target_loss)
}

pub(super) fn relu_is_faster(arena: &Arena<'_>) -> Result<Finding, Error> {
    let epochs = arena.epochs(60);
    let mut speeds = Vec::new();
    let mut charts = Vec::new();
    for data in ["mnist1d", "digits"] {
        let goal = target(arena, data)?;
        let all = race(
            arena,
            data,
            "mlp(100-100)",
            &[("relu", "auto"), ("sigmoid", "auto"), ("tanh", "auto")],
            epochs,
        )?;
        for other in &all[1..] {
            let mut speed = Speed::between(&all[0], other, goal, epochs);
            speed.what = format!("{}, {data}", speed.what);
            speeds.push(speed);
        }
        charts.push(loss_chart(data, &all));
    }
    let speeds = adjusted_speeds(speeds);
    let verdict = all_of(speeds.iter().map(Speed::faster));
    let said = by_part(
        speeds.iter().map(|s| (s.said(), s.faster())),
        "Faster",
        "Slower",
    );
    let mut found = Finding::new(verdict, said).figures(speeds.iter().flat_map(Speed::figures));
    found.charts = charts;
    Ok(found)
}

pub(super) fn tanh_beats_sigmoid(arena: &Arena<'_>) -> Result<Finding, Error> {
    let sets: &[&str] = if arena.quick {
        &["mnist1d", "wine", "breast_cancer"]
    } else {
        &EMBEDDED
    };
    let depths: &[usize] = if arena.quick { &[1, 4] } else { &[1, 2, 4, 8] };
    let (mut figures, mut wins, mut cells) = (Vec::new(), 0, 0);
    let (mut tanh_losses, mut sigmoid_losses) = (Vec::new(), Vec::new());
    for data in sets {
        for depth in depths {
            let network = format!("mlp(50x{depth})");
            let all = race(
                arena,
                data,
                &network,
                &[("tanh", "auto"), ("sigmoid", "auto")],
                arena.epochs(30),
            )?;
            let difference = Difference::between(
                format!("final training loss, tanh − sigmoid, {data}, depth {depth}"),
                &all[0].losses(),
                &all[1].losses(),
            );
            tanh_losses.push(mean(&all[0].losses()));
            sigmoid_losses.push(mean(&all[1].losses()));
            wins += usize::from(difference.value < 0.0);
            cells += 1;
            figures.push(difference.figure());
        }
    }
    let test = sign_test(&tanh_losses, &sigmoid_losses);
    let share = wins as f64 / cells as f64;
    let verdict = match (test.p < LEVEL, share > 0.5) {
        (true, true) => Verdict::Confirmed,
        (true, false) => Verdict::Refuted,
        _ => Verdict::NotResolved,
    };
    Ok(finding(
        verdict,
        &format!(
            "tanh reaches the lower loss in {wins} of {cells} combinations of data and depth."
        ),
        &format!("tanh reaches the lower loss in {wins} of {cells} combinations only."),
        &format!("tanh reaches the lower loss in {wins} of {cells} combinations, too few to tell."),
    )
    .figure(
        Figure::exact(
            "share of combinations where tanh ends lower (sign test)",
            share,
        )
        .p(test.p),
    )
    .figures(figures))
}

pub(super) fn zero_centred(arena: &Arena<'_>) -> Result<Finding, Error> {
    let epochs = arena.epochs(60);
    let goal = target(arena, "mnist1d")?;
    // The mean of each function of a standard normal number is taken off, or 1 is added; the slope is the same in each pair.
    let pairs = [
        ("tanh", "tanh+1"),
        ("sigmoid-0.5", "sigmoid"),
        ("softplus-0.6931471805599453", "softplus"),
        ("relu-0.3989422804014327", "relu"),
    ];
    let mut speeds = Vec::new();
    let mut figures = Vec::new();
    let mut charts = Vec::new();
    for (centred, shifted) in pairs {
        let all = race(
            arena,
            "mnist1d",
            "mlp(100-100)",
            &[(centred, "xavier"), (shifted, "xavier")],
            epochs,
        )?;
        speeds.push(Speed::between(&all[0], &all[1], goal, epochs));
        for entrant in &all {
            let shift: Vec<f64> = entrant
                .runs
                .iter()
                .filter_map(|run| run.start.as_ref())
                .map(|probes| probes.layers[0].mean)
                .collect();
            figures.push(Figure::exact(
                format!(
                    "mean output of the first layer at the start, {}",
                    entrant.label
                ),
                mean(&shift),
            ));
        }
        charts.push(loss_chart(centred, &all));
    }
    let speeds = adjusted_speeds(speeds);
    let verdict = all_of(speeds.iter().map(Speed::faster));
    let said = by_part(
        speeds.iter().map(|s| (s.said(), s.faster())),
        "Faster with the mean taken off, at the same slope",
        "Slower",
    );
    let mut found = Finding::new(verdict, said)
        .figures(speeds.iter().flat_map(Speed::figures))
        .figures(figures);
    found.charts = charts;
    Ok(found)
}

pub(super) fn identity_at_zero(arena: &Arena<'_>) -> Result<Finding, Error> {
    // With small weights only what a function does near 0 counts: these have slope 1 there, or ¼.
    let units = ["tanh", "softsign", "4*sigmoid-2", "sigmoid-0.5", "sigmoid"];
    let gains: &[f64] = if arena.quick {
        &[0.3, 1.0]
    } else {
        &[0.1, 0.3, 1.0]
    };
    let small = 0.3;
    let mut figures = Vec::new();
    let mut differences = Vec::new();
    for gain in gains {
        let init = format!("gain({gain})");
        let entrants: Vec<(&str, &str)> = units.iter().map(|unit| (*unit, init.as_str())).collect();
        let all = race(arena, "mnist1d", "mlp(100x4)", &entrants, arena.epochs(40))?;
        for entrant in &all {
            figures.push(Figure::exact(
                format!(
                    "final training loss, {} from weights of {gain}/√n",
                    entrant.label
                ),
                mean(&entrant.losses()),
            ));
        }
        if *gain == small {
            // The last pair is the same function up to a factor: its slope at 0 alone has changed.
            for (unlike, like) in [(3, 0), (4, 0), (3, 2)] {
                differences.push(Difference::between(
                    format!(
                        "final training loss, {} − {} from weights of {gain}/√n",
                        all[unlike].label, all[like].label
                    ),
                    &all[unlike].losses(),
                    &all[like].losses(),
                ));
            }
        }
    }
    let differences = adjusted(differences);
    let parts = differences.iter().map(|d| d.above(0.0));
    let said = by_part(
        [
            "tanh beside sigmoid-0.5",
            "tanh beside sigmoid",
            "4*sigmoid-2 beside sigmoid-0.5, the same but for a factor",
        ]
        .map(str::to_owned)
        .into_iter()
        .zip(parts.clone()),
        "From small weights slope 1 at 0 does better than slope ¼",
        "Worse",
    );
    Ok(Finding::new(all_of(parts), said)
        .figures(differences.iter().map(Difference::figure))
        .figures(figures))
}

pub(super) fn bounded_and_rates(arena: &Arena<'_>) -> Result<Finding, Error> {
    let bounded = ["sigmoid", "tanh", "softsign"];
    let unbounded = ["relu", "leaky_relu", "elu"];
    // Rates a third of a decade apart, up to where everything diverges.
    let rates: Vec<f64> = (0..=9)
        .map(|step| 0.01 * 10f64.powf(f64::from(step) / 3.0))
        .collect();
    let seeds = arena.seeds();
    let mut figures = Vec::new();
    let mut largest: Vec<Vec<f64>> = Vec::new();
    let mut best: Vec<Vec<f64>> = Vec::new();
    for unit in bounded.iter().chain(&unbounded) {
        let run = arena.run("mnist1d", "mlp(100-100)", unit)?;
        let runs: Vec<Run> = rates
            .iter()
            .flat_map(|&rate| {
                (1..=seeds).map({
                    let run = run.clone();
                    move |seed| Run {
                        rate,
                        seed,
                        epochs: 10,
                        ..run.clone()
                    }
                })
            })
            .collect();
        let outcomes = arena.outcomes(&runs)?;
        let constant = 10f64.ln();
        let stable = |seed: usize| {
            let learned = |at: &usize| {
                let outcome = &outcomes[at * seeds as usize + seed];
                // A run that ends no better than it began is no stable training either.
                !outcome.diverged && outcome.final_loss() < constant
            };
            (0..rates.len())
                .filter(learned)
                .map(|at| rates[at].log10())
                .fold(f64::NEG_INFINITY, f64::max)
        };
        let least = |seed: usize| {
            let losses =
                (0..rates.len()).map(|at| outcomes[at * seeds as usize + seed].final_loss());
            losses.fold(f64::INFINITY, f64::min)
        };
        largest.push((0..seeds as usize).map(stable).collect());
        best.push((0..seeds as usize).map(least).collect());
        figures.push(Figure::exact(
            format!("largest rate that trains, {unit}, geometric mean"),
            10f64.powf(mean(&largest[largest.len() - 1])),
        ));
        figures.push(Figure::exact(
            format!("lowest training loss at any rate, {unit}"),
            mean(&best[best.len() - 1]),
        ));
    }
    let group = |values: &[Vec<f64>], range: std::ops::Range<usize>| -> Vec<f64> {
        (0..seeds as usize)
            .map(|seed| {
                mean(
                    &range
                        .clone()
                        .map(|unit| values[unit][seed])
                        .collect::<Vec<_>>(),
                )
            })
            .collect()
    };
    let differences = adjusted(vec![
        Difference::between(
            "largest rate that trains, bounded − unbounded, decades",
            &group(&largest, 0..3),
            &group(&largest, 3..6),
        ),
        Difference::between(
            "lowest training loss, bounded − unbounded",
            &group(&best, 0..3),
            &group(&best, 3..6),
        ),
    ]);
    let verdict = all_of(differences.iter().map(|d| d.above(0.0)));
    Ok(finding(
        verdict,
        "Bounded functions stand larger rates, and unbounded ones reach the lower loss.",
        "One half of it is not so: see the figures.",
        "One half of it is within the noise.",
    )
    .figures(differences.iter().map(Difference::figure))
    .figures(figures))
}

pub(super) fn elu_speeds(arena: &Arena<'_>) -> Result<Finding, Error> {
    let epochs = arena.epochs(60);
    let mut speeds = Vec::new();
    let mut figures = Vec::new();
    let mut nearer = true;
    let mut charts = Vec::new();
    for data in ["mnist1d", "digits"] {
        let goal = target(arena, data)?;
        let all = race(
            arena,
            data,
            "mlp(100-100)",
            &[("elu", "auto"), ("relu", "auto")],
            epochs,
        )?;
        let mut speed = Speed::between(&all[0], &all[1], goal, epochs);
        speed.what = format!("{}, {data}", speed.what);
        speeds.push(speed);
        let shift = |entrant: &Trained| {
            let means: Vec<f64> = entrant
                .runs
                .iter()
                .filter_map(|run| run.start.as_ref())
                .map(|probes| probes.layers[0].mean.abs())
                .collect();
            mean(&means)
        };
        nearer &= shift(&all[0]) < shift(&all[1]);
        for entrant in &all {
            figures.push(Figure::exact(
                format!(
                    "|mean output| of the first layer at the start, {}, {data}",
                    entrant.label
                ),
                shift(entrant),
            ));
        }
        charts.push(loss_chart(data, &all));
    }
    let speeds = adjusted_speeds(speeds);
    let verdict = all_of(speeds.iter().map(Speed::faster).chain([Some(nearer)]));
    let said = by_part(
        speeds.iter().map(|s| (s.said(), s.faster())),
        "Faster",
        "Slower",
    );
    let mut found = finding(
        verdict,
        "ELU reaches the target first on both sets, and its outputs lie nearer to 0.",
        &format!("ELU's outputs lie nearer to 0, but it is not faster for that. {said}"),
        &format!("ELU's outputs lie nearer to 0. {said}"),
    )
    .figures(speeds.iter().flat_map(Speed::figures))
    .figures(figures);
    found.charts = charts;
    Ok(found)
}

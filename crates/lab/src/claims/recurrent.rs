//! Claims about recurrent networks.

use super::arena::{
    Difference, Entrant, LEVEL, Trained, adjusted, all_of, by_part, dot_chart, finding,
};
use super::{Arena, Figure, Finding};
use crate::error::Error;
use crate::statistics::{fisher_exact, holm, mean};
use crate::train::Run;
use crate::tuning::Criterion;

/// The adding problem counts as solved at a mean square error of 0.01; the target's variance is 1/6.
const SOLVED: f64 = 1.0 - 0.01 * 6.0;

fn solved(trained: &Trained) -> u64 {
    let solved = trained
        .runs
        .iter()
        .filter(|run| !run.diverged && run.score.iter().any(|r2| *r2 > SOLVED));
    solved.count() as u64
}

fn recurrent(
    arena: &Arena<'_>,
    data: &str,
    network: &str,
    unit: &str,
    epochs: usize,
) -> Result<Run, Error> {
    Ok(Run {
        optimiser: "adam".parse()?,
        init: "xavier".parse()?,
        clip: Some(1.0),
        epochs,
        ..arena.run(data, network, unit)?
    })
}

const RATES: [f64; 2] = [0.003, 0.01];

pub(super) fn gates(arena: &Arena<'_>) -> Result<Finding, Error> {
    // What stands in the gates, and in the candidate and output.
    let kinds: &[(&str, &str)] = if arena.quick {
        &[("sigmoid", "tanh"), ("tanh", "tanh"), ("sigmoid", "relu")]
    } else {
        &[
            ("sigmoid", "tanh"),
            ("hard_sigmoid(slope=0.2)", "tanh"),
            ("hard_sigmoid", "tanh"),
            ("tanh", "tanh"),
            ("sigmoid", "softsign"),
            ("sigmoid", "relu"),
            ("sigmoid", "identity"),
        ]
    };
    let (steps, epochs) = if arena.quick { (20, 8) } else { (50, 25) };
    let data = format!("adding(steps={steps})");
    let mut entrants = Vec::new();
    for (gate, cell) in kinds {
        let network = format!("lstm(32, gate={gate})");
        entrants.push(Entrant::new(
            format!("{gate} gates, {cell} cell"),
            recurrent(arena, &data, &network, cell, epochs)?,
        ));
    }
    let trained = arena.contest_at(
        &entrants,
        if arena.quick { &RATES[1..] } else { &RATES },
        Criterion::Loss,
    )?;
    let differences = adjusted(
        trained[1..]
            .iter()
            .map(|other| {
                Difference::between(
                    format!("test loss, {} − {}", other.label, trained[0].label),
                    &other
                        .test_losses()
                        .iter()
                        .map(|l| l.min(10.0))
                        .collect::<Vec<_>>(),
                    &trained[0]
                        .test_losses()
                        .iter()
                        .map(|l| l.min(10.0))
                        .collect::<Vec<_>>(),
                )
            })
            .collect(),
    );
    // The claim is about what stands in the gates and at the output: a gate that can be negative, an output without bounds.
    let worse: Vec<(String, Option<bool>)> = trained[1..]
        .iter()
        .zip(&differences)
        .filter(|(other, _)| {
            ["tanh gates", "relu cell", "identity cell"]
                .iter()
                .any(|kind| other.label.contains(kind))
        })
        .map(|(other, d)| (other.label.clone(), d.above(0.0)))
        .collect();
    let said = by_part(
        worse.iter().cloned(),
        "Worse than sigmoid gates with tanh",
        "Better",
    );
    let mut figures: Vec<Figure> = trained
        .iter()
        .map(|t| {
            Figure::exact(
                format!(
                    "share of seeds that solve adding over {steps} steps, {}",
                    t.label
                ),
                solved(t) as f64 / t.runs.len() as f64,
            )
        })
        .collect();
    figures.extend(trained.iter().filter(|t| t.diverged() > 0).map(|t| {
        Figure::exact(
            format!("share of seeds that diverge, {}", t.label),
            t.diverged() as f64 / t.runs.len() as f64,
        )
    }));
    let dots: Vec<(String, Vec<f64>)> = trained
        .iter()
        .map(|t| (t.label.clone(), t.scores()))
        .collect();
    Ok(
        Finding::new(all_of(worse.into_iter().map(|(_, part)| part)), said)
            .figures(differences.iter().map(Difference::figure))
            .figures(figures)
            .chart(dot_chart("R² on the adding problem", "R²", &dots)),
    )
}

pub(super) fn tanh_or_relu(arena: &Arena<'_>) -> Result<Finding, Error> {
    let lengths: &[usize] = if arena.quick { &[20] } else { &[20, 50, 100] };
    let epochs = if arena.quick { 10 } else { 30 };
    let (mut figures, mut p, mut shares, mut dots) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for &steps in lengths {
        let data = format!("adding(steps={steps})");
        let mut entrants = Vec::new();
        for (label, network, unit) in [
            ("tanh, orthogonal", "rnn(64)", "tanh"),
            ("relu, identity", "rnn(64, recurrent=identity)", "relu"),
        ] {
            entrants.push(Entrant::new(
                format!("{label}, {steps} steps"),
                recurrent(arena, &data, network, unit, epochs)?,
            ));
        }
        let trained = arena.contest_at(&entrants, &[0.001, 0.003], Criterion::Loss)?;
        let seeds = arena.seeds();
        let [tanh, relu] = [solved(&trained[0]), solved(&trained[1])];
        shares.push((tanh, relu));
        p.push(fisher_exact([[tanh, seeds - tanh], [relu, seeds - relu]]).p);
        for entrant in &trained {
            figures.push(Figure::exact(
                format!(
                    "share of seeds that solve adding, {} (mean R² {:.3})",
                    entrant.label,
                    mean(&entrant.scores())
                ),
                solved(entrant) as f64 / seeds as f64,
            ));
            dots.push((entrant.label.clone(), entrant.scores()));
        }
    }
    let adjusted = holm(&p);
    for (at, p) in adjusted.iter().enumerate() {
        figures[2 * at].p = Some(*p);
    }
    // The sentence says that recurrent networks take tanh; it holds if tanh is no worse at any length and better at one.
    let verdicts =
        shares
            .iter()
            .zip(&adjusted)
            .map(|((tanh, relu), p)| match (*p < LEVEL, tanh > relu) {
                (true, better) => Some(better),
                (false, _) => None,
            });
    Ok(finding(
        all_of(verdicts),
        "A plain recurrent network remembers longer with tanh.",
        "A plain recurrent network with ReLU, begun at the identity, remembers longer than one with tanh.",
        "The two are not told apart at every length.",
    )
    .figures(figures)
    .chart(dot_chart("R² on the adding problem", "R²", &dots)))
}

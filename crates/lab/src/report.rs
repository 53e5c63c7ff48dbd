//! The report: one HTML file that needs nothing else.

use crate::data::{Dataset, Task};
use crate::error::Error;
use crate::init::Init;
use crate::outcome::Outcome;
use crate::pairing::Pairing;
use crate::plan::Plan;
use crate::statistics::mean;
use crate::study::{LEVEL, Row, Study};
use crate::table;
use crate::tuning::TUNING_SEEDS;
use nonlin_plot::Figure;
use std::fmt::Write;
use std::path::Path;

const STYLE: &str = include_str!("report.css");
/// Small figures side by side.
const COLUMNS: usize = 4;
const SMALL: (u32, u32) = (300, 220);

/// Writes the report of a study.
pub(crate) fn write(study: &Study, plan: &Plan, data: &Dataset) -> Result<(), Error> {
    put(&study.report, &page(study, plan, data))
}

/// Writes a page beside its place and renames it there, so that nobody sees half of it.
pub(crate) fn put(path: &Path, page: &str) -> Result<(), Error> {
    let beside = path.with_extension("html.tmp");
    std::fs::write(&beside, page).map_err(|e| Error::file("write", &beside, e))?;
    std::fs::rename(&beside, path).map_err(|e| Error::file("write", path, e))
}

struct Section {
    id: &'static str,
    title: &'static str,
    body: String,
}

fn page(study: &Study, plan: &Plan, data: &Dataset) -> String {
    let mut sections = vec![
        Section {
            id: "results",
            title: "Results",
            body: results(study),
        },
        Section {
            id: "curves",
            title: "Learning curves",
            body: curves(study),
        },
        Section {
            id: "gradients",
            title: "Gradients by layer",
            body: gradients(study),
        },
        Section {
            id: "training",
            title: "Units and gradients over training",
            body: over_training(study),
        },
        Section {
            id: "activations",
            title: "What the units put out",
            body: activations(study),
        },
    ];
    if let Some(body) = slopes(study) {
        sections.push(Section {
            id: "slopes",
            title: "Slopes learned by PReLU",
            body,
        });
    }
    if study.rates.len() > 1 {
        sections.push(Section {
            id: "rates",
            title: "Choosing the learning rates",
            body: rates(study),
        });
    }
    sections.push(Section {
        id: "protocol",
        title: "How this was done",
        body: protocol(study, plan, data),
    });

    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Activation study: {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n\
         <h1>Which activation function?</h1>\n<p class=\"lead\">{}</p>\n<p>{} Network {}, {} epochs, {} seeds, {} runs.</p>\n</header>\n",
        escape(&study.source),
        summary(study),
        escape(&study.data),
        study.network,
        study.epochs,
        study.seeds,
        study.runs,
    );
    html += "<nav aria-label=\"Contents\"><ol>\n";
    for Section { id, title, .. } in &sections {
        let _ = writeln!(html, "<li><a href=\"#{id}\">{title}</a></li>");
    }
    html += "</ol></nav>\n<main>\n";
    for Section { id, title, body } in &sections {
        let _ = writeln!(
            html,
            "<section id=\"{id}\">\n<h2>{title}</h2>\n{body}</section>"
        );
    }
    let _ = writeln!(
        html,
        "</main>\n<footer>nonlin {}</footer>\n</body>\n</html>",
        env!("CARGO_PKG_VERSION")
    );
    html
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// "a, b and c" of names in code type.
fn listed(names: &[&str]) -> String {
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("<code>{}</code>", escape(name)))
        .collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

fn score(study: &Study, value: f64) -> String {
    match study.task {
        Task::Classes(_) => format!("{value:.1} %"),
        Task::Regression { .. } => format!("{value:.3}"),
    }
}

/// What the study found, in a few sentences.
fn summary(study: &Study) -> String {
    let Some((best, others)) = study.rows.split_first() else {
        return String::new();
    };
    let (Some(top), Some(sd)) = (best.score_mean, best.score_sd) else {
        return "Every run diverged; smaller learning rates may help.".into();
    };
    let name = listed(&[&best.label(study.varied)]);
    let mut text = format!(
        "{name} has the highest {}, {} ± {}.",
        study.score,
        score(study, top),
        score(study, sd)
    );
    let tied: Vec<String> = others
        .iter()
        .filter(|row| row.tied_with_best)
        .map(|row| row.label(study.varied))
        .collect();
    let tied: Vec<&str> = tied.iter().map(String::as_str).collect();
    if study.seeds > 1 && !others.is_empty() {
        text += &match tied.len() {
            0 => " Everything else does worse by more than the noise between seeds.".to_owned(),
            n if n == others.len() => {
                " Nothing else can be told from it: the differences are within the noise."
                    .to_owned()
            }
            _ => format!(" {} cannot be told from it.", listed(&tied)),
        };
    }
    let reached = |row: &&Row| row.epochs_to_target.is_some();
    let epochs = |row: &Row| row.epochs_to_target.unwrap_or(f64::INFINITY);
    if let Some(fastest) = study
        .rows
        .iter()
        .filter(reached)
        .min_by(|a, b| epochs(a).total_cmp(&epochs(b)))
    {
        let as_fast: Vec<String> = study
            .rows
            .iter()
            .filter(|row| epochs(row) == epochs(fastest))
            .map(|row| row.label(study.varied))
            .collect();
        let as_fast: Vec<&str> = as_fast.iter().map(String::as_str).collect();
        let _ = write!(
            text,
            " First at the training loss {}: {}, after {} epochs.",
            table::short(study.target_loss),
            listed(&as_fast),
            epochs(fastest)
        );
    }
    text
}

fn results(study: &Study) -> String {
    let (heads, rows) = table::cells_for_html(study);
    let mut html = String::from("<div class=\"wide\"><table>\n<thead><tr>");
    for head in &heads {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escape(head));
    }
    html += "</tr></thead>\n<tbody>\n";
    for (cells, row) in rows.iter().zip(&study.rows) {
        html += if row.tied_with_best {
            "<tr class=\"best\">"
        } else {
            "<tr>"
        };
        for (column, cell) in cells.iter().enumerate() {
            let cell = escape(cell.trim());
            html += &match column {
                0 => format!("<th scope=\"row\"><code>{cell}</code></th>"),
                _ => format!("<td>{cell}</td>"),
            };
        }
        html += "</tr>\n";
    }
    html += "</tbody>\n</table></div>\n<ul class=\"notes\">\n";
    for note in table::notes(study) {
        let _ = writeln!(html, "<li>{}</li>", escape(&note));
    }
    html += "</ul>\n";
    html += &figure(&scores(study), "Every dot is a seed.");
    html
}

/// A dot for every seed, and the means.
fn scores(study: &Study) -> String {
    let rows: Vec<&Row> = study
        .rows
        .iter()
        .filter(|row| row.score_mean.is_some())
        .collect();
    let dots: Vec<(f64, f64)> = rows
        .iter()
        .enumerate()
        .flat_map(|(at, row)| converged(row).map(move |run| (at as f64, run.final_score())))
        .collect();
    // A short level line for each mean, broken before the next.
    let means = rows.iter().enumerate().flat_map(|(at, row)| {
        let (x, mean) = (at as f64, row.score_mean.unwrap_or(f64::NAN));
        [(x - 0.3, mean), (x + 0.3, mean), (f64::NAN, f64::NAN)]
    });
    let (low, high) = dots.iter().fold((f64::MAX, f64::MIN), |(low, high), d| {
        (low.min(d.1), high.max(d.1))
    });
    let margin = 0.06 * (high - low).max(1e-3);
    let unit = if matches!(study.task, Task::Classes(_)) {
        ", %"
    } else {
        ""
    };
    Figure::new("")
        .y_label(format!("{}{unit}", study.score))
        .size(1160, 380)
        .y_range(low - margin, high + margin)
        // Bars without a height: they name the places on the x axis.
        .bars(
            "",
            rows.iter().map(|row| (row.label(study.varied), f64::NAN)),
        )
        .line("mean", means)
        .points("a seed", dots)
        .svg()
}

fn converged(row: &Row) -> impl Iterator<Item = &Outcome> {
    row.runs.iter().filter(|run| !run.diverged)
}

fn figure(svg: &str, caption: &str) -> String {
    format!("<figure>{svg}<figcaption>{caption}</figcaption></figure>\n")
}

fn small(title: &str) -> Figure {
    Figure::new(title).size(SMALL.0, SMALL.1)
}

/// (epoch, least, mean, most) over the seeds that did not diverge.
fn over_seeds(row: &Row, curve: fn(&Outcome) -> &[f64]) -> Vec<(f64, f64, f64, f64)> {
    let curves: Vec<&[f64]> = converged(row).map(curve).collect();
    let epochs = curves.iter().map(|c| c.len()).min().unwrap_or(0);
    (0..epochs)
        .map(|at| {
            let values: Vec<f64> = curves.iter().map(|c| c[at]).collect();
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            ((at + 1) as f64, least, mean(&values), most)
        })
        .collect()
}

fn curves(study: &Study) -> String {
    let grid = |curve: fn(&Outcome) -> &[f64], log: bool| {
        let all: Vec<_> = study
            .rows
            .iter()
            .map(|row| over_seeds(row, curve))
            .collect();
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for &(_, least, _, most) in all.iter().flatten() {
            (low, high) = (low.min(least), high.max(most));
        }
        let best: Vec<(f64, f64)> = all
            .first()
            .into_iter()
            .flatten()
            .map(|p| (p.0, p.2))
            .collect();
        let figures: Vec<Figure> = study
            .rows
            .iter()
            .zip(&all)
            .enumerate()
            .map(|(at, (row, points))| {
                // The legend is the title: the function, and the best one to compare it with.
                let name = &row.label(study.varied);
                let mut figure = small("").x_label("epoch").y_range(low, high);
                if log {
                    figure = figure.log_y();
                }
                figure = figure
                    .line(name, points.iter().map(|p| (p.0, p.2)))
                    .band(name, points.iter().map(|p| (p.0, p.1, p.3)));
                if at > 0 {
                    figure.dashed(study.rows[0].label(study.varied), best.iter().copied())
                } else {
                    figure
                }
            })
            .collect();
        Figure::grid(&figures, COLUMNS)
    };
    let best = study
        .rows
        .first()
        .map_or(String::new(), |row| listed(&[&row.activation]));
    let mut html = figure(
        &grid(|run| &run.train_loss, true),
        &format!(
            "Training loss, mean of the seeds, the band from the lowest to the highest; dashed: {best}, the best of the table."
        ),
    );
    html += &figure(
        &grid(|run| &run.score, false),
        &format!(
            "{} after each epoch, in the same way. It is only looked at: no choice depends on it.",
            capital(study.score)
        ),
    );
    html
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

/// (x, y) along a curve.
type Points = Vec<(f64, f64)>;

fn gradients(study: &Study) -> String {
    let mut low = f64::INFINITY;
    let mut high: f64 = 0.0;
    let rows: Vec<(&Row, [Points; 2])> = study
        .rows
        .iter()
        .map(|row| {
            let norms = |pick: fn(&Outcome) -> &Option<crate::Probes>| -> Vec<(f64, f64)> {
                let runs: Vec<&Vec<f64>> = row
                    .runs
                    .iter()
                    .filter_map(|run| pick(run).as_ref())
                    .map(|probes| &probes.gradient)
                    .collect();
                let layers = runs.first().map_or(0, |norms| norms.len());
                (0..layers)
                    .map(|layer| {
                        let logs: Vec<f64> = runs.iter().map(|norms| norms[layer].ln()).collect();
                        ((layer + 1) as f64, mean(&logs).exp())
                    })
                    .collect()
            };
            (row, [norms(|run| &run.start), norms(|run| &run.end)])
        })
        .collect();
    for (_, y) in rows.iter().flat_map(|(_, both)| both.iter().flatten()) {
        if *y > 0.0 {
            (low, high) = (low.min(*y), high.max(*y));
        }
    }
    let figures: Vec<Figure> = rows
        .into_iter()
        .map(|(row, [start, end])| {
            let layers = start.len().max(2) as f64;
            small(&row.label(study.varied))
                .x_label("layer")
                .x_range(0.8, layers + 0.2)
                .log_y()
                .y_range(low / 1.3, high * 1.3)
                .line("start", start.clone())
                .points("start", start)
                .dashed("end", end.clone())
                .points("end", end)
        })
        .collect();
    figure(
        &Figure::grid(&figures, COLUMNS),
        "Norm of the gradient of each layer's weights, from the input (1) to the output, geometric mean of the seeds: \
         before the first step (solid) and after the last one (dashed). A line that falls to the left is a gradient \
         that vanishes on its way back.",
    )
}

/// (epoch, mean over the seeds of what `value` sees) from the start to the end of training.
fn seen(row: &Row, value: &dyn Fn(&crate::Probes) -> Option<f64>) -> Points {
    let looks = |run: &Outcome| -> Points {
        let last = run.train_loss.len() as f64;
        let start = run.start.iter().map(|probes| (0.0, probes));
        let during = run.during.iter().map(|g| (g.epoch as f64, &g.probes));
        let end = run.end.iter().map(|probes| (last, probes));
        let all = start.chain(during).chain(end);
        all.filter_map(|(epoch, probes)| Some((epoch, value(probes)?)))
            .collect()
    };
    let runs: Vec<Points> = converged(row).map(looks).collect();
    let Some(epochs) = runs.iter().max_by_key(|points| points.len()) else {
        return Vec::new();
    };
    epochs
        .iter()
        .map(|&(epoch, _)| {
            let here = runs.iter().flatten().filter(|p| p.0 == epoch);
            (epoch, mean(&here.map(|p| p.1).collect::<Vec<_>>()))
        })
        .collect()
}

fn over_training(study: &Study) -> String {
    let shares: Vec<Figure> = study
        .rows
        .iter()
        .map(|row| {
            small(&row.label(study.varied))
                .x_label("epoch")
                .y_range(0.0, 1.0)
                .line("inactive", seen(row, &crate::Probes::inactive))
                .line("dead", seen(row, &crate::Probes::dead))
                .dashed(
                    "zeros",
                    seen(row, &|probes| {
                        let zeros: Vec<f64> =
                            probes.layers.iter().map(|layer| layer.zeros).collect();
                        (!zeros.is_empty()).then(|| mean(&zeros))
                    }),
                )
        })
        .collect();
    let norm = |last: bool| {
        move |probes: &crate::Probes| {
            let norm = if last {
                probes.gradient.last()
            } else {
                probes.gradient.first()
            };
            norm.map(|norm| norm.ln()).filter(|norm| norm.is_finite())
        }
    };
    let rows: Vec<(&Row, [Points; 2])> = study
        .rows
        .iter()
        .map(|row| {
            let both = [false, true].map(|last| {
                let points = seen(row, &norm(last));
                points
                    .into_iter()
                    .map(|(epoch, log)| (epoch, log.exp()))
                    .collect()
            });
            (row, both)
        })
        .collect();
    let all = || {
        rows.iter()
            .flat_map(|(_, both)| both.iter().flatten().map(|p| p.1))
    };
    let (low, high) = (
        all().fold(f64::INFINITY, f64::min),
        all().fold(0.0, f64::max),
    );
    let gradients: Vec<Figure> = rows
        .into_iter()
        .map(|(row, [first, last])| {
            small(&row.label(study.varied))
                .x_label("epoch")
                .log_y()
                .y_range(low / 1.3, high * 1.3)
                .line("first layer", first)
                .dashed("last layer", last)
        })
        .collect();
    let mut html = figure(
        &Figure::grid(&shares, COLUMNS),
        "Shares over the hidden layers, mean of the seeds: (unit, row) pairs where |φ′| lies under 1 % of its largest (inactive), units \
         of which that is true on every row (dead), and outputs that are exactly 0, which is sparsity and no death.",
    );
    html += &figure(
        &Figure::grid(&gradients, COLUMNS),
        "Norm of the gradient of the first and of the last layer's weights, geometric mean of the seeds.",
    );
    html
}

fn activations(study: &Study) -> String {
    let figures: Vec<Figure> = study
        .rows
        .iter()
        .filter_map(|row| {
            let probes = row.runs.iter().find_map(|run| run.end.as_ref())?;
            let last = probes.layers.len().checked_sub(1)?;
            let mut figure = small(&row.label(study.varied)).x_label("φ(z)");
            for at in if last == 0 { vec![0] } else { vec![0, last] } {
                let h = &probes.layers[at].histogram;
                let width = (h.high - h.low) / h.shares.len() as f64;
                // Density, so that layers of different spread compare.
                let bins = h.shares.iter().enumerate().map(|(bin, share)| {
                    let from = h.low + bin as f64 * width;
                    (from, from + width, share / width)
                });
                figure = figure.histogram(
                    format!("layer {}", probes.layers[at].name),
                    bins.collect::<Vec<_>>(),
                );
            }
            Some(figure)
        })
        .collect();
    figure(
        &Figure::grid(&figures, COLUMNS),
        "Density of the outputs of the first and the last hidden layer over the training rows, after training with seed 1. \
         A spike at the end of the range is saturation; one at 0 is the silence of a rectifier.",
    )
}

fn slopes(study: &Study) -> Option<String> {
    let row = study.rows.iter().find(|row| {
        row.runs
            .iter()
            .any(|r| r.end.as_ref().is_some_and(|p| !p.slopes.is_empty()))
    })?;
    let layers = row
        .runs
        .iter()
        .find_map(|run| run.end.as_ref())?
        .slopes
        .len();
    let mut text = Vec::new();
    let start = match row.activation.parse() {
        Ok(nonlin::Function::Prelu(p)) => p.slope,
        _ => 0.25,
    };
    let figures: Vec<Figure> = (0..layers)
        .map(|layer| {
            let slopes: Vec<f64> = row
                .runs
                .iter()
                .filter_map(|run| run.end.as_ref())
                .flat_map(|p| p.slopes[layer].clone())
                .collect();
            let low = slopes.iter().copied().fold(start, f64::min) - 0.02;
            let high = slopes.iter().copied().fold(start, f64::max) + 0.02;
            let bins = 30;
            let width = (high - low) / f64::from(bins);
            let histogram = (0..bins).map(|bin| {
                let from = low + f64::from(bin) * width;
                let count = slopes
                    .iter()
                    .filter(|&&s| s >= from && s < from + width)
                    .count();
                (from, from + width, count as f64)
            });
            text.push(format!("{:.2} in layer {}", mean(&slopes), layer + 1));
            Figure::new(format!("layer {}", layer + 1))
                .size(580, 260)
                .x_label("slope for z ≤ 0")
                .y_label("units")
                .vertical(start, "start")
                .histogram("", histogram.collect::<Vec<_>>())
        })
        .collect();
    Some(figure(
        &Figure::grid(&figures, 2),
        &format!(
            "PReLU learns one slope per unit, from {start} on. Here are those of all seeds; the mean is {}.",
            text.join(", ")
        ),
    ))
}

fn rates(study: &Study) -> String {
    let merits = |row: &Row| -> Vec<(f64, f64)> {
        row.tuning
            .iter()
            .map(|&(rate, merit)| (rate, merit.unwrap_or(f64::NAN)))
            .collect()
    };
    let all: Vec<f64> = study
        .rows
        .iter()
        .flat_map(merits)
        .map(|p| p.1)
        .filter(|m| m.is_finite())
        .collect();
    let low = all.iter().copied().fold(f64::INFINITY, f64::min);
    let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let margin = 0.05 * (high - low).max(1e-9);
    let least = study.rates.iter().copied().fold(f64::INFINITY, f64::min);
    let most = study.rates.iter().copied().fold(0.0, f64::max);
    let figures: Vec<Figure> = study
        .rows
        .iter()
        .map(|row| {
            small(&row.label(study.varied))
                .x_label("learning rate")
                .log_x()
                .x_range(least * 0.8, most * 1.25)
                .y_range(low - margin, high + margin)
                .vertical(row.rate, format!("{}", row.rate))
                .line("", merits(row))
                .points("", merits(row))
        })
        .collect();
    figure(
        &Figure::grid(&figures, COLUMNS),
        "Score on the validation rows (mean over the last quarter of the epochs and the tuning seeds) of every rate tried; the \
         vertical line is the one chosen. A missing dot is a rate at which training diverged.",
    )
}

fn protocol(study: &Study, plan: &Plan, data: &Dataset) -> String {
    let (tuned_on, validation) = data.tuning_split();
    let mut text = Vec::new();
    let optimisers: Vec<String> = plan.optimisers.iter().map(ToString::to_string).collect();
    text.push(format!(
        "Data: {} A network {} with one activation in all hidden layers learns by {} in batches of {}, {} epochs at a constant \
         rate, without dropout. The loss is {}.",
        escape(&study.data),
        escape(&study.network),
        escape(&optimisers.join(", ")),
        plan.batch,
        study.epochs,
        match (plan.loss, &study.task) {
            (Pairing::Auto, Task::Classes(_)) => "the cross-entropy of the softmax".to_owned(),
            (Pairing::Auto, Task::Regression { .. }) =>
                "the mean square of the standardised error".to_owned(),
            (loss, _) => format!("<code>{loss}</code>"),
        }
    ));
    text.push(match plan.inits[..] {
        [Init::Auto] => "Weights start as normal numbers, biases at 0. Their deviation suits the function: Xavier's \
             √(2/(inputs + outputs)) for functions bounded on both sides; for all others gain/√inputs with the exact gain \
             1/√E φ(Z)², Z standard normal, which is He's √2 for ReLU and 1 for SELU and the identity. The output layer has gain 1."
            .to_owned(),
        _ => {
            let inits: Vec<String> = plan.inits.iter().map(ToString::to_string).collect();
            format!("Weights start by the rule {}.", escape(&inits.join(", ")))
        }
    });
    if study.rates.len() > 1 {
        text.push(format!(
            "Learning rates: each row tries {} with {TUNING_SEEDS} seeds on {} of the training rows and is judged on the other {} \
             by the mean score over the last quarter of the epochs. Of the rates within one standard error of the highest it takes \
             the one with the lowest training loss, on the brink of divergence only if there is no other. The table's runs use other seeds and all {} training rows.",
            study.rates.iter().map(f64::to_string).collect::<Vec<_>>().join(", "),
            tuned_on.len(),
            validation.len(),
            data.train.len(),
        ));
    } else {
        text.push(format!(
            "Learning rate: {} for every function, untuned.",
            study.rates.first().copied().unwrap_or(0.0)
        ));
    }
    text.push(format!(
        "A seed fixes the starting weights and the order of the rows, the same for all rows of the table; so these are compared seed \
         by seed (a randomised block design). A row counts as not to be told from the best where a t test of the difference in {} \
         from the top row has p > {LEVEL} after Bonferroni's adjustment for the number of rows; the noise of a difference is estimated \
         from all rows together, which supposes it alike for all. With few seeds a small real difference stays unseen.",
        study.score
    ));
    text.push(
        "Training loss is the mean over an epoch's batches as they came. A unit is dead where |φ′| lies under 1 % of the \
         function's largest |φ′| on every training row (5000 at most), and (unit, row) pairs where it does are saturated. Everything but the \
         times is the same to the last bit whenever and with however many threads the study is repeated on a machine of the \
         same kind."
            .to_owned(),
    );
    text.iter()
        .map(|paragraph| format!("<p>{paragraph}</p>\n"))
        .collect()
}

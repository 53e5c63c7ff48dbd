//! The table of a study, as text.

use crate::data::Task;
use crate::study::{LEVEL, Row, Study, Varied};

/// Heads of the columns, in two lines.
fn heads(study: &Study) -> Vec<(&'static str, String)> {
    let score = match study.task {
        Task::Classes(_) => "accuracy %",
        Task::Regression { .. } => "R²",
    };
    let mut heads = vec![
        ("", "activation".into()),
        ("", "init".into()),
        ("learning", "rate".into()),
        ("test", score.into()),
    ];
    if regression(study) {
        heads.push(("test", "MSE".into()));
    }
    heads.extend([
        ("epochs to", format!("loss {}", short(study.target_loss))),
        ("final", "loss".into()),
        ("dead", "units".into()),
        ("saturated", "units".into()),
        ("gradient", "first/last".into()),
        ("ms per", "epoch".into()),
    ]);
    heads
}

fn regression(study: &Study) -> bool {
    matches!(study.task, Task::Regression { .. })
}

/// Cells of a row, in the order of [`heads`].
fn cells(row: &Row, study: &Study) -> Vec<String> {
    let percent =
        |share: Option<f64>| share.map_or("–".into(), |s| format!("{:.1} %", 100.0 * s));
    let mark = if row.tied_with_best { "*" } else { " " };
    let score = match (row.score_mean, row.score_sd) {
        (Some(mean), Some(sd)) => match study.task {
            Task::Classes(_) => format!("{mean:.1} ± {sd:.1} {mark}"),
            Task::Regression { .. } => format!("{mean:.3} ± {sd:.3} {mark}"),
        },
        _ => "diverged  ".into(),
    };
    let mut cells = vec![
        row.label(Varied {
            inits: false,
            ..study.varied
        }),
        row.init.clone(),
        format!("{}{}", row.rate, if row.rate_at_edge { "!" } else { " " }),
        score,
    ];
    if regression(study) {
        cells.push(row.test_loss.map_or("–".into(), significant));
    }
    cells.extend([
        row.epochs_to_target
            .map_or_else(|| format!("> {}", study.epochs), |e| format!("{e}")),
        row.final_loss.map_or("–".into(), |l| format!("{l:.4}")),
        percent(row.dead),
        percent(row.saturated),
        row.gradient_ratio.map_or("–".into(), |r| format!("{r:.2}")),
        format!("{:.1}", 1e3 * row.seconds_per_epoch),
    ]);
    cells
}

/// Four significant digits, of a number of any size.
fn significant(value: f64) -> String {
    if value == 0.0 || (1e-3..1e5).contains(&value.abs()) {
        let digits = 3 - value.abs().max(1e-3).log10().floor() as i32;
        format!("{value:.*}", digits.max(0) as usize)
    } else {
        format!("{value:.3e}")
    }
}

/// A number without needless digits.
pub(crate) fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What the marks and columns mean, a sentence each.
pub(crate) fn notes(study: &Study) -> Vec<String> {
    let n = study.seeds;
    let mut notes = Vec::new();
    if n > 1 {
        notes.push(format!(
            "* cannot be told from the best: t test of the differences from the top row, paired over {n} seeds, their noise \
             pooled over all rows, Bonferroni-adjusted, p > {LEVEL}. {}± is the standard deviation over seeds.",
            if n < 10 { format!("{n} seeds are few, so small real differences stay unseen. ") } else { String::new() }
        ));
    } else {
        notes.push("One seed shows no noise, so nothing here can be told from anything.".into());
    }
    if study.rates.len() > 1 {
        notes.push(
            "Learning rates were chosen on validation rows with seeds of their own; the test rows chose nothing.".into(),
        );
    }
    if study.rows.iter().any(|row| row.rate_at_edge) {
        notes.push("! the smallest or largest rate tried: a better one may lie beyond.".into());
    }
    notes.push(
        "Dead: |φ′| under 1 % of its largest on every training row (5000 at most). Saturated: the share of (unit, row) pairs where it is.".into(),
    );
    notes.push("Gradient: norm of the first layer's over the last layer's weight gradient, before the first step.".into());
    for row in study.rows.iter().filter(|row| row.diverged > 0) {
        notes.push(format!(
            "{} diverged with {} of {n} seeds.",
            row.label(study.varied),
            row.diverged
        ));
    }
    notes
}

pub(crate) fn text(study: &Study) -> String {
    let heads = heads(study);
    let rows: Vec<Vec<String>> = study.rows.iter().map(|row| cells(row, study)).collect();
    let width = |text: &str| text.chars().count();
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(column, (top, bottom))| {
            let cells = rows
                .iter()
                .map(|row| width(&row[column]))
                .max()
                .unwrap_or(0);
            cells.max(width(top)).max(width(bottom))
        })
        .collect();
    // Names to the left, numbers to the right.
    let line = |cells: Vec<&str>| {
        let padded = cells.iter().enumerate().map(|(column, cell)| {
            let blank = " ".repeat(widths[column] - width(cell));
            if column < 2 {
                format!("{cell}{blank}")
            } else {
                format!("{blank}{cell}")
            }
        });
        let line = padded.collect::<Vec<_>>().join("  ");
        line.trim_end().to_owned() + "\n"
    };
    let mut text = format!(
        "{}\nNetwork {}, {} epochs, {} seeds.\n\n",
        study.data, study.network, study.epochs, study.seeds
    );
    text += &line(heads.iter().map(|head| head.0).collect());
    text += &line(heads.iter().map(|head| head.1.as_str()).collect());
    text += &"─".repeat(widths.iter().sum::<usize>() + 2 * (widths.len() - 1));
    text.push('\n');
    for row in &rows {
        text += &line(row.iter().map(String::as_str).collect());
    }
    text.push('\n');
    for note in notes(study) {
        text += &note;
        text.push('\n');
    }
    text
}

/// Heads and cells for the report.
pub(crate) fn cells_for_html(study: &Study) -> (Vec<String>, Vec<Vec<String>>) {
    let heads = heads(study)
        .into_iter()
        .map(|(top, bottom)| format!("{top} {bottom}").trim().to_owned())
        .collect();
    (
        heads,
        study.rows.iter().map(|row| cells(row, study)).collect(),
    )
}

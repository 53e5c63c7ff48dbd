//! `docs/performance.md` and its picture, made from a record.

use crate::case::{Case, DIRECTIONS, Direction, Dtype, FUNCTIONS, Form, LARGE, MEDIUM, SMALL};
use crate::figures::{CRATES, FRAMEWORKS, Figure, View, Way, median, nonlin, peer};
use crate::goals;
use crate::processor::slug;
use crate::record::Record;
use crate::timing::{ROUNDS, ROUNDS_LARGE};
use nonlin_plot::Figure as Picture;
use std::fmt::Write as _;

const SIZES: [(usize, &str); 3] = [(SMALL, "16 KiB"), (MEDIUM, "1 MiB"), (LARGE, "256 MiB")];

/// Times to three digits, with what is not a given array marked.
fn cell(figure: Option<Figure>) -> String {
    figure.map_or_else(String::new, |figure| {
        let mark = match figure.form {
            Form::Out => "",
            Form::Alloc => "ᵃ",
            Form::InPlace => "ⁱ",
        };
        format!("{}{mark}", digits(figure.ns))
    })
}

fn digits(ns: f64) -> String {
    match ns {
        0.0..1.0 => format!("{ns:.3}"),
        1.0..10.0 => format!("{ns:.2}"),
        _ => format!("{ns:.1}"),
    }
}

/// One table: a row for each function, a column for each library.
fn table(record: &Record, view: View) -> String {
    let precisions = record.precisions();
    let mut ways: Vec<(String, Way)> = precisions
        .iter()
        .map(|precision| (format!("nonlin {precision}"), nonlin(precision)))
        .collect();
    for precision in &precisions {
        let way = Way {
            in_place: true,
            ..nonlin(precision)
        };
        ways.push((format!("{precision}, in place"), way));
    }
    for library in FRAMEWORKS.iter().chain(&CRATES) {
        ways.push(((*library).to_owned(), peer(library)));
    }
    // A library without a figure in this table has no column.
    ways.retain(|(_, way)| {
        FUNCTIONS
            .iter()
            .any(|function| record.figure(*way, view, function).is_some())
    });
    let mut out = "| function |".to_owned();
    for (name, _) in &ways {
        let _ = write!(out, " {name} |");
    }
    for precision in &precisions {
        let _ = write!(out, " {precision} ÷ fastest framework |");
    }
    let _ = writeln!(
        out,
        "\n|---|{}",
        "--:|".repeat(ways.len() + precisions.len())
    );
    for function in FUNCTIONS {
        let _ = write!(out, "| {function} |");
        for (_, way) in &ways {
            let _ = write!(out, " {} |", cell(record.figure(*way, view, function)));
        }
        for precision in &precisions {
            let ratio = record.ratio(precision, view, function);
            let ratio = ratio.map_or_else(String::new, |(ratio, _)| format!("{ratio:.2}"));
            let _ = write!(out, " {ratio} |");
        }
        out.push('\n');
    }
    out
}

/// How nonlin stands beside the fastest framework.
struct Standing {
    /// The median of its times over that framework's.
    median: f64,
    /// The functions at which it is faster, and how many both have.
    faster: usize,
    of: usize,
}

impl Standing {
    /// At one thread, unless there is no function that both have.
    fn of(record: &Record, precision: &str, direction: Direction, elements: usize) -> Option<Self> {
        let view = View::single(direction, elements, 1);
        let ratios: Vec<f64> = FUNCTIONS
            .iter()
            .filter_map(|function| record.ratio(precision, view, function))
            .map(|(ratio, _)| ratio)
            .collect();
        (!ratios.is_empty()).then(|| Standing {
            faster: ratios.iter().filter(|&&ratio| ratio < 1.0).count(),
            of: ratios.len(),
            median: median(ratios),
        })
    }
}

/// How nonlin stands in each direction and size.
fn summary(record: &Record) -> String {
    let mut out = "| | size | median ÷ fastest framework | faster than every framework |\n|---|---|--:|--:|\n"
        .to_owned();
    for precision in record.precisions() {
        for direction in DIRECTIONS {
            for (elements, size) in SIZES {
                if let Some(Standing { median, faster, of }) =
                    Standing::of(record, precision, direction, elements)
                {
                    let _ = writeln!(
                        out,
                        "| {precision}, {direction} | {size} | {median:.2} | {faster} of {of} |"
                    );
                }
            }
        }
    }
    out
}

/// The same on other processors, a line for each of their records.
fn elsewhere(others: &[Record]) -> String {
    let mut out =
        "| processor | level | day | | 16 KiB | 1 MiB | 256 MiB |\n|---|---|---|---|--:|--:|--:|\n"
            .to_owned();
    for record in others {
        let mut head = format!(
            "[{}](../record/bench-{}.csv) | {} | {}",
            record.processor,
            slug(&record.processor),
            record.level,
            record.date
        );
        for precision in record.precisions() {
            for direction in DIRECTIONS {
                let cells = SIZES.map(|(elements, _)| {
                    Standing::of(record, precision, direction, elements)
                        .map_or_else(String::new, |Standing { median, faster, of }| {
                            format!("{median:.2} ({faster} of {of})")
                        })
                });
                let cells = cells.join(" | ");
                let _ = writeln!(out, "| {head} | {precision}, {direction} | {cells} |");
                head = " | | ".to_owned();
            }
        }
    }
    out
}

/// What the memory takes.
fn limits(record: &Record) -> String {
    let mut out = "| | 16 KiB | 1 MiB | 256 MiB | two threads, 1 MiB | two threads, 256 MiB |\n\
                   |---|--:|--:|--:|--:|--:|\n"
        .to_owned();
    for (limit, name, in_place) in [
        ("memcpy", "memcpy", false),
        ("scale", "multiplication in place", true),
    ] {
        let _ = write!(out, "| {name} |");
        for (elements, threads) in [(SMALL, 1), (MEDIUM, 1), (LARGE, 1), (MEDIUM, 2), (LARGE, 2)] {
            let case: Case = View::single(Direction::Forward, elements, threads).case(limit);
            let row = record.rows.iter().find(|row| {
                row.case == case
                    && row.threads == threads
                    && (row.form == Form::InPlace) == in_place
            });
            let _ = write!(
                out,
                " {} |",
                row.map_or_else(String::new, |row| digits(row.ns))
            );
        }
        out.push('\n');
    }
    out
}

/// The time of nonlin's faster precision over that of the fastest framework, and its name.
fn least_ratio<'a>(record: &'a Record, view: View, function: &str) -> Option<(f64, &'a str)> {
    let precisions = record.precisions().into_iter();
    precisions
        .filter_map(|precision| record.ratio(precision, view, function))
        .min_by(|a, b| a.0.total_cmp(&b.0))
}

/// Other number types at 1 MiB of `f32`, against the fastest framework.
fn other_types(record: &Record) -> String {
    let types = [Dtype::Bf16, Dtype::F16, Dtype::F64];
    let mut out = "| function | |".to_owned();
    for dtype in types {
        let _ = write!(out, " {dtype} exact | fast | fastest framework | ÷ |");
    }
    let _ = writeln!(out, "\n|---|---|{}", "--:|".repeat(4 * types.len()));
    for function in FUNCTIONS {
        for direction in DIRECTIONS {
            let _ = write!(out, "| {function} | {direction} |");
            for dtype in types {
                let view = View {
                    direction,
                    dtype,
                    elements: MEDIUM,
                    threads: 1,
                };
                let _ = write!(
                    out,
                    " {} | {} | {} | {} |",
                    cell(record.figure(nonlin("exact"), view, function)),
                    cell(record.figure(nonlin("fast"), view, function)),
                    record
                        .fastest(view, function)
                        .map_or_else(String::new, |best| {
                            format!("{} ({})", cell(Some(best)), best.library)
                        }),
                    least_ratio(record, view, function)
                        .map_or_else(String::new, |(ratio, _)| format!("{ratio:.2}")),
                );
            }
            out.push('\n');
        }
    }
    out
}

/// Two threads beside one.
fn two_threads(record: &Record) -> String {
    let mut out = "| function | | 1 MiB | × one thread | 256 MiB | × one thread | fastest framework, 256 MiB | ÷ |\n\
                   |---|---|--:|--:|--:|--:|--:|--:|\n"
        .to_owned();
    for function in FUNCTIONS {
        for direction in DIRECTIONS {
            let own = |elements, threads| {
                let view = View::single(direction, elements, threads);
                record.figure(nonlin("exact"), view, function)
            };
            let gain = |elements| match (own(elements, 1), own(elements, 2)) {
                (Some(one), Some(two)) => format!("{:.2}", one.ns / two.ns),
                _ => String::new(),
            };
            let view = View::single(direction, LARGE, 2);
            let _ = writeln!(
                out,
                "| {function} | {direction} | {} | {} | {} | {} | {} | {} |",
                cell(own(MEDIUM, 2)),
                gain(MEDIUM),
                cell(own(LARGE, 2)),
                gain(LARGE),
                record
                    .fastest(view, function)
                    .map_or_else(String::new, |best| {
                        format!("{} ({})", cell(Some(best)), best.library)
                    }),
                record
                    .ratio("exact", view, function)
                    .map_or_else(String::new, |(ratio, _)| format!("{ratio:.2}")),
            );
        }
    }
    out
}

/// Every case of `f32` on one thread in which a framework is faster than nonlin at its best precision.
fn slower(record: &Record) -> String {
    let mut lines = String::new();
    for function in FUNCTIONS {
        for direction in DIRECTIONS {
            let cells = SIZES.map(|(elements, _)| {
                let view = View::single(direction, elements, 1);
                least_ratio(record, view, function)
                    .filter(|(ratio, _)| *ratio > 1.0)
                    .map_or_else(String::new, |(ratio, who)| format!("{ratio:.2} ({who})"))
            });
            if cells.iter().any(|cell| !cell.is_empty()) {
                let _ = writeln!(
                    lines,
                    "| {function} | {direction} | {} |",
                    cells.join(" | ")
                );
            }
        }
    }
    if lines.is_empty() {
        return "Nowhere, among the functions, sizes and directions above.\n".to_owned();
    }
    format!(
        "The time of nonlin's faster precision over that of the framework named, wherever that is more than 1.\n\n\
         | function | | 16 KiB | 1 MiB | 256 MiB |\n|---|---|--:|--:|--:|\n{lines}"
    )
}

/// Bars of nonlin and of the fastest framework at 1 MiB, forward over backward.
pub fn picture(record: &Record) -> String {
    let figures = DIRECTIONS.map(|direction| {
        let view = View::single(direction, MEDIUM, 1);
        let bars = |figure: &dyn Fn(&str) -> Option<f64>| -> Vec<(String, f64)> {
            FUNCTIONS
                .iter()
                .filter_map(|function| Some(((*function).to_owned(), figure(function)?)))
                .collect()
        };
        let mut picture = Picture::new(format!("{direction}, 1 MiB of f32, one thread"))
            .y_label("ns per element")
            .log_y()
            .size(1100, 380);
        for precision in record.precisions() {
            picture = picture.bars(
                format!("nonlin {precision}"),
                bars(&|function| Some(record.figure(nonlin(precision), view, function)?.ns)),
            );
        }
        for library in ["torch", "jax", "onnxruntime"] {
            picture = picture.bars(
                library,
                bars(&|function| Some(record.figure(peer(library), view, function)?.ns)),
            );
        }
        picture
    });
    Picture::grid(&figures, 1)
}

/// The page of a record, with a summary of others.
pub fn text(record: &Record, others: &[Record]) -> String {
    let mut out = format!(
        "# Performance\n\n\
         Made by `cargo xtask bench` from [the record](../record/bench-{}.csv).\n\n\
         * {}, nonlin's level {}, {}.\n* ",
        slug(&record.processor),
        record.processor,
        record.level,
        record.date,
    );
    let versions: Vec<String> = record
        .versions()
        .iter()
        .map(|(library, version)| format!("{library} {version}"))
        .collect();
    let _ = writeln!(out, "{}.", versions.join(", "));
    let _ = write!(
        out,
        "* All in one run on the same inputs, N(0, 2²) from a fixed seed; dy is the input backwards. A round times every \
         library once, one right after the other; figures are the medians of {ROUNDS} rounds ({ROUNDS_LARGE} at 256 MiB, and a call of more than 1 s is timed once), in nanoseconds per \
         element of the input. The record has the spread of each.\n\
         * Every library is held to one thread, or two, by its own settings. The result goes into a given array where the \
         library has such a form; ᵃ marks an ordinary call, which allocates; ⁱ marks a result in place of the input.\n\
         * Inputs of 16 KiB take microseconds, which is what a call through Python costs too. So at this size the time of the same \
         call on 16 elements is taken off, for every library alike; where it is more than three quarters of the whole, there is no figure.\n\
         * Backward is dy·φ′ alone, without the forward pass. torch and nonlin take the output of sigmoid, tanh and softmax, as torch's autograd does; \
         of log_sigmoid, nonlin takes the output, and torch the input and e^(−|x|), which its forward keeps; JAX \
         computes the forward again, and candle and burn walk their graphs with dy = 1. prelu's backward gives the gradient of its slope too in nonlin, torch and JAX.\n\
         * torch's compiled and JAX' jitted functions are compiled before the clock starts. The Rust libraries are built as `cargo build \
         --release` builds them, burn without its features `simd` and `rayon`, which nonlin-burn does not take either.\n\
         * Softmax, log_softmax and glu take rows of 1024.\n\n## Summary\n\n",
    );
    out.push_str(&summary(record));
    let _ = write!(
        out,
        "\n## Goals\n\nWhat nonlin sets itself, and what it does not reach in this run, the farthest off first. prelu has no fast kernels and counts with its \
         exact ones. [ARCHITECTURE.md](../ARCHITECTURE.md#given-up) tells what was tried.\n\n{}",
        goals::table(record)
    );
    out.push_str("\n![Times at 1 MiB](performance.svg)\n\n## What the memory takes\n\n");
    out.push_str(&limits(record));
    for direction in DIRECTIONS {
        for (elements, size) in SIZES {
            let view = View::single(direction, elements, 1);
            let title = match direction {
                Direction::Forward => "Forward",
                Direction::Backward => "Backward",
            };
            let _ = write!(out, "\n## {title}, {size}\n\n{}", table(record, view));
        }
    }
    let _ = write!(
        out,
        "\n## Other types, as many elements as 1 MiB of f32\n\n{}",
        other_types(record)
    );
    let _ = write!(
        out,
        "\n## Two threads\n\nEvery slice is cut in two halves.\n\n{}",
        two_threads(record)
    );
    let _ = write!(out, "\n## Where nonlin is slower\n\n{}", slower(record));
    if !others.is_empty() {
        let _ = write!(
            out,
            "\n## Other processors\n\nThe median of nonlin's time over that of the fastest framework, and at how many functions nonlin is faster; \
             each as nonlin was on that day.\n\n{}",
            elsewhere(others)
        );
    }
    out
}

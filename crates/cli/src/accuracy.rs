//! `nonlin accuracy`.

use crate::args::Accuracy;
use crate::catalogue;
use crate::console::{Console, Lang, padded};
use crate::failure::Failure;
use crate::json;
use crate::progress::{self, Progress};
use nonlin::{Function, Order};
use nonlin_oracle::check::{self, Extent, Row, order_name};
use nonlin_oracle::judge::Judge;
use serde_json::{Value, json};
use std::sync::Mutex;

#[cfg(not(feature = "mpfr"))]
use nonlin_oracle::judge::DoubleDoubles as Judging;
#[cfg(feature = "mpfr")]
use nonlin_oracle::mpfr::Multiprecision as Judging;

/// Who judges.
const JUDGE: Judging = Judging {};

/// Widths of the columns between the first and the last.
const COLUMNS: [usize; 5] = [6, 11, 8, 13, 12];

pub(crate) fn run(args: &Accuracy, console: &mut Console) -> Result<(), Failure> {
    let functions = catalogue::functions(&args.names)?;
    let extent = Extent {
        exhaustive: args.exhaustive,
        share: 1,
    };
    let mut work = Vec::new();
    for f in functions {
        work.extend(
            orders(f, args.order.as_deref())?
                .into_iter()
                .map(|order| (f, order)),
        );
    }
    let pieces = work
        .iter()
        .map(|(_, order)| check::pieces::<Judging>(*order, extent))
        .sum();
    let progress = Mutex::new(Progress::new(pieces, progress::PIECES));
    let done = || {
        if let Ok(mut progress) = progress.lock() {
            progress.add(1);
        }
    };
    let (mut all, mut broken) = (Vec::new(), Vec::new());
    let names = work.iter().map(|(f, _)| f.to_string().len());
    let width = names.max().unwrap_or_default().max(12) + 2;
    if !console.json {
        head(width, console)?;
    }
    for (f, order) in work {
        let findings = check::order(JUDGE, f, order, extent, &done);
        for row in &findings.rows {
            if console.json {
                all.push(in_json(f, order, row));
            } else {
                line(width, (f, order, row), console)?;
            }
        }
        if !console.json {
            console.flush()?;
        }
        broken.extend(findings.broken);
    }
    if let Ok(progress) = progress.lock() {
        progress.finish();
    }
    if console.json {
        console
            .json(&json!({ "judge": Judging::NAME, "exhaustive": args.exhaustive, "rows": all }))?;
    } else {
        console.line("")?;
        for sentence in remarks(args.exhaustive, console.lang) {
            console.line(&console.dim(&sentence))?;
        }
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(Failure::Internal(broken.join("; ")))
    }
}

/// The orders to check of a function.
fn orders(f: Function, only: Option<&str>) -> Result<Vec<Order>, Failure> {
    let mut orders = check::orders(&f);
    let Some(only) = only else { return Ok(orders) };
    let known: Vec<String> = orders.iter().map(|order| order_name(&f, *order)).collect();
    orders.retain(|order| order_name(&f, *order) == only);
    if orders.is_empty() {
        let known = known.join(", ");
        return Err(Failure::input(format!(
            "{f} has no order `{only}`, but {known}"
        )));
    }
    Ok(orders)
}

fn in_json(f: Function, order: Order, row: &Row) -> Value {
    json!({
        "function": f.to_string(),
        "type": row.kind,
        "precision": row.precision_name(),
        "order": order_name(&f, order),
        "inputs": row.found.inputs,
        "misrounded": row.found.misrounded,
        "worst_ulp": json::number(row.found.worst_ulp),
        "worst_at": json::number(row.found.worst_at),
        "promised_ulp": row.promise(f),
    })
}

fn head(width: usize, console: &mut Console) -> Result<(), Failure> {
    let titles = match console.lang {
        Lang::En => [
            "function",
            "type",
            "precision",
            "order",
            "inputs",
            "misrounded",
            "worst ULP, at x",
        ],
        Lang::Zh => [
            "函数",
            "类型",
            "精度",
            "阶",
            "输入数",
            "舍入错误",
            "最大误差（ULP）及位置",
        ],
    };
    let line = columns(width, titles.map(str::to_owned));
    console.line(&console.heading(&line))
}

fn line(
    width: usize,
    (f, order, row): (Function, Order, &Row),
    console: &mut Console,
) -> Result<(), Failure> {
    let found = row.found;
    let at = match row.kind {
        "f64" => format!("{:e}", found.worst_at),
        _ => format!("{:e}", found.worst_at as f32),
    };
    console.line(&columns(
        width,
        [
            f.to_string(),
            row.kind.to_owned(),
            row.precision_name().to_owned(),
            order_name(&f, order),
            found.inputs.to_string(),
            found.misrounded.to_string(),
            format!("{:.3}  {at}", found.worst_ulp),
        ],
    ))
}

fn columns(first: usize, cells: [String; 7]) -> String {
    let widths = std::iter::once(first).chain(COLUMNS);
    let padded: Vec<String> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| padded(cell, width))
        .collect();
    format!("{}{}", padded.concat(), cells[6])
}

/// What a reader of the table should know.
fn remarks(exhaustive: bool, lang: Lang) -> Vec<String> {
    let mut remarks = vec![match lang {
        Lang::En => format!("The exact results come from {}.", Judging::NAME),
        Lang::Zh => format!(
            "精确结果由 {} 给出。",
            if Judging::JUDGES_F64 {
                Judging::NAME
            } else {
                "double-double 算术"
            }
        ),
    }];
    if !exhaustive {
        remarks.push(
            lang.pick(
                "Of f32, inputs from every binade; --exhaustive takes all 2^32.",
                "f32 取自每个二进区间的输入；--exhaustive 检查全部 2^32 个。",
            )
            .to_owned(),
        );
    }
    if !Judging::JUDGES_F64 {
        remarks.push(
            lang.pick(
                "f64 needs a judge with more digits: build with `--features mpfr`.",
                "f64 需要更多位数的裁判：请用 `--features mpfr` 构建。",
            )
            .to_owned(),
        );
    }
    remarks
}

//! The runs of studies as a table for other programs.

use crate::error::Error;
use crate::study::Study;
use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::path::Path;
use std::sync::Arc;

/// A cell.
enum Cell {
    Text(String),
    Whole(i64),
    /// Nothing where there is no such number.
    Number(Option<f64>),
    Truth(bool),
}

const COLUMNS: [&str; 17] = [
    "data",
    "network",
    "activation",
    "init",
    "optimiser",
    "rate",
    "seed",
    "epochs",
    "diverged",
    "score",
    "test_loss",
    "train_loss",
    "epochs_to_target",
    "dead",
    "inactive",
    "gradient_first_over_last",
    "seconds_per_epoch",
];

/// A row for each final run, in the order of the tables.
fn rows(studies: &[Study]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for study in studies {
        for row in &study.rows {
            for (at, run) in row.runs.iter().enumerate() {
                let finite = |value: f64| Cell::Number(Some(value).filter(|v| v.is_finite()));
                rows.push(vec![
                    Cell::Text(study.source.clone()),
                    Cell::Text(row.network.clone()),
                    Cell::Text(row.activation.clone()),
                    Cell::Text(row.init.clone()),
                    Cell::Text(row.optimiser.clone()),
                    finite(row.rate),
                    Cell::Whole(at as i64 + 1),
                    Cell::Whole(run.train_loss.len() as i64),
                    Cell::Truth(run.diverged),
                    finite(if run.diverged {
                        f64::NAN
                    } else {
                        run.final_score()
                    }),
                    finite(match run.diverged {
                        true => f64::NAN,
                        false => run.loss.last().copied().unwrap_or(f64::NAN),
                    }),
                    finite(run.final_loss()),
                    finite(
                        run.epochs_to(study.target_loss)
                            .map_or(f64::NAN, |epochs| epochs as f64),
                    ),
                    Cell::Number(run.end.as_ref().and_then(crate::Probes::dead)),
                    Cell::Number(run.end.as_ref().and_then(crate::Probes::inactive)),
                    finite(run.start.as_ref().map_or(f64::NAN, crate::study::ratio)),
                    finite(run.seconds_per_epoch),
                ]);
            }
        }
    }
    rows
}

/// Whether a file's name says what can be written: `.csv` or `.parquet`.
///
/// # Errors
/// Another ending, or a folder that is not there: found before a study begins.
pub fn exportable(path: &Path) -> Result<(), Error> {
    match path.extension().and_then(|e| e.to_str()) {
        Some("csv" | "parquet") => {}
        _ => {
            return Err(Error::Plan(format!(
                "runs are exported to a .csv or a .parquet file, but `{}` was given",
                path.display()
            )));
        }
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(Error::Plan(format!(
            "there is no folder {} to export to",
            folder.display()
        ))),
        _ => Ok(()),
    }
}

/// Writes a row for each final run of these studies to a CSV or Parquet file, by its ending. Numbers that do not exist, such
/// as the loss of a run that diverged, are left empty. The file is written beside its place and renamed.
///
/// # Errors
/// See [`exportable`]; and a file that cannot be written.
pub fn export(studies: &[Study], path: &Path) -> Result<(), Error> {
    exportable(path)?;
    let rows = rows(studies);
    let beside = path.with_extension("tmp");
    let written = if path.extension().is_some_and(|e| e == "csv") {
        csv(&rows, &beside)
    } else {
        parquet(&rows, &beside)
    };
    written.map_err(|e| Error::file("write", &beside, e))?;
    std::fs::rename(&beside, path).map_err(|e| Error::file("write", path, e))
}

fn csv(rows: &[Vec<Cell>], path: &Path) -> std::io::Result<()> {
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(COLUMNS)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| match cell {
            Cell::Text(text) => text.clone(),
            Cell::Whole(number) => number.to_string(),
            Cell::Number(number) => number.map_or(String::new(), |number| number.to_string()),
            Cell::Truth(truth) => truth.to_string(),
        }))?;
    }
    writer.flush()
}

fn parquet(rows: &[Vec<Cell>], path: &Path) -> std::io::Result<()> {
    let other = std::io::Error::other;
    let kind = |column: usize| match rows.first().map(|row| &row[column]) {
        Some(Cell::Text(_)) | None => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Some(Cell::Whole(_)) => (Physical::INT64, None),
        Some(Cell::Number(_)) => (Physical::DOUBLE, None),
        Some(Cell::Truth(_)) => (Physical::BOOLEAN, None),
    };
    let mut fields = Vec::new();
    for (at, name) in COLUMNS.iter().enumerate() {
        let (physical, logical) = kind(at);
        let optional = physical == Physical::DOUBLE;
        let field = Type::primitive_type_builder(name, physical)
            .with_logical_type(logical)
            .with_repetition(if optional {
                Repetition::OPTIONAL
            } else {
                Repetition::REQUIRED
            })
            .build()
            .map_err(other)?;
        fields.push(Arc::new(field));
    }
    let schema = Type::group_type_builder("runs")
        .with_fields(fields)
        .build()
        .map_err(other)?;
    let file = std::fs::File::create(path)?;
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer =
        SerializedFileWriter::new(file, Arc::new(schema), properties).map_err(other)?;
    let mut group = writer.next_row_group().map_err(other)?;
    let mut at = 0;
    while let Some(mut column) = group.next_column().map_err(other)? {
        let cells = || rows.iter().map(|row| &row[at]);
        match kind(at).0 {
            Physical::BYTE_ARRAY => {
                let texts = cells().map(|cell| match cell {
                    Cell::Text(text) => ByteArray::from(text.as_str()),
                    _ => ByteArray::new(),
                });
                let texts: Vec<ByteArray> = texts.collect();
                column
                    .typed::<ByteArrayType>()
                    .write_batch(&texts, None, None)
            }
            Physical::INT64 => {
                let numbers = cells().map(|cell| {
                    if let Cell::Whole(number) = cell {
                        *number
                    } else {
                        0
                    }
                });
                let numbers: Vec<i64> = numbers.collect();
                column
                    .typed::<Int64Type>()
                    .write_batch(&numbers, None, None)
            }
            Physical::BOOLEAN => {
                let truths: Vec<bool> = cells()
                    .map(|cell| matches!(cell, Cell::Truth(true)))
                    .collect();
                column.typed::<BoolType>().write_batch(&truths, None, None)
            }
            _ => {
                let number = |cell: &Cell| {
                    if let Cell::Number(number) = cell {
                        *number
                    } else {
                        None
                    }
                };
                let numbers: Vec<f64> = cells().filter_map(number).collect();
                let there: Vec<i16> = cells()
                    .map(|cell| i16::from(number(cell).is_some()))
                    .collect();
                column
                    .typed::<DoubleType>()
                    .write_batch(&numbers, Some(&there), None)
            }
        }
        .map_err(other)?;
        column.close().map_err(other)?;
        at += 1;
    }
    group.close().map_err(other)?;
    writer.close().map_err(other)?;
    Ok(())
}

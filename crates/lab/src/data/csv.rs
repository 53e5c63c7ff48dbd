//! A user's CSV file as a data set.

use super::raw::{Raw, Values};
use super::{Shape, split};
use crate::error::Error;
use std::collections::BTreeSet;
use std::path::Path;

/// A numeric target with more different values than this is regression; one with fewer, and every text, is classes.
const MOST_NUMERIC_CLASSES: usize = 20;
/// Fewer rows than this leave no test part worth the name.
const FEWEST_ROWS: usize = 30;
/// What people write where a value is missing.
const MISSING: [&str; 7] = ["", "na", "n/a", "nan", "null", "none", "?"];

struct Table {
    header: Vec<String>,
    /// Line in the file and fields.
    rows: Vec<(u64, Vec<String>)>,
}

pub(super) fn load(path: &Path, target: &str) -> Result<Raw, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::file("read", path, source))?;
    let raw = table(&bytes, target).map_err(|problem| Error::Data {
        path: path.into(),
        problem,
    })?;
    Ok(Raw {
        title: format!(
            "`{target}` of {}",
            path.file_name().unwrap_or_default().to_string_lossy()
        ),
        ..raw
    })
}

/// The rows of a CSV text, as yet without a title.
pub(super) fn table(bytes: &[u8], target: &str) -> Result<Raw, String> {
    rows(&parse(bytes)?, target, fingerprint(bytes))
}

/// FNV-1a, 64 bits: enough to notice that a file is no longer the one stored runs were made with.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

fn parse(bytes: &[u8]) -> Result<Table, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = bytes.split(|&b| b == b'\n').next().unwrap_or_default();
    // The separator is the one of these that the header line has most of.
    let count = |separator: u8| first.iter().filter(|&&b| b == separator).count();
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|&separator| count(separator))
        .unwrap_or(b',');
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(::csv::Trim::All)
        .from_reader(bytes);
    let header: Vec<String> = reader
        .headers()
        .map_err(|e| explain(&e))?
        .iter()
        .map(str::to_owned)
        .collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| explain(&e))?;
        let line = record.position().map_or(0, ::csv::Position::line);
        rows.push((line, record.iter().map(str::to_owned).collect()));
    }
    Ok(Table { header, rows })
}

fn explain(error: &::csv::Error) -> String {
    let line = error.position().map_or(1, ::csv::Position::line);
    match error.kind() {
        ::csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!("line {line} has {len} fields, but the header has {expected_len}")
        }
        ::csv::ErrorKind::Utf8 { .. } => format!("line {line} is not UTF-8 text"),
        _ => format!("line {line} cannot be read as CSV"),
    }
}

fn is_missing(field: &str) -> bool {
    MISSING.contains(&field.to_ascii_lowercase().as_str())
}

fn number(field: &str) -> Option<f64> {
    field.parse::<f64>().ok().filter(|v| v.is_finite())
}

fn rows(table: &Table, target: &str, fingerprint: u64) -> Result<Raw, String> {
    let Table { header, rows } = table;
    let at = header
        .iter()
        .position(|name| name == target)
        .ok_or_else(|| {
            let nearest = header.iter().max_by(|a, b| {
                strsim::jaro_winkler(a, target).total_cmp(&strsim::jaro_winkler(b, target))
            });
            let nearest = nearest.map_or(String::new(), |name| format!("; did you mean `{name}`?"));
            format!(
                "there is no column `{target}` among {}{nearest}",
                names(header)
            )
        })?;
    if header.len() < 2 {
        return Err(format!(
            "`{target}` is the only column, so there is nothing to predict it from"
        ));
    }
    if rows.len() < FEWEST_ROWS {
        return Err(format!(
            "there are {} rows, but a study needs at least {FEWEST_ROWS}",
            rows.len()
        ));
    }

    let mut inputs = Vec::with_capacity(rows.len() * (header.len() - 1));
    for (line, fields) in rows {
        for (column, field) in fields.iter().enumerate() {
            let name = &header[column];
            if is_missing(field) {
                return Err(format!(
                    "line {line}, column `{name}` has no value; fill it in or leave the row out"
                ));
            }
            if column != at {
                inputs.push(number(field).ok_or_else(|| {
                    format!(
                        "line {line}, column `{name}` holds `{field}`, but inputs are finite numbers; \
                         encode the column as numbers or leave it out"
                    )
                })?);
            }
        }
    }
    let (classes, targets) = targets(rows, at, target)?;
    let (train, test) = split(rows.len());
    let note = match classes {
        Some(_) => String::new(),
        None => format!("With more than {MOST_NUMERIC_CLASSES} different values it is regression."),
    };
    Ok(Raw {
        shape: Shape::Flat(header.len() - 1),
        values: Values::Numbers(inputs),
        targets,
        classes,
        train,
        test,
        key: format!("csv:{fingerprint:016x}:{target}"),
        title: String::new(),
        note,
        target_loss: None,
    })
}

/// The names of the classes, if it is classes, and the targets.
type Targets = (Option<Vec<String>>, Vec<f64>);

fn targets(rows: &[(u64, Vec<String>)], at: usize, name: &str) -> Result<Targets, String> {
    let texts: BTreeSet<&str> = rows.iter().map(|(_, fields)| fields[at].as_str()).collect();
    let numbers: Option<Vec<f64>> = rows.iter().map(|(_, fields)| number(&fields[at])).collect();
    if let Some(numbers) = numbers {
        let distinct: BTreeSet<u64> = numbers.iter().map(|v| (v + 0.0).to_bits()).collect();
        if distinct.len() > MOST_NUMERIC_CLASSES {
            return Ok((None, numbers));
        }
        // `1` and `1.0` are one class.
        let mut values: Vec<f64> = distinct.into_iter().map(f64::from_bits).collect();
        values.sort_by(f64::total_cmp);
        if values.len() < 2 {
            return Err(format!(
                "column `{name}` holds {} in every row, so there is nothing to predict",
                values[0]
            ));
        }
        let class = |v: &f64| values.iter().position(|c| c == v).unwrap_or_default() as f64;
        return Ok((
            Some(values.iter().map(f64::to_string).collect()),
            numbers.iter().map(class).collect(),
        ));
    }
    let classes: Vec<&str> = texts.into_iter().collect();
    if classes.len() < 2 {
        return Err(format!(
            "column `{name}` holds `{}` in every row, so there is nothing to predict",
            classes[0]
        ));
    }
    if classes.len() * 4 > rows.len() {
        return Err(format!(
            "column `{name}` holds {} different texts in {} rows, too many to be classes (`{}`, `{}`, …)",
            classes.len(),
            rows.len(),
            classes[0],
            classes[1]
        ));
    }
    let class = |field: &str| classes.binary_search(&field).unwrap_or_default() as f64;
    let numbers = rows.iter().map(|(_, fields)| class(&fields[at])).collect();
    Ok((
        Some(classes.iter().map(|&c| c.to_owned()).collect()),
        numbers,
    ))
}

fn names(header: &[String]) -> String {
    let mut list: Vec<String> = header
        .iter()
        .take(8)
        .map(|name| format!("`{name}`"))
        .collect();
    if header.len() > 8 {
        list.push("…".into());
    }
    list.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Dataset, Set, Task};

    fn read(text: &str, target: &str) -> Result<Dataset, String> {
        let set = Set::Csv {
            path: "mine.csv".into(),
            target: target.into(),
        };
        table(text.as_bytes(), target).map(|raw| raw.dataset(&set.into(), false).unwrap())
    }

    fn made(rows: usize, row: impl Fn(usize) -> String) -> String {
        let mut text = String::from("a,b,y\n");
        for i in 0..rows {
            text += &row(i);
            text.push('\n');
        }
        text
    }

    #[test]
    fn a_text_target_is_classes() {
        let data = read(
            &made(100, |i| format!("{i},{},{}", i * i, ["no", "yes"][i % 2])),
            "y",
        )
        .unwrap();
        assert_eq!(data.task, Task::Classes(vec!["no".into(), "yes".into()]));
        assert_eq!(
            (data.train.len(), data.test.len(), data.features()),
            (80, 20, 2)
        );
        let mean = (0..80).map(|row| data.train.inputs[2 * row]).sum::<f32>() / 80.0;
        assert!(mean.abs() < 1e-5);
    }

    #[test]
    fn few_numbers_are_classes_and_many_are_regression() {
        let few = read(&made(100, |i| format!("{i},1,{}", i % 20)), "y").unwrap();
        assert!(
            matches!(&few.task, Task::Classes(names) if names.len() == 20 && names[10] == "10")
        );
        let many = read(&made(100, |i| format!("{i},1,{}", i % 21)), "y").unwrap();
        assert!(matches!(many.task, Task::Regression { .. }));
        let mean = many.train.targets.iter().sum::<f32>() / 80.0;
        assert!(mean.abs() < 1e-5);
        let one = read(
            &made(40, |i| {
                format!("{i},1,{}", ["1", "1.0", "2", "-0", "0"][i % 5])
            }),
            "y",
        )
        .unwrap();
        assert!(matches!(&one.task, Task::Classes(names) if names == &["0", "1", "2"]));
    }

    #[test]
    fn other_separators_and_a_byte_order_mark_are_read() {
        let text = made(40, |i| format!("{i},0.5,{}", i % 3)).replace(',', ";");
        assert_eq!(read(&format!("\u{feff}{text}"), "y").unwrap().features(), 2);
    }

    #[test]
    fn what_cannot_be_trained_on_is_named_by_line_and_column() {
        let problem = |text: &str| read(text, "y").unwrap_err();
        let bad = |line: usize, row: &str| {
            problem(&made(50, |i| {
                if i + 2 == line {
                    row.to_owned()
                } else {
                    format!("{i},2,{}", i % 2)
                }
            }))
        };
        assert_eq!(
            bad(7, "1,,0"),
            "line 7, column `b` has no value; fill it in or leave the row out"
        );
        assert!(bad(9, "NA,1,0").starts_with("line 9, column `a` has no value"));
        assert!(bad(9, "1,1,").starts_with("line 9, column `y` has no value"));
        assert!(
            bad(4, "1,red,0")
                .starts_with("line 4, column `b` holds `red`, but inputs are finite numbers")
        );
        assert!(bad(4, "1,inf,0").starts_with("line 4, column `b` holds `inf`"));
        assert_eq!(bad(5, "1,2"), "line 5 has 2 fields, but the header has 3");
        assert!(problem(&made(50, |i| format!("{i},1,7"))).contains("holds 7 in every row"));
        assert!(
            problem(&made(50, |i| format!("{i},1,w{i}"))).contains("50 different texts in 50 rows")
        );
        assert!(problem(&made(10, |i| format!("{i},1,{}", i % 2))).contains("10 rows"));
        assert!(
            read(&made(50, |i| format!("{i},1,0")), "Y")
                .unwrap_err()
                .contains("did you mean `y`?")
        );
        assert!(
            read("y\n1\n2\n", "y")
                .unwrap_err()
                .contains("the only column")
        );
        assert!(read("", "y").unwrap_err().contains("no column `y`"));
    }
}

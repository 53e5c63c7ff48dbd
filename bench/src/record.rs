//! The figures of a run and their file.

use crate::case::{Case, Direction, Dtype, Form, Outcome};
use std::fmt::Write as _;

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub library: String,
    pub version: String,
    /// nonlin's: "exact" or "fast"; "-" for the others.
    pub precision: String,
    pub case: Case,
    pub threads: usize,
    pub form: Form,
    /// Nanoseconds per element, the median of the rounds.
    pub ns: f64,
    /// The range of the middle half of the rounds over the median.
    pub spread: f64,
}

/// A run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    pub processor: String,
    pub level: String,
    pub date: String,
    pub rows: Vec<Row>,
}

const COLUMNS: &str = "library,version,precision,function,direction,dtype,bytes,elements,threads,form,ns,spread,\
                       ratio_to_nonlin_exact";

impl Record {
    /// nonlin's exact figure of a case, of the same form where it has one.
    fn exact(&self, row: &Row) -> Option<f64> {
        let of_form = |form: Option<Form>| {
            self.rows
                .iter()
                .find(|r| {
                    r.precision == "exact"
                        && r.case == row.case
                        && r.threads == row.threads
                        && form.is_none_or(|form| r.form == form)
                })
                .map(|r| r.ns)
        };
        of_form(Some(row.form)).or_else(|| of_form(None))
    }

    /// The file's text.
    pub fn csv(&self) -> String {
        let mut csv = format!(
            "# {}; nonlin's level {}; {}\n{COLUMNS}\n",
            self.processor, self.level, self.date
        );
        for row in &self.rows {
            let Case {
                function,
                direction,
                dtype,
                elements,
            } = &row.case;
            let ratio = self
                .exact(row)
                .map_or_else(String::new, |exact| format!("{:.3}", row.ns / exact));
            let _ = writeln!(
                csv,
                "{},{},{},{function},{direction},{dtype},{},{elements},{},{},{:.4},{:.3},{ratio}",
                row.library,
                row.version,
                row.precision,
                row.case.bytes(),
                row.threads,
                row.form,
                row.ns,
                row.spread,
            );
        }
        csv
    }

    /// Reads the file's text.
    pub fn parse(csv: &str) -> Outcome<Record> {
        let mut lines = csv.lines();
        let head = lines.next().unwrap_or_default();
        let parts: Vec<&str> = head.trim_start_matches("# ").split("; ").collect();
        let [processor, level, date] = parts[..] else {
            return Err("the first line does not tell processor, level and date".into());
        };
        if lines.next() != Some(COLUMNS) {
            return Err(format!("the columns are not {COLUMNS}").into());
        }
        let mut record = Record {
            processor: processor.to_owned(),
            level: level.trim_start_matches("nonlin's level ").to_owned(),
            date: date.to_owned(),
            rows: Vec::new(),
        };
        for line in lines {
            let cells: Vec<&str> = line.split(',').collect();
            let [
                library,
                version,
                precision,
                function,
                direction,
                dtype,
                _,
                elements,
                threads,
                form,
                ns,
                spread,
                _,
            ] = cells[..]
            else {
                return Err(format!("`{line}` has not the columns of the head").into());
            };
            let (direction, dtype): (Direction, Dtype) = (direction.parse()?, dtype.parse()?);
            record.rows.push(Row {
                library: library.to_owned(),
                version: version.to_owned(),
                precision: precision.to_owned(),
                case: Case {
                    function: function.to_owned(),
                    direction,
                    dtype,
                    elements: elements.parse()?,
                },
                threads: threads.parse()?,
                form: form.parse()?,
                ns: ns.parse()?,
                spread: spread.parse()?,
            });
        }
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(library: &str, precision: &str, form: Form, ns: f64) -> Row {
        Row {
            library: library.to_owned(),
            version: "1.0".to_owned(),
            precision: precision.to_owned(),
            case: Case {
                function: "tanh".to_owned(),
                direction: Direction::Forward,
                dtype: Dtype::F32,
                elements: 4096,
            },
            threads: 1,
            form,
            ns,
            spread: 0.125,
        }
    }

    #[test]
    fn a_record_is_read_as_written() {
        let record = Record {
            processor: "a processor".to_owned(),
            level: "avx2".to_owned(),
            date: "2026-01-31".to_owned(),
            rows: vec![
                row("nonlin", "exact", Form::Out, 2.0),
                row("nonlin", "exact", Form::InPlace, 1.0),
                row("torch", "-", Form::Alloc, 3.0),
                row("torch", "-", Form::InPlace, 3.0),
            ],
        };
        let csv = record.csv();
        assert_eq!(Record::parse(&csv).unwrap(), record);
        let ratios: Vec<&str> = csv
            .lines()
            .skip(2)
            .map(|line| &line[line.rfind(',').unwrap() + 1..])
            .collect();
        assert_eq!(ratios, ["1.000", "1.000", "1.500", "3.000"]);
    }
}

//! From what a set holds to the rows of a study: rows are chosen, labels drawn, inputs scaled.

use super::scale::{Scaling, moments};
use super::{DataSource, Dataset, Rows, Shape, Task};
use crate::error::Error;
use nonlin_theory::random::{Purpose, Stream};

/// Fewer training rows than this leave nothing to tune on, and fewer test rows nothing to judge by.
pub(super) const FEWEST_ROWS: usize = 8;

/// The values of all rows, one after the other.
pub(super) enum Values {
    /// Pixels: tens of millions of them are kept small until they are scaled.
    Bytes(Vec<u8>),
    Numbers(Vec<f64>),
}

impl Values {
    pub(super) fn get(&self, at: usize) -> f64 {
        match self {
            Values::Bytes(bytes) => f64::from(bytes[at]),
            Values::Numbers(numbers) => numbers[at],
        }
    }
}

/// A set as it was made or read.
pub(super) struct Raw {
    pub(super) shape: Shape,
    pub(super) values: Values,
    /// The class as its number, or the number.
    pub(super) targets: Vec<f64>,
    /// Names of the classes; none for regression.
    pub(super) classes: Option<Vec<String>>,
    /// Numbers of the training rows, in order.
    pub(super) train: Vec<usize>,
    /// Numbers of the test rows, in order.
    pub(super) test: Vec<usize>,
    /// Names everything the values depend on.
    pub(super) key: String,
    /// What it is, as far as the colon.
    pub(super) title: String,
    /// Sentences to add.
    pub(super) note: String,
    /// The training loss to wait for; 0.3 times that of a constant answer by default.
    pub(super) target_loss: Option<f64>,
}

impl Raw {
    /// The rows that `source` asks for. `made` says that the rows were made to the numbers it asks for already.
    pub(super) fn dataset(mut self, source: &DataSource, made: bool) -> Result<Dataset, Error> {
        let mut notes = Vec::new();
        self.choose_rows(source, made, &mut notes)?;

        let scale = source.scale_in_force();
        let scaling = Scaling::of(scale, self.shape, &self.values, &self.train);
        notes.push(scale.about(self.shape).to_owned());
        let (task, targets): (Task, Vec<f32>) = match self.classes {
            Some(names) => (
                Task::Classes(names),
                self.targets.iter().map(|&t| t as f32).collect(),
            ),
            None => {
                let (mean, deviation) = moments(self.train.iter().map(|&row| self.targets[row]));
                let deviation = if deviation > 1e-12 * mean.abs() {
                    deviation
                } else {
                    1.0
                };
                let standard = |t: &f64| ((t - mean) / deviation) as f32;
                (
                    Task::Regression { mean, deviation },
                    self.targets.iter().map(standard).collect(),
                )
            }
        };
        let part = |rows: &[usize]| Rows {
            inputs: scaling.apply(&self.values, rows),
            targets: rows.iter().map(|&row| targets[row]).collect(),
        };
        let (train, test) = (part(&self.train), part(&self.test));
        let what = match &task {
            Task::Classes(names) => format!("{} classes", names.len()),
            Task::Regression { .. } => "to predict a number".to_owned(),
        };
        let about = format!(
            "{}: {} training and {} test rows of {}, {what}. {}{}{}",
            self.title,
            train.len(),
            test.len(),
            self.shape,
            self.note,
            if self.note.is_empty() { "" } else { " " },
            notes.join(" ")
        );
        let constant = 0.3 * Dataset::constant_loss(&task, &train);
        Ok(Dataset {
            key: format!("{}{}", self.key, source.variation()),
            about,
            shape: self.shape,
            task,
            target_loss: match source.random_labels {
                Some(_) => constant,
                None => self.target_loss.unwrap_or(constant),
            },
            train,
            test,
        })
    }

    fn choose_rows(
        &mut self,
        source: &DataSource,
        made: bool,
        notes: &mut Vec<String>,
    ) -> Result<(), Error> {
        let (all, all_test) = (self.train.len(), self.test.len());
        for (what, wanted, there) in [
            ("train", source.train, all),
            ("test", source.test, all_test),
        ] {
            if let Some(wanted) = wanted
                && wanted > there
                && !made
            {
                return Err(Error::Plan(format!(
                    "`{source}` asks for {what}={wanted}, but there are {there} {what}{} rows",
                    if what == "train" { "ing" } else { "" }
                )));
            }
        }
        let pick = |from: &[usize], order: Vec<usize>, wanted: Option<usize>| -> Vec<usize> {
            order
                .into_iter()
                .take(wanted.unwrap_or(from.len()))
                .map(|at| from[at])
                .collect()
        };
        if let (Some(seed), Some(names)) = (source.random_labels, &self.classes) {
            let mut stream = Stream::new(seed, Purpose::Labels);
            self.train = pick(&self.train, stream.permutation(all), source.train);
            for &row in &self.train {
                self.targets[row] = stream.below(names.len()) as f64;
            }
            notes.push(format!(
                "The {} training rows and their labels are drawn with the seed {seed}; the labels say nothing of the \
                 inputs, and the test rows keep their own.",
                self.train.len()
            ));
        } else if source.random_labels.is_some() {
            return Err(Error::Plan(format!(
                "`{source}` asks for random labels, but {} has numbers to predict, not classes",
                source.set
            )));
        } else if source.train.is_some() && !made {
            self.train = pick(
                &self.train,
                Stream::new(2, Purpose::Split).permutation(all),
                source.train,
            );
            notes.push(format!(
                "The training rows are the first of all {all} in a fixed shuffled order."
            ));
        }
        if source.test.is_some() && !made {
            self.test = pick(
                &self.test,
                Stream::new(3, Purpose::Split).permutation(all_test),
                source.test,
            );
            notes.push(format!(
                "The test rows are the first of all {all_test} in a fixed shuffled order."
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::data::{DataSource, Dataset};

    fn load(text: &str) -> Dataset {
        let source = text.parse::<DataSource>().unwrap();
        source.load().unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    /// Least and greatest of each column.
    fn ranges(values: &[f32], width: usize) -> Vec<(f32, f32)> {
        let column = |at: usize| values.iter().skip(at).step_by(width);
        let end = |at, pick: fn(f32, f32) -> f32| column(at).copied().reduce(pick).unwrap();
        (0..width)
            .map(|at| (end(at, f32::min), end(at, f32::max)))
            .collect()
    }

    #[test]
    fn scales_are_what_they_are_named_after() {
        let raw = load("digits(scale=raw)");
        let unit = load("digits(scale=unit)");
        let symmetric = load("digits(scale=symmetric)");
        for (v, (u, s)) in raw
            .train
            .inputs
            .iter()
            .zip(unit.train.inputs.iter().zip(&symmetric.train.inputs))
        {
            assert_eq!((v / 16.0, v / 8.0 - 1.0), (*u, *s));
        }
        // A table's columns have ranges of their own.
        assert!(
            ranges(&load("wine(scale=unit)").train.inputs, 13)
                .iter()
                .all(|&ends| ends == (0.0, 1.0))
        );
        assert!(
            ranges(&load("wine(scale=symmetric)").train.inputs, 13)
                .iter()
                .all(|&ends| ends == (-1.0, 1.0))
        );
        let global = load("wine(scale=global)").train.inputs;
        let n = global.len() as f32;
        assert!((global.iter().sum::<f32>() / n).abs() < 1e-4);
        assert!((global.iter().map(|v| v * v).sum::<f32>() / n - 1.0).abs() < 1e-3);

        let data = load("digits(scale=feature)");
        let constant: Vec<usize> = (0..64)
            .filter(|at| {
                raw.train
                    .inputs
                    .iter()
                    .skip(*at)
                    .step_by(64)
                    .all(|v| *v == raw.train.inputs[*at])
            })
            .collect();
        assert!(!constant.is_empty());
        for at in 0..64 {
            let column: Vec<f32> = data
                .train
                .inputs
                .iter()
                .skip(at)
                .step_by(64)
                .copied()
                .collect();
            let square = column.iter().map(|v| v * v).sum::<f32>() / column.len() as f32;
            let expected = if constant.contains(&at) { 0.0 } else { 1.0 };
            assert!((square - expected).abs() < 1e-3, "column {at}: {square}");
            let unseen = data.test.inputs.iter().skip(at).step_by(64);
            assert!(expected == 1.0 || unseen.clone().all(|&v| v == 0.0));
        }
    }

    #[test]
    fn fewer_rows_are_the_first_of_more() {
        let (few, many) = (
            load("digits(train=50, test=20, scale=raw)"),
            load("digits(train=100, scale=raw)"),
        );
        assert_eq!(
            (few.train.len(), few.test.len(), many.test.len()),
            (50, 20, 359)
        );
        assert_eq!(few.train.inputs[..], many.train.inputs[..50 * 64]);
        let all = load("digits(scale=raw)");
        for (part, whole) in [(&few.train, &all.train), (&few.test, &all.test)] {
            for (row, target) in part.inputs.chunks(64).zip(&part.targets) {
                let at = whole
                    .inputs
                    .chunks(64)
                    .position(|other| other == row)
                    .unwrap();
                assert_eq!(whole.targets[at], *target);
            }
        }
        // The scaling knows the rows that are used, and no others.
        let (scaled, raw) = (load("iris(train=8)"), load("iris(train=8, scale=raw)"));
        let mean = |rows: &Dataset| rows.train.inputs.iter().step_by(4).sum::<f32>() / 8.0;
        assert!(mean(&scaled).abs() < 1e-5 && mean(&raw) > 4.0);
        let problem = |text: &str| {
            text.parse::<DataSource>()
                .unwrap()
                .load()
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            problem("iris(train=121)"),
            "`iris(train=121)` asks for train=121, but there are 120 training rows"
        );
        assert!(problem("iris(test=31)").ends_with("but there are 30 test rows"));
    }

    #[test]
    fn random_labels_say_nothing() {
        let true_rows = load("digits(scale=raw)");
        let data = load("digits(train=1000, scale=raw, labels=random, seed=3)");
        let again = load("digits(train=1000, scale=raw, labels=random, seed=3)");
        let other = load("digits(train=1000, scale=raw, labels=random, seed=4)");
        assert_eq!(
            (&data.train.inputs, &data.train.targets),
            (&again.train.inputs, &again.train.targets)
        );
        assert_ne!(data.train.inputs, other.train.inputs);
        assert_ne!(data.train.targets, other.train.targets);
        assert_eq!(
            (&data.test.inputs, &data.test.targets),
            (&true_rows.test.inputs, &true_rows.test.targets)
        );
        let mut right = 0;
        for (row, target) in data.train.inputs.chunks(64).zip(&data.train.targets) {
            let at = true_rows
                .train
                .inputs
                .chunks(64)
                .position(|other| other == row)
                .unwrap();
            right += usize::from(true_rows.train.targets[at] == *target);
        }
        // A tenth by chance, with a deviation of 9.5.
        assert!((60..140).contains(&right), "{right}");
        assert!((data.target_loss - 0.69).abs() < 0.02);
        assert_eq!(
            load("copy(steps=1, train=20, labels=random)").train.len(),
            20
        );
    }

    #[test]
    fn the_key_names_what_rows_depend_on() {
        let key = |text: &str| load(text).key;
        assert_eq!(key("mnist1d"), "mnist1d");
        assert_eq!(key("digits"), "digits");
        assert_eq!(key("digits(scale=global)"), "digits");
        assert_eq!(
            key("digits(seed=3, labels=random)"),
            "digits(labels=random, seed=3)"
        );
        assert_eq!(
            key("adding(train=20,test=9)"),
            "adding(steps=50)(train=20, test=9)"
        );
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let rows: String = (0..40).map(|i| format!("{},{i}\n", i * i)).collect();
        std::fs::write(&path, format!("x,y\n{rows}")).unwrap();
        let text = |more: &str| format!("{}(target=y{more})", path.display());
        let plain = key(&text(""));
        assert!(
            plain.starts_with("csv:") && plain.ends_with(":y(scale=feature)"),
            "{plain}"
        );
        assert_ne!(plain, key(&text(", scale=unit")));
        std::fs::write(&path, format!("x,y\n{rows}1,1\n")).unwrap();
        assert_ne!(plain, key(&text("")));
    }
}

//! Sets that are made from a seed, always the same.

use super::Set;
use super::raw::{Raw, Values};
use crate::error::Error;
use nonlin_theory::random::{Purpose, Stream};
use std::f64::consts::PI;

/// Symbols at the start of a row of the copying task, of which the first is asked for.
pub(super) const SYMBOLS_SHOWN: usize = 10;

/// More values than this are a mistake in writing, or do not fit into memory: 2²⁸ of them take 2 GiB.
const MOST_VALUES: usize = 1 << 28;

/// Makes as many rows as are asked for. Training and test rows have a stream each, so the first rows are the same
/// however many follow.
pub(super) fn make(set: &Set, train: Option<usize>, test: Option<usize>) -> Result<Raw, Error> {
    let card = set
        .card()
        .ok_or_else(|| Error::Plan(format!("`{set}` is not made but read")))?;
    let (train, test) = (train.unwrap_or(card.train), test.unwrap_or(card.test));
    let size = (train + test).checked_mul(card.shape.len());
    if size.is_none_or(|size| size > MOST_VALUES) {
        return Err(Error::Plan(format!(
            "`{set}` with {train} training and {test} test rows of {} is too large; it may have {MOST_VALUES} values",
            card.shape
        )));
    }
    let (mut values, mut targets) = (Vec::new(), Vec::new());
    for (seed, rows) in [(0, train), (1, test)] {
        let mut stream = Stream::new(seed, Purpose::Data);
        for row in 0..rows {
            let before = values.len();
            targets.push(make_row(set, row, &mut stream, &mut values));
            debug_assert_eq!(values.len() - before, card.shape.len());
        }
    }
    Ok(Raw {
        shape: card.shape,
        values: Values::Numbers(values),
        targets,
        classes: card
            .classes
            .map(|classes| (1..=classes).map(|class| class.to_string()).collect()),
        train: (0..train).collect(),
        test: (train..train + test).collect(),
        key: set.to_string(),
        title: card.title.into(),
        note: note(set).into(),
        target_loss: None,
    })
}

fn note(set: &Set) -> &'static str {
    match set {
        Set::Adding { .. } => {
            "Each step has a number from (0, 1] and a mark, 1 at one step of either half and 0 elsewhere; the number to \
             predict is the sum of the two that are marked."
        }
        Set::Copy { .. } => {
            "A row is ten random symbols, then blanks, then a cue, each step one-hot; to predict is the first symbol."
        }
        _ => "",
    }
}

/// Appends the inputs and returns the target.
fn make_row(set: &Set, row: usize, stream: &mut Stream, values: &mut Vec<f64>) -> f64 {
    match *set {
        Set::Adding { steps } => {
            let marked = [
                stream.below(steps / 2),
                steps / 2 + stream.below(steps - steps / 2),
            ];
            let mut sum = 0.0;
            for step in 0..steps {
                let (number, mark) = (stream.unit(), marked.contains(&step));
                sum += if mark { number } else { 0.0 };
                values.extend([number, f64::from(u8::from(mark))]);
            }
            sum
        }
        Set::Copy { steps, symbols } => {
            let (blank, cue) = (symbols, symbols + 1);
            let shown: [usize; SYMBOLS_SHOWN] = std::array::from_fn(|_| stream.below(symbols));
            let blanks = std::iter::repeat_n(blank, steps);
            for symbol in shown.into_iter().chain(blanks).chain([cue]) {
                values
                    .extend((0..symbols + 2).map(|channel| f64::from(u8::from(channel == symbol))));
            }
            shown[0] as f64
        }
        Set::Sine => {
            let x = PI * (2.0 * stream.unit() - 1.0);
            values.push(x);
            libm::sin(3.0 * x)
        }
        Set::Absolute => {
            let x = 2.0 * stream.unit() - 1.0;
            values.push(x);
            x.abs()
        }
        // The four cases in turn: each as often as the others, so that a line explains nothing at all.
        _ => {
            let (a, b) = (row % 2, row / 2 % 2);
            values.extend([a as f64, b as f64]);
            (a ^ b) as f64
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::data::{DataSource, Dataset, Shape, Task};

    fn load(text: &str) -> Dataset {
        text.parse::<DataSource>().unwrap().load().unwrap()
    }

    /// The targets as numbers again.
    fn targets(data: &Dataset) -> Vec<f64> {
        let Task::Regression { mean, deviation } = data.task else {
            panic!("classes")
        };
        data.train
            .targets
            .iter()
            .map(|&t| mean + deviation * f64::from(t))
            .collect()
    }

    #[test]
    fn adding_asks_for_the_sum_of_the_marked_numbers() {
        let data = load("adding(steps=7, train=300, test=20)");
        assert_eq!(
            data.shape,
            Shape::Series {
                steps: 7,
                channels: 2
            }
        );
        assert_eq!((data.train.len(), data.test.len()), (300, 20));
        let mut seen = [0; 7];
        for (row, target) in data.train.inputs.chunks(14).zip(targets(&data)) {
            let marked: Vec<usize> = (0..7).filter(|step| row[2 * step + 1] == 1.0).collect();
            assert_eq!(row.iter().skip(1).step_by(2).sum::<f32>(), 2.0);
            assert!(marked[0] < 3 && marked[1] >= 3, "{marked:?}");
            marked.iter().for_each(|&step| seen[step] += 1);
            let sum: f64 = marked.iter().map(|step| f64::from(row[2 * step])).sum();
            assert!((sum - target).abs() < 1e-6);
            assert!(row.iter().step_by(2).all(|&v| v > 0.0 && v <= 1.0));
        }
        assert!(seen.iter().all(|&count| count > 50), "{seen:?}");
        // The variance of the sum of two uniform numbers is 1/6.
        let Task::Regression { mean, deviation } = load("adding").task else {
            panic!("classes")
        };
        assert!((mean - 1.0).abs() < 0.02 && (deviation * deviation - 1.0 / 6.0).abs() < 0.01);
    }

    #[test]
    fn copy_asks_for_the_first_symbol() {
        let data = load("copy(steps=3, symbols=4, train=200, test=10)");
        assert_eq!(
            data.shape,
            Shape::Series {
                steps: 14,
                channels: 6
            }
        );
        for (row, &target) in data.train.inputs.chunks(14 * 6).zip(&data.train.targets) {
            let steps: Vec<usize> = row
                .chunks(6)
                .map(|s| s.iter().position(|&v| v == 1.0).unwrap())
                .collect();
            assert_eq!(row.iter().sum::<f32>(), 14.0);
            assert_eq!(steps[0], target as usize);
            assert!(steps[..10].iter().all(|&s| s < 4));
            assert_eq!(steps[10..], [4, 4, 4, 5]);
        }
    }

    #[test]
    fn curves_are_the_functions_they_are_named_after() {
        for (name, f, end) in [
            ("sine", (|x| (3.0 * x).sin()) as fn(f64) -> f64, 3.15),
            ("absolute", f64::abs, 1.0),
        ] {
            let data = load(name);
            for (&x, target) in data.train.inputs.iter().zip(targets(&data)) {
                assert!(x.abs() <= end);
                assert!(
                    (f(f64::from(x)) - target).abs() < 1e-5,
                    "{name}({x}) = {target}"
                );
            }
        }
        let data = load("xor");
        for (row, target) in data.train.inputs.chunks(2).zip(targets(&data)) {
            assert!((f64::from((row[0] - row[1]).abs()) - target).abs() < 1e-6);
        }
        assert_eq!(
            data.task,
            Task::Regression {
                mean: 0.5,
                deviation: 0.5
            }
        );
    }

    #[test]
    fn more_rows_begin_with_the_same_rows() {
        let (few, many) = (load("adding(train=10)"), load("adding(train=20)"));
        assert_eq!(few.train.inputs[..], many.train.inputs[..1000]);
        assert_eq!(few.test.inputs, many.test.inputs);
        assert_ne!(few.train.inputs[..100], few.test.inputs[..100]);
        let large = "adding(steps=10000, train=10000000)"
            .parse::<DataSource>()
            .unwrap()
            .load();
        assert!(large.unwrap_err().to_string().contains("too large"));
    }
}

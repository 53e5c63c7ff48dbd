//! What follows the output layer, and the loss.

use crate::data::{Task, entropy};
use crate::error::Error;
use crate::text::{Call, instead};
use burn::tensor::activation::{log_softmax, softmax};
use burn::tensor::{Device, Int, Tensor, TensorData};
use nonlin::Function;
use nonlin_burn::activation;
use std::{fmt, str::FromStr};

/// An output function with its loss. As text: `auto`, `cross_entropy`, `binary`, `square`, `square(sigmoid)`,
/// `square(softmax)`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Pairing {
    /// `CrossEntropy` for classes, `Square(None)` for numbers.
    #[default]
    Auto,
    /// Softmax and the cross-entropy of the class, computed together from the outputs.
    CrossEntropy,
    /// For two classes: one sigmoid and its cross-entropy, computed together from the output.
    Binary,
    /// The mean square of the differences between these functions of the outputs and the targets. The target of a class is
    /// 1 for its own output and 0 for the others, or −1 where the function takes negative values; for two classes there is
    /// one output. No function is the identity.
    Square(Option<Function>),
    /// The same behind a softmax.
    SquareOfSoftmax,
}

/// A pairing with nothing left open, for a task.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Head {
    pairing: Pairing,
    pub(crate) outputs: usize,
    /// Whether targets are class numbers.
    classes: bool,
    /// The targets of a class that it is not and that it is.
    ends: (f32, f32),
}

impl Pairing {
    pub(crate) fn head(self, task: &Task) -> Result<Head, Error> {
        let count = match task {
            Task::Classes(names) => Some(names.len()),
            Task::Regression { .. } => None,
        };
        let pairing = match (self, count) {
            (Pairing::Auto, Some(_)) => Pairing::CrossEntropy,
            (Pairing::Auto, None) => Pairing::Square(None),
            (pairing, _) => pairing,
        };
        let outputs = match (pairing, count) {
            (Pairing::Square(_), None) => 1,
            (Pairing::Binary | Pairing::Square(_), Some(2)) => 1,
            (Pairing::Square(_) | Pairing::CrossEntropy | Pairing::SquareOfSoftmax, Some(n)) => n,
            (Pairing::Binary, Some(n)) => {
                return Err(Error::Plan(format!(
                    "the loss `binary` is for two classes, but these data have {n}"
                )));
            }
            (pairing, _) => {
                return Err(Error::Plan(format!(
                    "the loss `{pairing}` is for classes, but these data have numbers to predict"
                )));
            }
        };
        let negative = match pairing {
            Pairing::Square(Some(f)) => f.profile().range.0.value < 0.0,
            _ => false,
        };
        Ok(Head {
            pairing,
            outputs,
            classes: count.is_some(),
            ends: if negative { (-1.0, 1.0) } else { (0.0, 1.0) },
        })
    }
}

/// Targets of a batch, as the loss wants them.
pub(crate) enum Targets {
    Classes(Tensor<2, Int>),
    Numbers(Tensor<2>),
}

impl Head {
    /// The number that output `at` should give for this target.
    fn wanted(&self, target: f32, at: usize) -> f32 {
        if !self.classes {
            return target;
        }
        let own = if self.outputs == 1 { 1.0 } else { at as f32 };
        if target == own {
            self.ends.1
        } else {
            self.ends.0
        }
    }

    pub(crate) fn targets(&self, targets: &[f32], device: &Device) -> Targets {
        let rows = targets.len();
        if self.pairing == Pairing::CrossEntropy {
            let classes: Vec<i32> = targets.iter().map(|&class| class as i32).collect();
            return Targets::Classes(Tensor::from_data(
                TensorData::new(classes, [rows, 1]),
                device,
            ));
        }
        let wanted: Vec<f32> = targets
            .iter()
            .flat_map(|&target| (0..self.outputs).map(move |at| self.wanted(target, at)))
            .collect();
        Targets::Numbers(Tensor::from_data(
            TensorData::new(wanted, [rows, self.outputs]),
            device,
        ))
    }

    /// The mean loss of a batch.
    pub(crate) fn loss(&self, outputs: Tensor<2>, targets: &Targets) -> Tensor<1> {
        match targets {
            Targets::Classes(classes) => log_softmax(outputs, 1)
                .gather(1, classes.clone())
                .mean()
                .neg(),
            Targets::Numbers(numbers) => {
                let y = match self.pairing {
                    Pairing::Binary => {
                        // −ln σ(z) for 1 and −ln σ(−z) for 0: softplus(z) − t z.
                        let softplus: Function = "softplus".parse().expect("the catalogue has it");
                        let product = outputs.clone().mul(numbers.clone());
                        return activation(outputs, softplus).sub(product).mean();
                    }
                    Pairing::Square(Some(function)) => activation(outputs, function),
                    Pairing::SquareOfSoftmax => softmax(outputs, 1),
                    _ => outputs,
                };
                let error = y.sub(numbers.clone());
                error.clone().mul(error).mean()
            }
        }
    }

    /// Loss of one row in f64, and whether its class is right, from its f32 outputs. For numbers the second is not used.
    pub(crate) fn judge(&self, outputs: &[f32], target: f32) -> (f64, bool) {
        let largest = || {
            let most = outputs.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            // The first of equal scores is the answer.
            let first = outputs.iter().position(|&s| s == most);
            (most, first == Some(target as usize))
        };
        let probabilities = |most: f32| {
            let e = move |s: f32| libm::exp(f64::from(s) - f64::from(most));
            let sum: f64 = outputs.iter().map(|&s| e(s)).sum();
            (sum, e)
        };
        let square = |at: usize, y: f64| (y - f64::from(self.wanted(target, at))).powi(2);
        let mean = |sum: f64| sum / self.outputs as f64;
        match self.pairing {
            Pairing::CrossEntropy => {
                let (most, right) = largest();
                let (sum, _) = probabilities(most);
                let own = f64::from(outputs[target as usize]) - f64::from(most);
                (libm::log(sum) - own, right)
            }
            Pairing::SquareOfSoftmax => {
                let (most, right) = largest();
                let (sum, e) = probabilities(most);
                let squares = outputs
                    .iter()
                    .enumerate()
                    .map(|(at, &s)| square(at, e(s) / sum));
                (mean(squares.sum()), right)
            }
            Pairing::Binary => {
                let z = f64::from(outputs[0]) * if target == 1.0 { 1.0 } else { -1.0 };
                // −ln σ(z)
                let loss = libm::log1p(libm::exp(-z.abs())) + (-z).max(0.0);
                (loss, z > 0.0)
            }
            _ => {
                let value = |z: f32| match self.pairing {
                    Pairing::Square(Some(f)) => {
                        let mut y = [0.0];
                        f.forward(&[f64::from(z)], &mut y);
                        y[0]
                    }
                    _ => f64::from(z),
                };
                let squares = outputs
                    .iter()
                    .enumerate()
                    .map(|(at, &z)| square(at, value(z)));
                let loss = mean(squares.sum());
                let right = if self.outputs == 1 {
                    let middle = f64::from(self.ends.0 + self.ends.1) / 2.0;
                    (value(outputs[0]) > middle) == (target == 1.0)
                } else {
                    largest().1
                };
                (loss, right)
            }
        }
    }

    /// The loss of the best constant answer.
    pub(crate) fn constant_loss(&self, targets: &[f32]) -> f64 {
        match self.pairing {
            Pairing::CrossEntropy | Pairing::Binary => entropy(targets),
            _ => {
                let n = targets.len() as f64;
                let variance = |at: usize| {
                    let wanted = || targets.iter().map(|&t| f64::from(self.wanted(t, at)));
                    let mean = wanted().sum::<f64>() / n;
                    wanted().map(|w| (w - mean).powi(2)).sum::<f64>() / n
                };
                (0..self.outputs).map(variance).sum::<f64>() / self.outputs as f64
            }
        }
    }
}

impl fmt::Display for Pairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pairing::Auto => f.write_str("auto"),
            Pairing::CrossEntropy => f.write_str("cross_entropy"),
            Pairing::Binary => f.write_str("binary"),
            Pairing::Square(None) => f.write_str("square"),
            Pairing::Square(Some(function)) => write!(f, "square({function})"),
            Pairing::SquareOfSoftmax => f.write_str("square(softmax)"),
        }
    }
}

impl FromStr for Pairing {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        const NAMES: [&str; 4] = ["auto", "cross_entropy", "binary", "square"];
        let call = Call::parse(text)
            .ok_or_else(|| Error::Plan(format!("the parentheses of `{text}` do not fit")))?;
        match (call.name, &call.arguments[..]) {
            ("auto", []) => Ok(Pairing::Auto),
            ("cross_entropy", []) => Ok(Pairing::CrossEntropy),
            ("binary", []) => Ok(Pairing::Binary),
            ("square", []) => Ok(Pairing::Square(None)),
            ("square", [(None, "softmax")]) => Ok(Pairing::SquareOfSoftmax),
            ("square", [(None, function)]) => function
                .parse()
                .map(|function| Pairing::Square(Some(function)))
                .map_err(|error: nonlin::Error| Error::Plan(error.to_string())),
            (name, [_, ..]) if NAMES.contains(&name) => Err(Error::Plan(format!(
                "`{text}` has something in its parentheses that a loss does not take"
            ))),
            (name, _) => Err(Error::Plan(format!(
                "unknown loss `{text}`; {}",
                instead(name, &NAMES)
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The loss of the tensors, and the mean of what the judge says.
    fn both(pairing: &str, task: &Task, outputs: &[f32], targets: &[f32]) -> (f64, f64) {
        let head = pairing.parse::<Pairing>().unwrap().head(task).unwrap();
        let device = Device::flex();
        let rows = targets.len();
        let tensor = Tensor::from_data(
            TensorData::new(outputs.to_vec(), [rows, head.outputs]),
            &device,
        );
        let loss = head
            .loss(tensor, &head.targets(targets, &device))
            .into_scalar::<f32>();
        let judged: f64 = outputs
            .chunks(head.outputs)
            .zip(targets)
            .map(|(row, &target)| head.judge(row, target).0)
            .sum();
        (f64::from(loss), judged / rows as f64)
    }

    #[test]
    fn the_judge_computes_the_same_loss() {
        let classes = |n: usize| Task::Classes((0..n).map(|i| i.to_string()).collect());
        let numbers = Task::Regression {
            mean: 0.0,
            deviation: 1.0,
        };
        let six = [0.5, -1.0, 2.0, 1.5, 0.0, -0.25];
        for (pairing, task, outputs, targets) in [
            ("auto", classes(3), &six[..], &[2.0, 0.0][..]),
            ("square(softmax)", classes(3), &six, &[2.0, 1.0]),
            ("square", classes(3), &six, &[2.0, 1.0]),
            (
                "square(tanh)",
                classes(2),
                &six,
                &[0.0, 1.0, 1.0, 0.0, 0.0, 1.0],
            ),
            (
                "square(sigmoid)",
                classes(2),
                &six,
                &[0.0, 1.0, 1.0, 0.0, 0.0, 1.0],
            ),
            ("binary", classes(2), &six, &[0.0, 1.0, 1.0, 0.0, 0.0, 1.0]),
            (
                "auto",
                numbers.clone(),
                &six,
                &[0.0, 1.0, 1.0, 0.0, 0.0, 1.0],
            ),
            (
                "square(relu)",
                numbers,
                &six,
                &[0.0, 1.0, 1.0, 0.0, 0.0, 1.0],
            ),
        ] {
            let (tensors, judged) = both(pairing, &task, outputs, targets);
            assert!(
                (tensors - judged).abs() < 1e-6,
                "{pairing}: {tensors} {judged}"
            );
        }
        // −ln of softmax(0, 0) is ln 2.
        assert!((both("auto", &classes(2), &[0.0, 0.0], &[1.0]).1 - 2f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn what_does_not_fit_the_task_is_refused() {
        let problem = |pairing: &str, task: &Task| {
            pairing
                .parse::<Pairing>()
                .unwrap()
                .head(task)
                .unwrap_err()
                .to_string()
        };
        let three = Task::Classes(vec!["a".into(), "b".into(), "c".into()]);
        assert!(problem("binary", &three).contains("two classes"));
        let numbers = Task::Regression {
            mean: 0.0,
            deviation: 1.0,
        };
        assert!(problem("cross_entropy", &numbers).contains("numbers to predict"));
        for text in [
            "auto",
            "cross_entropy",
            "binary",
            "square",
            "square(tanh)",
            "square(softmax)",
        ] {
            assert_eq!(text.parse::<Pairing>().unwrap().to_string(), text);
        }
        assert!(
            "squrae"
                .parse::<Pairing>()
                .unwrap_err()
                .to_string()
                .contains("did you mean")
        );
    }

    #[test]
    fn the_best_constant() {
        let two = Task::Classes(vec!["a".into(), "b".into()]);
        let constant = |pairing: &str| {
            pairing
                .parse::<Pairing>()
                .unwrap()
                .head(&two)
                .unwrap()
                .constant_loss(&[0.0, 1.0, 1.0, 0.0])
        };
        assert!((constant("auto") - 2f64.ln()).abs() < 1e-12);
        assert_eq!(constant("square(sigmoid)"), 0.25);
        assert_eq!(constant("square(tanh)"), 1.0);
    }
}

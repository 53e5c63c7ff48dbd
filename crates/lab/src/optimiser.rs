//! How weights follow their gradients.

use crate::error::Error;
use crate::text::{Call, instead};
use std::{fmt, str::FromStr};

/// A rule of descent. As text: `sgd`, `sgd(momentum=0)`, `adam`, `adamw(decay=0.01)`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Optimiser {
    /// v = momentum·v + g; w = w − rate·v, as PyTorch has it.
    Sgd {
        /// 0.9 unless given.
        momentum: f64,
    },
    /// Adam (Kingma and Ba, 2015) with β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸.
    Adam,
    /// AdamW (Loshchilov and Hutter, 2019): Adam with w = w − rate·decay·w beside it, for weights alone: neither biases nor
    /// PReLU's slopes decay.
    AdamW {
        /// 0.01 unless given.
        decay: f64,
    },
}

impl Default for Optimiser {
    fn default() -> Self {
        Optimiser::Sgd { momentum: 0.9 }
    }
}

/// What is remembered of the gradients of some weights.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    first: Vec<f32>,
    second: Vec<f32>,
}

const BETA: (f32, f32) = (0.9, 0.999);
const EPSILON: f32 = 1e-8;

impl Optimiser {
    /// One step. `count` is 1 for the first; `decays` says whether these are weights that decay.
    pub(crate) fn step(
        self,
        memory: &mut Memory,
        values: &mut [f32],
        gradients: &[f32],
        rate: f64,
        count: u32,
        decays: bool,
    ) {
        let rate32 = rate as f32;
        match self {
            Optimiser::Sgd { momentum: 0.0 } => {
                for (w, &g) in values.iter_mut().zip(gradients) {
                    *w -= rate32 * g;
                }
            }
            Optimiser::Sgd { momentum } => {
                memory.first.resize(values.len(), 0.0);
                let momentum = momentum as f32;
                for ((w, &g), v) in values.iter_mut().zip(gradients).zip(&mut memory.first) {
                    *v = momentum * *v + g;
                    *w -= rate32 * *v;
                }
            }
            Optimiser::Adam | Optimiser::AdamW { .. } => {
                memory.first.resize(values.len(), 0.0);
                memory.second.resize(values.len(), 0.0);
                let corrected = |beta: f32| 1.0 - libm::pow(f64::from(beta), f64::from(count));
                let (first, second) = (corrected(BETA.0), corrected(BETA.1));
                let step = (rate / first) as f32;
                let root = second.sqrt() as f32;
                let kept = match self {
                    Optimiser::AdamW { decay } if decays => (1.0 - rate * decay) as f32,
                    _ => 1.0,
                };
                let moments = memory.first.iter_mut().zip(&mut memory.second);
                for ((w, &g), (m, v)) in values.iter_mut().zip(gradients).zip(moments) {
                    *m = BETA.0 * *m + (1.0 - BETA.0) * g;
                    *v = BETA.1 * *v + (1.0 - BETA.1) * (g * g);
                    *w = *w * kept - step * *m / (v.sqrt() / root + EPSILON);
                }
            }
        }
    }
}

impl fmt::Display for Optimiser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Optimiser::Sgd { momentum: 0.9 } => f.write_str("sgd"),
            Optimiser::Sgd { momentum } => write!(f, "sgd(momentum={momentum})"),
            Optimiser::Adam => f.write_str("adam"),
            Optimiser::AdamW { decay: 0.01 } => f.write_str("adamw"),
            Optimiser::AdamW { decay } => write!(f, "adamw(decay={decay})"),
        }
    }
}

impl FromStr for Optimiser {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let problem = |text: String| Error::Plan(text);
        let call = Call::parse(text)
            .ok_or_else(|| problem(format!("the parentheses of `{text}` do not fit")))?;
        let (known, mut optimiser) = match call.name {
            "sgd" => (Some("momentum"), Optimiser::default()),
            "adam" => (None, Optimiser::Adam),
            "adamw" => (Some("decay"), Optimiser::AdamW { decay: 0.01 }),
            name => {
                return Err(problem(format!(
                    "unknown optimiser `{name}`; {}",
                    instead(name, &["sgd", "adam", "adamw"])
                )));
            }
        };
        match call.arguments[..] {
            [] => {}
            [(key, value)] if known.is_some() && (key.is_none() || key == known) => {
                let number = value.parse::<f64>().ok().filter(|n| (0.0..1.0).contains(n));
                let number = number.ok_or_else(|| {
                    problem(format!(
                        "`{value}` in `{text}` should be a number from 0 to below 1"
                    ))
                })?;
                match &mut optimiser {
                    Optimiser::Sgd { momentum } => *momentum = number,
                    Optimiser::AdamW { decay } => *decay = number,
                    Optimiser::Adam => {}
                }
            }
            _ => {
                return Err(problem(match known {
                    Some(key) => format!(
                        "`{}` takes {key} alone, as in `{}({key}=0.5)`",
                        call.name, call.name
                    ),
                    None => format!("`{}` takes nothing in parentheses", call.name),
                }));
            }
        }
        Ok(optimiser)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps on the gradient w itself, from 1.
    fn path(text: &str, rate: f64, steps: u32) -> Vec<f32> {
        let optimiser: Optimiser = text.parse().unwrap();
        let (mut memory, mut w) = (Memory::default(), [1.0f32]);
        (1..=steps)
            .map(|count| {
                let gradient = w;
                optimiser.step(&mut memory, &mut w, &gradient, rate, count, true);
                w[0]
            })
            .collect()
    }

    #[test]
    fn steps_are_those_of_the_formulas() {
        assert_eq!(path("sgd(momentum=0.5)", 0.5, 2), [0.5, 0.0]);
        assert_eq!(path("sgd(0)", 0.5, 2), [0.5, 0.25]);
        // The first step of Adam is the rate, whatever the gradient.
        assert!((path("adam", 0.25, 1)[0] - 0.75).abs() < 1e-6);
        assert!((path("adamw(decay=0.5)", 0.25, 1)[0] - 0.625).abs() < 1e-6);
        // PyTorch 2.15's Adam and AdamW on w²/2 from 1, in f64.
        let near = |ours: Vec<f32>, torch: [f32; 4]| {
            for (w, torch) in ours.iter().zip(torch) {
                assert!((w - torch).abs() < 1e-6, "{w} {torch}");
            }
        };
        near(
            path("adam", 0.1, 4),
            [0.9, 0.800_412_23, 0.701_586_27, 0.603_939_06],
        );
        near(
            path("adamw(decay=0.1)", 0.1, 4),
            [0.89, 0.781_571_86, 0.675_101_22, 0.571_047_6],
        );
    }

    #[test]
    fn texts_are_read_back() {
        for text in [
            "sgd",
            "sgd(momentum=0)",
            "adam",
            "adamw",
            "adamw(decay=0.1)",
        ] {
            assert_eq!(text.parse::<Optimiser>().unwrap().to_string(), text);
        }
        let problem = |text: &str| text.parse::<Optimiser>().unwrap_err().to_string();
        assert!(problem("sdg").contains("did you mean `sgd`"));
        assert!(problem("sgd(momentum=1)").contains("below 1"));
        assert!(problem("adam(0.9)").contains("nothing in parentheses"));
        assert!(problem("adamw(beta=0.9)").contains("takes decay alone"));
    }
}

//! The starting weights: how wide, and why.

use crate::error::Error;
use crate::text::{Call, instead};
use crate::unit::Unit;
use nonlin::Function;
use nonlin_theory::init::{Distribution, Fan, Initializer, Scheme};
use nonlin_theory::random::Stream;
use std::{fmt, str::FromStr};

/// How weights start. Normal numbers and biases of 0 unless said otherwise; the output layer, which no function follows,
/// starts with the gain 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Init {
    /// Xavier for functions bounded on both sides, the forward gain for all others: √2 for ReLU (so He), 1 for SELU and
    /// identity (so LeCun), 1.53 for GELU.
    #[default]
    Auto,
    /// √(2 / inputs), for ReLU (He et al., 2015).
    He,
    /// √(2 / (inputs + outputs)), for tanh (Glorot and Bengio, 2010).
    Xavier,
    /// √(1 / inputs), for SELU (LeCun et al., 1998).
    LeCun,
    /// gain / √inputs with gain = 1/√E φ(Z)², Z standard normal: the mean square of the sums z stays what it is from
    /// layer to layer. Written `gain`.
    Forward,
    /// This number / √inputs, whatever the function. Written `gain(2)`.
    Gain(f64),
    /// The edge of chaos at biases of this standard deviation (Schoenholz et al., 2017). Written `edge(0.2)`.
    Edge(f64),
    /// The forward gain times an orthogonal matrix (Saxe et al., 2014).
    Orthogonal,
    /// Uniform up to √(6/inputs)/ω, the first layer up to 1/inputs (Sitzmann et al., 2020). Written `siren(30)`.
    Siren(f64),
    /// Uniform up to 1/√inputs, biases too: what PyTorch's layers do unless told otherwise.
    PyTorch,
}

const NAMES: [&str; 10] = [
    "auto",
    "he",
    "xavier",
    "glorot",
    "lecun",
    "gain",
    "edge",
    "orthogonal",
    "siren",
    "pytorch",
];

impl Init {
    /// The rule in force for one unit: never `Auto`. A unit whose gain does not exist (E φ² is 0 or infinite, or there is
    /// no edge of chaos) takes Xavier.
    pub(crate) fn resolve(self, unit: &Unit) -> Rule {
        let gain = |gain: f64| {
            if !gain.is_finite() || gain <= 0.0 {
                Rule::Xavier
            } else if (gain - std::f64::consts::SQRT_2).abs() < 1e-9 {
                Rule::He
            } else if (gain - 1.0).abs() < 1e-9 {
                Rule::LeCun
            } else {
                Rule::Gain(gain)
            }
        };
        match self {
            Init::He => Rule::He,
            Init::Xavier => Rule::Xavier,
            Init::LeCun => Rule::LeCun,
            Init::Gain(number) => Rule::Gain(number),
            Init::Siren(omega) => Rule::Siren(omega),
            Init::PyTorch => Rule::PyTorch,
            Init::Orthogonal => Rule::Orthogonal(
                Some(unit.forward_gain())
                    .filter(|g| g.is_finite())
                    .unwrap_or(1.0),
            ),
            Init::Edge(bias) => {
                let found = unit.function().and_then(|f| {
                    Initializer::new(f, Scheme::Edge { bias_std: bias }).weight_std(1, 1)
                });
                found.map_or(Rule::Xavier, |weight| Rule::Edge { weight, bias })
            }
            Init::Forward => gain(unit.forward_gain()),
            Init::Auto => {
                let bounded = unit.function().is_some_and(|function| {
                    let (low, high) = function.profile().range;
                    low.value.is_finite() && high.value.is_finite()
                });
                if bounded {
                    Rule::Xavier
                } else {
                    gain(unit.forward_gain())
                }
            }
        }
    }
}

impl fmt::Display for Init {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Init::Auto => f.write_str("auto"),
            Init::He => f.write_str("he"),
            Init::Xavier => f.write_str("xavier"),
            Init::LeCun => f.write_str("lecun"),
            Init::Forward => f.write_str("gain"),
            Init::Gain(number) => write!(f, "gain({number})"),
            Init::Edge(bias) => write!(f, "edge({bias})"),
            Init::Orthogonal => f.write_str("orthogonal"),
            Init::Siren(omega) => write!(f, "siren({omega})"),
            Init::PyTorch => f.write_str("pytorch"),
        }
    }
}

impl FromStr for Init {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let lower = text.trim().to_ascii_lowercase();
        let call = Call::parse(&lower)
            .ok_or_else(|| Error::Plan(format!("the parentheses of `{text}` do not fit")))?;
        let number = match call.arguments[..] {
            [] => None,
            [(None, number)] => Some(
                number
                    .parse::<f64>()
                    .ok()
                    .filter(|n| n.is_finite() && *n >= 0.0)
                    .ok_or_else(|| {
                        Error::Plan(format!(
                            "`{number}` in `{text}` should be a number of at least 0"
                        ))
                    })?,
            ),
            _ => {
                return Err(Error::Plan(format!(
                    "`{text}` should have one number in its parentheses"
                )));
            }
        };
        match (call.name, number) {
            ("auto", None) => Ok(Init::Auto),
            ("he", None) => Ok(Init::He),
            ("xavier" | "glorot", None) => Ok(Init::Xavier),
            ("lecun", None) => Ok(Init::LeCun),
            ("gain", None) => Ok(Init::Forward),
            ("gain", Some(number)) => Ok(Init::Gain(number)),
            ("edge", number) => Ok(Init::Edge(number.unwrap_or(0.0))),
            ("orthogonal", None) => Ok(Init::Orthogonal),
            ("siren", number) => match number.unwrap_or(30.0) {
                omega if omega > 0.0 => Ok(Init::Siren(omega)),
                _ => Err(Error::Plan("siren's frequency must be above 0".into())),
            },
            ("pytorch", None) => Ok(Init::PyTorch),
            (name, Some(_)) if NAMES.contains(&name) => Err(Error::Plan(format!(
                "the initialisation `{name}` takes no number"
            ))),
            (name, _) => Err(Error::Plan(format!(
                "unknown initialisation `{text}`; {}",
                instead(name, &NAMES)
            ))),
        }
    }
}

/// An initialisation with nothing left open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Rule {
    He,
    Xavier,
    LeCun,
    Gain(f64),
    Edge { weight: f64, bias: f64 },
    Orthogonal(f64),
    Siren(f64),
    PyTorch,
}

/// Where a layer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    First,
    Hidden,
    Output,
}

impl Rule {
    /// The weights of a layer, outputs × inputs, row-major, and its biases.
    pub(crate) fn draw(
        self,
        place: Place,
        inputs: usize,
        outputs: usize,
        stream: &mut Stream,
    ) -> (Vec<f32>, Vec<f32>) {
        let output = place == Place::Output;
        let (scheme, fan, distribution) = match self {
            Rule::Xavier => (Scheme::Gain(1.0), Fan::Mean, Distribution::Normal),
            Rule::PyTorch => (
                Scheme::Gain(1.0 / 3f64.sqrt()),
                Fan::In,
                Distribution::Uniform,
            ),
            Rule::Siren(_) if place == Place::First => {
                // Uniform up to 1/n has the standard deviation 1/(n√3).
                let gain = 1.0 / (3.0 * inputs as f64).sqrt();
                (Scheme::Gain(gain), Fan::In, Distribution::Uniform)
            }
            Rule::Siren(omega) => (Scheme::Siren { omega }, Fan::In, Distribution::Uniform),
            _ if output => (Scheme::LeCun, Fan::In, Distribution::Normal),
            Rule::He => (Scheme::Gain(2f64.sqrt()), Fan::In, Distribution::Normal),
            Rule::LeCun => (Scheme::LeCun, Fan::In, Distribution::Normal),
            Rule::Gain(gain) | Rule::Edge { weight: gain, .. } => {
                (Scheme::Gain(gain), Fan::In, Distribution::Normal)
            }
            // The matrix has the gain of the identity, 1; the unit's is put on it below.
            Rule::Orthogonal(_) => (Scheme::Orthogonal, Fan::In, Distribution::Normal),
        };
        let identity: Function = "identity".parse().expect("the catalogue has it");
        let mut weights = Initializer::new(identity, scheme)
            .fan(fan)
            .distribution(distribution)
            .weights(inputs, outputs, stream)
            .unwrap_or_default();
        if let (Rule::Orthogonal(gain), false) = (self, output) {
            weights
                .iter_mut()
                .for_each(|w| *w = (f64::from(*w) * gain) as f32);
        }
        let biases = (0..outputs)
            .map(|_| match self {
                Rule::PyTorch => ((2.0 * stream.unit() - 1.0) / (inputs as f64).sqrt()) as f32,
                Rule::Edge { bias, .. } if !output && bias > 0.0 => (bias * stream.normal()) as f32,
                _ => 0.0,
            })
            .collect();
        (weights, biases)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::He => f.write_str("he"),
            Rule::Xavier => f.write_str("xavier"),
            Rule::LeCun => f.write_str("lecun"),
            Rule::Gain(gain) => write!(f, "gain {gain:.4}"),
            Rule::Edge { weight, bias } => write!(f, "edge {weight:.4}, {bias}"),
            Rule::Orthogonal(gain) => write!(f, "orthogonal {gain:.4}"),
            Rule::Siren(omega) => write!(f, "siren {omega}"),
            Rule::PyTorch => f.write_str("pytorch"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nonlin_theory::random::Purpose;

    fn unit(text: &str) -> Unit {
        text.parse().unwrap()
    }

    #[test]
    fn every_function_has_an_initialisation_of_its_own() {
        let rule = |text| Init::Auto.resolve(&unit(text)).to_string();
        assert_eq!(rule("relu"), "he");
        assert_eq!(rule("selu"), "lecun");
        assert_eq!(rule("identity"), "lecun");
        assert_eq!(rule("tanh"), "xavier");
        assert_eq!(rule("sigmoid"), "xavier");
        assert_eq!(rule("gelu"), "gain 1.5335");
        assert_eq!(rule("binary_step"), "xavier");
        assert_eq!(rule("maxout(2)"), "lecun");
        assert_eq!(rule("softmax"), "xavier");
        assert_eq!(
            Init::Edge(0.2).resolve(&unit("tanh")).to_string(),
            "edge 1.3041, 0.2"
        );
        assert_eq!(
            Init::Edge(0.2).resolve(&unit("softplus")).to_string(),
            "xavier"
        );
        for function in Function::all() {
            let mut stream = Stream::new(1, Purpose::Weights);
            let (weights, _) =
                Init::Auto
                    .resolve(&function.into())
                    .draw(Place::Hidden, 10, 10, &mut stream);
            assert!(
                weights.len() == 100 && weights.iter().all(|w| w.is_finite()),
                "{function}"
            );
        }
    }

    #[test]
    fn weights_are_as_wide_as_the_rule_says() {
        let width = |text: &str, place| {
            let rule = text.parse::<Init>().unwrap().resolve(&unit("relu"));
            let (weights, biases) =
                rule.draw(place, 300, 200, &mut Stream::new(2, Purpose::Weights));
            let std = |v: &[f32]| {
                (v.iter().map(|w| f64::from(w * w)).sum::<f64>() / v.len() as f64).sqrt()
            };
            (std(&weights) * 300f64.sqrt(), std(&biases))
        };
        let near = |got: (f64, f64), weights: f64, biases: f64| {
            assert!((got.0 / weights - 1.0).abs() < 0.02, "{got:?} {weights}");
            assert!((got.1 - biases).abs() <= 0.15 * biases, "{got:?} {biases}");
        };
        near(width("he", Place::Hidden), 2f64.sqrt(), 0.0);
        near(width("he", Place::Output), 1.0, 0.0);
        near(width("xavier", Place::Hidden), 1.2f64.sqrt(), 0.0);
        near(width("gain(3)", Place::First), 3.0, 0.0);
        near(width("orthogonal", Place::Hidden), 2f64.sqrt(), 0.0);
        near(
            width("pytorch", Place::Hidden),
            1.0 / 3f64.sqrt(),
            1.0 / 900f64.sqrt(),
        );
        near(width("siren(30)", Place::First), 1.0 / 900f64.sqrt(), 0.0);
        near(width("siren(30)", Place::Hidden), 2f64.sqrt() / 30.0, 0.0);
        near(width("edge(0)", Place::Hidden), 2f64.sqrt(), 0.0);
    }

    #[test]
    fn names_are_read_back() {
        for text in [
            "auto",
            "he",
            "xavier",
            "lecun",
            "gain",
            "gain(3)",
            "edge(0.2)",
            "orthogonal",
            "siren(30)",
            "pytorch",
        ] {
            assert_eq!(
                text.to_uppercase().parse::<Init>().unwrap().to_string(),
                text
            );
        }
        let problem = |text: &str| text.parse::<Init>().unwrap_err().to_string();
        assert!(problem("heh").contains("did you mean `he`"));
        assert!(problem("qqqqqq").contains("there are auto, he"));
        assert!(problem("he(3)").contains("takes no number"));
        assert!(problem("gain(x)").contains("number of at least 0"));
    }
}

//! The starting weights: how wide, and why.

use crate::error::Error;
use nonlin::Function;
use nonlin_theory::Gains;
use std::{fmt, str::FromStr};

/// The standard deviation of the starting weights (normal numbers; biases start at 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
    /// layer to layer.
    Gain,
}

impl Init {
    const NAMES: [(Init, &'static str); 5] = [
        (Init::Auto, "auto"),
        (Init::He, "he"),
        (Init::Xavier, "xavier"),
        (Init::LeCun, "lecun"),
        (Init::Gain, "gain"),
    ];

    /// The rule in force for one function: never `Auto`. A function whose gain does not exist (E φ² is 0 or infinite)
    /// takes Xavier.
    pub(crate) fn resolve(self, function: Function) -> Rule {
        match self {
            Init::He => Rule::He,
            Init::Xavier => Rule::Xavier,
            Init::LeCun => Rule::LeCun,
            Init::Auto | Init::Gain => {
                let (low, high) = function.profile().range;
                let bounded = low.value.is_finite() && high.value.is_finite();
                let gain = forward_gain(function);
                if !gain.is_finite() || (self == Init::Auto && bounded) {
                    Rule::Xavier
                } else if (gain - std::f64::consts::SQRT_2).abs() < 1e-9 {
                    Rule::He
                } else if (gain - 1.0).abs() < 1e-9 {
                    Rule::LeCun
                } else {
                    Rule::Gain(gain)
                }
            }
        }
    }
}

impl fmt::Display for Init {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::NAMES.iter().find(|(init, _)| init == self);
        f.write_str(name.map_or("auto", |(_, name)| name))
    }
}

impl FromStr for Init {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        let wanted = text.trim().to_ascii_lowercase();
        Self::NAMES
            .iter()
            .find(|(_, name)| *name == wanted)
            .map(|(init, _)| *init)
            .ok_or_else(|| {
                Error::Plan(format!(
                    "unknown initialisation `{text}`; there are auto, he, xavier, lecun and gain"
                ))
            })
    }
}

/// An initialisation with nothing left open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Rule {
    He,
    Xavier,
    LeCun,
    Gain(f64),
}

impl Rule {
    /// The standard deviation of the weights into a hidden layer.
    pub(crate) fn hidden(self, inputs: usize, outputs: usize) -> f64 {
        match self {
            Rule::He => (2.0 / inputs as f64).sqrt(),
            Rule::Xavier => (2.0 / (inputs + outputs) as f64).sqrt(),
            Rule::LeCun => (1.0 / inputs as f64).sqrt(),
            Rule::Gain(gain) => gain / (inputs as f64).sqrt(),
        }
    }

    /// The same for the output layer, which no function follows: its gain is 1.
    pub(crate) fn output(self, inputs: usize, outputs: usize) -> f64 {
        match self {
            Rule::Xavier => self.hidden(inputs, outputs),
            _ => Rule::LeCun.hidden(inputs, outputs),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::He => f.write_str("he"),
            Rule::Xavier => f.write_str("xavier"),
            Rule::LeCun => f.write_str("lecun"),
            Rule::Gain(gain) => write!(f, "gain {gain:.4}"),
        }
    }
}

/// 1/√E φ(Z)² for a standard normal Z.
fn forward_gain(function: Function) -> f64 {
    Gains::of(function, 0.0, 1.0).forward.value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(text: &str) -> Function {
        text.parse().unwrap()
    }

    #[test]
    fn every_function_has_an_initialisation_of_its_own() {
        let rule = |text| Init::Auto.resolve(function(text)).to_string();
        assert_eq!(rule("relu"), "he");
        assert_eq!(rule("selu"), "lecun");
        assert_eq!(rule("identity"), "lecun");
        assert_eq!(rule("tanh"), "xavier");
        assert_eq!(rule("sigmoid"), "xavier");
        assert_eq!(rule("gelu"), "gain 1.5335");
        assert_eq!(rule("binary_step"), "xavier");
        for function in Function::all() {
            assert!(
                Init::Auto.resolve(function).hidden(100, 100).is_finite(),
                "{function}"
            );
        }
    }

    #[test]
    fn names_are_read_back() {
        for (init, name) in Init::NAMES {
            assert_eq!(init.to_string(), name);
            assert_eq!(name.to_uppercase().parse::<Init>().unwrap(), init);
        }
        assert!(
            "heh"
                .parse::<Init>()
                .unwrap_err()
                .to_string()
                .contains("auto, he, xavier")
        );
    }
}

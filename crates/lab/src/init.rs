//! The starting weights: how wide, and why.

use crate::error::Error;
use nonlin::Function;
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

/// 1/√E φ(Z)² for a standard normal Z, by the midpoint rule.
///
/// On [−12, 12] (beyond lie 10⁻³² of the mass) in steps of 1/2000 with a step's end at 0 and at every multiple of it,
/// where kinks are, the error is below 10⁻⁷ of the result; the gains of `tests` agree to 9 digits after one step of
/// Richardson's extrapolation.
pub(crate) fn forward_gain(function: Function) -> f64 {
    let midpoint = |per_unit: i32| {
        let h = 1.0 / f64::from(per_unit);
        let sum: f64 = (-12 * per_unit..12 * per_unit)
            .map(|k| {
                let z = (f64::from(k) + 0.5) * h;
                let y = function.value_at(z);
                y * y * libm::exp(-0.5 * z * z)
            })
            .sum();
        sum * h / std::f64::consts::TAU.sqrt()
    };
    let (coarse, fine) = (midpoint(500), midpoint(1000));
    1.0 / (fine + (fine - coarse) / 3.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(text: &str) -> Function {
        text.parse().unwrap()
    }

    #[test]
    fn forward_gains_are_those_of_the_literature() {
        // 1/√E φ(Z)² by quadrature at 40 digits.
        for (text, expected) in [
            ("identity", 1.0),
            ("sigmoid", 1.8462285453),
            ("tanh", 1.5925374197),
            ("softsign", 2.3375333631),
            ("relu", std::f64::consts::SQRT_2),
            ("leaky_relu", 1.4141428570),
            ("prelu", 1.3719886811),
            ("elu", 1.2451983007),
            ("selu", 1.0),
            ("softplus", 1.0418668355),
            ("swish", 1.6765324703),
            ("gelu", 1.5335304412),
            ("mish", 1.4868475813),
            ("hard_swish", 1.7366572128),
            ("hard_tanh", 1.3920361404),
        ] {
            let found = forward_gain(function(text));
            assert!(
                (found - expected).abs() < 2e-9,
                "{text}: {found}, expected {expected}"
            );
        }
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

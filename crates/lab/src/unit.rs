//! What ends a layer: a function of the catalogue, alone or moved, or something that takes several sums at once.

use crate::error::Error;
use crate::text::{Call, instead};
use burn::tensor::Tensor;
use burn::tensor::activation::softmax;
use nonlin::gates::Gate;
use nonlin::{Function, Kernels, Precision, Subgradient};
use nonlin_burn::{RreluMode, SlopeDraw, activation, prelu, rrelu};
use nonlin_theory::random::Stream;
use nonlin_theory::{Gains, Moments};
use std::{fmt, str::FromStr};

/// What ends a hidden layer.
///
/// As text: a function (`gelu`, `elu(alpha=0.5)`); scaled and shifted (`4*sigmoid-2`, `tanh+1`); with another derivative at
/// its kinks (`relu@right`, `relu@mid`, `relu@left`); `maxout(3)` with so many sums for each unit; the gates `glu` and
/// `gtu`, with two; `softmax` over the units of the layer.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Unit {
    /// scale·φ(z) + shift.
    Function {
        /// φ. PReLU learns a slope for each channel, RReLU draws its slopes while it is trained.
        function: Function,
        /// The factor, 1 for the function itself.
        scale: f64,
        /// What is added, 0 for the function itself.
        shift: f64,
        /// The derivative at the kinks.
        subgradient: Subgradient,
    },
    /// The largest of so many sums.
    Maxout(usize),
    /// φ(a)·σ(b).
    Gate(Gate),
    /// exp(z)/Σ exp(z) over the units of the layer.
    Softmax,
}

/// The most sums that a maxout unit takes.
const PIECES: usize = 16;

impl From<Function> for Unit {
    fn from(function: Function) -> Self {
        Unit::Function {
            function,
            scale: 1.0,
            shift: 0.0,
            subgradient: Subgradient::Default,
        }
    }
}

impl Unit {
    /// The function, where there is one.
    pub fn function(&self) -> Option<Function> {
        match self {
            Unit::Function { function, .. } => Some(*function),
            _ => None,
        }
    }

    /// Sums for each unit.
    pub(crate) fn pieces(&self) -> usize {
        match self {
            Unit::Maxout(pieces) => *pieces,
            Unit::Gate(_) => 2,
            _ => 1,
        }
    }

    /// 1/√E u(Z)² for standard normal sums; infinite or NaN where there is no such gain.
    pub(crate) fn forward_gain(&self) -> f64 {
        match *self {
            Unit::Function {
                function,
                scale,
                shift,
                ..
            } => {
                if (scale, shift) == (1.0, 0.0) {
                    return Gains::of(function, 0.0, 1.0).forward.value;
                }
                let moments = Moments::of(function, 0.0, 1.0);
                let square = scale * scale * moments.square.value
                    + 2.0 * scale * shift * moments.mean.value
                    + shift * shift;
                1.0 / square.sqrt()
            }
            Unit::Maxout(pieces) => 1.0 / square_of_largest(pieces).sqrt(),
            Unit::Gate(gate) => {
                let square = |name: &str| {
                    let function = name.parse().expect("the catalogue has it");
                    Moments::of(function, 0.0, 1.0).square.value
                };
                let of_a = if gate == Gate::Gtu {
                    square("tanh")
                } else {
                    1.0
                };
                1.0 / (of_a * square("sigmoid")).sqrt()
            }
            Unit::Softmax => f64::NAN,
        }
    }

    /// The slope that PReLU starts with.
    pub(crate) fn start_slope(&self) -> Option<f32> {
        match self.function() {
            Some(Function::Prelu(start)) => Some(start.slope as f32),
            _ => None,
        }
    }

    /// u(z) for `[rows, pieces · channels · positions]` → `[rows, channels · positions]`. `slope` is PReLU's, one for each
    /// channel; `noise` is given in training.
    pub(crate) fn apply(
        &self,
        z: Tensor<2>,
        channels: usize,
        slope: Option<Tensor<1>>,
        noise: Option<&mut Stream>,
    ) -> Tensor<2> {
        let [rows, sums] = z.dims();
        match *self {
            Unit::Function {
                function,
                scale,
                shift,
                subgradient,
            } => {
                let mut y = match (function, slope, noise) {
                    (_, Some(slope), _) => {
                        let z = z.reshape([rows, channels, sums / channels]);
                        prelu(z, slope).reshape([rows, sums])
                    }
                    (Function::Rrelu(f), _, Some(noise)) => {
                        match SlopeDraw::slopes(f.lower, f.upper) {
                            Ok(draw) => rrelu(
                                z,
                                RreluMode::Train {
                                    draw,
                                    seed: noise.bits(),
                                    first: 0,
                                },
                            ),
                            // No function has such bounds; their test slope is the nearest thing.
                            Err(_) => activation(z, function),
                        }
                    }
                    (function, ..) => {
                        let kernels: Kernels<Function> = function.into();
                        activation(
                            z,
                            kernels.precision(Precision::Fast).subgradient(subgradient),
                        )
                    }
                };
                if scale != 1.0 {
                    y = y.mul_scalar(scale);
                }
                if shift != 0.0 {
                    y = y.add_scalar(shift);
                }
                y
            }
            Unit::Maxout(pieces) => z
                .reshape([rows, pieces, sums / pieces])
                .max_dim(1)
                .reshape([rows, sums / pieces]),
            Unit::Gate(gate) => {
                let a = z.clone().narrow(1, 0, sums / 2);
                let b = z.narrow(1, sums / 2, sums / 2);
                let a = if gate == Gate::Gtu { a.tanh() } else { a };
                a.mul(burn::tensor::activation::sigmoid(b))
            }
            Unit::Softmax => softmax(z, 1),
        }
    }
}

/// E max² of so many independent standard normal numbers: ∫ x² n Φⁿ⁻¹ φ dx, by the trapezoid rule, which converges
/// faster than any power for it.
fn square_of_largest(n: usize) -> f64 {
    const STEP: f64 = 0.05;
    (-200..=200)
        .map(|i| {
            let x = STEP * f64::from(i);
            let below = 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2);
            let density = libm::exp(-0.5 * x * x) / std::f64::consts::TAU.sqrt();
            STEP * x * x * n as f64 * libm::pow(below, n as f64 - 1.0) * density
        })
        .sum()
}

const SIDES: [(&str, Subgradient); 3] = [
    ("left", Subgradient::Left),
    ("right", Subgradient::Right),
    ("mid", Subgradient::Mid),
];

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unit::Function {
                function,
                scale,
                shift,
                subgradient,
            } => {
                if *scale != 1.0 {
                    write!(f, "{scale}*")?;
                }
                write!(f, "{function}")?;
                if let Some((side, _)) = SIDES.iter().find(|(_, s)| s == subgradient) {
                    write!(f, "@{side}")?;
                }
                if *shift != 0.0 {
                    write!(f, "{shift:+}")?;
                }
                Ok(())
            }
            Unit::Maxout(pieces) => write!(f, "maxout({pieces})"),
            Unit::Gate(gate) => f.write_str(gate.name()),
            Unit::Softmax => f.write_str("softmax"),
        }
    }
}

impl FromStr for Unit {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        match Call::parse(text) {
            Some(call) if call.name == "softmax" && call.arguments.is_empty() => {
                return Ok(Unit::Softmax);
            }
            Some(call) if call.name == "maxout" => {
                let pieces = match call.arguments[..] {
                    [(None | Some("pieces"), pieces)] => pieces.parse().ok(),
                    _ => None,
                };
                return pieces
                    .filter(|pieces| (2..=PIECES).contains(pieces))
                    .map(Unit::Maxout)
                    .ok_or_else(|| {
                        Error::Plan(format!(
                            "`{text}` should be maxout with the number of its pieces, 2 to {PIECES}, as in `maxout(2)`"
                        ))
                    });
            }
            Some(call) if call.arguments.is_empty() => {
                if let Ok(gate) = call.name.parse() {
                    return Ok(Unit::Gate(gate));
                }
            }
            _ => {}
        }
        let (mut rest, mut scale, mut shift, mut subgradient) =
            (text, 1.0, 0.0, Subgradient::Default);
        if let Some((factor, after)) = rest.split_once('*')
            && let Ok(factor) = factor.trim().parse::<f64>()
        {
            (scale, rest) = (factor, after.trim());
        }
        // A sign behind the name and its parentheses begins the shift.
        let after_name = rest.rfind(')').map_or(0, |at| at + 1);
        if let Some(at) = rest[after_name..].find(['+', '-'])
            && let Ok(number) = rest[after_name + at..].parse::<f64>()
        {
            (shift, rest) = (number, rest[..after_name + at].trim());
        }
        if let Some((before, side)) = rest.rsplit_once('@') {
            let names = SIDES.map(|(name, _)| name);
            let found = SIDES.iter().find(|(name, _)| *name == side.trim());
            let (_, chosen) = found.ok_or_else(|| {
                Error::Plan(format!(
                    "a kink has the sides left, right and mid, but `{side}` was given; {}",
                    instead(side.trim(), &names)
                ))
            })?;
            (subgradient, rest) = (*chosen, before.trim());
        }
        if !(scale.is_finite() && shift.is_finite()) {
            return Err(Error::Plan(format!(
                "the scale and the shift of `{text}` must be finite"
            )));
        }
        let function: Function = rest.parse().map_err(|error: nonlin::Error| {
            Error::Plan(match rest.parse::<nonlin::rows::RowFunction>() {
                Ok(row) => format!(
                    "`{row}` is a row function; of those a hidden layer can end in softmax and maxout"
                ),
                Err(_) => error.to_string(),
            })
        })?;
        Ok(Unit::Function {
            function,
            scale,
            shift,
            subgradient,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> Unit {
        text.parse().unwrap()
    }

    #[test]
    fn texts_are_read_back() {
        for text in [
            "gelu",
            "tanh+1",
            "4*sigmoid-2",
            "relu@right",
            "2*elu(alpha=0.5)@mid-0.25",
            "maxout(3)",
            "glu",
            "gtu",
            "softmax",
            "softplus-0.6931471805599453",
        ] {
            assert_eq!(unit(text).to_string(), text);
        }
        assert_eq!(unit(" silu ").to_string(), "swish");
        assert_eq!(
            unit("hard_tanh(min=-2,max=2)").to_string(),
            "hard_tanh(min=-2, max=2)"
        );
    }

    #[test]
    fn what_is_no_unit_is_refused_in_a_sentence() {
        let problem = |text: &str| text.parse::<Unit>().unwrap_err().to_string();
        assert!(problem("gleu").contains("did you mean"));
        assert!(problem("log_softmax").contains("row function"));
        assert!(problem("maxout").contains("maxout(2)"));
        assert!(problem("maxout(1)").contains("2 to 16"));
        assert!(problem("relu@rihgt").contains("did you mean `right`"));
        assert!(problem("inf*relu").contains("finite"));
    }

    #[test]
    fn gains_of_what_is_not_in_the_catalogue() {
        // E max² is 1 for one and for two normal numbers, and 1 + √3/(2π) for three.
        assert!((square_of_largest(1) - 1.0).abs() < 1e-12);
        assert!((square_of_largest(2) - 1.0).abs() < 1e-12);
        assert!((square_of_largest(3) - 1.0 - 3f64.sqrt() / std::f64::consts::TAU).abs() < 1e-12);
        let shifted = unit("2*relu-1").forward_gain();
        let square = 4.0 * 0.5 - 4.0 / std::f64::consts::TAU.sqrt() + 1.0;
        assert!((shifted - 1.0 / square.sqrt()).abs() < 1e-10);
        assert!((unit("glu").forward_gain() - 1.846_228_545_3).abs() < 1e-9);
    }
}

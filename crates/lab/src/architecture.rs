//! The shapes of networks.

use crate::data::Shape;
use crate::error::Error;
use crate::text::{Call, instead};
use nonlin::Function;
use std::{fmt, str::FromStr};

/// A network up to its output layer, which is always a fully connected one.
///
/// As text: `mlp(100-100)`, `mlp(100x8, norm=batch, residual=yes)`, `cnn1d(25-25-25, kernel=5)`, `cnn2d(16-32)`,
/// `rnn(64, recurrent=identity)`, `lstm(64, gate=hard_sigmoid, cell=tanh, output=softsign)`, `gru(64)`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Architecture {
    /// Fully connected layers.
    Mlp {
        /// Their widths.
        hidden: Vec<usize>,
        /// What stands between the sums and the function.
        norm: Norm,
        /// Whether a layer's input is added to its output where both are as wide.
        residual: bool,
    },
    /// Convolutions along a series with stride 2.
    Cnn1d {
        /// Channels of each layer.
        channels: Vec<usize>,
        /// Steps that a unit sees, an odd number.
        kernel: usize,
        /// As in the MLP.
        norm: Norm,
    },
    /// Convolutions over an image, each with 2 × 2 max pooling behind the function.
    Cnn2d {
        /// Channels of each layer.
        channels: Vec<usize>,
        /// Rows and columns that a unit sees, an odd number.
        kernel: usize,
        /// As in the MLP.
        norm: Norm,
    },
    /// One recurrent layer, read after the last step.
    Recurrent {
        /// Its cell.
        cell: Cell,
        /// Its units.
        units: usize,
        /// The weights from step to step at the start.
        recurrent: Recurrent,
    },
}

/// What stands between the sums and the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Norm {
    /// Nothing.
    #[default]
    None,
    /// Batch normalisation (Ioffe and Szegedy, 2015), for each channel.
    Batch,
    /// Layer normalisation (Ba et al., 2016), over all units of a layer.
    Layer,
}

/// A recurrent cell. Where a function is not given, the cell's candidate and output take that of the network, and its gates
/// the sigmoid.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Cell {
    /// h = φ(W x + U h + b) (Elman, 1990).
    Vanilla,
    /// Long short-term memory (Hochreiter and Schmidhuber, 1997; Gers et al., 2000), with forget biases of 1.
    Lstm {
        /// Of the input, forget and output gates.
        gate: Option<Function>,
        /// Of the candidate for the cell.
        cell: Option<Function>,
        /// Between the cell and the output gate.
        output: Option<Function>,
    },
    /// Gated recurrent unit (Cho et al., 2014), with the reset gate behind the recurrent sums as cuDNN and PyTorch have it.
    Gru {
        /// Of the reset and update gates.
        gate: Option<Function>,
        /// Of the candidate.
        cell: Option<Function>,
    },
}

/// The weights from step to step at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Recurrent {
    /// A random orthogonal matrix (Saxe et al., 2014).
    #[default]
    Orthogonal,
    /// The identity (Le et al., 2015).
    Identity,
}

/// The most layers and units of a network, so that a slip of the pen is not taken for a plan.
const LAYERS: usize = 400;
const UNITS: usize = 4096;

impl Architecture {
    /// A plain MLP.
    pub fn mlp(hidden: &[usize]) -> Self {
        Architecture::Mlp {
            hidden: hidden.to_vec(),
            norm: Norm::None,
            residual: false,
        }
    }

    /// The same with so many hidden layers, each as wide as the first one.
    ///
    /// # Errors
    /// A depth out of bounds, or a recurrent network, which has one layer.
    pub fn with_depth(&self, depth: usize) -> Result<Self, Error> {
        let mut deep = self.clone();
        match &mut deep {
            Architecture::Mlp { hidden: layers, .. }
            | Architecture::Cnn1d {
                channels: layers, ..
            }
            | Architecture::Cnn2d {
                channels: layers, ..
            } => {
                let first = layers.first().copied().unwrap_or(1);
                *layers = read_widths(&format!("{first}x{depth}"))?;
            }
            Architecture::Recurrent { .. } => {
                return Err(Error::Plan(format!(
                    "`{self}` has one layer, whatever the depth"
                )));
            }
        }
        Ok(deep)
    }

    /// Says what does not fit data of a shape.
    ///
    /// # Errors
    /// A series that is wanted where there is none, an image smaller than the pooling.
    pub fn check(&self, shape: Shape) -> Result<(), Error> {
        let problem = |text: String| Err(Error::Plan(text));
        match (self, shape) {
            (Architecture::Cnn1d { .. } | Architecture::Recurrent { .. }, Shape::Flat(_)) => {
                problem(format!(
                    "`{self}` needs series, but the rows of these data have no order"
                ))
            }
            (Architecture::Cnn2d { channels, .. }, Shape::Image { height, width, .. }) => {
                if height.min(width) >> channels.len() == 0 {
                    return problem(format!(
                        "`{self}` halves the image {} times, but it has {height} × {width} pixels",
                        channels.len()
                    ));
                }
                Ok(())
            }
            (Architecture::Cnn2d { .. }, _) => {
                problem(format!("`{self}` needs images, but these data are none"))
            }
            _ => Ok(()),
        }
    }
}

/// "100-100", or "100x8" for eight equal ones.
pub(crate) fn widths(list: &[usize]) -> String {
    match list {
        [first, rest @ ..] if rest.len() > 2 && rest.iter().all(|width| width == first) => {
            format!("{first}x{}", list.len())
        }
        _ => {
            let texts: Vec<String> = list.iter().map(usize::to_string).collect();
            texts.join("-")
        }
    }
}

/// Reads [`widths`]' form; commas will do for hyphens.
pub(crate) fn read_widths(text: &str) -> Result<Vec<usize>, Error> {
    let number = |text: &str| {
        text.trim().parse::<usize>().map_err(|_| {
            Error::Plan(format!(
                "`{}` is no number of units; layers are written like 100-50, or 100x8 for eight of 100",
                text.trim()
            ))
        })
    };
    let list = match text.split_once('x') {
        Some((width, times)) => {
            let times = number(times)?;
            if times > LAYERS {
                return Err(Error::Plan(format!(
                    "a network has at most {LAYERS} layers, but {times} were asked for"
                )));
            }
            vec![number(width)?; times]
        }
        None => text
            .split(['-', ','])
            .map(number)
            .collect::<Result<_, _>>()?,
    };
    if list.is_empty() || list.len() > LAYERS {
        return Err(Error::Plan(format!(
            "a network has 1 to {LAYERS} hidden layers, but {} were asked for",
            list.len()
        )));
    }
    match list.iter().find(|&&width| width == 0 || width > UNITS) {
        Some(width) => Err(Error::Plan(format!(
            "a layer has 1 to {UNITS} units, but {width} were asked for"
        ))),
        None => Ok(list),
    }
}

const NORMS: [(&str, Norm); 3] = [
    ("none", Norm::None),
    ("batch", Norm::Batch),
    ("layer", Norm::Layer),
];
const NAMES: [&str; 6] = ["mlp", "cnn1d", "cnn2d", "rnn", "lstm", "gru"];
const KERNEL_1D: usize = 5;
const KERNEL_2D: usize = 3;

impl fmt::Display for Norm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NORMS.iter().find(|(_, norm)| norm == self);
        f.write_str(name.map_or("none", |(name, _)| name))
    }
}

impl FromStr for Norm {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        let names = NORMS.map(|(name, _)| name);
        let found = NORMS.iter().find(|(name, _)| *name == text);
        found.map(|(_, norm)| *norm).ok_or_else(|| {
            Error::Plan(format!(
                "unknown normalisation `{text}`; {}",
                instead(text, &names)
            ))
        })
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let norm_text = |norm: &Norm| match norm {
            Norm::None => String::new(),
            norm => format!(", norm={norm}"),
        };
        let given = |key: &str, function: &Option<Function>| {
            function.map_or(String::new(), |function| format!(", {key}={function}"))
        };
        match self {
            Architecture::Mlp {
                hidden,
                norm,
                residual,
            } => {
                let residual = if *residual { ", residual=yes" } else { "" };
                write!(f, "mlp({}{}{residual})", widths(hidden), norm_text(norm))
            }
            Architecture::Cnn1d {
                channels,
                kernel,
                norm,
            } => {
                write!(f, "cnn1d({}", widths(channels))?;
                if *kernel != KERNEL_1D {
                    write!(f, ", kernel={kernel}")?;
                }
                write!(f, "{})", norm_text(norm))
            }
            Architecture::Cnn2d {
                channels,
                kernel,
                norm,
            } => {
                write!(f, "cnn2d({}", widths(channels))?;
                if *kernel != KERNEL_2D {
                    write!(f, ", kernel={kernel}")?;
                }
                write!(f, "{})", norm_text(norm))
            }
            Architecture::Recurrent {
                cell,
                units,
                recurrent,
            } => {
                let start = match recurrent {
                    Recurrent::Orthogonal => "",
                    Recurrent::Identity => ", recurrent=identity",
                };
                match cell {
                    Cell::Vanilla => write!(f, "rnn({units}{start})"),
                    Cell::Lstm { gate, cell, output } => write!(
                        f,
                        "lstm({units}{}{}{}{start})",
                        given("gate", gate),
                        given("cell", cell),
                        given("output", output)
                    ),
                    Cell::Gru { gate, cell } => {
                        write!(
                            f,
                            "gru({units}{}{}{start})",
                            given("gate", gate),
                            given("cell", cell)
                        )
                    }
                }
            }
        }
    }
}

impl FromStr for Architecture {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let problem = |text: String| Error::Plan(text);
        let call = Call::parse(text)
            .ok_or_else(|| problem(format!("the parentheses of `{text}` do not fit")))?;
        let known: &[&str] = match call.name {
            "mlp" => &["norm", "residual"],
            "cnn1d" | "cnn2d" => &["kernel", "norm"],
            "rnn" => &["recurrent"],
            "lstm" => &["gate", "cell", "output", "recurrent"],
            "gru" => &["gate", "cell", "recurrent"],
            name => {
                return Err(problem(format!(
                    "unknown network `{name}`; {}",
                    instead(name, &NAMES)
                )));
            }
        };
        let mut sizes = None;
        let mut keyed: Vec<(&str, &str)> = Vec::new();
        for (key, value) in call.arguments {
            match key {
                None if sizes.is_none() => sizes = Some(read_widths(value)?),
                None => {
                    return Err(problem(format!(
                        "`{text}` gives its layers twice; they are written like 100-50, or 100x8 for eight of 100"
                    )));
                }
                Some(key) if !known.contains(&key) => {
                    return Err(problem(format!(
                        "`{key}` is nothing that `{}` has; {}",
                        call.name,
                        instead(key, known)
                    )));
                }
                Some(key) if keyed.iter().any(|(k, _)| *k == key) => {
                    return Err(problem(format!("`{text}` gives `{key}` twice")));
                }
                Some(key) => keyed.push((key, value)),
            }
        }
        let sizes = sizes.ok_or_else(|| {
            problem(format!(
                "`{text}` needs its layers, as in `{}(64)`",
                call.name
            ))
        })?;
        let value = |key: &str| keyed.iter().find(|(k, _)| *k == key).map(|(_, v)| *v);
        let norm = || value("norm").map_or(Ok(Norm::None), str::parse);
        let function = |key: &str| {
            value(key)
                .map(|text| {
                    text.parse::<Function>()
                        .map_err(|error| problem(error.to_string()))
                })
                .transpose()
        };
        let kernel = |usual: usize| match value("kernel").map(str::parse::<usize>) {
            None => Ok(usual),
            Some(Ok(kernel)) if kernel % 2 == 1 && kernel < 32 => Ok(kernel),
            Some(_) => Err(problem(format!(
                "the kernel of `{text}` must be an odd number below 32"
            ))),
        };
        Ok(match call.name {
            "mlp" => Architecture::Mlp {
                hidden: sizes,
                norm: norm()?,
                residual: match value("residual") {
                    None | Some("no") => false,
                    Some("yes") => true,
                    Some(other) => {
                        return Err(problem(format!(
                            "`residual` is yes or no, but `{other}` was given"
                        )));
                    }
                },
            },
            "cnn1d" => Architecture::Cnn1d {
                channels: sizes,
                kernel: kernel(KERNEL_1D)?,
                norm: norm()?,
            },
            "cnn2d" => Architecture::Cnn2d {
                channels: sizes,
                kernel: kernel(KERNEL_2D)?,
                norm: norm()?,
            },
            name => {
                let [units] = sizes[..] else {
                    return Err(problem(format!(
                        "`{name}` has one layer, as in `{name}(64)`"
                    )));
                };
                Architecture::Recurrent {
                    cell: match name {
                        "lstm" => Cell::Lstm {
                            gate: function("gate")?,
                            cell: function("cell")?,
                            output: function("output")?,
                        },
                        "gru" => Cell::Gru {
                            gate: function("gate")?,
                            cell: function("cell")?,
                        },
                        _ => Cell::Vanilla,
                    },
                    units,
                    recurrent: match value("recurrent") {
                        None | Some("orthogonal") => Recurrent::Orthogonal,
                        Some("identity") => Recurrent::Identity,
                        Some(other) => {
                            return Err(problem(format!(
                                "unknown start `{other}` of recurrent weights; {}",
                                instead(other, &["orthogonal", "identity"])
                            )));
                        }
                    },
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_back() {
        for text in [
            "mlp(100-50)",
            "mlp(100x8, norm=batch, residual=yes)",
            "cnn1d(25-25-25)",
            "cnn1d(8, kernel=3, norm=layer)",
            "cnn2d(16-32)",
            "rnn(64, recurrent=identity)",
            "lstm(64, gate=hard_sigmoid, cell=relu, output=identity)",
            "gru(32, gate=hard_sigmoid(slope=0.2))",
        ] {
            let read: Architecture = text.parse().unwrap();
            assert_eq!(read.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_network_is_refused_in_a_sentence() {
        let problem = |text: &str| text.parse::<Architecture>().unwrap_err().to_string();
        assert!(problem("mpl(3)").contains("did you mean `mlp`"));
        assert!(problem("mlp").contains("needs its layers"));
        assert!(problem("mlp(0)").contains("1 to 4096 units, but 0"));
        assert!(problem("mlp(5x1000)").contains("at most 400 layers"));
        assert!(problem("mlp(3, nrom=batch)").contains("did you mean `norm`"));
        assert!(problem("mlp(3, norm=batsh)").contains("did you mean `batch`"));
        assert!(problem("lstm(3-4)").contains("one layer"));
        assert!(problem("lstm(3, gate=sigmod)").contains("did you mean"));
        assert!(problem("cnn1d(3, kernel=4)").contains("odd number"));
        assert!(problem("rnn(3").contains("parentheses"));
    }

    #[test]
    fn a_network_must_fit_its_data() {
        let check = |text: &str, shape| text.parse::<Architecture>().unwrap().check(shape);
        assert!(check("rnn(3)", Shape::Flat(4)).is_err());
        assert!(
            check(
                "cnn2d(3)",
                Shape::Series {
                    steps: 40,
                    channels: 1
                }
            )
            .is_err()
        );
        let image = Shape::Image {
            channels: 1,
            height: 8,
            width: 8,
        };
        assert!(check("cnn2d(3-3-3)", image).is_ok());
        assert!(
            check("cnn2d(3-3-3-3)", image)
                .unwrap_err()
                .to_string()
                .contains("halves")
        );
    }
}

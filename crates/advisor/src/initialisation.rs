//! How weights start, in numbers.

use crate::advice::{Statement, Words};
use crate::situation::Situation;
use nonlin::Function;
use nonlin_theory::init::{Initializer, Scheme};
use nonlin_theory::{Field, Gains, edge};
use serde::{Serialize, Serializer};

/// What decides how wide the weights are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Start {
    /// The forward gain of the function over √inputs.
    Gain,
    /// √(2/(inputs + outputs)).
    Glorot,
    /// On the edge of chaos at this standard deviation of the biases.
    Edge(f64),
    /// Normal with this standard deviation, whatever the width.
    Normal(f64),
    /// Orthogonal with this gain.
    Orthogonal(f64),
    /// Uniform up to √(6/inputs)/ω.
    Siren(f64),
}

/// A number in JSON, where infinities are texts.
fn number<S: Serializer>(x: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if x.is_finite() {
        serializer.serialize_f64(*x)
    } else {
        serializer.collect_str(x)
    }
}

fn numbers<S: Serializer>(all: &[f64; 3], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Number(#[serde(serialize_with = "number")] f64);
    serializer.collect_seq(all.map(Number))
}

/// How the weights of a layer start that the function follows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Initialisation {
    /// The function.
    pub function: String,
    /// The rule: "forward gain", "Glorot", "edge of chaos", "normal", "orthogonal" or "SIREN".
    pub rule: &'static str,
    /// The standard deviation as a formula: "gain/√inputs".
    pub formula: &'static str,
    /// The standard deviation of the weights times √inputs.
    pub gain: f64,
    /// Inputs of a unit.
    pub fan_in: usize,
    /// The standard deviation of the weights.
    pub weight_std: f64,
    /// The bound of the uniform distribution, where the weights have that one.
    pub weight_bound: Option<f64>,
    /// The standard deviation of the biases.
    pub bias_std: f64,
    /// What becomes of the signal; nothing where normalisation or another structure decides that.
    pub signal: Option<Signal>,
    /// What is to be said of it, with sources.
    pub statements: Vec<Statement>,
}

/// What becomes of a signal in a deep, wide network of these weights: mean field theory.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Signal {
    /// The fixed point of the variance of the sums: what the rule aims at, or what it ends in.
    pub variance: f64,
    /// The slope of the variance map there.
    pub slope: f64,
    /// Whether the variance comes back, or at least stays, when it is disturbed.
    pub stable: bool,
    /// χ₁ there: the factor on the mean square of the gradient per layer.
    pub chi: f64,
    /// Layers after which what is left of a disturbance of the variance is 1/e of it.
    #[serde(serialize_with = "number")]
    pub depth_variance: f64,
    /// Layers after which what is left of a difference in the correlation of two inputs is 1/e of it.
    #[serde(serialize_with = "number")]
    pub depth_correlation: f64,
    /// The variance in the last layer where the first has the fixed point's, 10 % less, and 10 % more.
    #[serde(serialize_with = "numbers")]
    pub last_variance: [f64; 3],
    /// The logarithm to base 10 of the factor on the mean square of the gradient over all layers.
    #[serde(serialize_with = "number")]
    pub log10_gradient: f64,
}

/// A slope up to which a fixed point is not said to be unstable: ReLU keeps every variance, to the last bits.
const STILL: f64 = 1.0 + 1e-9;

impl Signal {
    pub(crate) fn of(f: Function, start: &Started, depth: usize) -> Option<Signal> {
        let field = Field::new(f, start.gain, start.bias_std);
        let variance = match start.aim {
            Some(q) => q,
            None => field.fixed_point()?,
        };
        if variance == 0.0 {
            return None;
        }
        let slope = field.variance_slope(variance);
        let depths = field.depths(variance);
        let paths = [1.0, 0.9, 1.1].map(|share| Path::of(&field, share * variance, depth));
        Some(Signal {
            variance,
            slope,
            stable: slope <= STILL,
            chi: field.chi(variance).value,
            depth_variance: depths.variance,
            depth_correlation: depths.correlation,
            last_variance: paths.map(|path| path.last),
            log10_gradient: paths[0].log10_gradient,
        })
    }

    /// Whether a tenth more or less at the beginning is more than a fifth at the end.
    pub(crate) fn drifts(&self) -> bool {
        let [aim, less, more] = self.last_variance;
        !(less > 0.8 * aim && more < 1.2 * aim)
    }
}

/// A signal's way through the layers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Path {
    /// The variance in the last layer.
    pub(crate) last: f64,
    /// The logarithm to base 10 of the factor on the mean square of the gradient, from the last layer's sums to the first's.
    pub(crate) log10_gradient: f64,
}

impl Path {
    pub(crate) fn of(field: &Field, first: f64, depth: usize) -> Path {
        let (mut q, mut log) = (first, 0.0);
        let mut left = depth.max(1) - 1;
        let mut before = (f64::NAN, f64::NAN);
        while left > 0 && q > 0.0 && q.is_finite() {
            let growth = field.next_variance(q) / q;
            let chi = field.chi(q).value.log10();
            let same = |a: f64, b: f64| (a - b).abs() <= 1e-10;
            // Where a layer does what the one before it did, so do all that follow.
            if same(growth, before.0) && same(chi, before.1) {
                q *= growth.powf(left as f64);
                log += chi * left as f64;
                break;
            }
            before = (growth, chi);
            log += chi;
            q *= growth;
            left -= 1;
        }
        Path {
            last: q,
            log10_gradient: log,
        }
    }
}

/// The numbers of a start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Started {
    pub(crate) rule: &'static str,
    pub(crate) formula: &'static str,
    pub(crate) gain: f64,
    pub(crate) bias_std: f64,
    /// The variance that the rule is made for.
    pub(crate) aim: Option<f64>,
    is_uniform: bool,
}

impl Start {
    /// The numbers for a function and a width; nothing where there is no such start, as on an edge of chaos that there is not.
    pub(crate) fn of(self, f: Function, width: usize) -> Option<Started> {
        let root = (width as f64).sqrt();
        let theory = |scheme| Some(Initializer::new(f, scheme).weight_std(width, width)? * root);
        let plain = Started {
            rule: "",
            formula: "gain/√inputs",
            gain: f64::NAN,
            bias_std: 0.0,
            aim: None,
            is_uniform: false,
        };
        Some(match self {
            Start::Gain => Started {
                rule: "forward gain",
                gain: theory(Scheme::He)?,
                aim: Some(1.0),
                ..plain
            },
            Start::Glorot => Started {
                rule: "Glorot",
                formula: "√(2/(inputs + outputs))",
                // The rule of the paper has the gain of the identity, whatever the function.
                gain: Initializer::new(nonlin::Identity.into(), Scheme::Glorot)
                    .weight_std(width, width)?
                    * root,
                ..plain
            },
            Start::Edge(bias_std) => {
                let edges = edge(f, bias_std);
                // A stable point draws the variance to it.
                let best = edges.iter().find(|edge| edge.is_stable());
                let best = best.or(edges.first())?;
                Started {
                    rule: "edge of chaos",
                    formula: "σ_w/√inputs",
                    gain: best.weight_std,
                    bias_std,
                    aim: best.variance,
                    ..plain
                }
            }
            Start::Normal(std) => Started {
                rule: "normal",
                formula: "a fixed number",
                gain: std * root,
                ..plain
            },
            Start::Orthogonal(gain) => Started {
                rule: "orthogonal",
                gain,
                ..plain
            },
            Start::Siren(omega) => Started {
                rule: "SIREN",
                formula: "√(2/inputs)/ω",
                gain: theory(Scheme::Siren { omega })?,
                is_uniform: true,
                ..plain
            },
        })
    }
}

impl Initialisation {
    /// How the weights of a layer start.
    pub(crate) fn of(f: Function, start: Start, situation: &Situation) -> Option<Initialisation> {
        let width = situation.width.max(1);
        let started = start.of(f, width)?;
        let weight_std = started.gain / (width as f64).sqrt();
        let signal = situation
            .is_plain()
            .then(|| Signal::of(f, &started, situation.depth))
            .flatten();
        let mut init = Initialisation {
            function: f.to_string(),
            rule: started.rule,
            formula: started.formula,
            gain: started.gain,
            fan_in: width,
            weight_std,
            weight_bound: started.is_uniform.then(|| 3f64.sqrt() * weight_std),
            bias_std: started.bias_std,
            signal,
            statements: Vec::new(),
        };
        init.statements.push(init.in_words(start));
        Some(init)
    }

    /// The numbers as a sentence.
    fn in_words(&self, start: Start) -> Statement {
        let name = quoted(&self.function);
        let (std, gain) = (short(self.weight_std), short(self.gain));
        let fan = self.fan_in;
        let (formula, how) = match start {
            Start::Gain => (
                format!("std = gain/√inputs = {gain}/√{fan} = {std}"),
                format!("gain = 1/√E f² under N(0, 1), `nonlin gain {name}`"),
            ),
            Start::Glorot => (
                format!("std = √(2/(inputs + outputs)) = √(2/({fan} + {fan})) = {std}"),
                "√(2/(inputs + outputs))".to_owned(),
            ),
            Start::Edge(bias_std) => (
                format!("std = σ_w/√inputs = {gain}/√{fan} = {std}"),
                format!("σ_w of the edge of chaos, `nonlin field {name} --bias-std {bias_std}`"),
            ),
            Start::Normal(std) => (
                format!("std = {std}"),
                format!("times √inputs: {std}·√{fan} = {gain}"),
            ),
            Start::Orthogonal(_) => (
                format!("gain {gain}"),
                format!("the elements' std is gain/√inputs = {gain}/√{fan} = {std}"),
            ),
            Start::Siren(omega) => (
                format!(
                    "±√(6/inputs)/ω = ±√(6/{fan})/{omega} = ±{}, std = {std}",
                    short(self.weight_bound.unwrap_or(f64::NAN))
                ),
                "the std of a uniform distribution is its bound over √3".to_owned(),
            ),
        };
        let (kind_en, kind_zh) = match start {
            Start::Siren(_) => ("Weights uniform", "权重取均匀分布"),
            Start::Orthogonal(_) => ("Weights orthogonal", "权重取正交矩阵"),
            _ => ("Weights of mean 0", "权重均值为 0"),
        };
        let (bias_en, bias_zh) = if self.bias_std == 0.0 {
            ("biases 0".to_owned(), "偏置为 0".to_owned())
        } else {
            let std = self.bias_std;
            (
                format!("biases normal, std = {std}"),
                format!("偏置取正态分布，std = {std}"),
            )
        };
        Statement::computed(
            Words::new(
                format!("{kind_en}, {formula}; {bias_en}."),
                format!("{kind_zh}，{formula}；{bias_zh}。"),
            ),
            how,
            &[],
        )
    }
}

/// A function as an argument on the command line.
pub(crate) fn quoted(function: &str) -> String {
    if function.contains('(') {
        format!("'{function}'")
    } else {
        function.to_owned()
    }
}

/// A number to five significant digits, without trailing zeros.
pub(crate) fn short(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return x.to_string().replace("inf", "∞");
    }
    let magnitude = x.abs().log10().floor();
    if !(-5.0..6.0).contains(&magnitude) {
        return format!("{x:.2e}");
    }
    let places = (4 - magnitude as i32).max(0) as usize;
    let fixed = format!("{x:.places$}");
    if fixed.contains('.') {
        fixed.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        fixed
    }
}

/// The forward gain of a function, for sentences about it.
pub(crate) fn forward_gain(f: Function) -> f64 {
    Gains::of(f, 0.0, 1.0).forward.value
}

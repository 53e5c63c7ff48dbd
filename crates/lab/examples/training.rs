//! Training steps beside PyTorch's, on one thread each, in turn: `cargo xtask bench --training`.
//!
//! Arguments: the root of the workspace, and a Python interpreter that has torch.

use nonlin_lab::{
    Architecture, DataSource, Dataset, Rows, Run, Set, Shape, Task, Training, Unit,
    statistics::median,
};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// The allocator of the command-line program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Failure = Box<dyn std::error::Error>;

const ACTIVATIONS: [&str; 12] = [
    "relu",
    "leaky_relu",
    "sigmoid",
    "tanh",
    "elu",
    "selu",
    "softplus",
    "swish",
    "gelu",
    "mish",
    "softsign",
    "hard_swish",
];
/// Widths of the layers, rows of a batch, steps of a round.
const NETWORKS: [(&str, usize, usize); 2] =
    [("784-256-256-10", 128, 30), ("40-100-100-10", 64, 200)];
const ROUNDS: usize = 7;

/// Normal-looking inputs and every class in turn; only their number matters here.
fn rows(features: usize, classes: usize, batch: usize) -> Dataset {
    let mut data = DataSource::from(Set::Digits)
        .load()
        .expect("the digits are embedded");
    let inputs = (0..batch * features)
        .map(|i| ((i * 7919 % 1000) as f32 - 500.0) / 300.0)
        .collect();
    let targets = (0..batch).map(|row| (row % classes) as f32).collect();
    data.shape = Shape::Flat(features);
    data.task = Task::Classes((0..classes).map(|class| class.to_string()).collect());
    data.train = Rows { inputs, targets };
    data
}

fn compare() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [root, python] = &arguments[..] else {
        return Err("training needs the root of the workspace and a Python interpreter".into());
    };
    let mut peer = Command::new(python)
        .arg(format!("{root}/bench/python/training.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut ask = peer.stdin.take().ok_or("the peer has no input")?;
    let mut answers = BufReader::new(peer.stdout.take().ok_or("the peer has no output")?).lines();
    let version = answers.next().ok_or("the peer did not start")??;
    let mut csv = String::from("network,batch,activation,nonlin_us,torch_us,ratio\n");
    println!("training steps, one thread, µs; PyTorch {version}");
    println!(
        "{:<16} {:>5}  {:<10} {:>8} {:>8} {:>6}",
        "network", "batch", "activation", "nonlin", "torch", "ratio"
    );
    for (network, batch, steps) in NETWORKS {
        let widths: Vec<usize> = network
            .split('-')
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        let [features, hidden @ .., classes] = &widths[..] else {
            continue;
        };
        let data = rows(*features, *classes, batch);
        for name in ACTIVATIONS {
            let unit: Unit = name.parse()?;
            let mut run = Run::new(Set::Digits.into(), Architecture::mlp(hidden), unit);
            run.rate = 0.01;
            let mut training = Training::new(&run, &data)?;
            for _ in 0..20 {
                training.step(&data.train.inputs, &data.train.targets);
            }
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                let mut times = Vec::with_capacity(steps);
                for _ in 0..steps {
                    let start = Instant::now();
                    training.step(&data.train.inputs, &data.train.targets);
                    times.push(start.elapsed().as_secs_f64() * 1e6);
                }
                ours.push(median(&times));
                writeln!(ask, "{network} {batch} {name} {steps}")?;
                let answer = answers.next().ok_or("the peer is gone")??;
                theirs.push(answer.parse::<f64>()? / 1e3);
            }
            let (ours, theirs) = (median(&ours), median(&theirs));
            println!(
                "{network:<16} {batch:>5}  {name:<10} {ours:>8.0} {theirs:>8.0} {:>6.2}",
                ours / theirs
            );
            csv += &format!(
                "{network},{batch},{name},{ours:.1},{theirs:.1},{:.3}\n",
                ours / theirs
            );
        }
    }
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |key: &str| {
        let line = cpu.lines().find(|line| line.starts_with(key));
        line.and_then(|line| line.split(':').nth(1))
            .unwrap_or("unknown")
            .trim()
            .to_lowercase()
    };
    let name = format!(
        "{}-family-{}-model-{}",
        field("model name").replace(' ', "-"),
        field("cpu family"),
        field("model\t")
    );
    let path = format!("{root}/record/training-{name}.csv");
    std::fs::write(
        &path,
        format!("# PyTorch {version}, one thread each, medians of {ROUNDS} rounds in turn\n{csv}"),
    )?;
    println!("written to {path}");
    Ok(())
}

fn main() -> ExitCode {
    match compare() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

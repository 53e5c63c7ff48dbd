//! What the command line asks for; `cargo xtask bench` writes it.

use crate::case::{FUNCTIONS, Outcome};
use std::path::PathBuf;

/// What a run does.
pub enum Work {
    /// Time, and make the page if everything was timed.
    Time,
    /// Judge accuracy.
    Judge,
    /// Make the page from a record, this processor's if none is given.
    MakePage(Option<PathBuf>),
}

/// A run.
pub struct Options {
    /// The root of the repository.
    pub root: PathBuf,
    /// Where inputs and caches are kept.
    pub work: PathBuf,
    /// The interpreter of the environment, if there is one.
    pub python: Option<PathBuf>,
    /// Fewer rounds and no large inputs.
    pub quick: bool,
    /// Go on with a run that was interrupted.
    pub resume: bool,
    /// What to do.
    pub task: Work,
    /// The functions asked for, all by default.
    pub functions: Vec<String>,
}

impl Options {
    /// Reads `ROOT WORK PYTHON|none [--quick] [--resume] [--accuracy|--page|--page=RECORD] [NAME…]`.
    pub fn parse(arguments: &[String]) -> Outcome<Options> {
        let [root, work, python, rest @ ..] = arguments else {
            return Err("start it by `cargo xtask bench`".into());
        };
        let mut options = Options {
            root: PathBuf::from(root),
            work: PathBuf::from(work),
            python: (python != "none").then(|| PathBuf::from(python)),
            quick: false,
            resume: false,
            task: Work::Time,
            functions: Vec::new(),
        };
        for argument in rest {
            match argument.as_str() {
                "--quick" => options.quick = true,
                "--resume" => options.resume = true,
                "--accuracy" => options.task = Work::Judge,
                "--page" => options.task = Work::MakePage(None),
                name if name.starts_with("--page=") => {
                    options.task = Work::MakePage(Some(PathBuf::from(&name["--page=".len()..])));
                }
                name if FUNCTIONS.contains(&name) => options.functions.push(name.to_owned()),
                name => {
                    let known = FUNCTIONS.join(", ");
                    return Err(format!("`{name}` is not among the functions: {known}").into());
                }
            }
        }
        if options.functions.is_empty() {
            options.functions = FUNCTIONS.map(str::to_owned).to_vec();
        }
        Ok(options)
    }

    /// The file of inputs.
    pub fn inputs(&self) -> PathBuf {
        self.work.join("inputs.f32")
    }

    /// Whether it covers everything, so that the record is written.
    pub fn is_whole(&self) -> bool {
        !self.quick && self.python.is_some() && self.functions.len() == FUNCTIONS.len()
    }
}

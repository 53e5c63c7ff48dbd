//! A worker: one library behind a pipe, as `python/worker.py` describes it.

use crate::case::{Case, Outcome, Place};
use crate::inputs;
use crate::peer::{Peer, Task};
use crate::peers;
use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::Instant;

/// Elements that a peer evaluates at once; its temporaries stay small.
const CHUNK: usize = 1 << 22;

struct Worker {
    peer: Box<dyn Peer>,
    inputs: PathBuf,
    tasks: Vec<(Place, Box<dyn Task>)>,
}

/// The mean time of a call in nanoseconds. What a call uses up is made anew outside of the clock.
fn mean_ns(task: &mut dyn Task, calls: u32) -> Outcome<f64> {
    let mut nanoseconds = 0.0;
    // Others have filled the caches since, and on a virtual machine the first library of a round may take twice its time at 256 MiB.
    if task.is_used_up() {
        task.refresh()?;
    }
    task.call()?;
    if task.is_used_up() {
        for _ in 0..calls {
            task.refresh()?;
            let begun = Instant::now();
            task.call()?;
            nanoseconds += begun.elapsed().as_nanos() as f64;
        }
    } else {
        let begun = Instant::now();
        for _ in 0..calls {
            task.call()?;
        }
        nanoseconds = begun.elapsed().as_nanos() as f64;
    }
    Ok(nanoseconds / f64::from(calls))
}

impl Worker {
    fn answer(&mut self, request: &str) -> Outcome<String> {
        let words: Vec<&str> = request.split_whitespace().collect();
        match words[..] {
            ["prepare", place, function, direction, dtype, elements] => {
                let place = place.parse()?;
                let case = Case {
                    function: function.to_owned(),
                    direction: direction.parse()?,
                    dtype: dtype.parse()?,
                    elements: elements.parse()?,
                };
                let numbers = inputs::read(&self.inputs, Some(case.elements))?;
                let mut task = self.peer.prepare(&case, place, &numbers)?;
                mean_ns(&mut *task, 1)?;
                let form = task.form();
                self.tasks.push((place, task));
                Ok(format!("ready {form}"))
            }
            ["sample", place, calls] => {
                let place: Place = place.parse()?;
                let (_, task) = self
                    .tasks
                    .iter_mut()
                    .find(|(at, _)| *at == place)
                    .ok_or("nothing is prepared")?;
                Ok(mean_ns(&mut **task, calls.parse()?)?.to_string())
            }
            ["drop"] => {
                self.tasks.clear();
                Ok("dropped".to_owned())
            }
            ["evaluate", function, order, from, to] => {
                let x = inputs::read(&PathBuf::from(from), None)?;
                let mut bytes = Vec::with_capacity(4 * x.len());
                for x in x.chunks(CHUNK) {
                    for y in self.peer.evaluate(function, order.parse()?, x)? {
                        bytes.extend_from_slice(&y.to_le_bytes());
                    }
                }
                std::fs::write(to, bytes)?;
                Ok("done".to_owned())
            }
            _ => Err(format!("the request `{request}` is not known").into()),
        }
    }
}

/// Serves requests until the other end closes.
pub fn run(library: &str, threads: usize, inputs: PathBuf) -> Outcome<()> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()?;
    // A library's panic is an answer like its other refusals, and its text goes there.
    std::panic::set_hook(Box::new(|_| {}));
    let peer = peers::named(library, threads)?;
    let mut answers = std::io::stdout().lock();
    writeln!(answers, "{}", peer.version())?;
    let mut worker = Worker {
        peer,
        inputs,
        tasks: Vec::new(),
    };
    for request in std::io::stdin().lock().lines() {
        let request = request?;
        let answer = match catch_unwind(AssertUnwindSafe(|| worker.answer(&request))) {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => format!("none {error}"),
            Err(_) => "none: it panicked".to_owned(),
        };
        writeln!(answers, "{}", answer.replace('\n', " "))?;
        answers.flush()?;
    }
    Ok(())
}

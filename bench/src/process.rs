//! The other end of a worker's pipe.

use crate::case::{Case, Form, Outcome, Place};
use crate::options::Options;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// A worker that runs. It ends when this does.
pub struct Process {
    pub version: String,
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// Libraries that the Python workers serve.
const PYTHON: [&str; 4] = ["torch", "torch.compile", "jax", "onnxruntime"];

/// Whether a worker in Python serves the library.
fn is_python(library: &str) -> bool {
    PYTHON.contains(&library)
}

/// The last processors that this process may use, as `taskset` reads them.
fn processors(wanted: usize) -> Outcome<String> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let list = status
        .lines()
        .find_map(|line| line.strip_prefix("Cpus_allowed_list:"))
        .ok_or("the system does not tell which processors there are")?;
    let mut allowed: Vec<u32> = Vec::new();
    for range in list.trim().split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        allowed.extend(first.parse::<u32>()?..=last.parse()?);
    }
    if allowed.len() < wanted {
        return Err(
            format!("{wanted} threads want {wanted} processors; there are {allowed:?}").into(),
        );
    }
    let last: Vec<String> = allowed[allowed.len() - wanted..]
        .iter()
        .map(u32::to_string)
        .collect();
    Ok(last.join(","))
}

/// How long a worker's threads are waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether any thread of a process runs or would like to.
fn any_runs(process: u32) -> Outcome<bool> {
    for task in std::fs::read_dir(format!("/proc/{process}/task"))? {
        // One that has ended meanwhile has no such file.
        let Ok(status) = std::fs::read_to_string(task?.path().join("stat")) else {
            continue;
        };
        // The name that comes before may have parentheses of its own.
        let state = status.rsplit(')').next().unwrap_or_default();
        if state.trim_start().starts_with('R') {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Process {
    /// Starts the worker of a library; `None` if it needs Python and there is none.
    pub fn start(options: &Options, library: &str, threads: usize) -> Outcome<Option<Process>> {
        // Everybody has the same processors, as many as threads: some libraries size their pools by nothing else.
        let mut command = Command::new("taskset");
        command.arg("--cpu-list").arg(processors(threads)?);
        if is_python(library) {
            let Some(python) = &options.python else {
                return Ok(None);
            };
            command
                .arg(python)
                .arg(options.root.join("bench/python/worker.py"));
        } else {
            command.arg(std::env::current_exe()?).arg("worker");
        }
        command
            .args([library, &threads.to_string()])
            .arg(options.inputs())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("RAYON_NUM_THREADS", threads.to_string())
            .env("TORCHINDUCTOR_CACHE_DIR", options.work.join("inductor"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(
                options.work.join(format!("{library}.log")),
            )?);
        let mut child = command
            .spawn()
            .map_err(|error| format!("taskset (of util-linux) cannot be run: {error}"))?;
        let requests = child.stdin.take().ok_or("the worker has no input")?;
        let answers = child.stdout.take().ok_or("the worker has no output")?;
        let mut process = Process {
            version: String::new(),
            child,
            requests,
            answers: BufReader::new(answers),
        };
        process.version = process.line(library)?;
        Ok(Some(process))
    }

    fn line(&mut self, request: &str) -> Outcome<String> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err(format!("the worker ended at `{request}`").into());
        }
        Ok(line.trim().to_owned())
    }

    fn ask(&mut self, request: &str) -> Outcome<String> {
        writeln!(self.requests, "{request}")?;
        self.line(request)
    }

    /// Makes a case ready. The inner error is the library's reason not to.
    pub fn prepare(&mut self, place: Place, case: &Case) -> Outcome<Result<Form, String>> {
        let answer = self.ask(&format!("prepare {place} {case}"))?;
        match answer.strip_prefix("ready ") {
            Some(form) => Ok(Ok(form.parse()?)),
            None => Ok(Err(answer)),
        }
    }

    /// The mean time of so many calls, in nanoseconds. Returns when all threads of the worker sleep: most pools spin for a while
    /// after their work, on processors that whoever is timed next wants.
    pub fn sample(&mut self, place: Place, calls: u32) -> Outcome<f64> {
        let answer = self.ask(&format!("sample {place} {calls}"))?;
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE && any_runs(self.child.id())? {
            std::thread::sleep(Duration::from_millis(1));
        }
        answer.parse().map_err(|_| answer.into())
    }

    /// Lets go of what is prepared.
    pub fn drop_tasks(&mut self) -> Outcome<()> {
        self.ask("drop").map(drop)
    }

    /// Has a file of numbers evaluated into another. The inner error is the library's reason not to.
    pub fn evaluate(
        &mut self,
        function: &str,
        order: u32,
        from: &str,
        to: &str,
    ) -> Outcome<Result<(), String>> {
        let answer = self.ask(&format!("evaluate {function} {order} {from} {to}"))?;
        Ok(if answer == "done" {
            Ok(())
        } else {
            Err(answer)
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be gone already, and that is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

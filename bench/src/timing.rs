//! The driver: for each case, every rival in every round, so that the machine's noise hits all alike.

use crate::case::{self, Case, Form, LARGE, Outcome, Place};
use crate::options::Options;
use crate::process::Process;
use crate::record::{Record, Row};
use crate::{inputs, processor, put};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A library in one of its ways.
struct Rival {
    /// Its name, and for nonlin its precision after a hyphen.
    worker: &'static str,
    place: Place,
    /// Whether it computes on two threads too.
    scales: bool,
}

const fn rival(worker: &'static str, place: Place, scales: bool) -> Rival {
    Rival {
        worker,
        place,
        scales,
    }
}

const RIVALS: [Rival; 15] = [
    rival("machine", Place::Apart, true),
    rival("machine", Place::InPlace, true),
    rival("nonlin-exact", Place::Apart, true),
    rival("nonlin-exact", Place::InPlace, true),
    rival("nonlin-fast", Place::Apart, true),
    rival("nonlin-fast", Place::InPlace, true),
    rival("torch", Place::Apart, true),
    rival("torch", Place::InPlace, true),
    rival("torch.compile", Place::Apart, true),
    rival("jax", Place::Apart, true),
    rival("onnxruntime", Place::Apart, true),
    rival("candle", Place::Apart, false),
    rival("burn", Place::Apart, false),
    rival("tract-linalg", Place::InPlace, false),
    rival("rten-vecmath", Place::Apart, false),
];

impl Rival {
    /// The library's name, and nonlin's precision or "-".
    fn library(&self) -> (&'static str, &'static str) {
        match self.worker.strip_prefix("nonlin-") {
            Some(precision) => ("nonlin", precision),
            None => (self.worker, "-"),
        }
    }
}

/// The workers, each started when it is first asked.
struct Workers<'a> {
    options: &'a Options,
    threads: usize,
    running: Vec<(&'static str, Option<Process>)>,
}

impl Workers<'_> {
    fn get(&mut self, library: &'static str) -> Outcome<Option<&mut Process>> {
        let at = match self.running.iter().position(|(name, _)| *name == library) {
            Some(at) => at,
            None => {
                let process = Process::start(self.options, library, self.threads)?;
                self.running.push((library, process));
                self.running.len() - 1
            }
        };
        Ok(self.running[at].1.as_mut())
    }

    /// What the worker answers; one that fails is left for good, and started again when next asked.
    fn ask<T>(
        &mut self,
        library: &'static str,
        question: impl FnOnce(&mut Process) -> Outcome<T>,
    ) -> Outcome<Option<T>> {
        let Some(process) = self.get(library)? else {
            return Ok(None);
        };
        match question(process) {
            Ok(answer) => Ok(Some(answer)),
            Err(error) => {
                eprintln!("{library}: {error}; see {library}.log beside the inputs");
                self.running.retain(|(name, _)| *name != library);
                Ok(None)
            }
        }
    }
}

/// Nanoseconds of a call from which on one is enough: it averages over the machine's noise itself.
const LONG: f64 = 1e9;

/// A rival that has a case ready.
struct Entrant<'a> {
    rival: &'a Rival,
    version: String,
    form: Form,
    calls: u32,
    /// Nanoseconds of a call, a round each.
    rounds: Vec<f64>,
}

impl Entrant<'_> {
    /// Whether its one long call is enough.
    fn is_done(&self) -> bool {
        self.rounds.first().is_some_and(|once| *once > LONG)
    }
}

/// Rounds of a case.
pub const ROUNDS: usize = 9;

/// Rounds of a case of 256 MiB.
pub const ROUNDS_LARGE: usize = 3;

/// The effort put into a case.
struct Effort {
    rounds: usize,
    /// What a rival's share of a round is to last, at least.
    share: Duration,
}

fn effort(case: &Case, quick: bool) -> Effort {
    let (rounds, share) = match (quick, case.elements) {
        (true, _) => (5, 1),
        (false, LARGE) => (ROUNDS_LARGE, 1),
        (false, _) => (ROUNDS, 2),
    };
    Effort {
        rounds,
        share: Duration::from_millis(share),
    }
}

/// The median, and the range of the middle half over it.
fn summary(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |quarter: usize| values[quarter * (values.len() - 1) / 4];
    (at(2), (at(3) - at(1)) / at(2))
}

/// One case, with a line added to `refusals` for every rival that has no such thing.
fn time(
    workers: &mut Workers,
    case: &Case,
    effort: &Effort,
    refusals: &mut Vec<String>,
) -> Outcome<Vec<Row>> {
    let threads = workers.threads;
    let mut entrants = Vec::new();
    for rival in &RIVALS {
        if (threads > 1 && !rival.scales) || case.is_limit() != (rival.worker == "machine") {
            continue;
        }
        let prepared = workers.ask(rival.worker, |process| {
            let form = match process.prepare(rival.place, case)? {
                Ok(form) => form,
                Err(reason) => {
                    refusals.push(format!(
                        "{} {} {case}: {reason}\n",
                        rival.worker, rival.place
                    ));
                    return Ok(None);
                }
            };
            let once = process.sample(rival.place, 1)?;
            let calls = (effort.share.as_nanos() as f64 / once.max(1.0)).ceil();
            Ok(Some(Entrant {
                rival,
                version: process.version.clone(),
                form,
                calls: calls as u32,
                rounds: if once > LONG { vec![once] } else { Vec::new() },
            }))
        })?;
        entrants.extend(prepared.flatten());
    }
    for _ in 0..effort.rounds {
        for entrant in entrants.iter_mut().filter(|entrant| !entrant.is_done()) {
            let Entrant { rival, calls, .. } = *entrant;
            let ns = workers.ask(rival.worker, |process| process.sample(rival.place, calls))?;
            entrant.rounds.extend(ns);
        }
    }
    for rival in &RIVALS {
        if entrants.iter().any(|e| e.rival.worker == rival.worker) {
            workers.ask(rival.worker, Process::drop_tasks)?;
        }
    }
    entrants.retain(|entrant| entrant.is_done() || entrant.rounds.len() == effort.rounds);
    Ok(entrants
        .into_iter()
        .map(|entrant| {
            let (ns, spread) = summary(entrant.rounds);
            let (library, precision) = entrant.rival.library();
            Row {
                library: library.to_owned(),
                version: entrant.version,
                precision: precision.to_owned(),
                case: case.clone(),
                threads,
                form: entrant.form,
                ns: ns / case.elements as f64,
                spread,
            }
        })
        .collect())
}

/// How long a case lasts beside others, roughly.
fn weight(case: &Case) -> u64 {
    1 + case.elements as u64 / (1 << 21)
}

/// A line for whoever waits.
fn tell(case: &Case, threads: usize, rows: &[Row], left: Duration) {
    let figures: Vec<String> = rows
        .iter()
        .map(|row| {
            let place = if row.form == Form::InPlace {
                " in place"
            } else {
                ""
            };
            let precision = if row.precision == "-" {
                String::new()
            } else {
                format!(" {}", row.precision)
            };
            format!("{}{precision}{place} {:.3}", row.library, row.ns)
        })
        .collect();
    let time = match left.as_secs() {
        seconds @ 0..=90 => format!("{seconds} s left"),
        seconds => format!("{} min left", seconds.div_ceil(60)),
    };
    println!(
        "{:11} {:8} {:4} {:>9} B, {threads} thread{} [{time}]\n    {}",
        case.function,
        case.direction,
        case.dtype,
        case.bytes(),
        if threads == 1 { "" } else { "s" },
        figures.join(" · ")
    );
}

/// The record of a run under way, beside the inputs; kept after every case, so that a run can go on.
fn unfinished(options: &Options) -> PathBuf {
    options.work.join("unfinished.csv")
}

/// What an interrupted run has found, if it is to go on and was one of this processor.
fn begun(options: &Options, new: &Record) -> Outcome<Vec<Row>> {
    if !options.resume {
        return Ok(Vec::new());
    }
    let path = unfinished(options);
    let text = fs::read_to_string(&path)
        .map_err(|error| format!("there is no run to go on with: {}: {error}", path.display()))?;
    let old = Record::parse(&text)?;
    if (&old.processor, &old.level) != (&new.processor, &new.level) {
        return Err(format!("{} is of another machine", path.display()).into());
    }
    println!("going on with the run of {}", old.date);
    Ok(old.rows)
}

/// Times everything that is asked for.
pub fn run(options: &Options) -> Outcome<Record> {
    let largest = if options.quick { case::MEDIUM } else { LARGE };
    inputs::write(&options.inputs(), largest, inputs::normal())?;
    let mut record = Record {
        processor: processor::name(),
        level: nonlin::Level::current().name().to_owned(),
        date: processor::today(),
        rows: Vec::new(),
    };
    record.rows = begun(options, &record)?;
    let all = [1, 2].map(|threads| case::all(&options.functions, threads, options.quick));
    let mut weight_left: u64 = all.iter().flatten().map(weight).sum();
    let mut weight_done = 0;
    let mut refusals = Vec::new();
    let begun = Instant::now();
    for (threads, cases) in (1..).zip(&all) {
        let mut workers = Workers {
            options,
            threads,
            running: Vec::new(),
        };
        for case in cases {
            let is_known = |row: &Row| row.threads == threads && row.case == *case;
            if record.rows.iter().any(is_known) {
                weight_left -= weight(case);
                continue;
            }
            let rows = time(
                &mut workers,
                case,
                &effort(case, options.quick),
                &mut refusals,
            )?;
            weight_done += weight(case);
            weight_left -= weight(case);
            let left = begun
                .elapsed()
                .mul_f64(weight_left as f64 / weight_done as f64);
            tell(case, threads, &rows, left);
            record.rows.extend(rows);
            put(&unfinished(options), &record.csv())?;
        }
    }
    fs::write(options.work.join("refusals.txt"), refusals.concat())?;
    fs::remove_file(unfinished(options))?;
    Ok(record)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_summary_is_median_and_spread() {
        assert_eq!(
            super::summary(vec![5.0, 1.0, 2.0, 4.0, 3.0]),
            (3.0, 2.0 / 3.0)
        );
        assert_eq!(super::summary(vec![7.0]), (7.0, 0.0));
    }
}

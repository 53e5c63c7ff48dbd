//! How a study tells where it is, and is told to stop.

use crate::error::Error;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// Hears from a running study, from several threads.
pub trait Progress: Sync {
    /// The study begins: it needs `total` runs, 0 where that is not known, and `done` of them are in the store already.
    fn begin(&self, _total: usize, _done: usize) {}
    /// A part of the study begins ("tuning learning rates").
    fn stage(&self, _what: &str) {}
    /// A run has been trained and stored: "gelu, rate 0.03, seed 2".
    fn run_done(&self, _what: &str) {}
    /// All is done, or the study stops.
    fn end(&self) {}
    /// Whether to stop. Asked after every epoch; a run under way is dropped, finished ones are kept.
    fn stop(&self) -> bool {
        false
    }
}

/// Says nothing and never stops.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Progress for Quiet {}

static STOP: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C (and SIGTERM) makes [`Terminal`] stop the study. A second Ctrl-C ends the program at once, with
/// exit code 130. Call it once, from the program's main thread.
///
/// # Errors
/// Where a handler is installed already or the system refuses one.
pub fn stop_on_ctrl_c() -> Result<(), Error> {
    ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    })
    .map_err(|e| Error::Signal(e.to_string()))
}

/// A bar on standard error where that is a terminal, else a line now and then.
#[derive(Debug)]
pub struct Terminal {
    bar: OnceLock<ProgressBar>,
    is_terminal: bool,
    total: AtomicUsize,
    done: AtomicUsize,
    /// What is counted.
    what: &'static str,
}

impl Terminal {
    /// Nothing is shown until the study begins.
    pub fn new() -> Self {
        Terminal::counting("runs")
    }

    /// The same for something else than runs, in the plural.
    pub fn counting(what: &'static str) -> Self {
        Terminal {
            what,
            bar: OnceLock::new(),
            is_terminal: std::io::stderr().is_terminal(),
            total: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
        }
    }
}

impl Default for Terminal {
    fn default() -> Self {
        Self::new()
    }
}

impl Progress for Terminal {
    fn begin(&self, total: usize, done: usize) {
        self.total.store(total, Ordering::SeqCst);
        self.done.store(done, Ordering::SeqCst);
        if done > 0 {
            eprintln!("resuming: {done} of {total} {} are done", self.what);
        }
        if self.is_terminal {
            let template = match total {
                0 => format!(
                    "{{spinner}} {{pos}} {}, {{elapsed}}  {{wide_msg}}",
                    self.what
                ),
                _ => format!(
                    "{{bar:32}} {{pos}}/{{len}} {}, {{eta}} left  {{wide_msg}}",
                    self.what
                ),
            };
            let style = ProgressStyle::with_template(&template)
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(total as u64)
                .with_style(style)
                .with_position(done as u64);
            // The time left is judged by the runs of this start alone.
            bar.reset_eta();
            bar.enable_steady_tick(Duration::from_millis(200));
            let _ = self.bar.set(bar);
        }
    }

    fn stage(&self, what: &str) {
        match self.bar.get() {
            Some(bar) => bar.set_message(what.to_owned()),
            None => eprintln!("{what}"),
        }
    }

    fn run_done(&self, what: &str) {
        let total = self.total.load(Ordering::SeqCst);
        let done = self.done.fetch_add(1, Ordering::SeqCst) + 1;
        match self.bar.get() {
            Some(bar) => {
                bar.set_message(what.to_owned());
                bar.inc(1);
            }
            None if total == 0 && done.is_multiple_of(10) => {
                eprintln!("{done} {} are done", self.what);
            }
            None if total == 0 => {}
            // One line for every tenth of the way.
            None if done * 10 / total > (done - 1) * 10 / total => {
                eprintln!("{done} of {total} {} are done", self.what)
            }
            None => {}
        }
    }

    fn end(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }

    fn stop(&self) -> bool {
        STOP.load(Ordering::SeqCst)
    }
}

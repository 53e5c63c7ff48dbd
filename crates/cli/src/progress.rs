//! How far a long command is.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};

/// Work shorter than this needs no progress bar.
const PATIENCE: Duration = Duration::from_secs(2);

/// A bar of bytes.
pub(crate) const BYTES: &str = "{wide_bar} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left";

/// A bar of pieces of work.
pub(crate) const PIECES: &str = "{wide_bar} {percent} %  {eta} left";

/// A bar on standard error, once the work turns out to be long.
pub(crate) struct Progress {
    bar: ProgressBar,
    begun: Instant,
    shown: bool,
}

impl Progress {
    /// For so much work; the template is one of this module's.
    pub(crate) fn new(length: u64, template: &str) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Progress {
            bar,
            begun: Instant::now(),
            shown: false,
        }
    }

    /// So much has been done.
    pub(crate) fn add(&mut self, more: u64) {
        if !self.shown && self.begun.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.shown = true;
        }
        self.bar.inc(more);
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

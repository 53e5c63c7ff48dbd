//! Runs, trained once each, on so many threads, and kept.

use crate::data::{DataSource, Dataset};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::progress::Progress;
use crate::store::Store;
use crate::train::{Run, train};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// Trains runs that its store does not hold, and remembers what it loaded.
pub(crate) struct Runner<'a> {
    store: Mutex<Store>,
    progress: &'a dyn Progress,
    jobs: usize,
    data: Mutex<HashMap<String, Arc<Dataset>>>,
    /// Set by the first failure.
    stopped: AtomicBool,
    /// Runs that were asked for and are done, and how many that will be in all where that is known.
    done: AtomicUsize,
    total: AtomicUsize,
    out: PathBuf,
}

impl<'a> Runner<'a> {
    /// A runner with its store in the folder `out`, which is made where there is none.
    pub(crate) fn open(out: &Path, jobs: usize, progress: &'a dyn Progress) -> Result<Self, Error> {
        std::fs::create_dir_all(out).map_err(|e| Error::file("create", out, e))?;
        Ok(Runner {
            store: Mutex::new(Store::open(&out.join("runs.sqlite"))?),
            progress,
            jobs: jobs.max(1),
            data: Mutex::default(),
            stopped: AtomicBool::new(false),
            done: AtomicUsize::new(0),
            total: AtomicUsize::new(0),
            out: out.into(),
        })
    }

    pub(crate) fn progress(&self) -> &'a dyn Progress {
        self.progress
    }

    /// Says how many runs there will be in all.
    pub(crate) fn expect(&self, total: usize) {
        self.total.store(total, Ordering::SeqCst);
    }

    /// The data, loaded once.
    pub(crate) fn data(&self, source: &DataSource) -> Result<Arc<Dataset>, Error> {
        let mut all = lock(&self.data);
        let name = source.to_string();
        if let Some(data) = all.get(&name) {
            return Ok(data.clone());
        }
        let data = Arc::new(source.load()?);
        all.insert(name, data.clone());
        Ok(data)
    }

    /// What the store holds of a run.
    pub(crate) fn stored(&self, run: &Run) -> Result<Option<Outcome>, Error> {
        let data = self.data(&run.data)?;
        lock(&self.store).get(run, &data.key)
    }

    /// The outcomes of these runs, in order: from the store, or trained. Two equal runs are trained once.
    pub(crate) fn outcomes(&self, runs: &[Run]) -> Result<Vec<Outcome>, Error> {
        let mut data = Vec::with_capacity(runs.len());
        let mut outcomes = Vec::with_capacity(runs.len());
        let mut missing: Vec<usize> = Vec::new();
        for (at, run) in runs.iter().enumerate() {
            data.push(self.data(&run.data)?);
            outcomes.push(self.stored(run)?);
            if outcomes[at].is_none() && !missing.iter().any(|&other| runs[other] == *run) {
                missing.push(at);
            }
        }
        let before = outcomes.iter().flatten().count();
        self.done.fetch_add(before, Ordering::SeqCst);
        let (next, shared) = (AtomicUsize::new(0), Mutex::new(outcomes));
        let failure = Mutex::new(None);
        let stop = || self.stopped.load(Ordering::SeqCst) || self.progress.stop();
        let work = || {
            while let Some(&at) = missing.get(next.fetch_add(1, Ordering::SeqCst)) {
                let stored = match train(&runs[at], &data[at], &stop) {
                    Ok(None) => return,
                    Ok(Some(outcome)) => lock(&self.store)
                        .put(&runs[at], &data[at].key, &outcome)
                        .map(|()| outcome),
                    Err(error) => Err(error),
                };
                match stored {
                    Err(error) => {
                        self.stopped.store(true, Ordering::SeqCst);
                        lock(&failure).get_or_insert(error);
                        return;
                    }
                    Ok(outcome) => {
                        let mut outcomes = lock(&shared);
                        for (slot, run) in outcomes.iter_mut().zip(runs) {
                            if slot.is_none() && *run == runs[at] {
                                *slot = Some(outcome.clone());
                                self.done.fetch_add(1, Ordering::SeqCst);
                            }
                        }
                        drop(outcomes);
                        let Run {
                            unit, rate, seed, ..
                        } = &runs[at];
                        self.progress
                            .run_done(&format!("{unit}, rate {rate}, seed {seed}"));
                    }
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..self.jobs.min(missing.len()) {
                scope.spawn(work);
            }
            work();
        });
        if let Some(error) = failure.into_inner().unwrap_or_else(|e| e.into_inner()) {
            return Err(error);
        }
        let outcomes = shared.into_inner().unwrap_or_else(|e| e.into_inner());
        let whole: Option<Vec<Outcome>> = outcomes.into_iter().collect();
        whole.ok_or_else(|| self.interrupted())
    }

    /// What a function gives for each run, on all threads, in order. Nothing is kept.
    pub(crate) fn each<T: Send>(
        &self,
        runs: &[Run],
        work: impl Fn(&Run) -> Result<T, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        let next = AtomicUsize::new(0);
        let results: Mutex<Vec<Option<Result<T, Error>>>> =
            Mutex::new((0..runs.len()).map(|_| None).collect());
        let worker = || {
            loop {
                let at = next.fetch_add(1, Ordering::SeqCst);
                let Some(run) = runs.get(at).filter(|_| !self.progress.stop()) else {
                    return;
                };
                let result = work(run);
                lock(&results)[at] = Some(result);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..self.jobs.min(runs.len()) {
                scope.spawn(worker);
            }
            worker();
        });
        let results = results.into_inner().unwrap_or_else(|e| e.into_inner());
        results
            .into_iter()
            .map(|result| result.unwrap_or_else(|| Err(self.interrupted())))
            .collect()
    }

    /// The user stopped it.
    pub(crate) fn interrupted(&self) -> Error {
        let done = self.done.load(Ordering::SeqCst);
        Error::Interrupted {
            done,
            total: self.total.load(Ordering::SeqCst).max(done),
            out: self.out.clone(),
        }
    }
}

/// A lock that a panic elsewhere does not break: what it guards is whole between any two statements.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

//! Finished runs, kept in SQLite: a run with the same key is never trained again.

use crate::error::Error;
use crate::outcome::Outcome;
use crate::train::{Phase, Run};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Raised whenever training would give other numbers for the same run: older runs then no longer count.
const PROTOCOL: u32 = 3;

pub(crate) struct Store {
    connection: Connection,
    path: PathBuf,
}

impl Store {
    /// Opens or creates the store; fails where it cannot be written.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let store = Connection::open(path).and_then(|connection| {
            connection.busy_timeout(Duration::from_secs(30))?;
            connection.execute_batch(
                "CREATE TABLE IF NOT EXISTS outcomes (
                     key TEXT PRIMARY KEY,
                     phase TEXT NOT NULL, data TEXT NOT NULL, network TEXT NOT NULL, activation TEXT NOT NULL,
                     init TEXT NOT NULL, optimiser TEXT NOT NULL, loss TEXT NOT NULL, epochs INTEGER NOT NULL,
                     batch INTEGER NOT NULL, rate REAL NOT NULL, seed INTEGER NOT NULL,
                     score REAL, test_loss REAL, train_loss REAL, diverged INTEGER NOT NULL,
                     outcome TEXT NOT NULL, finished TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
                 ) STRICT;
                 BEGIN IMMEDIATE; COMMIT;",
            )?;
            Ok(Store { connection, path: path.into() })
        });
        store.map_err(|e| Error::Store {
            path: path.into(),
            problem: e.to_string(),
        })
    }

    fn problem(&self, problem: impl ToString) -> Error {
        Error::Store {
            path: self.path.clone(),
            problem: problem.to_string(),
        }
    }

    /// `data` names the rows, whatever the source is called.
    pub(crate) fn get(&self, run: &Run, data: &str) -> Result<Option<Outcome>, Error> {
        let text: Option<String> = self
            .connection
            .query_row(
                "SELECT outcome FROM outcomes WHERE key = ?1",
                [key(run, data)],
                |row| row.get(0),
            )
            .optional()
            .map_err(|e| self.problem(e))?;
        text.map(|text| serde_json::from_str(&text).map_err(|e| self.problem(e)))
            .transpose()
    }

    /// In a transaction of its own: after a crash the run is there whole, or not at all.
    pub(crate) fn put(&self, run: &Run, data: &str, outcome: &Outcome) -> Result<(), Error> {
        let text = serde_json::to_string(outcome).map_err(|e| self.problem(e))?;
        self.connection
            .execute(
                "INSERT OR IGNORE INTO outcomes
                     (key, phase, data, network, activation, init, optimiser, loss, epochs, batch, rate, seed,
                      score, test_loss, train_loss, diverged, outcome)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
                params![
                    key(run, data),
                    phase(run.phase),
                    data,
                    run.network.to_string(),
                    run.unit.to_string(),
                    run.init.resolve(&run.unit).to_string(),
                    run.optimiser.to_string(),
                    run.loss.to_string(),
                    run.epochs as i64,
                    run.batch as i64,
                    run.rate,
                    run.seed as i64,
                    outcome.score.last(),
                    outcome.loss.last(),
                    outcome.train_loss.last(),
                    outcome.diverged,
                    text,
                ],
            )
            .map(|_| ())
            .map_err(|e| self.problem(e))
    }
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Tuning => "tuning",
        Phase::Final => "final",
    }
}

/// Everything the outcome depends on.
fn key(run: &Run, data: &str) -> String {
    let option = |value: Option<f64>| value.map_or("none".to_owned(), |value| value.to_string());
    // Looks inside change nothing else, and tuning runs have none.
    let probed = match (run.phase, run.probe_every) {
        (Phase::Tuning, _) | (_, 0) => String::new(),
        (Phase::Final, epochs) => format!(" probe_every={epochs}"),
    };
    format!(
        "protocol={PROTOCOL} phase={} data={data} network={} activation={} init={} optimiser={} loss={} epochs={} batch={} rate={} \
         clip={} shock={} seed={}",
        phase(run.phase),
        run.network,
        run.unit,
        run.init.resolve(&run.unit),
        run.optimiser,
        run.loss,
        run.epochs,
        run.batch,
        run.rate,
        option(run.clip),
        option(run.shock),
        run.seed,
    ) + &probed
}

//! What can go wrong, each in one sentence.

use std::path::PathBuf;

/// Why a study could not be planned, started or finished.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A part of the plan is out of its bounds.
    #[error("{0}")]
    Plan(String),
    /// A file or folder cannot be read or written.
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        /// "read", "write", "create".
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file of data is not what a study can train on.
    #[error("{}: {problem}", path.display())]
    Data {
        /// Which file.
        path: PathBuf,
        /// Where in it and what.
        problem: String,
    },
    /// A set has to be fetched first.
    #[error("`{name}` is not on this machine; run `nonlin data fetch {name}`")]
    Absent {
        /// Its name.
        name: &'static str,
    },
    /// A set cannot be fetched.
    #[error("cannot fetch `{name}`: {problem}")]
    Fetch {
        /// Its name.
        name: &'static str,
        /// What is missing, or what the program that fetches says.
        problem: String,
    },
    /// The user stopped a fetch; nothing of it is left.
    #[error("stopped; nothing of `{name}` was kept")]
    FetchStopped {
        /// The name of the set.
        name: &'static str,
    },
    /// The store of runs cannot be used.
    #[error("the store of runs {} cannot be used: {problem}", path.display())]
    Store {
        /// Which file.
        path: PathBuf,
        /// What SQLite, or the reading of a row, says.
        problem: String,
    },
    /// The user stopped the study; the finished runs are kept.
    #[error(
        "stopped after {done} of {total} runs, which are kept in {}; the same command goes on from there",
        out.display()
    )]
    Interrupted {
        /// Runs in the store.
        done: usize,
        /// Runs the study needs.
        total: usize,
        /// The folder of the study.
        out: PathBuf,
    },
    /// The handler of Ctrl-C cannot be installed.
    #[error("Ctrl-C cannot be watched for: {0}")]
    Signal(String),
}

impl Error {
    pub(crate) fn file(
        action: &'static str,
        path: impl Into<PathBuf>,
        source: std::io::Error,
    ) -> Self {
        Error::File {
            action,
            path: path.into(),
            source,
        }
    }
}

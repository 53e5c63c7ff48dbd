//! Why a command stops, and with which exit code.

use std::path::Path;

/// What ends a command early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Something the user gave cannot be used; one sentence.
    #[error("{0}")]
    Input(String),
    /// The reader of the output went away, as `head` does: not worth a word.
    #[error("the reader of the output went away")]
    Pipe,
    /// Ctrl-C, or a request to terminate.
    #[error("{0}")]
    #[cfg(feature = "study")]
    Interrupted(String),
    /// Standard output could not be written, or something that should not happen did.
    #[error("{0}")]
    Internal(String),
}

impl Failure {
    /// The exit code of the process.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Failure::Pipe => 0,
            Failure::Internal(_) => 1,
            Failure::Input(_) => 2,
            #[cfg(feature = "study")]
            Failure::Interrupted(_) => 130,
        }
    }

    /// A sentence about something the user gave.
    pub(crate) fn input(sentence: impl Into<String>) -> Failure {
        Failure::Input(sentence.into())
    }

    /// A file that cannot be read.
    pub(crate) fn reading(path: &Path, error: &std::io::Error) -> Failure {
        Failure::Input(format!(
            "cannot read `{}`: {}",
            path.display(),
            reason(error)
        ))
    }

    /// A file that cannot be written.
    pub(crate) fn writing(path: &Path, error: &std::io::Error) -> Failure {
        Failure::Input(format!(
            "cannot write `{}`: {}",
            path.display(),
            reason(error)
        ))
    }

    /// Standard output that cannot be written.
    pub(crate) fn output(error: &std::io::Error) -> Failure {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Failure::Pipe,
            _ => Failure::Internal(format!(
                "cannot write to standard output: {}",
                reason(error)
            )),
        }
    }
}

impl From<nonlin::Error> for Failure {
    fn from(error: nonlin::Error) -> Failure {
        Failure::Input(error.to_string())
    }
}

/// The system's reason in small letters and without its number.
pub(crate) fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

//! Files that appear whole or not at all.

use crate::failure::{Failure, reason};
use std::fs;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::NamedTempFile;

/// The unfinished file, which Ctrl-C has to remove.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

fn unfinished() -> MutexGuard<'static, Option<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// On Ctrl-C or SIGTERM: removes the unfinished file and ends the process.
fn stop() {
    let unfinished = unfinished();
    if let Some(path) = &*unfinished {
        // The message is all that is left to do where the removal fails.
        let _ = fs::remove_file(path);
        anstream::eprintln!("error: stopped before the end; nothing was written");
    }
    std::process::exit(130);
}

/// A file being written under another name in the directory where it will stand. Dropped, it leaves no trace.
pub(crate) struct Output {
    shown: PathBuf,
    target: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl Output {
    /// Begins a file that will stand at `path`; what stands there now stays until [`finish`](Output::finish).
    pub(crate) fn create(path: &Path) -> Result<Output, Failure> {
        let refuse =
            |why: &str| Failure::input(format!("cannot write `{}`: {why}", path.display()));
        // The file behind a symbolic link is what is meant, not the link.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let before = fs::metadata(&target).ok();
        match &before {
            Some(what) if what.is_dir() => return Err(refuse("it is a directory")),
            Some(what) if !what.is_file() => return Err(refuse("it is not an ordinary file")),
            Some(what) if what.permissions().readonly() => return Err(refuse("it is read-only")),
            _ => {}
        }
        if target.file_name().is_none() {
            return Err(refuse("it does not name a file"));
        }
        let directory = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        if !directory.is_dir() {
            return Err(refuse(&format!(
                "there is no directory `{}`",
                directory.display()
            )));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".nonlin-").suffix(".tmp");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // What a new file usually gets, less the process's mask; a file that is replaced keeps its own.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        // With a handler in place already, that one does.
        let _ = ctrlc::set_handler(stop);
        // Held so that no Ctrl-C falls between the file and the note of it.
        let mut unfinished = unfinished();
        let file = builder
            .tempfile_in(directory)
            .map_err(|e| refuse(&reason(&e)))?;
        if let Some(before) = before {
            // Some file systems have no permissions to set; that is no reason to refuse.
            let _ = fs::set_permissions(file.path(), before.permissions());
        }
        *unfinished = Some(file.path().to_owned());
        Ok(Output {
            shown: path.to_owned(),
            target,
            file: BufWriter::with_capacity(1 << 16, file),
        })
    }

    /// Appends bytes, or writes them where [`seek`](Output::seek) went.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.file
            .write_all(bytes)
            .map_err(|e| Failure::writing(&self.shown, &e))
    }

    /// Goes to a byte.
    pub(crate) fn seek(&mut self, to: u64) -> Result<(), Failure> {
        self.file
            .seek(SeekFrom::Start(to))
            .map_err(|e| Failure::writing(&self.shown, &e))?;
        Ok(())
    }

    /// Puts the finished file in its place.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let failed = |e: &io::Error| Failure::writing(&self.shown, e);
        let file = self.file.into_inner().map_err(|e| failed(e.error()))?;
        // Held so that no Ctrl-C falls between the renaming and the note of it.
        let mut unfinished = unfinished();
        file.persist(&self.target).map_err(|e| failed(&e.error))?;
        *unfinished = None;
        Ok(())
    }
}

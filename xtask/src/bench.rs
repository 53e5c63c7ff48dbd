//! `cargo xtask bench`: nonlin beside other libraries, in a Python environment made for it and a workspace of its own
//! (`bench/`), so that nobody else builds the peers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Runs a command and waits for it.
fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .map_err(|error| format!("{program} cannot be run: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{program} did not succeed"))
    }
}

/// The interpreter of the environment with the pinned peers, which is made if it is not there or has other pins.
fn environment(root: &Path, work: &Path) -> Result<PathBuf, String> {
    let folder = work.join("python");
    let python = folder.join("bin/python");
    let pins = root.join("bench/python/requirements.txt");
    let wanted =
        fs::read_to_string(&pins).map_err(|error| format!("{}: {error}", pins.display()))?;
    // Written last, so an interrupted installation is not taken for a whole one.
    let installed = folder.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|text| text == wanted) {
        return Ok(python);
    }
    println!(
        "installing torch, JAX and onnxruntime into {}: about 6 GB, of which the GPU libraries that torch does not load \
         without are 4; `--python none` leaves them out",
        folder.display()
    );
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&folder))?;
    run(Command::new(&python)
        .args([
            "-m",
            "pip",
            "install",
            "--no-cache-dir",
            "--no-deps",
            "--requirement",
        ])
        .arg(&pins))?;
    fs::write(&installed, wanted).map_err(|error| format!("{}: {error}", installed.display()))?;
    Ok(python)
}

/// Whether `python` is an interpreter that has torch, JAX and onnxruntime.
fn has_peers(python: &Path) -> bool {
    Command::new(python)
        .args(["-c", "import torch, jax, onnxruntime, onnx"])
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The interpreter to use: the one that is given, if it has the peers, or that of the environment that is made.
fn interpreter(root: &Path, python: Option<&str>) -> Result<PathBuf, String> {
    let work = root.join("target/bench");
    fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    match python {
        Some("none") => Ok(PathBuf::from("none")),
        Some(given) => {
            let given = PathBuf::from(given);
            if !has_peers(&given) {
                return Err(format!(
                    "{} does not import torch, jax, onnxruntime and onnx",
                    given.display()
                ));
            }
            Ok(given)
        }
        None => environment(root, &work),
    }
}

/// Times training steps beside PyTorch's.
pub(crate) fn training(root: &Path, python: Option<&str>) -> Result<(), String> {
    let python = interpreter(root, python)?;
    run(super::cargo(&[
        "run",
        "--release",
        "--package",
        "nonlin-lab",
        "--example",
        "training",
        "--",
    ])
    .args([root, python.as_path()]))
}

/// Times or judges, with `flags` and `names` as they were given. `python` is "none", an interpreter, or nothing for the
/// environment that is made.
pub(crate) fn run_beside_peers(
    root: &Path,
    python: Option<&str>,
    flags: &[&str],
    names: &[String],
) -> Result<(), String> {
    let work = root.join("target/bench");
    let python = interpreter(root, python)?;
    let mut build = super::cargo(&["run", "--release", "--manifest-path", "bench/Cargo.toml"]);
    if std::env::var_os("CARGO_TARGET_DIR").is_none() {
        build.arg("--target-dir").arg(work.join("build"));
    }
    run(build
        .arg("--")
        .args([root, work.as_path(), python.as_path()])
        .args(flags)
        .args(names))
}

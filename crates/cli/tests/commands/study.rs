//! study: what the options mean and what is refused; what a study finds is tested where it is made.

use crate::{nonlin, refused};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// A study that takes a moment.
fn small(out: &Path) -> Command {
    let mut command = nonlin();
    command.args([
        "study", "--data", "digits", "--net", "8", "--epochs", "1", "--lr", "0.03,0.1", "--jobs",
        "1",
    ]);
    command
        .args([
            "--activations",
            "relu,hard_tanh(min=-2,max=2)",
            "--seeds",
            "2",
            "--out",
        ])
        .arg(out);
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn finished(mut command: Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    output
}

#[test]
fn a_small_study_and_its_second_start() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("study");
    let first = text(&finished(small(&out)).stdout);
    assert!(
        first.contains("hard_tanh(min=-2, max=2)") && first.contains("relu"),
        "{first}"
    );
    assert!(
        first.contains("12 runs in") && first.contains("report.html"),
        "{first}"
    );
    assert!(
        fs::read_to_string(out.join("report.html"))
            .unwrap()
            .contains("<svg")
    );

    let mut command = small(&out);
    command.arg("--json");
    let again = finished(command);
    let all: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    let study = &all["studies"][0];
    assert_eq!(
        (
            study["resumed"].as_u64(),
            study["rows"].as_array().unwrap().len()
        ),
        (Some(12), 2)
    );
}

#[test]
fn a_study_of_a_table_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..60)
        .map(|k| format!("{k},{},{}\n", 60 - k, ["low", "high"][usize::from(k >= 30)]))
        .collect();
    let csv = folder.path().join("own.csv");
    fs::write(&csv, format!("a,b,level\n{rows}")).unwrap();
    let mut command = nonlin();
    command.args([
        "study",
        "--target",
        "level",
        "--net",
        "4,4",
        "--epochs",
        "2",
        "--lr",
        "0.1",
        "--seeds",
        "1",
        "--activations",
        "tanh",
        "--data",
    ]);
    command
        .arg(&csv)
        .arg("--out")
        .arg(folder.path().join("out"));
    assert!(text(&finished(command).stdout).contains("tanh"));
}

#[test]
fn what_cannot_be_studied_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let out = out.to_str().unwrap();
    let csv = folder.path().join("text.csv");
    fs::write(&csv, "a,b,y\n1,red,0\n2,,1\n").unwrap();
    let csv = csv.to_str().unwrap();
    for (arguments, word) in [
        (&["--activations", "relu,gleu"][..], "did you mean `gelu`?"),
        (&["--activations", "log_softmax"], "row function"),
        (&["--activations", ""], "at least one"),
        (&["--activations", "relu,relu"], "twice"),
        (&["--activations", "elu(alpha=1,relu"], "parenthesis"),
        (&["--data", "cifar"], "mnist1d"),
        (&["--data", "no.csv", "--target", "y"], "no.csv"),
        (&["--data", csv], "--target"),
        (&["--data", csv, "--target", "z"], "z"),
        (&["--data", csv, "--target", "y"], "text.csv"),
        (&["--data", "digits", "--target", "y"], "target"),
        (&["--net", "100,many"], "`many` is no number of units"),
        (&["--net", ""], "needs its layers"),
        (&["--net", "0"], "1 to 4096 units"),
        (&["--net", "cnn2d(8)"], "images"),
        (&["--optimiser", "sdg"], "did you mean `sgd`"),
        (&["--depth", "0"], "hidden layers"),
        (&["--epochs", "0"], "epochs"),
        (&["--epochs", "-1"], "--epochs"),
        (&["--seeds", "x"], "--seeds"),
        (&["--lr", "fast"], "`fast` is no learning rate"),
        (&["--lr", "-0.1"], "positive"),
        (&["--lr", "nan"], "positive"),
        (&["--init", "random"], "random"),
        (&["--jobs", "0"], "jobs"),
    ] {
        let mut all = vec!["study", "--out", out];
        all.extend(arguments);
        let refusal = refused(&all);
        assert!(refusal.contains(word), "{refusal} without {word}");
        assert!(!Path::new(out).exists(), "{arguments:?} left a folder");
    }
    fs::write(out, "a file").unwrap();
    refused(&["study", "--out", out]);
    assert_eq!(fs::read_to_string(out).unwrap(), "a file");
}

#[cfg(unix)]
#[test]
fn an_interrupted_study_keeps_its_runs() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::Stdio;
    let folder = tempfile::tempdir().unwrap();
    let study = |epochs: &str| {
        let mut command = nonlin();
        command.args([
            "study",
            "--data",
            "digits",
            "--net",
            "8",
            "--lr",
            "0.03,0.1",
            "--jobs",
            "1",
            "--activations",
            "relu",
        ]);
        command
            .args(["--seeds", "10", "--epochs", epochs, "--out"])
            .arg(folder.path());
        command
    };
    let mut child = study("30")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("runs are done") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "it ended");
    }
    assert!(
        Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{rest}");
    assert!(
        rest.contains("error: stopped after") && rest.contains("kept"),
        "{rest}"
    );
    let again = finished(study("30"));
    assert!(
        text(&again.stderr).contains("resuming"),
        "{}",
        text(&again.stderr)
    );
}

/// The table without its times, which differ from run to run.
fn without_times(stdout: &[u8]) -> Vec<String> {
    let stdout = text(stdout);
    let table = stdout.lines().take_while(|line| !line.contains(" runs"));
    table
        .map(|line| {
            line.rsplit_once("  ")
                .map_or(line, |(rest, _)| rest)
                .trim_end()
                .to_owned()
        })
        .collect()
}

#[cfg(unix)]
#[test]
fn a_study_that_was_killed_ends_in_the_table_of_one_that_was_not() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    let folder = tempfile::tempdir().unwrap();
    let study = |out: &str| {
        let plan = folder.path().join(format!("{out}.toml"));
        fs::write(
            &plan,
            format!(
                "data = \"digits\"\nactivation = [\"relu\", \"prelu\"]\nwidth = 12\ndepth = [1, 3]\noptimiser = [\"sgd\", \"adam\"]\n\
                 lr = [0.003, 0.03]\nepochs = 3\nseeds = 3\nout = \"{out}\"\n"
            ),
        )
        .unwrap();
        let mut command = nonlin();
        command.arg("study").arg(plan);
        command
    };
    let whole = finished(study("whole"));
    let mut child = study("killed")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("runs are done") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "it ended");
    }
    // SIGKILL: nothing can be tidied up.
    child.kill().unwrap();
    child.wait().unwrap();
    let again = finished(study("killed"));
    assert!(
        text(&again.stderr).contains("resuming"),
        "{}",
        text(&again.stderr)
    );
    assert_eq!(without_times(&again.stdout), without_times(&whole.stdout));
    assert!(
        without_times(&whole.stdout)
            .iter()
            .any(|line| line.contains("prelu · mlp(12-12-12) · adam"))
    );
}

#[test]
fn a_plan_and_its_export() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.toml");
    fs::write(
        &plan,
        "data = \"iris\"\nactivation = \"tanh\"\nnetwork = \"mlp(4)\"\nlr = 0.1\nepochs = 2\nseeds = 2\n",
    )
    .unwrap();
    let plan = plan.to_str().unwrap();
    let csv = folder.path().join("runs.csv");
    let mut command = nonlin();
    command.args(["study", plan, "--export"]).arg(&csv);
    finished(command);
    assert_eq!(fs::read_to_string(csv).unwrap().lines().count(), 3);
    assert!(folder.path().join("plan-study/report.html").exists());
    assert!(refused(&["study", plan, "--export", "runs.xlsx"]).contains(".parquet"));
    assert!(refused(&["study", plan, "--seeds", "3"]).contains("--seeds"));
    assert!(refused(&["study", "nowhere.toml"]).contains("nowhere.toml"));
    let broken = folder.path().join("broken.toml");
    fs::write(&broken, "epochs = 3\nactivaton = \"relu\"\n").unwrap();
    let refusal = refused(&["study", broken.to_str().unwrap()]);
    assert!(
        refusal.contains("broken.toml, line 2") && refusal.contains("did you mean `activation`"),
        "{refusal}"
    );
}

//! claims and anchors: what they print and refuse; the experiments themselves are the user's to run.

use crate::{json, nonlin, printed, refused};

#[test]
fn the_claims_are_listed() {
    let text = printed(&["claims"]);
    assert!(text.starts_with("C1 ") && text.contains("C50"), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let all = json(&["claims", "list"]);
    assert_eq!(all.as_array().unwrap().len(), 50);
    assert_eq!(all[8]["id"], "C9");
    assert!(
        all[8]["experiment"]
            .as_str()
            .unwrap()
            .contains("200 ordinary")
    );
}

#[test]
fn exact_claims_are_decided_in_a_moment() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = nonlin();
    command
        .args([
            "claims", "run", "c8", "C17", "C24", "C48", "--json", "--out",
        ])
        .arg(folder.path());
    let output = command.output().unwrap();
    assert!(output.status.success());
    let all: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let verdicts: Vec<&str> = (0..4)
        .map(|at| all["claims"][at]["finding"]["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(
        verdicts,
        ["refuted", "refuted", "not_resolved", "confirmed"]
    );
    let page = std::fs::read_to_string(folder.path().join("C8.html")).unwrap();
    assert!(page.contains("Verdict: <strong>refuted</strong>") && page.contains("<svg"));
    assert!(folder.path().join("index.html").exists());
}

#[test]
fn a_claim_about_training_is_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let run = |out: &str, jobs: &str| {
        let mut command = nonlin();
        command
            .args([
                "claims", "run", "C42", "--quick", "--json", "--jobs", jobs, "--out",
            ])
            .arg(folder.path().join(out));
        let output = command.output().unwrap();
        assert!(output.status.success());
        let all: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        all["claims"][0]["finding"].clone()
    };
    let first = run("one", "1");
    assert_eq!(first["verdict"], "confirmed");
    assert_eq!(first, run("two", "2"));
}

#[test]
fn what_is_no_claim_is_refused() {
    assert!(refused(&["claims", "run", "C51"]).contains("C1 to C50"));
    assert!(refused(&["claims", "run"]).contains("--all"));
    assert!(refused(&["claims", "run", "C1", "--all"]).contains("--all"));
    assert!(refused(&["anchors", "resnet"]).contains("hayou"));
}

#[test]
fn an_anchor_stands_beside_its_paper() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let mut command = nonlin();
    command.args(["anchors", "nfnet", "--out", out]);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("1.7879") || text.contains("1.787"), "{text}");
    assert_eq!(text.matches("agrees").count(), 12, "{text}");
    assert!(printed(&["anchors"]).contains("hayou"));
}

/// The record that the documents and the advisor quote is of the claims that there are.
#[test]
fn the_record_is_of_these_claims() {
    let told: Vec<(&str, &str)> = nonlin_advisor::Claim::all()
        .iter()
        .map(|claim| (claim.id, claim.sentence))
        .collect();
    let there: Vec<(&str, &str)> = nonlin_lab::claims::all()
        .iter()
        .map(|claim| (claim.id, claim.sentence))
        .collect();
    assert_eq!(told, there);
}

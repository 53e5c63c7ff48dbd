//! `nonlin advise`; its dialogue is tested where it stands.

use crate::texts::fits;
use crate::{json, printed, refused, with_input};
use nonlin_advisor::{Architecture, Place, Task};

#[test]
fn every_task_and_architecture_in_80_columns() {
    for task in Task::ALL {
        for lang in ["en", "zh"] {
            let text = printed(&["advise", "--task", task.name(), "--lang", lang]);
            fits(&text);
            let titles = match lang {
                "en" => ["Recommended", "Initialisation", "Output", "Sources"],
                _ => ["推荐", "初始化", "输出", "来源"],
            };
            for title in titles {
                assert!(text.lines().any(|line| line == title), "{title} in {text}");
            }
        }
    }
    for arch in Architecture::ALL {
        for place in Place::ALL {
            let arguments = ["--arch", arch.name(), "--where", place.name()];
            fits(&printed(&[&["advise"][..], &arguments].concat()));
        }
    }
}

#[test]
fn every_line_has_its_source() {
    let text = printed(&["advise", "--depth", "20", "--width", "100"]);
    let (said, sources) = text.split_once("\nSources\n").unwrap();
    let listed = sources
        .lines()
        .filter(|line| line.starts_with("  ["))
        .count();
    for number in 1..=listed {
        let cited = [']', ',', ';'].iter().any(|end| {
            said.contains(&format!("[{number}{end}")) || said.contains(&format!(" {number}{end}"))
        });
        assert!(cited, "[{number}] in {text}");
    }
    // Elu on the edge of chaos: sigma_w = 1.2293, over the root of 100.
    assert!(said.contains("1.2293/√100 = 0.12293"), "{said}");
    assert!(said.contains("C35"), "{said}");
}

#[test]
fn options_are_what_is_advised_for() {
    let found = json(&[
        "advise", "--task", "policy", "--arch", "gru", "--depth", "2", "--width", "64", "--norm",
        "none", "--where", "gate",
    ]);
    let situation = &found["situation"];
    assert_eq!(situation["task"], "policy");
    assert_eq!(situation["arch"], "lstm");
    assert_eq!(situation["depth"], 2);
    assert_eq!(situation["width"], 64);
    assert!(situation["norm"].is_null());
    assert_eq!(situation["place"], "gate");
    assert_eq!(found["recommended"]["function"], "sigmoid");
    // What is usual, where nothing is said.
    let usual = json(&["advise", "--arch", "gan"]);
    assert_eq!(usual["situation"]["task"], "generation");
    assert_eq!(usual["situation"]["norm"], "batch");
    let usual = json(&["advise", "--task", "language-model"]);
    assert_eq!(usual["situation"]["arch"], "transformer");
}

#[test]
fn json_has_the_keys_of_the_help() {
    let found = json(&["advise", "--task", "regression", "--depth", "12"]);
    let help = printed(&["advise", "--help"]);
    let keys = found.as_object().unwrap().keys();
    let init = found["initialisation"].as_object().unwrap();
    let signal = init["signal"].as_object().unwrap();
    let statement = found["loss"][0].as_object().unwrap();
    for key in keys
        .chain(init.keys())
        .chain(signal.keys())
        .chain(statement.keys())
    {
        assert!(help.contains(key), "{key} in {help}");
    }
    assert_eq!(signal["depth_correlation"], "inf");
    let sources = statement["sources"].as_array().unwrap();
    assert!(!sources.is_empty() && sources[0]["kind"].is_string());
}

#[test]
fn without_options_or_a_terminal_it_says_what_is_missing() {
    let sentence = refused(&["advise"]);
    assert!(
        sentence.contains("--task") && sentence.contains("multi-class"),
        "{sentence}"
    );
    let piped = with_input(&["advise"], b"binary\n");
    assert_eq!(piped.status.code(), Some(2));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    assert!(refused(&["advise", "--task", "multiclass"]).contains("multi-class"));
    assert!(refused(&["advise", "--norm", "bacth"]).contains("batch"));
    for arguments in [
        &["--depth", "0"][..],
        &["--depth", "10001"],
        &["--width", "-1"],
        &["--arch", "resnet"],
        &["--where", "input"],
        &["relu"],
    ] {
        refused(&[&["advise"][..], arguments].concat());
    }
}

//! plot.

use crate::{json, printed, refused};
use nonlin::Function;
use std::fs;

#[test]
fn every_function_is_drawn_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<&str> = Function::all().map(|f| f.name()).collect();
    for order in ["0", "1"] {
        for name in &names {
            let text = printed(&["plot", name, "--order", order]);
            assert!(text.lines().count() >= 20 && text.contains(name), "{text}");
            let document = json(&["plot", name, "--order", order]);
            let curve = &document["curves"][0];
            assert_eq!(
                curve["x"].as_array().unwrap().len(),
                curve["y"].as_array().unwrap().len()
            );
        }
        for ending in ["svg", "png", "SVG"] {
            let path = folder.path().join(format!("all.{ending}"));
            let mut arguments = vec!["plot", "--order", order, "-o", path.to_str().unwrap()];
            arguments.extend(&names);
            assert_eq!(printed(&arguments), "");
            let bytes = fs::read(&path).unwrap();
            assert!(bytes.starts_with(b"<svg") || bytes.starts_with(b"\x89PNG"));
        }
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
fn a_jump_breaks_the_curve_where_it_is() {
    for (arguments, place) in [
        (["binary_step", "--order", "0"], 0.0),
        (["hard_swish", "--order", "1"], 3.0),
        (["hard_tanh(min=-1,max=0.3)", "--order", "1"], 0.3),
    ] {
        let mut all = vec!["plot"];
        all.extend(arguments);
        let document = json(&all);
        let curve = &document["curves"][0];
        let breaks: Vec<f64> = curve["y"]
            .as_array()
            .unwrap()
            .iter()
            .zip(curve["x"].as_array().unwrap())
            .filter(|(y, _)| *y == "nan")
            .map(|(_, x)| x.as_f64().unwrap())
            .collect();
        assert!(
            breaks.iter().any(|x| (x - place).abs() < 1e-9),
            "{arguments:?}: {breaks:?}"
        );
        assert!(breaks.len() <= 2);
    }
}

#[test]
fn the_range_reaches_the_kinks_and_can_be_chosen() {
    assert_eq!(json(&["plot", "relu6"])["to"], 7.5);
    let document = json(&["plot", "gelu", "--from", "-2", "--to", "1e1"]);
    assert_eq!(
        (document["from"].as_f64(), document["to"].as_f64()),
        (Some(-2.0), Some(10.0))
    );
    assert_eq!(json(&["plot", "gelu", "--from", "100"])["to"], 110.0);
    let xs = &json(&["plot", "hard_tanh(min=-0.123,max=1)"])["curves"][0]["x"];
    assert!(xs.as_array().unwrap().iter().any(|x| x == -0.123));
}

#[test]
fn sizes_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.svg");
    printed(&[
        "plot",
        "relu",
        "--size",
        "300x200",
        "-o",
        path.to_str().unwrap(),
    ]);
    assert!(
        fs::read_to_string(&path)
            .unwrap()
            .contains(r#"width="300" height="200""#)
    );
    let text = printed(&["plot", "relu", "--size", "40x10"]);
    assert!(
        text.lines().count() <= 10 && text.lines().all(|line| line.chars().count() <= 40),
        "{text}"
    );
}

#[test]
fn files_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    assert!(refused(&["plot", "relu", "-o", &at("a.pdf")]).contains(".svg nor .png"));
    assert!(refused(&["plot", "relu", "-o", &at("a")]).contains(".svg nor .png"));
    assert!(refused(&["plot", "relu", "-o", &at("no/a.svg")]).contains("no directory"));
    fs::create_dir(at("d.svg")).unwrap();
    assert!(refused(&["plot", "relu", "-o", &at("d.svg")]).contains("directory"));
    fs::write(at("old.svg"), "old").unwrap();
    refused(&["plot", "rellu", "-o", &at("old.svg")]);
    assert_eq!(fs::read_to_string(at("old.svg")).unwrap(), "old");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

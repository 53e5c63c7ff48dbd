//! One file, one word: a new activation appears everywhere once its formula is written.

#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::Command;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_path_buf()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if ["target", ".git", "study", "fuzz"]
            .iter()
            .any(|skipped| name == *skipped)
        {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(name));
        } else {
            std::fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}

/// Runs cargo in the copy, which has build outputs of its own: those of this workspace would be overwritten.
fn cargo(copy: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", copy.join("target"))
        .args(arguments)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "cargo {} failed:\n{text}\n{}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

/// What a contributor writes: the formula ½·tanh(x), what is true of it, and what is to be said of it.
fn write_formula(file: &Path) {
    let template = std::fs::read_to_string(file).unwrap();
    let replaced = [
        (
            "        x\n    }",
            "        x.tanh() / x.constant(2.0)\n    }",
        ),
        ("Family::SmoothRectifier", "Family::Sigmoidal"),
        (
            "Bound::open(f64::NEG_INFINITY), Bound::open(f64::INFINITY)",
            "Bound::open(-0.5), Bound::open(0.5)",
        ),
        (
            "limits: (f64::NEG_INFINITY, f64::INFINITY)",
            "limits: (-0.5, 0.5)",
        ),
        ("Convexity::Linear", "Convexity::Neither"),
        ("derivative_at_zero: 1.0", "derivative_at_zero: 0.5"),
        ("lipschitz: 1.0", "lipschitz: 0.5"),
        (
            "low: None, high: None",
            "low: Some(-2.993222846126381), high: Some(2.993222846126381)",
        ),
        (
            "vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0)]",
            "vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0), Landmark::new(LandmarkKind::SteepestRise, 0.0, 0.5)]",
        ),
        (
            "text(\"x.\", \"x。\")",
            "text(\"Half of tanh.\", \"双曲正切的一半。\")",
        ),
        (
            "strengths: &[text(\"…\", \"…\")]",
            "strengths: &[text(\"Small.\", \"小。\")]",
        ),
        (
            "limits: &[text(\"…\", \"…\")]",
            "limits: &[text(\"Saturates early.\", \"很早饱和。\")]",
        ),
        (
            "uses: &[text(\"…\", \"…\")]",
            "uses: &[text(\"This test.\", \"本测试。\")]",
        ),
    ];
    let mut text = template;
    for (from, to) in replaced {
        assert!(text.contains(from), "the template no longer has `{from}`");
        text = text.replace(from, to);
    }
    std::fs::write(file, text).unwrap();
}

#[test]
fn a_new_activation_appears_everywhere_with_no_other_edit() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    copy(&workspace(), root);

    cargo(
        root,
        &[
            "run",
            "--release",
            "--quiet",
            "--package",
            "xtask",
            "--",
            "new",
            "zzz",
        ],
    );
    write_formula(&root.join("crates/nonlin/src/functions/zzz.rs"));

    let nonlin = |arguments: &[&str]| {
        let mut all = vec![
            "run",
            "--release",
            "--quiet",
            "--package",
            "nonlin-cli",
            "--no-default-features",
            "--",
        ];
        all.extend(arguments);
        cargo(root, &all)
    };
    assert!(nonlin(&["list"]).contains("zzz"), "list");
    let shown = nonlin(&["show", "zzz"]);
    assert!(
        shown.contains("tanh(x)/2"),
        "show prints the formula:\n{shown}"
    );
    assert!(
        shown.contains("Half of tanh."),
        "show prints the card:\n{shown}"
    );
    assert_eq!(
        nonlin(&["eval", "zzz", "0", "inf", "--dtype", "f32"]),
        "0\n0.5\n",
        "eval"
    );
    assert_eq!(
        nonlin(&["eval", "zzz", "0", "--order", "1"]),
        "0.5\n",
        "eval --order 1"
    );
    let picture = root.join("zzz.svg");
    nonlin(&["plot", "zzz", "-o", picture.to_str().unwrap()]);
    assert!(
        std::fs::read_to_string(picture).unwrap().contains("<svg"),
        "plot"
    );

    // The tests that go over the catalogue take it in; they hold its profile and its card against the kernels.
    cargo(
        root,
        &[
            "test",
            "--release",
            "--quiet",
            "--package",
            "nonlin",
            "--test",
            "claims",
            "--test",
            "cards",
        ],
    );

    cargo(
        root,
        &[
            "run",
            "--release",
            "--quiet",
            "--package",
            "xtask",
            "--",
            "gen",
        ],
    );
    for document in [
        "README.md",
        "README.zh-CN.md",
        "docs/functions.md",
        "docs/functions.zh-CN.md",
        "golden/bits.tsv",
    ] {
        let text = std::fs::read_to_string(root.join(document)).unwrap();
        assert!(text.contains("zzz"), "{document}");
    }
}

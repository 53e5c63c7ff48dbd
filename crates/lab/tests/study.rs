//! Whole studies, tiny ones.

use nonlin_lab::{Architecture, DataSource, Error, Plan, Progress, Quiet, Set, Study};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

fn plan(out: &Path, activations: &[&str]) -> Plan {
    Plan {
        activations: activations
            .iter()
            .map(|text| text.parse().unwrap())
            .collect(),
        data: vec![Set::Digits.into()],
        networks: vec![Architecture::mlp(&[12, 8])],
        epochs: 3,
        seeds: 2,
        lr: Some(vec![0.01, 0.05]),
        out: out.into(),
        jobs: 2,
        ..Plan::default()
    }
}

/// The study without what may differ between two equal ones: times, places, and how much was in the store.
fn comparable(mut study: Study) -> String {
    for row in &mut study.rows {
        row.seconds_per_epoch = 0.0;
        row.runs
            .iter_mut()
            .for_each(|run| run.seconds_per_epoch = 0.0);
    }
    (study.seconds, study.resumed) = (0.0, 0);
    study.report = "".into();
    study.json().unwrap()
}

/// A study of one data set.
fn run(plan: &Plan, progress: &dyn Progress) -> Result<Study, Error> {
    nonlin_lab::run(plan, progress).map(|mut studies| studies.remove(0))
}

/// Counts runs, and stops after a number of them.
struct Watch {
    begun: Mutex<Option<(usize, usize)>>,
    trained: AtomicUsize,
    stop_after: usize,
}

impl Watch {
    fn new(stop_after: usize) -> Self {
        Watch {
            begun: Mutex::new(None),
            trained: AtomicUsize::new(0),
            stop_after,
        }
    }
}

impl Progress for Watch {
    fn begin(&self, total: usize, done: usize) {
        *self.begun.lock().unwrap() = Some((total, done));
    }
    fn run_done(&self, _: &str) {
        self.trained.fetch_add(1, Ordering::SeqCst);
    }
    fn stop(&self) -> bool {
        self.trained.load(Ordering::SeqCst) >= self.stop_after
    }
}

/// Functions with everything that is random or learned, among them those with their own path through a layer.
const MIXED: [&str; 4] = ["prelu", "rrelu", "gelu", "elu(alpha=0.5)"];

#[test]
fn the_number_of_threads_changes_no_bit() {
    let study = |jobs| {
        let out = tempfile::tempdir().unwrap();
        comparable(
            run(
                &Plan {
                    jobs,
                    ..plan(out.path(), &MIXED)
                },
                &Quiet,
            )
            .unwrap(),
        )
    };
    let alone = study(1);
    assert_eq!(alone, study(4));
    assert!(alone.contains("\"slopes\""));
}

#[test]
fn a_stopped_study_goes_on_where_it_stopped() {
    let whole = tempfile::tempdir().unwrap();
    let expected = comparable(run(&plan(whole.path(), &MIXED), &Quiet).unwrap());

    let out = tempfile::tempdir().unwrap();
    let plan = plan(out.path(), &MIXED);
    // Four functions: two rates by two seeds of tuning, then two seeds: 24 runs. Stopped twice, in each of the two stages.
    let mut stored = 0;
    for stop_after in [5, 13] {
        let watch = Watch::new(stop_after);
        let error = run(&plan, &watch).unwrap_err();
        let Error::Interrupted { done, total, .. } = error else {
            panic!("{error}")
        };
        let trained = watch.trained.load(Ordering::SeqCst);
        assert_eq!(*watch.begun.lock().unwrap(), Some((24, stored)));
        stored += trained;
        assert_eq!((done, total), (stored, 24));
        assert!(
            error
                .to_string()
                .contains("the same command goes on from there"),
            "{error}"
        );
        assert!(!out.path().join("report.html").exists());
    }
    let watch = Watch::new(usize::MAX);
    let study = run(&plan, &watch).unwrap();
    assert_eq!(study.resumed, stored);
    assert_eq!(watch.trained.load(Ordering::SeqCst), 24 - stored);
    assert_eq!(comparable(study), expected);

    // Once more: nothing is trained, and all is said again.
    let watch = Watch::new(usize::MAX);
    let study = run(&plan, &watch).unwrap();
    assert_eq!(
        (study.resumed, watch.trained.load(Ordering::SeqCst)),
        (24, 0)
    );
    assert_eq!(comparable(study), expected);

    // Another number of epochs is another run; one rate needs no tuning, and is found again like several.
    let single = Plan {
        epochs: 1,
        lr: Some(vec![0.05]),
        ..plan
    };
    for resumed in [0, 8] {
        let watch = Watch::new(usize::MAX);
        assert_eq!(run(&single, &watch).unwrap().resumed, resumed);
        assert_eq!(watch.trained.load(Ordering::SeqCst), 8 - resumed);
    }
}

#[test]
fn the_report_is_one_file_that_holds_everything() {
    let out = tempfile::tempdir().unwrap();
    let study = run(&plan(out.path(), &["relu", "prelu", "sigmoid"]), &Quiet).unwrap();
    let html = std::fs::read_to_string(out.path().join("report.html")).unwrap();
    assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"));
    for section in [
        "results",
        "curves",
        "gradients",
        "training",
        "activations",
        "slopes",
        "rates",
        "protocol",
    ] {
        assert!(
            html.contains(&format!("<section id=\"{section}\">")),
            "{section}"
        );
        assert!(html.contains(&format!("href=\"#{section}\"")), "{section}");
    }
    // Nothing is fetched from anywhere.
    for outside in ["src=", "@import", "url(", "<script", "<link"] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(!html.contains("NaN"));
    assert!(!out.path().join("report.html.tmp").exists());
    for row in &study.rows {
        assert!(study.table().contains(&row.activation));
        assert_eq!(row.runs.len(), 2);
    }
    let json: serde_json::Value = serde_json::from_str(&study.json().unwrap()).unwrap();
    assert_eq!(json["rows"].as_array().unwrap().len(), 3);
}

#[test]
fn looking_inside_changes_nothing() {
    // Noise that is drawn and means that are followed could be moved by a look.
    let trained = |probe_every| {
        let out = tempfile::tempdir().unwrap();
        let plan = Plan {
            networks: vec!["mlp(12-8, norm=batch)".parse().unwrap()],
            epochs: 5,
            probe_every,
            lr: Some(vec![0.05]),
            ..plan(out.path(), &["rrelu"])
        };
        run(&plan, &Quiet).unwrap().rows.remove(0).runs
    };
    let (watched, unwatched) = (trained(2), trained(0));
    for (watched, unwatched) in watched.iter().zip(&unwatched) {
        assert_eq!(watched.train_loss, unwatched.train_loss);
        assert_eq!(
            (&watched.loss, &watched.end),
            (&unwatched.loss, &unwatched.end)
        );
        let epochs: Vec<usize> = watched.during.iter().map(|glance| glance.epoch).collect();
        assert_eq!((epochs, unwatched.during.len()), (vec![2, 4], 0));
        let glance = &watched.during[0].probes;
        assert!(glance.gradient.len() == 3 && glance.layers.len() == 2);
        assert!(glance.layers[0].activity.is_empty() && glance.layers[0].dead.is_some());
    }
}

/// y = x₁² − x₂ with a little that no column explains: a number to predict, or the class of its sign.
fn write_csv(path: &Path, classes: bool) {
    let mut text = String::from("a,b,y\n");
    for i in 0..400 {
        let a = f64::from(i * 7919 % 401) / 100.0 - 2.0;
        let b = f64::from(i * 104_729 % 397) / 50.0;
        let y = a * a - b + f64::from(i * 31 % 17) / 170.0;
        text += &if classes {
            format!("{a},{b},{}\n", if y > -1.5 { "up" } else { "down" })
        } else {
            format!("{a},{b},{y}\n")
        };
    }
    std::fs::write(path, text).unwrap();
}

#[test]
fn a_csv_file_is_studied_by_its_target() {
    let out = tempfile::tempdir().unwrap();
    let path = out.path().join("mine.csv");
    for classes in [false, true] {
        write_csv(&path, classes);
        let plan = Plan {
            data: vec![DataSource::parse(path.to_str().unwrap(), Some("y")).unwrap()],
            networks: vec![Architecture::mlp(&[16, 16])],
            epochs: 40,
            ..plan(&out.path().join("study"), &["tanh", "identity"])
        };
        let study = run(&plan, &Quiet).unwrap();
        assert_eq!(
            study.network,
            if classes { "2-16-16-2" } else { "2-16-16-1" }
        );
        let best = &study.rows[0];
        assert_eq!(best.activation, "tanh", "{}", study.table());
        let score = best.score_mean.unwrap();
        assert!(
            if classes { score > 90.0 } else { score > 0.9 },
            "{}",
            study.table()
        );
        assert!(
            study
                .table()
                .contains(if classes { "accuracy %" } else { "R²" })
        );
        assert_eq!(study.table().contains("MSE"), !classes);
    }
}

#[test]
fn a_grid_compares_everything_with_everything() {
    let out = tempfile::tempdir().unwrap();
    let parse = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
    let plan = Plan {
        data: vec![Set::Mnist1d.into(), Set::Digits.into()],
        networks: parse(&["mlp(8)", "cnn1d(4, norm=batch)"]),
        optimisers: vec!["sgd".parse().unwrap(), "adam".parse().unwrap()],
        inits: vec!["he".parse().unwrap(), "orthogonal".parse().unwrap()],
        epochs: 1,
        seeds: 1,
        lr: Some(vec![0.01]),
        ..plan(out.path(), &["relu"])
    };
    let studies = nonlin_lab::run(&plan, &Quiet).unwrap();
    assert_eq!(studies.len(), 2);
    for (study, report) in studies
        .iter()
        .zip(["report-mnist1d.html", "report-digits.html"])
    {
        assert_eq!(study.rows.len(), 8);
        assert!(out.path().join(report).exists());
        let table = study.table();
        assert!(
            table.contains("relu · cnn1d(4, norm=batch) · adam"),
            "{table}"
        );
    }
    // Sixteen runs and a line of names; the Parquet file begins and ends with its mark.
    let (csv, parquet) = (out.path().join("runs.csv"), out.path().join("runs.parquet"));
    nonlin_lab::export(&studies, &csv).unwrap();
    nonlin_lab::export(&studies, &parquet).unwrap();
    let text = std::fs::read_to_string(csv).unwrap();
    assert_eq!(text.lines().count(), 17);
    assert!(
        text.contains("digits,mlp(8),relu,he,adam,0.01,1,1,false,"),
        "{text}"
    );
    let bytes = std::fs::read(parquet).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    assert!(
        nonlin_lab::exportable(Path::new("runs.xlsx"))
            .unwrap_err()
            .to_string()
            .contains(".parquet")
    );
    let refused = Plan {
        networks: parse(&["cnn2d(4)"]),
        ..plan
    };
    assert!(
        run(&refused, &Quiet)
            .unwrap_err()
            .to_string()
            .contains("needs images")
    );
}

/// Mean final accuracy of two seeds.
fn accuracy(
    data: &str,
    network: &str,
    unit: &str,
    optimiser: &str,
    rate: f64,
    epochs: usize,
) -> f64 {
    let out = tempfile::tempdir().unwrap();
    let plan = Plan {
        activations: vec![unit.parse().unwrap()],
        data: vec![data.parse().unwrap()],
        networks: vec![network.parse().unwrap()],
        optimisers: vec![optimiser.parse().unwrap()],
        lr: Some(vec![rate]),
        epochs,
        ..plan(out.path(), &[])
    };
    run(&plan, &Quiet).unwrap().rows[0].score_mean.unwrap()
}

#[test]
fn every_kind_of_network_learns() {
    for (data, network, unit, optimiser, rate, epochs, enough) in [
        (
            "digits",
            "mlp(32x3, norm=batch)",
            "sigmoid",
            "sgd",
            0.1,
            4,
            90.0,
        ),
        (
            "digits",
            "mlp(32x3, norm=layer, residual=yes)",
            "gelu",
            "adamw",
            0.01,
            4,
            90.0,
        ),
        ("digits", "cnn2d(8-16)", "prelu", "adam", 0.01, 3, 90.0),
        ("digits", "mlp(32)", "maxout(3)", "sgd", 0.03, 3, 90.0),
        ("digits", "mlp(32)", "glu", "sgd", 0.1, 3, 90.0),
        (
            "mnist1d",
            "cnn1d(16-16, norm=layer)",
            "relu",
            "adam",
            0.01,
            5,
            60.0,
        ),
        ("mnist1d", "gru(24)", "tanh", "adam", 0.01, 6, 30.0),
        ("digits", "lstm(24)", "tanh", "adam", 0.01, 6, 40.0),
        (
            "digits",
            "rnn(24, recurrent=identity)",
            "relu",
            "adam",
            0.003,
            6,
            40.0,
        ),
    ] {
        let score = accuracy(data, network, unit, optimiser, rate, epochs);
        assert!(score > enough, "{network} with {unit} on {data}: {score}");
    }
}

#[test]
fn divergence_is_told_and_breaks_nothing() {
    let out = tempfile::tempdir().unwrap();
    let plan = Plan {
        lr: Some(vec![1e6]),
        ..plan(out.path(), &["identity", "relu"])
    };
    let study = run(&plan, &Quiet).unwrap();
    assert!(
        study
            .rows
            .iter()
            .any(|row| row.diverged == 2 && row.score_mean.is_none()),
        "{}",
        study.table()
    );
    assert!(study.table().contains("diverged with 2 of 2 seeds"));
    assert!(study.json().is_ok());
}

#[test]
fn what_cannot_work_is_refused_before_any_training() {
    let out = tempfile::tempdir().unwrap();
    let problem = |plan: &Plan| {
        let watch = Watch::new(usize::MAX);
        let error = run(plan, &watch).unwrap_err().to_string();
        assert!(watch.begun.lock().unwrap().is_none());
        assert!(!error.contains('\n'), "{error}");
        error
    };
    let file = out.path().join("file");
    std::fs::write(&file, "").unwrap();
    let good = plan(out.path(), &["relu"]);
    assert!(
        problem(&Plan {
            out: file.join("study"),
            ..good.clone()
        })
        .starts_with("cannot create")
    );
    let full = out.path().join("taken");
    std::fs::create_dir_all(full.join("report.html")).unwrap();
    assert!(
        problem(&Plan {
            out: full,
            ..good.clone()
        })
        .starts_with("cannot write")
    );
    let broken = out.path().join("broken");
    std::fs::create_dir_all(&broken).unwrap();
    std::fs::write(
        broken.join("runs.sqlite"),
        "this is no database, whatever its name says",
    )
    .unwrap();
    assert!(
        problem(&Plan {
            out: broken,
            ..good.clone()
        })
        .contains("runs.sqlite cannot be used")
    );
    let missing = Set::Csv {
        path: out.path().join("none.csv"),
        target: "y".into(),
    };
    assert!(
        problem(&Plan {
            data: vec![missing.into()],
            ..good.clone()
        })
        .starts_with("cannot read")
    );
    assert!(problem(&Plan { epochs: 0, ..good }).contains("epochs"));
}

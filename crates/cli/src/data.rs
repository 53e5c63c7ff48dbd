//! `nonlin data`.

use crate::args::{DataCommand, Fetch};
use crate::console::{Console, Lang, padded};
use crate::failure::Failure;
use crate::study::failure;
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use nonlin_lab::{Card, Origin, Set, Shape};
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// Whether a fetch is to stop.
static STOP: AtomicBool = AtomicBool::new(false);

pub(crate) fn run(command: &DataCommand, console: &mut Console) -> Result<(), Failure> {
    match command {
        DataCommand::List => list(console),
        DataCommand::Fetch(args) => fetch(args, console),
    }
}

fn list(console: &mut Console) -> Result<(), Failure> {
    let sets: Vec<(Card, Option<PathBuf>)> = Set::all()
        .filter_map(|set| Some((set.card()?, set.folder())))
        .collect();
    if console.json {
        let all: Vec<Value> = sets
            .iter()
            .map(|(card, folder)| in_json(card, folder))
            .collect();
        return console.json(&Value::from(all));
    }
    let lang = console.lang;
    let mut rows = vec![
        [
            lang.pick("name", "名称"),
            lang.pick("rows", "行数"),
            lang.pick("each", "每行"),
            lang.pick("predicts", "预测"),
            lang.pick("licence", "许可"),
            lang.pick("origin", "来源"),
        ]
        .map(str::to_owned),
    ];
    rows.extend(sets.iter().map(|(card, folder)| {
        [
            card.name.to_owned(),
            format!("{}+{}", card.train, card.test),
            card.shape.to_string(),
            match card.classes {
                Some(classes) => format!("{classes} {}", lang.pick("classes", "类")),
                None => lang.pick("a number", "数值").to_owned(),
            },
            card.licence.to_owned(),
            place(card, folder.is_some(), lang).to_owned(),
        ]
    }));
    let widths: Vec<usize> = (0..6)
        .map(|column| {
            rows.iter()
                .map(|row| row[column].width())
                .max()
                .unwrap_or_default()
                + 2
        })
        .collect();
    for (k, row) in rows.iter().enumerate() {
        let cells: String = row
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| padded(cell, width))
            .collect();
        let line = cells.trim_end();
        console.line(&if k == 0 {
            console.heading(line)
        } else {
            line.to_owned()
        })?;
    }
    console.line("")?;
    for (card, folder) in sets
        .iter()
        .filter(|(card, _)| card.origin == Origin::Fetched)
    {
        console.line(&match folder {
            Some(folder) => format!(
                "{} {} {}",
                card.name,
                lang.pick("is in", "位于"),
                folder.display()
            ),
            None => format!(
                "{} {}: nonlin data fetch {}",
                card.name,
                lang.pick("is not on this machine; run", "不在本机，请运行"),
                card.name
            ),
        })?;
    }
    Ok(())
}

fn place(card: &Card, present: bool, lang: Lang) -> &'static str {
    match card.origin {
        Origin::Embedded => lang.pick("embedded", "内置"),
        Origin::Generated => lang.pick("generated", "生成"),
        Origin::Fetched if present => lang.pick("fetched", "已获取"),
        Origin::Fetched => lang.pick("to fetch", "待获取"),
    }
}

fn in_json(card: &Card, folder: &Option<PathBuf>) -> Value {
    let shape = match card.shape {
        Shape::Flat(values) => json!({ "kind": "flat", "values": values }),
        Shape::Series { steps, channels } => {
            json!({ "kind": "series", "steps": steps, "channels": channels })
        }
        Shape::Image {
            channels,
            height,
            width,
        } => {
            json!({ "kind": "image", "channels": channels, "height": height, "width": width })
        }
    };
    json!({
        "name": card.name,
        "title": card.title,
        "train": card.train,
        "test": card.test,
        "shape": shape,
        "task": if card.classes.is_some() { "classes" } else { "regression" },
        "classes": card.classes,
        "scale": card.scale.to_string(),
        "licence": card.licence,
        "origin": match card.origin {
            Origin::Embedded => "embedded",
            Origin::Generated => "generated",
            Origin::Fetched => "fetched",
        },
        "present": card.origin != Origin::Fetched || folder.is_some(),
        "folder": folder.as_ref().map(|folder| folder.display().to_string()),
    })
}

fn fetch(args: &Fetch, console: &mut Console) -> Result<(), Failure> {
    let set: Set = args.name.parse().map_err(failure)?;
    // Heard within a moment; a second Ctrl-C must not cut the clearing up short.
    ctrlc::set_handler(|| STOP.store(true, Ordering::SeqCst))
        .map_err(|e| Failure::Internal(format!("Ctrl-C cannot be watched for: {e}")))?;
    let mut shown = Shown::new();
    let result = nonlin_lab::fetch(&set, args.to.as_deref(), &mut |what, bytes| {
        shown.show(what, bytes);
        !STOP.load(Ordering::SeqCst)
    });
    shown.bar.finish_and_clear();
    let fetched = result.map_err(failure)?;
    let folder = fetched.folder.display().to_string();
    if console.json {
        return console.json(&json!({
            "name": set.to_string(),
            "folder": folder,
            "was_there": fetched.was_there,
        }));
    }
    console.line(&if fetched.was_there {
        format!("{set} is in {folder} already, verified; nothing was fetched")
    } else {
        format!("{set} is in {folder}, verified")
    })?;
    // A folder that nonlin does not look into by itself.
    match &args.to {
        Some(to) if set.folder().as_deref() != Some(&fetched.folder) => console.line(&format!(
            "nonlin finds it there where NONLIN_DATA={} is set",
            to.display()
        )),
        _ => Ok(()),
    }
}

/// Where a fetch is: a spinner on a terminal, else a line for each step.
struct Shown {
    bar: ProgressBar,
    is_terminal: bool,
    last: String,
}

impl Shown {
    fn new() -> Shown {
        let is_terminal = std::io::stderr().is_terminal();
        let bar = if is_terminal {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Shown {
            bar,
            is_terminal,
            last: String::new(),
        }
    }

    fn show(&mut self, what: &str, bytes: u64) {
        if self.is_terminal {
            let size = if bytes > 0 {
                format!(", {}", HumanBytes(bytes))
            } else {
                String::new()
            };
            self.bar.set_message(format!("{what}{size}"));
        } else if self.last != what {
            anstream::eprintln!("{what}");
            self.last = what.to_owned();
        }
    }
}

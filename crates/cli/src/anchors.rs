//! `nonlin anchors`.

use crate::args;
use crate::console::{Console, wrapped};
use crate::failure::Failure;
use crate::study::failure;
use nonlin_lab::Terminal;
use nonlin_lab::anchors::{self, Anchor};
use nonlin_lab::claims::{Setting, short};
use serde_json::json;

pub(crate) fn run(args: &args::Anchors, console: &mut Console) -> Result<(), Failure> {
    if args.names.is_empty() {
        return list(console);
    }
    let find = |name: &String| {
        anchors::all()
            .iter()
            .find(|anchor| anchor.name == name)
            .ok_or_else(|| {
                let names: Vec<&str> = anchors::all().iter().map(|anchor| anchor.name).collect();
                Failure::input(format!(
                    "`{name}` is no anchor; there are {}",
                    names.join(", ")
                ))
            })
    };
    let chosen: Vec<&Anchor> = args.names.iter().map(find).collect::<Result<_, _>>()?;
    let setting = Setting {
        quick: args.quick,
        out: args.out.clone(),
        jobs: args.jobs.unwrap_or(Setting::default().jobs),
    };
    nonlin_lab::stop_on_ctrl_c().map_err(failure)?;
    let mut all = Vec::new();
    for anchor in chosen {
        let compared = anchors::reproduce(anchor, &setting, &Terminal::new()).map_err(failure)?;
        if console.json {
            all.push(json!({ "name": anchor.name, "source": anchor.source, "compared": compared }));
            continue;
        }
        console.line(anchor.title)?;
        for line in wrapped(
            &format!("{}. {}", anchor.source, anchor.method),
            console.width.max(60),
            "",
        ) {
            console.line(&line)?;
        }
        let width = compared
            .iter()
            .map(|row| row.what.chars().count())
            .max()
            .unwrap_or(0);
        console.line(&format!(
            "\n{:width$}  {:>18}  {:>10}",
            "", "published", "here"
        ))?;
        for row in &compared {
            let agrees = match row.agrees {
                Some(true) => "agrees",
                Some(false) => "differs",
                None => "",
            };
            let line = format!(
                "{:width$}  {:>18}  {:>10}  {agrees}",
                row.what,
                row.published,
                short(row.ours)
            );
            console.line(line.trim_end())?;
        }
        console.line("")?;
    }
    if console.json {
        return console.json(&json!(all));
    }
    Ok(())
}

fn list(console: &mut Console) -> Result<(), Failure> {
    if console.json {
        let all: Vec<_> = anchors::all()
            .iter()
            .map(|a| json!({ "name": a.name, "title": a.title, "source": a.source, "method": a.method }))
            .collect();
        return console.json(&json!(all));
    }
    for anchor in anchors::all() {
        console.line(&format!("{:<7}{}", anchor.name, anchor.title))?;
    }
    console.line("\nnonlin anchors lu prints what is published beside what comes out here")
}

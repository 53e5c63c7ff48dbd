//! `nonlin claims`.

use crate::args;
use crate::console::{Console, wrapped};
use crate::failure::Failure;
use crate::study::failure;
use nonlin_lab::Terminal;
use nonlin_lab::claims::{self, Claim, Setting, Verdict};
use serde_json::json;

pub(crate) fn run(args: &args::Claims, console: &mut Console) -> Result<(), Failure> {
    match &args.action {
        None | Some(args::ClaimsAction::List) => list(console),
        Some(args::ClaimsAction::Run(run)) => test(run, console),
    }
}

fn list(console: &mut Console) -> Result<(), Failure> {
    if console.json {
        let all: Vec<_> = claims::all()
            .iter()
            .map(|claim| {
                json!({
                    "id": claim.id,
                    "sentence": claim.sentence,
                    "articles": claim.articles,
                    "experiment": claim.experiment,
                })
            })
            .collect();
        return console.json(&json!(all));
    }
    let width = console.width.max(60);
    for claim in claims::all() {
        for (at, line) in wrapped(claim.sentence, width - 5, "").iter().enumerate() {
            let id = if at == 0 { claim.id } else { "" };
            console.line(&format!("{id:<5}{line}"))?;
        }
    }
    console.line("\nnonlin claims run C9 tests one of them, nonlin claims run --all all")
}

fn test(args: &args::ClaimsRun, console: &mut Console) -> Result<(), Failure> {
    let chosen: Vec<&Claim> = if args.all {
        claims::all().iter().collect()
    } else {
        let find = |id: &String| {
            claims::claim(id).ok_or_else(|| {
                Failure::input(format!(
                    "`{id}` is no claim; there are C1 to C{}, and `nonlin claims` lists them",
                    claims::all().len()
                ))
            })
        };
        args.ids.iter().map(find).collect::<Result<_, _>>()?
    };
    if chosen.is_empty() {
        return Err(Failure::input(
            "name the claims to test, such as C9, or all of them with --all".to_owned(),
        ));
    }
    let setting = Setting {
        quick: args.quick,
        out: args.out.clone(),
        jobs: args.jobs.unwrap_or(Setting::default().jobs),
    };
    nonlin_lab::stop_on_ctrl_c().map_err(failure)?;
    let tested = claims::run(&chosen, &setting, &Terminal::counting("claims")).map_err(failure)?;
    if console.json {
        return console.json(&json!({ "quick": setting.quick, "claims": tested }));
    }
    for line in claims::table(&tested, console.width.max(60)).lines() {
        console.line(line)?;
    }
    let count = |verdict: Verdict| {
        let found = tested.iter().filter_map(|claim| claim.finding.as_ref());
        found.filter(|finding| finding.verdict == verdict).count()
    };
    let mut parts = Vec::new();
    for verdict in [
        Verdict::Confirmed,
        Verdict::Refuted,
        Verdict::NotResolved,
        Verdict::SourceError,
    ] {
        if count(verdict) > 0 {
            parts.push(format!("{} {}", count(verdict), verdict.name()));
        }
    }
    let untested = tested
        .iter()
        .filter(|claim| claim.finding.is_none())
        .count();
    if untested > 0 {
        parts.push(format!("{untested} not tested"));
    }
    console.line(&format!(
        "\n{}; pages with all figures are in {}",
        parts.join(", "),
        setting.out.join("index.html").display()
    ))
}

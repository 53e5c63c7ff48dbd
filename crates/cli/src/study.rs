//! `nonlin study`.

use crate::args;
use crate::console::{Console, wrapped};
use crate::failure::Failure;
use crate::number::Scalar;
use nonlin_lab::{DataSource, Error, Init, Plan, Study, Terminal};
use std::str::FromStr;

pub(crate) fn run(args: &args::Study, console: &mut Console) -> Result<(), Failure> {
    let mut plan = match &args.plan {
        Some(path) => Plan::read(path).map_err(failure)?,
        None => plan(args)?,
    };
    plan.jobs = args.jobs.unwrap_or(plan.jobs);
    if let Some(path) = &args.export {
        nonlin_lab::exportable(path).map_err(failure)?;
    }
    nonlin_lab::stop_on_ctrl_c().map_err(failure)?;
    let studies = nonlin_lab::run(&plan, &Terminal::new()).map_err(failure)?;
    if let Some(path) = &args.export {
        nonlin_lab::export(&studies, path).map_err(failure)?;
    }
    if console.json {
        return console.json(&serde_json::json!({ "studies": studies }));
    }
    for study in &studies {
        show(study, console)?;
    }
    Ok(())
}

fn show(study: &Study, console: &mut Console) -> Result<(), Failure> {
    for line in study.table().lines() {
        // Rows of the table have gaps, sentences have not.
        if line.contains("  ") {
            console.line(line)?;
        } else {
            for part in wrapped(line, console.width.max(80), "") {
                console.line(&part)?;
            }
            if line.is_empty() {
                console.line("")?;
            }
        }
    }
    let resumed = match study.resumed {
        0 => String::new(),
        n => format!(" ({n} of them kept from before)"),
    };
    console.line(&format!(
        "\n{} runs{resumed} in {:.0} s; the report with all curves is {}",
        study.runs,
        study.seconds,
        study.report.display()
    ))
}

fn plan(args: &args::Study) -> Result<Plan, Failure> {
    let default = Plan::default();
    let mut networks = match &args.net {
        Some(text) if text.contains('(') => many(text)?,
        Some(text) => vec![
            format!("mlp({})", text.replace(',', "-"))
                .parse()
                .map_err(failure)?,
        ],
        None => default.networks,
    };
    if let Some(depth) = args.depth {
        for network in &mut networks {
            let deeper = network.with_depth(depth);
            *network = deeper.map_err(failure)?;
        }
    }
    let or = |given: &Option<String>, default: Vec<Init>| match given {
        Some(text) => many(text),
        None => Ok(default),
    };
    Ok(Plan {
        activations: match &args.activations {
            Some(list) => many(list)?,
            None => default.activations,
        },
        inits: or(&args.init, default.inits)?,
        data: vec![DataSource::parse(&args.data, args.target.as_deref()).map_err(failure)?],
        networks,
        optimisers: match &args.optimiser {
            Some(text) => many(text)?,
            None => default.optimisers,
        },
        epochs: args.epochs.unwrap_or(default.epochs),
        seeds: args.seeds.unwrap_or(default.seeds),
        batch: args.batch.unwrap_or(default.batch),
        probe_every: args.probe_every.unwrap_or(default.probe_every),
        lr: list(args.lr.as_deref(), "learning rate", f64::parse)?,
        out: args.out.clone(),
        jobs: args.jobs.unwrap_or(default.jobs),
        ..default
    })
}

/// The things that a list names.
fn many<T: FromStr<Err = Error>>(list: &str) -> Result<Vec<T>, Failure> {
    apart(list)
        .into_iter()
        .map(|text| text.parse().map_err(failure))
        .collect()
}

/// The parts of a list, at the commas that stand outside parentheses.
fn apart(list: &str) -> Vec<&str> {
    let mut depth = 0i32;
    list.split(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth <= 0
    })
    .map(str::trim)
    .filter(|part| !part.is_empty())
    .collect()
}

/// The numbers of a list.
fn list<T>(
    given: Option<&str>,
    what: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<Vec<T>>, Failure> {
    let one = |text: &str| {
        read(text.trim()).ok_or_else(|| {
            Failure::input(format!(
                "`{}` is no {what}; a list is written like 1,2,3",
                text.trim()
            ))
        })
    };
    given
        .map(|list| list.split(',').map(one).collect())
        .transpose()
}

pub(crate) fn failure(error: Error) -> Failure {
    let text = error.to_string();
    // The system's number for an error says nothing to a reader.
    let sentence = match text.split_once(" (os error ") {
        Some((before, after)) => format!(
            "{before}{}",
            after
                .trim_start_matches(|c: char| c.is_ascii_digit())
                .trim_start_matches(')')
        ),
        None => text,
    };
    match error {
        Error::Interrupted { .. } | Error::FetchStopped { .. } => Failure::Interrupted(sentence),
        _ => Failure::Input(sentence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_within_parentheses_stay() {
        assert_eq!(
            apart("relu, hard_tanh(min=-2,max=2),elu(alpha=0.5),"),
            ["relu", "hard_tanh(min=-2,max=2)", "elu(alpha=0.5)"]
        );
        assert_eq!(apart("relu),elu"), ["relu)", "elu"]);
        assert!(apart(" , ").is_empty());
    }
}

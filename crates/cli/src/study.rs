//! `nonlin study`.

use crate::args::Study;
use crate::catalogue;
use crate::console::{Console, wrapped};
use crate::failure::Failure;
use crate::number::Scalar;
use nonlin_lab::{DataSource, Error, Plan, Terminal};

pub(crate) fn run(args: &Study, console: &mut Console) -> Result<(), Failure> {
    let plan = plan(args)?;
    nonlin_lab::stop_on_ctrl_c().map_err(failure)?;
    let study = nonlin_lab::run(&plan, &Terminal::new()).map_err(failure)?;
    if console.json {
        let json = study.json().map_err(failure)?;
        return console.line(&json);
    }
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

fn plan(args: &Study) -> Result<Plan, Failure> {
    let default = Plan::default();
    let activations = match &args.activations {
        Some(list) => apart(list)
            .into_iter()
            .map(catalogue::function)
            .collect::<Result<_, _>>()?,
        None => default.activations,
    };
    let init = match &args.init {
        Some(name) => name.parse().map_err(failure)?,
        None => default.init,
    };
    Ok(Plan {
        activations,
        init,
        data: DataSource::parse(&args.data, args.target.as_deref()).map_err(failure)?,
        net: list(args.net.as_deref(), "width", |text| text.parse().ok())?.unwrap_or(default.net),
        depth: args.depth,
        epochs: args.epochs.unwrap_or(default.epochs),
        seeds: args.seeds.unwrap_or(default.seeds),
        lr: list(args.lr.as_deref(), "learning rate", f64::parse)?,
        out: args.out.clone(),
        jobs: args.jobs.unwrap_or(default.jobs),
    })
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

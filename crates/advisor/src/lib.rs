//! Which activation for which network.
//!
//! [`advise`] takes a [`Situation`] and says which activation to use, with runners-up; how the weights start, in numbers; how to
//! scale the inputs; what stands at the output and which loss belongs to it; what to avoid, and what may go wrong. Every
//! [`Statement`] has its [`Source`]: a paper, a page of documentation, code that its authors published, or a computation. What has
//! no source is not said.
//!
//! The rules are one table in `rules.rs`, and numbers come from `nonlin-theory` for the function, the depth and the width that are
//! asked about.
//!
//! ```
//! use nonlin_advisor::{Situation, Task, advise};
//! let advice = advise(&Situation::of(Task::Pde));
//! assert_eq!(advice.recommended.function, "tanh");
//! assert!(advice.statements().all(|statement| !statement.sources.is_empty()));
//!
//! // The same network for a classification, twenty layers deep and without normalisation.
//! let deep = Situation { depth: 20, ..Situation::of(Task::MultiClass) };
//! let advice = advise(&deep);
//! assert_eq!(advice.recommended.function, "elu");
//! let init = advice.initialisation.unwrap();
//! assert!((init.gain - 1.229251).abs() < 1e-6 && init.signal.unwrap().stable);
//! ```
#![forbid(unsafe_code)]

mod advice;
mod claims;
mod computed;
mod initialisation;
mod rules;
mod situation;
mod source;
mod sources;

pub use advice::{Advice, Choice, Claim, Statement, Words};
pub use initialisation::{Initialisation, Signal};
pub use situation::{Architecture, Norm, Place, Situation, Task};
pub use source::Source;

use nonlin::Function;
use rules::{Context, Part, RULES, Rule};

/// Runners-up at most.
const RUNNERS_UP: usize = 3;

/// What is advised for a situation.
pub fn advise(situation: &Situation) -> Advice {
    let nothing = Context {
        situation,
        offered: &[],
        initialisation: None,
    };
    let output = output(&nothing);
    let (recommended, runners_up) = if situation.place == Place::Output {
        (output.clone(), Vec::new())
    } else {
        let mut choices = choices(&nothing);
        let recommended = choices.remove(0);
        choices.truncate(RUNNERS_UP);
        (recommended, choices)
    };
    let offered: Vec<Function> = std::iter::once(&recommended)
        .chain(&runners_up)
        .map_while(|choice| choice.function.parse().ok())
        .collect();
    let names: Vec<&str> = offered.iter().map(|f| f.name()).collect();
    let holding: Vec<&Rule> = RULES
        .iter()
        .filter(|rule| rule.holds(situation, &names))
        .collect();
    let mut initialisation = offered.first().and_then(|f| start(*f, &holding, &nothing));
    let numbers = initialisation.clone();
    let context = Context {
        situation,
        offered: &offered,
        initialisation: numbers.as_ref(),
    };
    let all = |part| {
        let rules = holding.iter().filter(move |rule| rule.part == part);
        rules.flat_map(|rule| rule.statements(&context))
    };
    if let Some(init) = &mut initialisation {
        init.statements.extend(all(Part::Prepare));
    }
    Advice {
        situation: *situation,
        recommended,
        runners_up,
        initialisation,
        scaling: all(Part::Scale).collect(),
        output,
        loss: all(Part::Loss).collect(),
        avoid: all(Part::Avoid).collect(),
        warnings: all(Part::Warn).collect(),
    }
}

/// The functions for the place asked about, best first, with their reasons.
fn choices(context: &Context) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    let mut decided = None;
    for rule in RULES {
        let Part::Use(topic, function) = rule.part else {
            continue;
        };
        if !rule.holds(context.situation, &[]) || *decided.get_or_insert(topic) != topic {
            continue;
        }
        add(&mut choices, function, rule.statements(context));
    }
    choices
}

/// Adds reasons for a function.
fn add(choices: &mut Vec<Choice>, function: &str, reasons: Vec<Statement>) {
    match choices
        .iter_mut()
        .find(|choice| choice.function == function)
    {
        Some(choice) => choice.reasons.extend(reasons),
        None => choices.push(Choice {
            function: function.to_owned(),
            reasons,
        }),
    }
}

/// What stands at the end of the network.
fn output(context: &Context) -> Choice {
    let mut choices = Vec::new();
    for rule in RULES {
        if let Part::Output(function) = rule.part
            && choices.is_empty()
            && rule.holds(context.situation, &[])
        {
            add(&mut choices, function, rule.statements(context));
        }
    }
    choices.remove(0)
}

/// How the weights of a function's layers start, by the first rule that says so.
fn start(f: Function, holding: &[&Rule], context: &Context) -> Option<Initialisation> {
    holding.iter().find_map(|rule| {
        let Part::Start(start) = rule.part else {
            return None;
        };
        let mut init = Initialisation::of(f, start, context.situation)?;
        init.statements.splice(0..0, rule.statements(context));
        Some(init)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use nonlin::rows::RowFunction;
    use std::collections::BTreeSet;

    /// Every kind of situation, at a few depths and widths.
    fn situations() -> impl Iterator<Item = Situation> {
        let sizes = [(1, 2), (3, 256), (12, 64)];
        let norms = [None, Some(Norm::Batch), Some(Norm::Layer)];
        Task::ALL.iter().flat_map(move |&task| {
            Architecture::ALL.iter().flat_map(move |&arch| {
                Place::ALL.iter().flat_map(move |&place| {
                    norms.into_iter().flat_map(move |norm| {
                        sizes.map(|(depth, width)| Situation {
                            task,
                            arch,
                            depth,
                            width,
                            norm,
                            place,
                        })
                    })
                })
            })
        })
    }

    fn is_known(name: &str) -> bool {
        name.parse::<Function>().is_ok() || name.parse::<RowFunction>().is_ok()
    }

    #[test]
    fn every_name_is_one_of_the_catalogue() {
        for rule in RULES {
            match rule.part {
                Part::Use(_, name) | Part::Output(name) => assert!(is_known(name), "{name}"),
                _ => {}
            }
        }
    }

    #[test]
    fn every_situation_has_a_recommendation_and_an_output() {
        for situation in situations() {
            let context = Context {
                situation: &situation,
                offered: &[],
                initialisation: None,
            };
            let end = output(&context);
            assert!(!end.reasons.is_empty(), "{situation:?}");
            if situation.place != Place::Output {
                let choices = choices(&context);
                assert!(!choices.is_empty(), "{situation:?}");
                assert!(choices.iter().all(|choice| !choice.reasons.is_empty()));
            }
        }
    }

    /// Situations of every task, architecture and place, plain and deep, where most is said; a quarter of all there are.
    fn plain_and_deep() -> impl Iterator<Item = Situation> {
        situations()
            .filter(|s| s.norm.is_none() && s.depth == 12)
            .step_by(4)
    }

    #[test]
    fn every_statement_has_its_source_and_both_languages() {
        for situation in plain_and_deep() {
            let advice = advise(&situation);
            for statement in advice.statements() {
                assert!(!statement.sources.is_empty(), "{statement:?}");
                let Words { en, zh } = &statement.text;
                assert!(en.ends_with('.') && zh.ends_with('。'), "{statement:?}");
                assert!(!en.contains("NaN") && !en.contains("inf "), "{statement:?}");
            }
            for name in std::iter::once(&advice.recommended)
                .chain(&advice.runners_up)
                .chain([&advice.output])
            {
                assert!(is_known(&name.function), "{name:?}");
            }
            let at_hidden = situation.place == Place::Hidden;
            assert!(advice.initialisation.is_some() || !at_hidden);
        }
    }

    /// A sentence whose only source is an experiment has to say what came out of it.
    #[test]
    fn what_rests_on_an_experiment_agrees_with_it() {
        let verdict = |id| {
            Claim::all()
                .iter()
                .find(|claim| claim.id == id)
                .map(|claim| claim.verdict)
        };
        assert_eq!(verdict("C9"), Some("confirmed"));
        // The claim is that inputs from 0 to 1 suit sigmoid and ReLU.
        assert_eq!(verdict("C27"), Some("refuted"));
    }

    #[test]
    fn no_rule_is_idle() {
        let mut used = BTreeSet::new();
        for situation in situations() {
            let context = Context {
                situation: &situation,
                offered: &[],
                initialisation: None,
            };
            let names: Vec<String> = match situation.place {
                Place::Output => vec![output(&context).function],
                _ => choices(&context)
                    .into_iter()
                    .map(|choice| choice.function)
                    .collect(),
            };
            let names: Vec<&str> = names
                .iter()
                .map(|name| name.split('(').next().unwrap_or_default())
                .collect();
            let holding = (0..RULES.len()).filter(|k| RULES[*k].holds(&situation, &names));
            used.extend(holding);
        }
        let idle: Vec<usize> = (0..RULES.len()).filter(|k| !used.contains(k)).collect();
        assert!(idle.is_empty(), "{idle:?}");
    }
}

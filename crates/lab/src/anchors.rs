//! Published results, reproduced on a small machine and printed beside the numbers of the papers.

use crate::claims::{Arena, Setting, function};
use crate::error::Error;
use crate::outcome::{Outcome, Probes};
use crate::progress::Progress;
use crate::random_network::Deep;
use crate::runner::Runner;
use crate::statistics::mean;
use crate::train::Run;
use crate::tuning::Criterion;
use nonlin_theory::{Moments, born_dead};
use serde::Serialize;

/// A published result and how it is reproduced.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Anchor {
    /// "hayou", "he", "lu", "uva", "selu" or "nfnet".
    pub name: &'static str,
    /// What was found.
    pub title: &'static str,
    /// Where it was published.
    pub source: &'static str,
    /// What is done here, and what differs from the paper.
    pub method: &'static str,
    work: fn(&Arena<'_>) -> Result<Vec<Compared>, Error>,
}

/// A published number with ours.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Compared {
    /// What it is.
    pub what: String,
    /// As it was published, in words where it was.
    pub published: String,
    /// As it came out here.
    #[serde(serialize_with = "crate::statistics::number")]
    pub ours: f64,
    /// Whether they agree in the sense that the anchor's method names; nothing where that is for the reader to judge.
    pub agrees: Option<bool>,
}

impl Compared {
    fn new(
        what: impl Into<String>,
        published: impl ToString,
        ours: f64,
        agrees: Option<bool>,
    ) -> Self {
        Compared {
            what: what.into(),
            published: published.to_string(),
            ours,
            agrees,
        }
    }
}

/// Every anchor.
pub fn all() -> &'static [Anchor] {
    ANCHORS
}

/// Reproduces one of them. `setting` says how thoroughly, and in which folder runs are kept.
///
/// # Errors
/// Data that are not there, a store that fails, or [`Error::Interrupted`].
pub fn reproduce(
    anchor: &Anchor,
    setting: &Setting,
    progress: &dyn Progress,
) -> Result<Vec<Compared>, Error> {
    let runner = Runner::open(&setting.out, setting.jobs, progress)?;
    progress.begin(0, 0);
    progress.stage(anchor.title);
    let compared = (anchor.work)(&Arena::new(&runner, setting.quick));
    progress.end();
    compared
}

const ANCHORS: &[Anchor] = &[
    Anchor {
        name: "hayou",
        title: "Which functions train at depth, started at the edge of chaos",
        source: "Hayou, Doucet, Rousseau, On the impact of the activation function on deep neural networks training, table 1",
        method: "MNIST accuracy of fully connected networks. The paper has width 300 and depth 300 on all of MNIST; here it is width 100 and \
                 depth 100 on 5000 images, the best of five rates (60 and three in a quick look). The order of the functions is to agree.",
        work: hayou,
    },
    Anchor {
        name: "he",
        title: "A 30-layer ReLU network stalls with Xavier's start and trains with He's",
        source: "He, Zhang, Ren, Sun, Delving deep into rectifiers, 2015, figure 3",
        method: "The paper's network is convolutional, on ImageNet; here it is fully connected, 30 layers of 100 on digits. A run trains where its \
                 loss falls below 0.9 ln 10.",
        work: he,
    },
    Anchor {
        name: "lu",
        title: "Narrow deep ReLU networks are born dead",
        source: "Lu, Shin, Su, Karniadakis, Dying ReLU and initialization, 2019",
        method: "Networks of one input with ten hidden layers, drawn; dead is 0 everywhere. The paper's figures are read from its text.",
        work: lu,
    },
    Anchor {
        name: "uva",
        title: "Dead units of ReLU networks on Fashion-MNIST, by layer",
        source: "UvA deep learning tutorials, tutorial 3",
        method: "Networks of 512-256-256-128 and of five layers of 256 and five of 128, started as PyTorch does unless told otherwise, on \
                 5000 training images, the first one before and after ten epochs at the tutorial's rate of 0.01; the tutorial has one network each and \
                 all 60 000, so that the rise with depth is to agree and not the counts.",
        work: uva,
    },
    Anchor {
        name: "selu",
        title: "60 layers of SELU keep mean 0 and variance 1",
        source: "Klambauer, Unterthiner, Mayr, Hochreiter, Self-normalizing neural networks, 2017",
        method: "Random layers of 1024 units from three starts.",
        work: selu,
    },
    Anchor {
        name: "nfnet",
        title: "NFNet's gains",
        source: "Brock, De, Smith, Simonyan, High-performance large-scale image recognition without normalization, 2021; deepmind-research, nfnets/base.py",
        method: "Theirs are 1/standard deviation of a large sample, ours the integral. They are to agree to 0.6 %.",
        work: nfnet,
    },
];

fn hayou(arena: &Arena<'_>) -> Result<Vec<Compared>, Error> {
    // Accuracy after 100 epochs, and the start on the edge of chaos where there is one.
    let rows = [
        ("relu", "edge(0)", 82.11),
        ("leaky_relu", "edge(0)", 84.71),
        ("prelu", "edge(0)", 87.49),
        ("elu", "edge(0.2)", 96.07),
        ("tanh", "edge(0.2)", 95.75),
        ("softplus", "xavier", 10.13),
        ("sigmoid", "xavier", 9.87),
    ];
    let (depth, epochs) = if arena.quick { (60, 5) } else { (100, 10) };
    let seeds = if arena.quick { 1 } else { 3 };
    // The deeper the network, the smaller the rates that it takes.
    let rates: &[f64] = if arena.quick {
        &[0.001, 0.003, 0.01]
    } else {
        &[0.0001, 0.0003, 0.001, 0.003, 0.01]
    };
    let mut ours = Vec::new();
    for (unit, init, _) in rows {
        let base = arena.run(
            "mnist(train=5000,test=2000)",
            &format!("mlp(100x{depth})"),
            unit,
        )?;
        let runs: Vec<Run> = rates
            .iter()
            .flat_map(|&rate| (1..=seeds).map(move |seed| (rate, seed)))
            .map(|(rate, seed)| {
                Ok(Run {
                    rate,
                    seed,
                    epochs,
                    init: init.parse()?,
                    ..base.clone()
                })
            })
            .collect::<Result<_, Error>>()?;
        let outcomes = arena.outcomes(&runs)?;
        let best = outcomes
            .chunks(seeds as usize)
            .map(|own| {
                mean(
                    &own.iter()
                        .map(|o| if o.diverged { 10.0 } else { o.final_score() })
                        .collect::<Vec<_>>(),
                )
            })
            .fold(0.0, f64::max);
        ours.push(best);
    }
    let published: Vec<f64> = rows.iter().map(|row| row.2).collect();
    // Rectifiers beside each other, and chance beside chance, have no order to keep.
    let group = |accuracy: f64| {
        if accuracy > 90.0 {
            2
        } else {
            i32::from(accuracy > 50.0)
        }
    };
    Ok(rows
        .iter()
        .enumerate()
        .map(|(at, (unit, init, accuracy))| {
            let kept =
                (0..rows.len()).all(
                    |other| match group(*accuracy).cmp(&group(published[other])) {
                        std::cmp::Ordering::Greater => ours[at] > ours[other],
                        std::cmp::Ordering::Less => ours[at] < ours[other],
                        std::cmp::Ordering::Equal => true,
                    },
                );
            Compared::new(
                format!("accuracy %, {unit} from {init}"),
                accuracy,
                ours[at],
                Some(kept),
            )
        })
        .collect())
}

fn he(arena: &Arena<'_>) -> Result<Vec<Compared>, Error> {
    let mut compared = Vec::new();
    for (init, published, trains) in [("xavier", "stalls", false), ("he", "trains", true)] {
        let run = Run {
            init: init.parse()?,
            epochs: arena.epochs(20),
            ..arena.run("digits", "mlp(100x30)", "relu")?
        };
        let trained = arena.contest_at(
            &[crate::claims::Entrant::new(init, run)],
            &[0.001, 0.003, 0.01, 0.03],
            Criterion::TrainingLoss,
        )?;
        let losses = trained[0].losses();
        let share = losses
            .iter()
            .filter(|loss| **loss < 0.9 * 10f64.ln())
            .count() as f64
            / losses.len() as f64;
        compared.push(Compared::new(
            format!("share of seeds that train, 30 layers from {init}"),
            published,
            share,
            Some((share > 0.5) == trains),
        ));
    }
    Ok(compared)
}

fn lu(arena: &Arena<'_>) -> Result<Vec<Compared>, Error> {
    let networks = if arena.quick { 20_000 } else { 100_000 };
    let share = |width: usize| born_dead::draw(&[width; 10], networks, 1).everywhere.value;
    // The paper's words, as the shares that they allow.
    let rows = [
        (10, "below 1 %", 0.0..0.01),
        (5, "above 10 %", 0.10..1.0),
        (3, "about 60 %", 0.5..0.7),
    ];
    Ok(rows
        .iter()
        .map(|(width, published, allowed)| {
            let ours = share(*width);
            Compared::new(
                format!("dead of ten layers of {width}, %"),
                published,
                100.0 * ours,
                Some(allowed.contains(&ours)),
            )
        })
        .collect())
}

fn uva(arena: &Arena<'_>) -> Result<Vec<Compared>, Error> {
    let mut compared = Vec::new();
    // Dead units before training, and after it where that was published.
    type Profile = &'static [usize];
    let networks: [(&str, Profile, Option<Profile>); 2] = [
        ("mlp(512-256-256-128)", &[0, 0, 3, 10], Some(&[0, 0, 0, 3])),
        (
            "mlp(256-256-256-256-256-128-128-128-128-128)",
            &[0, 0, 7, 27, 89, 60, 58, 61, 72, 56],
            None,
        ),
    ];
    let seeds = if arena.quick { 2 } else { 5 };
    for (network, published, trained) in networks {
        let base = arena.run("fashion_mnist(train=5000,test=1000)", network, "relu")?;
        let runs: Vec<Run> = (1..=seeds)
            .map(|seed| {
                Ok(Run {
                    seed,
                    epochs: trained.map_or(0, |_| 10),
                    rate: 0.01,
                    init: "pytorch".parse()?,
                    ..base.clone()
                })
            })
            .collect::<Result<_, Error>>()?;
        let outcomes = arena.outcomes(&runs)?;
        let counted = |layer: usize, look: fn(&Outcome) -> &Option<Probes>| {
            let counts: Vec<f64> = outcomes
                .iter()
                .filter_map(|o| look(o).as_ref())
                .map(|probes| probes.layers[layer].dead.unwrap_or(0) as f64)
                .collect();
            mean(&counts)
        };
        let dead = |layer| counted(layer, |outcome| &outcome.start);
        let mut row = |when: &str, layer: usize, published: &usize, ours: f64| {
            let layers = network.split('-').count();
            let what = format!("dead units {when}, layer {} of {layers}", layer + 1);
            compared.push(Compared::new(what, published, ours, None));
        };
        for (layer, published) in published.iter().enumerate() {
            row("before training", layer, published, dead(layer));
        }
        for (layer, published) in trained.unwrap_or_default().iter().enumerate() {
            row(
                "after it",
                layer,
                published,
                counted(layer, |outcome| &outcome.end),
            );
        }
        let last = published.len() - 1;
        compared.push(Compared::new(
            format!(
                "first and last layer of {}: dead units, difference",
                published.len()
            ),
            published[last] as i64 - published[0] as i64,
            dead(last) - dead(0),
            Some(dead(last) > dead(0)),
        ));
    }
    Ok(compared)
}

fn selu(arena: &Arena<'_>) -> Result<Vec<Compared>, Error> {
    let deep = Deep {
        function: function("selu")?,
        weight_std: 1.0,
        bias_std: 0.0,
        depth: 60,
        width: 1024,
    };
    let seeds = if arena.quick { 1 } else { 5 };
    let mut compared = Vec::new();
    for (start, label) in [
        ((0.0, 1.0), "N(0, 1)"),
        ((1.0, 4.0), "N(1, 4)"),
        ((-0.5, 0.09), "N(−0.5, 0.09)"),
    ] {
        let ends: Vec<(f64, f64)> = (1..=seeds)
            .map(|seed| deep.trace(start, seed).moments[59])
            .collect();
        let m = mean(&ends.iter().map(|end| end.0).collect::<Vec<_>>());
        let v = mean(&ends.iter().map(|end| end.1).collect::<Vec<_>>());
        compared.push(Compared::new(
            format!("mean at layer 60 from {label}"),
            0,
            m,
            Some(m.abs() < 0.03),
        ));
        compared.push(Compared::new(
            format!("variance at layer 60 from {label}"),
            1,
            v,
            Some((v - 1.0).abs() < 0.05),
        ));
    }
    Ok(compared)
}

fn nfnet(_: &Arena<'_>) -> Result<Vec<Compared>, Error> {
    let rows = [
        ("relu", 1.7139588594436646),
        ("gelu", 1.7015043497085571),
        ("silu", 1.7881293296813965),
        ("elu", 1.2716004848480225),
        ("selu", 1.0008515119552612),
        ("celu", 1.270926833152771),
        ("sigmoid", 4.803835391998291),
        ("softplus", 1.9203323125839233),
        ("softsign", 2.338853120803833),
        ("tanh", 1.5939117670059204),
        ("leaky_relu", 1.70590341091156),
        ("relu6", 1.7131484746932983),
    ];
    rows.iter()
        .map(|(name, published)| {
            let ours = 1.0 / Moments::of(function(name)?, 0.0, 1.0).variance().sqrt();
            let near = (published / ours - 1.0).abs() < 0.006;
            Ok(Compared::new(
                format!("1/σ of {name}(Z)"),
                published,
                ours,
                Some(near),
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Quiet;

    #[test]
    fn what_needs_no_training_agrees_with_the_papers() {
        let out = tempfile::tempdir().unwrap();
        let setting = Setting {
            quick: true,
            out: out.path().into(),
            ..Setting::default()
        };
        for name in ["lu", "nfnet"] {
            let anchor = all().iter().find(|anchor| anchor.name == name).unwrap();
            for row in reproduce(anchor, &setting, &Quiet).unwrap() {
                assert_eq!(row.agrees, Some(true), "{row:?}");
            }
        }
    }
}

//! Claims about output layers, losses and what goes in.

use super::arena::{Difference, Entrant, LEVEL, adjusted, all_of, by_part, finding};
use super::{Arena, Figure, Finding, Verdict};
use crate::data::{DataSource, Rows};
use crate::error::Error;
use crate::statistics::{friedman, mean, nemenyi};
use crate::train::{Run, Training};
use crate::tuning::Criterion;

/// Σ over rows of the logistic loss /n + λ|w|²/2 with its gradient; the last weight is the bias, which is not held small.
struct Logistic<'a> {
    rows: &'a Rows,
    features: usize,
    decay: f64,
}

impl Logistic<'_> {
    fn loss_and_gradient(&self, w: &[f64]) -> (f64, Vec<f64>) {
        let n = self.rows.len() as f64;
        let (mut loss, mut gradient) = (0.0, vec![0.0; w.len()]);
        for (row, &target) in self
            .rows
            .inputs
            .chunks(self.features)
            .zip(&self.rows.targets)
        {
            let sum: f64 = row.iter().zip(w).map(|(&x, w)| f64::from(x) * w).sum();
            let z = sum + w[self.features];
            let signed = if target == 1.0 { z } else { -z };
            loss += libm::log1p(libm::exp(-signed.abs())) + (-signed).max(0.0);
            let error = 1.0 / (1.0 + libm::exp(-z)) - f64::from(target);
            for (g, &x) in gradient.iter_mut().zip(row) {
                *g += error * f64::from(x);
            }
            gradient[self.features] += error;
        }
        loss /= n;
        gradient.iter_mut().for_each(|g| *g /= n);
        for (g, w) in gradient.iter_mut().zip(&w[..self.features]) {
            loss += 0.5 * self.decay * w * w;
            *g += self.decay * w;
        }
        (loss, gradient)
    }
}

/// Accelerated descent (Nesterov) with a step that is halved where it does not go down, from `start`, until the gradient is
/// below 10⁻⁹ or 50 000 steps are made.
fn descend(start: Vec<f64>, f: impl Fn(&[f64]) -> (f64, Vec<f64>)) -> (f64, Vec<f64>) {
    let (mut x, mut step) = (start, 1.0);
    let (mut loss, mut gradient) = f(&x);
    let mut velocity = vec![0.0; x.len()];
    for _ in 0..50_000 {
        if gradient.iter().map(|g| g * g).sum::<f64>().sqrt() < 1e-9 {
            break;
        }
        let ahead: Vec<f64> = velocity
            .iter()
            .zip(&gradient)
            .map(|(v, g)| 0.9 * v - step * g)
            .collect();
        let next: Vec<f64> = x.iter().zip(&ahead).map(|(x, v)| x + v).collect();
        let (next_loss, next_gradient) = f(&next);
        if next_loss <= loss {
            (x, loss, gradient, velocity) = (next, next_loss, next_gradient, ahead);
            step *= 1.02;
        } else {
            step *= 0.5;
            velocity.iter_mut().for_each(|v| *v = 0.0);
        }
    }
    (loss, x)
}

/// A linear hidden layer before a sigmoid is logistic regression.
pub(super) fn logistic(arena: &Arena<'_>) -> Result<Finding, Error> {
    let data = arena.data(&arena.source("breast_cancer")?)?;
    let features = data.shape.len();
    let problem = Logistic {
        rows: &data.train,
        features,
        decay: 0.01,
    };
    let (plain, w) = descend(vec![0.0; features + 1], |w| problem.loss_and_gradient(w));
    const HIDDEN: usize = 4;
    let mut stream = nonlin_theory::random::Stream::new(1, nonlin_theory::random::Purpose::Weights);
    let start: Vec<f64> = (0..HIDDEN * features + HIDDEN + 1)
        .map(|_| 0.3 * stream.normal())
        .collect();
    // The weights of the two layers, then the bias; the loss is that of their product.
    let product = |p: &[f64]| -> Vec<f64> {
        let (first, rest) = p.split_at(HIDDEN * features);
        let mut w: Vec<f64> = (0..features)
            .map(|i| (0..HIDDEN).map(|h| rest[h] * first[h * features + i]).sum())
            .collect();
        w.push(rest[HIDDEN]);
        w
    };
    let (deep, p) = descend(start, |p| {
        let (loss, g) = problem.loss_and_gradient(&product(p));
        let (first, rest) = p.split_at(HIDDEN * features);
        let mut gradient = Vec::with_capacity(p.len());
        for second in &rest[..HIDDEN] {
            gradient.extend(g[..features].iter().map(|g| second * g));
        }
        for weights in first.chunks(features) {
            gradient.push(weights.iter().zip(&g).map(|(w, g)| w * g).sum());
        }
        gradient.push(g[features]);
        (loss, gradient)
    });
    let deep_w = product(&p);
    let apart = w
        .iter()
        .zip(&deep_w)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max);
    let same = (plain - deep).abs() < 1e-6 && apart < 1e-2;
    Ok(finding(
        if same { Verdict::Confirmed } else { Verdict::Refuted },
        "Both come to the same least loss with the same weights, if the loss holds the product of the layers small; a layer narrower than \
         inputs and outputs would be an exception, and so may be a training that is stopped early.",
        "The two do not come to the same minimum.",
        "",
    )
    .figure(Figure::exact("least loss, logistic regression", plain))
    .figure(Figure::exact("least loss of the linear hidden layer − that of logistic regression", deep - plain))
    .figure(Figure::exact("largest difference of their weights", apart)))
}

/// A layer of one linear unit is narrower than what one linear layer can do.
pub(super) fn bottleneck(arena: &Arena<'_>) -> Result<Finding, Error> {
    let data = arena.data(&arena.source("iris")?)?;
    let mut figures = Vec::new();
    let mut ranks = Vec::new();
    let mut entrants = Vec::new();
    for network in ["mlp(1)", "mlp(8)"] {
        let run = Run {
            epochs: 60,
            rate: 0.03,
            ..arena.run("iris", network, "identity")?
        };
        let mut training = Training::new(&run, &data)?;
        let mut order =
            nonlin_theory::random::Stream::new(1, nonlin_theory::random::Purpose::Order);
        for _ in 0..60 {
            training.epoch(&data.train, &mut order);
        }
        let outputs = training.network.outputs(&data.train.inputs, None);
        let ratio = second_singular_value(&outputs, 3);
        ranks.push(ratio);
        figures.push(Figure::exact(
            format!("second over first singular value of the outputs without their mean, identity {network}"),
            ratio,
        ));
        entrants.push(Entrant::new(format!("identity {network}"), run));
    }
    let trained = arena.contest(&entrants, Criterion::Loss)?;
    let gap = Difference::between(
        "test loss, identity mlp(1) − identity mlp(8)",
        &trained[0].test_losses(),
        &trained[1].test_losses(),
    );
    let rank_one = ranks[0] < 1e-5 && ranks[1] > 1e-3;
    Ok(finding(
        if rank_one { Verdict::Confirmed } else { Verdict::Refuted },
        "With one linear hidden unit the outputs have rank 1, with eight they have more: that identity layers are one linear layer holds \
         only if none is narrower than inputs and outputs.",
        "The rank does not follow the width.",
        "",
    )
    .figures(figures)
    .figure(gap.figure()))
}

/// The second singular value over the first of rows of so many columns, without the columns' means: from the eigenvalues of
/// the 3 × 3 (or so) covariance, by power iteration and deflation.
fn second_singular_value(values: &[f32], columns: usize) -> f64 {
    let rows = values.len() / columns;
    let at = |row: usize, column: usize| f64::from(values[row * columns + column]);
    let means: Vec<f64> = (0..columns)
        .map(|c| (0..rows).map(|r| at(r, c)).sum::<f64>() / rows as f64)
        .collect();
    let mut covariance = vec![vec![0.0; columns]; columns];
    for row in 0..rows {
        for a in 0..columns {
            for b in 0..columns {
                covariance[a][b] += (at(row, a) - means[a]) * (at(row, b) - means[b]);
            }
        }
    }
    let mut largest = || {
        let mut v: Vec<f64> = (0..columns).map(|i| 1.0 + 0.37 * i as f64).collect();
        let mut value = 0.0;
        for _ in 0..500 {
            let w: Vec<f64> = covariance
                .iter()
                .map(|row| row.iter().zip(&v).map(|(a, b)| a * b).sum())
                .collect();
            value = w.iter().map(|x| x * x).sum::<f64>().sqrt();
            if value == 0.0 {
                break;
            }
            v = w.into_iter().map(|x| x / value).collect();
        }
        for a in 0..columns {
            for b in 0..columns {
                covariance[a][b] -= value * v[a] * v[b];
            }
        }
        value
    };
    let first = largest();
    (largest() / first).sqrt()
}

pub(super) fn input_scaling(arena: &Arena<'_>) -> Result<Finding, Error> {
    const SCALES: [&str; 5] = ["raw", "unit", "symmetric", "global", "feature"];
    let sets: &[&str] = if arena.quick {
        &["digits"]
    } else {
        &["digits", "wine"]
    };
    let advice = [("sigmoid", 1), ("tanh", 2), ("relu", 1)];
    let mut figures = Vec::new();
    let mut parts = Vec::new();
    let mut said = Vec::new();
    for (unit, advised) in advice {
        // A row for each scale, a column for each seed of each set.
        let mut rows: Vec<Vec<f64>> = vec![Vec::new(); SCALES.len()];
        for set in sets {
            let mut entrants = Vec::new();
            for scale in SCALES {
                let run = arena.run(&format!("{set}(scale={scale})"), "mlp(50)", unit)?;
                entrants.push(Entrant::new(
                    scale,
                    Run {
                        epochs: arena.epochs(20),
                        ..run
                    },
                ));
            }
            let trained = arena.contest(&entrants, Criterion::TrainingLoss)?;
            for entrant in &trained {
                figures.push(Figure::exact(
                    format!(
                        "final training loss, {unit}, {set} scaled {}",
                        entrant.label
                    ),
                    mean(&entrant.losses()),
                ));
            }
            for (row, entrant) in rows.iter_mut().zip(&trained) {
                row.extend(entrant.losses());
            }
        }
        let test = friedman(&rows);
        let critical = nemenyi(SCALES.len(), test.n);
        let best = (0..SCALES.len())
            .min_by(|a, b| test.average_ranks[*a].total_cmp(&test.average_ranks[*b]))
            .unwrap_or(0);
        let behind = test.average_ranks[advised] - test.average_ranks[best];
        figures.push(
            Figure::exact(
                format!(
                    "average rank of 5 of the advised scale {} for {unit}; the best is {} with {:.2}, critical difference {critical:.2}",
                    SCALES[advised], SCALES[best], test.average_ranks[best]
                ),
                test.average_ranks[advised],
            )
            .p(test.p),
        );
        parts.push(if test.p >= LEVEL {
            None
        } else if behind > critical {
            Some(false)
        } else if best == advised {
            Some(true)
        } else {
            None
        });
        said.push(format!(
            "{unit}: {} learns best, the advised {} has rank {:.1} of 5",
            SCALES[best], SCALES[advised], test.average_ranks[advised]
        ));
    }
    let said = format!("{}.", said.join("; "));
    Ok(Finding::new(all_of(parts), said).figures(figures))
}

pub(super) fn pairings(arena: &Arena<'_>) -> Result<Finding, Error> {
    let epochs = arena.epochs(30);
    let contest = |data: &str, losses: &[&str]| {
        let mut entrants = Vec::new();
        for loss in losses {
            let run = arena.run(data, "mlp(32)", "tanh")?;
            entrants.push(Entrant::new(
                *loss,
                Run {
                    loss: loss.parse()?,
                    epochs,
                    ..run
                },
            ));
        }
        arena.contest(&entrants, Criterion::Score)
    };
    let binary = contest(
        "breast_cancer",
        &["binary", "square(tanh)", "square(sigmoid)"],
    )?;
    let mut differences = Vec::new();
    for other in &binary[1..] {
        differences.push(Difference::between(
            format!(
                "accuracy on breast_cancer, binary − {}, points",
                other.label
            ),
            &binary[0].scores(),
            &other.scores(),
        ));
    }
    let numbers = contest("diabetes", &["square", "square(relu)", "square(sigmoid)"])?;
    for other in &numbers[1..] {
        differences.push(Difference::between(
            format!("R² on diabetes, linear output − {}", other.label),
            &numbers[0].scores(),
            &other.scores(),
        ));
    }
    let several = contest("wine", &["cross_entropy", "square(softmax)"])?;
    differences.push(Difference::between(
        "accuracy on wine, cross_entropy − square(softmax), points",
        &several[0].scores(),
        &several[1].scores(),
    ));
    let differences = adjusted(differences);
    let parts = differences.iter().map(|d| d.above(0.0));
    let names = differences
        .iter()
        .map(|d| d.what.trim_end_matches(", points").to_owned());
    let said = by_part(names.zip(parts.clone()), "As advised", "The other way");
    Ok(Finding::new(all_of(parts), said).figures(differences.iter().map(Difference::figure)))
}

/// Sequences of tasks with random labels, learned by one network after the other.
pub(super) fn plasticity(arena: &Arena<'_>) -> Result<Finding, Error> {
    const UNITS: [&str; 5] = ["relu", "leaky_relu", "rrelu", "prelu", "swish"];
    let (tasks, epochs) = if arena.quick { (5, 15) } else { (10, 30) };
    // The published experiment is on MNIST; where that is not there, the small digits do.
    let set = if arena
        .data(&arena.source("mnist(train=1000,labels=random,seed=1)")?)
        .is_ok()
    {
        "mnist"
    } else {
        "digits"
    };
    let sources: Vec<DataSource> = (1..=tasks)
        .map(|task| arena.source(&format!("{set}(train=1000,labels=random,seed={task})")))
        .collect::<Result<_, _>>()?;
    let mut data = Vec::new();
    for source in &sources {
        data.push(arena.data(source)?);
    }
    let seeds = arena.seeds();
    let mut jobs = Vec::new();
    for unit in UNITS {
        for seed in 1..=seeds {
            jobs.push(Run {
                seed,
                optimiser: "adam".parse()?,
                rate: 0.003,
                ..Run::new(
                    sources[0].clone(),
                    "mlp(100-100)".parse()?,
                    unit.parse::<crate::Unit>()?,
                )
            });
        }
    }
    // Mean over the tasks but the first of the accuracy on the task's own rows after its epochs.
    let curves = arena.each(&jobs, |run| {
        let mut training = Training::new(run, &data[0])?;
        let mut order =
            nonlin_theory::random::Stream::new(run.seed, nonlin_theory::random::Purpose::Order);
        let mut scores = Vec::with_capacity(data.len());
        for task in &data {
            for _ in 0..epochs {
                training.epoch(&task.train, &mut order);
            }
            scores.push(training.judged(&task.train).1);
        }
        Ok(scores)
    })?;
    let late: Vec<f64> = curves.iter().map(|scores| mean(&scores[1..])).collect();
    let of = |unit: usize| &late[unit * seeds as usize..(unit + 1) * seeds as usize];
    let differences = adjusted(
        (1..UNITS.len())
            .map(|at| {
                Difference::between(
                    format!("accuracy on later tasks, {} − relu, points", UNITS[at]),
                    of(at),
                    of(0),
                )
            })
            .collect(),
    );
    let mut chart = nonlin_plot::Figure::new("Learning one random task after the other")
        .x_label("task")
        .y_label("accuracy on it, %");
    for (at, unit) in UNITS.iter().enumerate() {
        let points = (0..data.len()).map(|task| {
            let scores: Vec<f64> = (0..seeds as usize)
                .map(|seed| curves[at * seeds as usize + seed][task])
                .collect();
            ((task + 1) as f64, mean(&scores))
        });
        chart = chart.line(*unit, points.collect::<Vec<_>>());
    }
    // Swish loses its gradient on the left, if later than ReLU: it stands for itself.
    let verdict = all_of(differences[..3].iter().map(|d| d.above(0.0)));
    let said = by_part(
        UNITS[1..]
            .iter()
            .map(|unit| (*unit).to_owned())
            .zip(differences.iter().map(|d| d.above(0.0))),
        "Better at new tasks than ReLU",
        "Worse",
    );
    Ok(Finding::new(verdict, said)
        .figures((0..UNITS.len()).map(|at| {
            Figure::exact(
                format!("accuracy on later tasks, {}, {set}, %", UNITS[at]),
                mean(of(at)),
            )
        }))
        .figures(differences.iter().map(Difference::figure))
        .chart(chart))
}

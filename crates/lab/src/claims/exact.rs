//! Claims that computation decides.

use super::arena::{finding, function};
use super::{Arena, Figure, Finding, Verdict};
use crate::error::Error;
use crate::train::Run;
use crate::tuning::Criterion;
use nonlin::Function;
use nonlin_plot::Figure as Chart;
use nonlin_theory::random::{Purpose, Stream};

fn at(f: Function, x: f64) -> f64 {
    let mut y = [0.0];
    f.forward(&[x], &mut y);
    y[0]
}

fn slope(f: Function, x: f64) -> f64 {
    f.derivative_at(x)
}

fn decided(holds: bool, confirmed: &str, refuted: &str) -> Finding {
    let verdict = if holds {
        Verdict::Confirmed
    } else {
        Verdict::Refuted
    };
    finding(verdict, confirmed, refuted, "")
}

/// Identity layers are one linear layer.
pub(super) fn one_linear_layer(_: &Arena<'_>) -> Result<Finding, Error> {
    const LAYERS: usize = 5;
    const WIDTH: usize = 40;
    let mut stream = Stream::new(1, Purpose::Weights);
    let std = 1.0 / (WIDTH as f64).sqrt();
    let weights: Vec<Vec<f64>> = (0..LAYERS)
        .map(|_| (0..WIDTH * WIDTH).map(|_| std * stream.normal()).collect())
        .collect();
    let x: Vec<f64> = (0..WIDTH).map(|_| stream.normal()).collect();
    let times = |w: &[f64], x: &[f64]| -> Vec<f64> {
        w.chunks(WIDTH)
            .map(|row| row.iter().zip(x).map(|(a, b)| a * b).sum())
            .collect()
    };
    let identity = function("identity")?;
    let mut deep = x.clone();
    for w in &weights {
        let z = times(w, &deep);
        identity.forward(&z, &mut deep);
    }
    // The product of all matrices, column by column.
    let mut product = vec![0.0; WIDTH * WIDTH];
    for column in 0..WIDTH {
        let mut unit = vec![0.0; WIDTH];
        unit[column] = 1.0;
        for w in &weights {
            unit = times(w, &unit);
        }
        for row in 0..WIDTH {
            product[row * WIDTH + column] = unit[row];
        }
    }
    let apart = times(&product, &x)
        .iter()
        .zip(&deep)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max);
    Ok(decided(
        apart < 1e-10,
        "Five layers with the identity give what the product of their matrices gives, to rounding.",
        "The product of the matrices gives something else.",
    )
    .figure(Figure::exact(
        "largest difference of the outputs, f64",
        apart,
    )))
}

/// A linear activation approximates nothing but lines.
pub(super) fn universal(arena: &Arena<'_>) -> Result<Finding, Error> {
    let mut figures = Vec::new();
    let (mut linear, mut curved) = (Vec::new(), Vec::new());
    for data in ["sine", "absolute", "xor"] {
        let mut entrants = Vec::new();
        for unit in ["identity", "relu", "tanh"] {
            let run = arena.run(data, "mlp(32)", unit)?;
            entrants.push(super::arena::Entrant::new(unit, Run { epochs: 200, ..run }));
        }
        for trained in arena.contest(&entrants, Criterion::Loss)? {
            let score = crate::statistics::mean(&trained.scores());
            figures.push(Figure::exact(
                format!(
                    "{} of a hidden layer of 32, {}, {data}",
                    arena.score_name(data)?,
                    trained.label
                ),
                score,
            ));
            if trained.label == "identity" {
                &mut linear
            } else {
                &mut curved
            }
            .push(score);
        }
    }
    let refuted = linear
        .iter()
        .zip(curved.chunks(2))
        .all(|(l, c)| c.iter().all(|c| *c > *l));
    Ok(finding(
        if refuted { Verdict::Refuted } else { Verdict::NotResolved },
        "",
        "With a linear activation two layers are one line, and fit no better than it; with ReLU or tanh they come nearer to all three curves. The \
         sentence means a non-linear activation.",
        "The linear network does as well somewhere.",
    )
    .figures(figures))
}

/// A monotone activation does not make the loss of one layer convex.
pub(super) fn monotone_convex(_: &Arena<'_>) -> Result<Finding, Error> {
    let sigmoid = function("sigmoid")?;
    let tanh = function("tanh")?;
    // One weight, one input 1, one target: the second difference of the loss along the weight.
    let second = |loss: &dyn Fn(f64) -> f64| {
        let h = 1e-3;
        (-800..=800)
            .map(|i| {
                let w = 0.01 * f64::from(i);
                (loss(w + h) - 2.0 * loss(w) + loss(w - h)) / (h * h)
            })
            .fold(f64::INFINITY, f64::min)
    };
    let square = second(&|w| (at(sigmoid, w) - 0.0).powi(2));
    let tanh_square = second(&|w| (at(tanh, w) + 1.0).powi(2));
    let entropy = second(&|w| {
        at(
            Function::all()
                .find(|f| f.name() == "softplus")
                .unwrap_or(sigmoid),
            w,
        )
    });
    let curve = (-80..=80).map(|i| 0.1 * f64::from(i));
    let chart = Chart::new("Loss of one weight, target 0")
        .x_label("weight")
        .line(
            "sigmoid, square",
            curve
                .clone()
                .map(|w| (w, at(sigmoid, w).powi(2)))
                .collect::<Vec<_>>(),
        )
        .line(
            "sigmoid, cross-entropy",
            curve
                .map(|w| (w, libm::log1p(libm::exp(w))))
                .collect::<Vec<_>>(),
        );
    Ok(decided(
        square >= -1e-6 && tanh_square >= -1e-6,
        "The losses are convex.",
        "The sigmoid is monotone, but its square loss has a negative second derivative where it is confidently wrong; with cross-entropy \
         it is convex. Convexity is a matter of the pair of activation and loss.",
    )
    .figure(Figure::exact("least second derivative of the loss, sigmoid with square", square))
    .figure(Figure::exact("the same, tanh with square", tanh_square))
    .figure(Figure::exact("the same, sigmoid with cross-entropy", entropy))
    .chart(chart))
}

pub(super) fn tanh_sigmoid(_: &Arena<'_>) -> Result<Finding, Error> {
    let (tanh, sigmoid) = (function("tanh")?, function("sigmoid")?);
    let grid = || (-4000..=4000).map(|i| 0.005 * f64::from(i));
    let apart = grid()
        .map(|x| (at(tanh, x) - (2.0 * at(sigmoid, 2.0 * x) - 1.0)).abs())
        .fold(0.0, f64::max);
    // No shift alone: whatever is taken off, one of the ends is half of the difference of the ranges away.
    let best = (-100..=100)
        .map(|i| {
            let shift = 0.02 * f64::from(i);
            grid()
                .map(|x| (at(tanh, x) - (at(sigmoid, x) + shift)).abs())
                .fold(0.0, f64::max)
        })
        .fold(f64::INFINITY, f64::min);
    Ok(Finding::new(
        if apart < 1e-15 { Verdict::SourceError } else { Verdict::Refuted },
        format!(
            "tanh(x) is 2σ(2x) − 1: scaled in both directions and shifted. Shifted alone, no sigmoid comes nearer to it than {best:.2}, so \
             \"tanh is a shifted sigmoid\" leaves out the scaling."
        ),
    )
    .figure(Figure::exact("largest |tanh(x) − (2σ(2x) − 1)|, f64", apart))
    .figure(Figure::exact("least largest distance of a shifted sigmoid from tanh", best)))
}

/// The printed derivative formulas, and where they break in f32.
pub(super) fn derivative_formulas(_: &Arena<'_>) -> Result<Finding, Error> {
    type Formula = fn(f32) -> f32;
    let formulas: [(&str, &str, Formula); 6] = [
        ("sigmoid", "y(1 − y)", |x| {
            let y = 1.0 / (1.0 + libm::expf(-x));
            y * (1.0 - y)
        }),
        ("tanh", "(1 + y)(1 − y)", |x| {
            (1.0 + libm::tanhf(x)) * (1.0 - libm::tanhf(x))
        }),
        ("tanh", "4e²ˣ/(e²ˣ + 1)²", |x| {
            let e = libm::expf(2.0 * x);
            4.0 * e / ((e + 1.0) * (e + 1.0))
        }),
        ("softplus", "1 − 1/(1 + eˣ)", |x| {
            1.0 - 1.0 / (1.0 + libm::expf(x))
        }),
        ("softsign", "1/(1 + |x|)²", |x| {
            1.0 / ((1.0 + x.abs()) * (1.0 + x.abs()))
        }),
        ("swish", "y/x + y − y²/x", |x| {
            let y = x / (1.0 + libm::expf(-x));
            y / x + y - y * y / x
        }),
    ];
    let mut points: Vec<f32> = vec![
        0.0, 1e-12, -1e-12, 1e-6, -1e-6, 50.0, -50.0, 100.0, -100.0, 1e4, -1e4, 1e-40,
    ];
    points.extend((-200..=200).map(|i| 0.05 * i as f32));
    let mut figures = Vec::new();
    let mut right = true;
    let mut nan = Vec::new();
    for (name, text, formula) in formulas {
        let f = function(name)?;
        let (mut error, mut not_a_number) = (0.0f64, 0usize);
        let mut at_moderate: f64 = 0.0;
        for &x in &points {
            let got = f64::from(formula(x));
            let exact = slope(f, f64::from(x));
            if got.is_nan() {
                not_a_number += 1;
                continue;
            }
            error = error.max((got - exact).abs());
            if (0.1..5.0).contains(&x.abs()) {
                at_moderate = at_moderate.max((got / exact - 1.0).abs());
            }
        }
        right &= at_moderate < 1e-3;
        figures.push(Figure::exact(
            format!("largest error of {text} for {name} in f32"),
            error,
        ));
        if not_a_number > 0 {
            nan.push(format!("{text} of {name} ({not_a_number})"));
            figures.push(Figure::exact(
                format!(
                    "NaN results of {text} for {name} among {} points",
                    points.len()
                ),
                not_a_number as f64,
            ));
        }
    }
    Ok(decided(
        right,
        &format!(
            "The formulas are right as mathematics. In f32 some of them are not numbers at some points: {}.",
            nan.join("; ")
        ),
        "A formula is wrong at moderate arguments.",
    )
    .figures(figures))
}

/// Adding 10⁻¹² against division by zero.
pub(super) fn epsilon(_: &Arena<'_>) -> Result<Finding, Error> {
    let softsign = |x: f64| {
        let y = x / (1.0 + x.abs());
        y * y / ((x + 1e-12) * (x + 1e-12))
    };
    let swish = |x: f64| {
        let y = x / (1.0 + libm::exp(-x));
        y / (x + 1e-12) + y - y * y / (x + 1e-12)
    };
    let single = {
        // In f32 the ε is lost beyond half a unit in the last place of x.
        let mut x = 1e-8f32;
        while x + 1e-12 != x {
            x *= 1.01;
        }
        f64::from(x)
    };
    let zero = (softsign(0.0), swish(0.0));
    let pole = softsign(-1e-12);
    let holds = (zero.0 - 1.0).abs() < 1e-3 && (zero.1 - 0.5).abs() < 1e-3;
    Ok(decided(
        holds,
        "The formulas with ε are right at 0.",
        "At 0, where the ε is meant to help, both formulas give 0 instead of 1 and of 1/2; at −10⁻¹² they divide by zero, and in f32 the ε is \
         lost beyond |x| of about 10⁻⁵. The closed forms 1/(1 + |x|)² and σ(x)(1 + x(1 − σ(x))) need no ε.",
    )
    .figure(Figure::exact("softsign′(0) by the formula with ε; the derivative is 1", zero.0))
    .figure(Figure::exact("swish′(0) by the formula with ε; the derivative is ½", zero.1))
    .figure(Figure::exact("softsign′(−10⁻¹²) by the formula with ε", pole))
    .figure(Figure::exact("f32 x from which on x + 10⁻¹² is x", single)))
}

pub(super) fn saturates_at_two(_: &Arena<'_>) -> Result<Finding, Error> {
    let sigmoid = function("sigmoid")?;
    let value = at(sigmoid, 2.0);
    let needed = (0.99f64 / 0.01).ln();
    Ok(decided(
        value > 0.99,
        "σ(2) is above 0.99.",
        "Overstated: σ(2) is 0.88. 0.99 takes x = 4.6, and the derivative is below 1 % of its largest only beyond 5.99.",
    )
    .figure(Figure::exact("σ(2)", value))
    .figure(Figure::exact("x where σ is 0.99", needed))
    .figure(Figure::exact("σ′(2)/σ′(0)", slope(sigmoid, 2.0) / slope(sigmoid, 0.0))))
}

fn softmax(z: &[f64]) -> Vec<f64> {
    let most = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let e: Vec<f64> = z.iter().map(|z| libm::exp(z - most)).collect();
    let sum: f64 = e.iter().sum();
    e.into_iter().map(|e| e / sum).collect()
}

/// The gradients of softmax with cross-entropy and with squares.
pub(super) fn softmax_gradient(_: &Arena<'_>) -> Result<Finding, Error> {
    let mut stream = Stream::new(3, Purpose::Networks);
    let (mut most, mut least): (f64, f64) = (0.0, f64::INFINITY);
    let mut wrong_square: f64 = 0.0;
    let mut wrong_entropy = f64::INFINITY;
    for scale in [1.0, 10.0, 100.0, 1000.0] {
        for _ in 0..1000 {
            let z: Vec<f64> = (0..10).map(|_| scale * stream.normal()).collect();
            let p = softmax(&z);
            let norm = |class: usize| {
                let squares = p
                    .iter()
                    .enumerate()
                    .map(|(i, p)| (p - f64::from(u8::from(i == class))).powi(2));
                squares.sum::<f64>().sqrt()
            };
            let largest = (0..10).max_by(|a, b| z[*a].total_cmp(&z[*b])).unwrap_or(0);
            for class in 0..10 {
                most = most.max(norm(class));
            }
            least = least.min(norm(largest));
            if scale == 1000.0 {
                let wrong = (largest + 1) % 10;
                // Of Σ (p − y)²: the Jacobian diag(p) − p pᵀ times 2 (p − y).
                let d: Vec<f64> = p
                    .iter()
                    .enumerate()
                    .map(|(i, p)| 2.0 * (p - f64::from(u8::from(i == wrong))))
                    .collect();
                let dot: f64 = p.iter().zip(&d).map(|(p, d)| p * d).sum();
                let square = p
                    .iter()
                    .zip(&d)
                    .map(|(p, d)| (p * (d - dot)).powi(2))
                    .sum::<f64>()
                    .sqrt();
                wrong_square = wrong_square.max(square);
                wrong_entropy = wrong_entropy.min(norm(wrong));
            }
        }
    }
    Ok(Finding::new(
        Verdict::NotResolved,
        "It never explodes: p − y is no longer than √2. It does go to 0, where the answer is right, as it should; with squares in place of \
         cross-entropy it goes to 0 where the answer is confidently wrong. \"Neither vanishes\" is true of the wrong answers alone.",
    )
    .figure(Figure::exact("largest norm of the gradient at the logits, cross-entropy", most))
    .figure(Figure::exact("least norm, right answers", least))
    .figure(Figure::exact("least norm at confidently wrong answers, cross-entropy", wrong_entropy))
    .figure(Figure::exact("largest norm at confidently wrong answers, squares", wrong_square)))
}

pub(super) fn softmax_properties(_: &Arena<'_>) -> Result<Finding, Error> {
    let mut stream = Stream::new(4, Purpose::Networks);
    let (mut sum_error, mut shift_error, mut scale_change, mut rows_error): (f64, f64, f64, f64) =
        (0.0, 0.0, 0.0, 0.0);
    let axis = nonlin::Axis::of(&[10], 0).map_err(|error| Error::Plan(error.to_string()))?;
    let of = |z: &[f32]| {
        let mut y = vec![0.0f32; z.len()];
        nonlin::rows::RowFunction::Softmax.forward(axis, z, &mut y);
        y
    };
    for _ in 0..1000 {
        let z: Vec<f32> = (0..10).map(|_| (4.0 * stream.normal()) as f32).collect();
        let y = of(&z);
        sum_error = sum_error.max((y.iter().map(|&y| f64::from(y)).sum::<f64>() - 1.0).abs());
        // A power of two added to small numbers with few bits is exact, so that only softmax is judged.
        let coarse: Vec<f32> = z.iter().map(|z| (z * 64.0).round() / 64.0).collect();
        let shifted: Vec<f32> = coarse.iter().map(|z| z + 1024.0).collect();
        let pairs = of(&coarse).into_iter().zip(of(&shifted));
        shift_error = pairs
            .map(|(a, b)| f64::from((a - b).abs()))
            .fold(shift_error, f64::max);
        let scaled: Vec<f32> = z.iter().map(|z| 2.0 * z).collect();
        let pairs = y.iter().zip(of(&scaled));
        scale_change = pairs
            .map(|(a, b)| f64::from((a - b).abs()))
            .fold(scale_change, f64::max);
        let p = softmax(&z.iter().map(|&z| f64::from(z)).collect::<Vec<_>>());
        for i in 0..10 {
            let row: f64 = (0..10)
                .map(|j| {
                    if i == j {
                        p[i] * (1.0 - p[i])
                    } else {
                        -p[i] * p[j]
                    }
                })
                .sum();
            rows_error = rows_error.max(row.abs());
        }
    }
    Ok(decided(
        sum_error < 1e-6 && shift_error == 0.0 && scale_change > 0.01 && rows_error < 1e-15,
        "Outputs sum to 1 to rounding, a shift of all inputs changes no bit, a factor does change them, and the rows of the Jacobian sum to 0.",
        "One of the properties does not hold.",
    )
    .figure(Figure::exact("largest |sum − 1|, f32", sum_error))
    .figure(Figure::exact("largest change by adding 1024 to all inputs, f32", shift_error))
    .figure(Figure::exact("largest change by doubling all inputs", scale_change))
    .figure(Figure::exact("largest |row sum| of the Jacobian, f64", rows_error)))
}

pub(super) fn softmax_overflow(_: &Arena<'_>) -> Result<Finding, Error> {
    let naive = |z: &[f32]| -> Vec<f32> {
        let e: Vec<f32> = z.iter().map(|&z| libm::expf(z)).collect();
        let sum: f32 = e.iter().sum();
        e.into_iter().map(|e| e / sum).collect()
    };
    let axis = nonlin::Axis::of(&[2], 0).map_err(|error| Error::Plan(error.to_string()))?;
    let (mut naive_bad, mut shifted_bad, mut first) = (0, 0, f64::INFINITY);
    let points = [
        0.0f32, 50.0, 88.0, 88.7, 88.8, 100.0, 709.8, 1e4, -88.0, -104.0, -1e4,
    ];
    for large in points {
        let z = [large, large - 1.0];
        if naive(&z).iter().any(|y| !y.is_finite()) {
            naive_bad += 1;
            if large > 0.0 {
                first = first.min(f64::from(large));
            }
        }
        let mut y = [0.0f32; 2];
        nonlin::rows::RowFunction::Softmax.forward(axis, &z, &mut y);
        shifted_bad += i32::from(y.iter().any(|y| !y.is_finite()));
    }
    Ok(decided(
        naive_bad > 0 && shifted_bad == 0,
        "The formula as it is written overflows in f32 beyond 88.72 and divides 0 by 0 far on the left; with the largest input taken off first it \
         never does.",
        "The formula as it is written does not overflow.",
    )
    .figure(Figure::exact(format!("inputs of {} where the formula as written gives NaN", points.len()), f64::from(naive_bad)))
    .figure(Figure::exact("least of them above 0", first))
    .figure(Figure::exact("the same with the largest input taken off", f64::from(shifted_bad))))
}

pub(super) fn hard_is_taylor(_: &Arena<'_>) -> Result<Finding, Error> {
    let sigmoid = function("sigmoid")?;
    let tanh = function("tanh")?;
    let grid = || (-1000..=1000).map(|i| 0.01 * f64::from(i));
    let worst = |f: Function, hard: &dyn Fn(f64) -> f64| {
        grid()
            .map(|x| (at(f, x) - hard(x)).abs())
            .fold(0.0, f64::max)
    };
    let logistic = |slope: f64| move |x: f64| (slope * x + 0.5).clamp(0.0, 1.0);
    let taylor = slope(sigmoid, 0.0);
    let (a, b, c) = (
        worst(sigmoid, &logistic(0.25)),
        worst(sigmoid, &logistic(0.2)),
        worst(sigmoid, &logistic(1.0 / 6.0)),
    );
    let chart = Chart::new("Hard sigmoids")
        .line(
            "sigmoid",
            grid()
                .filter(|x| x.abs() <= 5.0)
                .map(|x| (x, at(sigmoid, x)))
                .collect::<Vec<_>>(),
        )
        .line(
            "0.25 x + 0.5",
            grid()
                .filter(|x| x.abs() <= 5.0)
                .map(|x| (x, logistic(0.25)(x)))
                .collect::<Vec<_>>(),
        )
        .line(
            "0.2 x + 0.5",
            grid()
                .filter(|x| x.abs() <= 5.0)
                .map(|x| (x, logistic(0.2)(x)))
                .collect::<Vec<_>>(),
        )
        .line(
            "x/6 + 0.5",
            grid()
                .filter(|x| x.abs() <= 5.0)
                .map(|x| (x, logistic(1.0 / 6.0)(x)))
                .collect::<Vec<_>>(),
        );
    Ok(decided(
        taylor == 0.25 && slope(tanh, 0.0) == 1.0,
        "0.25 x + 0.5 and x are the tangents at 0. Three hard sigmoids go by the name, and the tangent is the furthest of them from the sigmoid.",
        "They are not the tangents at 0.",
    )
    .figure(Figure::exact("σ′(0)", taylor))
    .figure(Figure::exact("largest error of 0.25 x + 0.5", a))
    .figure(Figure::exact("largest error of 0.2 x + 0.5 (Keras 2, ONNX)", b))
    .figure(Figure::exact("largest error of x/6 + 0.5 (PyTorch, Keras 3)", c))
    .figure(Figure::exact("largest error of hard tanh", worst(tanh, &|x| x.clamp(-1.0, 1.0))))
    .chart(chart))
}

pub(super) fn who_proposed_gelu(_: &Arena<'_>) -> Result<Finding, Error> {
    let papers = function("gelu")?.card().papers;
    let authors: Vec<String> = papers
        .iter()
        .map(|paper| paper.authors.to_owned())
        .collect();
    let hendrycks = authors.iter().any(|text| text.contains("Hendrycks"));
    Ok(Finding::new(
        if hendrycks {
            Verdict::SourceError
        } else {
            Verdict::NotResolved
        },
        "GELU was proposed by Dan Hendrycks (University of California, Berkeley) and Kevin Gimpel (Toyota Technological Institute at Chicago) in \
         2016; OpenAI used it.",
    ))
}

/// Which activations are convex, and which word means what.
pub(super) fn convex_words(_: &Arena<'_>) -> Result<Finding, Error> {
    let mut wrong = Vec::new();
    let mut figures = Vec::new();
    for f in Function::all() {
        // f((a + b)/2) ≤ (f(a) + f(b))/2 on a grid of pairs.
        let mut convex = true;
        for i in -60..=60 {
            for j in -60..=60 {
                let (a, b) = (0.2 * f64::from(i), 0.2 * f64::from(j));
                let (middle, mean) = (at(f, 0.5 * (a + b)), 0.5 * (at(f, a) + at(f, b)));
                convex &= middle <= mean + 1e-12 * (1.0 + mean.abs());
            }
        }
        let claimed = matches!(
            f.profile().convexity,
            nonlin::profile::Convexity::Convex | nonlin::profile::Convexity::Linear
        );
        if convex {
            figures.push(Figure::exact(
                format!("{} is convex on a grid of 121 × 121 pairs", f.name()),
                1.0,
            ));
        }
        if convex != claimed {
            wrong.push(f.name());
        }
    }
    Ok(Finding::new(
        if wrong.is_empty() { Verdict::SourceError } else { Verdict::NotResolved },
        if wrong.is_empty() {
            "x² is convex and ln x concave. The article says both at different places, after an old Chinese usage in which the two words are \
             exchanged. The catalogue's convexity holds on the grid for every function."
                .to_owned()
        } else {
            format!("The grid and the catalogue differ for {}.", wrong.join(", "))
        },
    )
    .figures(figures))
}

pub(super) fn swish_shape(_: &Arena<'_>) -> Result<Finding, Error> {
    let swish = function("swish")?;
    let relu = function("relu")?;
    // Where the derivative changes its sign, by bisection.
    let (mut low, mut high) = (-3.0f64, -0.5f64);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if slope(swish, middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    let least = 0.5 * (low + high);
    let sharp = function("swish(beta=50)")?;
    let grid = || (-1000..=1000).map(|i| 0.005 * f64::from(i));
    let apart = |f: Function| {
        grid()
            .map(|x| (at(f, x) - at(relu, x)).abs())
            .fold(0.0, f64::max)
    };
    let (one, fifty) = (apart(swish), apart(sharp));
    let chart = Chart::new("Swish and ReLU")
        .line("relu", grid().map(|x| (x, at(relu, x))).collect::<Vec<_>>())
        .line(
            "swish",
            grid().map(|x| (x, at(swish, x))).collect::<Vec<_>>(),
        );
    Ok(decided(
        (at(swish, least) - (least + 1.0)).abs() < 1e-12 && fifty < one / 20.0,
        "It is smooth, falls to its least value −0.2785 at −1.2785 (the value is the place + 1) and rises from there, and goes to ReLU as β grows.",
        "The shape is another.",
    )
    .figure(Figure::exact("place of the least value", least))
    .figure(Figure::exact("the least value", at(swish, least)))
    .figure(Figure::exact("largest distance from ReLU, β = 1", one))
    .figure(Figure::exact("largest distance from ReLU, β = 50", fifty))
    .chart(chart))
}

/// Nanoseconds an element.
pub(super) fn cost(arena: &Arena<'_>) -> Result<Finding, Error> {
    const NAMES: [&str; 7] = [
        "relu",
        "leaky_relu",
        "sigmoid",
        "tanh",
        "elu",
        "swish",
        "gelu",
    ];
    let sizes: [(usize, &str); 2] = [
        (1 << 12, "in cache (16 KiB)"),
        (if arena.quick { 1 << 23 } else { 1 << 25 }, "in memory"),
    ];
    let mut figures = Vec::new();
    let mut ratios: Vec<Vec<f64>> = Vec::new();
    for (n, label) in sizes {
        let x: Vec<f32> = (0..n).map(|i| (i % 1999) as f32 * 0.005 - 5.0).collect();
        let dy = vec![1.0f32; n];
        let mut y = vec![0.0f32; n];
        let rounds = if n < 1 << 16 { 30 } else { 7 };
        let inner = ((1 << 16) / n).max(1);
        let functions: Vec<Function> = NAMES
            .iter()
            .map(|name| function(name))
            .collect::<Result<_, _>>()?;
        let mut times = vec![Vec::new(); NAMES.len()];
        for _ in 0..rounds {
            // In turn, so that what disturbs the machine disturbs all of them.
            for (f, times) in functions.iter().zip(&mut times) {
                let kernels = f.kernels().precision(nonlin::Precision::Fast);
                let start = std::time::Instant::now();
                for _ in 0..inner {
                    kernels.forward(&x, &mut y);
                    kernels.backward(&x, &dy, &mut y);
                }
                times.push(start.elapsed().as_secs_f64() * 1e9 / (n * inner) as f64);
            }
        }
        let medians: Vec<f64> = times
            .iter()
            .map(|times| crate::statistics::median(times))
            .collect();
        for (name, median) in NAMES.iter().zip(&medians) {
            figures.push(Figure::exact(
                format!("ns an element forward and backward, {name}, {label}"),
                *median,
            ));
        }
        ratios.push(medians.iter().map(|median| median / medians[0]).collect());
    }
    let span = |ratios: &[f64]| {
        let costly = &ratios[2..];
        (
            costly.iter().copied().fold(f64::INFINITY, f64::min),
            costly.iter().copied().fold(0.0, f64::max),
        )
    };
    let (cache, memory) = (span(&ratios[0]), span(&ratios[1]));
    let verdict = if cache.0 > 2.0 && memory.0 > 2.0 {
        Verdict::Confirmed
    } else if cache.0 < 1.2 {
        Verdict::Refuted
    } else {
        Verdict::NotResolved
    };
    let said = format!(
        "Functions with an exponential cost {:.1} to {:.1} times ReLU in cache and {:.1} to {:.1} times on large arrays, where memory sets the pace \
         (fast kernels of f32, forward and backward).",
        cache.0, cache.1, memory.0, memory.1
    );
    Ok(Finding::new(verdict, said).figures(figures))
}

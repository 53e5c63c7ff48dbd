//! Draws one figure of each kind into a folder: `cargo run -p nonlin-plot --example gallery -- FOLDER`.

use nonlin_plot::Figure;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::path::PathBuf::from(
        std::env::args()
            .nth(1)
            .unwrap_or_else(|| "target/gallery".into()),
    );
    std::fs::create_dir_all(&folder)?;
    for (name, figure) in figures() {
        std::fs::write(folder.join(format!("{name}.svg")), figure.svg())?;
        std::fs::write(folder.join(format!("{name}.png")), figure.png()?)?;
        println!(
            "{}",
            figure.terminal(90, 24, std::env::var_os("NO_COLOR").is_none())
        );
    }
    let small: Vec<Figure> = functions()
        .into_iter()
        .map(|(name, f)| {
            Figure::new(name)
                .size(240, 190)
                .line(name, sampled(f))
                .dashed("derivative", sampled_slope(f))
        })
        .collect();
    std::fs::write(folder.join("grid.svg"), Figure::grid(&small, 4))?;
    std::fs::write(folder.join("grid.png"), Figure::grid_png(&small, 4)?)?;
    println!("written to {}", folder.display());
    Ok(())
}

type Named = (&'static str, fn(f64) -> f64);

fn functions() -> Vec<Named> {
    vec![
        ("relu", |x| x.max(0.0)),
        ("leaky_relu", |x| if x < 0.0 { 0.1 * x } else { x }),
        ("elu", |x| if x < 0.0 { x.exp_m1() } else { x }),
        ("softplus", |x| x.exp().ln_1p()),
        ("sigmoid", |x| 1.0 / (1.0 + (-x).exp())),
        ("tanh", f64::tanh),
        ("swish", |x| x / (1.0 + (-x).exp())),
        ("mish", |x| x * x.exp().ln_1p().tanh()),
        ("softsign", |x| x / (1.0 + x.abs())),
        ("hard_tanh", |x| x.clamp(-1.0, 1.0)),
        ("relu6", |x| x.clamp(0.0, 6.0)),
        ("sine", f64::sin),
    ]
}

fn slope(f: fn(f64) -> f64, x: f64) -> f64 {
    (f(x + 1e-5) - f(x - 1e-5)) / 2e-5
}

/// The derivative, with a point that is not a number where it jumps.
fn sampled_slope(f: fn(f64) -> f64) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for (x, d) in sampled(move |x| slope(f, x + 0.001)) {
        if points.last().is_some_and(|p| (d - p.1).abs() > 0.5) {
            points.push((x, f64::NAN));
        }
        points.push((x, d));
    }
    points
}

fn sampled(f: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    (-400..=400)
        .map(|k| f64::from(k) / 100.0)
        .map(|x| (x, f(x)))
        .collect()
}

/// A small generator, so that the pictures are the same every time.
fn noise(seed: &mut u64) -> f64 {
    (0..12)
        .map(|_| {
            *seed = seed
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            (*seed >> 33) as f64 / f64::from(1u32 << 31)
        })
        .sum::<f64>()
        - 6.0
}

fn figures() -> Vec<(&'static str, Figure)> {
    let all = functions();
    let swish = all[6].1;
    let step = |x: f64| {
        if x == 0.0 {
            f64::NAN
        } else {
            f64::from(u8::from(x > 0.0))
        }
    };
    let mut curves = Figure::new("Twelve activation functions")
        .x_label("x")
        .y_label("φ(x)")
        .y_range(-1.2, 4.0);
    for (name, f) in &all {
        curves = curves.line(*name, sampled(f));
    }
    let mut learning = Figure::new("Training loss, mean ± sd over five seeds")
        .x_label("epoch")
        .y_label("loss")
        .log_y();
    for (name, rate) in [
        ("relu", 0.06),
        ("elu(alpha=0.5)", 0.08),
        ("sigmoid", 0.02),
        ("tanh", 0.05),
    ] {
        let mean = move |e: f64| 2.3 * (-rate * e).exp() + 0.004;
        learning = learning
            .band(
                name,
                (0..=100)
                    .map(f64::from)
                    .map(|e| (e, mean(e) * 0.8, mean(e) * 1.25)),
            )
            .line(name, (0..=100).map(f64::from).map(|e| (e, mean(e))));
    }
    let learning = learning.horizontal(0.1, "target");
    let mut seed = 7;
    let mut counts = [[0.0; 40]; 2];
    for _ in 0..4000 {
        for (row, (shift, scale)) in counts.iter_mut().zip([(0.0, 1.0), (1.2, 0.6)]) {
            let k = (noise(&mut seed) * scale + shift + 4.0) * 5.0;
            if (0.0..40.0).contains(&k) {
                row[k as usize] += 1.0 / 4000.0;
            }
        }
    }
    let bins = |row: [f64; 40]| {
        (0..40)
            .map(move |k| (k as f64 / 5.0 - 4.0, k as f64 / 5.0 - 3.8, row[k]))
            .collect::<Vec<_>>()
    };
    let scores = [
        ("relu", 0.672),
        ("elu", 0.684),
        ("swish", 0.69),
        ("gelu", 0.688),
        ("tanh", 0.661),
        ("sigmoid", 0.574),
        ("identity", 0.321),
    ];
    let named = |v: &[(&str, f64)]| {
        v.iter()
            .map(|(n, y)| (n.to_string(), *y))
            .collect::<Vec<_>>()
    };
    let long: Vec<(String, f64)> = all
        .iter()
        .map(|(n, f)| (format!("{n}, layer 3"), f(0.7) - 0.5))
        .collect();
    let dots: Vec<(f64, f64)> = (0..150)
        .map(|_| {
            let x = noise(&mut seed);
            (x, swish(x) + 0.1 * noise(&mut seed))
        })
        .collect();
    vec![
        (
            "function",
            Figure::new("swish, its derivative and its minimum")
                .x_label("x")
                .y_label("φ(x), φ′(x)")
                .line("swish", sampled(swish))
                .dashed("swish′", sampled_slope(swish))
                .vertical(-1.278_464_5, "minimum −1.278")
                .horizontal(-0.278_464_5, "−0.278"),
        ),
        (
            "step",
            Figure::new("binary_step")
                .x_label("x")
                .y_label("φ(x)")
                .line("binary_step", sampled(step))
                .y_range(-0.2, 1.2),
        ),
        ("many", curves),
        ("learning", learning),
        (
            "histogram",
            Figure::new("激活值 Activations, layer 2")
                .x_label("activation")
                .y_label("share")
                .histogram("before", bins(counts[0]))
                .histogram("after", bins(counts[1])),
        ),
        (
            "bars",
            Figure::new("Test accuracy")
                .y_label("accuracy")
                .bars("", named(&scores)),
        ),
        (
            "grouped",
            Figure::new("Gradient norm by layer")
                .y_label("norm")
                .log_y()
                .bars(
                    "relu",
                    named(&[("layer 1", 0.8), ("layer 2", 0.9), ("layer 3", 1.3)]),
                )
                .bars(
                    "sigmoid",
                    named(&[("layer 1", 0.002), ("layer 2", 0.03), ("layer 3", 0.4)]),
                ),
        ),
        (
            "turned",
            Figure::new("Long names, negative bars")
                .y_label("excess over 0.5")
                .bars("", long),
        ),
        (
            "points",
            Figure::new("Samples")
                .x_label("x")
                .y_label("y")
                .points("noisy", dots)
                .line("swish", sampled(swish))
                .size(560, 360),
        ),
        (
            "empty",
            Figure::new("Nothing yet").x_label("x").y_label("y"),
        ),
    ]
}

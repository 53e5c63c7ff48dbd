//! The printed formulas: as they should read, well formed, and right when read back.

mod reader;

use nonlin::{Function, Math, NoteKind, Printed, Real, Sheet};

/// Every function as it prints: value and derivative.
const PRINTED: &[(&str, &str, &str)] = &[
    ("identity", "x", "1"),
    ("binary_step", "0 for x < 0, 1 for x ≥ 0", "0"),
    ("sigmoid", "1/(1 + e⁻ˣ)", "σ(x)(1 − σ(x))"),
    ("tanh", "tanh(x)", "1 − tanh²(x)"),
    (
        "hard_sigmoid",
        "0 for x ≤ −b/a, ax + b for −b/a < x < (1 − b)/a, 1 for x ≥ (1 − b)/a",
        "0 for x ≤ −b/a, a for −b/a < x < (1 − b)/a, 0 for x ≥ (1 − b)/a",
    ),
    (
        "hard_tanh",
        "min for x ≤ min, x for min < x < max, max for x ≥ max",
        "0 for x ≤ min, 1 for min < x < max, 0 for x ≥ max",
    ),
    ("log_sigmoid", "−ln(1 + e⁻ˣ)", "1/(1 + eˣ)"),
    ("softsign", "x/(1 + |x|)", "1/(1 + |x|)²"),
    (
        "relu",
        "0 for x ≤ 0, x for x > 0",
        "0 for x ≤ 0, 1 for x > 0",
    ),
    (
        "relu6",
        "0 for x ≤ 0, x for 0 < x < 6, 6 for x ≥ 6",
        "0 for x ≤ 0, 1 for 0 < x < 6, 0 for x ≥ 6",
    ),
    (
        "leaky_relu",
        "ax for x ≤ 0, x for x > 0",
        "a for x ≤ 0, 1 for x > 0",
    ),
    (
        "prelu",
        "ax for x ≤ 0, x for x > 0",
        "a for x ≤ 0, 1 for x > 0",
    ),
    (
        "rrelu",
        "ax for x ≤ 0, x for x > 0",
        "a for x ≤ 0, 1 for x > 0",
    ),
    (
        "elu",
        "α(eˣ − 1) for x ≤ 0, x for x > 0",
        "αeˣ for x ≤ 0, 1 for x > 0",
    ),
    (
        "selu",
        "λα(eˣ − 1) for x ≤ 0, λx for x > 0",
        "λαeˣ for x ≤ 0, λ for x > 0",
    ),
    (
        "celu",
        "α(e^(x/α) − 1) for x ≤ 0, x for x > 0",
        "e^(x/α) for x ≤ 0, 1 for x > 0",
    ),
    ("softplus", "ln(1 + e^(βx))/β", "1/(1 + e^(−βx))"),
    ("swish", "x·σ(βx)", "σ(βx) + βx·σ(βx)(1 − σ(βx))"),
    ("gelu", "x·Φ(x)", "Φ(x) + x·e^(−x²/2)/√(2π)"),
    (
        "gelu_tanh",
        "x(1 + tanh(√(2/π)(x + 0.044715x³)))/2",
        "(1 + tanh(u))/2 + √(2/π)·x(1 − tanh²(u))(1 + 0.134145x²)/2",
    ),
    (
        "quick_gelu",
        "x·σ(1.702x)",
        "σ(1.702x) + 1.702x·σ(1.702x)(1 − σ(1.702x))",
    ),
    (
        "mish",
        "x·tanh(ln(1 + eˣ))",
        "tanh(u) + x·σ(x)(1 − tanh²(u))",
    ),
    (
        "hard_swish",
        "0 for x ≤ −3, x(x + 3)/6 for −3 < x < 3, x for x ≥ 3",
        "0 for x ≤ −3, x/3 + 1/2 for −3 < x < 3, 1 for x ≥ 3",
    ),
    ("sine", "sin(ωx)", "ω·cos(ωx)"),
];

/// Functions away from their defaults.
const OTHERS: &[&str] = &[
    "hard_sigmoid(slope=0.2)",
    "hard_tanh(min=-0.5, max=2)",
    "leaky_relu(negative_slope=-0.3)",
    "rrelu_mean",
    "elu(alpha=0.5)",
    "elu(alpha=-2)",
    "celu(alpha=2.5)",
    "softplus(beta=3)",
    "swish(beta=1.702)",
    "swish(beta=0)",
    "sine(omega=30)",
];

fn others() -> impl Iterator<Item = Function> {
    OTHERS.iter().map(|text| text.parse().expect(text))
}

fn notes(m: &Math) -> Vec<String> {
    m.notes().iter().map(|note| note.text()).collect()
}

#[test]
fn formulas_read_like_a_textbook() {
    for (name, value, derivative) in PRINTED {
        let f: Function = name.parse().unwrap();
        let Printed {
            value: v,
            derivative: d,
        } = f.formula();
        assert_eq!(v.to_string(), *value, "{name}");
        assert_eq!(d.to_string(), *derivative, "derivative of {name}");
    }
    let printed: Vec<&str> = PRINTED.iter().map(|(name, ..)| *name).collect();
    let all: Vec<&str> = Function::all().map(|f| f.name()).collect();
    for name in all {
        // A new function is checked by the tests below; it may come without a line here.
        if !printed.contains(&name) {
            println!("{name} has no expected text");
        }
    }
}

#[test]
fn notes_explain_what_is_printed() {
    let of = |text: &str| text.parse::<Function>().unwrap().formula();
    assert_eq!(notes(&of("hard_sigmoid").value), ["a = 1/6", "b = 0.5"]);
    assert_eq!(notes(&of("rrelu").value), ["a = 11/48"]);
    assert_eq!(
        notes(&of("selu").derivative),
        ["λ = 1.0507009873554805", "α = 1.6732632423543772"]
    );
    assert_eq!(notes(&of("gelu").value), ["Φ(x) = erfc(−x/√2)/2"]);
    assert_eq!(notes(&of("hard_tanh").value), ["min = −1", "max = 1"]);
    assert_eq!(
        notes(&of("mish").derivative),
        ["u = ln(1 + eˣ)", "σ(x) = 1/(1 + e⁻ˣ)"]
    );
    assert_eq!(of("relu").value.notes().len(), 0);
    let kinds: Vec<NoteKind> = of("swish").value.notes().iter().map(|n| n.kind).collect();
    assert_eq!(kinds, [NoteKind::Parameter, NoteKind::Definition]);
}

/// Points on all sides of every kink, and the kinks.
fn points() -> impl Iterator<Item = f64> {
    let fine = (-400..=400).map(|i| f64::from(i) / 32.0);
    fine.chain([-3.0, 3.0, 6.0, -6.0, -2.5, 1.0e-9, -1.0e-9, 1.0e-300])
}

fn close(a: f64, b: f64, x: f64) -> bool {
    (a - b).abs() <= 2.0e-14 * (1.0 + b.abs()) * (1.0 + x.abs())
}

#[test]
fn what_is_printed_is_what_is_computed() {
    for f in Function::all().chain(others()) {
        let Printed { value, derivative } = f.formula();
        for (math, order) in [(&value, 0), (&derivative, 1)] {
            let read = reader::Formula::new(&math.text(), &notes(math));
            for x in points() {
                let kernel = if order == 0 {
                    f.value_at(x)
                } else {
                    f.derivative_at(x)
                };
                let text = read.at(x);
                assert!(
                    close(text, kernel, x),
                    "{f}, order {order}, x = {x}: «{math}» is {text}, the kernel gives {kernel}"
                );
                let tree = math.at(x);
                assert!(
                    close(tree, kernel, x),
                    "{f}, order {order}, x = {x}: the expression is {tree}, the kernel gives {kernel}"
                );
            }
            assert!(math.at(f64::NAN).is_nan());
        }
    }
}

#[test]
fn second_derivatives_are_those_of_the_first() {
    for f in Function::all().chain(others()) {
        let first = f.formula().derivative;
        let second = first.derivative();
        let read = reader::Formula::new(&second.text(), &notes(&second));
        for x in points() {
            let h = 1.0 / 1024.0;
            // Away from the kinks, which lie at multiples of 1/32.
            let x = x + 1.0 / 64.0;
            let fraction = (f.derivative_at(x + h) - f.derivative_at(x - h)) / (2.0 * h);
            let kink = f.profile().kinks.iter().any(|k| (k.at - x).abs() < 2.0 * h);
            let scale = 1.0 + second.at(x).abs();
            let omega = if f.name() == "sine" {
                f.parameters()[0].value
            } else {
                3.0
            };
            let error = 1.0e-5 * omega.abs().powi(4) * scale;
            assert!(
                kink || (read.at(x) - fraction).abs() <= error,
                "{f} at {x}: «{second}» is {}, a difference quotient {fraction}",
                read.at(x)
            );
        }
    }
}

#[test]
fn mathml_is_well_formed_and_latex_balanced() {
    for f in Function::all().chain(others()) {
        let Printed { value, derivative } = f.formula();
        for math in [value.derivative(), value, derivative].iter().map(|m| {
            let mut all = vec![(m.mathml(), m.latex())];
            all.extend(m.notes().iter().map(|n| (n.mathml(), n.latex())));
            all
        }) {
            for (mathml, latex) in math {
                let document = roxmltree::Document::parse(&mathml)
                    .unwrap_or_else(|e| panic!("{f}: {e} in {mathml}"));
                for node in document.descendants().filter(|n| n.is_element()) {
                    let wanted = match node.tag_name().name() {
                        "mfrac" | "msup" => Some(2),
                        "mn" | "mi" | "mo" => Some(0),
                        "math" | "mrow" | "msqrt" | "mtable" | "mtr" | "mtd" => None,
                        other => panic!("{f}: unknown element {other}"),
                    };
                    let children = node.children().filter(|n| n.is_element()).count();
                    assert!(wanted.is_none_or(|w| w == children), "{f}: {mathml}");
                }
                check_latex(&latex);
            }
        }
    }
}

/// Braces, environments and \left…\right pair up, and every command is one that LaTeX with amsmath knows.
fn check_latex(latex: &str) {
    const KNOWN: &[&str] = &[
        "frac",
        "sqrt",
        "left",
        "right",
        "begin",
        "end",
        "le",
        "ge",
        "cdot",
        "ln",
        "exp",
        "tanh",
        "sin",
        "cos",
        "operatorname",
        "mathrm",
        "alpha",
        "beta",
        "gamma",
        "delta",
        "varepsilon",
        "zeta",
        "eta",
        "theta",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "varphi",
        "chi",
        "psi",
        "omega",
        "Phi",
        "Omega",
    ];
    assert!(latex.is_ascii(), "{latex}");
    let mut depth = 0;
    for c in latex.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        assert!(depth >= 0, "{latex}");
    }
    assert_eq!(depth, 0, "{latex}");
    let count = |what: &str| latex.matches(what).count();
    assert_eq!(
        count("\\left"),
        count("\\right") + count("\\leftarrow"),
        "{latex}"
    );
    assert_eq!(count("\\begin{cases}"), count("\\end{cases}"), "{latex}");
    for command in latex.replace("\\\\", " ").split('\\').skip(1) {
        let name: String = command
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect();
        assert!(KNOWN.contains(&name.as_str()), "\\{name} in {latex}");
    }
}

#[test]
fn latex_reads_like_a_textbook() {
    let of = |text: &str| text.parse::<Function>().unwrap().formula();
    assert_eq!(
        of("elu").value.latex(),
        r"\begin{cases} \alpha(e^{x} - 1) & x \le 0 \\ x & x > 0 \end{cases}"
    );
    assert_eq!(
        of("gelu").derivative.latex(),
        r"\Phi(x) + \frac{x \cdot e^{-x^{2}/2}}{\sqrt{2\pi}}"
    );
    assert_eq!(of("tanh").derivative.latex(), r"1 - \tanh^{2}(x)");
}

#[test]
fn algebra_is_tidied() {
    let sheet = Sheet::default();
    let x = sheet.variable();
    let c = |c: f64| x.constant(c);
    let a = sheet.parameter("a", 2.0);
    for (written, text) in [
        (x * c(0.0) + c(1.0) * x, "x"),
        (-(-x), "x"),
        (x + x, "2x"),
        (x * x * x, "x³"),
        (x - x, "0"),
        (x / x, "1"),
        (c(0.25) * x, "x/4"),
        (c(1.0 / 3.0) + c(1.0 / 6.0), "1/2"),
        (c(2.0) * (x + c(1.0)) * c(0.5), "x + 1"),
        ((x + c(1.0)) * (x + c(1.0)), "(x + 1)²"),
        (x.abs() * x.abs(), "x²"),
        ((-x).abs(), "|x|"),
        (x.exp() * (-x).exp(), "1"),
        (c(2.0).sqrt() * c(2.0).sqrt(), "2"),
        (c(9.0).sqrt(), "3"),
        (a * (x + c(1.0) / a), "ax + 1"),
        (-(x - c(1.0)), "1 − x"),
        (c(1.5) * x, "3x/2"),
        (x * x.exp(), "x·eˣ"),
        ((x * x + c(1.0)).sqrt(), "√(x² + 1)"),
        (x.softplus().ln_1p(), "ln(1 + ln(1 + eˣ))"),
        // A choice that does not compare x with a constant stays where it is.
        (
            x.sin().below(c(0.0), -x, x),
            "(−x for sin(x) < 0, x for sin(x) ≥ 0)",
        ),
        // Nested choices become disjoint cases, whatever their order.
        (
            x.below(c(1.0), c(-1.0).up_to(x, x, c(0.0)), c(5.0)),
            "0 for x < −1, x for −1 ≤ x < 1, 5 for x ≥ 1",
        ),
        // A point of its own is kept when neither side passes through it.
        (
            x.below(c(0.0), c(-1.0), x.up_to(c(0.0), c(0.0), c(1.0))),
            "−1 for x < 0, 0 for x = 0, 1 for x > 0",
        ),
    ] {
        assert_eq!(written.math().text(), text);
    }
}

#[test]
fn a_page_of_all_formulas_can_be_written() {
    let mut page = String::from("<!doctype html><meta charset=utf-8><table>");
    for f in Function::all() {
        let Printed { value, derivative } = f.formula();
        page += &format!(
            "<tr><td>{f}<td>{}<td>{}<td>",
            value.mathml(),
            derivative.mathml()
        );
        for note in derivative.notes() {
            page += &note.mathml();
        }
    }
    // NONLIN_FORMULA_PAGE names the file in which to look at them.
    if let Some(path) = std::env::var_os("NONLIN_FORMULA_PAGE") {
        std::fs::write(path, &page).unwrap();
    }
    assert!(page.matches("<math").count() >= 2 * Function::all().count());
}

//! Numbers that were computed elsewhere, at forty digits or in the papers.

use nonlin::Function;
use nonlin_theory::selu::{MomentMap, constants, spectral_norm};
use nonlin_theory::{Edge, Field, Gains, Moments, born_dead, edge};

fn function(text: &str) -> Function {
    text.parse().unwrap()
}

/// Whether a number is the one written, to the digits that are written.
fn is(found: f64, written: &str) -> bool {
    let digits = written
        .split_once('.')
        .map_or(0, |(_, digits)| digits.len());
    let expected: f64 = written.parse().unwrap();
    (found - expected).abs() <= 0.51 * 0.1f64.powi(digits as i32)
}

/// A function, E f, E f², E f′², the forward and backward gain, χ at the forward gain, and the slope of the variance map there.
const MOMENTS: [[&str; 8]; 18] = [
    ["identity", "0", "1", "1", "1", "1", "1", "1"],
    [
        "sigmoid",
        "0.5",
        "0.2933790359",
        "0.0448362414",
        "1.8462285453",
        "4.7226460859",
        "0.152827",
        "0.1063",
    ],
    [
        "tanh",
        "0",
        "0.3942944904",
        "0.4644029024",
        "1.5925374197",
        "1.4674135916",
        "1.177807",
        "0.4611",
    ],
    [
        "hard_tanh",
        "0",
        "0.5160585510",
        "0.6826894921",
        "1.3920361404",
        "1.2102870624",
        "1.322892",
        "0.3851",
    ],
    [
        "softsign",
        "0",
        "0.1830140213",
        "0.2276713404",
        "2.3375333631",
        "2.0957806089",
        "1.244010",
        "0.4767",
    ],
    [
        "relu",
        "0.3989422804",
        "0.5",
        "0.5",
        "1.4142135624",
        "1.4142135624",
        "1",
        "1",
    ],
    [
        "leaky_relu",
        "0.3949528576",
        "0.50005",
        "0.50005",
        "1.4141428570",
        "1.4141428570",
        "1",
        "1",
    ],
    [
        "leaky_relu(negative_slope=0.2)",
        "0.3191538243",
        "0.52",
        "0.52",
        "1.3867504906",
        "1.3867504906",
        "1",
        "1",
    ],
    [
        "prelu",
        "0.2992067103",
        "0.53125",
        "0.53125",
        "1.3719886811",
        "1.3719886811",
        "1",
        "1",
    ],
    [
        "elu",
        "0.1605205723",
        "0.6449454175",
        "0.6681020012",
        "1.2451983007",
        "1.2234285576",
        "1.035905",
        "0.8910",
    ],
    [
        "selu",
        "0",
        "1",
        "1.0715749925",
        "1",
        "0.9660257770",
        "1.071575",
        "0.7826",
    ],
    [
        "softplus",
        "0.8060591833",
        "0.9212459089",
        "0.2933790359",
        "1.0418668355",
        "1.8462285453",
        "0.318459",
        "0.4921",
    ],
    [
        "silu",
        "0.2066209641",
        "0.3557755198",
        "0.3794823516",
        "1.6765324703",
        "1.6233202580",
        "1.066634",
        "1.1726",
    ],
    [
        "gelu",
        "0.2820947918",
        "0.4252214826",
        "0.4558508656",
        "1.5335304412",
        "1.4811144127",
        "1.072032",
        "1.1441",
    ],
    [
        "mish",
        "0.2404038884",
        "0.4523421924",
        "0.4790837584",
        "1.4868475813",
        "1.4447552325",
        "1.059118",
        "1.0763",
    ],
    [
        "hard_swish",
        "0.1662167007",
        "0.3315673751",
        "0.3585315172",
        "1.7366572128",
        "1.6700763674",
        "1.081323",
        "1.2239",
    ],
    [
        "hard_sigmoid",
        "0.5",
        "0.2776390911",
        "0.0277027834",
        "1.8978404247",
        "6.0081158252",
        "0.099780",
        "0.0971",
    ],
    [
        "sine",
        "0",
        "0.4323323584",
        "0.5676676416",
        "1.5208666232",
        "1.3272506003",
        "1.313035",
        "0.3130",
    ],
];

#[test]
fn moments_and_gains_are_those_at_forty_digits() {
    for row in MOMENTS {
        let f = function(row[0]);
        let moments = Moments::of(f, 0.0, 1.0);
        let gains = Gains::from_moments(&moments, 1.0);
        let square = moments.square.value;
        let slope_square = moments.slope_square.value;
        let found = [
            moments.mean.value,
            square,
            slope_square,
            gains.forward.value,
            gains.backward.value,
            slope_square / square,
            (slope_square + moments.curvature.value) / square,
        ];
        for (found, written) in found.into_iter().zip(&row[1..]) {
            assert!(is(found, written), "{f}: {found}, not {written}");
        }
        for estimate in [
            moments.mean,
            moments.square,
            moments.slope_square,
            moments.curvature,
        ] {
            assert!(estimate.error < 1e-10, "{f}: {estimate:?}");
        }
    }
}

#[test]
fn closed_forms_hold_to_ten_digits_and_more() {
    use std::f64::consts::PI;
    let mean = |text| Moments::of(function(text), 0.0, 1.0).mean.value;
    let square = |text| Moments::of(function(text), 0.0, 1.0).square.value;
    let close = |found: f64, exact: f64| {
        assert!(
            (found - exact).abs() <= 1e-12 * exact.abs().max(1.0),
            "{found}, not {exact}"
        );
    };
    close(mean("gelu"), 0.5 / PI.sqrt());
    close(mean("relu"), 1.0 / (2.0 * PI).sqrt());
    close(square("relu"), 0.5);
    close(mean("sigmoid"), 0.5);
    close(square("sine"), 0.5 * (1.0 - (-2.0f64).exp()));
    let slope_square = Moments::of(function("softplus"), 0.0, 1.0)
        .slope_square
        .value;
    close(slope_square, square("sigmoid"));
    // A normal number that is not standard: E relu(X)² for X of mean μ and variance σ².
    let (m, s) = (0.7f64, 1.9f64);
    let (density, below) = (
        (-0.5 * m * m / (s * s)).exp() / (2.0 * PI).sqrt(),
        0.5 * libm::erfc(-m / s / 2f64.sqrt()),
    );
    let exact = (m * m + s * s) * below + m * s * density;
    close(Moments::of(function("relu"), m, s * s).square.value, exact);
    // Far in the tail, where the rule has to look for what there is.
    let far = Moments::of(function("relu"), -12.0, 1.0).mean.value;
    let exact = (-72.0f64).exp() / (2.0 * PI).sqrt() - 6.0 * libm::erfc(12.0 / 2f64.sqrt());
    assert!((far / exact - 1.0).abs() < 1e-6, "{far:e}, not {exact:e}");
}

#[test]
fn wide_and_narrow_numbers_are_integrated_too() {
    for text in ["tanh", "gelu", "hard_tanh", "relu", "elu"] {
        let f = function(text);
        for variance in [1e-6, 1e-2, 1e2, 1e6] {
            let moments = Moments::of(f, 0.0, variance);
            assert!(
                moments.square.error <= 1e-10 * moments.square.value,
                "{f} at {variance}: {:?}",
                moments.square
            );
        }
    }
    // tanh of something wide is a sign.
    let wide = Moments::of(function("tanh"), 0.0, 1e10).square.value;
    assert!((wide - 1.0).abs() < 1e-4, "{wide}");
}

#[test]
fn selu_is_at_its_fixed_point() {
    let (alpha, lambda) = constants();
    assert!(is(alpha, "1.673263242354377"), "{alpha}");
    assert!(is(lambda, "1.050700987355480"), "{lambda}");
    let mut map = MomentMap {
        f: function("selu"),
        omega: 0.0,
        tau: 1.0,
    };
    let (mean, variance) = map.next(0.0, 1.0);
    assert!(mean.abs() < 1e-12 && (variance - 1.0).abs() < 1e-12);
    let jacobian = map.jacobian(0.0, 1.0);
    assert_eq!([jacobian[0][0], jacobian[1][0]], [0.0, 0.0]);
    assert!(is(jacobian[0][1], "0.088834755"), "{jacobian:?}");
    assert!(is(jacobian[1][1], "0.78264788"), "{jacobian:?}");
    assert!(is(spectral_norm(jacobian), "0.78767"), "{jacobian:?}");
    map.omega = 1.0;
    let jacobian = map.jacobian(0.0, 1.0);
    assert!(is(jacobian[0][0], "0.98523112"), "{jacobian:?}");
    assert!(is(jacobian[1][0], "0.30298845"), "{jacobian:?}");
}

#[test]
fn the_edge_of_chaos_is_where_it_was_found() {
    let one = |text: &str, bias_std: f64| -> Edge {
        let edges = edge(function(text), bias_std);
        assert_eq!(edges.len(), 1, "{text} at {bias_std}: {edges:?}");
        edges[0]
    };
    let relu = one("relu", 0.0);
    assert_eq!(relu.variance, None);
    assert!(is(relu.weight_std, "1.4142135624") && relu.is_stable());
    for (text, bias_std, variance, weight_std) in [
        ("tanh", 0.2, "0.512079", "1.304146"),
        ("elu", 0.2, "1.106931", "1.229251"),
        ("tanh", 0.05f64.sqrt(), "0.570048", "1.327010"),
        ("tanh", 2e-5f64.sqrt(), "0.025874", "1.024652"),
    ] {
        let found = one(text, bias_std);
        assert!(is(found.variance.unwrap(), variance), "{text}: {found:?}");
        assert!(is(found.weight_std, weight_std), "{text}: {found:?}");
        assert!(found.is_stable(), "{text}: {found:?}");
    }
    // Hayou et al.: (0, 1) for tanh.
    let tanh = one("tanh", 0.0);
    assert_eq!(tanh.variance, Some(0.0));
    assert!((tanh.weight_std - 1.0).abs() < 1e-9 && tanh.is_stable());
    let gelu = one("gelu", 0.0);
    assert!(
        (gelu.weight_std - 2.0).abs() < 1e-6 && !gelu.is_stable(),
        "{gelu:?}"
    );
    assert!(is(one("hard_tanh", 0.0).weight_std, "1.0000000000"));
    let sigmoid = one("sigmoid", 0.0);
    assert!(is(sigmoid.variance.unwrap(), "45.624"), "{sigmoid:?}");
    assert!(is(sigmoid.weight_std, "10.1493"), "{sigmoid:?}");
    for bias_std in [0.0, 0.1, 1.0] {
        assert_eq!(edge(function("softplus"), bias_std), []);
    }
    for (text, bias_std) in [("silu", 0.2), ("gelu", 0.2), ("mish", 0.2)] {
        for found in edge(function(text), bias_std) {
            assert!(!found.is_stable(), "{text}: {found:?}");
        }
    }
}

#[test]
fn a_field_is_where_its_edge_says() {
    let edge = edge(function("tanh"), 0.2)[0];
    let field = Field::new(function("tanh"), edge.weight_std, 0.2);
    let q = field.fixed_point().unwrap();
    assert!((q - edge.variance.unwrap()).abs() < 1e-9);
    assert!((field.chi(q).value - 1.0).abs() < 1e-9);
    assert!((field.variance_slope(q) - edge.slope).abs() < 1e-9);
    assert!(field.depths(q).variance.is_finite());
    // Orderly and chaotic.
    let order = Field::new(function("tanh"), 1.0, 0.3);
    let q = order.fixed_point().unwrap();
    assert!(order.chi(q).value < 1.0);
    assert_eq!(order.fixed_correlation(q), 1.0);
    let depths = order.depths(q);
    assert!((depths.correlation + 1.0 / order.chi(q).value.ln()).abs() < 1e-9);
    let chaos = Field::new(function("tanh"), 2.5, 0.3);
    let q = chaos.fixed_point().unwrap();
    let c = chaos.fixed_correlation(q);
    assert!(chaos.chi(q).value > 1.0 && c > 0.0 && c < 1.0, "{c}");
    assert!((chaos.next_correlation(q, c) - c).abs() < 1e-8);
    assert!(chaos.depths(q).correlation.is_finite());
    // A ReLU keeps what its gain keeps; with less nothing is left, with more there is no end.
    let keeps = Field::new(function("relu"), std::f64::consts::SQRT_2, 0.0);
    assert_eq!(keeps.fixed_point(), Some(1.0));
    assert_eq!(
        Field::new(function("relu"), 1.0, 0.0).fixed_point(),
        Some(0.0)
    );
    assert_eq!(Field::new(function("relu"), 2.0, 0.0).fixed_point(), None);
}

#[test]
fn the_correlation_map_of_relu_is_the_arc_cosine_kernel() {
    // Cho and Saul, 2009: E relu(U) relu(V) = q/(2π)·(√(1 − c²) + (π − acos c)·c).
    let field = Field::new(function("relu"), std::f64::consts::SQRT_2, 0.0);
    for c in [-0.9f64, -0.3, 0.0, 0.25, 0.8, 0.99] {
        let exact =
            ((1.0 - c * c).sqrt() + (std::f64::consts::PI - c.acos()) * c) / std::f64::consts::PI;
        let found = field.next_correlation(1.0, c);
        assert!((found - exact).abs() < 1e-10, "{c}: {found}, not {exact}");
    }
}

#[test]
fn networks_are_born_dead_as_often_as_the_formula_says() {
    assert_eq!(born_dead::probability(&[]), 0.0);
    assert_eq!(born_dead::probability(&[1, 1]), 0.75);
    assert!(born_dead::probability(&[10; 10]) < 0.01);
    assert!(born_dead::probability(&[5; 10]) > 0.1);
    for widths in [&[3; 10][..], &[5; 10], &[2; 4], &[2, 8, 3], &[1]] {
        let drawn = born_dead::draw(widths, 20_000, 7);
        let exact = born_dead::probability(widths);
        let found = drawn.on_one_input;
        assert!(
            (found.value - exact).abs() <= 3.0 * found.standard_error,
            "{widths:?}: {found:?}, not {exact}"
        );
        assert!(drawn.everywhere.value <= found.value);
    }
    // Lu et al.: ten layers of width 3 are born dead about six times in ten, of width 5 more than once in ten, of width 10 hardly ever.
    let everywhere = |width| born_dead::draw(&[width; 10], 20_000, 7).everywhere.value;
    assert!((everywhere(3) - 0.6).abs() < 0.05, "{}", everywhere(3));
    assert!(everywhere(5) > 0.1 && everywhere(10) < 0.01);
}

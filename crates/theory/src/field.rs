//! Mean field theory of a deep, wide network (Poole et al., 2016; Schoenholz et al., 2017; Hayou et al., 2019).
//!
//! With weights N(0, σ_w²/inputs) and biases N(0, σ_b²) the variance q of the sums and the correlation c between the sums of two
//! inputs go from layer to layer by
//!
//! * q ← σ_w² E f(√q Z)² + σ_b²,
//! * c ← (σ_w² E f(U) f(V) + σ_b²)/q, with U and V normal of variance q and correlation c.
//!
//! χ₁ = σ_w² E f′(√q Z)² at the fixed point q* is the slope of the second map at c = 1, and the factor by which the mean square of the
//! gradient changes per layer. χ₁ < 1 is order: inputs become alike and gradients vanish; χ₁ > 1 is chaos; χ₁ = 1 is the edge.

use crate::correlation::Correlation;
use crate::moments::Moments;
use crate::quadrature::Estimate;
use nonlin::Function;

/// Variances between which fixed points are looked for.
const LEAST: f64 = 1e-8;
/// The largest of them.
const MOST: f64 = 1e8;

/// The variance at which limits at 0 are taken.
const VANISHING: f64 = 1e-14;

/// A variance at which a function already shows on which side of the diagonal its map lies.
const SMALL: f64 = 0.05;

/// Steps of the search per factor of ten.
const STEPS: i32 = 8;

/// A place on the edge of chaos.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// The fixed point of the variance, nothing if every variance is one; 0 if the variance goes to 0, as that of tanh without biases
    /// does, ever more slowly.
    pub variance: Option<f64>,
    /// σ_w there.
    pub weight_std: f64,
    /// The slope of the variance map: below 1 the fixed point draws the variance, above it drives it away, and the network is
    /// not on the edge for long.
    pub slope: f64,
}

impl Edge {
    /// Whether the variance comes back when it is disturbed; on a map that keeps every variance it at least stays.
    pub fn is_stable(&self) -> bool {
        match self.variance {
            Some(_) => self.slope < 1.0,
            None => true,
        }
    }
}

/// The edge of chaos of a function at a standard deviation of the biases: all its points for variances of 0 and from 10⁻⁸ to 10⁸, none if
/// there are none.
pub fn edge(f: Function, bias_std: f64) -> Vec<Edge> {
    let bias = bias_std * bias_std;
    // On the edge σ_w² is 1/E f′², so q is a root of this.
    let excess = |q: f64| {
        let moments = Moments::of(f, 0.0, q);
        moments.square.value / moments.slope_square.value + bias - q
    };
    let at = |variance: Option<f64>, q: f64| {
        let moments = Moments::of(f, 0.0, q);
        let slope_square = moments.slope_square.value;
        Edge {
            variance,
            weight_std: 1.0 / slope_square.sqrt(),
            slope: 1.0 + moments.curvature.value / slope_square,
        }
    };
    let grid = grid();
    let values: Vec<f64> = grid.iter().map(|q| excess(*q)).collect();
    let negligible = |(q, value): (&f64, &f64)| value.abs() <= 1e-9 * q;
    if grid.iter().zip(&values).all(negligible) {
        return vec![at(None, 1.0)];
    }
    let mut edges = Vec::new();
    if bias_std == 0.0 && f.value_at(0.0f64) == 0.0 {
        // Where nothing comes of nothing, 0 is a fixed point at any σ_w, and on the edge at one.
        let vanishing = at(Some(0.0), VANISHING);
        if vanishing.weight_std.is_finite() {
            let field = Field::new(f, vanishing.weight_std, 0.0);
            edges.push(Edge {
                slope: field.variance_slope(SMALL),
                ..vanishing
            });
        }
    }
    let others = roots(&grid, &values, excess);
    edges.extend(others.into_iter().map(|q| at(Some(q), q)));
    edges
}

/// Variances, evenly in their logarithm.
fn grid() -> Vec<f64> {
    let decades = (MOST / LEAST).log10().round() as i32;
    (0..=decades * STEPS)
        .map(|k| LEAST * 10f64.powf(f64::from(k) / f64::from(STEPS)))
        .collect()
}

/// The sign changes of a function on a grid, each narrowed down to the last bits.
fn roots(grid: &[f64], values: &[f64], function: impl Fn(f64) -> f64) -> Vec<f64> {
    let mut roots = Vec::new();
    for k in 1..grid.len() {
        let (a, b) = (values[k - 1], values[k]);
        // At the small end the difference may be nothing but rounding.
        let significant = a.abs() > 1e-9 * grid[k - 1] || b.abs() > 1e-9 * grid[k];
        if a.is_finite() && b.is_finite() && significant && (a < 0.0) != (b < 0.0) {
            roots.push(root((grid[k - 1], a), (grid[k], b), &function));
        }
    }
    roots
}

/// A root between two places of different signs, by the method of Illinois (regula falsi, the weight of a side that stays halved).
pub(crate) fn root(
    (mut a, mut at_a): (f64, f64),
    (mut b, mut at_b): (f64, f64),
    function: impl Fn(f64) -> f64,
) -> f64 {
    for _ in 0..100 {
        let width = (b - a).abs();
        if at_a == 0.0 || width <= 4.0 * f64::EPSILON * a.abs().max(b.abs()) {
            return a;
        }
        let mut c = b - at_b * (b - a) / (at_b - at_a);
        if !(c > a.min(b) && c < a.max(b)) {
            c = 0.5 * (a + b);
        }
        let at_c = function(c);
        if at_c == 0.0 {
            return c;
        }
        if (at_c < 0.0) == (at_b < 0.0) {
            at_a *= 0.5;
        } else {
            (a, at_a) = (b, at_b);
        }
        (b, at_b) = (c, at_c);
    }
    b
}

/// A network at random weights, as deep as one likes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    f: Function,
    weight_std: f64,
    bias_std: f64,
}

/// Layers after which what is left of a disturbance is 1/e of it; infinite on the edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Depths {
    /// Of the variance: −1/ln |slope| of its map at the fixed point.
    pub variance: f64,
    /// Of the correlation of two inputs: −1/ln of the slope of its map at its stable fixed point, which is 1 in order and less in
    /// chaos.
    pub correlation: f64,
}

impl Field {
    /// A function with weights N(0, σ_w²/inputs) and biases N(0, σ_b²).
    ///
    /// # Panics
    /// If a standard deviation is negative or not finite.
    pub fn new(f: Function, weight_std: f64, bias_std: f64) -> Field {
        for std in [weight_std, bias_std] {
            assert!(
                std >= 0.0 && std.is_finite(),
                "a standard deviation is not negative and finite, but {std} was given"
            );
        }
        Field {
            f,
            weight_std,
            bias_std,
        }
    }

    /// The variance of the next layer's sums.
    pub fn next_variance(&self, variance: f64) -> f64 {
        let bias = self.bias_std * self.bias_std;
        if variance <= 0.0 {
            let y = self.f.value_at(0.0f64);
            return self.weight_std * self.weight_std * y * y + bias;
        }
        let square = Moments::of(self.f, 0.0, variance).square.value;
        self.weight_std * self.weight_std * square + bias
    }

    /// The slope of [`next_variance`](Field::next_variance): σ_w²(E f′² + E f f″); at 0 its limit.
    pub fn variance_slope(&self, variance: f64) -> f64 {
        let moments = Moments::of(self.f, 0.0, variance.max(VANISHING));
        self.weight_std * self.weight_std * (moments.slope_square.value + moments.curvature.value)
    }

    /// χ₁ at a variance: σ_w² E f′²; at 0 its limit.
    pub fn chi(&self, variance: f64) -> Estimate {
        let square = Moments::of(self.f, 0.0, variance.max(VANISHING)).slope_square;
        let factor = self.weight_std * self.weight_std;
        square.map(factor * square.value, factor)
    }

    /// The fixed point that the variance goes to from 1, up to 10⁸: nothing if it grows without end. On a map that keeps every
    /// variance it is 1; 0 is said of whatever falls below 10⁻⁸.
    pub fn fixed_point(&self) -> Option<f64> {
        let excess = |q: f64| self.next_variance(q) - q;
        let start = excess(1.0);
        if start.abs() <= 1e-12 {
            return Some(1.0);
        }
        // Where the map lies above the diagonal the variance grows, else it falls.
        let grid = grid();
        let beyond: Vec<f64> = if start > 0.0 {
            grid.into_iter().filter(|q| *q > 1.0).collect()
        } else {
            grid.into_iter().filter(|q| *q < 1.0).rev().collect()
        };
        let (mut before, mut at_before) = (1.0, start);
        for q in beyond {
            let now = excess(q);
            if !now.is_finite() {
                return None;
            }
            if (now < 0.0) != (at_before < 0.0) {
                return Some(root((before, at_before), (q, now), excess));
            }
            (before, at_before) = (q, now);
        }
        (start < 0.0).then_some(0.0)
    }

    /// The correlation of the next layer's sums, for inputs of this variance.
    pub fn next_correlation(&self, variance: f64, correlation: f64) -> f64 {
        let map = Correlation::new(self.f, variance);
        let (square, bias) = (self.weight_std.powi(2), self.bias_std.powi(2));
        let next = square * map.product(correlation) + bias;
        next / (square * map.product(1.0) + bias)
    }

    /// The correlation that two inputs go to at a fixed point of the variance: 1 in order and on the edge, less in chaos.
    pub fn fixed_correlation(&self, variance: f64) -> f64 {
        if self.chi(variance).value <= 1.0 + 1e-9 {
            return 1.0;
        }
        let variance = variance.max(VANISHING);
        let map = Correlation::new(self.f, variance);
        let (square, bias) = (self.weight_std.powi(2), self.bias_std.powi(2));
        let whole = square * map.product(1.0) + bias;
        let excess = |c: f64| (square * map.product(c) + bias) / whole - c;
        let at_zero = excess(0.0);
        if at_zero <= 1e-13 {
            return 0.0;
        }
        // Just below 1 the map of a chaotic network lies below the diagonal.
        for k in 1..40 {
            let near = 1.0 - 0.5f64.powi(k);
            let now = excess(near);
            if now < 0.0 {
                return root((0.0, at_zero), (near, now), excess);
            }
        }
        1.0
    }

    /// How deep a signal lives, at a fixed point of the variance.
    pub fn depths(&self, variance: f64) -> Depths {
        // A limit at 0 is no nearer than the deviation it is taken at.
        let near_one = if variance <= VANISHING { 1e-6 } else { 1e-9 };
        let scale = |slope: f64| {
            let slope = slope.abs();
            if slope < 1.0 - near_one {
                -1.0 / slope.ln()
            } else {
                f64::INFINITY
            }
        };
        let chi = self.chi(variance).value;
        let correlation = self.fixed_correlation(variance);
        let slope = if correlation == 1.0 {
            chi
        } else {
            let map = Correlation::new(self.f, variance.max(VANISHING));
            self.weight_std.powi(2) * map.slope_product(correlation)
        };
        Depths {
            variance: scale(self.variance_slope(variance)),
            correlation: scale(slope),
        }
    }

    /// The variance of the sums in each of `depth` layers, beginning with the one given.
    pub fn trajectory(&self, variance: f64, depth: usize) -> Vec<f64> {
        let mut variances = vec![variance];
        for _ in 1..depth {
            let last = variances[variances.len() - 1];
            if !(last.is_finite() && last > 0.0) {
                break;
            }
            variances.push(self.next_variance(last));
        }
        variances
    }
}

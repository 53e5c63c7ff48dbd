//! What is claimed of a function: data that the tests check and the documentation shows.

/// An end of a function's range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// The infimum or supremum.
    pub value: f64,
    /// Whether some finite argument reaches it.
    pub attained: bool,
}

/// How a function's order relates to its argument's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Monotonicity {
    /// x < y implies φ(x) < φ(y).
    Increasing,
    /// x < y implies φ(x) ≤ φ(y).
    NonDecreasing,
    /// Neither.
    NonMonotone,
}

/// Symmetry about 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parity {
    /// φ(−x) = −φ(x).
    Odd,
    /// φ(−x) = φ(x).
    Even,
    /// Neither.
    Neither,
}

/// Curvature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convexity {
    /// φ((x+y)/2) ≤ (φ(x)+φ(y))/2.
    Convex,
    /// φ((x+y)/2) ≥ (φ(x)+φ(y))/2.
    Concave,
    /// Both.
    Linear,
    /// Neither.
    Neither,
}

/// How many continuous derivatives there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Smoothness {
    /// The function itself jumps.
    Discontinuous,
    /// Continuous, with kinks.
    Continuous,
    /// The derivative is continuous, the second is not.
    Once,
    /// All derivatives are continuous.
    Infinitely,
}

/// A point without a derivative, and the subgradient taken there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kink {
    /// Where.
    pub at: f64,
    /// The derivative from the left.
    pub left: f64,
    /// The derivative from the right.
    pub right: f64,
    /// What the derivative returns there.
    pub taken: f64,
}

/// What is remarkable about a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LandmarkKind {
    /// The least value.
    Minimum,
    /// The greatest value.
    Maximum,
    /// The steepest rise.
    SteepestRise,
    /// The steepest fall.
    SteepestFall,
    /// φ(x) = 0.
    Zero,
}

/// A remarkable point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Landmark {
    /// What is remarkable.
    pub kind: LandmarkKind,
    /// Where.
    pub x: f64,
    /// The value there, or the derivative for the steepest rise and fall.
    pub y: f64,
}

/// Where the derivative is at most 1 % of its largest magnitude: the whole half-lines beyond these points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Saturation {
    /// x ≤ low is saturated; `None` if no left half-line is.
    pub low: Option<f64>,
    /// x ≥ high is saturated; `None` if no right half-line is.
    pub high: Option<f64>,
}

/// Everything claimed of a function at particular parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The least upper and greatest lower bound.
    pub range: (Bound, Bound),
    /// φ(−∞) and φ(+∞); NaN where there is no limit.
    pub limits: (f64, f64),
    /// Order.
    pub monotonicity: Monotonicity,
    /// Symmetry.
    pub parity: Parity,
    /// Curvature.
    pub convexity: Convexity,
    /// Continuous derivatives.
    pub smoothness: Smoothness,
    /// Points without a derivative.
    pub kinks: Vec<Kink>,
    /// φ′(0), as the kernels return it.
    pub derivative_at_zero: f64,
    /// Whether the mean of φ(z) for a standard normal z is 0.
    pub zero_centred: bool,
    /// The least Lipschitz constant, sup |φ′|; ∞ if there is none.
    pub lipschitz: f64,
    /// Where the gradient is all but gone.
    pub saturation: Saturation,
    /// Remarkable points.
    pub landmarks: Vec<Landmark>,
}

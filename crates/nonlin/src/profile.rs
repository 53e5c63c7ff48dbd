//! What is claimed of a function: data that the tests check and the documentation shows.
//!
//! A [`Profile`] says what holds in exact arithmetic at particular parameters. [`claims`](crate::claims) has a checker
//! for each kind of claim, which holds it against the kernels.

use crate::card::{Text, text};
use std::fmt;

/// An end of a function's range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// The infimum or supremum.
    pub value: f64,
    /// Whether some finite argument reaches it.
    pub attained: bool,
}

impl Bound {
    /// A bound that some finite argument reaches.
    pub const fn attained(value: f64) -> Self {
        Bound {
            value,
            attained: true,
        }
    }

    /// A bound that is only approached.
    pub const fn open(value: f64) -> Self {
        Bound {
            value,
            attained: false,
        }
    }
}

/// A number as in running text: ∞ and a true minus sign.
pub fn number(x: f64) -> impl fmt::Display {
    struct Number(f64);
    impl fmt::Display for Number {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let sign = if self.0 < 0.0 { "−" } else { "" };
            if self.0.is_nan() {
                f.write_str("none")
            } else if self.0.is_infinite() {
                write!(f, "{sign}∞")
            } else if self.0 != 0.0 && !(1e-5..1e16).contains(&self.0.abs()) {
                write!(f, "{sign}{:e}", self.0.abs())
            } else {
                write!(f, "{sign}{}", self.0.abs())
            }
        }
    }
    Number(x)
}

/// How a function's order relates to its argument's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Monotonicity {
    /// x < y implies φ(x) < φ(y).
    Increasing,
    /// x < y implies φ(x) ≤ φ(y), with a flat piece.
    NonDecreasing,
    /// φ(x) = φ(y) always.
    Constant,
    /// x < y implies φ(x) ≥ φ(y), with a flat piece.
    NonIncreasing,
    /// x < y implies φ(x) > φ(y).
    Decreasing,
    /// It rises somewhere and falls somewhere.
    NonMonotone,
}

impl Monotonicity {
    /// The property in words.
    pub const fn text(self) -> Text {
        match self {
            Monotonicity::Increasing => text("strictly increasing", "严格单调递增"),
            Monotonicity::NonDecreasing => {
                text("non-decreasing, with flat pieces", "单调不减（有平坦段）")
            }
            Monotonicity::Constant => text("constant", "常数"),
            Monotonicity::NonIncreasing => {
                text("non-increasing, with flat pieces", "单调不增（有平坦段）")
            }
            Monotonicity::Decreasing => text("strictly decreasing", "严格单调递减"),
            Monotonicity::NonMonotone => text("not monotone", "非单调"),
        }
    }
}

/// Symmetry about 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parity {
    /// φ(−x) = −φ(x).
    Odd,
    /// φ(−x) = φ(x).
    Even,
    /// Odd and even: the function is 0.
    Both,
    /// Neither odd nor even.
    Neither,
}

impl Parity {
    /// The property in words.
    pub const fn text(self) -> Text {
        match self {
            Parity::Odd => text("odd", "奇函数"),
            Parity::Even => text("even", "偶函数"),
            Parity::Both => text("odd and even (zero)", "既奇又偶（恒为零）"),
            Parity::Neither => text("neither odd nor even", "非奇非偶"),
        }
    }
}

/// Curvature.
///
/// "Convex" is the international usage, 下凸 in Chinese: the curve lies below its chords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convexity {
    /// φ((x+y)/2) ≤ (φ(x)+φ(y))/2.
    Convex,
    /// φ((x+y)/2) ≥ (φ(x)+φ(y))/2.
    Concave,
    /// Both: a straight line.
    Linear,
    /// Neither.
    Neither,
}

impl Convexity {
    /// The property in words.
    pub const fn text(self) -> Text {
        match self {
            Convexity::Convex => text("convex", "凸函数（下凸）"),
            Convexity::Concave => text("concave", "凹函数（上凸）"),
            Convexity::Linear => text("a straight line", "直线（既凸又凹）"),
            Convexity::Neither => text("neither convex nor concave", "非凸非凹"),
        }
    }
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

impl Smoothness {
    /// The property in words.
    pub const fn text(self) -> Text {
        match self {
            Smoothness::Discontinuous => text("discontinuous", "不连续"),
            Smoothness::Continuous => text("continuous, with kinks (C⁰)", "连续但有折点（C⁰）"),
            Smoothness::Once => text(
                "continuously differentiable once (C¹)",
                "一阶导数连续、二阶导数不连续（C¹）",
            ),
            Smoothness::Infinitely => text("infinitely differentiable (C^∞)", "无穷阶可导（C^∞）"),
        }
    }
}

/// A point without a derivative, and the subgradient taken there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kink {
    /// Where.
    pub at: f64,
    /// The limit of the derivative from the left.
    pub left: f64,
    /// The limit of the derivative from the right.
    pub right: f64,
    /// What the derivative returns there.
    pub taken: f64,
}

/// What is remarkable about a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LandmarkKind {
    /// The least value, taken at a point and not on a flat piece.
    Minimum,
    /// The greatest value, taken at a point and not on a flat piece.
    Maximum,
    /// The largest derivative, where it is positive and not at a kink or on a straight piece.
    SteepestRise,
    /// The least derivative, where it is negative and not at a kink or on a straight piece.
    SteepestFall,
    /// φ changes its sign.
    Zero,
}

impl LandmarkKind {
    /// Every kind.
    pub const ALL: [LandmarkKind; 5] = [
        LandmarkKind::Minimum,
        LandmarkKind::Maximum,
        LandmarkKind::SteepestRise,
        LandmarkKind::SteepestFall,
        LandmarkKind::Zero,
    ];

    /// The kind in words.
    pub const fn text(self) -> Text {
        match self {
            LandmarkKind::Minimum => text("minimum", "最小值"),
            LandmarkKind::Maximum => text("maximum", "最大值"),
            LandmarkKind::SteepestRise => text("steepest rise", "最陡上升处"),
            LandmarkKind::SteepestFall => text("steepest fall", "最陡下降处"),
            LandmarkKind::Zero => text("zero", "零点"),
        }
    }
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

impl Landmark {
    /// A landmark.
    pub const fn new(kind: LandmarkKind, x: f64, y: f64) -> Self {
        Landmark { kind, x, y }
    }
}

/// Where the gradient is all but gone: the derivative is 0 or below 1 % of its largest magnitude.
///
/// It is so on the whole half-lines x < `low` and x > `high`; at `low` and `high` themselves it is at most 1 %. The two
/// may overlap: where the derivative is 0 everywhere, `low` is ∞ and `high` is −∞.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Saturation {
    /// x ≤ low is saturated; `None` if no left half-line is.
    pub low: Option<f64>,
    /// x ≥ high is saturated; `None` if no right half-line is.
    pub high: Option<f64>,
}

impl Saturation {
    /// No half-line is saturated.
    pub const NONE: Saturation = Saturation {
        low: None,
        high: None,
    };

    /// The derivative is 0 everywhere.
    pub const EVERYWHERE: Saturation = Saturation {
        low: Some(f64::INFINITY),
        high: Some(f64::NEG_INFINITY),
    };

    /// Whether `x` lies in a saturated half-line.
    pub fn contains(&self, x: f64) -> bool {
        self.low.is_some_and(|low| x <= low) || self.high.is_some_and(|high| x >= high)
    }
}

/// Everything claimed of a function at particular parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The greatest lower and the least upper bound.
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
    /// Points without a derivative, from left to right.
    pub kinks: Vec<Kink>,
    /// φ′(0), as the kernels return it.
    pub derivative_at_zero: f64,
    /// Whether the mean of φ(z) for a standard normal z is 0, to 12 digits of the mean of |φ(z)|.
    pub zero_centred: bool,
    /// The least Lipschitz constant, sup |φ′|; ∞ if there is none.
    pub lipschitz: f64,
    /// Where the gradient is all but gone; [`lipschitz`](Profile::lipschitz) is the magnitude it is measured by.
    pub saturation: Saturation,
    /// Remarkable points; of a kind that recurs, those nearest 0.
    pub landmarks: Vec<Landmark>,
}

/// The half-lines on which a function with the slope `low` on the left of 0 and `high` on the right has all but lost its
/// gradient.
pub(crate) fn saturation_of_slopes(low: f64, high: f64) -> Saturation {
    let threshold = 0.01 * low.abs().max(high.abs());
    Saturation {
        low: (low == 0.0 || low.abs() < threshold).then_some(0.0),
        // At 0 itself the derivative is the left slope.
        high: (high == 0.0 || high.abs() < threshold).then_some(0.0_f64.next_up()),
    }
}

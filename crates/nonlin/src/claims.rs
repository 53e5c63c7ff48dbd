//! One checker per kind of claim: what a [`Profile`] says, held against what the kernels do.
//!
//! A checker looks at a sweep of every exponent of `f32`, both signs, in `f64` and in `f32`; at every jump of φ, φ′ and
//! φ″, which it finds itself; at infinity; and between the points of the sweep where an extremum may hide. It refuses
//! what is false, and what is true but could be said more sharply.
//!
//! ```
//! let f: nonlin::Function = "elu(alpha=2)".parse()?;
//! assert!(nonlin::claims::check(&f).iter().all(|finding| finding.holds));
//!
//! let mut profile = f.profile();
//! profile.range.0.value = -1.0;
//! let refused = nonlin::claims::check_profile(&f, &profile).into_iter().find(|finding| !finding.holds).unwrap();
//! assert_eq!(refused.statement, "range (−1, ∞)");
//! # Ok::<(), nonlin::Error>(())
//! ```

mod observe;
mod words;

use crate::card::{Text, text};
use crate::functions::Function;
use crate::profile::{
    Bound, Convexity, Kink, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Smoothness,
    number,
};
use observe::{Jump, Observed};

pub use words::{Words, in_words};

/// What a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClaimKind {
    /// The least and greatest value, and whether they are reached.
    Range,
    /// φ(−∞) and φ(+∞).
    Limits,
    /// Order.
    Monotonicity,
    /// Symmetry about 0.
    Parity,
    /// Curvature.
    Convexity,
    /// The number of continuous derivatives.
    Smoothness,
    /// Points without a derivative.
    Kinks,
    /// φ′(0).
    DerivativeAtZero,
    /// The mean output for a standard normal argument.
    ZeroCentred,
    /// sup |φ′|.
    Lipschitz,
    /// Where the gradient is all but gone.
    Saturation,
    /// Extrema, zeros, steepest points.
    Landmarks,
}

impl ClaimKind {
    /// Every kind, in the order of the findings.
    pub const ALL: [ClaimKind; 12] = [
        ClaimKind::Range,
        ClaimKind::Limits,
        ClaimKind::Monotonicity,
        ClaimKind::Parity,
        ClaimKind::Convexity,
        ClaimKind::Smoothness,
        ClaimKind::Kinks,
        ClaimKind::DerivativeAtZero,
        ClaimKind::ZeroCentred,
        ClaimKind::Lipschitz,
        ClaimKind::Saturation,
        ClaimKind::Landmarks,
    ];

    /// The kind in words.
    pub const fn text(self) -> Text {
        match self {
            ClaimKind::Range => text("range", "值域"),
            ClaimKind::Limits => text("limits", "极限"),
            ClaimKind::Monotonicity => text("monotonicity", "单调性"),
            ClaimKind::Parity => text("parity", "奇偶性"),
            ClaimKind::Convexity => text("convexity", "凸性"),
            ClaimKind::Smoothness => text("smoothness", "光滑性"),
            ClaimKind::Kinks => text("kinks", "折点"),
            ClaimKind::DerivativeAtZero => text("derivative at 0", "原点处的导数"),
            ClaimKind::ZeroCentred => text("zero-centredness", "零均值性"),
            ClaimKind::Lipschitz => text("Lipschitz constant", "Lipschitz 常数"),
            ClaimKind::Saturation => text("saturation", "饱和区"),
            ClaimKind::Landmarks => text("landmarks", "特征点"),
        }
    }
}

/// What a checker found about a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What the claim is about.
    pub kind: ClaimKind,
    /// The claim, such as "range (−1, ∞)".
    pub statement: String,
    /// Whether it holds.
    pub holds: bool,
    /// What was seen.
    pub evidence: String,
}

/// Checks every claim of the function's own profile.
pub fn check(function: &Function) -> Vec<Finding> {
    check_profile(function, &function.profile())
}

/// Checks every claim of `profile`, which need not be the function's own.
pub fn check_profile(function: &Function, profile: &Profile) -> Vec<Finding> {
    Observation::of(function).check(profile)
}

/// What a function was seen to do; any number of profiles can be held against it.
pub struct Observation {
    seen: Observed,
    order: Seen<Monotonicity>,
    symmetry: Seen<Parity>,
    curvature: Seen<Convexity>,
    smoothness: Seen<Smoothness>,
    centred: Seen<bool>,
    expected: Vec<Expected>,
}

/// A property as it was seen, and what showed it.
struct Seen<P> {
    property: P,
    evidence: String,
}

impl<P: PartialEq> Seen<P> {
    fn against(&self, kind: ClaimKind, claimed: P, statement: &str) -> Finding {
        finding(kind, statement, self.property == claimed, &self.evidence)
    }
}

impl Observation {
    /// Observes the function at its parameters. It takes a fraction of a second.
    pub fn of(function: &Function) -> Self {
        let seen = Observed::of(function);
        let symmetry = symmetry(&seen);
        Observation {
            order: order(&seen),
            curvature: curvature(&seen),
            smoothness: smoothness(&seen),
            centred: centred(&seen, symmetry.property),
            expected: expected_landmarks(&seen),
            symmetry,
            seen,
        }
    }

    /// Checks every claim of `profile`.
    pub fn check(&self, profile: &Profile) -> Vec<Finding> {
        let seen = &self.seen;
        let centred = if profile.zero_centred {
            "zero-centred: the mean of φ(z) for a standard normal z is 0"
        } else {
            "not zero-centred: the mean of φ(z) for a standard normal z is not 0"
        };
        let mut findings = vec![
            range(seen, profile.range),
            limits(seen, profile.limits),
            self.monotonicity(profile.monotonicity),
            self.symmetry
                .against(ClaimKind::Parity, profile.parity, profile.parity.text().en),
            self.curvature.against(
                ClaimKind::Convexity,
                profile.convexity,
                profile.convexity.text().en,
            ),
            self.smoothness.against(
                ClaimKind::Smoothness,
                profile.smoothness,
                profile.smoothness.text().en,
            ),
        ];
        findings.extend(profile.kinks.iter().map(|kink| kink_at(seen, kink)));
        findings.push(all_kinks(seen, &profile.kinks));
        findings.extend([
            derivative_at_zero(seen, profile.derivative_at_zero),
            self.centred
                .against(ClaimKind::ZeroCentred, profile.zero_centred, centred),
            lipschitz(seen, profile.lipschitz),
            saturated_end(seen, profile.saturation.low, -1.0),
            saturated_end(seen, profile.saturation.high, 1.0),
        ]);
        findings.extend(profile.landmarks.iter().map(|mark| landmark(seen, mark)));
        findings.push(all_landmarks(&self.expected, &profile.landmarks));
        findings
    }

    fn monotonicity(&self, claimed: Monotonicity) -> Finding {
        let mut found = self
            .order
            .against(ClaimKind::Monotonicity, claimed, claimed.text().en);
        // Correct rounding keeps the order, so in f32 not even the last bit may go astray.
        let values = &self.seen.values_f32;
        let astray = values.windows(2).position(|pair| match claimed {
            Monotonicity::Increasing | Monotonicity::NonDecreasing => !(pair[0] <= pair[1]),
            Monotonicity::Decreasing | Monotonicity::NonIncreasing => !(pair[0] >= pair[1]),
            Monotonicity::Constant => pair[0] != pair[1],
            Monotonicity::NonMonotone => false,
        });
        if let Some(i) = astray {
            let (x, y) = (self.seen.xs[i], self.seen.xs[i + 1]);
            found.holds = false;
            found.evidence = format!(
                "in f32 φ({x:e}) = {:e} and φ({y:e}) = {:e}",
                values[i],
                values[i + 1]
            );
        }
        found
    }
}

fn finding(
    kind: ClaimKind,
    statement: impl Into<String>,
    holds: bool,
    evidence: impl Into<String>,
) -> Finding {
    Finding {
        kind,
        statement: statement.into(),
        holds,
        evidence: evidence.into(),
    }
}

fn range(seen: &Observed, (low, high): (Bound, Bound)) -> Finding {
    let statement = format!(
        "range {}{}, {}{}",
        if low.attained { '[' } else { '(' },
        number(low.value),
        number(high.value),
        if high.attained { ']' } else { ')' },
    );
    let kind = ClaimKind::Range;
    // The kernels of f64 may be off by their last bits; those of f32 are rounded from more digits than they have.
    let slack = |bound: f64| {
        if bound.is_finite() {
            4.0 * f64::EPSILON * bound.abs()
        } else {
            0.0
        }
    };
    let (least, most) = (low.value - slack(low.value), high.value + slack(high.value));
    let outside = seen
        .xs
        .iter()
        .zip(&seen.values)
        .find(|(_, y)| !(least <= **y && **y <= most));
    if let Some((x, y)) = outside {
        return finding(kind, statement, false, format!("φ({x}) = {y}"));
    }
    let (least, most) = (low.value as f32, high.value as f32);
    let outside = seen
        .xs
        .iter()
        .zip(&seen.values_f32)
        .find(|(_, y)| !(least <= **y && **y <= most));
    if let Some((x, y)) = outside {
        return finding(kind, statement, false, format!("in f32 φ({x}) = {y}"));
    }
    let mut reached = Vec::new();
    for (bound, other, sign) in [(low, high, 1.0), (high, low, -1.0)] {
        let (x, y) = if sign > 0.0 { seen.least } else { seen.most };
        let close = if bound.value.is_finite() {
            let scale = [bound.value, other.value]
                .into_iter()
                .find(|b| b.is_finite() && *b != 0.0)
                .map_or(1.0, f64::abs);
            (y - bound.value).abs() <= 1e-12 * scale
        } else {
            let far = seen.value(f64::MAX.copysign(x));
            far.signum() == bound.value.signum() && far.abs() > 1e100
        };
        let extreme = format!("φ({x}) = {y}");
        if !close {
            return finding(
                kind,
                statement,
                false,
                format!("{extreme} is the nearest to {}", number(bound.value)),
            );
        }
        let attained = seen.attains(bound.value, sign);
        if attained != bound.attained {
            let seen = if attained {
                "is reached"
            } else {
                "is only approached"
            };
            return finding(
                kind,
                statement,
                false,
                format!("{} {seen}", number(bound.value)),
            );
        }
        reached.push(extreme);
    }
    let evidence = format!("{} inputs; {}", seen.xs.len(), reached.join(", "));
    finding(kind, statement, true, evidence)
}

fn limits(seen: &Observed, (left, right): (f64, f64)) -> Finding {
    let statement = if left.is_nan() && right.is_nan() {
        "no limits".to_owned()
    } else {
        format!("limits {} at −∞ and {} at +∞", number(left), number(right))
    };
    let mut holds = true;
    let mut evidence = Vec::new();
    for (claimed, infinity) in [(left, f64::NEG_INFINITY), (right, f64::INFINITY)] {
        let at_infinity = seen.value(infinity);
        let in_f32 = f64::from(seen.value_f32(infinity as f32));
        let far = seen.value(f64::MAX.copysign(infinity));
        let last: Vec<f64> = (900..1000)
            .map(|e| seen.value(f64::powi(2.0, e).copysign(infinity)))
            .collect();
        let spread = last.iter().copied().fold(f64::MIN, f64::max)
            - last.iter().copied().fold(f64::MAX, f64::min);
        let approached = if claimed.is_nan() {
            spread > 0.0 && spread.is_finite()
        } else if claimed.is_infinite() {
            far.signum() == claimed.signum() && far.abs() > 1e100
        } else {
            spread == 0.0 && (far - claimed).abs() <= 1e-12 * claimed.abs()
        };
        let returned = |y: f64, claimed: f64| y == claimed || (y.is_nan() && claimed.is_nan());
        holds &= approached
            && returned(at_infinity, claimed)
            && returned(in_f32, f64::from(claimed as f32));
        evidence.push(format!(
            "φ({infinity}) = {at_infinity}, φ({:e}) = {far:e}",
            f64::MAX.copysign(infinity)
        ));
    }
    finding(ClaimKind::Limits, statement, holds, evidence.join("; "))
}

/// Whether it rises, falls or is flat.
fn order(seen: &Observed) -> Seen<Monotonicity> {
    let (mut rise, mut fall) = (None, None);
    for i in 1..seen.xs.len() {
        let step = seen.values[i] - seen.values[i - 1];
        let rounding = 4.0 * f64::EPSILON * seen.values[i].abs().max(seen.values[i - 1].abs());
        if step > rounding {
            rise = rise.or(Some(i));
        } else if -step > rounding {
            fall = fall.or(Some(i));
        }
    }
    let flat = seen.has_flat_piece();
    let property = match (rise.is_some(), fall.is_some(), flat) {
        (true, true, _) => Monotonicity::NonMonotone,
        (true, false, true) => Monotonicity::NonDecreasing,
        (true, false, false) => Monotonicity::Increasing,
        (false, true, true) => Monotonicity::NonIncreasing,
        (false, true, false) => Monotonicity::Decreasing,
        (false, false, _) => Monotonicity::Constant,
    };
    let place = |index: Option<usize>, what: &str| {
        let i = index?;
        let (x, y) = (seen.xs[i - 1], seen.xs[i]);
        let (before, after) = (seen.values[i - 1], seen.values[i]);
        Some(format!(
            "{what} from φ({x:e}) = {before:e} to φ({y:e}) = {after:e}"
        ))
    };
    let mut evidence: Vec<String> = [place(rise, "rises"), place(fall, "falls")]
        .into_iter()
        .flatten()
        .collect();
    if flat {
        evidence.push("has a flat piece".to_owned());
    }
    Seen {
        property,
        evidence: evidence.join("; "),
    }
}

/// The symmetry that is seen, and a pair that breaks the symmetries that are not.
fn symmetry(seen: &Observed) -> Seen<Parity> {
    let (mut odd, mut even, mut zero) = (true, true, true);
    let mut evidence = format!("{} pairs, every bit, in f64 and f32", seen.xs.len() / 2);
    let last = seen.xs.len() - 1;
    for i in 0..=last / 2 {
        let (a, b) = (seen.values[i], seen.values[last - i]);
        let (c, d) = (seen.values_f32[i], seen.values_f32[last - i]);
        let is_zero = a == 0.0 && b == 0.0;
        // At 0 itself the two ends of the sweep meet, and −0 is asked instead.
        let opposite = if i == last - i { seen.value(-0.0) } else { a };
        let odd_here = (-opposite).to_bits() == b.to_bits()
            && (i == last - i || (-c).to_bits() == d.to_bits());
        let even_here = a == b && c == d;
        if (odd && !odd_here) || (even && !even_here) {
            evidence = format!("φ({}) = {a}, φ({}) = {b}", seen.xs[i], seen.xs[last - i]);
        }
        odd &= odd_here;
        even &= even_here;
        zero &= is_zero;
    }
    let property = match (odd, even, zero) {
        (_, _, true) => Parity::Both,
        (true, _, _) => Parity::Odd,
        (_, true, _) => Parity::Even,
        _ => Parity::Neither,
    };
    Seen { property, evidence }
}

/// On which sides of its chords the curve runs.
fn curvature(seen: &Observed) -> Seen<Convexity> {
    let mut ends: Vec<f64> = (-120..=80)
        .flat_map(|quarter| {
            let x = f64::exp2(f64::from(quarter) / 4.0);
            [x, -x]
        })
        .collect();
    ends.push(0.0);
    let mut pairs: Vec<(f64, f64)> = Vec::new();
    for (i, a) in ends.iter().enumerate() {
        pairs.extend(ends[i + 1..].iter().map(|b| (*a, *b)));
    }
    for jump in seen.kinks.iter().chain(&seen.breaks) {
        let centre = 0.5 * (jump.before + jump.after);
        pairs.extend(ends.iter().map(|h| (centre - h, centre + h)));
    }
    let (mut above, mut below) = (None, None);
    for (a, b) in &pairs {
        let middle = 0.5 * (a + b);
        let (fa, fb, fm) = (seen.value(*a), seen.value(*b), seen.value(middle));
        let gap = fm - 0.5 * (fa + fb);
        let rounding = 8.0
            * f64::EPSILON
            * (fa.abs() + fb.abs() + fm.abs() + seen.steepest.min(1e300) * (a.abs() + b.abs()));
        if gap > rounding {
            above = above.or(Some((*a, *b)));
        } else if -gap > rounding {
            below = below.or(Some((*a, *b)));
        }
    }
    let property = match (above, below) {
        (None, None) => Convexity::Linear,
        (None, Some(_)) => Convexity::Convex,
        (Some(_), None) => Convexity::Concave,
        (Some(_), Some(_)) => Convexity::Neither,
    };
    let place = |pair: Option<(f64, f64)>, side: &str| {
        pair.map(|(a, b)| format!("the curve runs {side} its chord from {a} to {b}"))
    };
    let evidence: Vec<String> = [place(above, "above"), place(below, "below")]
        .into_iter()
        .flatten()
        .chain([format!("{} chords", pairs.len())])
        .collect();
    Seen {
        property,
        evidence: evidence.join("; "),
    }
}

/// How many derivatives do not jump.
fn smoothness(seen: &Observed) -> Seen<Smoothness> {
    let place = |jumps: &[Jump], what: &str| {
        jumps
            .first()
            .map(|jump| format!("{what} jumps at {}", 0.5 * (jump.before + jump.after)))
    };
    let (property, evidence) = if let Some(place) = place(&seen.breaks, "φ") {
        (Smoothness::Discontinuous, place)
    } else if let Some(place) = place(&seen.kinks, "φ′") {
        (Smoothness::Continuous, place)
    } else if let Some(place) = place(&seen.bend_jumps, "φ″") {
        (Smoothness::Once, place)
    } else {
        let evidence = "neither φ nor φ′ nor φ″ jumps anywhere";
        (Smoothness::Infinitely, evidence.to_owned())
    };
    Seen { property, evidence }
}

fn kink_at(seen: &Observed, kink: &Kink) -> Finding {
    let Kink {
        at,
        left,
        right,
        taken,
    } = *kink;
    let statement = format!(
        "kink at {}: φ′ is {} on its left, {} on its right, and {} is taken",
        number(at),
        number(left),
        number(right),
        number(taken)
    );
    let broken = seen.breaks.iter().any(|jump| jump.is_at(at));
    let found = broken || seen.kinks.iter().any(|jump| jump.is_at(at));
    let scale = seen.steepest.max(left.abs()).max(right.abs());
    let close = |a: f64, b: f64, tolerance: f64| (a - b).abs() <= tolerance * scale;
    let before = seen.slope(at - 4.0 * (at - at.next_down()));
    let after = seen.slope(at + 4.0 * (at.next_up() - at));
    let here = seen.slope(at);
    let mut holds =
        found && close(before, left, 1e-12) && close(after, right, 1e-12) && here == taken;
    if f64::from(at as f32) == at {
        holds &= seen.slope_f32(at as f32) == taken as f32;
    }
    let mut evidence = format!("φ′ is {before}, {here}, {after} there");
    if !found {
        evidence.push_str(", and does not jump");
    } else if !broken {
        // The derivative kernel is not taken at its word.
        let h = 1e-6 * at.abs().max(1.0 / seen.steepest.max(1.0));
        let quotient = |h: f64| (seen.value(at + h) - seen.value(at)) / h;
        let (below, above) = (quotient(-h), quotient(h));
        holds &= close(below, left, 1e-4) && close(above, right, 1e-4);
        evidence = format!("{evidence}; difference quotients {below:.6} and {above:.6}");
    }
    finding(ClaimKind::Kinks, statement, holds, evidence)
}

fn all_kinks(seen: &Observed, claimed: &[Kink]) -> Finding {
    let unclaimed: Vec<String> = seen
        .kinks
        .iter()
        .chain(&seen.breaks)
        .filter(|jump| !claimed.iter().any(|kink| jump.is_at(kink.at)))
        .map(|jump| format!("{}", 0.5 * (jump.before + jump.after)))
        .collect();
    let statement = match claimed {
        [] => "no kink",
        _ => "no other kink",
    };
    let holds = unclaimed.is_empty();
    let evidence = if holds {
        "φ and φ′ jump nowhere else".to_owned()
    } else {
        format!("φ or φ′ jumps at {}", unclaimed.join(", "))
    };
    finding(ClaimKind::Kinks, statement, holds, evidence)
}

fn derivative_at_zero(seen: &Observed, claimed: f64) -> Finding {
    let (wide, narrow) = (seen.slope(0.0), seen.slope_f32(0.0));
    let holds =
        (wide - claimed).abs() <= 2.0 * f64::EPSILON * claimed.abs() && narrow == claimed as f32;
    finding(
        ClaimKind::DerivativeAtZero,
        format!("φ′(0) = {}", number(claimed)),
        holds,
        format!("φ′(0) = {wide} in f64, {narrow} in f32"),
    )
}

/// Nodes and weights of the eight-point Gauss–Legendre rule on (−1, 1), for the positive nodes.
const GAUSS: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

/// E φ(z) and E |φ(z)| for a standard normal z, with no panel across a kink.
fn normal_mean(seen: &Observed) -> (f64, f64) {
    let mut cuts: Vec<f64> = (-192..=192).map(|i| f64::from(i) / 16.0).collect();
    cuts.extend(
        seen.kinks
            .iter()
            .chain(&seen.breaks)
            .map(|jump| jump.after)
            .filter(|x| x.abs() < 12.0),
    );
    cuts.sort_by(f64::total_cmp);
    let (mut sum, mut size) = (0.0, 0.0);
    for panel in cuts.windows(2) {
        let (centre, half) = (0.5 * (panel[0] + panel[1]), 0.5 * (panel[1] - panel[0]));
        for (node, weight) in GAUSS {
            for z in [centre - half * node, centre + half * node] {
                let term = half * weight * (-0.5 * z * z).exp() * seen.value(z);
                sum += term;
                size += term.abs();
            }
        }
    }
    let density = 0.398_942_280_401_432_7;
    (density * sum, density * size)
}

/// Whether the mean of φ(z) for a standard normal z is 0.
fn centred(seen: &Observed, symmetry: Parity) -> Seen<bool> {
    let (property, evidence) = match symmetry {
        Parity::Odd | Parity::Both => (true, "it is odd and the density is even".to_owned()),
        Parity::Even | Parity::Neither if seen.least.1 >= 0.0 || seen.most.1 <= 0.0 => {
            (false, "its values have one sign".to_owned())
        }
        Parity::Even | Parity::Neither => {
            let (mean, size) = normal_mean(seen);
            (
                mean.abs() <= 1e-12 * size,
                format!("the mean is {mean:.12}"),
            )
        }
    };
    Seen { property, evidence }
}

fn lipschitz(seen: &Observed, claimed: f64) -> Finding {
    let statement = if claimed.is_infinite() {
        "no Lipschitz constant".to_owned()
    } else {
        format!("Lipschitz constant {}", number(claimed))
    };
    let (holds, evidence) = match seen.breaks.first() {
        Some(jump) => (
            claimed == f64::INFINITY,
            format!("φ jumps at {}", 0.5 * (jump.before + jump.after)),
        ),
        None => (
            (seen.steepest - claimed).abs() <= 1e-13 * seen.steepest,
            format!("sup |φ′| = {}", seen.steepest),
        ),
    };
    finding(ClaimKind::Lipschitz, statement, holds, evidence)
}

/// The half-line towards `side`·∞.
fn saturated_end(seen: &Observed, claimed: Option<f64>, side: f64) -> Finding {
    let threshold = 0.01 * seen.steepest;
    let gone = |slope: f64| slope == 0.0 || slope.abs() < threshold;
    let kind = ClaimKind::Saturation;
    let direction = if side < 0.0 { "low" } else { "high" };
    let Some(end) = claimed else {
        let outer = |x: f64| side * x > 1e36;
        let alive = seen
            .xs
            .iter()
            .zip(&seen.slopes)
            .find(|(x, slope)| outer(**x) && !gone(**slope));
        let statement = format!("no saturation at the {direction} end");
        return match alive {
            Some((x, slope)) => finding(kind, statement, true, format!("φ′({x:e}) = {slope}")),
            None => finding(kind, statement, false, "φ′ is all but gone there"),
        };
    };
    let statement = if end.is_infinite() {
        "saturated everywhere".to_owned()
    } else if side < 0.0 {
        format!("saturated for x ≤ {}", number(end))
    } else {
        format!("saturated for x ≥ {}", number(end))
    };
    // So near to the end the derivative may round to the threshold.
    let blurred = 1e-12 * end.abs().max(1.0);
    let alive = seen
        .xs
        .iter()
        .zip(&seen.slopes)
        .find(|(x, slope)| side * (**x - end) > blurred && !gone(**slope));
    if let Some((x, slope)) = alive {
        return finding(kind, statement, false, format!("φ′({x}) = {slope}"));
    }
    if end.is_infinite() {
        let holds = seen.slopes.iter().all(|slope| gone(*slope)) && side * end < 0.0;
        return finding(kind, statement, holds, "φ′ is 0 at every input");
    }
    let at_end = seen.slope(end);
    let inside = if end.abs() < 1e-300 {
        // Next to 0, on the other side of it.
        if side < 0.0 {
            end.next_up()
        } else {
            end.next_down()
        }
    } else {
        end - side * 1e-10 * end.abs()
    };
    let within = seen.slope(inside);
    let holds = at_end.abs() <= threshold * (1.0 + 1e-12) && !gone(within);
    let evidence = format!(
        "|φ′| is {} of its supremum there and {} just inside",
        at_end.abs() / seen.steepest,
        within.abs() / seen.steepest
    );
    finding(kind, statement, holds, evidence)
}

fn landmark(seen: &Observed, mark: &Landmark) -> Finding {
    let Landmark { kind, x, y } = *mark;
    let statement = format!("{} at x = {}: {}", kind.text().en, number(x), number(y));
    let near = |h: f64| {
        let h = h * if x == 0.0 { 1.0 } else { x.abs() };
        (x - h, x + h)
    };
    let image = match kind {
        LandmarkKind::SteepestRise | LandmarkKind::SteepestFall => seen.slope(x),
        _ => seen.value(x),
    };
    let same = (image - y).abs() <= 8.0 * f64::EPSILON * y.abs();
    let (holds, evidence) = match kind {
        LandmarkKind::Minimum | LandmarkKind::Maximum => {
            let sign = if kind == LandmarkKind::Minimum {
                1.0
            } else {
                -1.0
            };
            let (a, b) = near(1e-12);
            let turns = sign * seen.slope(a) < 0.0 && sign * seen.slope(b) > 0.0;
            let extreme = if sign > 0.0 {
                seen.least.1
            } else {
                seen.most.1
            };
            let extremal = sign * y <= sign * extreme + 8.0 * f64::EPSILON * y.abs();
            (
                turns && extremal,
                format!(
                    "φ′ is {:e} before and {:e} after",
                    seen.slope(a),
                    seen.slope(b)
                ),
            )
        }
        LandmarkKind::Zero => {
            let (a, b) = near(1e-12);
            let (before, after) = (seen.value(a), seen.value(b));
            let crosses = before.signum() != after.signum() && before != 0.0 && after != 0.0;
            (
                crosses && image == 0.0,
                format!("φ is {before:e} before and {after:e} after"),
            )
        }
        LandmarkKind::SteepestRise | LandmarkKind::SteepestFall => {
            let sign = if kind == LandmarkKind::SteepestRise {
                1.0
            } else {
                -1.0
            };
            let (a, b) = near(1e-10);
            let peaks = sign * seen.bend(a) > 0.0 && sign * seen.bend(b) < 0.0;
            let most = seen
                .slopes
                .iter()
                .map(|s| sign * s)
                .fold(f64::MIN, f64::max);
            let smooth = !seen.kinks.iter().any(|jump| jump.is_at(x));
            (
                peaks && smooth && sign * y > 0.0 && sign * y >= most * (1.0 - 1e-12),
                format!(
                    "φ″ is {:e} before and {:e} after",
                    seen.bend(a),
                    seen.bend(b)
                ),
            )
        }
    };
    let evidence = format!("{image} there; {evidence}");
    finding(ClaimKind::Landmarks, statement, holds && same, evidence)
}

/// Between which neighbours of the sweep `images` changes its sign, and whether it rises there. Zeros are passed over.
fn sign_changes(images: &[f64]) -> Vec<(usize, usize, bool)> {
    let mut found = Vec::new();
    let mut last: Option<usize> = None;
    for (i, y) in images.iter().enumerate() {
        if *y == 0.0 || y.is_nan() {
            continue;
        }
        if let Some(j) = last
            && (images[j] < 0.0) != (*y < 0.0)
        {
            found.push((j, i, *y > 0.0));
        }
        last = Some(i);
    }
    found
}

/// A landmark that a profile must name, and between which arguments it lies.
struct Expected {
    kind: LandmarkKind,
    between: (f64, f64),
}

impl Expected {
    fn distance(&self) -> f64 {
        let (a, b) = self.between;
        if a <= 0.0 && 0.0 <= b {
            0.0
        } else {
            a.abs().min(b.abs())
        }
    }
}

/// Of each kind the landmarks nearest 0.
fn expected_landmarks(seen: &Observed) -> Vec<Expected> {
    let mut found = Vec::new();
    let mut expect = |kind, i: usize, j: usize| {
        found.push(Expected {
            kind,
            between: (seen.xs[i], seen.xs[j]),
        })
    };
    let jumps_between = |jumps: &[Jump], i: usize, j: usize| {
        jumps
            .iter()
            .any(|jump| seen.xs[i] <= jump.after && jump.before <= seen.xs[j])
    };
    for (i, j, _) in sign_changes(&seen.values) {
        if !jumps_between(&seen.breaks, i, j) {
            expect(LandmarkKind::Zero, i, j);
        }
    }
    for (i, j, rises) in sign_changes(&seen.slopes) {
        // More than one zero of the derivative in between is a flat piece.
        if j - i <= 2 {
            let kind = if rises {
                LandmarkKind::Minimum
            } else {
                LandmarkKind::Maximum
            };
            expect(kind, i, j);
        }
    }
    let most = seen.slopes.iter().copied().fold(f64::MIN, f64::max);
    let least = seen.slopes.iter().copied().fold(f64::MAX, f64::min);
    for (i, j, rises) in sign_changes(&seen.bends) {
        if jumps_between(&seen.kinks, i, j) {
            continue;
        }
        let slope = seen.slope(0.5 * (seen.xs[i] + seen.xs[j]));
        if !rises && most > 0.0 && slope >= 0.99 * most {
            expect(LandmarkKind::SteepestRise, i, j);
        }
        if rises && least < 0.0 && slope <= 0.99 * least {
            expect(LandmarkKind::SteepestFall, i, j);
        }
    }
    let mut nearest = Vec::new();
    for kind in LandmarkKind::ALL {
        let of_kind = || found.iter().filter(|expected| expected.kind == kind);
        let least = of_kind()
            .map(Expected::distance)
            .fold(f64::INFINITY, f64::min);
        nearest.extend(
            of_kind()
                .filter(|expected| expected.distance() == least)
                .map(|expected| Expected {
                    kind,
                    between: expected.between,
                }),
        );
    }
    nearest
}

fn all_landmarks(expected: &[Expected], claimed: &[Landmark]) -> Finding {
    let missing: Vec<String> = expected
        .iter()
        .filter(|expected| {
            let (a, b) = expected.between;
            !claimed
                .iter()
                .any(|mark| mark.kind == expected.kind && a <= mark.x && mark.x <= b)
        })
        .map(|expected| {
            let (a, b) = expected.between;
            format!("{} between {a:e} and {b:e}", expected.kind.text().en)
        })
        .collect();
    let statement = match claimed {
        [] => "no landmark",
        _ => "no other landmark",
    };
    let holds = missing.is_empty();
    let evidence = if holds {
        "no other sign change of φ, φ′ or φ″ makes one".to_owned()
    } else {
        missing.join("; ")
    };
    finding(ClaimKind::Landmarks, statement, holds, evidence)
}

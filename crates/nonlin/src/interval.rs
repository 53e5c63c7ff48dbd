//! Intervals: what a formula can be anywhere between two arguments, for certain.
//!
//! Sums, products, quotients and roots are rounded outwards where they are inexact. Elementary functions are taken at
//! the ends of their monotone pieces and moved outwards by more than the error that `elementary` states. A choice that
//! is not decided takes the hull of both sides.

use crate::activation::{Activation, differentiate};
use crate::dual::Dual;
use crate::elementary::trigonometric;
use crate::functions::{Function, with_activation};
use crate::real::Real;
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// The real numbers from `low` to `high`; an infinite end means that there is no bound.
///
/// As a [`Real`] it encloses: for x in an interval, a formula's value at x lies in the formula's value at the
/// interval. A formula in which x occurs more than once gives more than the range; [`pieces`](Interval::pieces) makes
/// that as tight as wanted.
///
/// ```
/// use nonlin::{Function, Interval};
/// let x = Interval::new(-2.0, 1.0).unwrap();
/// let y = "elu".parse::<Function>()?.enclose(x);
/// assert!(y.contains((-2f64).exp_m1()) && y.contains(1.0));
/// assert!(y.low() > -0.8647 && y.high() == 1.0);
///
/// let gelu: Function = "gelu".parse()?;
/// let y = x.pieces(1000).map(|piece| gelu.enclose(piece)).reduce(Interval::hull).unwrap();
/// assert!((y.low() - -0.16997).abs() < 1e-3);
/// # Ok::<(), nonlin::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Interval {
    low: f64,
    high: f64,
    /// Some choice on the way here took both sides.
    undecided: bool,
}

/// How many floating-point numbers a result moves outwards. An error of 1 ULP is at most two of them, and
/// `elementary` states about 1 ULP for all but the normal tail, which has a few.
const STEPS: u32 = 4;
/// The same for what has a few ULP.
const TAIL_STEPS: u32 = 16;

impl Interval {
    /// All real numbers.
    pub const EVERYTHING: Interval = Interval {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        undecided: false,
    };

    /// From `low` to `high`; `None` if they are in the wrong order or NaN.
    pub fn new(low: f64, high: f64) -> Option<Interval> {
        (low <= high).then_some(Interval {
            low,
            high,
            undecided: false,
        })
    }

    /// One number alone; everything if it is NaN.
    pub fn point(x: f64) -> Interval {
        Interval::new(x, x).unwrap_or(Interval::EVERYTHING)
    }

    /// The lower end.
    pub fn low(self) -> f64 {
        self.low
    }

    /// The upper end.
    pub fn high(self) -> f64 {
        self.high
    }

    /// The distance of the ends, rounded up.
    pub fn width(self) -> f64 {
        up(self.high, -self.low)
    }

    /// Whether `x` lies in it, ends included.
    pub fn contains(self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }

    /// The least interval with everything of both.
    pub fn hull(self, o: Interval) -> Interval {
        Interval {
            low: self.low.min(o.low),
            high: self.high.max(o.high),
            undecided: self.undecided || o.undecided,
        }
    }

    /// `count` intervals side by side that together are this one: of even width near 0, growing with the distance
    /// from there. At least one.
    pub fn pieces(self, count: usize) -> impl Iterator<Item = Interval> {
        let count = count.max(1);
        let from = self.low.max(-f64::MAX).asinh();
        let to = self.high.min(f64::MAX).asinh();
        let cut = move |i: usize| match i {
            0 => self.low,
            i if i == count => self.high,
            i => (from + (to - from) * (i as f64 / count as f64))
                .sinh()
                .clamp(self.low, self.high),
        };
        (0..count).map(move |i| {
            let (a, b) = (cut(i), cut(i + 1));
            Interval {
                low: a.min(b),
                high: b.max(a),
                undecided: false,
            }
        })
    }

    /// Ends that come from a calculation: NaN knows nothing.
    fn from_ends(low: f64, high: f64, undecided: bool) -> Interval {
        Interval {
            low: if low.is_nan() { f64::NEG_INFINITY } else { low },
            high: if high.is_nan() { f64::INFINITY } else { high },
            undecided,
        }
    }

    /// The image under a non-decreasing function that is computed to within `steps` and stays in `range`.
    fn image(self, f: impl Fn(f64) -> f64, steps: u32, range: (f64, f64)) -> Interval {
        // What is 0 at 0 is exactly so; a 0 elsewhere may be an underflow.
        let moved = |x: f64, step: fn(f64) -> f64| {
            let y = f(x);
            if x == 0.0 && y == 0.0 {
                return y;
            }
            (0..steps).fold(y, |y, _| step(y))
        };
        let low = moved(self.low, f64::next_down).max(range.0);
        let high = moved(self.high, f64::next_up).min(range.1);
        Interval::from_ends(low, high, self.undecided)
    }

    /// The image under a non-decreasing formula, from the enclosures at both ends.
    fn image_of_formula(self, f: impl Fn(Interval) -> Interval) -> Interval {
        let (low, high) = (f(Interval::point(self.low)), f(Interval::point(self.high)));
        Interval::from_ends(low.low, high.high, self.undecided)
    }

    /// `then` where decided, `otherwise` where decided against, else both.
    fn choose(self, decided: Option<bool>, at: Self, then: Self, otherwise: Self) -> Interval {
        let mut chosen = match decided {
            Some(true) => then,
            Some(false) => otherwise,
            None => then.hull(otherwise),
        };
        chosen.undecided |= decided.is_none() || self.undecided || at.undecided;
        chosen
    }

    /// The range of cos(x − shift), with the maxima at shift + 2πk found by interval arithmetic.
    fn wave(self, f: impl Fn(f64) -> f64, shift: Interval) -> Interval {
        let whole = Interval {
            low: -1.0,
            high: 1.0,
            undecided: self.undecided,
        };
        if !(self.low.is_finite() && self.high.is_finite()) {
            return whole;
        }
        let two = self.constant(2.0);
        let turns = (self - shift) / (two * self.pi());
        // Whether an integer may lie between the ends.
        let has_integer = |t: Interval| t.high.floor() >= t.low.ceil();
        let (a, b) = (f(self.low), f(self.high));
        let (mut low, mut high) = (a.min(b), a.max(b));
        for _ in 0..STEPS {
            low = low.next_down();
            high = high.next_up();
        }
        if has_integer(turns) || high > 1.0 {
            high = 1.0;
        }
        if has_integer(turns + self.constant(0.5)) || low < -1.0 {
            low = -1.0;
        }
        Interval::from_ends(low, high, self.undecided)
    }
}

impl PartialEq for Interval {
    fn eq(&self, o: &Interval) -> bool {
        self.low == o.low && self.high == o.high
    }
}

impl fmt::Debug for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}, {}]", self.low, self.high)
    }
}

/// Below this size the error of a product or quotient may not be representable, so nothing counts as exact.
const TINY: f64 = 1.0e-290;

/// a + b rounded up; −∞ + ∞ is +∞.
fn up(a: f64, b: f64) -> f64 {
    let sum = a + b;
    if sum.is_nan() {
        return f64::INFINITY;
    }
    // The exact error of the sum.
    let part = sum - a;
    let error = (a - (sum - part)) + (b - part);
    if error <= 0.0 { sum } else { sum.next_up() }
}

/// a·b rounded up; 0·∞ is 0, since an infinite end is a bound and not a number.
fn product_up(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 {
        return 0.0;
    }
    let product = a * b;
    if product.abs() > TINY && a.mul_add(b, -product) <= 0.0 {
        product
    } else {
        product.next_up()
    }
}

/// a/b rounded up, for b ≠ 0.
fn quotient_up(a: f64, b: f64) -> f64 {
    if a == 0.0 || a.is_finite() && b.is_infinite() {
        // Right of 0 there are quotients that are not 0.
        return if a == 0.0 || (a < 0.0) != (b < 0.0) {
            0.0
        } else {
            f64::from_bits(1)
        };
    }
    let quotient = a / b;
    if quotient.is_nan() {
        return f64::INFINITY;
    }
    let rest = quotient.mul_add(-b, a);
    let exact_below = rest == 0.0 || (rest < 0.0) != (b < 0.0);
    if a.abs() > TINY && quotient.abs() > TINY && !rest.is_nan() && exact_below {
        quotient
    } else {
        quotient.next_up()
    }
}

fn least(of: [f64; 4]) -> f64 {
    of.into_iter().fold(f64::INFINITY, f64::min)
}

fn greatest(of: [f64; 4]) -> f64 {
    of.into_iter().fold(f64::NEG_INFINITY, f64::max)
}

impl Add for Interval {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        let undecided = self.undecided || o.undecided;
        Interval::from_ends(-up(-self.low, -o.low), up(self.high, o.high), undecided)
    }
}

impl Sub for Interval {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        self + -o
    }
}

impl Mul for Interval {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        let pairs = [
            (self.low, o.low),
            (self.low, o.high),
            (self.high, o.low),
            (self.high, o.high),
        ];
        Interval::from_ends(
            least(pairs.map(|(a, b)| -product_up(-a, b))),
            greatest(pairs.map(|(a, b)| product_up(a, b))),
            self.undecided || o.undecided,
        )
    }
}

impl Div for Interval {
    type Output = Self;
    fn div(self, o: Self) -> Self {
        let undecided = self.undecided || o.undecided;
        if o.contains(0.0) {
            return Interval {
                undecided,
                ..Interval::EVERYTHING
            };
        }
        let pairs = [
            (self.low, o.low),
            (self.low, o.high),
            (self.high, o.low),
            (self.high, o.high),
        ];
        Interval::from_ends(
            least(pairs.map(|(a, b)| -quotient_up(-a, b))),
            greatest(pairs.map(|(a, b)| quotient_up(a, b))),
            undecided,
        )
    }
}

impl Neg for Interval {
    type Output = Self;
    fn neg(self) -> Self {
        Interval {
            low: -self.high,
            high: -self.low,
            undecided: self.undecided,
        }
    }
}

impl Real for Interval {
    fn constant(self, c: f64) -> Self {
        Interval::point(c)
    }
    fn pi(self) -> Self {
        // The nearest f64 lies below π.
        let pi = std::f64::consts::PI;
        Interval::from_ends(pi, pi.next_up(), false)
    }
    fn exp(self) -> Self {
        self.image(Real::exp, STEPS, (0.0, f64::INFINITY))
    }
    fn exp_m1(self) -> Self {
        self.image(Real::exp_m1, STEPS, (-1.0, f64::INFINITY))
    }
    fn ln_1p(self) -> Self {
        self.image(Real::ln_1p, STEPS, (f64::NEG_INFINITY, f64::INFINITY))
    }
    fn tanh(self) -> Self {
        self.image(Real::tanh, 2 * STEPS, (-1.0, 1.0))
    }
    fn erfc(self) -> Self {
        (-self).image(|x| Real::erfc(-x), TAIL_STEPS, (0.0, 2.0))
    }
    fn sqrt(self) -> Self {
        let root = |x: f64| (x, x.sqrt());
        let (low, high) = (root(self.low), root(self.high));
        let exact =
            |(x, root): (f64, f64)| root == 0.0 || x > TINY && root.mul_add(-root, x) == 0.0;
        Interval::from_ends(
            if exact(low) { low.1 } else { low.1.next_down() },
            if exact(high) {
                high.1
            } else {
                high.1.next_up()
            },
            self.undecided,
        )
    }
    fn sin(self) -> Self {
        let quarter = self.pi() / self.constant(2.0);
        self.wave(|x| trigonometric::far(x, 0.0).0, quarter)
    }
    fn cos(self) -> Self {
        self.wave(|x| trigonometric::far(x, 0.0).1, self.constant(0.0))
    }
    fn below(self, at: Self, then: Self, otherwise: Self) -> Self {
        let decided = if self.high < at.low {
            Some(true)
        } else {
            (self.low >= at.high).then_some(false)
        };
        self.choose(decided, at, then, otherwise)
    }
    fn up_to(self, at: Self, then: Self, otherwise: Self) -> Self {
        let decided = if self.high <= at.low {
            Some(true)
        } else {
            (self.low > at.high).then_some(false)
        };
        self.choose(decided, at, then, otherwise)
    }
    fn abs(self) -> Self {
        let (a, b) = (self.low.abs(), self.high.abs());
        Interval {
            low: if self.contains(0.0) { 0.0 } else { a.min(b) },
            high: a.max(b),
            undecided: self.undecided,
        }
    }
    fn sigmoid(self) -> Self {
        self.image_of_formula(|x| {
            let (zero, one) = (x.constant(0.0), x.constant(1.0));
            let e = (-x.abs()).exp();
            let y = x.below(zero, e, one) / (one + e);
            Interval::from_ends(y.low.max(0.0), y.high.min(1.0), false)
        })
    }
    fn scaled_softplus(self, beta: Self) -> Self {
        (beta * self).softplus() / beta
    }
    fn softplus(self) -> Self {
        self.image_of_formula(|x| {
            let zero = x.constant(0.0);
            let y = x.below(zero, zero, x) + (-x.abs()).exp().ln_1p();
            Interval::from_ends(y.low.max(0.0), y.high, false)
        })
    }
}

/// How often a formula is evaluated to settle its choices.
const BUDGET: usize = 2000;

/// The hull of `f` over `x`, cut where choices change sides until they are decided or nothing is left to cut.
fn settle(x: Interval, f: impl Fn(Interval) -> Interval) -> Interval {
    let mut hull: Option<Interval> = None;
    let mut waiting = vec![x];
    let mut evaluations = 0;
    while let Some(x) = waiting.pop() {
        let y = f(x);
        evaluations += 1;
        match middle(x) {
            Some(middle) if y.undecided && evaluations < BUDGET => {
                waiting.push(Interval::from_ends(middle, x.high, false));
                waiting.push(Interval::from_ends(x.low, middle, false));
            }
            _ => hull = Some(hull.map_or(y, |h| h.hull(y))),
        }
    }
    let hull = hull.unwrap_or(Interval::EVERYTHING);
    Interval {
        undecided: false,
        ..hull
    }
}

/// The floating-point number halfway between the ends as floating-point numbers are counted; `None` if there is none
/// between.
fn middle(x: Interval) -> Option<f64> {
    // Numbers in ascending order as integers; both zeros are 0.
    let order = |x: f64| {
        let magnitude = (x.to_bits() & !(1 << 63)) as i64;
        if x < 0.0 { -magnitude } else { magnitude }
    };
    let (low, high) = (order(x.low), order(x.high));
    let middle = low / 2 + high / 2 + (low % 2 + high % 2) / 2;
    if middle <= low || middle >= high {
        return None;
    }
    let magnitude = f64::from_bits(middle.unsigned_abs());
    Some(if middle < 0 { -magnitude } else { magnitude })
}

fn enclose<A: Activation>(a: A, x: Interval) -> Interval {
    settle(x, |x| {
        A::define(a.lift(|_, value| Interval::point(value)), x)
    })
}

fn enclose_derivative<A: Activation>(a: A, x: Interval) -> Interval {
    settle(x, |x| {
        let Dual { value, slope } =
            differentiate::<A, Interval>(a.lift(|_, value| Interval::point(value)), x);
        Interval {
            undecided: value.undecided || slope.undecided,
            ..slope
        }
    })
}

impl Function {
    /// An interval that holds φ(x) for every x of the given one.
    ///
    /// The real function is enclosed, without the rounding of kernels. It is tight where x occurs once in the formula
    /// of each case; else cut the argument with [`Interval::pieces`].
    pub fn enclose(&self, x: Interval) -> Interval {
        with_activation!(*self, a => enclose(a, x))
    }

    /// An interval that holds φ′(x) for every x of the given one, kinks with the derivative taken there.
    ///
    /// A jump of φ does not show in it.
    pub fn enclose_derivative(&self, x: Interval) -> Interval {
        with_activation!(*self, a => enclose_derivative(a, x))
    }
}

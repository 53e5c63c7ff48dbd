//! What a function is seen to do, gathered once from its kernels and without a look at its profile.

use crate::activation::{Activation, differentiate};
use crate::dual::Dual;
use crate::functions::{Function, with_activation};

/// Mantissas per power of two in a sweep.
const STEPS: usize = 64;

/// Below this magnitude a derivative may be on its way to underflow, and 0 beside it is no flat piece.
const FADING: f64 = 1e-280;

/// A place where something jumps: two neighbouring numbers with different images.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jump {
    /// The last number before the jump.
    pub(super) before: f64,
    /// The first number after it.
    pub(super) after: f64,
}

impl Jump {
    /// Whether the jump is at `x`, give or take the rounding of `x`.
    pub(super) fn is_at(self, x: f64) -> bool {
        let slack = 4.0 * f64::EPSILON * x.abs();
        self.before - slack <= x && x <= self.after + slack
    }
}

/// A function's behaviour over a sweep of every exponent of `f32`, with both signs.
pub(super) struct Observed {
    function: Function,
    /// Arguments in order, all of them `f32` numbers, with 0 among them.
    pub(super) xs: Vec<f64>,
    /// φ in `f64`.
    pub(super) values: Vec<f64>,
    /// φ′ in `f64`.
    pub(super) slopes: Vec<f64>,
    /// φ in `f32`.
    pub(super) values_f32: Vec<f32>,
    /// φ″ of the formula, NaN where the formula overflows.
    pub(super) bends: Vec<f64>,
    /// The least value and where it is, sought between the arguments too.
    pub(super) least: (f64, f64),
    /// The greatest value and where it is.
    pub(super) most: (f64, f64),
    /// sup |φ′|, sought between the arguments too.
    pub(super) steepest: f64,
    /// Jumps of φ.
    pub(super) breaks: Vec<Jump>,
    /// Jumps of φ′.
    pub(super) kinks: Vec<Jump>,
    /// Jumps of φ″.
    pub(super) bend_jumps: Vec<Jump>,
}

impl Observed {
    pub(super) fn of(function: &Function) -> Self {
        let function = *function;
        let xs = arguments();
        let mut values = vec![0.0; xs.len()];
        let mut slopes = vec![0.0; xs.len()];
        function.forward(&xs, &mut values);
        function.derivative(&xs, &mut slopes);
        let narrow: Vec<f32> = xs.iter().map(|&x| x as f32).collect();
        let mut values_f32 = vec![0.0; xs.len()];
        function.forward(&narrow, &mut values_f32);
        let bends: Vec<f64> = xs
            .iter()
            .map(|&x| second_derivative(&function, x))
            .collect();
        let largest = largest(&slopes);
        // Far out, the next f64 is so far away that a steep function seems to jump from one to the other.
        let window = 1_048_576.0 / largest.max(1.0);
        let inside = |images: &[f64]| -> (Vec<f64>, Vec<f64>) {
            xs.iter()
                .zip(images)
                .filter(|(x, _)| x.abs() <= window)
                .map(|(&x, &y)| (x, y))
                .unzip()
        };
        let jumps = |images: &[f64], f: &dyn Fn(f64) -> f64| {
            let (xs, images) = inside(images);
            jumps(&xs, &images, f)
        };
        let breaks = jumps(&values, &|x| function.value_at(x));
        let kinks = jumps(&slopes, &|x| function.derivative_at(x));
        let bend_jumps = jumps(&bends, &|x| second_derivative(&function, x));
        let mut steepest = largest;
        for jump in &kinks {
            for x in [jump.before, jump.after] {
                steepest = steepest.max(function.derivative_at(x).abs());
            }
        }
        let (from, to) = neighbourhood(&xs, &slopes, |s| s.abs());
        let peak = golden(from, to, |x| -function.derivative_at(x).abs());
        steepest = steepest.max(function.derivative_at(peak).abs());
        Observed {
            least: extreme(&function, &xs, &values, 1.0),
            most: extreme(&function, &xs, &values, -1.0),
            function,
            xs,
            values,
            slopes,
            values_f32,
            bends,
            steepest,
            breaks,
            kinks,
            bend_jumps,
        }
    }

    pub(super) fn value(&self, x: f64) -> f64 {
        self.function.value_at(x)
    }

    pub(super) fn slope(&self, x: f64) -> f64 {
        self.function.derivative_at(x)
    }

    pub(super) fn value_f32(&self, x: f32) -> f32 {
        self.function.value_at(x)
    }

    pub(super) fn slope_f32(&self, x: f32) -> f32 {
        self.function.derivative_at(x)
    }

    pub(super) fn bend(&self, x: f64) -> f64 {
        second_derivative(&self.function, x)
    }

    /// Whether a finite argument truly gives `bound`, and not only a value that rounds to it.
    ///
    /// It does at an extremum, where the derivative changes its sign, and on a piece that turns flat at once. In a tail
    /// that rounding makes flat, the derivative fades instead. The sign is 1 for a lower bound and −1 for an upper one.
    pub(super) fn attains(&self, bound: f64, sign: f64) -> bool {
        if !bound.is_finite() {
            return false;
        }
        let (x, y) = if sign > 0.0 { self.least } else { self.most };
        let near = |y: f64| (y - bound).abs() <= 8.0 * f64::EPSILON * bound.abs();
        if near(y) {
            let h = 1e-6 * x.abs();
            let (left, right) = (self.slope(x - h), self.slope(x + h));
            if h > 0.0 && sign * left < 0.0 && sign * right > 0.0 {
                return true;
            }
        }
        let mut i = 0;
        while i < self.xs.len() {
            if !near(self.values[i]) {
                i += 1;
                continue;
            }
            let start = i;
            while i < self.xs.len() && near(self.values[i]) {
                i += 1;
            }
            let last = self.xs.len();
            let turns_flat = match (start, i) {
                (0, end) if end == last => true,
                (0, end) => (1..=end).any(|k| self.turns_flat(k - 1, k)),
                (start, end) if end == last => (start..end).any(|k| self.turns_flat(k, k - 1)),
                // It comes and goes.
                _ => true,
            };
            if turns_flat {
                return true;
            }
        }
        false
    }

    /// Whether the derivative is 0 at index `flat` and neither it nor the value is fading at its neighbour.
    fn turns_flat(&self, flat: usize, neighbour: usize) -> bool {
        self.slopes[flat] == 0.0
            && (self.slopes[neighbour].abs() > FADING
                || (self.slopes[neighbour] == 0.0
                    && (self.values[flat] - self.values[neighbour]).abs() > FADING))
    }

    /// Whether there is a piece on which the function is truly constant.
    pub(super) fn has_flat_piece(&self) -> bool {
        let mut i = 0;
        while i < self.xs.len() {
            if self.slopes[i] != 0.0 {
                i += 1;
                continue;
            }
            let start = i;
            while i + 1 < self.xs.len()
                && self.slopes[i + 1] == 0.0
                && self.values[i + 1] == self.values[start]
            {
                i += 1;
            }
            let end = i;
            i += 1;
            if end == start {
                continue;
            }
            let whole = start == 0 && end + 1 == self.xs.len();
            let left = start > 0 && self.turns_flat(start, start - 1);
            let right = end + 1 < self.xs.len() && self.turns_flat(end, end + 1);
            if whole || left || right {
                return true;
            }
        }
        false
    }
}

/// Every exponent of `f32` with [`STEPS`] mantissas and both signs, in order.
fn arguments() -> Vec<f64> {
    let mut positive = Vec::new();
    let mut bits = 1u32;
    while bits < f32::INFINITY.to_bits() {
        positive.push(f64::from(f32::from_bits(bits)));
        // Subnormals double until they are as dense as the rest.
        bits += if bits < (1 << 23) {
            bits.div_ceil(STEPS as u32)
        } else {
            (1 << 23) / STEPS as u32
        };
    }
    positive.push(f64::from(f32::MAX));
    let negative: Vec<f64> = positive.iter().rev().map(|x| -x).collect();
    [negative, vec![0.0], positive].concat()
}

fn largest(numbers: &[f64]) -> f64 {
    numbers
        .iter()
        .map(|n| n.abs())
        .filter(|n| n.is_finite())
        .fold(0.0, f64::max)
}

/// The argument and value of the minimum (sign 1) or maximum (sign −1).
fn extreme(function: &Function, xs: &[f64], values: &[f64], sign: f64) -> (f64, f64) {
    let y = |i: usize| sign * values[i];
    let value = |x: f64| function.value_at(x);
    let mut best = (0..xs.len())
        .min_by(|&i, &j| y(i).total_cmp(&y(j)))
        .map_or((0.0, value(0.0)), |i| (xs[i], values[i]));
    // The far turns of a periodic function are missed by the sweep, the nearest are not.
    let mut turns: Vec<usize> = (1..xs.len() - 1)
        .filter(|&i| y(i) <= y(i - 1) && y(i) <= y(i + 1) && y(i) < y(i - 1).max(y(i + 1)))
        .collect();
    turns.sort_by(|&i, &j| xs[i].abs().total_cmp(&xs[j].abs()));
    for &i in turns.iter().take(8) {
        let x = golden(xs[i - 1], xs[i + 1], |x| sign * value(x));
        if sign * value(x) <= sign * best.1 {
            best = (x, value(x));
        }
    }
    best
}

/// The arguments around the one whose image is ranked highest.
fn neighbourhood(xs: &[f64], images: &[f64], rank: impl Fn(f64) -> f64) -> (f64, f64) {
    let mut best = 0;
    for (i, image) in images.iter().enumerate() {
        if rank(*image) > rank(images[best]) {
            best = i;
        }
    }
    (xs[best.saturating_sub(1)], xs[(best + 1).min(xs.len() - 1)])
}

/// Where `f` is least between `a` and `b`, by golden-section search.
fn golden(mut a: f64, mut b: f64, f: impl Fn(f64) -> f64) -> f64 {
    const RATIO: f64 = 0.618_033_988_749_894_9;
    let (mut c, mut d) = (b - RATIO * (b - a), a + RATIO * (b - a));
    let (mut fc, mut fd) = (f(c), f(d));
    for _ in 0..90 {
        if fc < fd {
            (b, d, fd) = (d, c, fc);
            c = b - RATIO * (b - a);
            fc = f(c);
        } else {
            (a, c, fc) = (c, d, fd);
            d = a + RATIO * (b - a);
            fd = f(d);
        }
    }
    0.5 * (a + b)
}

/// The jumps of `f`, whose images of `xs` are known: an interval that holds a large difference is halved towards it until
/// either the difference goes, as it does for a continuous function, or nothing is left to halve.
fn jumps(xs: &[f64], images: &[f64], f: impl Fn(f64) -> f64) -> Vec<Jump> {
    let scale = largest(images);
    let (seen, gone) = (1e-6 * scale, 1e-7 * scale);
    let mut found: Vec<Jump> = Vec::new();
    for i in 1..xs.len() {
        let (mut a, mut b) = (xs[i - 1], xs[i]);
        let (mut fa, mut fb) = (images[i - 1], images[i]);
        if !((fb - fa).abs() > seen) {
            continue;
        }
        loop {
            let m = 0.5 * (a + b);
            if m <= a || m >= b || (b - a) < f64::MIN_POSITIVE {
                if (fb - fa).abs() > seen {
                    found.push(Jump {
                        before: a,
                        after: b,
                    });
                }
                break;
            }
            let fm = f(m);
            if (fm - fa).abs() > (fb - fm).abs() {
                (b, fb) = (m, fm);
            } else {
                (a, fa) = (m, fm);
            }
            if !((fb - fa).abs() > gone) {
                break;
            }
        }
    }
    // A value of its own at the point itself makes two jumps of one.
    found.dedup_by(|next, previous| next.before <= previous.after);
    found
}

/// φ″ of the formula by differentiating twice.
fn second_derivative(function: &Function, x: f64) -> f64 {
    fn of<A: Activation>(a: A, x: f64) -> f64 {
        let parameters = a.lift(|_, value| Dual::fixed(value));
        differentiate::<A, Dual<f64>>(parameters, Dual::variable(x))
            .slope
            .slope
    }
    with_activation!(*function, a => of(a, x))
}

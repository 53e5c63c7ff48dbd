//! The points that make a function's curve: many where it bends, few where it is straight, none across a jump.

use crate::args::Order;
use nonlin::Function;

/// Even pieces to begin with.
const PIECES: usize = 400;
/// How often a piece may be halved for its bend.
const HALVINGS: u32 = 12;
/// More points than this make no better picture.
const MOST: usize = 40_000;

/// φ(x), φ′(x) or φ″(x) in `f64`.
pub(crate) fn at(function: Function, order: Order, x: f64) -> f64 {
    function.kernels().at(order.quantity(), x)
}

/// The curve from `from` to `to` through the `special` points too; a point whose y is NaN stands where it breaks.
pub(crate) fn sample(
    f: impl Fn(f64) -> f64,
    from: f64,
    to: f64,
    special: &[f64],
) -> Vec<(f64, f64)> {
    let mut xs: Vec<f64> = (0..=PIECES)
        .map(|k| mix(from, to, k as f64 / PIECES as f64))
        .chain(special.iter().copied().filter(|x| (from..=to).contains(x)))
        .collect();
    xs.sort_by(f64::total_cmp);
    xs.dedup();
    let coarse: Vec<(f64, f64)> = xs.into_iter().map(|x| (x, f(x))).collect();
    let finite = || coarse.iter().map(|p| p.1).filter(|y| y.is_finite());
    let height =
        finite().fold(f64::NEG_INFINITY, f64::max) - finite().fold(f64::INFINITY, f64::min);
    let mut sampler = Sampler {
        f,
        // Far below what a picture shows.
        tolerance: 2e-4 * height.max(f64::MIN_POSITIVE),
        jump: 5e-3 * height.max(f64::MIN_POSITIVE),
        narrow: 1e-13 * (to - from).max(from.abs()).max(to.abs()),
        points: Vec::with_capacity(coarse.len()),
    };
    sampler.points.extend(coarse.first());
    for pair in coarse.windows(2) {
        sampler.piece(pair[0], pair[1], HALVINGS);
    }
    sampler.points
}

struct Sampler<F> {
    f: F,
    tolerance: f64,
    jump: f64,
    narrow: f64,
    points: Vec<(f64, f64)>,
}

impl<F: Fn(f64) -> f64> Sampler<F> {
    /// Appends what lies behind `a`, up to `b`.
    fn piece(&mut self, a: (f64, f64), b: (f64, f64), halvings: u32) {
        if halvings == 0 {
            if (b.1 - a.1).abs() > self.jump {
                self.steep(a, b);
            }
        } else if self.points.len() < MOST && !self.is_straight(a, b) {
            let x = mix(a.0, b.0, 0.5);
            let middle = (x, (self.f)(x));
            self.piece(a, middle, halvings - 1);
            return self.piece(middle, b, halvings - 1);
        }
        self.points.push(b);
    }

    /// Two points off the middle too: a bend that is odd about the middle would pass unseen there.
    fn is_straight(&self, a: (f64, f64), b: (f64, f64)) -> bool {
        [0.5, 0.27, 0.77].into_iter().all(|t| {
            let y = (self.f)(mix(a.0, b.0, t));
            (y - mix(a.1, b.1, t)).abs() <= self.tolerance || !(y - a.1 - b.1).is_finite()
        })
    }

    /// Narrows a rise down until it is seen to be a slope, or a jump, where the curve breaks.
    fn steep(&mut self, mut a: (f64, f64), mut b: (f64, f64)) {
        while b.0 - a.0 > self.narrow {
            let x = mix(a.0, b.0, 0.5);
            let middle = (x, (self.f)(x));
            let (left, right) = ((middle.1 - a.1).abs(), (b.1 - middle.1).abs());
            if left > right {
                b = middle
            } else {
                a = middle
            }
            if left.max(right) <= self.jump {
                return;
            }
        }
        self.points.extend([a, (mix(a.0, b.0, 0.5), f64::NAN), b]);
    }
}

/// a·(1−t) + b·t, without overflow.
pub(crate) fn mix(a: f64, b: f64, t: f64) -> f64 {
    a * (1.0 - t) + b * t
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_a_break_and_a_slope_is_not() {
        let step = sample(|x| if x < 0.0 { 0.0 } else { 1.0 }, -5.0, 5.0, &[]);
        let breaks: Vec<_> = step.iter().filter(|p| p.1.is_nan()).collect();
        assert_eq!(breaks.len(), 1);
        assert!(breaks[0].0.abs() < 1e-11, "{}", breaks[0].0);
        let steep = sample(|x| (1e7 * x).clamp(0.0, 1.0), -5.0, 5.0, &[]);
        assert!(steep.iter().all(|p| p.1.is_finite()));
    }

    #[test]
    fn the_points_are_in_order_and_reach_both_ends() {
        for f in Function::all() {
            for order in [Order::Value, Order::Derivative] {
                let points = sample(|x| at(f, order, x), -7.3, 6.1, &[1.0 / 3.0]);
                assert!(points.windows(2).all(|p| p[0].0 <= p[1].0), "{f}");
                assert_eq!(
                    (points[0].0, points[points.len() - 1].0),
                    (-7.3, 6.1),
                    "{f}"
                );
                assert!(points.len() < 5_000, "{f}: {}", points.len());
            }
        }
    }

    #[test]
    fn a_kink_is_met_closely() {
        let points = sample(|x| x.abs(), -5.0, 4.9, &[]);
        assert!(points.iter().any(|p| p.1 < 2e-3));
        let hard = sample(|x| (x - 0.123_456).max(0.0), -5.0, 5.0, &[0.123_456]);
        assert!(hard.iter().any(|p| p.0 == 0.123_456));
    }

    #[test]
    fn nothing_else_than_numbers_is_no_trouble() {
        assert!(sample(|_| f64::NAN, 0.0, 1.0, &[]).len() > 2);
        assert!(sample(|x| 1.0 / x, -1.0, 1.0, &[0.0]).len() > 2);
        assert!(sample(|x| x, -1e308, 1e308, &[]).len() > 2);
    }
}

//! ELU.

use crate::activation::Activation;
use crate::card::{Card, Family, text};
use crate::profile::{Bound, Convexity, Kink, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness, saturation_of_slopes};
use crate::real::{Lane, Real};

crate::activation! {
    /// x, or α(eˣ − 1) below 0.
    pub struct Elu {
        /// minus the value it saturates to
        alpha ("α"): Finite = 1.0,
    }
}

impl Activation for Elu {
    const CARD: Card = Card {
        name: "elu",
        title: text("ELU", "指数线性单元"),
        aliases: &[],
        family: Family::Rectifier,
        year: 2015,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    #[inline(always)]
    fn define<R: Real>(p: Elu<R>, x: R) -> R {
        let zero = x.constant(0.0);
        // The exponential sees no positive argument, so that it cannot overflow into the derivative.
        x.up_to(zero, p.alpha * zero.below(x, zero, x).exp_m1(), x)
    }

    fn profile(self) -> Profile {
        let alpha = self.alpha;
        let smooth = alpha == 1.0;
        let lipschitz = alpha.abs().max(1.0);
        // E φ(z) is the first constant minus α times the second, which is 1/2 − √e·Φ(−1).
        let mean = 0.3989422804014327 - alpha * 0.23842170813487663;
        Profile {
            range: (
                if alpha > 0.0 {
                    Bound::open(-alpha)
                } else {
                    Bound::attained(0.0)
                },
                Bound::open(f64::INFINITY),
            ),
            limits: (-alpha, f64::INFINITY),
            monotonicity: if alpha > 0.0 {
                Monotonicity::Increasing
            } else if alpha == 0.0 {
                Monotonicity::NonDecreasing
            } else {
                Monotonicity::NonMonotone
            },
            parity: Parity::Neither,
            convexity: if (0.0..=1.0).contains(&alpha) {
                Convexity::Convex
            } else {
                Convexity::Neither
            },
            smoothness: if smooth {
                Smoothness::Once
            } else {
                Smoothness::Continuous
            },
            kinks: if smooth {
                Vec::new()
            } else {
                vec![Kink {
                    at: 0.0,
                    left: alpha,
                    right: 1.0,
                    taken: alpha,
                }]
            },
            derivative_at_zero: alpha,
            zero_centred: mean.abs() < 1e-12,
            lipschitz,
            saturation: Saturation {
                // |α|eˣ is 1 % of the largest slope.
                low: Some(if alpha == 0.0 {
                    0.0
                } else {
                    (0.01 * lipschitz / alpha.abs()).ln().min(0.0)
                }),
                ..saturation_of_slopes(alpha, 1.0)
            },
            landmarks: if alpha > 0.0 {
                vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0)]
            } else if alpha < 0.0 {
                vec![Landmark::new(LandmarkKind::Minimum, 0.0, 0.0)]
            } else {
                Vec::new()
            },
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(p: Elu<R>, x: R) -> R {
        // −0 takes the side that keeps it.
        x.below(x.constant(0.0), p.alpha * x.at_most(0.0).exp_m1_down(), x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: Elu<R>, x: R) -> R {
        x.up_to(x.constant(0.0), p.alpha * x.at_most(0.0).exp_down(), x.constant(1.0))
    }
}

//! Leaky ReLU.

use crate::activation::Activation;
use crate::card::{Card, Family, alias, alias_at, text};
use crate::profile::{Bound, Convexity, Kink, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Smoothness, saturation_of_slopes};
use crate::real::{Lane, Real};

crate::activation! {
    /// x, or a fixed small multiple of it below 0.
    pub struct LeakyRelu {
        /// the slope below 0
        negative_slope ("a"): Finite = 0.01,
    }
}

impl Activation for LeakyRelu {
    const CARD: Card = Card {
        name: "leaky_relu",
        title: text("leaky ReLU", "带泄漏 ReLU"),
        aliases: &[alias("lrelu"), alias("leakyrelu"), alias_at("very_leaky_relu", &[("negative_slope", 1.0 / 3.0)])],
        family: Family::Rectifier,
        year: 2013,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    #[inline(always)]
    fn define<R: Real>(p: LeakyRelu<R>, x: R) -> R {
        x.up_to(x.constant(0.0), p.negative_slope * x, x)
    }

    fn profile(self) -> Profile {
        let slope = self.negative_slope;
        let straight = slope == 1.0;
        Profile {
            range: (
                if slope > 0.0 {
                    Bound::open(f64::NEG_INFINITY)
                } else {
                    Bound::attained(0.0)
                },
                Bound::open(f64::INFINITY),
            ),
            limits: (
                if slope == 0.0 {
                    0.0
                } else {
                    -f64::INFINITY.copysign(slope)
                },
                f64::INFINITY,
            ),
            monotonicity: if slope > 0.0 {
                Monotonicity::Increasing
            } else if slope == 0.0 {
                Monotonicity::NonDecreasing
            } else {
                Monotonicity::NonMonotone
            },
            parity: if straight {
                Parity::Odd
            } else if slope == -1.0 {
                Parity::Even
            } else {
                Parity::Neither
            },
            convexity: if straight {
                Convexity::Linear
            } else if slope < 1.0 {
                Convexity::Convex
            } else {
                Convexity::Concave
            },
            smoothness: if straight {
                Smoothness::Infinitely
            } else {
                Smoothness::Continuous
            },
            kinks: if straight {
                Vec::new()
            } else {
                vec![Kink {
                    at: 0.0,
                    left: slope,
                    right: 1.0,
                    taken: slope,
                }]
            },
            derivative_at_zero: slope,
            zero_centred: straight,
            lipschitz: slope.abs().max(1.0),
            saturation: saturation_of_slopes(slope, 1.0),
            landmarks: if slope > 0.0 {
                vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0)]
            } else if slope < 0.0 {
                vec![Landmark::new(LandmarkKind::Minimum, 0.0, 0.0)]
            } else {
                Vec::new()
            },
        }
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: LeakyRelu<R>, x: R) -> R {
        x.up_to(x.constant(0.0), p.negative_slope, x.constant(1.0))
    }
}

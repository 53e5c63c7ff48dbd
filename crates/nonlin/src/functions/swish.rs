//! Swish.

use super::shared::{gated_by_sigmoid, swish_derivative};
use crate::activation::Activation;
use crate::card::{Card, Family, alias_at, text};
use crate::profile::{Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::{Lane, Real};

crate::activation! {
    /// x·σ(βx); at β = 1 also known as SiLU.
    pub struct Swish {
        /// how sharply it turns; β → ∞ gives ReLU, 0 gives x/2
        beta ("β"): Finite = 1.0,
    }
}

impl Activation for Swish {
    const CARD: Card = Card {
        name: "swish",
        title: text("swish", "Swish 函数"),
        aliases: &[alias_at("silu", &[("beta", 1.0)])],
        family: Family::SmoothRectifier,
        year: 2016,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    #[inline(always)]
    fn define<R: Real>(p: Swish<R>, x: R) -> R {
        x * (p.beta * x).sigmoid()
    }

    fn profile(self) -> Profile {
        if self.beta == 0.0 {
            return Profile {
                range: (Bound::open(f64::NEG_INFINITY), Bound::open(f64::INFINITY)),
                limits: (f64::NEG_INFINITY, f64::INFINITY),
                monotonicity: Monotonicity::Increasing,
                parity: Parity::Odd,
                convexity: Convexity::Linear,
                smoothness: Smoothness::Infinitely,
                kinks: Vec::new(),
                derivative_at_zero: 0.5,
                zero_centred: true,
                lipschitz: 0.5,
                saturation: Saturation::NONE,
                landmarks: vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0)],
            };
        }
        // β scales the curve and a negative β turns it about the origin, so that slopes stay what they are at β = 1.
        let at = |x: f64| x / self.beta;
        let turned = self.beta < 0.0;
        let dip = at(-0.2784645427610738);
        let end = at(-6.1429157001956165);
        Profile {
            range: if turned {
                (Bound::open(f64::NEG_INFINITY), Bound::attained(dip))
            } else {
                (Bound::attained(dip), Bound::open(f64::INFINITY))
            },
            limits: if turned {
                (f64::NEG_INFINITY, 0.0)
            } else {
                (0.0, f64::INFINITY)
            },
            monotonicity: Monotonicity::NonMonotone,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 0.5,
            zero_centred: false,
            lipschitz: 1.099839320128867,
            saturation: if turned {
                Saturation {
                    low: None,
                    high: Some(end),
                }
            } else {
                Saturation {
                    low: Some(end),
                    high: None,
                }
            },
            landmarks: vec![
                Landmark::new(
                    if turned {
                        LandmarkKind::Maximum
                    } else {
                        LandmarkKind::Minimum
                    },
                    at(-1.2784645427610737),
                    dip,
                ),
                Landmark::new(LandmarkKind::Zero, 0.0, 0.0),
                Landmark::new(
                    LandmarkKind::SteepestRise,
                    at(2.3993572805154675),
                    1.099839320128867,
                ),
                Landmark::new(
                    LandmarkKind::SteepestFall,
                    at(-2.3993572805154675),
                    -0.09983932012886691,
                ),
            ],
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(p: Swish<R>, x: R) -> R {
        gated_by_sigmoid(x, p.beta * x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: Swish<R>, x: R) -> R {
        swish_derivative(p.beta, x)
    }
}

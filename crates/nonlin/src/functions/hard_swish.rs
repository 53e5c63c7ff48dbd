//! Hard swish.

use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
use crate::profile::{Bound, Convexity, Kink, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::{Lane, Real};

crate::activation! {
    /// x·(x + 3)/6 between −3 and 3, 0 before and x after.
    pub struct HardSwish;
}

impl Activation for HardSwish {
    const CARD: Card = Card {
        name: "hard_swish",
        title: text("hard swish", "硬 Swish"),
        aliases: &[alias("hardswish"), alias("hard_silu")],
        family: Family::SmoothRectifier,
        year: 2019,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        let (zero, three, six) = (x.constant(0.0), x.constant(3.0), x.constant(6.0));
        x.up_to(-three, zero, three.up_to(x, x, x * (x + three) / six))
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::attained(-0.375), Bound::open(f64::INFINITY)),
            limits: (0.0, f64::INFINITY),
            monotonicity: Monotonicity::NonMonotone,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Continuous,
            kinks: vec![Kink { at: -3.0, left: 0.0, right: -0.5, taken: 0.0 }, Kink { at: 3.0, left: 1.5, right: 1.0, taken: 1.0 }],
            derivative_at_zero: 0.5,
            zero_centred: false,
            lipschitz: 1.5,
            saturation: Saturation { low: Some(-3.0), high: None },
            landmarks: vec![Landmark::new(LandmarkKind::Minimum, -1.5, -0.375), Landmark::new(LandmarkKind::Zero, 0.0, 0.0)],
        }
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        let (zero, one, three, six) = (x.constant(0.0), x.constant(1.0), x.constant(3.0), x.constant(6.0));
        x.up_to(-three, zero, three.up_to(x, one, (x + x + three) / six))
    }
}

//! Identity.

use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
use crate::profile::{Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::{Lane, Real};

crate::activation! {
    /// x itself.
    pub struct Identity;
}

impl Activation for Identity {
    const CARD: Card = Card {
        name: "identity",
        title: text("identity", "恒等函数"),
        aliases: &[alias("linear")],
        family: Family::Linear,
        year: 1943,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    const SELECTS_ONLY: bool = true;

    fn define<R: Real>(_: Self, x: R) -> R {
        x
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::open(f64::NEG_INFINITY), Bound::open(f64::INFINITY)),
            limits: (f64::NEG_INFINITY, f64::INFINITY),
            monotonicity: Monotonicity::Increasing,
            parity: Parity::Odd,
            convexity: Convexity::Linear,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 1.0,
            zero_centred: true,
            lipschitz: 1.0,
            saturation: Saturation::NONE,
            landmarks: vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0)],
        }
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        x.constant(1.0)
    }
}

//! ReLU.

use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
use crate::profile::{Bound, Convexity, Kink, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::Real;

crate::activation! {
    /// max(0, x).
    pub struct Relu;
}

impl Activation for Relu {
    const CARD: Card = Card {
        name: "relu",
        title: text("ReLU", "修正线性单元"),
        aliases: &[alias("rectifier")],
        family: Family::Rectifier,
        year: 1969,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    const SELECTS_ONLY: bool = true;

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        let zero = x.constant(0.0);
        x.up_to(zero, zero, x)
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::attained(0.0), Bound::open(f64::INFINITY)),
            limits: (0.0, f64::INFINITY),
            monotonicity: Monotonicity::NonDecreasing,
            parity: Parity::Neither,
            convexity: Convexity::Convex,
            smoothness: Smoothness::Continuous,
            kinks: vec![Kink { at: 0.0, left: 0.0, right: 1.0, taken: 0.0 }],
            derivative_at_zero: 0.0,
            zero_centred: false,
            lipschitz: 1.0,
            saturation: Saturation { low: Some(0.0), high: None },
            landmarks: Vec::new(),
        }
    }
}

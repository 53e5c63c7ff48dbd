//! Binary step.

use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
use crate::profile::{Bound, Convexity, Kink, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::Real;

crate::activation! {
    /// 0 below 0, 1 from 0 on.
    pub struct BinaryStep;
}

impl Activation for BinaryStep {
    const CARD: Card = Card {
        name: "binary_step",
        title: text("binary step", "二值阶跃函数"),
        aliases: &[alias("heaviside"), alias("step")],
        family: Family::Step,
        year: 1943,
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
        x.below(zero, zero, x.constant(1.0))
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::attained(0.0), Bound::attained(1.0)),
            limits: (0.0, 1.0),
            monotonicity: Monotonicity::NonDecreasing,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Discontinuous,
            kinks: vec![Kink { at: 0.0, left: 0.0, right: 0.0, taken: 0.0 }],
            derivative_at_zero: 0.0,
            zero_centred: false,
            lipschitz: f64::INFINITY,
            saturation: Saturation::EVERYWHERE,
            landmarks: Vec::new(),
        }
    }
}

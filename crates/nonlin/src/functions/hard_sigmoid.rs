//! Hard sigmoid.

use crate::activation::Activation;
use crate::card::{Card, Family, alias, alias_at, text};
use crate::profile::{Bound, Convexity, Kink, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::Real;

crate::activation! {
    /// slope·x + offset, held between 0 and 1.
    pub struct HardSigmoid {
        /// the slope of the middle piece
        slope ("a"): Positive = 1.0 / 6.0,
        /// the value at 0
        offset ("b"): Finite = 0.5,
    }
}

impl Activation for HardSigmoid {
    const CARD: Card = Card {
        name: "hard_sigmoid",
        title: text("hard sigmoid", "硬 Sigmoid"),
        aliases: &[alias("hardsigmoid"), alias_at("hard_logistic", &[("slope", 0.25)])],
        family: Family::Sigmoidal,
        year: 2015,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    #[inline(always)]
    fn define<R: Real>(p: HardSigmoid<R>, x: R) -> R {
        let (zero, one) = (x.constant(0.0), x.constant(1.0));
        // Measured from where it leaves 0, so that next to there nothing cancels.
        let from = -(p.offset / p.slope);
        let to = (one - p.offset) / p.slope;
        x.up_to(from, zero, to.up_to(x, one, p.slope * (x - from)))
    }

    fn profile(self) -> Profile {
        let from = -(self.offset / self.slope);
        let to = (1.0 - self.offset) / self.slope;
        Profile {
            range: (Bound::attained(0.0), Bound::attained(1.0)),
            limits: (0.0, 1.0),
            monotonicity: Monotonicity::NonDecreasing,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Continuous,
            kinks: vec![Kink { at: from, left: 0.0, right: self.slope, taken: 0.0 }, Kink { at: to, left: self.slope, right: 0.0, taken: 0.0 }],
            derivative_at_zero: if from < 0.0 && 0.0 < to { self.slope } else { 0.0 },
            zero_centred: false,
            lipschitz: self.slope,
            saturation: Saturation { low: Some(from), high: Some(to) },
            landmarks: Vec::new(),
        }
    }
}

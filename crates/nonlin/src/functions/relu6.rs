//! ReLU6.

use crate::activation::Activation;
use crate::card::{Card, Family, text};
use crate::profile::{Bound, Convexity, Kink, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::Real;

crate::activation! {
    /// x held between 0 and 6.
    pub struct Relu6;
}

impl Activation for Relu6 {
    const CARD: Card = Card {
        name: "relu6",
        title: text("ReLU6", "ReLU6"),
        aliases: &[],
        family: Family::Rectifier,
        year: 2010,
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
        let (zero, six) = (x.constant(0.0), x.constant(6.0));
        x.up_to(zero, zero, six.up_to(x, six, x))
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::attained(0.0), Bound::attained(6.0)),
            limits: (0.0, 6.0),
            monotonicity: Monotonicity::NonDecreasing,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Continuous,
            kinks: vec![Kink { at: 0.0, left: 0.0, right: 1.0, taken: 0.0 }, Kink { at: 6.0, left: 1.0, right: 0.0, taken: 0.0 }],
            derivative_at_zero: 0.0,
            zero_centred: false,
            lipschitz: 1.0,
            saturation: Saturation { low: Some(0.0), high: Some(6.0) },
            landmarks: Vec::new(),
        }
    }
}

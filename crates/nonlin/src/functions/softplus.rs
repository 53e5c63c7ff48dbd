//! Softplus.

use crate::activation::Activation;
use crate::card::{Card, Family, text};
use crate::real::{Lane, Real};

crate::activation! {
    /// ln(1 + e^{βx})/β.
    pub struct Softplus {
        /// sharpness: β → ∞ gives ReLU
        beta ("β"): Positive = 1.0,
    }
}

impl Activation for Softplus {
    const CARD: Card = Card {
        name: "softplus",
        title: text("softplus", "Softplus 函数"),
        aliases: &[],
        family: Family::SmoothRectifier,
        year: 2000,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    #[inline(always)]
    fn define<R: Real>(p: Softplus<R>, x: R) -> R {
        (p.beta * x).softplus() / p.beta
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: Softplus<R>, x: R) -> R {
        (p.beta * x).sigmoid()
    }
}

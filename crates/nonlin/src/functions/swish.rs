//! Swish.

use super::shared::{gated_by_sigmoid, swish_derivative};
use crate::activation::Activation;
use crate::card::{Card, Family, alias_at, text};
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

    #[inline(always)]
    fn lane_value<R: Lane>(p: Swish<R>, x: R) -> R {
        gated_by_sigmoid(x, p.beta * x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: Swish<R>, x: R) -> R {
        swish_derivative(p.beta, x)
    }
}

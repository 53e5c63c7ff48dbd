//! Leaky ReLU.

use crate::activation::Activation;
use crate::card::{Card, Family, alias, alias_at, text};
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

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: LeakyRelu<R>, x: R) -> R {
        x.up_to(x.constant(0.0), p.negative_slope, x.constant(1.0))
    }
}

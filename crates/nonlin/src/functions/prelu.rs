//! Parametric ReLU.

use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
use super::leaky_relu::LeakyRelu;
use crate::profile::Profile;
use crate::real::{Lane, Real};

crate::activation! {
    /// x, or a learned multiple of it below 0; the slopes of a layer's channels are in [`channels`](crate::channels).
    pub struct Prelu {
        /// the slope below 0, where learning begins
        slope ("a"): Finite = 0.25,
    }
}

impl Activation for Prelu {
    const CARD: Card = Card {
        name: "prelu",
        title: text("parametric ReLU", "参数化 ReLU"),
        aliases: &[alias("parametric_relu")],
        family: Family::Rectifier,
        year: 2015,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    #[inline(always)]
    fn define<R: Real>(p: Prelu<R>, x: R) -> R {
        x.up_to(x.constant(0.0), p.slope * x, x)
    }

    fn profile(self) -> Profile {
        // Once its slope is learned it is a leaky ReLU.
        LeakyRelu {
            negative_slope: self.slope,
        }
        .profile()
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: Prelu<R>, x: R) -> R {
        x.up_to(x.constant(0.0), p.slope, x.constant(1.0))
    }
}

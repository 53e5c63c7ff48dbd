//! Quick GELU.

use super::shared::{gated_by_sigmoid, swish_derivative};
use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
use super::swish::Swish;
use crate::profile::Profile;
use crate::real::{Lane, Real};

crate::activation! {
    /// x·σ(1.702x), an approximation of GELU.
    pub struct QuickGelu;
}

impl Activation for QuickGelu {
    const CARD: Card = Card {
        name: "quick_gelu",
        title: text("quick GELU", "快速 GELU"),
        aliases: &[alias("gelu_sigmoid")],
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
    fn define<R: Real>(_: Self, x: R) -> R {
        x * (x.constant(1.702) * x).sigmoid()
    }

    fn profile(self) -> Profile {
        Swish { beta: 1.702 }.profile()
    }

    #[inline(always)]
    fn lane_value<R: Lane>(_: Self, x: R) -> R {
        gated_by_sigmoid(x, x.constant(1.702) * x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        swish_derivative(x.constant(1.702), x)
    }
}

//! Identity.

use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
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

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        x.constant(1.0)
    }
}

//! ReLU.

use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
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
}

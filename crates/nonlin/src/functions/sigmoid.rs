//! Sigmoid.

use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
use crate::real::Real;

crate::activation! {
    /// 1/(1 + e⁻ˣ).
    pub struct Sigmoid;
}

impl Activation for Sigmoid {
    const CARD: Card = Card {
        name: "sigmoid",
        title: text("sigmoid", "Sigmoid 函数"),
        aliases: &[alias("logistic")],
        family: Family::Sigmoidal,
        year: 1838,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        x.sigmoid()
    }
}

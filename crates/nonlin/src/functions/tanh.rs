//! Tanh.

use crate::activation::Activation;
use crate::card::{Card, Family, text};
use crate::real::Real;

crate::activation! {
    /// The hyperbolic tangent (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ).
    pub struct Tanh;
}

impl Activation for Tanh {
    const CARD: Card = Card {
        name: "tanh",
        title: text("tanh", "双曲正切"),
        aliases: &[],
        family: Family::Sigmoidal,
        year: 1757,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        x.tanh()
    }
}

//! ReLU6.

use crate::activation::Activation;
use crate::card::{Card, Family, text};
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
}

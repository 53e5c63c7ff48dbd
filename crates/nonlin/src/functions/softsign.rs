//! Softsign.

use crate::activation::Activation;
use crate::card::{Card, Family, text};
use crate::real::{Lane, Real};

crate::activation! {
    /// x/(1 + |x|).
    pub struct Softsign;
}

impl Activation for Softsign {
    const CARD: Card = Card {
        name: "softsign",
        title: text("softsign", "Softsign 函数"),
        aliases: &[],
        family: Family::Sigmoidal,
        year: 2009,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        x / (x.constant(1.0) + x.abs())
    }

    #[inline(always)]
    fn lane_value<R: Lane>(_: Self, x: R) -> R {
        // ∞/∞ is kept out: the largest finite number has the same image.
        let a = x.abs().at_most(f64::MAX);
        (a / (x.constant(1.0) + a)).copysign(x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        let inverse = x.constant(1.0) / (x.constant(1.0) + x.abs());
        inverse * inverse
    }
}

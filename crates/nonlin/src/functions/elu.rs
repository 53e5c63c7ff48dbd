//! ELU.

use crate::activation::Activation;
use crate::card::{Card, Family, text};
use crate::real::{Lane, Real};

crate::activation! {
    /// x, or α(eˣ − 1) below 0.
    pub struct Elu {
        /// minus the value it saturates to
        alpha ("α"): Finite = 1.0,
    }
}

impl Activation for Elu {
    const CARD: Card = Card {
        name: "elu",
        title: text("ELU", "指数线性单元"),
        aliases: &[],
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
    fn define<R: Real>(p: Elu<R>, x: R) -> R {
        let zero = x.constant(0.0);
        // The exponential sees no positive argument, so that it cannot overflow into the derivative.
        x.up_to(zero, p.alpha * x.below(zero, x, zero).exp_m1(), x)
    }

    #[inline(always)]
    fn lane_value<R: Lane>(p: Elu<R>, x: R) -> R {
        // −0 takes the side that keeps it.
        x.below(x.constant(0.0), p.alpha * x.at_most(0.0).exp_m1(), x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: Elu<R>, x: R) -> R {
        x.up_to(x.constant(0.0), p.alpha * x.at_most(0.0).exp(), x.constant(1.0))
    }
}

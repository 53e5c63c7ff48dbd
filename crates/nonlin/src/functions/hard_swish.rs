//! Hard swish.

use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
use crate::real::{Lane, Real};

crate::activation! {
    /// x·(x + 3)/6 between −3 and 3, 0 before and x after.
    pub struct HardSwish;
}

impl Activation for HardSwish {
    const CARD: Card = Card {
        name: "hard_swish",
        title: text("hard swish", "硬 Swish"),
        aliases: &[alias("hardswish"), alias("hard_silu")],
        family: Family::SmoothRectifier,
        year: 2019,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        let (zero, three, six) = (x.constant(0.0), x.constant(3.0), x.constant(6.0));
        x.up_to(-three, zero, three.up_to(x, x, x * (x + three) / six))
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        let (zero, one, three, six) = (x.constant(0.0), x.constant(1.0), x.constant(3.0), x.constant(6.0));
        x.up_to(-three, zero, three.up_to(x, one, (x + x + three) / six))
    }
}

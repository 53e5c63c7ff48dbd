//! Log sigmoid.

use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
use crate::real::{Lane, Real};

crate::activation! {
    /// ln σ(x) = −ln(1 + e⁻ˣ).
    pub struct LogSigmoid;
}

impl Activation for LogSigmoid {
    const CARD: Card = Card {
        name: "log_sigmoid",
        title: text("log sigmoid", "对数 Sigmoid"),
        aliases: &[alias("logsigmoid")],
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
        -((-x).softplus())
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        (-x).sigmoid()
    }
}

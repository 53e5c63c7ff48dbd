//! Log sigmoid.

use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
use crate::profile::{Bound, Convexity, Monotonicity, Parity, Profile, Saturation, Smoothness};
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

    fn profile(self) -> Profile {
        // σ(−x) is 1 % at ln 99.
        const REACH: f64 = 4.59511985013459;
        Profile {
            range: (Bound::open(f64::NEG_INFINITY), Bound::open(0.0)),
            limits: (f64::NEG_INFINITY, 0.0),
            monotonicity: Monotonicity::Increasing,
            parity: Parity::Neither,
            convexity: Convexity::Concave,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 0.5,
            zero_centred: false,
            lipschitz: 1.0,
            saturation: Saturation { low: None, high: Some(REACH) },
            landmarks: Vec::new(),
        }
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        (-x).sigmoid()
    }
}

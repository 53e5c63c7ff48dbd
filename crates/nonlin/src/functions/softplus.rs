//! Softplus.

use crate::activation::Activation;
use crate::card::{Card, Family, text};
use crate::profile::{Bound, Convexity, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::{Lane, Real};

crate::activation! {
    /// ln(1 + e^{βx})/β.
    pub struct Softplus {
        /// sharpness: β → ∞ gives ReLU
        beta ("β"): Positive = 1.0,
    }
}

impl Activation for Softplus {
    const CARD: Card = Card {
        name: "softplus",
        title: text("softplus", "Softplus 函数"),
        aliases: &[],
        family: Family::SmoothRectifier,
        year: 2000,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    #[inline(always)]
    fn define<R: Real>(p: Softplus<R>, x: R) -> R {
        (p.beta * x).softplus() / p.beta
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::open(0.0), Bound::open(f64::INFINITY)),
            limits: (0.0, f64::INFINITY),
            monotonicity: Monotonicity::Increasing,
            parity: Parity::Neither,
            convexity: Convexity::Convex,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 0.5,
            zero_centred: false,
            lipschitz: 1.0,
            saturation: Saturation { low: Some(-(99.0_f64.ln() / self.beta)), high: None },
            landmarks: Vec::new(),
        }
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: Softplus<R>, x: R) -> R {
        (p.beta * x).sigmoid()
    }
}

//! CELU.

use crate::activation::Activation;
use crate::card::{Card, Family, text};
use crate::profile::{Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::{Lane, Real};

crate::activation! {
    /// x, or α(e^{x/α} − 1) below 0: ELU with a continuous derivative at every α.
    pub struct Celu {
        /// minus the value it saturates to
        alpha ("α"): Positive = 1.0,
    }
}

impl Activation for Celu {
    const CARD: Card = Card {
        name: "celu",
        title: text("CELU", "连续可微 ELU"),
        aliases: &[],
        family: Family::Rectifier,
        year: 2017,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    #[inline(always)]
    fn define<R: Real>(p: Celu<R>, x: R) -> R {
        let zero = x.constant(0.0);
        x.up_to(zero, p.alpha * (zero.below(x, zero, x) / p.alpha).exp_m1(), x)
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::open(-self.alpha), Bound::open(f64::INFINITY)),
            limits: (-self.alpha, f64::INFINITY),
            monotonicity: Monotonicity::Increasing,
            parity: Parity::Neither,
            convexity: Convexity::Convex,
            smoothness: Smoothness::Once,
            kinks: Vec::new(),
            derivative_at_zero: 1.0,
            zero_centred: false,
            lipschitz: 1.0,
            saturation: Saturation { low: Some(self.alpha * 0.01_f64.ln()), high: None },
            landmarks: vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0)],
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(p: Celu<R>, x: R) -> R {
        // −0 takes the side that keeps it.
        x.below(x.constant(0.0), p.alpha * (x.at_most(0.0) / p.alpha).exp_m1_down(), x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: Celu<R>, x: R) -> R {
        x.up_to(x.constant(0.0), (x.at_most(0.0) / p.alpha).exp_down(), x.constant(1.0))
    }
}

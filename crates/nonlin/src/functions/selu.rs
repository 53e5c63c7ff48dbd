//! SELU.

use crate::activation::Activation;
use crate::card::{Card, Family, text};
use crate::profile::{Bound, Convexity, Kink, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::{Lane, Real};

crate::activation! {
    /// λx, or λα(eˣ − 1) below 0, with the constants that make N(0, 1) a fixed point.
    pub struct Selu;
}

/// The scale, from the fixed-point equations.
const LAMBDA: f64 = 1.0507009873554805;
/// Minus the value that the unscaled function saturates to.
const ALPHA: f64 = 1.6732632423543772;

impl Activation for Selu {
    const CARD: Card = Card {
        name: "selu",
        title: text("SELU", "自归一化 ELU"),
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
    fn define<R: Real>(_: Self, x: R) -> R {
        let zero = x.constant(0.0);
        let lambda = x.named("λ", LAMBDA);
        let alpha = x.named("α", ALPHA);
        lambda * x.up_to(zero, alpha * zero.below(x, zero, x).exp_m1(), x)
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::open(-LAMBDA * ALPHA), Bound::open(f64::INFINITY)),
            limits: (-LAMBDA * ALPHA, f64::INFINITY),
            monotonicity: Monotonicity::Increasing,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Continuous,
            kinks: vec![Kink { at: 0.0, left: LAMBDA * ALPHA, right: LAMBDA, taken: LAMBDA * ALPHA }],
            derivative_at_zero: LAMBDA * ALPHA,
            zero_centred: true,
            lipschitz: LAMBDA * ALPHA,
            saturation: Saturation { low: Some(0.01_f64.ln()), high: None },
            landmarks: vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0)],
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(_: Self, x: R) -> R {
        // −0 takes the side that keeps it.
        let below = x.constant(ALPHA) * x.at_most(0.0).exp_m1_down();
        x.constant(LAMBDA) * x.below(x.constant(0.0), below, x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        let lambda = x.constant(LAMBDA);
        lambda * x.up_to(x.constant(0.0), x.constant(ALPHA) * x.at_most(0.0).exp_down(), x.constant(1.0))
    }
}

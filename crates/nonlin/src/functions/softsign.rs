//! Softsign.

use crate::activation::Activation;
use crate::card::{Card, Family, text};
use crate::profile::{Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness};
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

    fn profile(self) -> Profile {
        // 1/(1 + |x|)² is 1 % at ±9.
        Profile {
            range: (Bound::open(-1.0), Bound::open(1.0)),
            limits: (-1.0, 1.0),
            monotonicity: Monotonicity::Increasing,
            parity: Parity::Odd,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Once,
            kinks: Vec::new(),
            derivative_at_zero: 1.0,
            zero_centred: true,
            lipschitz: 1.0,
            saturation: Saturation { low: Some(-9.0), high: Some(9.0) },
            landmarks: vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0), Landmark::new(LandmarkKind::SteepestRise, 0.0, 1.0)],
        }
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

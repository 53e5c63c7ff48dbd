//! Tanh.

use crate::activation::Activation;
use crate::card::{Card, Family, text};
use crate::profile::{Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::{Lane, Real};

crate::activation! {
    /// The hyperbolic tangent (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ).
    pub struct Tanh;
}

impl Activation for Tanh {
    const CARD: Card = Card {
        name: "tanh",
        title: text("tanh", "双曲正切"),
        aliases: &[],
        family: Family::Sigmoidal,
        year: 1757,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        x.tanh()
    }

    #[inline(always)]
    fn lane_value<R: Lane>(_: Self, x: R) -> R {
        // (1 − e)/(1 + e) with e = exp(−2|x|), from e − 1, which does not cancel at 0.
        let a = x.abs();
        let m = (-(a + a)).exp_m1_down();
        (m / (m + x.constant(2.0))).copysign(x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        let a = x.abs();
        let e = (-(a + a)).exp_down();
        let d = x.constant(1.0) + e;
        (e + e) * x.constant(2.0) / (d * d)
    }

    fn profile(self) -> Profile {
        // tanh′(x) = 1/cosh² x, which is 1 % at arcosh 10.
        const REACH: f64 = 2.993222846126381;
        Profile {
            range: (Bound::open(-1.0), Bound::open(1.0)),
            limits: (-1.0, 1.0),
            monotonicity: Monotonicity::Increasing,
            parity: Parity::Odd,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 1.0,
            zero_centred: true,
            lipschitz: 1.0,
            saturation: Saturation { low: Some(-REACH), high: Some(REACH) },
            landmarks: vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0), Landmark::new(LandmarkKind::SteepestRise, 0.0, 1.0)],
        }
    }
}

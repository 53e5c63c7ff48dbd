//! Mish.

use super::shared::{distance, near_root};
use crate::elementary::coefficients::{MISH_NEAR_FULL, MISH_NEAR_WIDE, MISH_ROOT};
use crate::activation::Activation;
use crate::card::{Card, Family, text};
use crate::profile::{Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::{Lane, Real};

crate::activation! {
    /// x·tanh(ln(1 + eˣ)).
    pub struct Mish;
}

impl Activation for Mish {
    const CARD: Card = Card {
        name: "mish",
        title: text("mish", "Mish 函数"),
        aliases: &[],
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
        x * x.softplus().tanh()
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::attained(-0.30884341301725043), Bound::open(f64::INFINITY)),
            limits: (0.0, f64::INFINITY),
            monotonicity: Monotonicity::NonMonotone,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 0.6,
            zero_centred: false,
            lipschitz: 1.088498161251728,
            saturation: Saturation { low: Some(-6.15874130963221), high: None },
            landmarks: vec![Landmark::new(LandmarkKind::Minimum, -1.1924312145154952, -0.30884341301725043), Landmark::new(LandmarkKind::Zero, 0.0, 0.0), Landmark::new(LandmarkKind::SteepestRise, 1.4905711794854284, 1.088498161251728), Landmark::new(LandmarkKind::SteepestFall, -2.256376396360793, -0.11252612238946255)],
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(_: Self, x: R) -> R {
        // tanh(ln(1 + e)) = e(e + 2)/(e(e + 2) + 2), which is 1 to the last bit from x = 40 on.
        let two = x.constant(2.0);
        let held = x.at_least(-800.0);
        let e = held.at_most(40.0).exp_down();
        let w = e * (e + two);
        held * (w / (w + two))
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        let held = x.at_least(-800.0).at_most(40.0);
        let e = held.exp_down();
        let (two, four) = (x.constant(2.0), x.constant(4.0));
        // e·w/d² with w = 4(x + 1) + 4e² + e³ + e(4x + 6) and d = e² + 2e + 2.
        let w = (e + four).mul_add(e, x.constant(6.0)).mul_add(e, four)
            + four * held * (x.constant(1.0) + e);
        let d = (e + two).mul_add(e, two);
        near_root(distance(x, MISH_ROOT), (&MISH_NEAR_WIDE, &MISH_NEAR_FULL), e * w / (d * d))
    }
}

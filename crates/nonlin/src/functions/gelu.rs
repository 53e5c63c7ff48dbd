//! GELU.

use super::shared::{distance, near_root};
use crate::elementary::coefficients::{GELU_NEAR_FULL, GELU_NEAR_WIDE, GELU_ROOT};
use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
use crate::profile::{Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::{Lane, Real};

crate::activation! {
    /// x·Φ(x), with Φ the standard normal distribution function.
    pub struct Gelu;
}

impl Activation for Gelu {
    const CARD: Card = Card {
        name: "gelu",
        title: text("GELU", "高斯误差线性单元"),
        aliases: &[alias("gelu_erf"), alias("gelu_exact")],
        family: Family::SmoothRectifier,
        year: 2016,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        x * x.normal_cdf()
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::attained(-0.16997120747990366), Bound::open(f64::INFINITY)),
            limits: (0.0, f64::INFINITY),
            monotonicity: Monotonicity::NonMonotone,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 0.5,
            zero_centred: false,
            lipschitz: 1.1289041451851547,
            saturation: Saturation { low: Some(-3.021662634098404), high: None },
            landmarks: vec![Landmark::new(LandmarkKind::Minimum, -0.7517915246935645, -0.16997120747990366), Landmark::new(LandmarkKind::Zero, 0.0, 0.0), Landmark::new(LandmarkKind::SteepestRise, std::f64::consts::SQRT_2, 1.1289041451851547), Landmark::new(LandmarkKind::SteepestFall, -std::f64::consts::SQRT_2, -0.12890414518515478)],
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(_: Self, x: R) -> R {
        let (e, r) = x.abs().normal_tail();
        let tail = e * r;
        // Φ(−40) is below every positive number, so holding x there changes nothing but −∞·0.
        x.at_least(-40.0) * x.below(x.constant(0.0), tail, x.constant(1.0) - tail)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        // Φ(x) + x·e^{−x²/2}/√(2π), with the exponential taken out.
        let (e, r) = x.abs().normal_tail();
        let c = x.constant(0.3989422804014327) * x.abs().at_most(40.0);
        let away = x.below(x.constant(0.0), e * (r - c), e.mul_add(c - r, x.constant(1.0)));
        near_root(distance(x, GELU_ROOT), (&GELU_NEAR_WIDE, &GELU_NEAR_FULL), away)
    }
}

//! GELU (tanh form).

use super::shared::{gated_by_sigmoid, gated_derivative, distance, near_root};
use crate::elementary::coefficients::{GELU_TANH_NEAR_FULL, GELU_TANH_NEAR_WIDE, GELU_TANH_ROOT};
use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
use crate::profile::{Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::{Lane, Real};

crate::activation! {
    /// x/2·(1 + tanh(√(2/π)(x + 0.044715x³))), an approximation of GELU.
    pub struct GeluTanh;
}

/// 2√(2/π).
const TWICE_SCALE: f64 = 1.5957691216057308;

/// 2√(2/π)(x + 0.044715x³).
#[inline(always)]
fn exponent<R: Lane>(x: R) -> R {
    let cubic = (x * x).mul_add(x.constant(0.044715), x.constant(1.0)) * x;
    x.constant(TWICE_SCALE) * cubic
}

impl Activation for GeluTanh {
    const CARD: Card = Card {
        name: "gelu_tanh",
        title: text("GELU (tanh form)", "GELU（tanh 近似）"),
        aliases: &[alias("gelu_approximate"), alias("gelu_new")],
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
        let inner = x + x.constant(0.044715) * (x * x * x);
        let scale = (x.constant(2.0) / x.pi()).sqrt();
        x * (scale * inner).tanh_gate()
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::attained(-0.17004075057125406), Bound::open(f64::INFINITY)),
            limits: (0.0, f64::INFINITY),
            monotonicity: Monotonicity::NonMonotone,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 0.5,
            zero_centred: false,
            lipschitz: 1.1289930686587717,
            saturation: Saturation { low: Some(-3.00935773963113), high: None },
            landmarks: vec![Landmark::new(LandmarkKind::Minimum, -0.7524614220710163, -0.17004075057125406), Landmark::new(LandmarkKind::Zero, 0.0, 0.0), Landmark::new(LandmarkKind::SteepestRise, 1.4185040087908283, 1.1289930686587717), Landmark::new(LandmarkKind::SteepestFall, -1.4185040087908283, -0.12899306865877178)],
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(_: Self, x: R) -> R {
        let held = x.at_least(-50.0).at_most(50.0);
        gated_by_sigmoid(x, exponent(held))
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        let held = x.at_least(-50.0).at_most(50.0);
        let slope = x.constant(TWICE_SCALE) * (held * held).mul_add(x.constant(3.0 * 0.044715), x.constant(1.0));
        let away = gated_derivative(exponent(held), held * slope);
        near_root(distance(x, GELU_TANH_ROOT), (&GELU_TANH_NEAR_WIDE, &GELU_TANH_NEAR_FULL), away)
    }
}

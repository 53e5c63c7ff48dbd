//! Sigmoid.

use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
use crate::profile::{Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::Real;

crate::activation! {
    /// 1/(1 + e⁻ˣ).
    pub struct Sigmoid;
}

impl Activation for Sigmoid {
    const CARD: Card = Card {
        name: "sigmoid",
        title: text("sigmoid", "Sigmoid 函数"),
        aliases: &[alias("logistic")],
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
        x.sigmoid()
    }

    fn profile(self) -> Profile {
        // σ′(x) = 1/(4 cosh²(x/2)), which is 1 % of σ′(0) at 2 arcosh 10.
        const REACH: f64 = 5.986445692252762;
        Profile {
            range: (Bound::open(0.0), Bound::open(1.0)),
            limits: (0.0, 1.0),
            monotonicity: Monotonicity::Increasing,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 0.25,
            zero_centred: false,
            lipschitz: 0.25,
            saturation: Saturation { low: Some(-REACH), high: Some(REACH) },
            landmarks: vec![Landmark::new(LandmarkKind::SteepestRise, 0.0, 0.25)],
        }
    }
}

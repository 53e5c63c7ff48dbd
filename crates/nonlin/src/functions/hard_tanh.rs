//! Hard tanh.

use crate::error::Error;
use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
use crate::profile::{Bound, Convexity, Kink, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::Real;

crate::activation! {
    /// x held between min and max.
    pub struct HardTanh {
        /// the least value
        min ("min"): Finite = -1.0,
        /// the greatest value
        max ("max"): Finite = 1.0,
    }
}

impl Activation for HardTanh {
    const CARD: Card = Card {
        name: "hard_tanh",
        title: text("hard tanh", "硬 Tanh"),
        aliases: &[alias("hardtanh")],
        family: Family::Sigmoidal,
        year: 2004,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    const SELECTS_ONLY: bool = true;

    #[inline(always)]
    fn define<R: Real>(p: HardTanh<R>, x: R) -> R {
        x.up_to(p.min, p.min, p.max.up_to(x, p.max, x))
    }

    fn profile(self) -> Profile {
        let symmetric = self.min == -self.max;
        let through_zero = self.min < 0.0 && 0.0 < self.max;
        Profile {
            range: (Bound::attained(self.min), Bound::attained(self.max)),
            limits: (self.min, self.max),
            monotonicity: Monotonicity::NonDecreasing,
            parity: if symmetric { Parity::Odd } else { Parity::Neither },
            convexity: Convexity::Neither,
            smoothness: Smoothness::Continuous,
            kinks: vec![Kink { at: self.min, left: 0.0, right: 1.0, taken: 0.0 }, Kink { at: self.max, left: 1.0, right: 0.0, taken: 0.0 }],
            derivative_at_zero: if through_zero { 1.0 } else { 0.0 },
            zero_centred: symmetric,
            lipschitz: 1.0,
            saturation: Saturation { low: Some(self.min), high: Some(self.max) },
            landmarks: if through_zero { vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0)] } else { Vec::new() },
        }
    }

    fn validate(self) -> Result<(), Error> {
        if self.min < self.max {
            return Ok(());
        }
        Err(Error::OutOfDomain {
            function: Self::CARD.name,
            parameter: "max",
            domain: format!("> min = {}", self.min),
            value: self.max,
        })
    }
}

//! Hard tanh.

use crate::error::Error;
use crate::activation::Activation;
use crate::card::{Card, Family, alias, text};
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

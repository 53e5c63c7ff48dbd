//! Sine.

use crate::elementary::{TRIG_REACH, trigonometric};
use crate::activation::Activation;
use crate::card::{Card, Family, alias, alias_at, text};
use crate::real::{Lane, Real};

crate::activation! {
    /// sin(ωx).
    pub struct Sine {
        /// angular frequency
        omega ("ω"): Finite = 1.0,
    }
}

impl Activation for Sine {
    const CARD: Card = Card {
        name: "sine",
        title: text("sine", "正弦函数"),
        aliases: &[alias("sin"), alias_at("siren", &[("omega", 30.0)])],
        family: Family::Periodic,
        year: 1999,
        summary: text("", ""),
        strengths: &[],
        limits: &[],
        uses: &[],
        papers: &[],
        dialects: &[],
    };

    const REACHES_FAR: bool = true;

    #[inline(always)]
    fn define<R: Real>(p: Sine<R>, x: R) -> R {
        (p.omega * x).sin()
    }

    #[inline(always)]
    fn lane_value<R: Lane>(p: Sine<R>, x: R) -> R {
        R::sin_cos_of_product(p.omega, x).0
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: Sine<R>, x: R) -> R {
        p.omega * R::sin_cos_of_product(p.omega, x).1
    }

    fn far(self, x: f64) -> Option<(f64, f64)> {
        let high = self.omega * x;
        if high.abs() <= TRIG_REACH {
            return None;
        }
        let low = self.omega.mul_add(x, -high);
        let (sin, cos) = trigonometric::far(high, if high.is_finite() { low } else { 0.0 });
        Some((sin, self.omega * cos))
    }
}

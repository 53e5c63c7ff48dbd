//! Sine.

use crate::elementary::{TRIG_REACH, trigonometric};
use crate::activation::Activation;
use crate::card::{Card, Family, alias, alias_at, text};
use crate::profile::{Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness};
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

    fn profile(self) -> Profile {
        let omega = self.omega;
        if omega == 0.0 {
            return Profile {
                range: (Bound::attained(0.0), Bound::attained(0.0)),
                limits: (0.0, 0.0),
                monotonicity: Monotonicity::Constant,
                parity: Parity::Both,
                convexity: Convexity::Linear,
                smoothness: Smoothness::Infinitely,
                kinks: Vec::new(),
                derivative_at_zero: 0.0,
                zero_centred: true,
                lipschitz: 0.0,
                saturation: Saturation::EVERYWHERE,
                landmarks: Vec::new(),
            };
        }
        let quarter = std::f64::consts::FRAC_PI_2 / omega;
        // The steepest pieces are at 0 and half a turn to either side of it.
        let (at_zero, beside) = if omega > 0.0 {
            (LandmarkKind::SteepestRise, LandmarkKind::SteepestFall)
        } else {
            (LandmarkKind::SteepestFall, LandmarkKind::SteepestRise)
        };
        Profile {
            range: (Bound::attained(-1.0), Bound::attained(1.0)),
            limits: (f64::NAN, f64::NAN),
            monotonicity: Monotonicity::NonMonotone,
            parity: Parity::Odd,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: omega,
            zero_centred: true,
            lipschitz: omega.abs(),
            saturation: Saturation::NONE,
            landmarks: vec![
                Landmark::new(LandmarkKind::Minimum, -quarter, -1.0),
                Landmark::new(LandmarkKind::Zero, 0.0, 0.0),
                Landmark::new(LandmarkKind::Maximum, quarter, 1.0),
                Landmark::new(at_zero, 0.0, omega),
                Landmark::new(beside, -2.0 * quarter, -omega),
                Landmark::new(beside, 2.0 * quarter, -omega),
            ],
        }
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

//! Sine.

use crate::activation::Activation;
use crate::card::{Card, Family, Paper, alias, alias_at, dialect, text};
use crate::elementary::{TRIG_REACH, trigonometric};
use crate::profile::{
    Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness,
};
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
        summary: text(
            "sin(ωx): periodic, odd, bounded; its derivative is a sine again. Smooth everywhere, \
             and without a limit at infinity.",
            "sin(ωx)：周期、奇函数、有界，导数仍是正弦类函数。处处光滑，在无穷远处没有极限。",
        ),
        strengths: &[
            text(
                "All its derivatives are sines, so a network models a signal together with its \
                 derivatives.",
                "各阶导数都是正弦函数，网络可以同时拟合信号及其导数。",
            ),
            text(
                "ω sets the finest detail that a coordinate network resolves.",
                "ω 决定坐标网络能分辨的最细细节。",
            ),
            text(
                "Odd, hence centred, and never saturated for good.",
                "奇函数，以零为中心，且不会一去不返地饱和。",
            ),
        ],
        limits: &[
            text(
                "Many arguments give one value: the loss has many local minima.",
                "许多输入对应同一输出，损失函数有大量局部极小。",
            ),
            text(
                "Needs its own initialisation and inputs scaled to between −1 and 1 (SIREN).",
                "需要专门的初始化，并把输入缩放到 −1 与 1 之间（SIREN）。",
            ),
            text(
                "Large arguments cost a long reduction by multiples of π.",
                "参数很大时需要费时的 π 倍数约减。",
            ),
        ],
        uses: &[
            text(
                "Implicit representations of images, sound and shapes, with ω = 30 (SIREN).",
                "图像、声音、形状的隐式表示，取 ω = 30（SIREN）。",
            ),
            text(
                "Differential equations solved by networks that need higher derivatives.",
                "用网络求解需要高阶导数的微分方程。",
            ),
        ],
        papers: &[
            Paper {
                authors: "Sopena, Romero, Alquézar",
                title: "Neural networks with periodic and monotonic activation functions: a comparative \
                 study in classification problems",
                year: 1999,
                venue: "ICANN",
            },
            Paper {
                authors: "Sitzmann, Martel, Bergman, Lindell, Wetzstein",
                title: "Implicit neural representations with periodic activation functions",
                year: 2020,
                venue: "NeurIPS, arXiv:2006.09661",
            },
        ],
        dialects: &[
            dialect(
                "PyTorch",
                "torch.sin(input)",
                "no frequency: scale the argument",
            ),
            dialect(
                "JAX",
                "jax.numpy.sin(x)",
                "no frequency: scale the argument",
            ),
            dialect(
                "Keras 3",
                "keras.ops.sin(x)",
                "no frequency: scale the argument",
            ),
            dialect(
                "TensorFlow",
                "tf.math.sin(x)",
                "no frequency: scale the argument",
            ),
            dialect("ONNX", "Sin", "no frequency: scale the argument"),
            dialect(
                "Paddle",
                "paddle.sin(x)",
                "no frequency: scale the argument",
            ),
            dialect(
                "candle",
                "Tensor::sin()",
                "no frequency: scale the argument",
            ),
            dialect("burn", "Tensor::sin()", "no frequency: scale the argument"),
            dialect(
                "ggml",
                "ggml_sin(ctx, a)",
                "no frequency: scale the argument",
            ),
        ],
    };

    const REACHES_FAR: bool = true;

    const LANE_BITS: [u32; 2] = [48, 48];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 64];

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
        if self.omega == 0.0 {
            return x.is_infinite().then_some((0.0, 0.0));
        }
        let high = self.omega * x;
        if high.abs() <= TRIG_REACH {
            return None;
        }
        let low = self.omega.mul_add(x, -high);
        let (sin, cos) = trigonometric::far(high, if high.is_finite() { low } else { 0.0 });
        Some((sin, self.omega * cos))
    }
}

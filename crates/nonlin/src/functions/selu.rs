//! SELU.

use crate::activation::Activation;
use crate::card::{Card, Family, Paper, dialect, text};
use crate::elementary::quick::exponential::{LOWERED, LOWEST, Power, missing, negative_part, positive_part};
use crate::profile::{
    Bound, Convexity, Kink, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation,
    Smoothness,
};
use crate::real::{Lane, Real};
use crate::saved::FromValue;

crate::activation! {
    /// λx, or λα(eˣ − 1) below 0, with the constants that make N(0, 1) a fixed point.
    pub struct Selu;
}

/// The scale, from the fixed-point equations.
const LAMBDA: f64 = 1.0507009873554805;
/// Minus the value that the unscaled function saturates to.
const ALPHA: f64 = 1.6732632423543772;

impl Activation for Selu {
    const CARD: Card = Card {
        name: "selu",
        title: text("SELU", "自归一化 ELU"),
        aliases: &[],
        family: Family::Rectifier,
        year: 2017,
        summary: text(
            "ELU times λ = 1.0507 with α = 1.6733, constants for which mean 0 and variance 1 \
             reproduce themselves from layer to layer. At the kink at 0 the derivative is taken \
             from the left, λα = 1.758.",
            "ELU（α = 1.6733）再乘以 λ = 1.0507，这两个常数使均值 0、方差 1 逐层自我保持。在 0 处\
             的折点，导数取左导数 λα = 1.758。",
        ),
        strengths: &[
            text(
                "Self-normalising: with LeCun-normal weights, mean 0 and variance 1 are a stable \
                 fixed point of the layer map, with no normalisation layers.",
                "自归一化：权重按 LeCun 正态初始化时，均值 0、方差 1 是逐层映射的稳定不动点，不需\
                 要归一化层。",
            ),
            text(
                "Zero-centred for a standard normal argument.",
                "标准正态输入下输出均值恰为 0。",
            ),
        ],
        limits: &[
            text(
                "Needs its own set-up: LeCun-normal initialisation, standardised inputs, \
                 AlphaDropout; with He initialisation the activations of a deep network grow \
                 without bound.",
                "需要配套条件：LeCun 正态初始化、标准化输入、AlphaDropout；改用 He 初始化，深层网\
                 络的激活值会无限增大。",
            ),
            text(
                "Kinked at 0, where the slope falls from 1.758 to 1.051.",
                "在 0 处有折点，斜率由 1.758 降到 1.051。",
            ),
            text(
                "Only the activations keep their scale: the squared gradient norm grows by 7.2 % \
                 a layer.",
                "保持尺度的只是激活值：梯度范数的平方每层增大 7.2 %。",
            ),
            text(
                "The negative side is an exponential to compute, and saturates.",
                "负半轴要计算指数，并且会饱和。",
            ),
        ],
        uses: &[text(
            "Fully connected networks without batch normalisation, on tabular data.",
            "不用批归一化的全连接网络，处理表格数据。",
        )],
        papers: &[Paper {
            authors: "Klambauer, Unterthiner, Mayr, Hochreiter",
            title: "Self-normalizing neural networks",
            year: 2017,
            venue: "NIPS, arXiv:1706.02515",
        }],
        dialects: &[
            dialect("PyTorch", "torch.nn.functional.selu(input)", ""),
            dialect("JAX", "jax.nn.selu(x)", ""),
            dialect(
                "Keras 3",
                "keras.activations.selu(x)",
                "on TensorFlow derivative 1.0507 at 0",
            ),
            dialect(
                "TensorFlow",
                "tf.nn.selu(features)",
                "derivative 1.0507 at 0",
            ),
            dialect(
                "ONNX",
                "Selu(alpha=1.67326, gamma=1.0507)",
                "both constants are rounded to f32",
            ),
            dialect(
                "Paddle",
                "paddle.nn.functional.selu(x, scale=1.0507009873554805, alpha=1.6732632423543772)",
                "the constants are arguments",
            ),
            dialect(
                "candle",
                "candle_nn::ops::selu(xs, alpha, gamma)",
                "the constants have no default",
            ),
            dialect("burn", "activation::selu(tensor)", "derivative 1.0507 at 0"),
        ],
    };

    const LANE_BITS: [u32; 2] = [36, 37];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 64];

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        let zero = x.constant(0.0);
        let lambda = x.named("λ", LAMBDA);
        let alpha = x.named("α", ALPHA);
        lambda * x.up_to(zero, alpha * zero.below(x, zero, x).exp_m1(), x)
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::open(-LAMBDA * ALPHA), Bound::open(f64::INFINITY)),
            limits: (-LAMBDA * ALPHA, f64::INFINITY),
            monotonicity: Monotonicity::Increasing,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Continuous,
            kinks: vec![Kink {
                at: 0.0,
                left: LAMBDA * ALPHA,
                right: LAMBDA,
                taken: LAMBDA * ALPHA,
            }],
            derivative_at_zero: LAMBDA * ALPHA,
            zero_centred: true,
            lipschitz: LAMBDA * ALPHA,
            saturation: Saturation {
                low: Some(0.01_f64.ln()),
                high: None,
            },
            landmarks: vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0)],
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(_: Self, x: R) -> R {
        if let Some(x) = x.single() {
            // Below 0 the first part is −0, so that −0 stays −0.
            let missing = missing(negative_part(x, -20.0));
            let above = positive_part(x) * LAMBDA as f32;
            return R::from_single(missing.mul_add(-(LAMBDA * ALPHA) as f32, above));
        }
        // −0 takes the side that keeps it.
        let below = x.constant(ALPHA) * x.at_most(0.0).exp_m1_down();
        x.constant(LAMBDA) * x.below(x.constant(0.0), below, x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        if let Some(x) = x.single() {
            let e = Power::of(negative_part(x, LOWEST)).lifted();
            let slope = e * ((LAMBDA * ALPHA) as f32 * LOWERED);
            return R::from_single(if x > 0.0 { LAMBDA as f32 } else { slope });
        }
        let lambda = x.constant(LAMBDA);
        lambda
            * x.up_to(
                x.constant(0.0),
                x.constant(ALPHA) * x.at_most(0.0).exp_down(),
                x.constant(1.0),
            )
    }
}

impl FromValue for Selu {
    #[inline(always)]
    fn derivative_from_value<R: Lane>(_: Self, y: R) -> R {
        let slope = y + y.constant(LAMBDA * ALPHA);
        y.up_to(y.constant(0.0), slope, y.constant(LAMBDA))
    }
}

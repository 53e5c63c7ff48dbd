//! GELU.

use super::shared::{distance, near_root};
use crate::activation::Activation;
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::elementary::coefficients::{GELU_NEAR_FULL, GELU_NEAR_WIDE, GELU_ROOT};
use crate::elementary::quick::coefficients::{
    GELU_ROOT as QUICK_ROOT, GELU_SLOPE_A, GELU_SLOPE_B, MILLS_A, MILLS_B,
};
use crate::elementary::quick::exponential::{LOWERED, Reduced, magnitude, positive_part, quotient, sum};
use crate::profile::{
    Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness,
};
use crate::real::{Lane, Real};

crate::activation! {
    /// x·Φ(x), with Φ the standard normal distribution function.
    pub struct Gelu;
}

/// Where Φ(−t)·t rounds to 0.
const QUICK_REACH: f32 = 14.6;
const ROOT_TWO_PI: f32 = 2.5066283;

/// max(x, 0) − t·Φ(−t) with t = |x|, which is x·Φ(x), with Φ(−t) = e^{−t²/2}·B/(√(2π)tB + A).
///
/// B stands above and below, so that its error cancels for large t; and A is small against tB there. For small t, A and
/// the sum are what matters, and their rounding errors are put right.
#[inline(always)]
fn quick_value(x: f32) -> f32 {
    let t = magnitude(x, QUICK_REACH);
    let [a0, a1, a2, a3, a4] = MILLS_A;
    let [_, b1, b2, b3, b4] = MILLS_B;
    let b = (b4.mul_add(t, b3).mul_add(t, b2).mul_add(t, b1) * t).mul_add(t, t);
    let a = sum(a4.mul_add(t, a3).mul_add(t, a2).mul_add(t, a1), t, a0);
    let d = sum(b, ROOT_TWO_PI, a.0);
    let n = Reduced::of_product(-0.5 * t, t).power().lifted_times(b);
    quotient((n, 0.0), (d.0, d.1 + a.1)).mul_add(-LOWERED, positive_part(x))
}

/// g or 1 − g with g = Φ(−t) − t·e^{−t²/2}/√(2π) = e^{−t²/2}·(t₀ − t)·B/(√(2π)B + A), t = |x|: the zero is a factor.
#[inline(always)]
fn quick_derivative(x: f32) -> f32 {
    let t = magnitude(x, QUICK_REACH);
    let [a0, a1, a2, a3, a4] = GELU_SLOPE_A;
    let [_, b1, b2, b3, b4] = GELU_SLOPE_B;
    let a = sum(a4.mul_add(t, a3).mul_add(t, a2).mul_add(t, a1), t, a0);
    let b = sum(b4.mul_add(t, b3).mul_add(t, b2).mul_add(t, b1), t, 1.0);
    let e = Reduced::of_product(-0.5 * t, t).power();
    let n = e.lifted_sum((t - QUICK_ROOT[0]) - QUICK_ROOT[1]);
    let high = n.0 * b.0;
    let low = n.0.mul_add(b.0, -high) + n.1.mul_add(b.0, n.0 * b.1);
    let d = sum(b.0, ROOT_TWO_PI, a.0);
    let minus_g = quotient((high, low), (d.0, d.1 + b.1.mul_add(ROOT_TWO_PI, a.1)));
    let (scale, rest) = if x < 0.0 { (-LOWERED, 0.0) } else { (LOWERED, 1.0) };
    minus_g.mul_add(scale, rest)
}

impl Activation for Gelu {
    const CARD: Card = Card {
        name: "gelu",
        title: text("GELU", "高斯误差线性单元"),
        aliases: &[alias("gelu_erf"), alias("gelu_exact")],
        family: Family::SmoothRectifier,
        year: 2016,
        summary: text(
            "x·Φ(x), the argument weighted with the probability that a standard normal number is \
             smaller. It dips to −0.170 at −0.752. Smooth everywhere. It is due to Hendrycks and \
             Gimpel.",
            "x·Φ(x)：以标准正态变量小于 x 的概率为权重乘以 x。在 −0.752 处下探到 −0.170。处处光\
             滑。由 Hendrycks 与 Gimpel 提出。",
        ),
        strengths: &[
            text(
                "Smooth, with the slope 1/2 at 0 and a gradient on both sides of it.",
                "光滑，0 处斜率为 1/2，两侧都有梯度。",
            ),
            text(
                "Proven at scale: the activation of BERT and of most transformer encoders since.",
                "经过大规模验证：BERT 及其后多数 Transformer 编码器都用它。",
            ),
        ],
        limits: &[
            text(
                "Among the dearest functions here: its error function costs about twice what a \
                 sigmoid does.",
                "属于此处最贵的函数之列：误差函数的开销约为 sigmoid 的两倍。",
            ),
            text(
                "Written with 1 + erf it loses its left tail: in f32 the usual form is 57 % off \
                 near −5.5 and 0 below.",
                "写成 1 + erf 会丢失左尾：在 f32 中，常见写法在 −5.5 附近误差达 57 %，再往左直接\
                 为 0。",
            ),
            text(
                "The name covers three functions (exact, tanh, sigmoid form), and weights trained \
                 with one should be run with it.",
                "同一名称指三种函数（精确式、tanh 式、sigmoid 式），用哪一种训练就应当用哪一种推\
                 理。",
            ),
            text(
                "Its variance map has no stable fixed point (slope 1.14), so very deep networks \
                 need normalisation or residual connections.",
                "方差映射没有稳定不动点（斜率 1.14），极深的网络需要归一化或残差连接。",
            ),
        ],
        uses: &[text(
            "Transformer encoders for language and vision (BERT, ViT), and ConvNeXt.",
            "语言与视觉的 Transformer 编码器（BERT、ViT），以及 ConvNeXt。",
        )],
        papers: &[
            Paper {
                authors: "Hendrycks, Gimpel",
                title: "Gaussian error linear units (GELUs)",
                year: 2016,
                venue: "arXiv:1606.08415",
            },
            Paper {
                authors: "Devlin, Chang, Lee, Toutanova",
                title: "BERT: pre-training of deep bidirectional transformers for language understanding",
                year: 2018,
                venue: "NAACL 2019, arXiv:1810.04805",
            },
        ],
        dialects: &[
            dialect(
                "PyTorch",
                "torch.nn.functional.gelu(input, approximate=\"none\")",
                "",
            ),
            dialect(
                "JAX",
                "jax.nn.gelu(x, approximate=False)",
                "the default is the tanh form",
            ),
            dialect(
                "Keras 3",
                "keras.activations.gelu(x, approximate=False)",
                "",
            ),
            dialect("TensorFlow", "tf.nn.gelu(features, approximate=False)", ""),
            dialect("ONNX", "Gelu(approximate=\"none\")", "from opset 20 on"),
            dialect(
                "Paddle",
                "paddle.nn.functional.gelu(x, approximate=False)",
                "",
            ),
            dialect(
                "candle",
                "Tensor::gelu_erf()",
                "Tensor::gelu is the tanh form",
            ),
            dialect("burn", "activation::gelu(tensor)", ""),
            dialect(
                "ggml",
                "ggml_gelu_erf(ctx, a)",
                "ggml_gelu is the tanh form",
            ),
        ],
    };

    const LANE_BITS: [u32; 2] = [37, 37];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 64];

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        x * x.normal_cdf()
    }

    fn profile(self) -> Profile {
        Profile {
            range: (
                Bound::attained(-0.16997120747990366),
                Bound::open(f64::INFINITY),
            ),
            limits: (0.0, f64::INFINITY),
            monotonicity: Monotonicity::NonMonotone,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 0.5,
            zero_centred: false,
            lipschitz: 1.1289041451851547,
            saturation: Saturation {
                low: Some(-3.021662634098404),
                high: None,
            },
            landmarks: vec![
                Landmark::new(
                    LandmarkKind::Minimum,
                    -0.7517915246935645,
                    -0.16997120747990366,
                ),
                Landmark::new(LandmarkKind::Zero, 0.0, 0.0),
                Landmark::new(
                    LandmarkKind::SteepestRise,
                    std::f64::consts::SQRT_2,
                    1.1289041451851547,
                ),
                Landmark::new(
                    LandmarkKind::SteepestFall,
                    -std::f64::consts::SQRT_2,
                    -0.12890414518515478,
                ),
            ],
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(_: Self, x: R) -> R {
        if let Some(x) = x.single() {
            return R::from_single(quick_value(x));
        }
        let (e, r) = x.abs().normal_tail();
        let tail = e * r;
        // Φ(−40) is below every positive number, so holding x there changes nothing but −∞·0.
        x.at_least(-40.0) * x.below(x.constant(0.0), tail, x.constant(1.0) - tail)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        if let Some(x) = x.single() {
            return R::from_single(quick_derivative(x));
        }
        // Φ(x) + x·e^{−x²/2}/√(2π), with the exponential taken out.
        let (e, r) = x.abs().normal_tail();
        let c = x.long(0.3989422804014327, -2.49232720227773e-17) * x.abs().at_most(40.0);
        let away = x.below(
            x.constant(0.0),
            e * (r - c),
            e.mul_add(c - r, x.constant(1.0)),
        );
        near_root(
            distance(x, GELU_ROOT),
            (&GELU_NEAR_WIDE, &GELU_NEAR_FULL),
            away,
        )
    }
}

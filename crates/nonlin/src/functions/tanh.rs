//! Tanh.

use crate::activation::Activation;
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::elementary::quick::exponential::{LIFT, LOWEST, Power, magnitude, square_of_one_plus};
use crate::profile::{
    Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness,
};
use crate::real::{Lane, Real};
use crate::saved::FromValue;

crate::activation! {
    /// The hyperbolic tangent (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ).
    pub struct Tanh;
}

impl Activation for Tanh {
    const CARD: Card = Card {
        name: "tanh",
        title: text("tanh", "双曲正切"),
        aliases: &[alias("hyperbolic_tangent")],
        family: Family::Sigmoidal,
        year: 1989,
        summary: text(
            "An odd S from −1 to 1 with the slope 1 at 0; it is the sigmoid stretched and \
             shifted, 2σ(2x) − 1, and its derivative is (1 + y)(1 − y). Smooth everywhere.",
            "从 −1 到 1 的奇函数 S 形曲线，在 0 处斜率为 1；它由 sigmoid 伸缩平移而来，即 2σ(2x) \
             − 1，导数为 (1 + y)(1 − y)。处处光滑。",
        ),
        strengths: &[
            text(
                "Zero-centred: odd, so that a symmetric input keeps a mean of 0.",
                "以零为中心：奇函数，对称分布的输入经过它后均值仍为 0。",
            ),
            text(
                "Its largest slope is 1, four times that of the sigmoid, and near 0 it is like x.",
                "最大斜率为 1，是 sigmoid 的四倍，在 0 附近近似于 x。",
            ),
            text("Bounded between −1 and 1.", "输出限制在 −1 与 1 之间。"),
        ],
        limits: &[
            text(
                "Saturates as the sigmoid does, and sooner: beyond |x| = 2.99 the derivative is \
                 under 1 %.",
                "与 sigmoid 一样会饱和，而且更早：|x| 超过 2.99 后导数不足 1 %。",
            ),
            text(
                "Being zero-centred does not save the gradient: with Xavier initialisation it \
                 still shrank layer by layer in a pilot, by about 5 times over 20 plain layers.",
                "以零为中心并不能保住梯度：在一次试验中，用 Xavier 初始化时梯度仍逐层衰减，20 层普\
                 通全连接网络约衰减 5 倍。",
            ),
            text("Costs an exponential, too.", "同样要计算一次指数。"),
        ],
        uses: &[
            text(
                "The cell and output of LSTM and GRU.",
                "LSTM 与 GRU 的单元状态和输出。",
            ),
            text(
                "Outputs that lie between −1 and 1: generated images, bounded actions.",
                "取值在 −1 到 1 之间的输出：生成的图像、有界的动作。",
            ),
            text(
                "Hidden layers of small networks with Xavier initialisation, and of deep plain \
                 ones on the edge of chaos.",
                "小型网络的隐藏层（配 Xavier 初始化），以及初始化在混沌边缘的深层普通网络。",
            ),
        ],
        papers: &[
            Paper {
                authors: "LeCun, Boser, Denker, Henderson, Howard, Hubbard, Jackel",
                title: "Backpropagation applied to handwritten zip code recognition",
                year: 1989,
                venue: "Neural Computation 1(4)",
            },
            Paper {
                authors: "LeCun, Bottou, Orr, Müller",
                title: "Efficient BackProp",
                year: 1998,
                venue: "Neural Networks: Tricks of the Trade, Springer",
            },
        ],
        dialects: &[
            dialect("PyTorch", "torch.tanh(input)", ""),
            dialect("JAX", "jax.numpy.tanh(x)", ""),
            dialect("Keras 3", "keras.activations.tanh(x)", ""),
            dialect("TensorFlow", "tf.math.tanh(x)", ""),
            dialect("ONNX", "Tanh", ""),
            dialect("Paddle", "paddle.tanh(x)", ""),
            dialect("candle", "Tensor::tanh()", ""),
            dialect("burn", "activation::tanh(tensor)", ""),
            dialect("ggml", "ggml_tanh(ctx, a)", ""),
        ],
    };

    const LANE_BITS: [u32; 2] = [36, 37];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 64];

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        x.tanh()
    }

    #[inline(always)]
    fn lane_value<R: Lane>(_: Self, x: R) -> R {
        if x.single().is_some() {
            return x.tanh();
        }
        // (1 − e)/(1 + e) with e = exp(−2|x|), from e − 1, which does not cancel at 0.
        let m = (x.abs() * x.constant(-2.0)).exp_m1_down();
        (m / (m + x.constant(2.0))).copysign(x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        if let Some(x) = x.single() {
            let e = Power::of(-2.0 * magnitude(x, -LOWEST / 2.0)).lifted();
            return R::from_single(e / square_of_one_plus(e, LIFT - 2));
        }
        let e = (x.abs() * x.constant(-2.0)).exp_down();
        let d = x.constant(1.0) + e;
        (e + e) * x.constant(2.0) / (d * d)
    }

    fn profile(self) -> Profile {
        // tanh′(x) = 1/cosh² x, which is 1 % at arcosh 10.
        const REACH: f64 = 2.993222846126381;
        Profile {
            range: (Bound::open(-1.0), Bound::open(1.0)),
            limits: (-1.0, 1.0),
            monotonicity: Monotonicity::Increasing,
            parity: Parity::Odd,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 1.0,
            zero_centred: true,
            lipschitz: 1.0,
            saturation: Saturation {
                low: Some(-REACH),
                high: Some(REACH),
            },
            landmarks: vec![
                Landmark::new(LandmarkKind::Zero, 0.0, 0.0),
                Landmark::new(LandmarkKind::SteepestRise, 0.0, 1.0),
            ],
        }
    }
}

impl FromValue for Tanh {
    #[inline(always)]
    fn derivative_from_value<R: Lane>(_: Self, y: R) -> R {
        let one = y.constant(1.0);
        (one - y) * (one + y)
    }
}

//! Softplus.

use crate::activation::Activation;
use crate::card::{Card, Family, Paper, dialect, text};
use crate::elementary::quick::exponential::{LOWEST, Reduced, at_most, magnitude, sigmoid_of_product};
use crate::elementary::quick::logarithm::above_ramp;
use crate::profile::{Bound, Convexity, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::{Lane, Real};
use crate::saved::FromValue;

crate::activation! {
    /// ln(1 + e^{βx})/β.
    pub struct Softplus {
        /// sharpness: β → ∞ gives ReLU
        beta ("β"): Positive = 1.0,
    }
}

impl Activation for Softplus {
    const CARD: Card = Card {
        name: "softplus",
        title: text("softplus", "Softplus 函数"),
        aliases: &[],
        family: Family::SmoothRectifier,
        year: 2000,
        summary: text(
            "ln(1 + e^{βx})/β, a ReLU with a rounded corner whose derivative is the sigmoid \
             σ(βx). Smooth everywhere.",
            "ln(1 + e^{βx})/β，拐角被磨圆的 ReLU，导数为 sigmoid σ(βx)。处处光滑。",
        ),
        strengths: &[
            text(
                "Smooth everywhere and convex, with a positive derivative.",
                "处处光滑且为凸函数，导数恒正。",
            ),
            text(
                "Its output is always positive, as a scale or a variance has to be.",
                "输出恒正，正好满足尺度、方差之类参数的要求。",
            ),
        ],
        limits: &[
            text(
                "Costs an exponential and a logarithm.",
                "要计算一次指数和一次对数。",
            ),
            text(
                "Averages 0.806 for a standard normal argument at β = 1, the largest bias shift \
                 of the rectifiers here.",
                "标准正态输入且 β = 1 时均值为 0.806，是此处各整流类函数中偏移最大的。",
            ),
            text(
                "Deep plain networks with it do not train: it has no edge of chaos, and over 20 \
                 layers the gradient falls by about 100 000 times.",
                "深层普通网络用它训练不动：不存在混沌边缘，20 层后梯度约衰减 10 万倍。",
            ),
            text(
                "Close to linear for large arguments: it lies above ReLU by ln 2/β at 0 and by \
                 less and less away from there.",
                "输入很大时接近线性：与 ReLU 的差在 0 处为 ln 2/β，越远离 0 越小。",
            ),
            text(
                "Written as it stands it overflows: e^{βx} is infinite in f32 from βx = 88.7 on.",
                "照公式直接计算会溢出：在 f32 中 βx 达到 88.7 时 e^{βx} 即为无穷大。",
            ),
        ],
        uses: &[
            text(
                "Outputs that must be positive: rates, scales, variances.",
                "必须为正的输出：速率、尺度、方差。",
            ),
            text(
                "Smooth models whose second derivative is needed.",
                "需要二阶导数的光滑模型。",
            ),
        ],
        papers: &[Paper {
            authors: "Dugas, Bengio, Bélisle, Nadeau, Garcia",
            title: "Incorporating second-order functional knowledge for better option pricing",
            year: 2000,
            venue: "NIPS 13",
        }],
        dialects: &[
            dialect(
                "PyTorch",
                "torch.nn.functional.softplus(input, beta=1, threshold=20)",
                "x itself where beta·x > 20",
            ),
            dialect("JAX", "jax.nn.softplus(x)", "no beta"),
            dialect("Keras 3", "keras.activations.softplus(x)", "no beta"),
            dialect("TensorFlow", "tf.math.softplus(features)", "no beta"),
            dialect(
                "ONNX",
                "Softplus",
                "no beta; the function body log(exp(x) + 1) overflows",
            ),
            dialect(
                "Paddle",
                "paddle.nn.functional.softplus(x, beta=1, threshold=20)",
                "x itself where beta·x > 20",
            ),
            dialect(
                "burn",
                "activation::softplus(tensor, beta)",
                "no default, SoftplusConfig has 1 and the threshold 20",
            ),
            dialect(
                "ggml",
                "ggml_softplus(ctx, a)",
                "no beta; x itself above 20",
            ),
        ],
    };

    const LANE_BITS: [u32; 2] = [37, 37];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 64];

    #[inline(always)]
    fn define<R: Real>(p: Softplus<R>, x: R) -> R {
        x.scaled_softplus(p.beta)
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::open(0.0), Bound::open(f64::INFINITY)),
            limits: (0.0, f64::INFINITY),
            monotonicity: Monotonicity::Increasing,
            parity: Parity::Neither,
            convexity: Convexity::Convex,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 0.5,
            zero_centred: false,
            lipschitz: 1.0,
            saturation: Saturation {
                low: Some(-(99.0_f64.ln() / self.beta)),
                high: None,
            },
            landmarks: Vec::new(),
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(p: Softplus<R>, x: R) -> R {
        if let (Some(beta), Some(x)) = (p.beta.single(), x.single()) {
            let held = magnitude(x, at_most(-LOWEST / beta, f32::MAX));
            let e = Reduced::of_product(-beta, held).power();
            return R::from_single(above_ramp(x, e, 1.0 / beta));
        }
        Self::define(p, x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: Softplus<R>, x: R) -> R {
        if let (Some(beta), Some(x)) = (p.beta.single(), x.single()) {
            return R::from_single(sigmoid_of_product(beta, x));
        }
        (p.beta * x).sigmoid()
    }
}

impl FromValue for Softplus {
    #[inline(always)]
    fn derivative_from_value<R: Lane>(p: Softplus<R>, y: R) -> R {
        // 1 − e^{−βy} is σ(βx).
        -(-(p.beta * y)).exp_m1_down()
    }
}

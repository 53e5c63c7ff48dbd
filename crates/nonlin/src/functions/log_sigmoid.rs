//! Log sigmoid.

use crate::activation::Activation;
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::profile::{Bound, Convexity, Monotonicity, Parity, Profile, Saturation, Smoothness};
use crate::real::{Lane, Real};
use crate::saved::FromValue;

crate::activation! {
    /// ln σ(x) = −ln(1 + e⁻ˣ).
    pub struct LogSigmoid;
}

impl Activation for LogSigmoid {
    const CARD: Card = Card {
        name: "log_sigmoid",
        title: text("log sigmoid", "对数 Sigmoid"),
        aliases: &[alias("logsigmoid")],
        family: Family::Sigmoidal,
        year: 1958,
        summary: text(
            "The logarithm of the sigmoid, −softplus(−x): like x far to the left and 0 far to the \
             right. Smooth everywhere; the derivative is σ(−x).",
            "Sigmoid 的对数，即 −softplus(−x)：左端近似于 x，右端趋于 0。处处光滑，导数为 σ(−x)。",
        ),
        strengths: &[
            text(
                "Its negative is the cross-entropy of a binary classifier, without taking the \
                 logarithm of a rounded 0.",
                "取负即二分类交叉熵，不会对被舍入为 0 的概率取对数。",
            ),
            text(
                "Concave with a derivative between 0 and 1, so that logistic regression is a \
                 convex problem.",
                "凹函数（上凸），导数介于 0 与 1 之间，逻辑回归因此是凸优化问题。",
            ),
        ],
        limits: &[
            text(
                "Written as the logarithm of a sigmoid it gives −∞ as soon as the sigmoid \
                 underflows, below about −104 in f32.",
                "若直接写成 sigmoid 的对数，sigmoid 一旦下溢（f32 中约 −104 以下）就得到 −∞。",
            ),
            text(
                "Never positive and unbounded below, so it is a term of a loss rather than a \
                 hidden activation.",
                "取值从不为正且无下界，因此用作损失项而不是隐藏层激活。",
            ),
            text(
                "Its derivative fades on the right: under 1 % beyond 4.595.",
                "右侧导数逐渐消失：超过 4.595 后不足 1 %。",
            ),
        ],
        uses: &[text(
            "Binary and pairwise losses from logits: logistic regression, ranking, negative \
                 sampling.",
            "基于 logits 的二元损失与成对损失：逻辑回归、排序学习、负采样。",
        )],
        papers: &[
            Paper {
                authors: "Cox",
                title: "The regression analysis of binary sequences",
                year: 1958,
                venue: "Journal of the Royal Statistical Society B 20(2)",
            },
            Paper {
                authors: "Mikolov, Sutskever, Chen, Corrado, Dean",
                title: "Distributed representations of words and phrases and their compositionality",
                year: 2013,
                venue: "NIPS",
            },
        ],
        dialects: &[
            dialect("PyTorch", "torch.nn.functional.logsigmoid(input)", ""),
            dialect("JAX", "jax.nn.log_sigmoid(x)", ""),
            dialect("Keras 3", "keras.activations.log_sigmoid(x)", ""),
            dialect("TensorFlow", "tf.math.log_sigmoid(x)", ""),
            dialect("Paddle", "paddle.nn.functional.log_sigmoid(x)", ""),
            dialect("burn", "activation::log_sigmoid(tensor)", ""),
        ],
    };

    const LANE_BITS: [u32; 2] = [37, 37];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 64];

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        -((-x).softplus())
    }

    fn profile(self) -> Profile {
        // σ(−x) is 1 % at ln 99.
        const REACH: f64 = 4.59511985013459;
        Profile {
            range: (Bound::open(f64::NEG_INFINITY), Bound::open(0.0)),
            limits: (f64::NEG_INFINITY, 0.0),
            monotonicity: Monotonicity::Increasing,
            parity: Parity::Neither,
            convexity: Convexity::Concave,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 0.5,
            zero_centred: false,
            lipschitz: 1.0,
            saturation: Saturation {
                low: None,
                high: Some(REACH),
            },
            landmarks: Vec::new(),
        }
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        (-x).sigmoid()
    }
}

impl FromValue for LogSigmoid {
    #[inline(always)]
    fn derivative_from_value<R: Lane>(_: Self, y: R) -> R {
        // 1 − eʸ is σ(−x).
        -y.exp_m1_down()
    }
}

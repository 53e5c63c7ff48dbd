//! Sigmoid.

use crate::activation::{Activation, differentiate};
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::elementary::quick::exponential::{LOWEST, Power, bell, magnitude};
use crate::profile::{
    Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness,
};
use crate::real::{Lane, Real};
use crate::saved::FromValue;

crate::activation! {
    /// 1/(1 + e⁻ˣ).
    pub struct Sigmoid;
}

impl Activation for Sigmoid {
    const CARD: Card = Card {
        name: "sigmoid",
        title: text("sigmoid", "Sigmoid 函数"),
        aliases: &[alias("logistic")],
        family: Family::Sigmoidal,
        year: 1986,
        summary: text(
            "The logistic function, an S from 0 to 1 with the value 1/2 and the slope 1/4 at 0; \
             its derivative is y(1 − y). It is smooth, so no subgradient is chosen anywhere.",
            "Logistic 函数：从 0 到 1 的 S 形曲线，在 0 处取值 1/2、斜率 1/4，导数为 y(1 − y)。处\
             处光滑，无需选取次梯度。",
        ),
        strengths: &[
            text(
                "Lies between 0 and 1, so its output reads as a probability.",
                "取值介于 0 与 1 之间，输出可以直接解释为概率。",
            ),
            text(
                "Smooth, and its derivative follows from its output alone.",
                "光滑，而且只凭输出值就能算出导数。",
            ),
            text(
                "Bounded: one unit cannot swamp the next layer.",
                "有界，单个神经元不会淹没下一层。",
            ),
        ],
        limits: &[
            text(
                "Saturates on both sides: beyond |x| = 5.99 the derivative is under 1 % of its \
                 largest value, which itself is only 1/4, so that gradients vanish through many \
                 layers.",
                "两侧饱和：|x| 超过 5.99 后导数不足最大值的 1 %，而最大值也只有 1/4，梯度经过多层\
                 便会消失。",
            ),
            text(
                "Not zero-centred: for a standard normal argument the mean output is 1/2, which \
                 shifts the input of the next layer (bias shift).",
                "输出不以零为中心：输入服从标准正态分布时输出均值为 1/2，使下一层的输入整体偏移。",
            ),
            text(
                "Needs an exponential, which in cache costs several times a threshold; for arrays \
                 beyond the cache, memory traffic evens much of that out.",
                "需要计算指数，数据在缓存内时比取阈值慢数倍；数组超出缓存后，访存开销会抹平大部分\
                 差距。",
            ),
        ],
        uses: &[
            text(
                "The output of a binary or multi-label classifier, trained with cross-entropy \
                 from the logits.",
                "二分类或多标签分类的输出层，训练时用基于 logits 的交叉熵。",
            ),
            text("The gates of LSTM, GRU and GLU.", "LSTM、GRU 与 GLU 的门。"),
        ],
        papers: &[
            Paper {
                authors: "Verhulst",
                title: "Notice sur la loi que la population suit dans son accroissement",
                year: 1838,
                venue: "Correspondance mathématique et physique 10",
            },
            Paper {
                authors: "Rumelhart, Hinton, Williams",
                title: "Learning representations by back-propagating errors",
                year: 1986,
                venue: "Nature 323",
            },
            Paper {
                authors: "Glorot, Bengio",
                title: "Understanding the difficulty of training deep feedforward neural networks",
                year: 2010,
                venue: "AISTATS",
            },
        ],
        dialects: &[
            dialect("PyTorch", "torch.sigmoid(input)", ""),
            dialect("JAX", "jax.nn.sigmoid(x)", ""),
            dialect("Keras 3", "keras.activations.sigmoid(x)", ""),
            dialect("TensorFlow", "tf.math.sigmoid(x)", ""),
            dialect("ONNX", "Sigmoid", ""),
            dialect("Paddle", "paddle.nn.functional.sigmoid(x)", ""),
            dialect("candle", "candle_nn::ops::sigmoid(xs)", ""),
            dialect("burn", "activation::sigmoid(tensor)", ""),
            dialect("ggml", "ggml_sigmoid(ctx, a)", ""),
        ],
    };

    const LANE_BITS: [u32; 2] = [37, 37];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 64];

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        x.sigmoid()
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: Self, x: R) -> R {
        match x.single() {
            Some(x) => R::from_single(bell(Power::of(-magnitude(x, -LOWEST)))),
            None => differentiate::<Self, R>(p, x).slope,
        }
    }

    fn profile(self) -> Profile {
        // σ′(x) = 1/(4 cosh²(x/2)), which is 1 % of σ′(0) at 2 arcosh 10.
        const REACH: f64 = 5.986445692252762;
        Profile {
            range: (Bound::open(0.0), Bound::open(1.0)),
            limits: (0.0, 1.0),
            monotonicity: Monotonicity::Increasing,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 0.25,
            zero_centred: false,
            lipschitz: 0.25,
            saturation: Saturation {
                low: Some(-REACH),
                high: Some(REACH),
            },
            landmarks: vec![Landmark::new(LandmarkKind::SteepestRise, 0.0, 0.25)],
        }
    }
}

impl FromValue for Sigmoid {
    #[inline(always)]
    fn derivative_from_value<R: Lane>(_: Self, y: R) -> R {
        y * (y.constant(1.0) - y)
    }
}

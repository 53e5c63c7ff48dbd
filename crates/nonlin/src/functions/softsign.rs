//! Softsign.

use crate::activation::Activation;
use crate::card::{Card, Family, Paper, dialect, text};
use crate::elementary::quick::exponential::LOWERED;
use crate::profile::{
    Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness,
};
use crate::real::{Lane, Real};
use crate::saved::FromValue;

crate::activation! {
    /// x/(1 + |x|).
    pub struct Softsign;
}

impl Activation for Softsign {
    const CARD: Card = Card {
        name: "softsign",
        title: text("softsign", "Softsign 函数"),
        aliases: &[],
        family: Family::Sigmoidal,
        year: 1993,
        summary: text(
            "x divided by 1 + |x|: an odd S from −1 to 1 that approaches its ends like 1/x. \
             Differentiable everywhere, also at 0, where the derivative is 1 and only the second \
             one jumps.",
            "x 除以 1 + |x|：从 −1 到 1 的奇函数 S 形曲线，以 1/x 的速度趋近两端。处处可导，0 处导\
             数为 1，仅二阶导数在该处跳变。",
        ),
        strengths: &[
            text(
                "Polynomial tails: it saturates far later than tanh (1 % of the largest slope at \
                 |x| = 9 instead of 2.99).",
                "尾部按多项式衰减，饱和远比 tanh 晚（斜率降到最大值的 1 % 是在 |x| = 9，而非 \
                 2.99）。",
            ),
            text(
                "No exponential, only a division.",
                "不需要指数，只需一次除法。",
            ),
            text(
                "Like tanh, it is odd and so keeps a symmetric input centred.",
                "与 tanh 一样是奇函数，对称的输入仍保持居中。",
            ),
        ],
        limits: &[
            text(
                "Still saturates, so that deep plain networks lose their gradient unless scaled \
                 for it.",
                "终究会饱和，深层普通网络若不调整尺度仍会丢失梯度。",
            ),
            text(
                "Its values spread little (variance 0.183 for a standard normal argument), which \
                 asks for a larger initial scale than tanh.",
                "输出分散程度小（标准正态输入时方差仅 0.183），初始尺度要比 tanh 更大。",
            ),
            text(
                "The textbook derivative y²/x² fails at 0 (0/0), and an epsilon there gives 0 \
                 instead of 1.",
                "教科书上的导数公式 y²/x² 在 0 处失效（0/0），加上 epsilon 后得到的是 0 而不是 1。",
            ),
        ],
        uses: &[text(
            "A drop-in for tanh where saturation or its cost matters.",
            "在意饱和或计算开销时替代 tanh。",
        )],
        papers: &[
            Paper {
                authors: "Elliott",
                title: "A better activation function for artificial neural networks",
                year: 1993,
                venue: "Technical report ISR TR 93-8, University of Maryland",
            },
            Paper {
                authors: "Turian, Bergstra, Bengio",
                title: "Quadratic features and deep architectures for chunking",
                year: 2009,
                venue: "NAACL HLT",
            },
            Paper {
                authors: "Glorot, Bengio",
                title: "Understanding the difficulty of training deep feedforward neural networks",
                year: 2010,
                venue: "AISTATS",
            },
        ],
        dialects: &[
            dialect("PyTorch", "torch.nn.functional.softsign(input)", ""),
            dialect("JAX", "jax.nn.soft_sign(x)", ""),
            dialect("Keras 3", "keras.activations.softsign(x)", ""),
            dialect("TensorFlow", "tf.nn.softsign(features)", ""),
            dialect("ONNX", "Softsign", ""),
            dialect("Paddle", "paddle.nn.functional.softsign(x)", ""),
            dialect("burn", "activation::softsign(tensor)", ""),
        ],
    };

    const LANE_BITS: [u32; 2] = [48, 48];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 64];

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        x / (x.constant(1.0) + x.abs())
    }

    fn profile(self) -> Profile {
        // 1/(1 + |x|)² is 1 % at ±9.
        Profile {
            range: (Bound::open(-1.0), Bound::open(1.0)),
            limits: (-1.0, 1.0),
            monotonicity: Monotonicity::Increasing,
            parity: Parity::Odd,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Once,
            kinks: Vec::new(),
            derivative_at_zero: 1.0,
            zero_centred: true,
            lipschitz: 1.0,
            saturation: Saturation {
                low: Some(-9.0),
                high: Some(9.0),
            },
            landmarks: vec![
                Landmark::new(LandmarkKind::Zero, 0.0, 0.0),
                Landmark::new(LandmarkKind::SteepestRise, 0.0, 1.0),
            ],
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(_: Self, x: R) -> R {
        // ∞/∞ is kept out: the largest finite number has the same image.
        let a = x.abs().at_most(f64::MAX);
        (a / (x.constant(1.0) + a)).copysign(x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        if let Some(x) = x.single() {
            // 1 + 2a + a² lowered by 2⁶⁴ lest it overflow before the quotient rounds to 0.
            let a = x.abs();
            let line = a.mul_add(LOWERED, 2.0 * LOWERED);
            let square = (a * LOWERED).mul_add(line, LOWERED * LOWERED);
            return R::from_single(LOWERED * LOWERED / square);
        }
        let inverse = x.constant(1.0) / (x.constant(1.0) + x.abs());
        inverse * inverse
    }
}

impl FromValue for Softsign {
    #[inline(always)]
    fn derivative_from_value<R: Lane>(_: Self, y: R) -> R {
        let inverse = y.constant(1.0) - y.abs();
        inverse * inverse
    }
}

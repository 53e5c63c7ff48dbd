//! Identity.

use crate::activation::Activation;
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::profile::{
    Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness,
};
use crate::real::{Lane, Real};
use crate::saved::{FromValue, PiecewiseLinear};

crate::activation! {
    /// x itself.
    pub struct Identity;
}

impl Activation for Identity {
    const CARD: Card = Card {
        name: "identity",
        title: text("identity", "恒等函数"),
        aliases: &[alias("linear")],
        family: Family::Linear,
        year: 1960,
        summary: text(
            "The argument itself: a unit with it is a linear unit. It is differentiable \
             everywhere, so there is no kink to decide.",
            "输出等于输入，使用它的神经元就是线性单元。处处可导，不存在需要约定次梯度的折点。",
        ),
        strengths: &[
            text(
                "Any real number can come out, which is what the output of a regression needs.",
                "输出可取任意实数，正合回归任务输出层的需要。",
            ),
            text(
                "Its derivative is 1 everywhere: it neither shrinks nor amplifies a gradient.",
                "导数恒为 1，既不缩小也不放大梯度。",
            ),
        ],
        limits: &[
            text(
                "Layers with it collapse: however many are stacked, they are one linear map.",
                "多个恒等激活的层叠在一起仍只是一个线性映射，深度毫无意义。",
            ),
            text(
                "It bends nothing, so a network of linear layers cannot fit XOR or any other \
                 curved boundary.",
                "没有非线性，由线性层组成的网络连异或这类非线性边界都拟合不了。",
            ),
        ],
        uses: &[
            text(
                "The output layer of a regression, with a squared or Huber loss.",
                "回归任务的输出层，配合平方损失或 Huber 损失。",
            ),
            text(
                "The logits before a loss that takes them raw, such as softmax with cross-entropy.",
                "直接接收 logits 的损失之前的最后一层，例如 softmax 交叉熵。",
            ),
        ],
        papers: &[Paper {
            authors: "Widrow, Hoff",
            title: "Adaptive switching circuits",
            year: 1960,
            venue: "IRE WESCON Convention Record 4",
        }],
        dialects: &[
            dialect("PyTorch", "torch.nn.Identity()", ""),
            dialect("JAX", "jax.nn.identity(x)", ""),
            dialect("Keras 3", "keras.activations.linear(x)", ""),
            dialect("TensorFlow", "tf.identity(input)", ""),
            dialect("ONNX", "Identity", ""),
            dialect("Paddle", "paddle.nn.Identity()", ""),
        ],
    };

    const SELECTS_ONLY: bool = true;

    fn define<R: Real>(_: Self, x: R) -> R {
        x
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::open(f64::NEG_INFINITY), Bound::open(f64::INFINITY)),
            limits: (f64::NEG_INFINITY, f64::INFINITY),
            monotonicity: Monotonicity::Increasing,
            parity: Parity::Odd,
            convexity: Convexity::Linear,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 1.0,
            zero_centred: true,
            lipschitz: 1.0,
            saturation: Saturation::NONE,
            landmarks: vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0)],
        }
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        x.constant(1.0)
    }
}

impl FromValue for Identity {
    #[inline(always)]
    fn derivative_from_value<R: Lane>(_: Self, y: R) -> R {
        y.constant(1.0)
    }
}

impl PiecewiseLinear for Identity {
    fn slopes(self) -> [f64; 2] {
        [1.0, 1.0]
    }
}

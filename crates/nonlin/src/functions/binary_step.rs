//! Binary step.

use crate::activation::Activation;
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::profile::{
    Bound, Convexity, Kink, Monotonicity, Parity, Profile, Saturation, Smoothness,
};
use crate::real::{Lane, Real};
use crate::saved::{FromValue, PiecewiseLinear};

crate::activation! {
    /// 0 below 0, 1 from 0 on.
    pub struct BinaryStep;
}

impl Activation for BinaryStep {
    const CARD: Card = Card {
        name: "binary_step",
        title: text("binary step", "二值阶跃函数"),
        aliases: &[alias("heaviside"), alias("step")],
        family: Family::Step,
        year: 1943,
        summary: text(
            "0 below 0 and 1 from 0 on: the threshold unit of McCulloch and Pitts. It jumps at 0, \
             where the derivative is taken as 0 as everywhere else.",
            "输入小于 0 时输出 0，否则输出 1，即 McCulloch–Pitts 的阈值单元。函数在 0 处跳变，该处\
             的导数与其他各处一样取 0。",
        ),
        strengths: &[
            text(
                "Its output is a single bit, which can be stored and multiplied as such.",
                "输出只有一比特，存储和相乘都可以按位进行。",
            ),
            text(
                "A network of such units computes any Boolean function.",
                "由这种单元组成的网络可以实现任意布尔函数。",
            ),
        ],
        limits: &[
            text(
                "The derivative is 0 wherever it exists, so gradient descent cannot train through \
                 it.",
                "凡是可导之处导数都为 0，梯度下降无法穿过它进行训练。",
            ),
            text(
                "How far an argument lies from the threshold is lost.",
                "输入离阈值有多远的信息完全丢失。",
            ),
            text(
                "Frameworks disagree about the value at 0.",
                "各框架对 0 处函数值的约定不一致。",
            ),
        ],
        uses: &[
            text("The perceptron and threshold logic.", "感知机与阈值逻辑。"),
            text(
                "Binarised networks, where the backward pass puts another function’s derivative \
                 in its place (straight-through estimator).",
                "二值化网络：反向传播时用另一个函数的导数代替它（直通估计器）。",
            ),
        ],
        papers: &[
            Paper {
                authors: "McCulloch, Pitts",
                title: "A logical calculus of the ideas immanent in nervous activity",
                year: 1943,
                venue: "Bulletin of Mathematical Biophysics 5",
            },
            Paper {
                authors: "Rosenblatt",
                title: "The perceptron: a probabilistic model for information storage and organization \
                 in the brain",
                year: 1958,
                venue: "Psychological Review 65",
            },
            Paper {
                authors: "Bengio, Léonard, Courville",
                title: "Estimating or propagating gradients through stochastic neurons for conditional \
                 computation",
                year: 2013,
                venue: "arXiv:1308.3432",
            },
        ],
        dialects: &[
            dialect(
                "PyTorch",
                "torch.heaviside(input, values)",
                "the value at 0 is an argument",
            ),
            dialect(
                "JAX",
                "jax.numpy.heaviside(x1, x2)",
                "the value at 0 is an argument",
            ),
            dialect("ggml", "ggml_step(ctx, a)", "0 at 0"),
        ],
    };

    const SELECTS_ONLY: bool = true;

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        let zero = x.constant(0.0);
        x.below(zero, zero, x.constant(1.0))
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::attained(0.0), Bound::attained(1.0)),
            limits: (0.0, 1.0),
            monotonicity: Monotonicity::NonDecreasing,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Discontinuous,
            kinks: vec![Kink {
                at: 0.0,
                left: 0.0,
                right: 0.0,
                taken: 0.0,
            }],
            derivative_at_zero: 0.0,
            zero_centred: false,
            lipschitz: f64::INFINITY,
            saturation: Saturation::EVERYWHERE,
            landmarks: Vec::new(),
        }
    }
}

impl FromValue for BinaryStep {
    #[inline(always)]
    fn derivative_from_value<R: Lane>(_: Self, y: R) -> R {
        y.constant(0.0)
    }
}

impl PiecewiseLinear for BinaryStep {
    fn slopes(self) -> [f64; 2] {
        [0.0, 0.0]
    }
}

//! Leaky ReLU.

use super::shared::leaky;
use crate::activation::Activation;
use crate::card::{Card, Family, Paper, alias, alias_at, dialect, text};
use crate::profile::{
    Bound, Convexity, Kink, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Smoothness,
    saturation_of_slopes,
};
use crate::real::{Lane, Real};
use crate::saved::{FromValue, PiecewiseLinear};

crate::activation! {
    /// x, or a fixed small multiple of it below 0.
    pub struct LeakyRelu {
        /// the slope below 0
        negative_slope ("a"): Finite = 0.01,
    }
}

impl Activation for LeakyRelu {
    const CARD: Card = Card {
        name: "leaky_relu",
        title: text("leaky ReLU", "带泄漏 ReLU"),
        aliases: &[
            alias("lrelu"),
            alias("leakyrelu"),
            alias_at("very_leaky_relu", &[("negative_slope", 1.0 / 3.0)]),
        ],
        family: Family::Rectifier,
        year: 2013,
        summary: text(
            "ReLU with a small fixed slope below 0 instead of none. At the kink at 0 the \
             derivative is the negative slope.",
            "在 0 以下保留一个固定小斜率的 ReLU。在 0 处的折点，导数取该负半轴斜率。",
        ),
        strengths: &[
            text(
                "Keeps a gradient below 0, so that a unit pushed there can come back: in a pilot \
                 with one destructive step it recovered where ReLU did not (88.5 % against 54.7 % \
                 accuracy on handwritten digits).",
                "0 以下仍有梯度，被推过去的神经元还能恢复：在一次破坏性更新的试验中，它恢复而 \
                 ReLU 没有（手写数字数据集上准确率 88.5 % 对 54.7 %）。",
            ),
            text(
                "As cheap as ReLU: one multiplication and a choice.",
                "与 ReLU 同样便宜：一次乘法加一次选择。",
            ),
        ],
        limits: &[
            text(
                "The slope is chosen by hand, and frameworks ship 0.01, 0.05, 0.2 and 0.3.",
                "斜率需人工选定，各框架默认值有 0.01、0.05、0.2、0.3 之别。",
            ),
            text(
                "Whether it beats ReLU varies: with a slope of 0.01 He et al. found the effect \
                 negligible.",
                "是否优于 ReLU 并不一致：斜率为 0.01 时，He 等人认为影响可以忽略。",
            ),
            text(
                "With a slope above 1 the usual shortcut max(x, ax) is a different function.",
                "斜率大于 1 时，常见的简写 max(x, ax) 是另一个函数。",
            ),
            text(
                "It does not settle vanishing or exploding gradients; that is up to the scale of \
                 the weights.",
                "并不能解决梯度消失或爆炸，那取决于权重的尺度。",
            ),
        ],
        uses: &[
            text(
                "Discriminators of generative adversarial networks, with a slope of 0.2.",
                "生成对抗网络的判别器，斜率常取 0.2。",
            ),
            text(
                "Training with large steps or on changing tasks, where ReLU units die.",
                "学习率大或任务不断变化、ReLU 神经元容易死亡的训练。",
            ),
        ],
        papers: &[Paper {
            authors: "Maas, Hannun, Ng",
            title: "Rectifier nonlinearities improve neural network acoustic models",
            year: 2013,
            venue: "ICML Workshop on Deep Learning for Audio, Speech and Language Processing",
        }],
        dialects: &[
            dialect(
                "PyTorch",
                "torch.nn.functional.leaky_relu(input, negative_slope=0.01)",
                "",
            ),
            dialect(
                "JAX",
                "jax.nn.leaky_relu(x, negative_slope=0.01)",
                "derivative 1 at 0",
            ),
            dialect(
                "Keras 3",
                "keras.activations.leaky_relu(x, negative_slope=0.2)",
                "default 0.2; the layer keras.layers.LeakyReLU has 0.3",
            ),
            dialect(
                "TensorFlow",
                "tf.nn.leaky_relu(features, alpha=0.2)",
                "default 0.2",
            ),
            dialect("ONNX", "LeakyRelu(alpha=0.01)", ""),
            dialect(
                "Paddle",
                "paddle.nn.functional.leaky_relu(x, negative_slope=0.01)",
                "derivative 1 at 0",
            ),
            dialect(
                "candle",
                "candle_nn::ops::leaky_relu(xs, negative_slope)",
                "no default; derivative (1 + slope)/2 at 0",
            ),
            dialect(
                "burn",
                "activation::leaky_relu(tensor, negative_slope)",
                "no default, LeakyReluConfig has 0.01; derivative 1 at 0",
            ),
            dialect(
                "ggml",
                "ggml_leaky_relu(ctx, a, negative_slope, inplace)",
                "no default",
            ),
        ],
    };

    const POLYNOMIAL: bool = true;
    const LANE_BITS: [u32; 2] = [48, 48];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 64];

    #[inline(always)]
    fn define<R: Real>(p: LeakyRelu<R>, x: R) -> R {
        x.up_to(x.constant(0.0), p.negative_slope * x, x)
    }

    fn profile(self) -> Profile {
        let slope = self.negative_slope;
        let straight = slope == 1.0;
        Profile {
            range: (
                if slope > 0.0 {
                    Bound::open(f64::NEG_INFINITY)
                } else {
                    Bound::attained(0.0)
                },
                Bound::open(f64::INFINITY),
            ),
            limits: (
                if slope == 0.0 {
                    0.0
                } else {
                    -f64::INFINITY.copysign(slope)
                },
                f64::INFINITY,
            ),
            monotonicity: if slope > 0.0 {
                Monotonicity::Increasing
            } else if slope == 0.0 {
                Monotonicity::NonDecreasing
            } else {
                Monotonicity::NonMonotone
            },
            parity: if straight {
                Parity::Odd
            } else if slope == -1.0 {
                Parity::Even
            } else {
                Parity::Neither
            },
            convexity: if straight {
                Convexity::Linear
            } else if slope < 1.0 {
                Convexity::Convex
            } else {
                Convexity::Concave
            },
            smoothness: if straight {
                Smoothness::Infinitely
            } else {
                Smoothness::Continuous
            },
            kinks: if straight {
                Vec::new()
            } else {
                vec![Kink {
                    at: 0.0,
                    left: slope,
                    right: 1.0,
                    taken: slope,
                }]
            },
            derivative_at_zero: slope,
            zero_centred: straight,
            lipschitz: slope.abs().max(1.0),
            saturation: saturation_of_slopes(slope, 1.0),
            landmarks: if slope > 0.0 {
                vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0)]
            } else if slope < 0.0 {
                vec![Landmark::new(LandmarkKind::Minimum, 0.0, 0.0)]
            } else {
                Vec::new()
            },
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(p: LeakyRelu<R>, x: R) -> R {
        leaky(p.negative_slope, x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: LeakyRelu<R>, x: R) -> R {
        x.up_to(x.constant(0.0), p.negative_slope, x.constant(1.0))
    }
}

impl FromValue for LeakyRelu {
    const NON_NEGATIVE: Option<&'static str> = Some("negative_slope");

    #[inline(always)]
    fn derivative_from_value<R: Lane>(p: LeakyRelu<R>, y: R) -> R {
        y.up_to(y.constant(0.0), p.negative_slope, y.constant(1.0))
    }
}

impl PiecewiseLinear for LeakyRelu {
    fn slopes(self) -> [f64; 2] {
        [self.negative_slope, 1.0]
    }
}

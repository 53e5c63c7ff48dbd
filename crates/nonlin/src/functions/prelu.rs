//! Parametric ReLU.

use super::leaky_relu::LeakyRelu;
use super::shared::leaky;
use crate::activation::Activation;
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::profile::Profile;
use crate::real::{Lane, Real};
use crate::saved::{FromValue, PiecewiseLinear};

crate::activation! {
    /// x, or a learned multiple of it below 0; the slopes of a layer's channels are in [`channels`](crate::channels).
    pub struct Prelu {
        /// the slope below 0, where learning begins
        slope ("a"): Finite = 0.25,
    }
}

impl Activation for Prelu {
    const CARD: Card = Card {
        name: "prelu",
        title: text("parametric ReLU", "参数化 ReLU"),
        aliases: &[alias("parametric_relu")],
        family: Family::Rectifier,
        year: 2015,
        summary: text(
            "Leaky ReLU whose slope below 0 is learned, usually one per channel; 0.25 is where \
             learning starts. At the kink at 0 the derivative is the slope.",
            "负半轴斜率可学习的 leaky ReLU，通常每个通道一个，初值 0.25。在 0 处的折点，导数取该斜\
             率。",
        ),
        strengths: &[
            text(
                "The slope adapts to the data, channel by channel.",
                "斜率随数据自适应，逐通道不同。",
            ),
            text(
                "Few parameters for that: one a channel. He et al. report a top-1 error of \
                 32.64 % instead of 33.82 % for a 14-layer ImageNet network.",
                "为此付出的参数很少：每通道一个。He 等人的 14 层 ImageNet 网络 top-1 错误率由 \
                 33.82 % 降至 32.64 %。",
            ),
        ],
        limits: &[
            text(
                "More parameters to learn and to store, and what they bring depends on the \
                 problem.",
                "增加了需要学习和保存的参数，收益因问题而异。",
            ),
            text(
                "Weight decay on the slopes pulls them towards 0, that is towards ReLU; leave \
                 them out of it.",
                "若对斜率施加权重衰减，会把它们拉向 0（即 ReLU），应当排除在外。",
            ),
            text(
                "Frameworks disagree about where learning starts and how many slopes there are.",
                "各框架对初值和斜率个数的约定不同。",
            ),
        ],
        uses: &[text(
            "Image classification and super-resolution networks.",
            "图像分类与超分辨率网络。",
        )],
        papers: &[Paper {
            authors: "He, Zhang, Ren, Sun",
            title: "Delving deep into rectifiers: surpassing human-level performance on ImageNet \
                 classification",
            year: 2015,
            venue: "ICCV, arXiv:1502.01852",
        }],
        dialects: &[
            dialect("PyTorch", "torch.nn.PReLU(num_parameters=1, init=0.25)", ""),
            dialect(
                "Keras 3",
                "keras.layers.PReLU(alpha_initializer=\"Zeros\", shared_axes=None)",
                "starts at 0, and one slope per element rather than per channel",
            ),
            dialect("ONNX", "PRelu", "the slope is an input"),
            dialect("Paddle", "paddle.nn.PReLU(num_parameters=1, init=0.25)", ""),
            dialect("candle", "candle_nn::prelu(num_channels, vs)", ""),
            dialect("burn", "PReluConfig::new()", "num_parameters=1, alpha=0.25"),
        ],
    };

    const LANE_BITS: [u32; 2] = [48, 48];

    #[inline(always)]
    fn define<R: Real>(p: Prelu<R>, x: R) -> R {
        x.up_to(x.constant(0.0), p.slope * x, x)
    }

    fn profile(self) -> Profile {
        // Once its slope is learned it is a leaky ReLU.
        LeakyRelu {
            negative_slope: self.slope,
        }
        .profile()
    }

    #[inline(always)]
    fn lane_value<R: Lane>(p: Prelu<R>, x: R) -> R {
        leaky(p.slope, x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: Prelu<R>, x: R) -> R {
        x.up_to(x.constant(0.0), p.slope, x.constant(1.0))
    }
}

impl FromValue for Prelu {
    const NON_NEGATIVE: Option<&'static str> = Some("slope");

    #[inline(always)]
    fn derivative_from_value<R: Lane>(p: Prelu<R>, y: R) -> R {
        y.up_to(y.constant(0.0), p.slope, y.constant(1.0))
    }
}

impl PiecewiseLinear for Prelu {
    fn slopes(self) -> [f64; 2] {
        [self.slope, 1.0]
    }
}

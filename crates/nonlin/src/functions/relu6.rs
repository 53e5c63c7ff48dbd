//! ReLU6.

use crate::activation::Activation;
use crate::card::{Card, Family, Paper, dialect, text};
use crate::profile::{
    Bound, Convexity, Kink, Monotonicity, Parity, Profile, Saturation, Smoothness,
};
use crate::real::{Lane, Real};
use crate::saved::{FromValue, PiecewiseLinear};

crate::activation! {
    /// x held between 0 and 6.
    pub struct Relu6;
}

impl Activation for Relu6 {
    const CARD: Card = Card {
        name: "relu6",
        title: text("ReLU6", "ReLU6"),
        aliases: &[],
        family: Family::Rectifier,
        year: 2010,
        summary: text(
            "ReLU held at 6. At both kinks, 0 and 6, the derivative is taken as 0.",
            "上限为 6 的 ReLU。在 0 与 6 两个折点处，导数都取 0。",
        ),
        strengths: &[
            text(
                "Bounded between 0 and 6, so that few bits of fixed-point arithmetic suffice.",
                "输出限制在 0 到 6 之间，少量比特的定点数即可表示。",
            ),
            text("As cheap as a clamp.", "计算量等同于一次截断。"),
        ],
        limits: &[
            text(
                "No gradient on either side: units die below 0 and saturate above 6.",
                "两侧都没有梯度：0 以下神经元死亡，6 以上饱和。",
            ),
            text(
                "Like ReLU it has no negative values, so its mean is positive.",
                "与 ReLU 一样没有负值，均值为正。",
            ),
        ],
        uses: &[text(
            "Quantised and mobile convolutional networks (MobileNetV2).",
            "量化网络与移动端卷积网络（MobileNetV2）。",
        )],
        papers: &[
            Paper {
                authors: "Krizhevsky",
                title: "Convolutional deep belief networks on CIFAR-10",
                year: 2010,
                venue: "unpublished manuscript, University of Toronto",
            },
            Paper {
                authors: "Sandler, Howard, Zhu, Zhmoginov, Chen",
                title: "MobileNetV2: inverted residuals and linear bottlenecks",
                year: 2018,
                venue: "CVPR",
            },
        ],
        dialects: &[
            dialect("PyTorch", "torch.nn.functional.relu6(input)", ""),
            dialect("JAX", "jax.nn.relu6(x)", ""),
            dialect("Keras 3", "keras.activations.relu6(x)", ""),
            dialect("TensorFlow", "tf.nn.relu6(features)", ""),
            dialect("ONNX", "Clip(min=0, max=6)", "the limits are inputs"),
            dialect("Paddle", "paddle.nn.functional.relu6(x)", ""),
            dialect(
                "candle",
                "candle_nn::Activation::Relu6",
                "derivative 1/2 at both kinks",
            ),
            dialect(
                "burn",
                "activation::relu6(tensor)",
                "derivative 1 at both kinks",
            ),
        ],
    };

    const SELECTS_ONLY: bool = true;

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        let (zero, six) = (x.constant(0.0), x.constant(6.0));
        x.up_to(zero, zero, six.up_to(x, six, x))
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::attained(0.0), Bound::attained(6.0)),
            limits: (0.0, 6.0),
            monotonicity: Monotonicity::NonDecreasing,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Continuous,
            kinks: vec![
                Kink {
                    at: 0.0,
                    left: 0.0,
                    right: 1.0,
                    taken: 0.0,
                },
                Kink {
                    at: 6.0,
                    left: 1.0,
                    right: 0.0,
                    taken: 0.0,
                },
            ],
            derivative_at_zero: 0.0,
            zero_centred: false,
            lipschitz: 1.0,
            saturation: Saturation {
                low: Some(0.0),
                high: Some(6.0),
            },
            landmarks: Vec::new(),
        }
    }
}

impl FromValue for Relu6 {
    #[inline(always)]
    fn derivative_from_value<R: Lane>(_: Self, y: R) -> R {
        let (zero, one) = (y.constant(0.0), y.constant(1.0));
        y.up_to(zero, zero, y.constant(6.0).up_to(y, zero, one))
    }
}

impl PiecewiseLinear for Relu6 {
    fn slopes(self) -> [f64; 2] {
        [0.0, 1.0]
    }
}

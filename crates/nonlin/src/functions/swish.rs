//! Swish.

use super::shared::{gated_by_sigmoid, swish_derivative, swish_derivative_quick, swish_quick};
use crate::activation::Activation;
use crate::card::{Card, Family, Paper, alias_at, dialect, text};
use crate::profile::{
    Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness,
};
use crate::real::{Lane, Real};

crate::activation! {
    /// x·σ(βx); at β = 1 also known as SiLU.
    pub struct Swish {
        /// how sharply it turns; β → ∞ gives ReLU, 0 gives x/2
        beta ("β"): Finite = 1.0,
    }
}

impl Activation for Swish {
    const CARD: Card = Card {
        name: "swish",
        title: text("swish", "Swish 函数"),
        aliases: &[alias_at("silu", &[("beta", 1.0)])],
        family: Family::SmoothRectifier,
        year: 2016,
        summary: text(
            "x·σ(βx), the argument gated by its own sigmoid; at β = 1 it is called SiLU. It dips \
             to −0.278/β at −1.278/β before it rises. Smooth everywhere.",
            "x·σ(βx)，输入被自身的 sigmoid 门控；β = 1 时又称 SiLU。上升之前先在 −1.278/β 处下探\
             到 −0.278/β。处处光滑。",
        ),
        strengths: &[
            text(
                "Smooth and not monotone: like ReLU far from 0, with a dip that lets small \
                 negative values through.",
                "光滑且非单调：远离 0 时接近 ReLU，中间的下凹让较小的负值通过。",
            ),
            text(
                "Better than ReLU on a number of image models: its authors report 0.1 to 2.2 \
                 points of ImageNet accuracy, depending on the model.",
                "在若干图像模型上优于 ReLU：作者报告 ImageNet 准确率提高 0.1 到 2.2 个百分点，视模\
                 型而定。",
            ),
            text(
                "Keeps a gradient below 0 as far as −6.14/β, but for the bottom of the dip.",
                "0 以下除最低点外仍有梯度，一直到 −6.14/β 附近。",
            ),
        ],
        limits: &[
            text(
                "Costs an exponential and a division, where ReLU costs a comparison.",
                "要计算一次指数和一次除法，而 ReLU 只需一次比较。",
            ),
            text(
                "An independent replication on CIFAR-10 found no gain over ReLU; small data sets \
                 seldom tell them apart.",
                "一项独立的 CIFAR-10 复现没有发现它优于 ReLU；小数据集上两者往往难分高下。",
            ),
            text(
                "In deep plain networks the variance has no stable fixed point (slope 1.17 at β = \
                 1): without normalisation or residual connections the signal drifts away.",
                "在深层普通网络中方差没有稳定不动点（β = 1 时斜率 1.17）：没有归一化或残差连接，信\
                 号会逐层漂移。",
            ),
            text(
                "The textbook derivative y/x + y − y²/x fails at 0, where it is 1/2.",
                "教科书上的导数公式 y/x + y − y²/x 在 0 处失效，正确值为 1/2。",
            ),
        ],
        uses: &[
            text(
                "Convolutional networks such as EfficientNet, and diffusion models.",
                "EfficientNet 等卷积网络，以及扩散模型。",
            ),
            text(
                "The gate of SwiGLU in language models.",
                "语言模型中 SwiGLU 的门。",
            ),
        ],
        papers: &[
            Paper {
                authors: "Hendrycks, Gimpel",
                title: "Gaussian error linear units (GELUs)",
                year: 2016,
                venue: "arXiv:1606.08415",
            },
            Paper {
                authors: "Elfwing, Uchibe, Doya",
                title: "Sigmoid-weighted linear units for neural network function approximation in \
                 reinforcement learning",
                year: 2017,
                venue: "arXiv:1702.03118",
            },
            Paper {
                authors: "Ramachandran, Zoph, Le",
                title: "Searching for activation functions",
                year: 2017,
                venue: "arXiv:1710.05941",
            },
        ],
        dialects: &[
            dialect("PyTorch", "torch.nn.functional.silu(input)", "no beta"),
            dialect("JAX", "jax.nn.silu(x)", "no beta"),
            dialect("Keras 3", "keras.activations.silu(x)", "no beta"),
            dialect("TensorFlow", "tf.nn.silu(features, beta=1.0)", ""),
            dialect(
                "ONNX",
                "Swish(alpha=1.0)",
                "beta is called alpha; from opset 24 on",
            ),
            dialect("Paddle", "paddle.nn.functional.silu(x)", "no beta"),
            dialect("candle", "Tensor::silu()", "no beta"),
            dialect("burn", "activation::silu(tensor)", "no beta"),
            dialect("ggml", "ggml_silu(ctx, a)", "no beta"),
        ],
    };

    const LANE_BITS: [u32; 2] = [37, 37];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 64];

    #[inline(always)]
    fn define<R: Real>(p: Swish<R>, x: R) -> R {
        x * (p.beta * x).sigmoid()
    }

    fn profile(self) -> Profile {
        if self.beta == 0.0 {
            return Profile {
                range: (Bound::open(f64::NEG_INFINITY), Bound::open(f64::INFINITY)),
                limits: (f64::NEG_INFINITY, f64::INFINITY),
                monotonicity: Monotonicity::Increasing,
                parity: Parity::Odd,
                convexity: Convexity::Linear,
                smoothness: Smoothness::Infinitely,
                kinks: Vec::new(),
                derivative_at_zero: 0.5,
                zero_centred: true,
                lipschitz: 0.5,
                saturation: Saturation::NONE,
                landmarks: vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0)],
            };
        }
        // β scales the curve and a negative β turns it about the origin, so that slopes stay what they are at β = 1.
        let at = |x: f64| x / self.beta;
        let turned = self.beta < 0.0;
        let dip = at(-0.2784645427610738);
        let end = at(-6.1429157001956165);
        Profile {
            range: if turned {
                (Bound::open(f64::NEG_INFINITY), Bound::attained(dip))
            } else {
                (Bound::attained(dip), Bound::open(f64::INFINITY))
            },
            limits: if turned {
                (f64::NEG_INFINITY, 0.0)
            } else {
                (0.0, f64::INFINITY)
            },
            monotonicity: Monotonicity::NonMonotone,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 0.5,
            zero_centred: false,
            lipschitz: 1.099839320128867,
            saturation: if turned {
                Saturation {
                    low: None,
                    high: Some(end),
                }
            } else {
                Saturation {
                    low: Some(end),
                    high: None,
                }
            },
            landmarks: vec![
                Landmark::new(
                    if turned {
                        LandmarkKind::Maximum
                    } else {
                        LandmarkKind::Minimum
                    },
                    at(-1.2784645427610737),
                    dip,
                ),
                Landmark::new(LandmarkKind::Zero, 0.0, 0.0),
                Landmark::new(
                    LandmarkKind::SteepestRise,
                    at(2.3993572805154675),
                    1.099839320128867,
                ),
                Landmark::new(
                    LandmarkKind::SteepestFall,
                    at(-2.3993572805154675),
                    -0.09983932012886691,
                ),
            ],
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(p: Swish<R>, x: R) -> R {
        if let (Some(beta), Some(x)) = (p.beta.single(), x.single()) {
            return R::from_single(swish_quick(beta, x));
        }
        gated_by_sigmoid(x, p.beta * x.finite())
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: Swish<R>, x: R) -> R {
        if let (Some(beta), Some(x)) = (p.beta.single(), x.single()) {
            return R::from_single(swish_derivative_quick(beta, x));
        }
        swish_derivative(p.beta, x)
    }
}

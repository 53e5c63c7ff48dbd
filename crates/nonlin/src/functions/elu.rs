//! ELU.

use crate::activation::Activation;
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::elementary::quick::exponential::{missing, negative_part, positive_part};
use crate::profile::{
    Bound, Convexity, Kink, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation,
    Smoothness, saturation_of_slopes,
};
use crate::real::{Lane, Real};
use crate::saved::FromValue;

crate::activation! {
    /// x, or α(eˣ − 1) below 0.
    pub struct Elu {
        /// minus the value it saturates to
        alpha ("α"): Finite = 1.0,
    }
}

impl Activation for Elu {
    const CARD: Card = Card {
        name: "elu",
        title: text("ELU", "指数线性单元"),
        aliases: &[alias("exponential_linear")],
        family: Family::Rectifier,
        year: 2015,
        summary: text(
            "x above 0 and α(eˣ − 1) below, which saturates at −α. At 0 the derivative is taken \
             from the left, α; at α = 1 both sides agree and there is no kink.",
            "0 以上为 x，0 以下为 α(eˣ − 1)，左端饱和于 −α。0 处的导数取左导数 α；α = 1 时左右一\
             致，没有折点。",
        ),
        strengths: &[
            text(
                "Negative values pull the mean towards 0: 0.161 instead of the 0.399 of ReLU, for \
                 a standard normal argument at α = 1.",
                "负值把均值拉向 0：标准正态输入且 α = 1 时为 0.161，而 ReLU 为 0.399。",
            ),
            text(
                "At α = 1 its derivative is continuous, though the second one is not.",
                "α = 1 时导数连续（二阶导数不连续）。",
            ),
            text(
                "Initialised on the edge of chaos it trains very deep plain networks far better \
                 than ReLU: 91.6 % against 46.5 % after ten epochs on MNIST with 300 layers.",
                "初始化在混沌边缘时，极深普通网络的训练效果远好于 ReLU：300 层网络在 MNIST 上训练 \
                 10 轮，准确率为 91.6 % 对 46.5 %。",
            ),
        ],
        limits: &[
            text("Needs an exponential below 0.", "0 以下需要计算指数。"),
            text(
                "Saturates on the left (under 1 % below −4.61 at α = 1): in a pilot, after one \
                 destructive step a network with it recovered no better than one with ReLU \
                 (42.6 % against 54.7 % on handwritten digits), so it is no sure cure for dying \
                 units.",
                "左侧会饱和（α = 1 时在 −4.61 以下导数不足 1 %）：在一次试验中，经破坏性更新之后，\
                 用它的网络恢复得并不比 ReLU 好（手写数字上 42.6 % 对 54.7 %），因此并不能根治神经\
                 元死亡。",
            ),
            text(
                "For α other than 1 it has a kink at 0, and above 1 it is not convex.",
                "α 不等于 1 时在 0 处有折点，大于 1 时不再是凸函数。",
            ),
        ],
        uses: &[text(
            "Deep networks without normalisation layers.",
            "不使用归一化层的深层网络。",
        )],
        papers: &[
            Paper {
                authors: "Clevert, Unterthiner, Hochreiter",
                title: "Fast and accurate deep network learning by exponential linear units (ELUs)",
                year: 2015,
                venue: "ICLR 2016, arXiv:1511.07289",
            },
            Paper {
                authors: "Hayou, Doucet, Rousseau",
                title: "On the impact of the activation function on deep neural networks training",
                year: 2019,
                venue: "ICML, arXiv:1902.06853",
            },
        ],
        dialects: &[
            dialect("PyTorch", "torch.nn.functional.elu(input, alpha=1.0)", ""),
            dialect("JAX", "jax.nn.elu(x, alpha=1.0)", ""),
            dialect("Keras 3", "keras.activations.elu(x, alpha=1.0)", ""),
            dialect("TensorFlow", "tf.nn.elu(features)", "alpha fixed at 1"),
            dialect("ONNX", "Elu(alpha=1.0)", ""),
            dialect("Paddle", "paddle.nn.functional.elu(x, alpha=1.0)", ""),
            dialect("candle", "Tensor::elu(alpha)", "no default"),
            dialect(
                "burn",
                "activation::elu(tensor, alpha)",
                "no default, EluConfig has 1",
            ),
            dialect("ggml", "ggml_elu(ctx, a)", "alpha fixed at 1"),
        ],
    };

    const LANE_BITS: [u32; 2] = [36, 37];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 64];

    #[inline(always)]
    fn define<R: Real>(p: Elu<R>, x: R) -> R {
        let zero = x.constant(0.0);
        // The exponential sees no positive argument, so that it cannot overflow into the derivative.
        x.up_to(zero, p.alpha * zero.below(x, zero, x).exp_m1(), x)
    }

    fn profile(self) -> Profile {
        let alpha = self.alpha;
        let smooth = alpha == 1.0;
        let lipschitz = alpha.abs().max(1.0);
        // E φ(z) is the first constant minus α times the second, which is 1/2 − √e·Φ(−1).
        let mean = 0.3989422804014327 - alpha * 0.23842170813487663;
        Profile {
            range: (
                if alpha > 0.0 {
                    Bound::open(-alpha)
                } else {
                    Bound::attained(0.0)
                },
                Bound::open(f64::INFINITY),
            ),
            limits: (-alpha, f64::INFINITY),
            monotonicity: if alpha > 0.0 {
                Monotonicity::Increasing
            } else if alpha == 0.0 {
                Monotonicity::NonDecreasing
            } else {
                Monotonicity::NonMonotone
            },
            parity: Parity::Neither,
            convexity: if (0.0..=1.0).contains(&alpha) {
                Convexity::Convex
            } else {
                Convexity::Neither
            },
            smoothness: if smooth {
                Smoothness::Once
            } else {
                Smoothness::Continuous
            },
            kinks: if smooth {
                Vec::new()
            } else {
                vec![Kink {
                    at: 0.0,
                    left: alpha,
                    right: 1.0,
                    taken: alpha,
                }]
            },
            derivative_at_zero: alpha,
            zero_centred: mean.abs() < 1e-12,
            lipschitz,
            saturation: Saturation {
                // |α|eˣ is 1 % of the largest slope.
                low: Some(if alpha == 0.0 {
                    0.0
                } else {
                    (0.01 * lipschitz / alpha.abs()).ln().min(0.0)
                }),
                ..saturation_of_slopes(alpha, 1.0)
            },
            landmarks: if alpha > 0.0 {
                vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0)]
            } else if alpha < 0.0 {
                vec![Landmark::new(LandmarkKind::Minimum, 0.0, 0.0)]
            } else {
                Vec::new()
            },
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(p: Elu<R>, x: R) -> R {
        if let (Some(alpha), Some(x)) = (p.alpha.single(), x.single()) {
            // Below 0 the first part is −0, so that −0 stays −0.
            let missing = missing(negative_part(x, -20.0));
            return R::from_single(missing.mul_add(-alpha, positive_part(x)));
        }
        // −0 takes the side that keeps it.
        x.below(x.constant(0.0), p.alpha * x.at_most(0.0).exp_m1_down(), x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: Elu<R>, x: R) -> R {
        x.up_to(
            x.constant(0.0),
            p.alpha * x.at_most(0.0).exp_down(),
            x.constant(1.0),
        )
    }
}

impl FromValue for Elu {
    const NON_NEGATIVE: Option<&'static str> = Some("alpha");

    #[inline(always)]
    fn derivative_from_value<R: Lane>(p: Elu<R>, y: R) -> R {
        // αeˣ is y + α.
        y.up_to(y.constant(0.0), y + p.alpha, y.constant(1.0))
    }
}

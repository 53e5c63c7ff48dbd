//! Hard sigmoid.

use crate::activation::{Activation, Order};
use crate::card::{Card, Family, Paper, alias, alias_at, dialect, text};
use crate::double_double::DoubleDouble;
use crate::profile::{
    Bound, Convexity, Kink, Monotonicity, Parity, Profile, Saturation, Smoothness,
};
use crate::real::{Lane, Real};
use crate::saved::{FromValue, PiecewiseLinear};

crate::activation! {
    /// slope·x + offset, held between 0 and 1.
    pub struct HardSigmoid {
        /// the slope of the middle piece
        slope ("a"): Positive = 1.0 / 6.0,
        /// the value at 0
        offset ("b"): Finite = 0.5,
    }
}

impl HardSigmoid {
    /// Where it leaves 0 and where it reaches 1, with the bits that exact kernels compare to.
    fn kinks(self) -> (f64, f64) {
        let [one, slope, offset] = [1.0, self.slope, self.offset].map(DoubleDouble::parameter);
        let (from, to) = (-(offset / slope), (one - offset) / slope);
        (from.high[0], to.high[0])
    }
}

impl Activation for HardSigmoid {
    const CARD: Card = Card {
        name: "hard_sigmoid",
        title: text("hard sigmoid", "硬 Sigmoid"),
        aliases: &[
            alias("hardsigmoid"),
            alias_at("hard_logistic", &[("slope", 0.25)]),
            alias_at("hard_sigmoid_onnx", &[("slope", 0.2)]),
        ],
        family: Family::Sigmoidal,
        year: 2015,
        summary: text(
            "A straight line held between 0 and 1, an imitation of the sigmoid without an \
             exponential. At both kinks (±3 at the default slope 1/6) the derivative is taken as \
             0.",
            "截断在 0 与 1 之间的直线，不用指数而模仿 sigmoid。两个折点处（默认斜率 1/6 时为 ±3）\
             的导数取 0。",
        ),
        strengths: &[
            text(
                "Costs a multiplication and two comparisons, and fits integer arithmetic.",
                "只需一次乘法和两次比较，适合整数运算。",
            ),
            text(
                "Reaches 0 and 1 exactly, so that a gate can close and open completely.",
                "能精确取到 0 和 1，门可以完全关闭或完全打开。",
            ),
        ],
        limits: &[
            text(
                "The derivative is exactly 0 beyond the kinks: a unit that leaves the middle \
                 piece gets no gradient back.",
                "折点之外导数恰为 0，离开中间段的神经元得不到任何梯度。",
            ),
            text(
                "Three slopes go by this name: 1/6, 0.2 and 0.25 (the tangent at 0); they miss \
                 the sigmoid by up to 0.069, 0.076 and 0.119.",
                "同一名称对应三种斜率：1/6、0.2 与 0.25（0 处切线），与 sigmoid 的最大误差依次为 \
                 0.069、0.076 与 0.119。",
            ),
            text(
                "Its values are never negative, so the mean it passes on is not 0.",
                "取值从不为负，传给下一层的均值不为 0。",
            ),
        ],
        uses: &[
            text(
                "Squeeze-and-excitation gates and hard swish on mobile devices (MobileNetV3).",
                "移动端网络（MobileNetV3）的 SE 门以及 hard swish。",
            ),
            text("Stochastic binarisation of weights.", "权重的随机二值化。"),
        ],
        papers: &[Paper {
            authors: "Courbariaux, Bengio, David",
            title: "BinaryConnect: training deep neural networks with binary weights during \
                 propagations",
            year: 2015,
            venue: "NIPS, arXiv:1511.00363",
        }],
        dialects: &[
            dialect(
                "PyTorch",
                "torch.nn.functional.hardsigmoid(input)",
                "slope 1/6 fixed",
            ),
            dialect("JAX", "jax.nn.hard_sigmoid(x)", "slope 1/6 fixed"),
            dialect(
                "Keras 3",
                "keras.activations.hard_sigmoid(x)",
                "slope 1/6 fixed; Keras 2 had 0.2",
            ),
            dialect(
                "ONNX",
                "HardSigmoid(alpha=0.2, beta=0.5)",
                "default slope 0.2",
            ),
            dialect(
                "Paddle",
                "paddle.nn.functional.hardsigmoid(x, slope=0.1666667, offset=0.5)",
                "1/6 is rounded to seven digits",
            ),
            dialect(
                "candle",
                "candle_nn::ops::hard_sigmoid(xs)",
                "slope 1/6 fixed; derivative 1/12 at the kinks",
            ),
            dialect(
                "burn",
                "activation::hard_sigmoid(tensor, alpha, beta)",
                "HardSigmoidConfig defaults to alpha=0.2; at the kinks the derivative is alpha",
            ),
            dialect("ggml", "ggml_hardsigmoid(ctx, a)", "slope 1/6 fixed"),
        ],
    };

    const LANE_BITS: [u32; 2] = [48, 48];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 64];

    const POLYNOMIAL: bool = true;
    const HAS_TIES: bool = true;

    fn middle_is_exact(self, order: Order) -> bool {
        // (x + 3)/6 is a middle for one x in twelve of [1/2, 1]. The factor next to 1/6 is off by 2⁻⁵⁴ of it, which is less
        // than half the spacing of the product; and what is no middle is farther from one than 2⁻⁵¹.
        let usual = HardSigmoid::default();
        order == Order::Value && (self.slope, self.offset) == (usual.slope, usual.offset)
    }

    #[inline(always)]
    fn define<R: Real>(p: HardSigmoid<R>, x: R) -> R {
        let (zero, one) = (x.constant(0.0), x.constant(1.0));
        let from = -(p.offset / p.slope);
        let to = (one - p.offset) / p.slope;
        x.up_to(from, zero, to.up_to(x, one, x.line(p.slope, p.offset)))
    }

    fn profile(self) -> Profile {
        let (from, to) = self.kinks();
        Profile {
            range: (Bound::attained(0.0), Bound::attained(1.0)),
            limits: (0.0, 1.0),
            monotonicity: Monotonicity::NonDecreasing,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Continuous,
            kinks: vec![
                Kink {
                    at: from,
                    left: 0.0,
                    right: self.slope,
                    taken: 0.0,
                },
                Kink {
                    at: to,
                    left: self.slope,
                    right: 0.0,
                    taken: 0.0,
                },
            ],
            derivative_at_zero: if from < 0.0 && 0.0 < to {
                self.slope
            } else {
                0.0
            },
            zero_centred: false,
            lipschitz: self.slope,
            saturation: Saturation {
                low: Some(from),
                high: Some(to),
            },
            landmarks: Vec::new(),
        }
    }
}

impl FromValue for HardSigmoid {
    #[inline(always)]
    fn derivative_from_value<R: Lane>(p: HardSigmoid<R>, y: R) -> R {
        let (zero, one) = (y.constant(0.0), y.constant(1.0));
        y.up_to(zero, zero, one.up_to(y, zero, p.slope))
    }
}

impl PiecewiseLinear for HardSigmoid {
    fn slopes(self) -> [f64; 2] {
        [0.0, self.slope]
    }
}

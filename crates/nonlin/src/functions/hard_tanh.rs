//! Hard tanh.

use crate::activation::Activation;
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::error::Error;
use crate::profile::{
    Bound, Convexity, Kink, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation,
    Smoothness,
};
use crate::real::{Lane, Real};
use crate::saved::{FromValue, PiecewiseLinear};

crate::activation! {
    /// x held between min and max.
    pub struct HardTanh {
        /// the least value
        min ("min"): Finite = -1.0,
        /// the greatest value
        max ("max"): Finite = 1.0,
    }
}

impl Activation for HardTanh {
    const CARD: Card = Card {
        name: "hard_tanh",
        title: text("hard tanh", "硬 Tanh"),
        aliases: &[alias("hardtanh")],
        family: Family::Sigmoidal,
        year: 2004,
        summary: text(
            "The argument held between min and max, by default −1 and 1. At both kinks the \
             derivative is taken as 0.",
            "把输入截断在 min 与 max 之间，默认为 −1 与 1。两个折点处的导数都取 0。",
        ),
        strengths: &[
            text(
                "Two comparisons and no arithmetic.",
                "只有两次比较，没有算术运算。",
            ),
            text(
                "Exactly x in the middle, and odd when min = −max.",
                "中间段恰好等于 x；当 min = −max 时为奇函数。",
            ),
        ],
        limits: &[
            text(
                "The gradient is 0 outside the interval, at once and not gradually as with tanh.",
                "区间之外梯度立刻变为 0，而不像 tanh 那样逐渐减小。",
            ),
            text(
                "Misses tanh by up to 0.238, at ±1.",
                "与 tanh 的最大误差为 0.238，出现在 ±1 处。",
            ),
        ],
        uses: &[
            text(
                "Fast tagging and language networks of the 2000s and 2010s.",
                "2000 至 2010 年代追求速度的序列标注与语言网络。",
            ),
            text(
                "The stand-in derivative for the sign function in binarised networks.",
                "二值化网络中符号函数的替代导数。",
            ),
        ],
        papers: &[
            Paper {
                authors: "Collobert",
                title: "Large scale machine learning",
                year: 2004,
                venue: "PhD thesis, Université de Paris VI",
            },
            Paper {
                authors: "Collobert, Weston, Bottou, Karlen, Kavukcuoglu, Kuksa",
                title: "Natural language processing (almost) from scratch",
                year: 2011,
                venue: "JMLR 12",
            },
            Paper {
                authors: "Hubara, Courbariaux, Soudry, El-Yaniv, Bengio",
                title: "Binarized neural networks",
                year: 2016,
                venue: "NIPS",
            },
        ],
        dialects: &[
            dialect(
                "PyTorch",
                "torch.nn.functional.hardtanh(input, min_val=-1.0, max_val=1.0)",
                "",
            ),
            dialect(
                "JAX",
                "jax.nn.hard_tanh(x)",
                "limits fixed at ±1; derivative 1 at the kinks",
            ),
            dialect(
                "Keras 3",
                "keras.activations.hard_tanh(x)",
                "limits fixed at ±1; on TensorFlow derivative 1 at the kinks",
            ),
            dialect(
                "ONNX",
                "Clip(min=-1, max=1)",
                "the limits are inputs and have no default",
            ),
            dialect(
                "Paddle",
                "paddle.nn.functional.hardtanh(x, min=-1.0, max=1.0)",
                "",
            ),
            dialect(
                "burn",
                "activation::hardtanh(tensor, min_val, max_val)",
                "derivative 1 at the kinks",
            ),
        ],
    };

    const SELECTS_ONLY: bool = true;

    #[inline(always)]
    fn define<R: Real>(p: HardTanh<R>, x: R) -> R {
        x.up_to(p.min, p.min, p.max.up_to(x, p.max, x))
    }

    fn profile(self) -> Profile {
        let symmetric = self.min == -self.max;
        let through_zero = self.min < 0.0 && 0.0 < self.max;
        Profile {
            range: (Bound::attained(self.min), Bound::attained(self.max)),
            limits: (self.min, self.max),
            monotonicity: Monotonicity::NonDecreasing,
            parity: if symmetric {
                Parity::Odd
            } else {
                Parity::Neither
            },
            convexity: Convexity::Neither,
            smoothness: Smoothness::Continuous,
            kinks: vec![
                Kink {
                    at: self.min,
                    left: 0.0,
                    right: 1.0,
                    taken: 0.0,
                },
                Kink {
                    at: self.max,
                    left: 1.0,
                    right: 0.0,
                    taken: 0.0,
                },
            ],
            derivative_at_zero: if through_zero { 1.0 } else { 0.0 },
            // What lies beyond 6.8 standard deviations changes the mean by less than 1e-12.
            zero_centred: self.min.max(-6.8) == -self.max.min(6.8),
            lipschitz: 1.0,
            saturation: Saturation {
                low: Some(self.min),
                high: Some(self.max),
            },
            landmarks: if through_zero {
                vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0)]
            } else {
                Vec::new()
            },
        }
    }

    fn validate(self) -> Result<(), Error> {
        if self.min < self.max {
            return Ok(());
        }
        Err(Error::OutOfDomain {
            function: Self::CARD.name,
            parameter: "max",
            domain: format!("> min = {}", self.min),
            value: self.max,
        })
    }
}

impl FromValue for HardTanh {
    #[inline(always)]
    fn derivative_from_value<R: Lane>(p: HardTanh<R>, y: R) -> R {
        let (zero, one) = (y.constant(0.0), y.constant(1.0));
        y.up_to(p.min, zero, p.max.up_to(y, zero, one))
    }
}

impl PiecewiseLinear for HardTanh {
    fn slopes(self) -> [f64; 2] {
        [0.0, 1.0]
    }
}

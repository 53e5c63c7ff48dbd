//! Hard swish.

use crate::activation::{Activation, Order};
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::profile::{
    Bound, Convexity, Kink, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation,
    Smoothness,
};
use crate::real::{Lane, Real};

crate::activation! {
    /// x·(x + 3)/6 between −3 and 3, 0 before and x after.
    pub struct HardSwish;
}

/// Of fast kernels, which multiply by it: a division takes four times as long.
const SIXTH: f32 = 1.0 / 6.0;

/// 1/6 in the lanes of x, to multiply by: a division takes longer than all the rest.
#[inline(always)]
fn sixth<R: Lane>(x: R) -> R {
    x.long(1.0 / 6.0, 9.25185853854297e-18)
}

impl Activation for HardSwish {
    const CARD: Card = Card {
        name: "hard_swish",
        title: text("hard swish", "硬 Swish"),
        aliases: &[alias("hardswish"), alias("hard_silu")],
        family: Family::SmoothRectifier,
        year: 2019,
        summary: text(
            "x times the hard sigmoid of slope 1/6: 0 up to −3, a parabola to 3, x from there. At \
             its kinks the derivative is taken as 0 at −3 and 1 at 3, from the straight pieces.",
            "x 乘以斜率 1/6 的 hard sigmoid：−3 以下为 0，−3 到 3 之间为抛物线，3 以上为 x。折点处\
             的导数取直线段一侧的值：−3 处为 0，3 处为 1。",
        ),
        strengths: &[
            text(
                "Swish without an exponential, within 0.142 of it.",
                "不含指数的 swish，与之相差不超过 0.142。",
            ),
            text(
                "Piecewise polynomial, hence at home in 8-bit integers.",
                "分段多项式，适合 8 位整数运算。",
            ),
        ],
        limits: &[
            text(
                "Not smooth: the slope jumps by 1/2 at −3 and at 3, and frameworks disagree about \
                 the derivative there.",
                "并不光滑：斜率在 ±3 处各跳变 1/2，各框架在此处的导数约定不一。",
            ),
            text(
                "The gradient is exactly 0 below −3, so units can die there.",
                "−3 以下梯度恰为 0，神经元可能在此死亡。",
            ),
            text(
                "Its slope reaches 1.5 just below 3, more than that of swish (1.10).",
                "在 3 的左侧斜率达到 1.5，高于 swish 的 1.10。",
            ),
        ],
        uses: &[text(
            "Mobile networks: MobileNetV3, text recognition on devices.",
            "移动端网络：MobileNetV3、端侧文字识别。",
        )],
        papers: &[Paper {
            authors: "Howard, Sandler, Chu, Chen, Chen, Tan, Wang, Zhu, Pang, Vasudevan, Le, Adam",
            title: "Searching for MobileNetV3",
            year: 2019,
            venue: "ICCV, arXiv:1905.02244",
        }],
        dialects: &[
            dialect("PyTorch", "torch.nn.functional.hardswish(input)", ""),
            dialect("JAX", "jax.nn.hard_silu(x)", ""),
            dialect("Keras 3", "keras.activations.hard_silu(x)", ""),
            dialect("ONNX", "HardSwish", "from opset 14 on"),
            dialect("Paddle", "paddle.nn.functional.hardswish(x)", ""),
            dialect(
                "NNlib",
                "hardswish(x)",
                "derivative −1/2 at −3 and 3/2 at 3",
            ),
            dialect(
                "candle",
                "candle_nn::Activation::HardSwish",
                "derivative −1/4 at −3 and 5/4 at 3",
            ),
            dialect(
                "burn",
                "activation::hard_swish(tensor)",
                "derivative −1/2 at −3 and 3/2 at 3",
            ),
            dialect("ggml", "ggml_hardswish(ctx, a)", ""),
        ],
    };

    const LANE_BITS: [u32; 2] = [48, 48];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 64];

    const POLYNOMIAL: bool = true;
    const HAS_TIES: bool = true;

    fn middle_is_exact(self, order: Order) -> bool {
        // (2x + 3)/6: the numerator is exact where the quotient is a middle. The factor next to 1/6 is off by 2⁻⁵⁴ of it, which is no
        // more than half the spacing of the product; and what is no middle is a sixth of a spacing away from one.
        order == Order::Derivative
    }

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        let (zero, three, six) = (x.constant(0.0), x.constant(3.0), x.constant(6.0));
        x.up_to(-three, zero, three.up_to(x, x, x * (x + three) / six))
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::attained(-0.375), Bound::open(f64::INFINITY)),
            limits: (0.0, f64::INFINITY),
            monotonicity: Monotonicity::NonMonotone,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Continuous,
            kinks: vec![
                Kink {
                    at: -3.0,
                    left: 0.0,
                    right: -0.5,
                    taken: 0.0,
                },
                Kink {
                    at: 3.0,
                    left: 1.5,
                    right: 1.0,
                    taken: 1.0,
                },
            ],
            derivative_at_zero: 0.5,
            zero_centred: false,
            lipschitz: 1.5,
            saturation: Saturation {
                low: Some(-3.0),
                high: None,
            },
            landmarks: vec![
                Landmark::new(LandmarkKind::Minimum, -1.5, -0.375),
                Landmark::new(LandmarkKind::Zero, 0.0, 0.0),
            ],
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(_: Self, x: R) -> R {
        if let Some(x) = x.single() {
            // x + 3 loses nothing next to −3, where it is small; and x·(x + 3) comes before the sixth, which a subnormal x would lose.
            let inside = x * (x + 3.0) * SIXTH;
            let above = if x >= 3.0 { x } else { inside };
            return R::from_single(if x <= -3.0 { 0.0 } else { above });
        }
        let (zero, three) = (x.constant(0.0), x.constant(3.0));
        x.up_to(-three, zero, three.up_to(x, x, x * (x + three) * sixth(x)))
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        if let Some(x) = x.single() {
            let inside = ((x + x) + 3.0) * SIXTH;
            let above = if x >= 3.0 { 1.0 } else { inside };
            return R::from_single(if x <= -3.0 { 0.0 } else { above });
        }
        let (zero, one, three) = (x.constant(0.0), x.constant(1.0), x.constant(3.0));
        x.up_to(
            -three,
            zero,
            three.up_to(x, one, (x + x + three) * sixth(x)),
        )
    }
}

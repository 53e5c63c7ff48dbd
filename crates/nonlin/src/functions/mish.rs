//! Mish.

use super::shared::{distance, near_root};
use crate::activation::Activation;
use crate::card::{Card, Family, Paper, dialect, text};
use crate::elementary::coefficients::{MISH_NEAR_FULL, MISH_NEAR_WIDE, MISH_ROOT};
use crate::elementary::quick::coefficients::{
    MISH_DIP, MISH_DIP_LINE, MISH_DIP_PLACE, MISH_DIP_RISE, MISH_DIP_SQUARE,
};
use crate::elementary::quick::exponential::{
    LIFTED, LOWERED, LOWEST, Power, at_least, at_most, held, positive_part, quotient, sum,
};
use crate::profile::{
    Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness,
};
use crate::real::{Lane, Real};

crate::activation! {
    /// x·tanh(ln(1 + eˣ)).
    pub struct Mish;
}

/// max(x, 0) less |x|·e(e + 2)/d for x < 0 and less 2|x|/d above, with d = e(e + 2) + 2, whose rounding error is put
/// right.
#[inline(always)]
fn quick_value(x: f32) -> f32 {
    // From 20 on the value is x.
    let held = at_least(at_most(x, 20.0), LOWEST);
    let power = Power::of(held);
    let a = held.abs();
    let ae = power.lifted_times(a);
    let e = power.lifted() * LOWERED;
    let below = e.mul_add(ae, ae + ae);
    let n = if x < 0.0 { below } else { a * (2.0 * LIFTED) };
    quotient((n, 0.0), sum(e, e + 2.0, 2.0)).mul_add(-LOWERED, positive_part(x))
}

/// e·w/(e² + 2e + 2)² with w = 4(x + 1) + 4e² + e³ + e(4x + 6). For any e₀, w is K(x − x₀) + (e − e₀)B with K = 4(1 + e₀) and
/// B = 4x + 6 + 4(e + e₀) + e² + e·e₀ + e₀²: with an e₀ next to the e at the zero both terms vanish there and have one sign.
#[inline(always)]
fn quick_derivative(x: f32) -> f32 {
    // From 12.5 on the derivative is 1.
    let x = held(x, LOWEST, 12.5);
    let power = MISH_DIP.power((-x, 0.0), MISH_DIP.exponent[0] + x);
    let lifted = power.lifted();
    // e/e₀.
    let e = lifted * LOWERED;

    let [place, place_low] = MISH_DIP_PLACE;
    let distance = x + place;
    let line = MISH_DIP_LINE * distance;
    let distance_low = (place - (distance - x)) + place_low;
    let line_low = MISH_DIP_LINE.mul_add(distance_low, MISH_DIP_LINE.mul_add(distance, -line));
    let [b0, b1, b2, of_x] = MISH_DIP_RISE;
    let rise = e.mul_add(e.mul_add(b2, b1), x.mul_add(of_x, b0));
    let (w, w_low) = sum(rise, power.lifted_less_one(), line);

    let [d0, d1, d2, d3, d4] = MISH_DIP_SQUARE;
    let (inner, inner_low) = sum(e, e.mul_add(e.mul_add(d4, d3), d2), d1);
    let (square, square_low) = sum(e, inner, d0);
    let n = lifted * w;
    let n_low = lifted.mul_add(w_low + line_low, lifted.mul_add(w, -n));
    quotient((n, n_low), (square, e.mul_add(inner_low, square_low))) * LOWERED
}

impl Activation for Mish {
    const CARD: Card = Card {
        name: "mish",
        title: text("mish", "Mish 函数"),
        aliases: &[],
        family: Family::SmoothRectifier,
        year: 2019,
        summary: text(
            "x·tanh(softplus(x)): like swish, with a dip to −0.309 at −1.192. Smooth everywhere; \
             the derivative at 0 is 0.6.",
            "x·tanh(softplus(x))：形似 swish，在 −1.192 处下探到 −0.309。处处光滑，0 处导数为 \
             0.6。",
        ),
        strengths: &[
            text(
                "Smooth and not monotone, as swish is, with a slightly deeper dip.",
                "与 swish 一样光滑且非单调，下凹略深。",
            ),
            text(
                "Slightly ahead on some tasks: in its author’s 23 runs of SqueezeNet on CIFAR-10 \
                 it reached 87.48 % against 87.32 % for swish and 86.66 % for ReLU.",
                "在部分任务上略占上风：作者在 CIFAR-10 上用 SqueezeNet 跑 23 次，平均 87.48 %，\
                 swish 为 87.32 %，ReLU 为 86.66 %。",
            ),
        ],
        limits: &[
            text(
                "Costly where it is computed as it is written: an exponential, a logarithm and a \
                 tanh; one exponential and a division suffice.",
                "照公式直接计算很贵：指数、对数、tanh 各一次；其实一次指数加一次除法即可。",
            ),
            text(
                "The lead over swish is within the spread of the runs.",
                "相对 swish 的领先在多次运行的波动范围之内。",
            ),
            text(
                "Its variance map is unstable, though least so of its kind (slope 1.08).",
                "方差映射同样不稳定，只是在同类中程度最轻（斜率 1.08）。",
            ),
        ],
        uses: &[text("Object detection (YOLOv4).", "目标检测（YOLOv4）。")],
        papers: &[Paper {
            authors: "Misra",
            title: "Mish: a self regularized non-monotonic activation function",
            year: 2019,
            venue: "BMVC 2020, arXiv:1908.08681",
        }],
        dialects: &[
            dialect("PyTorch", "torch.nn.functional.mish(input)", ""),
            dialect("JAX", "jax.nn.mish(x)", ""),
            dialect("Keras 3", "keras.activations.mish(x)", ""),
            dialect("ONNX", "Mish", "from opset 18 on"),
            dialect("Paddle", "paddle.nn.functional.mish(x)", ""),
            dialect(
                "candle",
                "candle_nn::ops::mish(xs)",
                "gradient NaN from 89 on in f32 (candle 0.11.1)",
            ),
            dialect("burn", "activation::mish(tensor)", ""),
        ],
    };

    const LANE_BITS: [u32; 2] = [37, 36];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 62];

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        x * x.softplus().tanh()
    }

    fn profile(self) -> Profile {
        Profile {
            range: (
                Bound::attained(-0.30884341301725043),
                Bound::open(f64::INFINITY),
            ),
            limits: (0.0, f64::INFINITY),
            monotonicity: Monotonicity::NonMonotone,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 0.6,
            zero_centred: false,
            lipschitz: 1.088498161251728,
            saturation: Saturation {
                low: Some(-6.15874130963221),
                high: None,
            },
            landmarks: vec![
                Landmark::new(
                    LandmarkKind::Minimum,
                    -1.1924312145154952,
                    -0.30884341301725043,
                ),
                Landmark::new(LandmarkKind::Zero, 0.0, 0.0),
                Landmark::new(
                    LandmarkKind::SteepestRise,
                    1.4905711794854284,
                    1.088498161251728,
                ),
                Landmark::new(
                    LandmarkKind::SteepestFall,
                    -2.256376396360793,
                    -0.11252612238946255,
                ),
            ],
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(_: Self, x: R) -> R {
        if let Some(x) = x.single() {
            return R::from_single(quick_value(x));
        }
        // tanh(ln(1 + e)) = e(e + 2)/(e(e + 2) + 2), which is 1 to the last bit from x = 40 on.
        let two = x.constant(2.0);
        let held = x.at_least(-800.0);
        let e = held.at_most(40.0).exp_down();
        let w = e * (e + two);
        held * (w / (w + two))
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        if let Some(x) = x.single() {
            return R::from_single(quick_derivative(x));
        }
        let held = x.at_least(-800.0).at_most(40.0);
        let e = held.exp_down();
        let (two, four) = (x.constant(2.0), x.constant(4.0));
        // e·w/d² with w = 4(x + 1) + 4e² + e³ + e(4x + 6) and d = e² + 2e + 2.
        let w = (e + four).mul_add(e, x.constant(6.0)).mul_add(e, four)
            + four * held * (x.constant(1.0) + e);
        let d = (e + two).mul_add(e, two);
        near_root(
            distance(x, MISH_ROOT),
            (&MISH_NEAR_WIDE, &MISH_NEAR_FULL),
            e * w / (d * d),
        )
    }
}

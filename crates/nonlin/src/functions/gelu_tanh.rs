//! GELU (tanh form).

use super::shared::{distance, gated_by_sigmoid, gated_derivative, near_root};
use crate::activation::Activation;
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::elementary::coefficients::{GELU_TANH_NEAR_FULL, GELU_TANH_NEAR_WIDE, GELU_TANH_ROOT};
use crate::elementary::quick::coefficients::{
    GELU_TANH_CUBIC, GELU_TANH_DIP, GELU_TANH_DIP_LINE, GELU_TANH_DIP_PLACE, GELU_TANH_LINEAR,
};
use crate::elementary::quick::exponential::{
    LOWERED, Ratio, Reduced, gated, magnitude, positive_part, sum,
};
use crate::profile::{
    Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness,
};
use crate::real::{Lane, Real};

crate::activation! {
    /// x/2·(1 + tanh(√(2/π)(x + 0.044715x³))), an approximation of GELU.
    pub struct GeluTanh;
}

/// 2√(2/π).
const TWICE_SCALE: (f64, f64) = (1.5957691216057308, -9.96930880911092e-17);

/// 2√(2/π)(x + 0.044715x³).
#[inline(always)]
fn exponent<R: Lane>(x: R) -> R {
    let cubic = (x * x).mul_add(x.constant(0.044715), x.constant(1.0)) * x;
    x.long(TWICE_SCALE.0, TWICE_SCALE.1) * cubic
}

/// Where x·σ(t) rounds to 0.
const QUICK_REACH: f32 = 10.85;
/// Where the derivative does.
const QUICK_REACH_OF_SLOPE: f32 = 10.915;

/// t/x with σ(t) the gate, as a sum, for |x| ≤ 11: the exponent may not be rounded.
#[inline(always)]
fn quick_factor(x: f32) -> (f32, f32) {
    let ([a, a_low], [b, b_low]) = (GELU_TANH_LINEAR, GELU_TANH_CUBIC);
    let square = x * x;
    let square_low = x.mul_add(x, -square);
    let high = b.mul_add(square, a);
    // `a` is a multiple of 2⁻²⁰ and a ≤ high < 16, so that a − high is exact.
    let low = b.mul_add(square, a - high);
    (
        high,
        b.mul_add(square_low, low) + b_low.mul_add(square, a_low),
    )
}

#[inline(always)]
fn quick_value(x: f32) -> f32 {
    let a = magnitude(x, QUICK_REACH);
    let (factor, low) = quick_factor(a);
    let e: Ratio = Reduced::of_long_product(factor, low, -a).ratio();
    positive_part(x) - gated(a, e)
}

/// v = e(1 − s + e)/(1 + e)² with e = e^{−t} and s = x·t′ at |x| for x < 0, and 1 − v else.
#[inline(always)]
fn quick_derivative(x: f32) -> f32 {
    let a = magnitude(x, QUICK_REACH_OF_SLOPE);
    let (factor, low) = quick_factor(a);
    let t = factor * a;
    let low = low.mul_add(a, factor.mul_add(a, -t));
    let e = GELU_TANH_DIP.power((t, low), GELU_TANH_DIP.exponent[0] - t);

    // 1 + e₀ − s is (x₀ − a)P(a).
    let [c0, c1, c2] = GELU_TANH_DIP_LINE;
    let (p, p_low) = sum(a, c2.mul_add(a, c1), c0);
    let [place, place_low] = GELU_TANH_DIP_PLACE;
    let distance = place - a;
    let d = distance * p;
    let d_low = place_low.mul_add(p, p_low.mul_add(distance, distance.mul_add(p, -d)));
    let (line, line_low) = GELU_TANH_DIP.line(e, (d, d_low));

    // Times e/(1 + e)², whose own division is put right.
    let square = GELU_TANH_DIP.square_of_one_plus(e, 0);
    let inverse = 1.0 / square;
    let e = e.lifted();
    let gate = e * inverse;
    let gate_low = gate.mul_add(-square, e) * inverse;
    let v = line.mul_add(gate, line.mul_add(gate_low, line_low * gate)) * LOWERED;
    if x < 0.0 { v } else { 1.0 - v }
}

impl Activation for GeluTanh {
    const CARD: Card = Card {
        name: "gelu_tanh",
        title: text("GELU (tanh form)", "GELU（tanh 近似）"),
        aliases: &[
            alias("gelu_approximate"),
            alias("gelu_new"),
            alias("gelu_pytorch_tanh"),
        ],
        family: Family::SmoothRectifier,
        year: 2016,
        summary: text(
            "GELU with the normal distribution function replaced by a tanh of a cubic; it differs \
             from GELU by at most 0.00047, at |x| = 2.70. Smooth everywhere.",
            "用三次多项式的 tanh 近似正态分布函数的 GELU；与 GELU 最多相差 0.00047，出现在 |x| = \
             2.70 处。处处光滑。",
        ),
        strengths: &[
            text(
                "Needs a tanh instead of an error function, which many libraries have only slowly.",
                "只需 tanh 而不需误差函数，后者在不少库中很慢。",
            ),
            text(
                "Close enough to GELU that no plot tells them apart.",
                "与 GELU 极为接近，画在图上也看不出差别。",
            ),
        ],
        limits: &[
            text(
                "Not GELU: models trained with one form give slightly other results with the \
                 other.",
                "毕竟不是 GELU：用一种形式训练的模型换成另一种，结果会略有出入。",
            ),
            text(
                "Written with 1 + tanh it cancels to 0 in its left tail, from about −5 on in f32.",
                "写成 1 + tanh 时左尾因相消而变为 0，f32 中约从 −5 起。",
            ),
            text(
                "Dearer than swish, which has the same shape.",
                "比形状相近的 swish 更贵。",
            ),
        ],
        uses: &[text(
            "GPT-2 and the models that follow it.",
            "GPT-2 及沿用其结构的模型。",
        )],
        papers: &[Paper {
            authors: "Hendrycks, Gimpel",
            title: "Gaussian error linear units (GELUs)",
            year: 2016,
            venue: "arXiv:1606.08415",
        }],
        dialects: &[
            dialect(
                "PyTorch",
                "torch.nn.functional.gelu(input, approximate=\"tanh\")",
                "not the default",
            ),
            dialect(
                "JAX",
                "jax.nn.gelu(x, approximate=True)",
                "the default there",
            ),
            dialect(
                "Keras 3",
                "keras.activations.gelu(x, approximate=True)",
                "not the default",
            ),
            dialect(
                "TensorFlow",
                "tf.nn.gelu(features, approximate=True)",
                "not the default",
            ),
            dialect("ONNX", "Gelu(approximate=\"tanh\")", "from opset 20 on"),
            dialect(
                "Paddle",
                "paddle.nn.functional.gelu(x, approximate=True)",
                "not the default",
            ),
            dialect(
                "candle",
                "Tensor::gelu()",
                "its backward pass has constants of six digits",
            ),
            dialect("burn", "activation::gelu_approximate(tensor)", ""),
            dialect(
                "ggml",
                "ggml_gelu(ctx, a)",
                "on the CPU by a table over f16",
            ),
        ],
    };

    const LANE_BITS: [u32; 2] = [37, 36];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 63];

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        let inner = x + x.constant(0.044715) * (x * x * x);
        let scale = (x.constant(2.0) / x.pi()).sqrt();
        x * (scale * inner).tanh_gate()
    }

    fn profile(self) -> Profile {
        Profile {
            range: (
                Bound::attained(-0.17004075057125406),
                Bound::open(f64::INFINITY),
            ),
            limits: (0.0, f64::INFINITY),
            monotonicity: Monotonicity::NonMonotone,
            parity: Parity::Neither,
            convexity: Convexity::Neither,
            smoothness: Smoothness::Infinitely,
            kinks: Vec::new(),
            derivative_at_zero: 0.5,
            zero_centred: false,
            lipschitz: 1.1289930686587717,
            saturation: Saturation {
                low: Some(-3.00935773963113),
                high: None,
            },
            landmarks: vec![
                Landmark::new(
                    LandmarkKind::Minimum,
                    -0.7524614220710163,
                    -0.17004075057125406,
                ),
                Landmark::new(LandmarkKind::Zero, 0.0, 0.0),
                Landmark::new(
                    LandmarkKind::SteepestRise,
                    1.4185040087908283,
                    1.1289930686587717,
                ),
                Landmark::new(
                    LandmarkKind::SteepestFall,
                    -1.4185040087908283,
                    -0.12899306865877178,
                ),
            ],
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(_: Self, x: R) -> R {
        if let Some(x) = x.single() {
            return R::from_single(quick_value(x));
        }
        let held = x.at_least(-50.0).at_most(50.0);
        gated_by_sigmoid(x, exponent(held))
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        if let Some(x) = x.single() {
            return R::from_single(quick_derivative(x));
        }
        let held = x.at_least(-50.0).at_most(50.0);
        let slope = x.long(TWICE_SCALE.0, TWICE_SCALE.1)
            * (held * held).mul_add(x.constant(3.0) * x.constant(0.044715), x.constant(1.0));
        let away = gated_derivative(exponent(held), held * slope);
        near_root(
            distance(x, GELU_TANH_ROOT),
            (&GELU_TANH_NEAR_WIDE, &GELU_TANH_NEAR_FULL),
            away,
        )
    }
}

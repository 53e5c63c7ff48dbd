//! GTU: y = tanh(a)·σ(b).
//!
//! | | |
//! |---|---|
//! | forward | y = tanh(a)·σ(b) |
//! | backward | da = dy·(1 − tanh²(a))·σ(b), db = dy·tanh(a)·σ(b)·(1 − σ(b)) |
//! | rounding | `f32`, `f16`, `bf16`: in `f64` inside and rounded once, within 0.501 units in the last place; `f64`: y within 6, da and db within 8, but where a result is subnormal |
//! | NaN | in a, b or dy gives NaN |
//! | a = ±∞ | ±σ(b) |
//! | b = +∞, b = −∞ | tanh(a), and 0 with the sign of a |

use super::GateMap;
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::strength::Strength;

pub(crate) const CARD: Card = Card {
    name: "gtu",
    title: text("gated tanh unit", "门控 tanh 单元"),
    aliases: &[alias("gated_tanh_unit")],
    family: Family::Gate,
    year: 2016,
    summary: text(
        "A tanh path times a sigmoid gate, tanh(XW + b) ⊗ σ(XV + c): the output gate of an LSTM without its memory.",
        "tanh 通路乘以 Sigmoid 门，即 tanh(XW + b) ⊗ σ(XV + c)：相当于没有记忆单元的 LSTM 输出门。",
    ),
    strengths: &[
        text(
            "bounded and zero-centred: the output lies in (−1, 1)",
            "有界且以零为中心：输出落在 (−1, 1) 内",
        ),
        text(
            "selects information per unit and per position",
            "按单元、按位置选择信息",
        ),
    ],
    limits: &[
        text(
            "both paths saturate, so the gradient vanishes in deep stacks where GLU's linear path keeps it",
            "两条通路都会饱和，在深层堆叠中梯度消失，而 GLU 的线性通路能保住梯度",
        ),
        text(
            "twice the parameters and the work of the linear map for the same width",
            "同样宽度下线性映射的参数量和计算量加倍",
        ),
        text("two exponentials per output", "每个输出要计算两次指数"),
    ],
    uses: &[
        text(
            "PixelCNN and other image models that predict a pixel at a time",
            "PixelCNN 等逐像素预测的图像模型",
        ),
        text(
            "WaveNet and other models of raw audio",
            "WaveNet 等原始音频模型",
        ),
    ],
    papers: &[
        Paper {
            authors: "van den Oord, Kalchbrenner, Vinyals, Espeholt, Graves, Kavukcuoglu",
            title: "Conditional Image Generation with PixelCNN Decoders",
            year: 2016,
            venue: "NIPS 29, arXiv:1606.05328",
        },
        Paper {
            authors: "Dauphin, Fan, Auli, Grangier",
            title: "Language Modeling with Gated Convolutional Networks",
            year: 2016,
            venue: "ICML 2017, arXiv:1612.08083",
        },
    ],
    dialects: &[
        dialect(
            "PyTorch",
            "torch.tanh(a) * torch.sigmoid(b)",
            "written out; there is no function for it",
        ),
        dialect(
            "JAX",
            "jnp.tanh(a) * jax.nn.sigmoid(b)",
            "written out; there is no function for it",
        ),
    ],
};

/// The two-argument map.
pub(crate) struct Gtu;

impl GateMap for Gtu {
    #[inline(always)]
    fn value<S: Strength>(a: f64, b: f64) -> f64 {
        tanh::<S>(a) * super::sigmoid_and_slope::<S>(b).0
    }

    #[inline(always)]
    fn slopes<S: Strength>(a: f64, b: f64) -> (f64, f64) {
        let (gate, slope) = super::sigmoid_and_slope::<S>(b);
        // 1 − tanh² = 4e/(1 + e)² with e = exp(−2|a|), which does not cancel.
        let e = S::exp(-2.0 * f64::abs(a));
        let d = 1.0 + e;
        (4.0 * e / (d * d) * gate, tanh::<S>(a) * slope)
    }
}

/// tanh(a) = (1 − e)/(1 + e) with e = exp(−2|a|) and the sign of a: good to the last bits where it is nearly 1, which
/// the product with the gate shows.
#[inline(always)]
fn tanh<S: Strength>(a: f64) -> f64 {
    let t = S::exp_m1(-2.0 * f64::abs(a));
    (-t / (t + 2.0)).copysign(a)
}

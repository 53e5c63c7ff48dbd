//! GLU: y = a·σ(b).
//!
//! | | |
//! |---|---|
//! | forward | y = a·σ(b) |
//! | backward | da = dy·σ(b), db = dy·a·σ(b)·(1 − σ(b)) |
//! | rounding | `f32`, `f16`, `bf16`: in `f64` inside and rounded once, within 0.501 units in the last place; `f64`: y within 4, da and db within 6, but where a result is subnormal |
//! | NaN | in a, b or dy gives NaN |
//! | a = ±∞ | ±∞, for σ(b) > 0 however small; with b = −∞, NaN |
//! | b = +∞, b = −∞ | a, and 0 with the sign of a |

use super::{Gate, GateMap};
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::elementary::quick::exponential::{Power, Reduced, bell};
use crate::level::{Kernel, Level, at_level};
use crate::strength::Strength;

pub(crate) const CARD: Card = Card {
    name: "glu",
    title: text("gated linear unit", "门控线性单元"),
    aliases: &[alias("gated_linear_unit")],
    family: Family::Gate,
    year: 2016,
    summary: text(
        "A linear path times a sigmoid gate: of two maps of the input, one is passed on as far as the other lets it, (XW + b) ⊗ σ(XV + c).",
        "线性通路乘以 Sigmoid 门：输入的两个映射中，一个的通过量由另一个决定，即 (XW + b) ⊗ σ(XV + c)。",
    ),
    strengths: &[
        text(
            "the linear path keeps the gradient: where the gate is open, it passes unchanged",
            "线性通路保住梯度：门打开时梯度原样通过",
        ),
        text(
            "selects information per unit and per position",
            "按单元、按位置选择信息",
        ),
        text(
            "trains deep stacks without the vanishing of GTU's tanh path",
            "可训练很深的堆叠，没有 GTU 中 tanh 通路的梯度消失",
        ),
    ],
    limits: &[
        text(
            "twice the parameters and the work of the linear map for the same width",
            "同样宽度下线性映射的参数量和计算量加倍",
        ),
        text(
            "a closed gate lets almost no gradient through",
            "门关闭时几乎没有梯度通过",
        ),
        text(
            "frameworks disagree on which half of a packed input is the gate in its relatives",
            "对于它的各种变体，各框架对打包输入中哪一半是门约定不一",
        ),
    ],
    uses: &[
        text("gated convolutional language models", "门控卷积语言模型"),
        text(
            "convolutional translation and speech models, and the Conformer",
            "卷积式翻译与语音模型，以及 Conformer",
        ),
        text(
            "the feed-forward blocks of transformers, with its variants",
            "Transformer 的前馈块（及其变体）",
        ),
    ],
    papers: &[
        Paper {
            authors: "Dauphin, Fan, Auli, Grangier",
            title: "Language Modeling with Gated Convolutional Networks",
            year: 2016,
            venue: "ICML 2017, arXiv:1612.08083",
        },
        Paper {
            authors: "Shazeer",
            title: "GLU Variants Improve Transformer",
            year: 2020,
            venue: "arXiv:2002.05202",
        },
    ],
    dialects: &[
        dialect("PyTorch", "torch.nn.functional.glu(x, dim=-1)", ""),
        dialect("JAX", "jax.nn.glu(x, axis=-1)", ""),
        dialect("Keras 3", "keras.activations.glu(x, axis=-1)", ""),
        dialect("Paddle", "paddle.nn.functional.glu(x, axis=-1)", ""),
        dialect("MindSpore", "mindspore.ops.glu(x, axis=-1)", ""),
        dialect(
            "NNlib",
            "glu(x, dim=1)",
            "splits the first axis, which in its column-major order is the fastest",
        ),
        dialect("burn", "burn::tensor::activation::glu(x, dim)", ""),
        dialect(
            "Paddle, candle, ggml, ONNX",
            "swiglu",
            "another gate, silu(g)·u, whose first half is the gate: swap the halves",
        ),
    ],
};

/// The two-argument map.
pub(crate) struct Glu;

impl GateMap for Glu {
    #[inline(always)]
    fn value<S: Strength>(a: f64, b: f64) -> f64 {
        // Far below 0 the exponential would be subnormal. There it is taken e⁷⁰⁰ times larger and the product put
        // back, so that a large a keeps its digits.
        const SHIFT: f64 = 700.0;
        const BACK: f64 = 9.859676543759770e-305;
        let far = S::FULL && b < -SHIFT;
        let magnitude = f64::abs(b);
        let e = S::exp(if far { SHIFT - magnitude } else { -magnitude });
        let e = if b == f64::NEG_INFINITY { 0.0 } else { e };
        let small = if far { 0.0 } else { e };
        let y = a * (if b < 0.0 { e } else { 1.0 }) / (1.0 + small);
        let y = if far { y * BACK } else { y };
        if a.is_infinite() && b > f64::NEG_INFINITY {
            a
        } else {
            y
        }
    }

    #[inline(always)]
    fn slopes<S: Strength>(a: f64, b: f64) -> (f64, f64) {
        let (gate, slope) = super::sigmoid_and_slope::<S>(b);
        (gate, a * slope)
    }
}

/// Elements per block of the kernels in `f32` arithmetic.
const BLOCK: usize = 512;

/// Whether an element is for the exact kernel: σ(b) or the result may be subnormal, or something is infinite or NaN.
#[inline(always)]
fn is_far(a: f32, b: f32, result: f32) -> bool {
    let small = result.abs() < 1.0e-30 && a != 0.0;
    !(b.abs() <= 80.0) | !(a.abs() <= 1.0e30) | small
}

struct QuickForward<'a> {
    a: &'a [f32],
    b: &'a [f32],
    y: &'a mut [f32],
}

impl Kernel for QuickForward<'_> {
    #[inline(always)]
    fn run(self) {
        let given = self.a.chunks(BLOCK).zip(self.b.chunks(BLOCK));
        for ((a, b), y) in given.zip(self.y.chunks_mut(BLOCK)) {
            let mut any = false;
            for ((y, &a), &b) in y.iter_mut().zip(a).zip(b) {
                let e = Reduced::<0>::of(-b.abs()).ratio();
                let (scale, q) = if b < 0.0 { (e.scale, e.q) } else { (1.0, -e.q) };
                let s = a * scale;
                *y = q.mul_add(s, s) / e.one_plus();
                any |= is_far(a, b, *y);
            }
            if any {
                settle(a, b, y);
            }
        }
    }
}

/// Computes the elements that are far.
#[cold]
#[inline(never)]
fn settle(a: &[f32], b: &[f32], y: &mut [f32]) {
    for ((y, a), b) in y.iter_mut().zip(a).zip(b) {
        if is_far(*a, *b, *y) {
            Gate::Glu.forward(&[*a], &[*b], std::slice::from_mut(y));
        }
    }
}

struct QuickBackward<'a> {
    a: &'a [f32],
    b: &'a [f32],
    dy: &'a [f32],
    da: &'a mut [f32],
    db: &'a mut [f32],
}

impl Kernel for QuickBackward<'_> {
    #[inline(always)]
    fn run(self) {
        let given = self.a.chunks(BLOCK).zip(self.b.chunks(BLOCK));
        let results = self.da.chunks_mut(BLOCK).zip(self.db.chunks_mut(BLOCK));
        let mut far = [0u32; BLOCK];
        for (((a, b), dy), (da, db)) in given.zip(self.dy.chunks(BLOCK)).zip(results) {
            let mut any = 0;
            let gradients = da.iter_mut().zip(db.iter_mut()).zip(&mut far);
            for (((((da, db), far), &a), &b), &dy) in gradients.zip(a).zip(b).zip(dy) {
                let e = Power::of(-b.abs());
                let s = e.scale(0);
                let normal = e.p.mul_add(s, s);
                let above = if b < 0.0 { normal } else { 1.0 };
                let slope = bell(e) * a;
                *da = above / (normal + 1.0) * dy;
                *db = slope * dy;
                let lost = !(dy.abs() <= 1.0e30) | (da.abs() < 1.0e-30 && dy != 0.0);
                *far = u32::from(is_far(a, b, slope) | lost);
                any |= *far;
            }
            if any != 0 {
                settle_gradients((a, b), dy, &far, (da, db));
            }
        }
    }
}

/// Computes the gradients of the elements that are far.
#[cold]
#[inline(never)]
fn settle_gradients(
    (a, b): (&[f32], &[f32]),
    dy: &[f32],
    far: &[u32],
    (da, db): (&mut [f32], &mut [f32]),
) {
    for i in (0..a.len()).filter(|i| far[*i] != 0) {
        let at = i..=i;
        Gate::Glu.backward(
            &a[at.clone()],
            &b[at.clone()],
            &dy[at.clone()],
            &mut da[at.clone()],
            &mut db[at],
        );
    }
}

/// y in `f32` arithmetic.
pub(super) fn quick_forward(a: &[f32], b: &[f32], y: &mut [f32]) {
    at_level(Level::current(), QuickForward { a, b, y });
}

/// da and db in `f32` arithmetic.
pub(super) fn quick_backward(
    (a, b): (&[f32], &[f32]),
    dy: &[f32],
    (da, db): (&mut [f32], &mut [f32]),
) {
    at_level(Level::current(), QuickBackward { a, b, dy, da, db });
}

//! Log-softmax: yᵢ = ln softmax(x)ᵢ = xᵢ − ln Σ e^(xⱼ).
//!
//! | | |
//! |---|---|
//! | forward | yᵢ = (xᵢ − m) − ln(1 + S), with m the row's maximum and S = Σ e^(xⱼ − m) over all elements but the first that is m |
//! | backward | dxᵢ = dyᵢ − e^(yᵢ)·Σⱼ dyⱼ |
//! | rounding | `f32`, `f16`, `bf16`: in `f64` inside and rounded once, within 0.501 units in the last place; `f64`: within 4 |
//! | a dominant class | ln(1 + S) of the small S: the log-probability keeps full relative accuracy down to the least subnormal, where the sum with the 1 in it would give 0 |
//! | a NaN in the row | the whole row is NaN |
//! | +∞ in the row | the k elements that are +∞ get −ln k, the others −∞: the limit when they grow together |
//! | −∞ in the row | −∞ |
//! | only −∞ in the row | NaN |
//! | an empty row | nothing |

use super::map::{RowMap, distance, exponential};
use super::quick::QuickMap;
use crate::axis::Axis;
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::element::Element;
use crate::elementary::Wide;
use crate::elementary::quick::exponential::{Reduced, at_least};
use crate::real::Real;
use crate::strength::{Block, LANES, Strength, maximum, sum};

pub(crate) const CARD: Card = Card {
    name: "log_softmax",
    title: text("log-softmax", "对数 Softmax"),
    aliases: &[alias("logsoftmax")],
    family: Family::Row,
    year: 1989,
    summary: text(
        "The logarithm of softmax, computed in one piece: the score minus the logarithm of the sum of all exponentials. Its outputs are log-probabilities.",
        "Softmax 的对数，一步算成：得分减去全部指数之和的对数。输出是对数概率。",
    ),
    strengths: &[
        text(
            "stays finite and accurate where softmax has rounded to 0 or 1",
            "在 Softmax 已舍入为 0 或 1 的地方仍然有限且精确",
        ),
        text(
            "the cross-entropy loss is one of its outputs with the sign changed",
            "交叉熵损失就是它的某个输出取负号",
        ),
        text(
            "its gradient needs the output only",
            "梯度只需要输出即可求得",
        ),
    ],
    limits: &[
        text(
            "the sum over all classes has to be formed, which is costly for large vocabularies",
            "必须对所有类别求和，词表很大时代价高",
        ),
        text(
            "log-probabilities have to be exponentiated before they are averaged or shown",
            "对数概率在求平均或展示之前要先取指数",
        ),
        text(
            "common implementations return 0 for a dominant class, which hides how sure the network is",
            "常见实现对占优类别返回 0，掩盖了网络的真实把握",
        ),
    ],
    uses: &[
        text(
            "the last layer before a negative log-likelihood loss",
            "负对数似然损失之前的最后一层",
        ),
        text(
            "language models that sum log-probabilities along a sentence",
            "沿句子累加对数概率的语言模型",
        ),
    ],
    papers: &[
        Paper {
            authors: "Bridle",
            title: "Training Stochastic Model Recognition Algorithms as Networks can Lead to Maximum Mutual Information Estimation of Parameters",
            year: 1989,
            venue: "NIPS 2",
        },
        Paper {
            authors: "Blanchard, Higham, Higham",
            title: "Accurately computing the log-sum-exp and softmax functions",
            year: 2021,
            venue: "IMA Journal of Numerical Analysis 41(4)",
        },
    ],
    dialects: &[
        dialect(
            "PyTorch",
            "torch.log_softmax(x, dim)",
            "0 for a class that leads by 17 or more in f32; a row with +∞ is NaN",
        ),
        dialect(
            "JAX",
            "jax.nn.log_softmax(x, axis=-1)",
            "0 for a class that leads by 17 or more in f32",
        ),
        dialect("Keras 3", "keras.activations.log_softmax(x, axis=-1)", ""),
        dialect("TensorFlow", "tf.nn.log_softmax(x, axis=-1)", ""),
        dialect(
            "ONNX",
            "LogSoftmax(axis=-1)",
            "before opset 13 the axis defaults to 1 and the tensor is flattened from there on",
        ),
        dialect("Paddle", "paddle.nn.functional.log_softmax(x, axis=-1)", ""),
        dialect("candle", "candle_nn::ops::log_softmax(x, dim)", ""),
        dialect("burn", "burn::tensor::activation::log_softmax(x, dim)", ""),
    ],
};

/// Log-softmax as a type, for kernels at a [`Precision`](crate::Precision), as [`Softmax`](super::Softmax) is.
///
/// Fast results are within 3 units in the last place too, a dominant class among them, and gradients within 3 of the larger
/// of dyᵢ and e^(yᵢ)·Σⱼ dyⱼ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogSoftmax;

impl RowMap for LogSoftmax {
    #[inline(always)]
    fn forward<S: Strength>(x: &mut [Block], spare: &mut [Block]) {
        let largest = maximum(x);
        let first = x.as_flattened().iter().position(|&x| x == largest);
        let (Some(first), false) = (first, largest == f64::NEG_INFINITY) else {
            x.fill([f64::NAN; LANES]);
            return;
        };
        // The first maximum stays out of the sum; it is the 1 in ln(1 + S).
        x.as_flattened_mut()[first] = f64::NEG_INFINITY;
        for (e, &x) in spare.as_flattened_mut().iter_mut().zip(x.as_flattened()) {
            *e = exponential::<S>(x, largest);
        }
        x.as_flattened_mut()[first] = largest;
        let (others, lost) = sum::<S>(spare);
        let log = S::ln_1p(others);
        let log = if S::FULL {
            log + lost / (1.0 + others)
        } else {
            log
        };
        for x in x.as_flattened_mut() {
            let (distance, lost) = distance::<S>(*x, largest);
            let y = distance - log;
            *x = if S::FULL { y + lost } else { y };
        }
        if others.is_nan() {
            x.fill([f64::NAN; LANES]);
        }
    }

    #[inline(always)]
    fn backward<S: Strength>(y: &[Block], dy: &mut [Block]) {
        let (total, lost) = sum::<S>(dy);
        for (dy, &y) in dy.as_flattened_mut().iter_mut().zip(y.as_flattened()) {
            // Next to probability 1, dy − e^y·Σ cancels; there it is (dy − Σ) − (e^y − 1)·Σ.
            let near = ((*dy - total) - lost) - S::exp_m1(y) * total;
            let far = *dy - S::exp(y) * total;
            *dy = if y > -0.5 { near } else { far };
        }
    }
}

impl QuickMap for LogSoftmax {
    const OTHERS: bool = true;

    /// The logarithm of the sum over the largest share.
    #[inline(always)]
    fn known(others: f64) -> (f32, f32) {
        (Wide(others).ln_1p().0 as f32, 0.0)
    }

    #[inline(always)]
    fn result(_: f32, x: f32, largest: f32, (log, _): (f32, f32)) -> f32 {
        (x - largest) - log
    }

    #[inline(always)]
    fn term(_: f32, dy: f32, sum: f64) -> f64 {
        sum + f64::from(dy)
    }

    #[inline(always)]
    fn gradient(y: f32, dy: f32, (sum, lost): (f32, f32)) -> f32 {
        /// Powers down to e⁻¹³¹ stay normal with so much more in the exponent.
        const FAR: i32 = 64;
        const LOWERED: f32 = 1.0 / 18446744073709551616.0;
        // Next to probability 1, where dy − e^y·Σ cancels, it is (dy − Σ) − (e^y − 1)·Σ.
        let e = Reduced::<FAR>::of(at_least(y, -131.0)).power();
        let scale = e.scale(FAR);
        let sum = sum * scale * LOWERED;
        let rest = (dy - sum) - lost * scale * LOWERED;
        (-e.p).mul_add(sum, rest)
    }
}

/// y = log_softmax(x) along an axis. Both slices have the axis' [`elements`](Axis::elements).
///
/// ```
/// use nonlin::{Axis, rows::log_softmax};
/// let x = [1.0f32, 2.0, 3.0, 50.0, 0.0, 0.0];
/// let mut y = [0.0; 6];
/// log_softmax::forward(Axis::of(&[2, 3], -1)?, &x, &mut y);
/// assert_eq!(y[..3], [-2.407606, -1.407606, -0.40760598]);
/// assert_eq!(y[3..], [-3.8574997e-22, -50.0, -50.0]);
/// # Ok::<(), nonlin::Error>(())
/// ```
///
/// # Panics
/// If a slice has another length.
#[track_caller]
pub fn forward<T: Element>(axis: Axis, x: &[T], y: &mut [T]) {
    LogSoftmax.kernels().forward(axis, x, y);
}

/// x becomes log_softmax(x) along an axis.
///
/// # Panics
/// If the slice has another length than the axis has elements.
#[track_caller]
pub fn forward_in_place<T: Element>(axis: Axis, x: &mut [T]) {
    LogSoftmax.kernels().forward_in_place(axis, x);
}

/// dxᵢ = dyᵢ − e^(yᵢ)·Σⱼ dyⱼ from the input x. The output is computed again inside and not rounded.
///
/// # Panics
/// If a slice has another length than the axis has elements.
#[track_caller]
pub fn backward<T: Element>(axis: Axis, x: &[T], dy: &[T], dx: &mut [T]) {
    LogSoftmax.kernels().backward(axis, x, dy, dx);
}

/// dxᵢ = dyᵢ − e^(yᵢ)·Σⱼ dyⱼ from the output y that [`forward`] gave.
///
/// ```
/// use nonlin::{Axis, rows::log_softmax};
/// let y = [0.5f32.ln(); 2];
/// let mut dx = [0.0; 2];
/// log_softmax::backward_from_output(Axis::row(2), &y, &[1.0, 0.0], &mut dx);
/// assert_eq!(dx, [0.5, -0.5]);
/// ```
///
/// # Panics
/// If a slice has another length than the axis has elements.
#[track_caller]
pub fn backward_from_output<T: Element>(axis: Axis, y: &[T], dy: &[T], dx: &mut [T]) {
    LogSoftmax.kernels().backward_from_output(axis, y, dy, dx);
}

/// As [`backward_from_output`], with dx in place of dy.
///
/// # Panics
/// If a slice has another length than the axis has elements.
#[track_caller]
pub fn backward_from_output_in_place<T: Element>(axis: Axis, y: &[T], dy: &mut [T]) {
    LogSoftmax
        .kernels()
        .backward_from_output_in_place(axis, y, dy);
}

//! Softmax: yᵢ = e^(xᵢ)/Σ e^(xⱼ).
//!
//! | | |
//! |---|---|
//! | forward | yᵢ = e^(xᵢ − m)/Σⱼ e^(xⱼ − m) with m the row's maximum, so that nothing overflows |
//! | backward | dxᵢ = yᵢ·(dyᵢ − Σⱼ dyⱼ·yⱼ) |
//! | rounding | `f32`, `f16`, `bf16`: in `f64` inside and rounded once, within 0.501 units in the last place; `f64`: within 4 |
//! | sum of a row | the results of a row add up, exactly, to 1 ± 0.51·ε (`f64`: ± 4·ε) with ε = `T::EPSILON`, and another ½ least subnormal per element that is subnormal or 0 |
//! | a NaN in the row | the whole row is NaN |
//! | +∞ in the row | the elements that are +∞ share the 1 equally, the others get 0: the limit when they grow together |
//! | −∞ in the row | 0 |
//! | only −∞ in the row | NaN: no element is larger than the others, and there is nothing to share |
//! | an empty row | nothing |

use super::map::{RowMap, exponential};
use super::quick::{self, QuickMap};
use crate::axis::Axis;
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::element::Element;
use crate::strength::{Block, LANES, Strength, dot, maximum, sum};

pub(crate) const CARD: Card = Card {
    name: "softmax",
    title: text("softmax", "Softmax 函数"),
    aliases: &[alias("softargmax"), alias("normalised_exponential")],
    family: Family::Row,
    year: 1989,
    summary: text(
        "Turns a row of real scores into a probability distribution: each score becomes its exponential divided by the sum of all exponentials. Adding a constant to every score changes nothing.",
        "把一行实数得分变成概率分布：每个得分取指数，再除以全部指数之和。所有得分加上同一个常数，结果不变。",
    ),
    strengths: &[
        text(
            "the output is a distribution over the classes: non-negative, with sum 1",
            "输出是各类别上的概率分布：非负，且和为 1",
        ),
        text(
            "with the cross-entropy loss the gradient at the scores is simply y − t",
            "与交叉熵损失配合时，对得分的梯度就是 y − t",
        ),
        text(
            "smooth, and it keeps the order of the scores",
            "光滑，并保持得分的大小次序",
        ),
    ],
    limits: &[
        text(
            "sensitive to large inputs: one score that leads by 20 leaves nothing for the others, and their gradient vanishes",
            "对较大的输入敏感：若某个得分领先 20，其余类别几乎得不到概率，梯度也随之消失",
        ),
        text(
            "couples all classes: no output can change alone",
            "把所有类别耦合在一起：任何一个输出都不能单独变化",
        ),
        text(
            "the plain formula overflows; the maximum has to be subtracted first",
            "直接套用公式会溢出，必须先减去最大值",
        ),
        text(
            "never exactly zero, so every class keeps some probability",
            "永远不会精确为零，每个类别都保留一点概率",
        ),
    ],
    uses: &[
        text(
            "the output layer of a classifier with more than two classes",
            "多分类网络的输出层",
        ),
        text("the weights of attention", "注意力机制的权重"),
        text(
            "the choice among actions or experts",
            "在多个动作或专家之间做选择",
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
            authors: "Bridle",
            title: "Probabilistic Interpretation of Feedforward Classification Network Outputs, with Relationships to Statistical Pattern Recognition",
            year: 1990,
            venue: "Neurocomputing: Algorithms, Architectures and Applications, NATO ASI F68",
        },
        Paper {
            authors: "Blanchard, Higham, Higham",
            title: "Accurately computing the log-sum-exp and softmax functions",
            year: 2021,
            venue: "IMA Journal of Numerical Analysis 41(4)",
        },
    ],
    dialects: &[
        dialect("PyTorch", "torch.softmax(x, dim)", "a row with +∞ is NaN"),
        dialect("JAX", "jax.nn.softmax(x, axis=-1)", "a row with +∞ is NaN"),
        dialect("Keras 3", "keras.activations.softmax(x, axis=-1)", ""),
        dialect("TensorFlow", "tf.nn.softmax(x, axis=-1)", ""),
        dialect(
            "ONNX",
            "Softmax(axis=-1)",
            "before opset 13 the axis defaults to 1 and the tensor is flattened from there on",
        ),
        dialect("Paddle", "paddle.nn.functional.softmax(x, axis=-1)", ""),
        dialect("candle", "candle_nn::ops::softmax(x, dim)", ""),
        dialect("burn", "burn::tensor::activation::softmax(x, dim)", ""),
    ],
};

/// Softmax as a type, for kernels at a [`Precision`](crate::Precision):
///
/// ```
/// use nonlin::{Axis, Precision, rows::Softmax};
/// let fast = Softmax.kernels().precision(Precision::Fast);
/// let mut y = [0.0; 3];
/// fast.forward(Axis::row(3), &[1.0f32, 2.0, 3.0], &mut y);
/// assert_eq!(y, [0.09003057, 0.24472848, 0.66524094]);
/// ```
///
/// Fast kernels of `f32` compute in `f32`: results are within 3 units in the last place, and gradients within 3 of the
/// larger of yᵢ·dyᵢ and yᵢ·Σⱼ dyⱼ·yⱼ. Those of `f16` and `bf16` do the same and round it, results within 0.501 of their units;
/// `f64` is computed as ever. What rows with NaN or infinities give is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Softmax;

impl RowMap for Softmax {
    #[inline(always)]
    fn forward<S: Strength>(x: &mut [Block], _: &mut [Block]) {
        let largest = maximum(x);
        for x in x.as_flattened_mut() {
            *x = exponential::<S>(*x, largest);
        }
        let (total, lost) = sum::<S>(x);
        if largest == f64::NEG_INFINITY || total.is_nan() {
            x.fill([f64::NAN; LANES]);
        } else if S::FULL {
            // e/(total + lost)
            let relative = lost / total;
            for x in x.as_flattened_mut() {
                let y = *x / total;
                *x = (-relative).mul_add(y, y);
            }
        } else {
            let factor = 1.0 / total;
            for x in x.as_flattened_mut() {
                *x *= factor;
            }
        }
    }

    #[inline(always)]
    fn backward<S: Strength>(y: &[Block], dy: &mut [Block]) {
        let (mean, lost) = dot::<S>(dy, y);
        for (dy, y) in dy.as_flattened_mut().iter_mut().zip(y.as_flattened()) {
            *dy = y * ((*dy - mean) - lost);
        }
    }
}

impl QuickMap for Softmax {
    const OTHERS: bool = false;

    /// The inverse of the sum.
    #[inline(always)]
    fn known(sum: f64) -> (f32, f32) {
        quick::halves(1.0 / sum)
    }

    #[inline(always)]
    fn result(share: f32, _: f32, _: f32, (factor, low): (f32, f32)) -> f32 {
        share.mul_add(factor, share * low)
    }

    #[inline(always)]
    fn term(y: f32, dy: f32, sum: f64) -> f64 {
        f64::mul_add(y.into(), dy.into(), sum)
    }

    #[inline(always)]
    fn gradient(y: f32, dy: f32, (mean, lost): (f32, f32)) -> f32 {
        y * ((dy - mean) - lost)
    }
}

/// y = softmax(x) along an axis. Both slices have the axis' [`elements`](Axis::elements).
///
/// ```
/// use nonlin::{Axis, rows::softmax};
/// let x = [1.0f32, 2.0, 3.0, 1000.0, 1000.0, f32::NEG_INFINITY];
/// let mut y = [0.0; 6];
/// softmax::forward(Axis::of(&[2, 3], -1)?, &x, &mut y);
/// assert_eq!(y, [0.09003057, 0.24472848, 0.66524094, 0.5, 0.5, 0.0]);
/// # Ok::<(), nonlin::Error>(())
/// ```
///
/// # Panics
/// If a slice has another length.
#[track_caller]
pub fn forward<T: Element>(axis: Axis, x: &[T], y: &mut [T]) {
    Softmax.kernels().forward(axis, x, y);
}

/// x becomes softmax(x) along an axis.
///
/// # Panics
/// If the slice has another length than the axis has elements.
#[track_caller]
pub fn forward_in_place<T: Element>(axis: Axis, x: &mut [T]) {
    Softmax.kernels().forward_in_place(axis, x);
}

/// dxᵢ = yᵢ·(dyᵢ − Σⱼ dyⱼ·yⱼ) from the input x. The output is computed again inside and not rounded, so this is more
/// accurate than [`backward_from_output`], and takes the time of the exponentials more.
///
/// # Panics
/// If a slice has another length than the axis has elements.
#[track_caller]
pub fn backward<T: Element>(axis: Axis, x: &[T], dy: &[T], dx: &mut [T]) {
    Softmax.kernels().backward(axis, x, dy, dx);
}

/// dxᵢ = yᵢ·(dyᵢ − Σⱼ dyⱼ·yⱼ) from the output y that [`forward`] gave.
///
/// What rounding y has lost stays lost: where a class has probability 1 to the last bit, its gradient is 0.
///
/// ```
/// use nonlin::{Axis, rows::softmax};
/// let (y, dy) = ([0.25f32, 0.75], [1.0, 0.0]);
/// let mut dx = [0.0; 2];
/// softmax::backward_from_output(Axis::row(2), &y, &dy, &mut dx);
/// assert_eq!(dx, [0.1875, -0.1875]);
/// ```
///
/// # Panics
/// If a slice has another length than the axis has elements.
#[track_caller]
pub fn backward_from_output<T: Element>(axis: Axis, y: &[T], dy: &[T], dx: &mut [T]) {
    Softmax.kernels().backward_from_output(axis, y, dy, dx);
}

/// As [`backward_from_output`], with dx in place of dy.
///
/// # Panics
/// If a slice has another length than the axis has elements.
#[track_caller]
pub fn backward_from_output_in_place<T: Element>(axis: Axis, y: &[T], dy: &mut [T]) {
    Softmax.kernels().backward_from_output_in_place(axis, y, dy);
}

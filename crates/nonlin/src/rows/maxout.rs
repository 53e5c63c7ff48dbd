//! Maxout: y = max(z₁, …, z_k) over the k pieces of a unit.
//!
//! | | |
//! |---|---|
//! | forward | along the axis, each group of k consecutive elements gives its maximum, so the axis gets k times shorter |
//! | backward | the first element that is the maximum gets the whole dy, the others of its group 0 |
//! | ties | go to the first; +0 and −0 are equal |
//! | rounding | none |
//! | a NaN in a group | the result is NaN, and so is the gradient of every element of the group |
//! | ±∞ | are numbers like others |

use crate::activation::assert_same_length;
use crate::affine::{Affine, AffineGradients};
use crate::axis::Axis;
use crate::card::{Card, Family, Paper, dialect, text};
use crate::element::Element;
use crate::error::Error;
use crate::strength::{Job, Strength, rounded, run};

pub(crate) const CARD: Card = Card {
    name: "maxout",
    title: text("maxout", "Maxout"),
    aliases: &[],
    family: Family::Row,
    year: 2013,
    summary: text(
        "The largest of k affine maps of the input: a convex, piecewise linear function with at most k pieces whose shape is learned. ReLU, leaky ReLU and the absolute value are cases of k = 2.",
        "取输入的 k 个仿射映射中的最大值：一个至多 k 段、形状可学习的分段线性凸函数。ReLU、带泄漏 ReLU 和绝对值都是 k = 2 的特例。",
    ),
    strengths: &[
        text(
            "learns its own shape: with enough pieces it approximates any convex function",
            "自己学习形状：片段足够多时可逼近任意凸函数",
        ),
        text(
            "linear almost everywhere, so it does not saturate and no unit dies",
            "几乎处处线性，不会饱和，也不会有死亡单元",
        ),
        text(
            "made to go with dropout, whose averaging it keeps nearly exact",
            "专为配合 dropout 而设计，可使其模型平均近乎精确",
        ),
    ],
    limits: &[
        text(
            "k times the parameters and the work of the linear map",
            "线性映射的参数量和计算量变为 k 倍",
        ),
        text("overfits small data sets", "在小数据集上容易过拟合"),
        text(
            "only one piece of a unit learns from a sample",
            "每个样本只更新一个单元中的一个片段",
        ),
    ],
    uses: &[
        text(
            "image classifiers with dropout",
            "配合 dropout 的图像分类网络",
        ),
        text(
            "max-feature-map layers of face and speaker recognition",
            "人脸与说话人识别中的最大特征图层",
        ),
    ],
    papers: &[Paper {
        authors: "Goodfellow, Warde-Farley, Mirza, Courville, Bengio",
        title: "Maxout Networks",
        year: 2013,
        venue: "ICML, arXiv:1302.4389",
    }],
    dialects: &[
        dialect(
            "Paddle",
            "paddle.nn.functional.maxout(x, groups, axis=1)",
            "`groups` are the pieces; the axis defaults to 1",
        ),
        dialect(
            "TensorFlow Addons",
            "tfa.layers.Maxout(num_units, axis=-1)",
            "given by the number of results, not of pieces; archived",
        ),
        dialect(
            "Flux",
            "Maxout(f, n_alts)",
            "a layer that makes its own n_alts maps; no grouped form",
        ),
    ],
};

/// y = the maximum of each group of `pieces` consecutive elements along an axis. x has the axis'
/// [`elements`](Axis::elements), y those of [`axis.divided(pieces)`](Axis::divided).
///
/// ```
/// use nonlin::{Axis, rows::maxout};
/// let x = [1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];
/// let mut y = [0.0; 3];
/// maxout::forward(Axis::row(9), 3, &x, &mut y);
/// assert_eq!(y, [3.0, 6.0, 9.0]);
/// ```
///
/// # Panics
/// If `pieces` does not divide the axis or a slice has another length.
#[track_caller]
pub fn forward<T: Element>(axis: Axis, pieces: usize, x: &[T], y: &mut [T]) {
    let groups = divided(axis, pieces);
    assert_same_length(&[("the axis", axis.elements()), ("x", x.len())]);
    assert_same_length(&[
        ("the axis divided by the pieces", groups.elements()),
        ("y", y.len()),
    ]);
    let job = Forward {
        groups,
        pieces,
        x,
        y,
    };
    run(job);
}

/// dx = dy at the first maximum of each group, 0 elsewhere. x and dx have the axis' [`elements`](Axis::elements), dy
/// those of [`axis.divided(pieces)`](Axis::divided).
///
/// ```
/// use nonlin::{Axis, rows::maxout};
/// let mut dx = [0.0f32; 6];
/// maxout::backward(Axis::row(6), 3, &[1.0, 5.0, 5.0, -2.0, -3.0, -4.0], &[10.0, 20.0], &mut dx);
/// assert_eq!(dx, [0.0, 10.0, 0.0, 20.0, 0.0, 0.0]);
/// ```
///
/// # Panics
/// If `pieces` does not divide the axis or a slice has another length.
#[track_caller]
pub fn backward<T: Element>(axis: Axis, pieces: usize, x: &[T], dy: &[T], dx: &mut [T]) {
    let groups = divided(axis, pieces);
    assert_same_length(&[
        ("the axis", axis.elements()),
        ("x", x.len()),
        ("dx", dx.len()),
    ]);
    assert_same_length(&[
        ("the axis divided by the pieces", groups.elements()),
        ("dy", dy.len()),
    ]);
    let job = Backward {
        groups,
        pieces,
        x,
        dy,
        dx,
    };
    run(job);
}

#[track_caller]
fn divided(axis: Axis, pieces: usize) -> Axis {
    match axis.divided(pieces) {
        Ok(groups) => groups,
        Err(error) => panic!("{error}"),
    }
}

struct Forward<'a, T> {
    groups: Axis,
    pieces: usize,
    x: &'a [T],
    y: &'a mut [T],
}

impl<T: Element> Job for Forward<'_, T> {
    type Number = T;
    #[inline(always)]
    fn at<S: Strength>(self) {
        let inner = self.groups.inner();
        if self.y.is_empty() {
            return;
        }
        // With the axes before it, a group is a run of pieces × inner elements.
        for (x, y) in self
            .x
            .chunks_exact(self.pieces * inner)
            .zip(self.y.chunks_exact_mut(inner))
        {
            for (i, y) in y.iter_mut().enumerate() {
                let mut best = x[i].to_f64();
                for k in 1..self.pieces {
                    best = larger(best, x[k * inner + i].to_f64());
                }
                *y = rounded(best);
            }
        }
    }
}

/// The larger, the first of equals, NaN if one is NaN.
#[inline(always)]
fn larger(best: f64, x: f64) -> f64 {
    if x > best || x.is_nan() { x } else { best }
}

struct Backward<'a, T> {
    groups: Axis,
    pieces: usize,
    x: &'a [T],
    dy: &'a [T],
    dx: &'a mut [T],
}

impl<T: Element> Job for Backward<'_, T> {
    type Number = T;
    #[inline(always)]
    fn at<S: Strength>(self) {
        let inner = self.groups.inner();
        if self.dy.is_empty() {
            return;
        }
        let group = self.pieces * inner;
        for ((x, dx), dy) in self
            .x
            .chunks_exact(group)
            .zip(self.dx.chunks_exact_mut(group))
            .zip(self.dy.chunks_exact(inner))
        {
            for (i, dy) in dy.iter().enumerate() {
                let mut best = x[i].to_f64();
                let mut at = 0;
                for k in 1..self.pieces {
                    let next = x[k * inner + i].to_f64();
                    at = if next > best { k } else { at };
                    best = larger(best, next);
                }
                for k in 0..self.pieces {
                    dx[k * inner + i] = rounded(if best.is_nan() {
                        best
                    } else if k == at {
                        dy.to_f64()
                    } else {
                        0.0
                    });
                }
            }
        }
    }
}

/// A layer of maxout units: y = max over k of z_k with z_k = W_k·x + b_k.
///
/// Weights are pieces × outputs × inputs in row-major order, biases pieces × outputs. The affine maps are rounded to
/// `T` before the maximum is taken.
///
/// ```
/// use nonlin::rows::MaxoutLayer;
/// // |x| as the maximum of x and −x.
/// let layer = MaxoutLayer::new(2, 1, vec![1.0f64, -1.0], vec![0.0, 0.0])?;
/// assert_eq!(layer.forward(&[-3.0, 2.0])?, [3.0, 2.0]);
/// let gradients = layer.backward(&[-3.0, 2.0], &[1.0, 1.0])?;
/// assert_eq!(gradients.x, [-1.0, 1.0]);
/// assert_eq!(gradients.weights, [2.0, -3.0]);
/// assert_eq!(gradients.bias, [1.0, 1.0]);
/// # Ok::<(), nonlin::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MaxoutLayer<T> {
    pieces: usize,
    map: Affine<T>,
}

impl<T: Element> MaxoutLayer<T> {
    /// From the weights (pieces × outputs × inputs) and biases (pieces × outputs).
    ///
    /// # Errors
    /// [`Error::Shape`] if the biases do not fall into `pieces` or the weights are not `inputs` for every bias.
    pub fn new(
        pieces: usize,
        inputs: usize,
        weights: Vec<T>,
        bias: Vec<T>,
    ) -> Result<MaxoutLayer<T>, Error> {
        Axis::row(bias.len()).divided(pieces)?;
        let map = Affine::new(inputs, weights, bias)?;
        Ok(MaxoutLayer { pieces, map })
    }

    /// The number of pieces of a unit.
    pub fn pieces(&self) -> usize {
        self.pieces
    }

    /// The number of units.
    pub fn outputs(&self) -> usize {
        self.map.outputs() / self.pieces
    }

    /// The affine maps of all pieces in one, with pieces × outputs outputs.
    pub fn map(&self) -> &Affine<T> {
        &self.map
    }

    /// samples × inputs in, samples × outputs out.
    ///
    /// # Errors
    /// [`Error::Shape`] if x does not hold whole samples.
    pub fn forward(&self, x: &[T]) -> Result<Vec<T>, Error> {
        let z = self.map.forward(x)?;
        let mut y = vec![T::default(); z.len() / self.pieces];
        forward(self.axis(x)?, self.pieces, &z, &mut y);
        Ok(y)
    }

    /// The gradients for inputs, weights and biases from those for the outputs, samples × outputs.
    ///
    /// # Errors
    /// [`Error::Shape`] if x does not hold whole samples or dy is not one number per output of each.
    pub fn backward(&self, x: &[T], dy: &[T]) -> Result<AffineGradients<T>, Error> {
        let axis = self.axis(x)?;
        let needed = axis.elements() / self.pieces;
        if dy.len() != needed {
            return Err(Error::Shape(format!(
                "{} samples of {} outputs need {needed} gradients, but there are {}",
                axis.outer(),
                self.outputs(),
                dy.len()
            )));
        }
        let z = self.map.forward(x)?;
        let mut dz = vec![T::default(); z.len()];
        backward(axis, self.pieces, &z, dy, &mut dz);
        self.map.backward(x, &dz)
    }

    /// The pieces lie along the middle axis: samples × pieces × outputs.
    fn axis(&self, x: &[T]) -> Result<Axis, Error> {
        Axis::new(self.map.samples(x)?, self.pieces, self.outputs())
    }
}

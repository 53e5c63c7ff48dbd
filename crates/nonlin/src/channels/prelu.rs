//! PReLU with a slope per channel, and the gradient for the slopes.
//!
//! | | |
//! |---|---|
//! | forward | y = x for x > 0, a_c·x for x ≤ 0 in channel c |
//! | backward | dx = dy for x > 0, a_c·dy for x ≤ 0 |
//! | slope gradient | da_c = Σ dy·x over the elements of channel c with x < 0 |
//! | rounding | once; the sum is in `f64`, compensated for `f64`, in an order that depends on the shape alone |
//! | NaN | x gives NaN in y, dx and the channel's da |
//! | x = −∞ | the limit: −∞ for a > 0, ∞ for a < 0, and 0 with the sign of −a for a = ±0 |
//! | x = ±0 | a_c·x |
//!
//! At every number the result has the bits of [`Prelu`](crate::Prelu) with the channel's slope.

use crate::activation::assert_same_length;
use crate::axis::Axis;
use crate::element::Element;
use crate::strength::{Job, LANES, Strength, Sum, rounded, run};

/// y = x, or below 0 the channel's slope times x.
///
/// `channels` is the axis the channels lie along: `Axis::of(&shape, 1)` for batches of images or of feature vectors.
/// `slopes` has one per channel, or a single one that all share. x and y have the axis'
/// [`elements`](Axis::elements).
///
/// ```
/// use nonlin::{Axis, channels::prelu_forward};
/// // Two samples, two channels, two places each.
/// let axis = Axis::of(&[2, 2, 2], 1)?;
/// let x = [-1.0f32, 1.0, -1.0, 1.0, -2.0, 2.0, -2.0, 2.0];
/// let mut y = [0.0; 8];
/// prelu_forward(axis, &[0.25, 0.5], &x, &mut y);
/// assert_eq!(y, [-0.25, 1.0, -0.5, 1.0, -0.5, 2.0, -1.0, 2.0]);
/// # Ok::<(), nonlin::Error>(())
/// ```
///
/// # Panics
/// If a slice has another length.
#[track_caller]
pub fn prelu_forward<T: Element>(channels: Axis, slopes: &[T], x: &[T], y: &mut [T]) {
    assert_same_length(&[
        ("the axis", channels.elements()),
        ("x", x.len()),
        ("y", y.len()),
    ]);
    let channels = spread(channels, slopes.len());
    run(Forward {
        channels,
        slopes,
        x,
        y,
    });
}

/// dx and the gradient for the slopes.
///
/// Arguments as in [`prelu_forward`]; `d_slopes` is as long as `slopes` and is overwritten, not added to.
///
/// ```
/// use nonlin::{Axis, channels::prelu_backward};
/// let axis = Axis::of(&[2, 2], 1)?;
/// let (x, dy) = ([-1.0f32, 2.0, -3.0, -4.0], [1.0, 1.0, 10.0, 10.0]);
/// let (mut dx, mut da) = ([0.0; 4], [0.0; 2]);
/// prelu_backward(axis, &[0.25, 0.5], &x, &dy, &mut dx, &mut da);
/// assert_eq!(dx, [0.25, 1.0, 2.5, 5.0]);
/// assert_eq!(da, [-31.0, -40.0]);
/// # Ok::<(), nonlin::Error>(())
/// ```
///
/// # Panics
/// If a slice has another length.
#[track_caller]
pub fn prelu_backward<T: Element>(
    channels: Axis,
    slopes: &[T],
    x: &[T],
    dy: &[T],
    dx: &mut [T],
    d_slopes: &mut [T],
) {
    assert_same_length(&[
        ("the axis", channels.elements()),
        ("x", x.len()),
        ("dy", dy.len()),
        ("dx", dx.len()),
    ]);
    assert_same_length(&[("slopes", slopes.len()), ("d_slopes", d_slopes.len())]);
    let channels = spread(channels, slopes.len());
    run(Backward {
        channels,
        slopes,
        x,
        dy,
        dx,
        d_slopes,
    });
}

/// The axis as the slopes see it: one that all share spreads over every element.
#[track_caller]
fn spread(channels: Axis, slopes: usize) -> Axis {
    if slopes == 1 {
        Axis::shared(channels.elements())
    } else {
        assert_same_length(&[
            ("slopes", slopes),
            ("the axis of channels", channels.length()),
        ]);
        channels
    }
}

/// x, or slope·x for x ≤ 0.
#[inline(always)]
pub(super) fn leak(x: f64, slope: f64) -> f64 {
    // 0·∞ is to be the limit of 0·x.
    let finite = if slope == 0.0 && x < -1.0 { -1.0 } else { x };
    let below = slope * finite;
    if x <= 0.0 { below } else { x }
}

/// The same in `f32`, where the product is rounded once too.
#[inline(always)]
fn leak_single(x: f32, slope: f32) -> f32 {
    let finite = if slope == 0.0 && x < -1.0 { -1.0 } else { x };
    let y = if x <= 0.0 { slope * finite } else { x };
    if x.is_nan() { f32::NAN } else { y }
}

/// A run of one channel in `f32`.
#[inline(always)]
fn single_run(slope: f32, x: &[f32], y: &mut [f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y = leak_single(*x, slope);
    }
}

/// Elements of 16 bits that are brought into `f32`, which holds their products, at a time.
const HALVES: usize = 512;

/// A run of one channel.
#[inline(always)]
fn forward_run<T: Element>(slope: T, x: &[T], y: &mut [T]) {
    let slope = slope.to_f64();
    if size_of::<T>() == 2 {
        let [mut wide, mut result] = [[0.0; HALVES]; 2];
        for (x, y) in x.chunks(HALVES).zip(y.chunks_mut(HALVES)) {
            let (wide, result) = (&mut wide[..x.len()], &mut result[..x.len()]);
            T::widen_singles(x, wide);
            single_run(slope as f32, wide, result);
            T::narrow_singles(result, y);
        }
        return;
    }
    if let (Some(x), Some(y)) = (T::as_single(x), T::as_single_mut(y)) {
        return single_run(slope as f32, x, y);
    }
    for (y, x) in y.iter_mut().zip(x) {
        *y = rounded(leak(x.to_f64(), slope));
    }
}

struct Forward<'a, T> {
    channels: Axis,
    slopes: &'a [T],
    x: &'a [T],
    y: &'a mut [T],
}

impl<T: Element> Job for Forward<'_, T> {
    type Number = T;
    #[inline(always)]
    fn at<S: Strength>(self) {
        let (length, inner) = (self.channels.length(), self.channels.inner());
        if self.x.is_empty() {
            return;
        }
        if inner == 1 {
            for (x, y) in self
                .x
                .chunks_exact(length)
                .zip(self.y.chunks_exact_mut(length))
            {
                for ((y, x), slope) in y.iter_mut().zip(x).zip(self.slopes) {
                    *y = rounded(leak(x.to_f64(), slope.to_f64()));
                }
            }
            return;
        }
        let runs = self
            .x
            .chunks_exact(inner)
            .zip(self.y.chunks_exact_mut(inner));
        for (r, (x, y)) in runs.enumerate() {
            forward_run(self.slopes[r % length], x, y);
        }
    }
}

struct Backward<'a, T> {
    channels: Axis,
    slopes: &'a [T],
    x: &'a [T],
    dy: &'a [T],
    dx: &'a mut [T],
    d_slopes: &'a mut [T],
}

/// dx, and what an element adds to the slope's gradient as a product of two factors.
#[inline(always)]
fn chain(x: f64, dy: f64, slope: f64) -> (f64, (f64, f64)) {
    let dx = if x <= 0.0 { slope * dy } else { dy };
    let dx = if x.is_nan() { x } else { dx };
    let below = x < 0.0 || x.is_nan();
    (dx, if below { (dy, x) } else { (0.0, 0.0) })
}

/// A run of one channel in `f32`, in which dx is rounded once too; the products for the slope are exact in `f64`.
#[inline(always)]
fn backward_single(slope: f32, (x, dy): (&[f32], &[f32]), dx: &mut [f32], sums: &mut [f64; LANES]) {
    let ((x, x_rest), (dy, dy_rest)) = (x.as_chunks(), dy.as_chunks());
    let (dx, dx_rest) = dx.as_chunks_mut();
    let mut lanes = *sums;
    for ((x, dy), dx) in x.iter().zip(dy).zip(dx) {
        *dx = chain_single(slope, x, dy, &mut lanes);
    }
    // A last block of zeros adds nothing: their gradient is that of no element.
    let (mut x, mut dy) = ([0.0; LANES], [0.0; LANES]);
    x[..x_rest.len()].copy_from_slice(x_rest);
    dy[..dy_rest.len()].copy_from_slice(dy_rest);
    let last = chain_single(slope, &x, &dy, &mut lanes);
    dx_rest.copy_from_slice(&last[..dx_rest.len()]);
    *sums = lanes;
}

/// The same for elements of 16 bits.
#[inline(always)]
fn backward_half<T: Element>(
    slope: f32,
    (x, dy): (&[T], &[T]),
    dx: &mut [T],
    sums: &mut [f64; LANES],
) {
    let [mut wide_x, mut wide_dy, mut result] = [[0.0; HALVES]; 3];
    let given = x.chunks(HALVES).zip(dy.chunks(HALVES));
    for ((x, dy), dx) in given.zip(dx.chunks_mut(HALVES)) {
        let n = ..x.len();
        T::widen_singles(x, &mut wide_x[n]);
        T::widen_singles(dy, &mut wide_dy[n]);
        backward_single(slope, (&wide_x[n], &wide_dy[n]), &mut result[n], sums);
        T::narrow_singles(&result[n], dx);
    }
}

#[inline(always)]
fn chain_single(
    slope: f32,
    x: &[f32; LANES],
    dy: &[f32; LANES],
    sums: &mut [f64; LANES],
) -> [f32; LANES] {
    let mut dx = [0.0; LANES];
    for i in 0..LANES {
        let gradient = if x[i] <= 0.0 { slope * dy[i] } else { dy[i] };
        let is_nan = x[i].is_nan() || gradient.is_nan();
        dx[i] = if is_nan { f32::NAN } else { gradient };
        let above = x[i] >= 0.0;
        let (a, b) = if above { (0.0, 0.0) } else { (dy[i], x[i]) };
        sums[i] += f64::from(a) * f64::from(b);
    }
    dx
}

impl<T: Element> Job for Backward<'_, T> {
    type Number = T;
    #[inline(always)]
    fn at<S: Strength>(self) {
        let (length, inner) = (self.channels.length(), self.channels.inner());
        let mut sums = vec![Sum::new(); self.slopes.len()];
        // The partial sum an element goes to is its place in its run modulo 8, or, where runs are of one element, its
        // sample modulo 8.
        if inner == 1 && !self.x.is_empty() {
            let samples = self
                .x
                .chunks_exact(length)
                .zip(self.dy.chunks_exact(length))
                .zip(self.dx.chunks_exact_mut(length));
            for (o, ((x, dy), dx)) in samples.enumerate() {
                for c in 0..length {
                    let (gradient, (a, b)) =
                        chain(x[c].to_f64(), dy[c].to_f64(), self.slopes[c].to_f64());
                    dx[c] = rounded(gradient);
                    sums[c].add_product::<S>(o % LANES, a, b);
                }
            }
        } else if !self.x.is_empty() {
            let runs = self
                .x
                .chunks_exact(inner)
                .zip(self.dy.chunks_exact(inner))
                .zip(self.dx.chunks_exact_mut(inner));
            for (r, ((x, dy), dx)) in runs.enumerate() {
                let slope = self.slopes[r % length].to_f64();
                let sum = &mut sums[r % length];
                if let (Some(x), Some(dy), false) = (T::as_single(x), T::as_single(dy), S::FULL)
                    && let Some(dx) = T::as_single_mut(dx)
                {
                    backward_single(slope as f32, (x, dy), dx, sum.lanes());
                    continue;
                }
                if size_of::<T>() == 2 {
                    backward_half(slope as f32, (x, dy), dx, sum.lanes());
                    continue;
                }
                let blocks = x
                    .chunks(LANES)
                    .zip(dy.chunks(LANES))
                    .zip(dx.chunks_mut(LANES));
                for ((x, dy), dx) in blocks {
                    for lane in 0..x.len() {
                        let (gradient, (a, b)) = chain(x[lane].to_f64(), dy[lane].to_f64(), slope);
                        dx[lane] = rounded(gradient);
                        sum.add_product::<S>(lane, a, b);
                    }
                }
            }
        }
        for (d_slope, sum) in self.d_slopes.iter_mut().zip(&sums) {
            *d_slope = rounded(sum.finish().0);
        }
    }
}

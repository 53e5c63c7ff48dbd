//! A bias and an activation in one pass.

use crate::activation::assert_same_length;
use crate::axis::Axis;
use crate::element::Element;
use crate::kernels::{Computable, Kernels};

/// Elements summed at a time, in the first cache.
const BLOCK: usize = 512;

/// x + b in blocks, each given to `work` with the place where it begins.
///
/// The sum is rounded to the type, so that the fused form has the bits of an addition followed by the function.
fn sums<T: Element>(channels: Axis, x: &[T], bias: &[T], mut work: impl FnMut(usize, &[T])) {
    let mut block = [T::default(); BLOCK];
    let sum = |x: T, b: T| T::from_f64(x.to_f64() + b.to_f64());
    if channels.inner() == 1 {
        // A short bias is repeated, so that a block does not end with it.
        let times = BLOCK.div_ceil(bias.len().max(1));
        let repeated = bias.repeat(if bias.len() < BLOCK { times } else { 1 });
        for (row, x) in x.chunks(repeated.len().max(1)).enumerate() {
            for (piece, (x, bias)) in x.chunks(BLOCK).zip(repeated.chunks(BLOCK)).enumerate() {
                for ((sum_to, &x), &b) in block.iter_mut().zip(x).zip(bias) {
                    *sum_to = sum(x, b);
                }
                work(row * repeated.len() + piece * BLOCK, &block[..x.len()]);
            }
        }
    } else {
        for (place, x) in x.chunks(channels.inner().max(1)).enumerate() {
            let b = bias[place % bias.len()];
            for (piece, x) in x.chunks(BLOCK).enumerate() {
                for (sum_to, &x) in block.iter_mut().zip(x) {
                    *sum_to = sum(x, b);
                }
                work(place * channels.inner() + piece * BLOCK, &block[..x.len()]);
            }
        }
    }
}

impl<F: Computable> Kernels<F> {
    /// y = φ(x + b), with one bias per place of the axis `channels`: the bits of an addition followed by
    /// [`forward`](Kernels::forward), without the sum ever reaching memory.
    ///
    /// ```
    /// use nonlin::{Activation, Axis, Relu};
    /// // Two samples of three features each.
    /// let axis = Axis::of(&[2, 3], 1)?;
    /// let x = [1.0f32, 2.0, 3.0, -1.0, -2.0, -3.0];
    /// let mut y = [0.0; 6];
    /// Relu.kernels().forward_with_bias(axis, &x, &[0.5, -5.0, 4.0], &mut y);
    /// assert_eq!(y, [1.5, 0.0, 7.0, 0.0, 0.0, 1.0]);
    /// # Ok::<(), nonlin::Error>(())
    /// ```
    ///
    /// # Panics
    /// If x and y have not the axis' [`elements`](Axis::elements) or `bias` not its [`length`](Axis::length).
    #[track_caller]
    pub fn forward_with_bias<T: Element>(self, channels: Axis, x: &[T], bias: &[T], y: &mut [T]) {
        assert_same_length(&[
            ("the axis", channels.elements()),
            ("x", x.len()),
            ("y", y.len()),
        ]);
        assert_same_length(&[
            ("the axis of channels", channels.length()),
            ("bias", bias.len()),
        ]);
        sums(channels, x, bias, |start, sums| {
            self.forward(sums, &mut y[start..start + sums.len()]);
        });
    }

    /// dx = dy·φ′(x + b), rounded once; the gradient of a bias is the sum of dx over its channel.
    ///
    /// # Panics
    /// If x, dy and dx have not the axis' [`elements`](Axis::elements) or `bias` not its [`length`](Axis::length).
    #[track_caller]
    pub fn backward_with_bias<T: Element>(
        self,
        channels: Axis,
        x: &[T],
        bias: &[T],
        dy: &[T],
        dx: &mut [T],
    ) {
        assert_same_length(&[
            ("the axis", channels.elements()),
            ("x", x.len()),
            ("dy", dy.len()),
            ("dx", dx.len()),
        ]);
        assert_same_length(&[
            ("the axis of channels", channels.length()),
            ("bias", bias.len()),
        ]);
        sums(channels, x, bias, |start, sums| {
            let place = start..start + sums.len();
            self.backward(sums, &dy[place.clone()], &mut dx[place]);
        });
    }
}

//! nonlin's activation functions as [burn](https://burn.dev) operations.
//!
//! burn's own activations are compositions of tensor operations, or loops over its element type; these run nonlin's
//! kernels, value and backward alike, on the flex (CPU) backend, with or without autodiff.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//!
//! let elu: nonlin_burn::Function = "elu(alpha=0.5)".parse()?;
//! let device = Device::flex().autodiff();
//! let x = Tensor::<1>::from_data([-1.0, 0.5, 2.0], &device).require_grad();
//! let y = nonlin_burn::activation(x.clone(), elu);
//! let gradients = y.sum().backward();
//! let dx: Vec<f32> = x.grad(&gradients).unwrap().into_data().try_to_vec().unwrap();
//! assert_eq!(dx, [0.18393972, 1.0, 1.0]);
//! # Ok::<(), nonlin::Error>(())
//! ```
#![forbid(unsafe_code)]

mod module;
mod op;

pub use module::{Activation, PRelu};
pub use nonlin::channels::{RreluMode, SlopeDraw};
pub use nonlin::{Function, Kernels, Precision, Subgradient};
pub use op::ActivationBackend;

use burn::backend::Dispatch;
use burn::tensor::Tensor;

/// φ(x) for every element of `x`, differentiable once. `kernels` is a function, or its kernels where another precision or
/// another subgradient at the kinks is wanted.
///
/// ```
/// use burn::tensor::Tensor;
/// use nonlin_burn::{Function, Precision, activation};
///
/// let gelu: Function = "gelu".parse()?;
/// let x = Tensor::<1>::from_floats([-1.0, 0.5, 2.0], &Default::default());
/// let exact = activation(x.clone(), gelu);
/// let fast = activation(x, gelu.kernels().precision(Precision::Fast));
/// let apart = exact.sub(fast).abs().max().into_scalar::<f32>();
/// assert!(apart < 1e-6);
/// # Ok::<(), nonlin::Error>(())
/// ```
///
/// # Panics
/// Where `x` is on another backend than flex, or holds something else than f32, f64, f16 or bf16.
pub fn activation<const D: usize>(
    x: Tensor<D>,
    kernels: impl Into<Kernels<Function>>,
) -> Tensor<D> {
    Tensor::from_dispatch(<Dispatch as ActivationBackend>::activation_value(
        x.into_dispatch(),
        kernels.into(),
    ))
}

/// PReLU: x where x > 0, and slope·x elsewhere, with one slope per channel; differentiable once for both arguments.
///
/// The channels are dimension 1 of `x` (`[batch, channels, ..]`; the units of a fully connected layer), or dimension 0
/// of a one-dimensional `x`. A `slope` of length 1 is shared by all channels.
///
/// # Panics
/// Where the length of `slope` is neither 1 nor the number of channels, or as [`activation`] does.
pub fn prelu<const D: usize>(x: Tensor<D>, slope: Tensor<1>) -> Tensor<D> {
    let shape = x.dims();
    let [slopes] = slope.dims();
    let channels = if D == 1 { shape[0] } else { shape[1] };
    assert!(
        slopes == 1 || slopes == channels,
        "PReLU was given {slopes} slopes for {channels} channels; it takes one for each, or a single one"
    );
    if D == 1 {
        let row: Tensor<2> = x.reshape([1, channels]);
        return prelu(row, slope).reshape(shape);
    }
    Tensor::from_dispatch(<Dispatch as ActivationBackend>::prelu_value(
        x.into_dispatch(),
        slope.into_dispatch(),
    ))
}

/// RReLU (Xu et al., 2015): x where x > 0, slope·x elsewhere. In training every element has a slope of its own, drawn by
/// the seed in `mode`; give another seed to every call. The gradient is that of the slopes drawn.
///
/// # Panics
/// As [`activation`] does.
pub fn rrelu<const D: usize>(x: Tensor<D>, mode: RreluMode) -> Tensor<D> {
    let slopes = <Dispatch as ActivationBackend>::rrelu_slopes(x.clone().into_dispatch(), mode);
    x.mul(Tensor::from_dispatch(slopes))
}

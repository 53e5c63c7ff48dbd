//! burn modules, to be put into a network.

use crate::{Function, activation, prelu};
use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

/// A function as a layer without parameters to learn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Activation(pub Function);

impl Activation {
    /// φ(x) for every element.
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        activation(x, self.0)
    }
}

/// PReLU with learned slopes.
#[derive(Module, Debug)]
pub struct PRelu {
    /// One slope per channel, or a single one.
    pub slope: Param<Tensor<1>>,
}

impl PRelu {
    /// `channels` slopes that start at `start` (0.25 in He et al., 2015). Give no weight decay to them: it pulls PReLU to ReLU.
    pub fn new(channels: usize, start: f32, device: &Device) -> Self {
        PRelu {
            slope: Param::from_tensor(Tensor::full([channels], start, device)),
        }
    }

    /// See [`prelu`](crate::prelu()).
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        prelu(x, self.slope.val())
    }
}

//! Every function: a file each, and a word each in the list below.

use crate::macros::catalogue;

mod shared;

catalogue! {
    identity::Identity,
    binary_step::BinaryStep,
    sigmoid::Sigmoid,
    tanh::Tanh,
    hard_sigmoid::HardSigmoid,
    hard_tanh::HardTanh,
    log_sigmoid::LogSigmoid,
    softsign::Softsign,
    relu::Relu,
    relu6::Relu6,
    leaky_relu::LeakyRelu,
    prelu::Prelu,
    rrelu::Rrelu,
    elu::Elu,
    selu::Selu,
    celu::Celu,
    softplus::Softplus,
    swish::Swish,
    gelu::Gelu,
    gelu_tanh::GeluTanh,
    quick_gelu::QuickGelu,
    mish::Mish,
    hard_swish::HardSwish,
    sine::Sine,
}

impl Function {
    /// Every function at its default parameters, in catalogue order.
    pub fn all() -> impl Iterator<Item = Function> {
        defaults().into_iter()
    }
}

//! The operations as burn's backends see them: a trait, its implementation on flex, and its backward under autodiff.

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind, unary};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend, Backend, Flex, backend_extension};
use burn::tensor::{DType, bf16, f16};
use nonlin::channels::{RreluMode, prelu_backward, prelu_forward, rrelu_forward};
use nonlin::{Axis, Function, Kernels};

/// A backend that can compute nonlin's functions.
///
/// Flex has it, and so has `Autodiff` over any backend that has it. Call the functions of the crate root, which take
/// tensors; these take what a tensor is made of.
#[backend_extension(Flex, Autodiff)]
pub trait ActivationBackend: Backend {
    /// φ(x), element by element.
    fn activation_value(x: FloatTensor<Self>, kernels: Kernels<Function>) -> FloatTensor<Self>;
    /// dy·φ′(x), element by element. Not differentiable once more.
    fn activation_backward(
        x: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        kernels: Kernels<Function>,
    ) -> FloatTensor<Self>;
    /// PReLU with its channels along dimension 1 and one slope per channel, or a single one.
    fn prelu_value(x: FloatTensor<Self>, slope: FloatTensor<Self>) -> FloatTensor<Self>;
    /// The gradients of `prelu_value` for `x` and for `slope`. Not differentiable once more.
    fn prelu_backward(
        x: FloatTensor<Self>,
        slope: FloatTensor<Self>,
        dy: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);
    /// RReLU's slope for every element of `x`, 1 where x > 0; a constant to autodiff.
    fn rrelu_slopes(x: FloatTensor<Self>, mode: RreluMode) -> FloatTensor<Self>;
}

type FlexTensor = FloatTensor<Flex>;

/// The tensor in row-major order, filling its storage from the first element to the last. The argument is consumed, so
/// that a tensor nobody else holds stays the only holder of its storage and can be written in place.
fn contiguous(x: FlexTensor) -> FlexTensor {
    let result = x.to_contiguous();
    drop(x);
    result
}

fn unsupported(operation: &str, dtype: DType) -> ! {
    panic!("{operation} was given a tensor of {dtype:?}; it takes f32, f64, f16 or bf16")
}

/// Runs `$body` with `$t` standing for the element type of `$dtype`.
macro_rules! for_dtype {
    ($operation:literal, $dtype:expr, $t:ident => $body:block) => {
        match $dtype {
            DType::F32 => {
                type $t = f32;
                $body
            }
            DType::F64 => {
                type $t = f64;
                $body
            }
            DType::F16 => {
                type $t = f16;
                $body
            }
            DType::BF16 => {
                type $t = bf16;
                $body
            }
            other => unsupported($operation, other),
        }
    };
}

/// Dimension 1, along which PReLU's channels lie.
fn channels(x: &FlexTensor) -> Axis {
    Axis::of(x.layout().shape(), 1).expect("a tensor of two dimensions or more has a dimension 1")
}

fn like(x: &FlexTensor) -> FlexTensor {
    FlexTensor::empty(x.layout().shape().clone(), x.dtype())
}

impl ActivationBackend for Flex {
    fn activation_value(x: FlexTensor, kernels: Kernels<Function>) -> FlexTensor {
        let mut x = contiguous(x);
        for_dtype!("an activation", x.dtype(), T => {
            if x.is_unique() {
                kernels.forward_in_place(x.storage_mut::<T>());
                return x;
            }
            let mut y = like(&x);
            kernels.forward(x.storage::<T>(), y.storage_mut::<T>());
            y
        })
    }

    fn activation_backward(
        x: FlexTensor,
        dy: FlexTensor,
        kernels: Kernels<Function>,
    ) -> FlexTensor {
        let (x, mut dy) = (contiguous(x), contiguous(dy));
        for_dtype!("an activation's backward", dy.dtype(), T => {
            kernels.backward_in_place(x.storage::<T>(), dy.storage_mut::<T>());
        });
        dy
    }

    fn prelu_value(x: FlexTensor, slope: FlexTensor) -> FlexTensor {
        let axis = channels(&x);
        let (x, slope) = (contiguous(x), contiguous(slope));
        let mut y = like(&x);
        for_dtype!("PReLU", y.dtype(), T => {
            prelu_forward(axis, slope.storage::<T>(), x.storage::<T>(), y.storage_mut::<T>());
        });
        y
    }

    fn prelu_backward(
        x: FlexTensor,
        slope: FlexTensor,
        dy: FlexTensor,
    ) -> (FlexTensor, FlexTensor) {
        let axis = channels(&x);
        let (x, slope, dy) = (contiguous(x), contiguous(slope), contiguous(dy));
        let (mut dx, mut d_slope) = (like(&x), like(&slope));
        for_dtype!("PReLU's backward", dx.dtype(), T => {
            prelu_backward(
                axis,
                slope.storage::<T>(),
                x.storage::<T>(),
                dy.storage::<T>(),
                dx.storage_mut::<T>(),
                d_slope.storage_mut::<T>(),
            );
        });
        (dx, d_slope)
    }

    fn rrelu_slopes(x: FlexTensor, mode: RreluMode) -> FlexTensor {
        let x = contiguous(x);
        let (mut y, mut slopes) = (like(&x), like(&x));
        for_dtype!("RReLU", x.dtype(), T => {
            rrelu_forward(mode, x.storage::<T>(), y.storage_mut::<T>(), slopes.storage_mut::<T>());
        });
        slopes
    }
}

const ONCE: &str = "the backward of an activation cannot be differentiated once more";

impl<B: ActivationBackend, C: CheckpointStrategy> ActivationBackend for Autodiff<B, C> {
    fn activation_value(x: FloatTensor<Self>, kernels: Kernels<Function>) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Activation;
        impl<B: ActivationBackend> Backward<B, 1> for Activation {
            type State = (FloatTensor<B>, Kernels<Function>);
            fn backward(
                self,
                ops: Ops<Self::State, 1>,
                grads: &mut Gradients,
                _: &mut Checkpointer,
            ) {
                let (x, kernels) = ops.state;
                unary::<B, _>(ops.parents, ops.node, grads, |dy| {
                    B::activation_backward(x, dy, kernels)
                });
            }
        }
        match Activation
            .prepare::<C>([x.node()])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prepared) => {
                let x = x.into_primitive();
                prepared.finish((x.clone(), kernels), B::activation_value(x, kernels))
            }
            OpsKind::UnTracked(prepared) => {
                prepared.finish(B::activation_value(x.into_primitive(), kernels))
            }
        }
    }

    fn activation_backward(
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: Kernels<Function>,
    ) -> FloatTensor<Self> {
        panic!("{ONCE}")
    }

    fn prelu_value(x: FloatTensor<Self>, slope: FloatTensor<Self>) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct PRelu;
        impl<B: ActivationBackend> Backward<B, 2> for PRelu {
            type State = (FloatTensor<B>, FloatTensor<B>);
            fn backward(
                self,
                ops: Ops<Self::State, 2>,
                grads: &mut Gradients,
                _: &mut Checkpointer,
            ) {
                let (x, slope) = ops.state;
                let dy = grads.consume::<B>(&ops.node);
                let (dx, d_slope) = B::prelu_backward(x, slope, dy);
                let [for_x, for_slope] = ops.parents;
                if let Some(node) = for_x {
                    grads.register::<B>(node.id, dx);
                }
                if let Some(node) = for_slope {
                    grads.register::<B>(node.id, d_slope);
                }
            }
        }
        match PRelu
            .prepare::<C>([x.node(), slope.node()])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prepared) => {
                let (x, slope) = (x.into_primitive(), slope.into_primitive());
                prepared.finish((x.clone(), slope.clone()), B::prelu_value(x, slope))
            }
            OpsKind::UnTracked(prepared) => {
                prepared.finish(B::prelu_value(x.into_primitive(), slope.into_primitive()))
            }
        }
    }

    fn prelu_backward(
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        panic!("{ONCE}")
    }

    fn rrelu_slopes(x: FloatTensor<Self>, mode: RreluMode) -> FloatTensor<Self> {
        Self::from_inner(B::rrelu_slopes(x.into_primitive(), mode))
    }
}

//! The operations as burn's backends see them: a trait, its implementation on flex, and its backward under autodiff.

use crate::Function;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind, unary};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::{DType, bf16, f16};

/// A backend that can compute nonlin's functions.
///
/// Flex has it, and so has `Autodiff` over any backend that has it. The four `_value`/`_backward`
/// operations of the inner backend are what the autodiff ones are made of; call the functions of the
/// crate root instead.
#[backend_extension(Flex, Autodiff)]
pub trait ActivationBackend: Backend {
    /// φ(x), element by element.
    fn activation_value(x: FloatTensor<Self>, function: Function) -> FloatTensor<Self>;
    /// dy·φ′(x), element by element. Not differentiable once more.
    fn activation_backward(
        x: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        function: Function,
    ) -> FloatTensor<Self>;
    /// x where x > 0, slope·x elsewhere; `x` is `[rows, channels, inner]`, `slope` is `[channels]`.
    fn prelu_value(x: FloatTensor<Self>, slope: FloatTensor<Self>) -> FloatTensor<Self>;
    /// The gradient of `prelu_value` for `x`. Not differentiable once more.
    fn prelu_backward_x(
        x: FloatTensor<Self>,
        slope: FloatTensor<Self>,
        dy: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
    /// The gradient of `prelu_value` for `slope`: the sum of dy·x over the places of a channel where x ≤ 0.
    /// Not differentiable once more.
    fn prelu_backward_slope(x: FloatTensor<Self>, dy: FloatTensor<Self>) -> FloatTensor<Self>;
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

/// PReLU computes in f64 and rounds once: a product of two numbers of a narrower format is exact there.
trait Number: Copy {
    fn wide(self) -> f64;
    fn narrow(x: f64) -> Self;
}
macro_rules! number {
    ($($t:ty, $wide:expr, $narrow:expr;)*) => {
        $(impl Number for $t {
            #[inline(always)]
            fn wide(self) -> f64 { ($wide)(self) }
            #[inline(always)]
            fn narrow(x: f64) -> Self { ($narrow)(x) }
        })*
    };
}
number! {
    f32, f64::from, |x| x as f32;
    f64, |x| x, |x| x;
    f16, f16::to_f64, f16::from_f64;
    bf16, bf16::to_f64, bf16::from_f64;
}

/// `(rows, channels, inner)` of a tensor that the crate root has brought to three dimensions.
fn three(x: &FlexTensor) -> (usize, usize, usize) {
    let shape = x.layout().shape();
    (shape[0], shape[1], shape[2])
}

/// Runs over the elements with their channel: `visit(element, channel)`, in storage order.
fn for_each_channel(
    channels: usize,
    inner: usize,
    len: usize,
    mut visit: impl FnMut(usize, usize),
) {
    if inner == 1 {
        // The layout of a fully connected layer: one row after another.
        for row in 0..len / channels.max(1) {
            for channel in 0..channels {
                visit(row * channels + channel, channel);
            }
        }
    } else if inner > 1 {
        for block in 0..len / inner {
            let channel = block % channels;
            for at in block * inner..(block + 1) * inner {
                visit(at, channel);
            }
        }
    }
}

impl ActivationBackend for Flex {
    fn activation_value(x: FlexTensor, function: Function) -> FlexTensor {
        let mut x = contiguous(x);
        for_dtype!("an activation", x.dtype(), T => {
            if x.is_unique() {
                function.forward_in_place(x.storage_mut::<T>());
                return x;
            }
            let mut y = FlexTensor::empty(x.layout().shape().clone(), x.dtype());
            function.forward(x.storage::<T>(), y.storage_mut::<T>());
            y
        })
    }

    fn activation_backward(x: FlexTensor, dy: FlexTensor, function: Function) -> FlexTensor {
        let (x, mut dy) = (contiguous(x), contiguous(dy));
        for_dtype!("an activation's backward", dy.dtype(), T => {
            function.backward_in_place(x.storage::<T>(), dy.storage_mut::<T>());
        });
        dy
    }

    fn prelu_value(x: FlexTensor, slope: FlexTensor) -> FlexTensor {
        let (_, channels, inner) = three(&x);
        let (mut y, slope) = (contiguous(x), contiguous(slope));
        for_dtype!("PReLU", y.dtype(), T => {
            let (y, slope) = (y.storage_mut::<T>(), slope.storage::<T>());
            for_each_channel(channels, inner, y.len(), |at, channel| {
                let x = y[at].wide();
                y[at] = if x > 0.0 { y[at] } else { T::narrow(x * slope[channel].wide()) };
            });
        });
        y
    }

    fn prelu_backward_x(x: FlexTensor, slope: FlexTensor, dy: FlexTensor) -> FlexTensor {
        let (_, channels, inner) = three(&x);
        let (x, slope, mut dx) = (contiguous(x), contiguous(slope), contiguous(dy));
        for_dtype!("PReLU's backward", dx.dtype(), T => {
            let (x, slope, dx) = (x.storage::<T>(), slope.storage::<T>(), dx.storage_mut::<T>());
            for_each_channel(channels, inner, x.len(), |at, channel| {
                dx[at] = if x[at].wide() > 0.0 { dx[at] } else { T::narrow(dx[at].wide() * slope[channel].wide()) };
            });
        });
        dx
    }

    fn prelu_backward_slope(x: FlexTensor, dy: FlexTensor) -> FlexTensor {
        let (_, channels, inner) = three(&x);
        let (x, dy) = (contiguous(x), contiguous(dy));
        let mut gradient = FlexTensor::empty([channels].into(), x.dtype());
        for_dtype!("PReLU's backward", x.dtype(), T => {
            let (x, dy) = (x.storage::<T>(), dy.storage::<T>());
            // Summed in f64 and in storage order: the same bits whatever else runs.
            let mut sums = vec![0.0; channels];
            for_each_channel(channels, inner, x.len(), |at, channel| {
                let x = x[at].wide();
                sums[channel] += if x > 0.0 { 0.0 } else { x * dy[at].wide() };
            });
            for (gradient, sum) in gradient.storage_mut::<T>().iter_mut().zip(sums) {
                *gradient = T::narrow(sum);
            }
        });
        gradient
    }
}

const ONCE: &str = "the backward of an activation cannot be differentiated once more";

impl<B: ActivationBackend, C: CheckpointStrategy> ActivationBackend for Autodiff<B, C> {
    fn activation_value(x: FloatTensor<Self>, function: Function) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Activation;
        impl<B: ActivationBackend> Backward<B, 1> for Activation {
            type State = (FloatTensor<B>, Function);
            fn backward(
                self,
                ops: Ops<Self::State, 1>,
                grads: &mut Gradients,
                _: &mut Checkpointer,
            ) {
                let (x, function) = ops.state;
                unary::<B, _>(ops.parents, ops.node, grads, |dy| {
                    B::activation_backward(x, dy, function)
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
                prepared.finish((x.clone(), function), B::activation_value(x, function))
            }
            OpsKind::UnTracked(prepared) => {
                prepared.finish(B::activation_value(x.into_primitive(), function))
            }
        }
    }

    fn activation_backward(
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: Function,
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
                let [for_x, for_slope] = ops.parents;
                if let Some(node) = for_slope {
                    grads.register::<B>(node.id, B::prelu_backward_slope(x.clone(), dy.clone()));
                }
                if let Some(node) = for_x {
                    grads.register::<B>(node.id, B::prelu_backward_x(x, slope, dy));
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

    fn prelu_backward_x(
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        panic!("{ONCE}")
    }

    fn prelu_backward_slope(_: FloatTensor<Self>, _: FloatTensor<Self>) -> FloatTensor<Self> {
        panic!("{ONCE}")
    }
}

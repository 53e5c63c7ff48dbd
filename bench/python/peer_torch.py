"""PyTorch, eager and compiled."""

from functools import partial

import numpy as np
import torch
import torch.nn.functional as F

from task import Task, arguments

aten = torch.ops.aten

DTYPES = {"f32": torch.float32, "f64": torch.float64, "f16": torch.float16, "bf16": torch.bfloat16}

SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805
PRELU_SLOPE = 0.25

# y = f(x) in a new tensor.
FORWARD = {
    "relu": torch.relu,
    "leaky_relu": F.leaky_relu,
    "prelu": lambda x: torch.prelu(x, slope_of(x)),
    "hard_tanh": F.hardtanh,
    "hard_sigmoid": F.hardsigmoid,
    "hard_swish": F.hardswish,
    "relu6": F.relu6,
    "softsign": F.softsign,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "silu": F.silu,
    "gelu": F.gelu,
    "gelu_tanh": partial(F.gelu, approximate="tanh"),
    "elu": F.elu,
    "selu": F.selu,
    "celu": F.celu,
    "softplus": F.softplus,
    "log_sigmoid": F.logsigmoid,
    "mish": F.mish,
    "glu": F.glu,
    "softmax": partial(torch.softmax, dim=-1),
    "log_softmax": partial(torch.log_softmax, dim=-1),
}

# y = f(x) into a given tensor, where torch has a kernel for that.
FORWARD_OUT = {
    "relu": lambda x, y: partial(torch.clamp_min, x, 0.0, out=y),
    "leaky_relu": lambda x, y: partial(aten.leaky_relu.out, x, 0.01, out=y),
    "hard_tanh": lambda x, y: partial(aten.hardtanh.out, x, -1.0, 1.0, out=y),
    "hard_sigmoid": lambda x, y: partial(aten.hardsigmoid.out, x, out=y),
    "hard_swish": lambda x, y: partial(aten.hardswish.out, x, out=y),
    "relu6": lambda x, y: partial(aten.hardtanh.out, x, 0.0, 6.0, out=y),
    "sigmoid": lambda x, y: partial(torch.sigmoid, x, out=y),
    "tanh": lambda x, y: partial(torch.tanh, x, out=y),
    "silu": lambda x, y: partial(aten.silu.out, x, out=y),
    "gelu": lambda x, y: partial(aten.gelu.out, x, approximate="none", out=y),
    "gelu_tanh": lambda x, y: partial(aten.gelu.out, x, approximate="tanh", out=y),
    "elu": lambda x, y: partial(aten.elu.out, x, 1.0, 1.0, 1.0, out=y),
    "selu": lambda x, y: partial(aten.elu.out, x, SELU_ALPHA, SELU_SCALE, 1.0, out=y),
    "celu": lambda x, y: partial(aten.elu.out, x, 1.0, 1.0, 1.0, out=y),
    "softplus": lambda x, y: partial(aten.softplus.out, x, 1.0, 20.0, out=y),
    "log_sigmoid": lambda x, y: partial(
        aten.log_sigmoid_forward.output, x, output=y, buffer=torch.empty_like(x)
    ),
    "mish": lambda x, y: partial(aten.mish.out, x, out=y),
    "glu": lambda x, y: partial(aten.glu.out, x, -1, out=y),
    "softmax": lambda x, y: partial(aten._softmax.out, x, -1, False, out=y),
    "log_softmax": lambda x, y: partial(aten._log_softmax.out, x, -1, False, out=y),
}

# dx from dy, x and y (what torch's own autograd saves of the two), in a new tensor.
BACKWARD = {
    "relu": lambda dy, x, y: aten.threshold_backward(dy, x, 0.0),
    "leaky_relu": lambda dy, x, y: aten.leaky_relu_backward(dy, x, 0.01, False),
    "prelu": lambda dy, x, y: aten._prelu_kernel_backward(dy, x, slope_of(x)),
    "hard_tanh": lambda dy, x, y: aten.hardtanh_backward(dy, x, -1.0, 1.0),
    "hard_sigmoid": lambda dy, x, y: aten.hardsigmoid_backward(dy, x),
    "hard_swish": lambda dy, x, y: aten.hardswish_backward(dy, x),
    "relu6": lambda dy, x, y: aten.hardtanh_backward(dy, x, 0.0, 6.0),
    "sigmoid": lambda dy, x, y: aten.sigmoid_backward(dy, y),
    "tanh": lambda dy, x, y: aten.tanh_backward(dy, y),
    "silu": lambda dy, x, y: aten.silu_backward(dy, x),
    "gelu": lambda dy, x, y: aten.gelu_backward(dy, x, approximate="none"),
    "gelu_tanh": lambda dy, x, y: aten.gelu_backward(dy, x, approximate="tanh"),
    "elu": lambda dy, x, y: aten.elu_backward(dy, 1.0, 1.0, 1.0, False, x),
    "selu": lambda dy, x, y: aten.elu_backward(dy, SELU_ALPHA, SELU_SCALE, 1.0, False, x),
    "celu": lambda dy, x, y: aten.elu_backward(dy, 1.0, 1.0, 1.0, False, x),
    "softplus": lambda dy, x, y: aten.softplus_backward(dy, x, 1.0, 20.0),
    "log_sigmoid": lambda dy, x, y: aten.log_sigmoid_backward(dy, x, torch.exp(-x.abs())),
    "mish": lambda dy, x, y: aten.mish_backward(dy, x),
    "glu": lambda dy, x, y: aten.glu_backward(dy, x, -1),
    "softmax": lambda dy, x, y: aten._softmax_backward_data(dy, y, -1, y.dtype),
    "log_softmax": lambda dy, x, y: aten._log_softmax_backward_data(dy, y, -1, y.dtype),
}

# dx into a given tensor, where torch has a kernel for that.
BACKWARD_OUT = {
    "relu": lambda dy, x, y, dx: partial(
        aten.threshold_backward.grad_input, dy, x, 0.0, grad_input=dx
    ),
    "leaky_relu": lambda dy, x, y, dx: partial(
        aten.leaky_relu_backward.grad_input, dy, x, 0.01, False, grad_input=dx
    ),
    "hard_tanh": lambda dy, x, y, dx: partial(
        aten.hardtanh_backward.grad_input, dy, x, -1.0, 1.0, grad_input=dx
    ),
    "hard_sigmoid": lambda dy, x, y, dx: partial(
        aten.hardsigmoid_backward.grad_input, dy, x, grad_input=dx
    ),
    "relu6": lambda dy, x, y, dx: partial(
        aten.hardtanh_backward.grad_input, dy, x, 0.0, 6.0, grad_input=dx
    ),
    "sigmoid": lambda dy, x, y, dx: partial(aten.sigmoid_backward.grad_input, dy, y, grad_input=dx),
    "tanh": lambda dy, x, y, dx: partial(aten.tanh_backward.grad_input, dy, y, grad_input=dx),
    "silu": lambda dy, x, y, dx: partial(aten.silu_backward.grad_input, dy, x, grad_input=dx),
    "gelu": lambda dy, x, y, dx: partial(
        aten.gelu_backward.grad_input, dy, x, approximate="none", grad_input=dx
    ),
    "gelu_tanh": lambda dy, x, y, dx: partial(
        aten.gelu_backward.grad_input, dy, x, approximate="tanh", grad_input=dx
    ),
    "elu": lambda dy, x, y, dx: partial(
        aten.elu_backward.grad_input, dy, 1.0, 1.0, 1.0, False, x, grad_input=dx
    ),
    "selu": lambda dy, x, y, dx: partial(
        aten.elu_backward.grad_input, dy, SELU_ALPHA, SELU_SCALE, 1.0, False, x, grad_input=dx
    ),
    "celu": lambda dy, x, y, dx: partial(
        aten.elu_backward.grad_input, dy, 1.0, 1.0, 1.0, False, x, grad_input=dx
    ),
    "softplus": lambda dy, x, y, dx: partial(
        aten.softplus_backward.grad_input, dy, x, 1.0, 20.0, grad_input=dx
    ),
    "log_sigmoid": lambda dy, x, y, dx: partial(
        aten.log_sigmoid_backward.grad_input, dy, x, torch.exp(-x.abs()), grad_input=dx
    ),
    "glu": lambda dy, x, y, dx: partial(aten.glu_backward.grad_input, dy, x, -1, grad_input=dx),
    "softmax": lambda dy, x, y, dx: partial(
        aten._softmax_backward_data.out, dy, y, -1, y.dtype, grad_input=dx
    ),
    "log_softmax": lambda dy, x, y, dx: partial(
        aten._log_softmax_backward_data.out, dy, y, -1, y.dtype, out=dx
    ),
}


def slope_of(x: torch.Tensor) -> torch.Tensor:
    """PReLU's one slope."""
    return torch.full((1,), PRELU_SLOPE, dtype=x.dtype)


def by_autograd(function: str, x: torch.Tensor, dy: torch.Tensor) -> partial:
    """The gradient alone, of a graph that is kept."""
    x = x.detach().requires_grad_()
    y = FORWARD[function](x)
    return partial(torch.autograd.grad, y, x, dy, retain_graph=True)


class Peer:
    def __init__(self, library: str, threads: int) -> None:
        torch.set_num_threads(threads)
        self.compiled = library == "torch.compile"
        if self.compiled:
            # One process: the pool of compilers would take time from whoever is timed.
            from torch._inductor import config

            config.compile_threads = 1
        self.version = torch.__version__

    def prepare(self, place: str, function: str, direction: str, dtype: str, x: np.ndarray) -> Task:
        given = arguments(function, x)
        x, dy = (torch.from_numpy(np.ascontiguousarray(a)).to(DTYPES[dtype]) for a in given)
        if self.compiled:
            return self.prepare_compiled(place, function, direction, x, dy)
        if place == "in-place":
            return self.prepare_in_place(function, direction, x, dy)
        if direction == "forward":
            if function in FORWARD_OUT:
                return Task(FORWARD_OUT[function](x, torch.empty_like(dy)), "out")
            return Task(partial(FORWARD[function], x), "alloc")
        y = FORWARD[function](x)
        if function in BACKWARD_OUT:
            return Task(BACKWARD_OUT[function](dy, x, y, torch.empty_like(x)), "out")
        if function in BACKWARD:
            return Task(partial(BACKWARD[function], dy, x, y), "alloc")
        return Task(by_autograd(function, x, dy), "alloc")

    def prepare_in_place(self, function: str, direction: str, x, dy) -> Task:
        if function == "glu":
            raise NotImplementedError("the output of glu is smaller than its input")
        if direction == "forward":
            z = x.clone()
            return Task(FORWARD_OUT[function](z, z), "in-place", partial(z.copy_, x))
        z = dy.clone()
        y = FORWARD[function](x)
        return Task(BACKWARD_OUT[function](z, x, y, z), "in-place", partial(z.copy_, dy))

    def prepare_compiled(self, place: str, function: str, direction: str, x, dy) -> Task:
        if place != "apart":
            raise NotImplementedError("compiled functions are timed beside their input")
        # Graphs of earlier functions would only be searched in vain.
        torch.compiler.reset()
        if direction == "forward":
            forward = FORWARD[function]
            compiled = torch.compile(lambda x, y: y.copy_(forward(x)), dynamic=True, fullgraph=True)
            return Task(partial(compiled, x, torch.empty_like(dy)), "out")
        if function not in BACKWARD or function == "prelu":
            raise NotImplementedError("torch has no operator for this gradient to compile")
        backward = BACKWARD[function]
        y = FORWARD[function](x)
        compiled = torch.compile(
            lambda dy, x, y, dx: dx.copy_(backward(dy, x, y)), dynamic=True, fullgraph=True
        )
        return Task(partial(compiled, dy, x, y, torch.empty_like(x)), "out")

    def evaluate(self, function: str, order: int, x: np.ndarray) -> np.ndarray:
        if self.compiled:
            raise NotImplementedError("the judgement is of eager torch")
        x = torch.from_numpy(x)
        if order == 0:
            return FORWARD[function](x).numpy()
        return by_autograd(function, x, torch.ones_like(x))()[0].numpy()

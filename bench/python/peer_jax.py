"""JAX, jitted."""

import os
from functools import partial

import numpy as np

from task import Task, arguments

DTYPES = {"f32": "float32", "f64": "float64", "f16": "float16", "bf16": "bfloat16"}


def functions(jax) -> dict:
    """Every function by nonlin's name."""
    nn, jnp = jax.nn, jax.numpy
    return {
        "relu": nn.relu,
        "leaky_relu": nn.leaky_relu,
        "prelu": lambda x: prelu(jnp, x, 0.25),
        "hard_tanh": nn.hard_tanh,
        "hard_sigmoid": nn.hard_sigmoid,
        "hard_swish": nn.hard_swish,
        "relu6": nn.relu6,
        "softsign": nn.soft_sign,
        "sigmoid": nn.sigmoid,
        "tanh": jnp.tanh,
        "silu": nn.silu,
        "gelu": partial(nn.gelu, approximate=False),
        "gelu_tanh": partial(nn.gelu, approximate=True),
        "elu": nn.elu,
        "selu": nn.selu,
        "celu": nn.celu,
        "softplus": nn.softplus,
        "log_sigmoid": nn.log_sigmoid,
        "mish": nn.mish,
        "glu": nn.glu,
        "softmax": nn.softmax,
        "log_softmax": nn.log_softmax,
    }


def prelu(jnp, x, slope):
    """JAX leaves PReLU to its users."""
    return jnp.where(x >= 0, x, slope * x)


class Peer:
    def __init__(self, library: str, threads: int) -> None:
        if threads == 1:
            os.environ["XLA_FLAGS"] = (
                "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
            )
        os.environ["JAX_PLATFORMS"] = "cpu"
        import jax

        jax.config.update("jax_enable_x64", True)
        # The caller waits for each result anyway.
        jax.config.update("jax_cpu_enable_async_dispatch", False)
        self.jax = jax
        self.functions = functions(jax)
        self.version = jax.__version__

    def prepare(self, place: str, function: str, direction: str, dtype: str, x: np.ndarray) -> Task:
        if place != "apart":
            raise NotImplementedError("jitted functions return a new array")
        given = arguments(function, x)
        x, dy = (self.jax.numpy.asarray(a, dtype=DTYPES[dtype]) for a in given)
        if direction == "forward":
            forward = self.jax.jit(self.functions[function])
            return Task(lambda: forward(x).block_until_ready(), "alloc")
        backward = self.jax.jit(self.backward(function))
        return Task(lambda: self.jax.block_until_ready(backward(x, dy)), "alloc")

    def backward(self, function: str):
        """dx from x and dy; the slope of PReLU has a gradient too."""
        vjp, jnp = self.jax.vjp, self.jax.numpy
        if function == "prelu":
            both = partial(prelu, jnp)
            return lambda x, dy: vjp(both, x, jnp.asarray(0.25, x.dtype))[1](dy)
        forward = self.functions[function]
        return lambda x, dy: vjp(forward, x)[1](dy)[0]

    def evaluate(self, function: str, order: int, x: np.ndarray) -> np.ndarray:
        if order == 0:
            return np.asarray(self.jax.jit(self.functions[function])(x))
        dx = self.jax.grad(lambda x: self.functions[function](x).sum())
        return np.asarray(self.jax.jit(dx)(x))

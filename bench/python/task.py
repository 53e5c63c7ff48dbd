"""What a peer hands to the worker."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Task:
    """Something to time."""

    call: Callable[[], object]
    # `out`, `alloc` or `in-place`.
    form: str
    # Makes anew what a call uses up; not timed.
    refresh: Callable[[], object] | None = None


# Elements in a row of softmax, log_softmax and glu.
ROW = 1024
ROW_FUNCTIONS = ("softmax", "log_softmax", "glu")


def shape_of(function: str, elements: int) -> tuple[int, ...]:
    """A vector, or rows for the functions that take them."""
    if function in ROW_FUNCTIONS:
        row = min(ROW, elements)
        return (elements // row, row)
    return (elements,)


def arguments(function: str, x):
    """The input in its shape, and dy: the input backwards, cut to the output's size."""
    x = x.reshape(shape_of(function, x.size))
    dy = x[::-1] if x.ndim == 1 else x[::-1, ::-1]
    if function == "glu":
        dy = dy[:, : x.shape[1] // 2]
    return x, dy

"""Times and evaluates the functions of one library, on request.

`worker.py LIBRARY THREADS INPUTS`: LIBRARY is torch, torch.compile, jax or onnxruntime, INPUTS a
file of f32. One request a line on standard input, one answer a line on standard output:

    prepare PLACE FUNCTION DIRECTION DTYPE ELEMENTS  ->  ready FORM  or  none REASON
    sample PLACE CALLS                               ->  the nanoseconds of a call, their mean
    drop                                             ->  dropped
    evaluate FUNCTION ORDER FROM TO                  ->  done  or  none REASON

PLACE is `apart` (the library's best way to give a result beside the input; FORM says which: `out`
writes into a given array, `alloc` makes a new one) or `in-place`. The first line that a worker
writes is the library's version.
"""

import importlib
import os
import signal
import sys
from itertools import repeat
from time import perf_counter_ns

PEERS = {
    "torch": "peer_torch",
    "torch.compile": "peer_torch",
    "jax": "peer_jax",
    "onnxruntime": "peer_onnxruntime",
}

# Elements that `evaluate` hands over at once; the peers' temporaries stay small.
CHUNK = 1 << 22


def pin(threads: int) -> None:
    """Every pool reads its size from here, so this comes before any import of a peer."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(threads)


def mean_ns(task, calls: int) -> float:
    """The mean time of a call. What a call has used up is made anew outside of the clock."""
    call = task.call
    # Others have filled the caches since, and on a virtual machine the first library of a round may take twice its time at 256 MiB.
    if task.refresh is not None:
        task.refresh()
    call()
    if task.refresh is None:
        begun = perf_counter_ns()
        for _ in repeat(None, calls):
            call()
        return (perf_counter_ns() - begun) / calls
    total = 0
    for _ in repeat(None, calls):
        task.refresh()
        begun = perf_counter_ns()
        call()
        total += perf_counter_ns() - begun
    return total / calls


class Worker:
    """One library behind the requests of the module's text."""

    def __init__(self, library: str, threads: int, inputs: str) -> None:
        import numpy

        self.numpy = numpy
        self.peer = importlib.import_module(PEERS[library]).Peer(library, threads)
        self.inputs = inputs
        self.tasks = {}

    def prepare(self, place: str, function: str, direction: str, dtype: str, elements: str) -> str:
        x = self.numpy.fromfile(self.inputs, dtype=self.numpy.float32, count=int(elements))
        task = self.peer.prepare(place, function, direction, dtype, x)
        mean_ns(task, 1)
        self.tasks[place] = task
        return f"ready {task.form}"

    def sample(self, place: str, calls: str) -> str:
        return repr(mean_ns(self.tasks[place], int(calls)))

    def drop(self) -> str:
        self.tasks.clear()
        return "dropped"

    def evaluate(self, function: str, order: str, source: str, target: str) -> str:
        x = self.numpy.fromfile(source, dtype=self.numpy.float32)
        y = self.numpy.empty_like(x)
        for begin in range(0, len(x), CHUNK):
            part = slice(begin, begin + CHUNK)
            y[part] = self.peer.evaluate(function, int(order), x[part])
        y.tofile(target)
        return "done"

    def answer(self, request: list[str]) -> str:
        command, *arguments = request
        try:
            return getattr(self, command)(*arguments)
        except Exception as error:  # a peer may refuse in any way
            reason = str(error).strip().split("\n")[0]
            return f"none {type(error).__name__}: {reason}"


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    library, threads, inputs = sys.argv[1:]
    # Libraries print what they like; the answers have the standard output to themselves.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    pin(int(threads))
    worker = Worker(library, int(threads), inputs)
    print(worker.peer.version, file=answers)
    for line in sys.stdin:
        print(worker.answer(line.split()), file=answers)


if __name__ == "__main__":
    main()

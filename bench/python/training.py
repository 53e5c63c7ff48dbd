"""Times training steps of fully connected networks in PyTorch on one thread, on request.

One request a line on standard input, `WIDTHS BATCH ACTIVATION STEPS` with widths like
784-256-256-10; one answer a line on standard output, the median nanoseconds of a step. The first
line that it writes is PyTorch's version. A step is what a loop does: gradients to None, forward,
cross-entropy, backward, SGD with momentum 0.9.
"""

import os
import statistics
import sys
from time import perf_counter_ns

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import torch  # noqa: E402  the threads are read when it is imported

ACTIVATIONS = {
    "relu": torch.nn.ReLU,
    "leaky_relu": torch.nn.LeakyReLU,
    "sigmoid": torch.nn.Sigmoid,
    "tanh": torch.nn.Tanh,
    "elu": torch.nn.ELU,
    "selu": torch.nn.SELU,
    "softplus": torch.nn.Softplus,
    "swish": torch.nn.SiLU,
    "gelu": torch.nn.GELU,
    "mish": torch.nn.Mish,
    "softsign": torch.nn.Softsign,
    "hard_swish": torch.nn.Hardswish,
}


class Loop:
    def __init__(self, widths: list[int], batch: int, activation: str) -> None:
        layers: list[torch.nn.Module] = []
        for at, (ins, outs) in enumerate(zip(widths, widths[1:])):
            layers.append(torch.nn.Linear(ins, outs))
            if at + 2 < len(widths):
                layers.append(ACTIVATIONS[activation]())
        self.net = torch.nn.Sequential(*layers)
        self.optimiser = torch.optim.SGD(self.net.parameters(), lr=0.01, momentum=0.9)
        self.x = torch.randn(batch, widths[0])
        self.y = torch.arange(batch) % widths[-1]

    def step(self) -> None:
        self.optimiser.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(self.net(self.x), self.y).backward()
        self.optimiser.step()


def main() -> None:
    torch.set_num_threads(1)
    print(torch.__version__, flush=True)
    loops: dict[str, Loop] = {}
    for line in sys.stdin:
        widths, batch, activation, steps = line.split()
        key = f"{widths} {batch} {activation}"
        if key not in loops:
            loops[key] = Loop([int(w) for w in widths.split("-")], int(batch), activation)
            for _ in range(20):
                loops[key].step()
        times = []
        for _ in range(int(steps)):
            begun = perf_counter_ns()
            loops[key].step()
            times.append(perf_counter_ns() - begun)
        print(int(statistics.median(times)), flush=True)


main()

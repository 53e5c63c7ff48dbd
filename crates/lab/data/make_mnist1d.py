"""Writes mnist1d.bin.gz, the embedded copy of MNIST-1D.

The set is procedural: `make_dataset` of the package mnist1d 0.0.2.post1 (Apache-2.0, Greydanus and
Kobak) with its default arguments and seed 42. Run

    pip download --no-deps mnist1d==0.0.2.post1 && pip install numpy scipy
    python make_mnist1d.py mnist1d-0.0.2.post1-py3-none-any.whl

The file, once decompressed, is (little-endian)

    f32 low, f32 step            a value is low + step * level
    u8  levels[5000 * 40]        4000 training rows, then 1000 test rows, 40 values each
    u8  labels[5000]             0..9

One level is 1/255 of the range, 0.039 standard deviations of the data: the rounding error (at most
half a level) is far below the noise that the generator itself adds.
"""

import gzip
import hashlib
import struct
import sys
import types

import numpy as np

EXPECTED = "d53506bddd12d3b7"  # SHA-256 of the training inputs as little-endian f32, first 16 digits

# The generator's module imports plotting and download packages that making the data does not use.
for name in ("matplotlib", "matplotlib.pyplot", "requests"):
    sys.modules.setdefault(name, types.ModuleType(name))
sys.path.insert(0, sys.argv[1])
from mnist1d.data import get_dataset_args, make_dataset  # noqa: E402

made = make_dataset(get_dataset_args())
x, x_test = made["x"].astype("<f4"), made["x_test"].astype("<f4")
found = hashlib.sha256(x.tobytes()).hexdigest()
if not found.startswith(EXPECTED):
    sys.exit(f"the training inputs hash to {found[:16]}, expected {EXPECTED}")

values = np.concatenate([x, x_test])
labels = np.concatenate([made["y"], made["y_test"]]).astype(np.uint8)
low = np.float32(values.min())
step = np.float32((values.max() - low) / 255)
levels = np.clip(np.rint((values - low) / step), 0, 255).astype(np.uint8)
raw = struct.pack("<ff", low, step) + levels.tobytes() + labels.tobytes()
packed = gzip.compress(raw, compresslevel=9, mtime=0)
with open("mnist1d.bin.gz", "wb") as file:
    file.write(packed)
print(f"{values.shape[0]} rows of {values.shape[1]}, range {values.min():.4f} to {values.max():.4f}, {len(packed)} bytes")

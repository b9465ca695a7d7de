"""The largest resident memory of training on the reviews, ours and torch's, each in a process of its own.

`python tests/benchmarks/memory.py NAME` is such a process: it carries out three iterations and prints the mebibytes
after its imports and data, and at their largest.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"


def table() -> None:
    """Print a line for each contender."""
    print("largest resident memory, three iterations of the LSTM in both directions, batch 32, 200 steps, 64 units")
    for name in ("ours", *(("torch, float32", "torch, float64") if find_spec("torch") else ())):
        told = subprocess.run([sys.executable, __file__, name], capture_output=True, text=True, check=True).stdout
        before, largest = told.split()
        print(f"  {name:<16} {largest:>6} MiB, of which {before} MiB before the first iteration")


def _largest() -> int:
    """Give mebibytes; Linux has them in a file, as rusage there begins with what the starting process had."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(name: str) -> None:
    """Carry out three iterations of one contender."""
    import cells

    work = cells.WORK["reviews"]
    drawn = cells.draw(work)
    if name == "ours":
        iterate = cells.ours_of(work, drawn)
    else:
        import torch

        torch.set_num_threads(1)
        iterate = cells.torch_of(work, drawn, name.split()[-1])
    before = _largest()
    for _ in range(3):
        iterate()
    print(before, _largest())


if __name__ == "__main__":
    main(sys.argv[1])

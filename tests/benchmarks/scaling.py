"""Time and memory of the forward pass as the sequence grows: both linear in T."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

STEPS = (100, 1_000, 10_000, 100_000)
N_X, N_H, N_Y = 8, 32, 4

PROBLEM = """rnncalc: 1
recurrence: elman
weights:
  U: uniform({n_x}, {n_h}, -0.3, 0.3, 1)
  W: uniform({n_h}, {n_h}, -0.1, 0.1, 2)
  V: uniform({n_h}, {n_y}, -0.3, 0.3, 3)
inputs: {{x: {{file: x.npz}}}}
"""


def child(folder: str) -> None:
    """Evaluate the problem of a folder; print seconds and the peak of memory in MiB."""
    from rnncalc.compute.evaluate import evaluate
    from rnncalc.problem.files import read_source
    from rnncalc.problem.problem import read_problem

    start = time.perf_counter()
    evaluate(read_problem(read_source(f"{folder}/p.yaml")).case)
    seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    """Print a line for each length."""
    print(f"{'T':>8} {'seconds':>9} {'us a step':>10} {'peak MiB':>9}   (Elman forward, n_h = {N_H}, inputs from .npz)")
    for n_steps in STEPS:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "p.yaml").write_text(PROBLEM.format(n_x=N_X, n_h=N_H, n_y=N_Y))
            np.savez(Path(folder, "x.npz"), x=np.random.default_rng(0).normal(size=(n_steps, N_X)))
            result = subprocess.run([sys.executable, __file__, folder], capture_output=True, text=True, check=True)
        seconds, peak = map(float, result.stdout.split())
        print(f"{n_steps:>8,} {seconds:>9.3f} {1e6 * seconds / n_steps:>10.1f} {peak:>9.0f}")


if __name__ == "__main__":
    child(sys.argv[1]) if len(sys.argv) > 1 else main()

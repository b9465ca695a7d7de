"""Importing the weights of another library from a file of 10 MB, against numpy's own load of the same file.

`rnncalc import` reads, checks and writes a problem file that names the weights,
or copies them where their names have to change; numpy only reads every array.
Once as whole processes, which begin with importing what they stand on, and
once within a process that runs already.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
from measure import medians, process, python

from rnncalc.problem.import_text import write_imported
from rnncalc.problem.importing import import_weights
from rnncalc.problem.weight_source import read_weight_file

N_X, N_H, LAYERS = 300, 312, 2  # 1.3 million numbers in float64
MOST = 0.2  # seconds that importing may add
ROUNDS = 9


def weights() -> dict[str, np.ndarray]:
    """Give the packed weights of a PyTorch LSTM."""
    random, found, n_in = np.random.default_rng(0), {}, N_X
    for layer in range(LAYERS):
        found[f"weight_ih_l{layer}"] = random.normal(size=(4 * N_H, n_in))
        found[f"weight_hh_l{layer}"] = random.normal(size=(4 * N_H, N_H))
        found |= {f"bias_{kind}_l{layer}": random.normal(size=4 * N_H) for kind in ("ih", "hh")}
        n_in = N_H
    return found


def importing(path: Path, output: Path):
    """Give the work of the command itself, within a process that runs already."""

    def run() -> None:
        source = read_weight_file(str(path))
        write_imported(import_weights(source, "lstm", {"convention": "pytorch"}, None), source, str(output))

    return run


def loading(path: Path):
    """Give numpy's part of it."""

    def run() -> None:
        with np.load(path) as arrays:
            {name: arrays[name] for name in arrays.files}

    return run


def main() -> None:
    """Print what importing adds, named and copied, in a process of its own and within one."""
    program = shutil.which("rnncalc", path=str(Path(sys.executable).parent)) or "rnncalc"
    with tempfile.TemporaryDirectory() as folder:
        plain, other, output = (Path(folder, name) for name in ("plain.npz", "other.npz", "p.yaml"))
        np.savez(plain, **weights())
        np.savez(other, **{f"lstm.{name}": array for name, array in weights().items()})
        options = ("--recurrence", "lstm", "--convention", "pytorch", "--output", str(output), "--force")
        load = f"import numpy as np; a = np.load({str(plain)!r}); [a[name] for name in a.files]"
        found = medians(
            {
                "numpy's load": python(load),
                "named": process(program, "import", str(plain), *options),
                "load within": loading(plain),
                "named within": importing(plain, output),
                "copied within": importing(other, output),
            },
            ROUNDS,
        )
        print(f"{plain.stat().st_size / 1e6:.1f} MB of weights, LSTM of {LAYERS} layers, n_h = {N_H}")
    for work, base in (("named", "numpy's load"), ("named within", "load within"), ("copied within", "load within")):
        added = found[work] - found[base]
        met = "met" if added < MOST else "NOT met"
        times = f"{1000 * found[work]:>7.0f} ms   {base:<14} {1000 * found[base]:>7.0f} ms"
        print(f"  import, {work:<14} {times}   {1000 * added:>+5.0f} ms, at most {1000 * MOST:.0f} ms  {met}")


if __name__ == "__main__":
    main()

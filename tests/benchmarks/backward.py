"""Forward and backward pass of T = 1,000 steps against PyTorch, and deriving once.

Elman, LSTM and GRU with n_h = 64, 8 sequences, float64, one thread. PyTorch is
a peer that may be absent; then only our own times are printed.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from measure import medians, row

from rnncalc.base.span import Source
from rnncalc.compute.bptt import backpropagate, derive
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate
from rnncalc.problem.problem import read_problem

N_STEPS, N_SEQUENCES, N_X, N_H = 1_000, 8, 32, 64
GATES = {"elman": ("",), "lstm": ("_f", "_i", "_g", "_o"), "gru": ("_z", "_r", "_n")}
REACH = {"elman": 0.32, "lstm": 0.40, "gru": 0.38}
ROUNDS = 9


def make_case(recurrence: str) -> Case:
    """Build a problem with random weights and a squared error on every hidden state."""
    lines = ["rnncalc: 1", f"recurrence: {recurrence}", "weights:"]
    for seed, gate in enumerate(GATES[recurrence]):
        u, w = ("U", "W") if recurrence == "elman" else (f"W{gate}", f"U{gate}")
        rows, columns = (N_X, N_H) if recurrence == "elman" else (N_H, N_X)
        lines.append(f"  {u}: uniform({rows}, {columns}, -0.1, 0.1, {seed})")
        lines.append(f"  {w}: uniform({N_H}, {N_H}, -0.1, 0.1, {10 + seed})")
        lines.append(f"  b{gate}: [{', '.join(['0.1'] * N_H)}]")
    lines += ["inputs: {x: {file: x.npz}}", "targets: {d: {file: d.npz}}", "loss: {kind: squared-error, output: h}"]
    random = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        np.savez(Path(folder, "x.npz"), x=random.normal(size=(N_SEQUENCES, N_STEPS, N_X)))
        np.savez(Path(folder, "d.npz"), d=random.normal(size=(N_SEQUENCES, N_STEPS, N_H)))
        path = Path(folder, "p.yaml")
        path.write_text("\n".join(lines) + "\n")
        return read_problem(Source(str(path), path.read_text())).case


def ours(case: Case):
    """Give the work: one forward and one backward pass."""
    backward = derive(case, starts=False)
    return lambda: backpropagate(evaluate(case), backward)


def torch_peer(recurrence: str):
    """Give the same work in PyTorch, or None where it is absent."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    kind = {"elman": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[recurrence]
    layer = kind(N_X, N_H, batch_first=True).double()
    x, d = torch.randn(N_SEQUENCES, N_STEPS, N_X).double(), torch.randn(N_SEQUENCES, N_STEPS, N_H).double()

    def run() -> None:
        layer.zero_grad()
        ((layer(x)[0] - d) ** 2).sum().backward()

    return run


def main() -> None:
    """Print a row for each recurrence, and the time to derive."""
    for recurrence, reach in REACH.items():
        case = make_case(recurrence)
        work = {"ours": ours(case), "derive": lambda case=case: derive(case)}
        if peer := torch_peer(recurrence):
            work["torch"] = peer
        found = medians(work, ROUNDS)
        label = f"{recurrence}, T = {N_STEPS:,}, n_h = {N_H}, forward + BPTT"
        if "torch" in found:
            print(row(label, found["ours"], "torch + autograd, float64", found["torch"], reach))
        else:
            print(f"{label:<46} {1000 * found['ours']:>9.2f} ms   (PyTorch is absent)")
        print(f"  derive the backward system: {1000 * found['derive']:.2f} ms (reach 15 ms)")


if __name__ == "__main__":
    main()

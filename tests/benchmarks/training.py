"""Training: how well it agrees with PyTorch, and how fast it is beside its peers; one thread, medians of one run.

    python tests/benchmarks/training.py                     the tables of witnesses, speed and memory
    python tests/benchmarks/training.py --witness           one table alone; also --speed, --memory
    python tests/benchmarks/training.py --speed --work lstm --rounds 5
    python tests/benchmarks/training.py --final             final losses at full length: an hour or more
    python tests/benchmarks/training.py --final --iterations 200 --seeds 2 --only tagging

Peers are torch, jax with optax, and numba; whoever is absent is left out.

The witness table: the largest relative difference of our loss curve from PyTorch's, over the hundred iterations
of every network under tests/witness/training, trained again on the spot where torch is there, else as recorded.
The speed table: seconds of one iteration (forward, backward, Adam, the loss as a float). The contenders take turns.
The memory table: the largest resident memory of a process that carries out three iterations on the reviews.
The final table: see final_losses.py.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
sys.path.insert(0, str(Path(__file__).parents[1]))

import cells
import final_losses
import memory
import question_2
from compute.packed_peers import fixture, fixtures
from measure import medians, row
from training_iteration import Iterate
from witness.trained import off, train

BOUND = 1e-8
SMALL = {"torch": 0.3, "JAX": 1.0}  # an LSTM and a GRU of ten units
LARGE = {"torch": 1.0}  # an LSTM of 64 units in both directions
QUESTION_2 = {"torch": 0.12, "JAX": 0.55, "numpy": 0.55, "fused": 2.1}


def witness_table() -> None:
    """Print how far our loss curves are from PyTorch's."""
    live = find_spec("torch") is not None
    print(f"loss curves over 100 iterations, float64, against {'PyTorch, live' if live else 'recorded PyTorch'}")
    for name in fixtures("training"):
        record = fixture("training", name)
        losses = record["losses"]
        if live:
            from witness.torch_training import train as train_by_torch

            losses = train_by_torch(record).losses
        found = off(train(record)[1].history.losses, losses)
        print(f"  {name:<46} {found:.1e}   reach {BOUND:.0e}  {'met' if found <= BOUND else 'NOT met'}")


def speed_of(title: str, contenders: dict[str, Iterate], reach: dict[str, float], turns: int, rounds: int) -> None:
    """Print ours against each of the others."""

    def turn(iterate: Iterate):
        return lambda: [iterate() for _ in range(turns)]

    found = medians({name: turn(iterate) for name, iterate in contenders.items()}, rounds)
    (_, ours), *peers = ((name, seconds / turns) for name, seconds in found.items())
    if not peers:
        print(f"{title:<46} {1000 * ours:>9.2f} ms   (no peer is there)")
    for name, seconds in peers:
        print(row(title, ours, name, seconds, next(bound for peer, bound in reach.items() if name.startswith(peer))))


def speed_table(rounds: int, only: str | None) -> None:
    """Print the ratios of one iteration; ours is float64 throughout."""
    print("one iteration, ours in float64, one thread")
    if only in (None, "question-2"):
        speed_of("question 2, Elman 3-5-2, 8 × 100", question_2.contenders(), QUESTION_2, 20, rounds)
    for name, work in cells.WORK.items():
        if only in (None, name):
            title = f"{work.title}, {work.sequences} × {work.steps}, {work.n_h} units"
            large = name == "reviews"
            turns, reach = (1, LARGE) if large else (10, SMALL)
            speed_of(title, cells.contenders(work), reach, turns, max(3, rounds // 4) if large else rounds)


def main() -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for table in ("witness", "speed", "memory", "final"):
        parser.add_argument(f"--{table}", action="store_true", help=f"the {table} table")
    parser.add_argument("--rounds", type=int, default=15, help="turns of each contender")
    parser.add_argument("--work", choices=["question-2", *cells.WORK], help="one part of the speed table")
    final_losses.add_options(parser)
    asked = parser.parse_args()
    all_but_final = not (asked.witness or asked.speed or asked.memory or asked.final)
    if find_spec("torch"):
        import torch

        torch.set_num_threads(1)
    if asked.witness or all_but_final:
        witness_table()
    if asked.speed or all_but_final:
        speed_table(asked.rounds, asked.work)
    if asked.memory or all_but_final:
        memory.table()
    if asked.final:
        final_losses.table(asked.only, asked.seeds, asked.iterations, asked.kept)


if __name__ == "__main__":
    main()

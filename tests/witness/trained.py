"""Networks trained by PyTorch, from tests/witness/training, as cases and plans of ours, and what ours makes of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from compute.packed_peers import read

from rnncalc.compute.blocks import pack
from rnncalc.problem.problem import Problem
from rnncalc.training.learn import Learned, learn
from rnncalc.training.plan import Choice, Plan


def plan_of(record: dict) -> Plan:
    """Give the plan of a record, which is written with the keys of `training:`."""
    said = record["plan"]
    constants = {name: value for name, value in said["optimiser"].items() if name != "kind"}
    (clip_by, clip), *_ = [*said.get("clip", {}).items(), ("limit", None)]
    return Plan(
        Choice(said["optimiser"]["kind"], said["rate"], constants),
        iterations=said["iterations"],
        batch=said.get("batch"),
        shuffle=said.get("shuffle", True),
        clip=clip,
        clip_by=clip_by,
        seed=said.get("seed", 0),
    )


def train(record: dict) -> tuple[Problem, Learned]:
    """Carry out the plan of a record, and give the problem with what was learnt."""
    problem = read(record["problem"])
    return problem, learn(problem.case, plan_of(record))


def off(losses: np.ndarray, wanted: list[float]) -> float:
    """Give the largest relative difference of two loss curves."""
    curve = np.array(wanted)
    assert losses.shape == curve.shape, (losses.shape, curve.shape)
    return float((np.abs(losses - curve) / np.abs(curve)).max())


def packed(problem: Problem, weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Give weights under the names and in the layout of PyTorch; those that it does not pack as they are."""
    published = problem.network.published
    found = pack(published.tensors, weights, published.recurrence.words)
    inside = {block.weight for tensor in published.tensors for row in tensor.rows for block in row}
    return found | {name: array for name, array in weights.items() if name not in inside}

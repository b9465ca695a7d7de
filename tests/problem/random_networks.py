"""Problems of the catalogue with random weights, n_x ≠ n_h ≠ n_y, two sequences, states that do not start at zero."""

from __future__ import annotations

import json

import numpy as np
from running import problem

from rnncalc.problem.problem import Problem
from rnncalc.recurrences.catalogue import read_entry
from rnncalc.recurrences.expand import SUFFIXES, Arrangement, expand

STATES = {"elman": "h", "lstm": "hc", "gru": "h"}


def network(
    recurrence: str,
    chosen: dict[str, str] | None = None,
    arranged: Arrangement | None = None,
    *,
    without: tuple[str, ...] = (),
    wider: int = 1,
    seed: int = 0,
) -> dict:
    """Give the keys of a problem; `without` are beginnings of weights left out, `wider` is layer 2."""
    chosen, arranged = chosen or {}, arranged or Arrangement()
    words = expand(read_entry(recurrence), chosen, arranged).weights
    random = np.random.default_rng(seed)
    sizes = {"n_x": 3, "n_y": 2}

    def size(part: str) -> int:
        return sizes.get(part, 4 + wider * ("2" in part))

    def drawn(name: str) -> list:
        axes = [sum(map(size, axis.split("+"))) for axis in words[name].split(" x ")]
        return random.normal(scale=0.7, size=axes).tolist()

    keys = {"recurrence": recurrence, **chosen}
    keys |= {"layers": arranged.layers} if arranged.layers else {}
    keys |= {"bidirectional": True, "merge": arranged.merge} if arranged.direction == "both" else {}
    keys |= {"direction": "reverse"} if arranged.direction == "reverse" else {}
    keys["weights"] = {name: drawn(name) for name in words if not name.startswith(without or ("-",))}
    keys["inputs"] = {"x": random.normal(size=(2, 5, 3)).tolist()}
    marks = [""] if arranged.layers is None else [str(layer) for layer in range(1, arranged.layers + 1)]
    keys["initial"] = {
        f"{state}{mark}{suffix}": random.normal(scale=0.5, size=(2, size(mark))).tolist()
        for mark in marks
        for suffix in SUFFIXES[arranged.direction]
        for state in STATES[recurrence]
    }
    return keys


def text(keys: dict) -> str:
    return "rnncalc: 1\n" + "".join(f"{key}: {json.dumps(value)}\n" for key, value in keys.items())


def read(keys: dict) -> Problem:
    return problem(text(keys))

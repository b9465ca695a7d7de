"""Draw the numbers of a problem again, in the same shapes: what stays equal then rests on no number of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Literal, get_args

import numpy as np

from rnncalc.compute.bptt import unit_sums
from rnncalc.compute.case import Case, Rounding
from rnncalc.language.nodes import Call, Name, Ref, walk

Section = Literal["initial", "inputs", "weights", "targets"]
SECTIONS: tuple[Section, ...] = get_args(Section)

N_MIXED = 6  # draws with both signs, as many as the sign of a pre-activation asks for
N_DRAWS = 8  # the last ones positive, for logarithms and roots


def section_of(name: str, case: Case) -> Section:
    """Tell where a file gives a quantity: first steps given of what equations define count as initial values."""
    if name in case.weights:
        return "weights"
    if name in case.targets:
        return "targets"
    return "initial" if name in case.system.defined else "inputs"


def redrawn(case: Case, sections: Collection[Section], draw: int) -> Case:
    """Draw the numbers of some sections again; words of a table stay, and probabilities still add up to one.

    Args:
        draw: From 0; the same one gives the same numbers.
    """
    rng, positive = np.random.default_rng(draw), draw >= N_MIXED
    words, ones = lookup_words(case), probabilities(case)

    def again(name: str, array: np.ndarray) -> np.ndarray:
        if section_of(name, case) not in sections or name in words:
            return array
        drawn = rng.uniform(0.1, 0.9, array.shape)
        if name in ones:
            return drawn / drawn.sum(axis=(-2, -1), keepdims=True)
        bits = name in case.targets and np.isin(array, (0, 1)).all()
        return drawn if positive or bits else drawn * rng.choice((-1.0, 1.0), array.shape)

    return replace(
        case,
        weights={name: again(name, array) for name, array in case.weights.items()},
        values={name: again(name, array) for name, array in case.values.items()},
        sequences={name: again(name, array) for name, array in case.sequences.items()},
        initial={place: again(place[0], array) for place, array in case.initial.items()},
        rounding=Rounding(case.rounding.decimals),
    )


def probabilities(case: Case) -> frozenset[str]:
    """Name what adds up to one over several entries everywhere: one-hot vectors and shares."""
    return frozenset(name for name in unit_sums(case) if max(case.shapes[name]) > 1)


def lookup_words(case: Case) -> frozenset[str]:
    """Name the inputs that hold rows of a table."""
    calls = [part for e in case.system.equations for part in walk(e.right) if isinstance(part, Call)]
    words = [call.args[1] for call in calls if call.op == "lookup"]
    return frozenset(word.name for word in words if isinstance(word, Name | Ref))

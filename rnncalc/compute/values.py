"""The values of a pass: every quantity at every step, and the places beside the steps."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from rnncalc.compute.case import Case
from rnncalc.language.nodes import Name, Node, Ref, leaves


class Values(NamedTuple):
    """What a forward pass gives.

    Of a batch of unequal lengths, `parts` are the passes of the sequences of
    each length, and the arrays here are those of all, nan past the end of each.
    Of a pass that is carried out again and again, `renewals` compute what a
    block needs once before it starts; None where it is carried out once.
    `around` has sequences with places beside their steps in one array, and the
    first step of each.

    Shapes:
        sequences[name]: (n_steps, n_sequences, rows, columns)
        singles[name]: (n_sequences, rows, columns), or (rows, columns) of a weight
        places[name, step]: (n_sequences, rows, columns) outside the steps 1…T
    """

    case: Case
    sequences: Mapping[str, np.ndarray]
    singles: Mapping[str, np.ndarray]
    places: Mapping[tuple[str, int], np.ndarray]
    parts: tuple[Share, ...] = ()
    renewals: Renewals | None = None
    around: Mapping[str, tuple[np.ndarray, int]] = MappingProxyType({})

    def step_of(self, leaf: Ref) -> int:
        """Give the number of the step that a reference at the start or end means."""
        if leaf.index.anchor == "end":
            return self.case.n_steps(leaf.name) + leaf.index.offset
        return leaf.index.offset

    def at(self, name: str, step: int) -> np.ndarray:
        """Give (n_sequences, rows, columns) of a sequence at a step, 0 and T+1 included."""
        if (name, step) in self.places:
            return self.places[name, step]
        if not 1 <= step <= len(self.sequences[name]):
            raise KeyError((name, step))
        return self.sequences[name][step - 1]

    def of(self, leaf: Name | Ref) -> np.ndarray:
        """Give the value of a leaf that names one place, or the whole sequence."""
        if isinstance(leaf, Name):
            return self.singles[leaf.name]
        if leaf.index.anchor == "all":
            return stack(self.sequences[leaf.name], self.case.system.layout)
        return self.at(leaf.name, self.step_of(leaf))


def kept(compute: Callable[[], np.ndarray], values: Values, *nodes: Node) -> np.ndarray:
    """Compute what a block needs once of expressions; where the pass is repeated, again before the block starts."""
    if values.renewals is None:
        return compute()
    array = np.array(compute(), order="C")
    values.renewals.of(*nodes).append(lambda: np.copyto(array, compute()))
    return array


class Renewals(NamedTuple):
    """What a repeated pass computes again.

    `work` and `rare` are of the block at hand: what is done before it in every
    pass, and what reads the `given` quantities alone and is done when these
    change. `shared` has arrays of earlier blocks too.
    `wanted` names the quantities that are asked for; None stands for all.
    """

    work: list[Callable[[], None]]
    rare: list[Callable[[], None]]
    shared: dict[Hashable, np.ndarray]
    given: frozenset[str] = frozenset()
    wanted: frozenset[str] | None = None

    def is_given(self, node: Node) -> bool:
        """Tell whether an expression reads given quantities alone."""
        return all(leaf.name in self.given for leaf in leaves(node))

    def of(self, *nodes: Node) -> list[Callable[[], None]]:
        """Give the list to which what is computed of expressions belongs."""
        return self.rare if all(map(self.is_given, nodes)) else self.work

    def mark(self) -> tuple[int, ...]:
        """Give how much there is so far, for `take_back`."""
        return len(self.work), len(self.rare), len(self.shared)

    def take_back(self, mark: tuple[int, ...]) -> None:
        """Forget what has come since a mark: the arrays in `shared` too, which nothing would compute again."""
        work, rare, shared = mark
        del self.work[work:], self.rare[rare:]
        for key in list(self.shared)[shared:]:
            del self.shared[key]


class Share(NamedTuple):
    """The sequences of a batch (from 0) that have the same lengths, and their pass."""

    members: tuple[int, ...]
    values: Values


def stack(sequence: np.ndarray, layout: str) -> np.ndarray:
    """Give h[:]: one column a step (P, n, T), in row layout one row a step (P, T, n)."""
    if layout == "column":
        return sequence[..., 0].transpose(1, 2, 0)
    return sequence[:, :, 0, :].transpose(1, 0, 2)

"""The true values of a problem, and a number for each place in them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnncalc.checking.diagnosis import Search
from rnncalc.checking.scene import Scene
from rnncalc.compute.answers import AnswerKey, Claims
from rnncalc.compute.bptt import Gradients, complete_adjoints, gradients_of
from rnncalc.compute.descent import given_inputs
from rnncalc.compute.quantities import NoQuantity, is_place, pick, whole_gradient, whole_quantity
from rnncalc.compute.values import Values
from rnncalc.language.nodes import Equation
from rnncalc.recurrences.backward import adjoint_name


def asks_gradients(claims: Claims) -> bool:
    """Tell whether some answer is about a gradient."""
    return any(key.gradient for key in (*claims.misprints, *(answer.key for answer in claims.answers)))


def truth_of(values: Values, gradients: bool, pairs: bool = True) -> Truth:
    """Give the true values of a problem, with the backward pass where it is wanted and there is a loss.

    `pairs` tells whether two slips at once are sought where one gives nothing.
    """
    backward = gradients and values.case.loss is not None
    return Truth(values, gradients_of(values, True, given_inputs(values)) if backward else None, pairs)


@dataclass(frozen=True)
class Truth:
    """The true values, and a number for each place in them, so that two keys of one place are known as such."""

    values: Values
    gradients: Gradients | None
    pairs: bool = True

    @cached_property
    def adjoints(self) -> Mapping[str, np.ndarray]:
        return complete_adjoints(self.values, self.gradients)

    @cached_property
    def searches(self) -> tuple[tuple[tuple[int, ...], Search], ...]:
        """The search for slips, of a batch of unequal lengths one for the sequences (from 0) of each length."""
        if not self.values.parts:
            return (
                (tuple(range(self.values.case.n_sequences)), Search(Scene(self.values, self.gradients), self.pairs)),
            )
        backward = self.gradients.parts if self.gradients else [None] * len(self.values.parts)
        pairs = zip(self.values.parts, backward, strict=True)
        return tuple((share.members, Search(Scene(share.values, part), self.pairs)) for share, part in pairs)

    def equation(self, key: AnswerKey) -> Equation | None:
        """Give the line that a key is about."""
        if not key.gradient:
            return self.values.case.system.general.get(key.name)
        return self.gradients.backward.system.general.get(adjoint_name(key.name)) if self.gradients else None

    def whole(self, key: AnswerKey) -> np.ndarray | None:
        if not key.gradient:
            return whole_quantity(self.values, key)
        if self.gradients is None:
            return None
        adjoints = {} if key.name in self.values.case.weights else self.adjoints
        return whole_gradient(self.values, self.gradients, adjoints, key)

    def numbered(self, key: AnswerKey, whole: np.ndarray) -> np.ndarray:
        return pick(np.arange(np.size(whole)).reshape(np.shape(whole)), key, self.values)

    def of(self, key: AnswerKey) -> Hashable:
        """Name the quantity as a whole, as keys of several spellings may speak of it."""
        total = key.name == self.values.case.loss and key.step is None
        return key.name, key.gradient, total, key.step if is_place(key, self.values) else None

    def spot(self, key: AnswerKey) -> Hashable:
        """Give the single place that a key names; the key itself where it is not one place."""
        whole = self.whole(key)
        try:
            numbers = None if whole is None else self.numbered(key, whole)
        except NoQuantity:
            numbers = None
        return key if numbers is None or numbers.size != 1 else (self.of(key), int(numbers.flat[0]))

"""A calculation laid out by places: which equation gives which quantity at which step, and what is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnncalc.checking.layout import TOTAL
from rnncalc.checking.walk import Place
from rnncalc.compute.bptt import Gradients
from rnncalc.compute.trace import concrete, ordered
from rnncalc.compute.values import Values
from rnncalc.language.kinds import Shapes
from rnncalc.language.nodes import Call, Equation, Index, Name, Node, Ref, Step
from rnncalc.recurrences.backward import NABLA

STRIDE = 24  # steps that are worked out one within the other


class Work(NamedTuple):
    """An equation at a step of a pass."""

    equation: Equation
    number: int
    values: Values


@dataclass(frozen=True)
class Scene:
    """A forward pass, and the backward pass where there is one.

    `changed` gives by left side what is calculated in place of a right side,
    for slips on top of another.
    """

    values: Values
    gradients: Gradients | None = None
    changed: Mapping[Name | Ref, Node] | None = None

    @cached_property
    def works(self) -> Mapping[Place, Work]:
        """What gives each place, in the order of calculation."""
        return dict(self._ordered())

    @cached_property
    def stages(self) -> Mapping[Place, tuple[Place, ...]]:
        """What of the same quantity to work out first, so that no place needs a long chain of others at once."""
        steps: dict[str, list[Place]] = {}
        for place in self.works:
            steps.setdefault(place[0], []).append(place)
        return {
            place: tuple(places[STRIDE - 1 : at : STRIDE])
            for places in steps.values()
            for at, place in enumerate(places)
            if at >= STRIDE
        }

    def _ordered(self) -> Iterator[tuple[Place, Work]]:
        passes = [(self.values, False), *([(self.gradients.values, True)] if self.gradients else [])]
        for values, descending in passes:
            for _, number, equations in ordered(values, descending):
                for equation in equations:
                    left = concrete(equation.left, number, values)
                    step = None if isinstance(left, Name) else values.step_of(left)
                    yield (left.name, step), Work(equation, number, values)
            if values is self.values and self.total is not None:
                yield TOTAL, Work(self.total, 0, values)

    @cached_property
    def total(self) -> Equation | None:
        """The equation of the loss as a whole, of all steps and sequences; None where there is no loss."""
        if self.values.case.loss is None:
            return None
        name, letters = self.values.case.loss, self.values.case.system.letters
        if name in letters and self.values.case.system.is_sequence(name):
            letter = letters[name]
            index = Index("step", letter, 0)
            return Equation(Name(TOTAL[0]), Call("sum_all", (Ref(name, index), Step(index))))
        return Equation(Name(TOTAL[0]), Call("sum_sequences", (Name(name),)))

    @cached_property
    def forward(self) -> tuple[Equation, ...]:
        """The equations of the network, that of the loss left out."""
        system = self.values.case.system
        return tuple(self._now(e) for e in system.equations if e.left.name != self.values.case.loss)

    @cached_property
    def backward(self) -> tuple[Equation, ...]:
        """The derived equations: adjoints and gradients."""
        return tuple(map(self._now, self.gradients.backward.system.equations)) if self.gradients else ()

    @cached_property
    def loss(self) -> tuple[Equation, ...]:
        system = self.values.case.system
        return tuple(self._now(e) for e in system.equations if e.left.name == self.values.case.loss)

    def _now(self, equation: Equation) -> Equation:
        right = self.changed.get(equation.left) if self.changed else None
        return equation if right is None else equation._replace(right=right)

    def with_changed(self, lines: Mapping[Name | Ref, Node]) -> Scene:
        """Give the same calculation with some right sides changed, for further slips."""
        return replace(self, changed=lines)

    def open(self, equations: Iterable[Equation]) -> Iterator[Equation]:
        """Give the equations that slips are made in: of changed ones those alone."""
        return (equation for equation in equations if self.changed is None or equation.left in self.changed)

    def shapes(self, equation: Equation) -> Shapes:
        """Give the shapes of what an equation reads."""
        derived = equation.left.name.startswith(NABLA) and self.gradients
        return (self.gradients if derived else self).values.case.known

    def shape(self, place: Place) -> tuple[int, int]:
        """Give the rows and columns of a place."""
        return (1, 1) if place == TOTAL else self.works[place].values.case.shapes[place[0]]

    @cached_property
    def given(self) -> Mapping[Place, np.ndarray]:
        """What no equation gives: weights, inputs, initial values, known steps."""
        found: dict[Place, np.ndarray] = {}
        for values in (self.values, *([self.gradients.values] if self.gradients else [])):
            found |= {(name, None): array for name, array in values.singles.items()}
            for name, array in values.sequences.items():
                found |= {(name, step): one for step, one in enumerate(array, 1)}
            found |= values.places
        return {place: array for place, array in found.items() if place not in self.works}

    def known_at(self, place: Place) -> np.ndarray:
        """Give the right value of a place that an equation gives.

        Raises:
            KeyError: there is no such place.
        """
        (name, step), values = place, self.works[place].values
        return values.singles[name] if step is None else values.at(name, step)

    @cached_property
    def evaluators(self) -> dict[Place, Callable]:
        """The right lines as functions, kept as long as the scene is."""
        return {}

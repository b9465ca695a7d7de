"""Backpropagation through time as a system of recurrence equations.

`derive_backward` turns a system with a loss J into equations for the adjoints
∇h[t] and the gradients ∇W, in the same language: the same schedule and the
same evaluator carry them out, the same renderer prints them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from rnncalc.language.adjoint import adjoint_terms
from rnncalc.language.kinds import Shapes
from rnncalc.language.nodes import Call, Equation, Index, Name, Node, Number, Ref, Step, leaves
from rnncalc.language.simplify import simplify
from rnncalc.language.sums import addends, signed_sum
from rnncalc.recurrences.general_steps import general_steps
from rnncalc.recurrences.last_word import with_last_word
from rnncalc.recurrences.shift import at_number, relative, shift
from rnncalc.recurrences.system import System, is_place

ONE = Number("1")
NABLA = "∇"  # no name of a file can begin with it


class Contribution(NamedTuple):
    """What one equation sends to one quantity, its running steps those of that equation."""

    equation: Equation
    leaf: Name | Ref
    expression: Node


class Backward(NamedTuple):
    """The derived system.

    `parameters` are the names whose gradient sums over steps and sequences;
    `origins` tells from which equations each derived one comes; `sums` gives
    for each parameter the expressions under its Σ, with their index letter
    ('' for a contribution that has no step).
    """

    system: System
    parameters: tuple[str, ...]
    origins: Mapping[Name | Ref, tuple[Equation, ...]]
    sums: Mapping[str, tuple[tuple[Node, str], ...]]


def adjoint_name(name: str) -> str:
    """Give the name under which the adjoint of a quantity is computed."""
    return NABLA + name


def derive_backward(
    system: System,
    known: Shapes,
    loss: str,
    parameters: Collection[str],
    starts: Collection[tuple[str, int]] = (),
    inputs: Collection[str] = (),
    given_steps: Mapping[str, int] | None = None,
    seed: Node = ONE,
) -> Backward:
    """Derive the adjoints of everything between the wanted names and the loss.

    Args:
        system: The forward system, its loss among the equations.
        known: Shapes and lengths.
        loss: The name of the loss; its total is the sum over steps and sequences.
        parameters: Weights whose gradient is wanted.
        starts: Initial values (name, step) whose adjoint is wanted.
        inputs: Given sequences or values whose adjoint is wanted.
        given_steps: For defined sequences, how many first steps the file gives.
        seed: The adjoint of the loss, 1 or a name under which it is given.

    Raises:
        RnncalcError: slug `no-adjoint`.

    Source: Werbos 1990, "Backpropagation through time"; lecture equations (A) to (E).
    """
    if any(leaf.name == loss for equation in system.equations for leaf in leaves(equation.right)):
        system, known, loss = with_last_word(system, known, loss)
    derivation = _Derivation(
        system, known, loss, frozenset(parameters), frozenset(starts), frozenset(inputs), given_steps or {}, seed
    )
    return derivation.run()


class _Derivation(NamedTuple):
    system: System
    known: Shapes
    loss: str
    parameters: frozenset[str]
    starts: frozenset[tuple[str, int]]
    inputs: frozenset[str]
    given_steps: Mapping[str, int]
    seed: Node

    def run(self) -> Backward:
        sent = self._contributions()
        while True:
            equations, origins = self._equations(sent)
            dead = {c.equation for c in sent if not self._is_loss(c) and not self._arrives(c.equation, origins)}
            if not dead:  # else nothing arrives there, as with the output that no step reads any more
                break
            sent = [c for c in sent if c.equation not in dead]
        parameters = [n for n in self.system.given_values if Name(adjoint_name(n)) in origins and n in self.parameters]
        sums = {
            name: tuple(
                (part, self._letter(c.equation)) for c in sent if c.leaf.name == name for part in self._by_segment(c)
            )
            for name in parameters
        }
        letters = {adjoint_name(n): letter for n, letter in self.system.letters.items()} | self.system.letters
        return Backward(System(equations, letters, self.system.layout), tuple(parameters), origins, sums)

    def _arrives(self, equation: Equation, origins: Mapping[Name | Ref, tuple[Equation, ...]]) -> bool:
        """Say whether anything is sent to the left side of an equation."""
        incoming = self._incoming(equation)
        if is_place(equation) and self._inside(
            incoming.index, self.known.lengths[self.system.letters[equation.left.name]]
        ):
            incoming = incoming._replace(index=Index("step", self.system.letters[equation.left.name]))
        return incoming in origins

    def _is_loss(self, c: Contribution) -> bool:
        return c.equation.left.name == self.loss

    def _equations(self, sent: list[Contribution]) -> tuple[tuple[Equation, ...], dict]:
        """Write the equation of each adjoint and gradient as the sum of what is sent to it."""
        equations: list[Equation] = []
        origins: dict[Name | Ref, tuple[Equation, ...]] = {}

        def define(left: Name | Ref, terms: list[tuple[Node, Contribution]]) -> None:
            if terms:
                equations.append(Equation(left, self._sum([term for term, _ in terms])))
                origins[left] = tuple(dict.fromkeys(c.equation for _, c in terms))

        active = {c.leaf.name for c in sent}
        for name in [n for n in self.system.defined if n in active] + sorted(self.inputs):
            mine = [c for c in sent if c.leaf.name == name]
            if self.system.is_sequence(name):
                letter = self.system.letters[name]
                define(Ref(adjoint_name(name), Index("step", letter)), self._running(mine, letter))
            else:
                define(Name(adjoint_name(name)), [(part, c) for c in mine for part in self._over_steps(c, "sum_steps")])
        for name, step in sorted(self.starts | self._outer_places()):
            mine = [c for c in sent if c.leaf.name == name]
            define(Ref(adjoint_name(name), self._place_index(name, step)), self._at_place(mine, name, step))
        for name in [n for n in self.system.given_values if n in self.parameters]:
            mine = [c for c in sent if c.leaf.name == name]
            define(Name(adjoint_name(name)), [(part, c) for c in mine for part in self._over_steps(c, "sum_all")])
        return tuple(equations), origins

    def _outer_places(self) -> set[tuple[str, int]]:
        """Give the places beside the steps that equations define, such as s[0]."""
        found = {(name, self._step(name, index)) for name, index in self.system.places}
        return {(name, step) for name, step in found if not 1 <= step <= self.known.lengths[self.system.letters[name]]}

    def _step(self, name: str, index: Index) -> int:
        length = self.known.lengths[self.system.letters[name]]
        return index.offset if index.anchor == "start" else length + index.offset

    def _incoming(self, equation: Equation) -> Name | Ref:
        """Give the adjoint of an equation's left side."""
        left = equation.left._replace(name=adjoint_name(equation.left.name), span=None)
        if not is_place(equation):
            return left
        return left._replace(index=self._place_index(equation.left.name, self._step(equation.left.name, left.index)))

    def _place_index(self, name: str, step: int) -> Index:
        letter = self.system.letters[name]
        beyond = step - self.known.lengths[letter]
        return Index("end", letter, beyond) if beyond > 0 else Index("start", "", step)

    # --- which quantities take part ------------------------------------------

    def _depending(self) -> frozenset[str]:
        """Give the names whose value changes with what a derivative is wanted of."""
        found = set(self.parameters | self.inputs | {name for name, _ in self.starts})
        changed = True
        while changed:
            new = {e.left.name for e in self.system.equations if any(leaf.name in found for leaf in leaves(e.right))}
            changed = not new <= found
            found |= new
        return frozenset(found)

    # --- contributions -------------------------------------------------------

    def _contributions(self) -> list[Contribution]:
        """List what the equations between the wanted names and the loss send back, in the author's order."""
        moving = self._depending()
        found: dict[Equation, list[Contribution]] = {}
        waiting = [self.loss]
        while waiting:
            name = waiting.pop()
            for equation in self.system.equations:
                if equation.left.name == name and equation not in found and name in moving:
                    found[equation] = [c for c in self._sent_by(equation, moving) if c.leaf.name in moving]
                    waiting += [c.leaf.name for c in found[equation]]
        return [c for equation in self.system.equations for c in found.get(equation, ())]

    def _sent_by(self, equation: Equation, moving: frozenset[str]) -> Iterator[Contribution]:
        incoming = self.seed if equation.left.name == self.loss else self._incoming(equation)
        for leaf, expression in adjoint_terms(equation, incoming, self.known, lambda leaf: leaf.name in moving):
            yield Contribution(equation, leaf, expression)

    def _letter(self, equation: Equation) -> str:
        """Give the index letter over which an equation runs, '' if it has none."""
        left = equation.left
        return left.index.letter if isinstance(left, Ref) and not is_place(equation) else ""

    def _segments(self, equation: Equation) -> list[tuple[int, int]]:
        """Give the ranges of steps at which a general equation holds."""
        name = equation.left.name
        length = self.known.lengths[self._letter(equation)]
        return general_steps(self.system, name, length, self.given_steps.get(name, 0))

    def _running(self, mine: list[Contribution], letter: str) -> list[tuple[Node, Contribution]]:
        """Give the terms of ∇q[t], those of the same step first."""
        length = self.known.lengths[letter]
        found: list[tuple[int, Node, Contribution]] = []
        for c in mine:
            index = c.leaf.index
            if index.anchor == "step":
                expression = self._simple(shift(c.expression, -index.offset))
                for first, last in self._segments(c.equation):
                    segment = max(first + index.offset, 1), min(last + index.offset, length)
                    if segment[0] <= segment[1]:
                        term = expression if segment == (1, length) else _between(expression, segment)
                        found.append((abs(index.offset), term, c))
            elif index.anchor == "all":
                for whole in self._over_steps(c, "sum_steps"):
                    found.append((0, Call("column_of", (whole, Step(Index("step", letter)))), c))
            elif self._inside(index, length):
                at = index.offset if index.anchor == "start" else length + index.offset
                own = self._counted_with(letter)
                for whole in self._over_steps(c, "sum_steps"):
                    term = relative(whole, at, letter, length, own)
                    found.append((0, Call("only_at", (term, Step(index))), c))
        return [(term, c) for _, term, c in sorted(found, key=lambda item: (item[0], not self._is_loss(item[2])))]

    def _counted_with(self, letter: str) -> set[str]:
        """Name the sequences of an index letter, and their adjoints."""
        own = {name for name, other in self.system.letters.items() if other == letter}
        return own | {adjoint_name(name) for name in own}

    def _inside(self, index: Index, length: int) -> bool:
        step = index.offset if index.anchor == "start" else length + index.offset
        return 1 <= step <= length

    def _at_place(self, mine: list[Contribution], name: str, step: int) -> list[tuple[Node, Contribution]]:
        """Give the terms of the adjoint of an initial value: the recurrence's terms at its step."""
        found = []
        for c in mine:
            index = c.leaf.index
            if index.anchor == "step":
                reader = step - index.offset
                if any(first <= reader <= last for first, last in self._segments(c.equation)):
                    found.append((self._simple(at_number(c.expression, reader)), c))
            elif index.anchor in ("start", "end") and step == self._step(name, index):
                found += [(part, c) for part in self._over_steps(c, "sum_steps")]
        return found

    def _over_steps(self, c: Contribution, op: str) -> list[Node]:
        """Sum a contribution over the steps of its equation, for a parameter over the sequences too."""
        letter = self._letter(c.equation)
        if not letter:
            expression = self._simple(c.expression)
            return [expression if op == "sum_steps" else Call("sum_sequences", (expression,))]
        return [Call(op, (part, Step(Index("step", letter)))) for part in self._by_segment(c)]

    def _by_segment(self, c: Contribution) -> list[Node]:
        """Give a contribution for each range of steps at which its equation holds."""
        expression = self._simple(c.expression)
        if not (letter := self._letter(c.equation)):
            return [expression]
        whole = (1, self.known.lengths[letter])
        return [
            expression if segment == whole else _between(expression, segment) for segment in self._segments(c.equation)
        ]

    def _simple(self, node: Node) -> Node:
        return simplify(node, self._with_adjoints())

    def _with_adjoints(self) -> Shapes:
        names = dict(self.known.names)
        names |= {adjoint_name(name): shape for name, shape in self.known.names.items()}
        return self.known._replace(names=names)

    def _sum(self, terms: list[Node]) -> Node:
        """Add up terms, each of which may be a sum itself."""
        return self._simple(signed_sum([part for term in terms for part in addends(term)]))


def _between(expression: Node, segment: tuple[int, int]) -> Node:
    """Say at which steps a term is present."""
    return Call("between", (expression, *(Number(str(step)) for step in segment)))

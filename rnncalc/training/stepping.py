"""A network one step at a time: what it keeps from step to step is carried as initial values.

For text that the network continues itself, where the next input is only
known once the output has been seen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnncalc.compute.case import Case
from rnncalc.compute.repeated import Repeated
from rnncalc.compute.values import Values
from rnncalc.language.kinds import infer_shape
from rnncalc.language.nodes import Call, Equation, Index, Name, Node, Ref, leaves, walk
from rnncalc.language.writer import write
from rnncalc.recurrences.system import System, is_outside, is_place

OUTPUT = "output now"  # no name of a file has a space


class NotStepwise(ValueError):
    """A network cannot go on step by step; the message says by what."""


class State(NamedTuple):
    """What has been before the next step.

    Shapes:
        initial[name, step]: (1, rows, columns), with step 0 for the last, −1 for the one before
    """

    initial: Mapping[tuple[str, int], np.ndarray]
    steps: int = 0


class Stepper:
    """A network that goes one step at a time.

    `input` is its only input, one of `n_symbols`; `by_lookup` tells whether it
    is a row number of an embedding, else it is a one-hot vector. `n_outputs`
    is the size of the output; for a network that continues texts it is
    `n_symbols`.

    Args:
        first: The case of the first step.
        later: That of the others, in which no equation gives the start any more.
    """

    def __init__(self, first: Case, later: Case, input: str, by_lookup: bool, n_symbols: int):
        self.input, self.by_lookup, self.n_symbols = input, by_lookup, n_symbols
        self.n_outputs = max(first.shapes[OUTPUT])
        self._first, self._later = first, later
        self._passes: dict[bool, Repeated] = {}  # that of the first step, that of the others

    def start(self) -> State:
        return State(self._first.initial)

    def step(self, state: State, symbol: int) -> tuple[State, np.ndarray]:
        """Read a symbol (from 0) and give the state after it, with the output (n,) at this step."""
        values = self._filled(state, symbol)
        places = [(name, k) for name, k in values.places if k < 1]
        carried = {(name, k): values.at(name, k + 1).copy() for name, k in places}
        return State(carried, state.steps + 1), values.sequences[OUTPUT].flatten()

    def _filled(self, state: State, symbol: int) -> Values:
        """Carry out one step; its pass is made the first time."""
        begun = state.steps > 0
        if begun not in self._passes:
            case = self._later if begun else self._first
            given = np.zeros((1, 1, *case.shapes[self.input]))
            initial = {place: np.array(array) for place, array in state.initial.items()}
            self._put(given, symbol)
            ready = Repeated(replace(case, sequences={self.input: given}, initial=initial), case.weights)
            self._passes[begun] = ready
            return ready.values
        ready = self._passes[begun]
        own = ready.values.case
        for place, array in own.initial.items():
            np.copyto(array, state.initial[place])
        self._put(own.sequences[self.input], symbol)
        ready.run()
        return ready.values

    def _put(self, given: np.ndarray, symbol: int) -> None:
        given[...] = symbol if self.by_lookup else 0
        if not self.by_lookup:
            given.flat[symbol] = 1


def stepper(case: Case, weights: Mapping[str, np.ndarray], output: Node) -> Stepper:
    """Make a network go one step at a time.

    Args:
        case: A case of the network, of whatever data; its starts are those of its first sequence.
        weights: In place of those of the case.
        output: What is wanted of every step, such as y[t].

    Raises:
        NotStepwise: an equation reads a later step, the last one or a whole sequence; there is no single input.
    """
    if not any(isinstance(leaf, Ref) and leaf.index.anchor == "step" for leaf in leaves(output)):
        raise NotStepwise(f"'{write(output)}' is there once, not at every step")
    equations = _needed(case.system, output)
    letter = next(leaf.index.letter for leaf in leaves(output) if isinstance(leaf, Ref))
    _refuse(equations, output, letter)
    wanted = Equation(Ref(OUTPUT, Index("step", letter)), output)
    read = {leaf.name for e in (*equations, wanted) for leaf in leaves(e.right)} | {e.left.name for e in equations}
    given = [name for name in case.sequences if name in read and name not in case.system.defined]
    if fixed := set(case.sequences) & {e.left.name for e in equations}:
        raise NotStepwise(f"the first steps of '{min(fixed)}' are given")
    if len(given) != 1:
        raise NotStepwise(f"a step needs one input, here are {len(given)}")
    symbol = given[0]
    nodes = (node for e in (*equations, wanted) for node in walk(e.right))
    tables = [node.args[0] for node in nodes if _looks_up(node, symbol)]
    if not tables and 1 not in case.shapes[symbol]:
        raise NotStepwise(f"'{symbol}' is a matrix")
    n_symbols = infer_shape(tables[0], case.known)[0] if tables else max(case.shapes[symbol])

    def system_of(chosen: Collection[Equation]) -> Case:
        names = {leaf.name for e in (*chosen, wanted) for leaf in (e.left, *leaves(e.right))}
        letters = {name: at for name, at in {**case.system.letters, OUTPUT: letter}.items() if name in names}
        return replace(
            case,
            system=System((*chosen, wanted), letters, case.system.layout),
            shapes={**case.shapes, OUTPUT: infer_shape(output, case.known)},
            lengths={**case.lengths, letter: 1},
            n_sequences=1,
            weights=weights,
            values={name: array[:1] for name, array in case.values.items() if name in names},
            sequences={},
            initial={(name, k): array[:1] for (name, k), array in case.initial.items() if name in read and k < 1},
            own_lengths={},
            targets=frozenset(),
            loss=None,
        )

    first = system_of(equations)
    return Stepper(first, system_of([e for e in equations if not is_place(e)]), symbol, bool(tables), n_symbols)


def _needed(system: System, output: Node) -> tuple[Equation, ...]:
    """Give the equations that lead to an expression."""
    names, waiting = set(), [leaf.name for leaf in leaves(output)]
    while waiting:
        name = waiting.pop()
        if name not in names:
            names.add(name)
            waiting += [leaf.name for e in system.equations if e.left.name == name for leaf in leaves(e.right)]
    return tuple(e for e in system.equations if e.left.name in names)


def _refuse(equations: Collection[Equation], output: Node, letter: str) -> None:
    for equation in equations:
        if is_place(equation) and not is_outside(equation.left.index):
            raise NotStepwise(f"'{write(equation.left)}' has an equation of its own")
    for leaf in (*leaves(output), *(leaf for e in equations for leaf in leaves(e.right))):
        if not isinstance(leaf, Ref):
            continue
        index = leaf.index
        inside = index.anchor == "start" and index.offset > 0
        if index.letter not in ("", letter):
            raise NotStepwise(f"'{write(leaf)}' belongs to a sequence of its own length")
        if inside or index.anchor in ("end", "all"):
            raise NotStepwise(f"'{write(leaf)}' needs the whole sequence")
        if index.anchor == "step" and index.offset > 0:
            raise NotStepwise(f"'{write(leaf)}' needs a later step, as a second direction does")


def _looks_up(node: Node, symbol: str) -> bool:
    return isinstance(node, Call) and node.op == "lookup" and _is(node.args[1], symbol)


def _is(node: Node, name: str) -> bool:
    return isinstance(node, Name | Ref) and node.name == name

"""The Jacobians ∂s(k)/∂s(k−1) of the joint state, and the size of their products.

They show whether a gradient vanishes or explodes on its way through time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from rnncalc.compute.bptt import backpropagate, derive
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.values import Values
from rnncalc.language.nodes import Call, Equation, Index, Node, Ref, leaves
from rnncalc.recurrences.backward import adjoint_name
from rnncalc.recurrences.system import System, is_place

_PROBE = "∎"  # prefix of our own names


def state_names(system: System) -> tuple[str, ...]:
    """Name what the recurrence carries from one step to the next, in the author's order."""
    return tuple(name for name in system.defined if system.reads.get(name))


def step_jacobians(values: Values) -> np.ndarray | None:
    """Give ∂s(k)/∂s(k−1) for every step and sequence: (n_steps, n_sequences, n, n).

    n counts the entries of the joint state (h, c, every layer). None where
    the system is more than one forward recurrence of one step.
    """
    case, states = values.case, state_names(values.case.system)
    if not states or not _is_one_step_forward(case.system, states):
        return None
    letter = case.system.letters[states[0]]
    sizes = [int(np.prod(case.shapes[name])) for name in states]
    n, n_steps, n_seqs = sum(sizes), case.lengths[letter], case.n_sequences
    single = _single_step(values, states, letter, n)
    probes = _probes(single.shapes, states, n, n_steps * n_seqs)
    single = replace(single, sequences={**single.sequences, **probes})
    backward = derive(single)
    found = backpropagate(evaluate(single), backward).values.places
    count = n_steps * n_seqs * n
    parts = [
        found.get((adjoint_name(name), 0), np.zeros((count, size))).reshape(count, size)
        for name, size in zip(states, sizes, strict=True)
    ]
    return np.concatenate(parts, axis=1).reshape(n_steps, n_seqs, n, n)


def product_norms(jacobians: np.ndarray) -> np.ndarray:
    """Give ‖∏ ∂s(k)/∂s(k−1)‖ for k = i+1 … j, the largest over the sequences, at [j−1, i−1]; 1 where i = j."""
    n_steps, n_seqs, n, _ = jacobians.shape
    norms = np.full((n_steps, n_steps), np.nan)
    for i in range(n_steps):
        product = np.broadcast_to(np.eye(n), (n_seqs, n, n))
        norms[i, i] = 1.0
        for j in range(i + 1, n_steps):
            product = jacobians[j] @ product
            norms[j, i] = np.linalg.norm(product, 2, axis=(-2, -1)).max()
    return norms


def _is_one_step_forward(system: System, states: tuple[str, ...]) -> bool:
    places = {place for name in states for place in system.reads[name]}
    anchors = {leaf.index.anchor for e in system.equations for leaf in leaves(e.right) if isinstance(leaf, Ref)}
    return (
        places == {("start", 0)} and anchors <= {"step"} | _closing(system) and len(set(system.letters.values())) == 1
    )


def _closing(system: System) -> set[str]:
    """Allow h[T] where only what comes after the last step reads it."""
    inside = any(
        isinstance(leaf, Ref) and leaf.index.anchor != "step"
        for e in system.equations
        if isinstance(e.left, Ref) and not is_place(e)
        for leaf in leaves(e.right)
    )
    return set() if inside else {"end"}


def _single_step(values: Values, states: tuple[str, ...], letter: str, n: int):
    """Make the case of one step, each step and sequence of the original a sequence of its own, n times over."""
    case = values.case
    general = [e for e in case.system.equations if isinstance(e.left, Ref) and not is_place(e)]
    needed = set(states)
    for equation in reversed(general * len(general)):
        if equation.left.name in needed:
            needed |= {leaf.name for leaf in leaves(equation.right)}
    here = Index("step", letter)
    terms: list[Node] = [Call("dot", (Ref(_PROBE + name, here), Ref(name, here))) for name in states]
    total = terms[0]
    for term in terms[1:]:
        total = Call("add", (total, term))
    equations = (*(e for e in general if e.left.name in needed), Equation(Ref(_PROBE, here), total))
    letters = dict(case.system.letters) | {_PROBE + name: letter for name in (*states, "")}
    n_steps, n_seqs = case.lengths[letter], case.n_sequences

    def spread(array: np.ndarray) -> np.ndarray:
        return np.repeat(array.reshape(n_steps * n_seqs, *array.shape[-2:]), n, axis=0)

    def at(name: str, step: int) -> np.ndarray:
        if 1 <= step <= n_steps or (name, step) in values.places:
            return values.at(name, step)
        return np.zeros((n_seqs, *case.shapes[name]))  # no equation reads it: the step after is given

    def before(name: str, offset: int) -> np.ndarray:
        return spread(np.array([at(name, step + offset) for step in range(1, n_steps + 1)]))

    defined = {e.left.name for e in equations}
    inputs = [name for name in needed if name in values.sequences and name not in defined]
    reads = System(equations, letters, case.system.layout).reads
    return replace(
        case,
        system=System(equations, letters, case.system.layout),
        shapes=dict(case.shapes) | {_PROBE: (1, 1)} | {_PROBE + name: case.shapes[name] for name in states},
        lengths={letter: 1},
        n_sequences=n_steps * n_seqs * n,
        sequences={name: spread(values.sequences[name])[None] for name in inputs},
        values={
            name: np.repeat(np.tile(values.singles[name], (n_steps, 1, 1)), n, axis=0)
            for name in needed
            if name in values.singles and name not in case.weights
        },
        initial={
            (name, offset if anchor == "start" else 1 + offset): before(name, offset - (anchor == "start"))
            for name in needed
            for anchor, offset in reads.get(name, ())
        },
        loss=_PROBE,
    )


def _probes(shapes: Mapping, states: tuple[str, ...], n: int, copies: int) -> dict[str, np.ndarray]:
    """Give the seeds: each of n sequences in turn asks for one entry of the joint state."""
    unit = np.tile(np.eye(n), (copies, 1))
    found, at = {}, 0
    for name in states:
        rows, columns = shapes[name]
        found[_PROBE + name] = unit[:, at : at + rows * columns].reshape(1, copies * n, rows, columns)
        at += rows * columns
    return found

"""Cases with random numbers, built without the problem file: the same numbers for either layout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from rnncalc.base.span import Source
from rnncalc.compute.case import Case
from rnncalc.language.lines import parse_equations
from rnncalc.language.nodes import Equation, Index, Ref
from rnncalc.recurrences.expand import Recurrence
from rnncalc.recurrences.shapes import infer_shapes
from rnncalc.recurrences.system import System, build_system

Arrays = Mapping[str, np.ndarray]

DECODED = 2  # steps of a decoder, fewer than those of its encoder


@dataclass(frozen=True)
class Numbers:
    """What a file would give, in the file's own nesting.

    Shapes:
        weights[name]: a matrix, a vector or a single number
        inputs[name]: (n_sequences, n_steps, n), or (n_sequences, n) without a time step
        initial[name]: (n_sequences, n), for every place outside the steps
    """

    weights: Arrays = field(default_factory=dict)
    inputs: Arrays = field(default_factory=dict)
    initial: Arrays = field(default_factory=dict)


def equations_of(text: str) -> list[Equation]:
    """Parse a text of equations."""
    return parse_equations(Source("<test>", text))


def case_of(
    equations: Iterable[Equation] | str,
    numbers: Numbers,
    activations: Mapping[str, str] | None = None,
    layout: str = "column",
    **lengths: int,
) -> Case:
    """Build the case of some equations; lengths are those of inputs, or of `t` and `i` as given."""
    if isinstance(equations, str):
        equations = equations_of(equations)
    system = build_system(equations, {name: (op, ()) for name, op in (activations or {}).items()}, layout)
    weights = {name: _laid(array, layout) if array.ndim < 2 else array for name, array in numbers.weights.items()}
    inputs = {name: _laid(array, layout) for name, array in numbers.inputs.items()}
    sequences = {name: array.swapaxes(0, 1) for name, array in inputs.items() if system.is_sequence(name)}
    values = {name: array for name, array in inputs.items() if name not in sequences}
    initial = {name: _laid(array, layout) for name, array in numbers.initial.items()}
    lengths = {
        system.letters[name]: len(array) for name, array in sequences.items() if name not in system.defined
    } | lengths
    given = {name: array.shape[-2:] for name, array in (weights | inputs | initial).items()}
    shapes = infer_shapes(system, given, lengths, {})
    n_sequences = next((len(array) for array in inputs.values()), 1)
    starts = {
        (name, step): initial[name] if name in initial else np.zeros((n_sequences, *shapes[name]))
        for name, step in starting_places(system, lengths)
    }
    return Case(system, shapes, lengths, n_sequences, weights, values, sequences, starts, batched=True)


def _laid(vectors: np.ndarray, layout: str) -> np.ndarray:
    if vectors.ndim == 0:
        return vectors.reshape(1, 1)
    return vectors[..., :, None] if layout == "column" else vectors[..., None, :]


def starting_places(system: System, lengths: Mapping[str, int]) -> list[tuple[str, int]]:
    """List the places outside the steps that are read and that no equation defines."""
    found = []
    for name, places in system.reads.items():
        letter = system.letters[name]
        for anchor, offset in places:
            index = Index("start", "", offset) if anchor == "start" else Index("end", letter, offset)
            if (name, index) not in system.places:
                found.append((name, offset if anchor == "start" else lengths[letter] + offset))
    return found


def draw_numbers(recurrence: Recurrence, seed: int, n_steps: int = 3, batch: int = 2) -> Numbers:
    """Draw numbers for a catalogue entry: every dimension of another size, every start other than zero."""
    rng = np.random.default_rng(seed)
    sizes = sizes_of(recurrence)
    shapes = {"x": (batch, n_steps, "n_x"), "start": (batch, "n_x"), "d": (batch, DECODED, "n_y")}
    numbers = Numbers(
        {name: rng.uniform(-1, 1, _sized(shape, sizes)) for name, shape in recurrence.weights.items()},
        {name: rng.uniform(-1, 1, [sizes.get(size, size) for size in shapes[name]]) for name in recurrence.inputs},
    )
    lengths = {"t": n_steps} | ({"i": DECODED} if counts_with_i(recurrence) else {})
    return with_starts(recurrence.equations, numbers, recurrence.entry.activations, rng, **lengths)


def counts_with_i(recurrence: Recurrence) -> bool:
    """Tell whether an entry has a decoder."""
    return any(isinstance(e.left, Ref) and e.left.index.letter == "i" for e in recurrence.equations)


def with_starts(equations, numbers: Numbers, activations: Mapping[str, str], rng, **lengths: int) -> Numbers:
    """Draw initial values for everything that the equations read outside its steps."""
    case = case_of(equations, numbers, activations, **lengths)
    sizes = {name: case.shapes[name][0] for name, _ in case.initial}
    initial = {name: rng.uniform(-0.9, 0.9, (case.n_sequences, size)) for name, size in sorted(sizes.items())}
    return replace(numbers, initial={**initial, **numbers.initial})


def sizes_of(recurrence: Recurrence) -> dict[str, int]:
    """Give every dimension n_x, n_h, … a size of its own, from 2 on."""
    names = dict.fromkeys(re.findall(r"n_\w+", " ".join(recurrence.weights.values())))
    return {name: size for size, name in enumerate(names, start=2)}


def _sized(shape: str, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """Read 'n_h x n_h+n_x'."""
    return tuple(sum(sizes[name] for name in part.split("+")) for part in shape.split(" x "))

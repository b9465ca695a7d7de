"""Write a problem file to begin with: any recurrence of the catalogue, with small numbers, every line explained.

`starter` is the one to read first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import NamedTuple

import numpy as np

from rnncalc.base.words import plural
from rnncalc.compute.blocks import pack, total
from rnncalc.language.kinds import OPEN, Shape
from rnncalc.language.writer import write_equation
from rnncalc.problem.chosen import published_as
from rnncalc.problem.loss import LOSSES
from rnncalc.problem.published import Published
from rnncalc.problem.starter_numbers import Numbers, whole_numbers
from rnncalc.recurrences.shapes import infer_shapes
from rnncalc.recurrences.system import System, build_system

SIZES = {"x": 3, "y": 1}  # features; of every other dimension OTHER
OTHER = 2
STEPS = {"t": 3}  # along every other index letter OTHER
OUTPUT, TARGETS, KIND = "y", ("d", "target"), next(iter(LOSSES))  # the second name where an input has the first
MOST_LISTED = 8  # weights within a packed one
_WIDTH = 70  # of a name with its numbers on one line


class Plan(NamedTuple):
    """What a starter holds: the recurrence, its equations, the shapes of all names, of each weight as the file has it.

    `weights` gives shape and words; `inputs` are the names to be given besides.
    """

    published: Published
    system: System
    shapes: Mapping[str, Shape]
    weights: Mapping[str, tuple[tuple[int, ...], str]]
    inputs: tuple[str, ...]
    settings: Mapping[str, str]

    def steps(self, name: str) -> int | None:
        """Give the number of steps of a sequence, None of a value without any."""
        return _steps(self.system.letters[name]) if self.system.is_sequence(name) else None


def starter(recurrence: str, settings: Mapping[str, str], with_loss: bool) -> str:
    """Give the text of a problem that runs as it stands.

    Args:
        recurrence: A name of the catalogue.
        settings: Keys of a problem file: convention, layers, bidirectional, choices.
        with_loss: Whether it has a target and a loss, so that `bptt` runs too.

    Raises:
        RnncalcError: those of published_as.
    """
    plan = _plan(published_as(recurrence, settings), settings)
    parts = [_head(plan), _choices(plan), _weights(plan), _inputs(plan), _initial(plan)]
    parts += [_loss(plan)] if with_loss else []
    return "\n".join("".join(f"{line}\n" for line in part) for part in map(list, [*parts, _ending()]) if part)


def _plan(published: Published, settings: Mapping[str, str]) -> Plan:
    recurrence = published.recurrence
    activations = {name: (op, ()) for name, op in recurrence.entry.activations.items()}
    system = build_system(recurrence.equations, activations)
    sizes = _Sizes()
    named = {name: _shape(words, sizes) for name, words in recurrence.words.items()}
    inputs = tuple(n for n in (*system.given_sequences, *system.given_values) if n not in recurrence.weights)
    known = {name: (shape if len(shape) == 2 else (*shape, 1)) for name, shape in named.items()}
    known = {name: shape for name, shape in known.items() if name in recurrence.weights}
    widths = {part for words in recurrence.words.values() for part in re.findall(r"n_\w+", words)}
    known |= {name: (sizes[f"n_{name}"], 1) if f"n_{name}" in widths else OPEN for name in inputs}
    lengths = {letter: _steps(letter) for letter in system.letters.values()}
    shapes = infer_shapes(system, known, lengths, {})
    return Plan(published, system, {**known, **shapes}, _written(published, named, sizes), inputs, settings)


class _Sizes(dict):
    """The size of a dimension: n_x, n_h2, n_h1_fwd."""

    def __missing__(self, word: str) -> int:
        return SIZES.get(word.removeprefix("n_"), OTHER)


def _steps(letter: str) -> int:
    return STEPS.get(letter, OTHER)


def _shape(words: str, sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(total(axis, sizes) for axis in words.split(" x "))


def _written(published: Published, named: Mapping[str, tuple[int, ...]], sizes: Mapping[str, int]) -> dict:
    """Give shape and words of each weight under the names that the file will have."""
    words, tensors = published.recurrence.words, published.tensors
    held = {block.weight for tensor in tensors for block in tensor.blocks}
    packed = pack(tensors, {name: np.zeros(shape) for name, shape in named.items()}, words)
    found = {}
    for name, array in packed.items():
        parts = [block.weight for tensor in tensors if tensor.name == name for block in tensor.blocks]
        parts = parts if len(parts) <= MOST_LISTED else [*parts[: MOST_LISTED // 2], "…", parts[-1]]
        found[name] = array.shape, f"{' × '.join(map(str, array.shape))}, holds {' '.join(parts)}"
    for name in published.recurrence.weights:
        if name not in held:
            found[name] = named[name], _meaning(words[name], sizes)
    return found


def _meaning(words: str, sizes: Mapping[str, int]) -> str:
    if " x " not in words:
        return f"{words} = {total(words, sizes)}"
    rows, columns = (total(axis, sizes) for axis in words.split(" x "))
    return f"{words.replace(' x ', ' × ')}: {plural(rows, 'row')} of {columns}"


def _head(plan: Plan) -> Iterator[str]:
    yield "rnncalc: 1   # version of the format"
    yield f"title: {plan.published.recurrence.entry.title}"
    yield "# The equations; to change them, write them under 'equations: |' instead of 'recurrence':"
    yield from (f"#   {write_equation(equation)}" for equation in plan.system.equations)


def _choices(plan: Plan) -> Iterator[str]:
    """Write the recurrence, what is set, what else could be, and its activations."""
    recurrence, entry = plan.published.recurrence, plan.published.recurrence.entry
    settings = {"recurrence": entry.name, **plan.settings}
    yield from (f"{key}: {value}" for key, value in settings.items())
    for key, values in entry.choices.items():
        if key not in settings and plan.published.convention is None:
            others = [value for value in values if value != recurrence.chosen[key]]
            yield f"# {key}: {recurrence.chosen[key]}   # or {', '.join(others)}"
    functions = ", ".join(f"{name}: {op}" for name, op in entry.activations.items())
    yield f"activations: {{{functions}}}"


def _weights(plan: Plan) -> Iterator[str]:
    numbers = Numbers(sum(int(np.prod(shape)) for shape, _ in plan.weights.values()))
    yield "weights:"
    yield from _section({name: (numbers.take(shape), words) for name, (shape, words) in plan.weights.items()})


def _inputs(plan: Plan) -> Iterator[str]:
    """Write inputs, and the steps of index letters that none of them counts."""
    if plan.inputs:
        yield "inputs:"
        yield from _section({name: _values(plan, name, number) for number, name in enumerate(plan.inputs)})
    letters = plan.system.letters
    counted = {letters[name] for name in plan.inputs if name in letters}
    missing = [letter for letter in dict.fromkeys(letters.values()) if letter not in counted]
    if missing:
        text = ", ".join(f"{letter}: {_steps(letter)}" for letter in missing)
        yield f"steps: {{{text}}}   # as no input says how many there are"


def _values(plan: Plan, name: str, start: int) -> tuple[list, str]:
    """Give numbers for a quantity that an example gives, and what they are."""
    n_features, n_steps = plan.shapes[name][0], plan.steps(name)
    features = plural(n_features, "feature")
    if n_steps is None:
        return whole_numbers((n_features,), start), f"one vector of {features}"
    return whole_numbers((n_steps, n_features), start), f"{plural(n_steps, 'step')} of {features}"


def _initial(plan: Plan) -> Iterator[str]:
    """Write where the recurrences start: what is read beside its steps and set by no equation."""
    places = {(name, index.anchor, index.offset) for name, index in plan.system.places}
    found = {}
    for name, read in plan.system.reads.items():
        sides = {anchor for anchor, offset in read if (name, anchor, offset) not in places}
        if sides:
            found[name] = ("0", "before the first step" if sides == {"start"} else "after the last step")
    if found:
        size = plan.shapes[next(iter(found))][0]
        yield f"initial:   # a number fills the vector; or write it out, such as {[0] * size}"
        yield from _section(found)


def _loss(plan: Plan) -> Iterator[str]:
    target = next(name for name in TARGETS if name not in plan.inputs)
    numbers, words = _values(plan, OUTPUT, 1)  # the numbers of an input that feeds the targets
    yield "targets:"
    yield from _section({target: (numbers, f"what {OUTPUT} should be: {words}")})
    yield f"loss: {KIND}   # or {', '.join(kind for kind in LOSSES if kind != KIND)}"


def _ending() -> Iterator[str]:
    yield "rounding: {decimals: 4}   # shown; nothing is rounded before it is used"
    yield f"# answers: {{{OUTPUT}: …}}       # what you get by hand, for 'rnncalc check'"


def _section(entries: Mapping[str, tuple[list | str, str]]) -> Iterator[str]:
    """Write names with their numbers, long ones a row a line, and what they are beside them."""
    texts = {name: f"  {name}: {_flow(numbers)}" for name, (numbers, _) in entries.items()}
    width = max((len(text) for text in texts.values() if len(text) <= _WIDTH), default=0)
    for name, (numbers, words) in entries.items():
        if len(texts[name]) <= _WIDTH:
            yield f"{texts[name]:<{width}}   # {words}"
        else:
            yield f"  {name}:   # {words}"
            yield from (f"    {line}" for line in _broken(numbers))


def _broken(numbers: list) -> list[str]:
    """Write long lists over several lines, each inner list on lines of its own."""
    text = _flow(numbers)
    if len(text) <= _WIDTH:
        return [text]
    if isinstance(numbers[0], str):
        return wrap(text, _WIDTH)
    rows = [_broken(row) for row in numbers]
    ends = [[*row[:-1], f"{row[-1]},"] for row in rows[:-1]] + [[*rows[-1][:-1], f"{rows[-1][-1]}]"]]
    lines = [line for row in ends for line in row]
    return [f"{' ' if at else '['}{line}" for at, line in enumerate(lines)]


def _flow(numbers: list | str) -> str:
    return numbers if isinstance(numbers, str) else f"[{', '.join(map(_flow, numbers))}]"

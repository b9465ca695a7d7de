"""Training data made by equations: sequences drawn by a law, and what is computed from them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import Collector, Note, refuse
from rnncalc.base.words import listing, nearest
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate
from rnncalc.language.nodes import Call, Equation, Name, Ref, leaves
from rnncalc.problem.data_fields import Described
from rnncalc.problem.equations import Lines
from rnncalc.problem.fields import Count
from rnncalc.problem.makers import MAX_ENTRIES
from rnncalc.problem.numbers import is_integer, value_of
from rnncalc.problem.places import parse_scalar, quoted
from rnncalc.problem.training_data import TrainingData, check_size
from rnncalc.problem.yaml_tree import Scalar
from rnncalc.recurrences.schedule import schedule
from rnncalc.recurrences.shapes import infer_shapes
from rnncalc.recurrences.system import System, build_system


class Law(NamedTuple):
    """How numbers are drawn: the names of the arguments, the first a whole number; what they must be."""

    words: str
    draw: Callable[..., np.ndarray]
    holds: Callable[..., bool]
    needs: str


LAWS = {
    "uniform": Law("FEATURES, low, high", lambda rng, shape, low, high: rng.uniform(low, high, shape),
                   lambda low, high: low <= high, "low must not be above high"),
    "normal": Law("FEATURES, mean, sd", lambda rng, shape, mean, sd: rng.normal(mean, sd, shape),
                  lambda mean, sd: sd >= 0, "sd must not be negative"),
    "classes": Law("COUNT", lambda rng, shape: rng.integers(shape[-1], size=(*shape[:-1], 1)).astype(float),
                   lambda: True, ""),
}  # fmt: skip


def draw_data(described: Described, rng: np.random.Generator, target: str = "") -> TrainingData:
    """Draw sequences, in the order in which the file names them, and carry out the equations.

    Where the target of a loss is not drawn itself, it is taken to have the classes of the first law that draws some.

    Raises:
        RnncalcError: slugs `missing-count`, `bad-law`, `no-initial-value`, `unknown-name`, `not-finite`, those of
            build_system, of schedule and of infer_shapes.
    """
    collector, laws = Collector(), {}
    for key in ("sequences", "steps"):
        with collector:
            if key not in described.values:
                message = f"Nothing says how many {key} are drawn."
                raise refuse("missing-count", described.places["draw"], message, f"Write '{key}: 8'.")
    for name, (_, scalar) in described.values["draw"].items():
        with collector:
            laws[name] = (scalar, *read_law(scalar))
    lines: Lines = described.values.get("equations", Lines((), ()))
    collector.found += lines.faults
    collector.raise_if_any()
    n_sequences, n_steps = described.number("sequences"), described.number("steps")
    drawn, classes = {}, {}
    for name, (scalar, law, size, arguments) in laws.items():
        shape = (n_sequences, n_steps, size)
        check_size(shape[:2] if law == "classes" else shape, scalar.span)
        drawn[name] = LAWS[law].draw(rng, shape, *arguments)
        if law == "classes":
            classes[name] = size
    starts: Mapping[str, Count] = described.values.get("from", {})
    made = _carried_out(lines.equations, drawn, starts, described) if lines.equations else {}
    return TrainingData(drawn | made, classes=classes.get(target, next(iter(classes.values()), None)))


def read_law(scalar: Scalar) -> tuple[str, int, tuple[float, ...]]:
    """Read 'uniform(3, 0, 1)': the law, the number of features or classes, the other arguments.

    Raises:
        RnncalcError: slug `bad-law`, and those of the expression language.
    """
    shown, match = quoted(scalar.text), re.match(r"\s*([A-Za-z_]\w*)", scalar.text)
    name = match[1] if match else ""
    if name not in LAWS:
        forms = listing((f"{law}({row.words.lower()})" for law, row in LAWS.items()), "or")
        message = f"{shown} is no law by which numbers are drawn."
        raise refuse("bad-law", scalar.span, message, f"Write {forms}.")
    law, call = LAWS[name], parse_scalar(scalar)
    words = law.words.split(", ")
    form = f"{name}({law.words.lower()})"
    if not isinstance(call, Call) or call.op != name or len(call.args) != len(words):
        raise refuse("bad-law", scalar.span, f"{shown} is no '{form}'.", f"Write '{form}'.")
    first = call.args[0]
    if isinstance(first, Name) or not is_integer(first.span.text) or not 1 <= int(first.span.text) <= MAX_ENTRIES:
        message = f"The first number of {shown} is to be a whole number from 1."
        raise refuse("bad-law", scalar.span, message, f"Write '{form}'.")
    arguments = tuple(value_of(argument, scalar) for argument in call.args[1:])
    if not law.holds(*arguments) or not math.isfinite(sum(map(abs, arguments))):
        raise refuse("bad-law", scalar.span, f"{shown} draws no numbers.", f"In '{name}' {law.needs}.")
    return name, int(first.span.text), arguments


def _carried_out(
    equations: tuple[Equation, ...], drawn: Mapping, starts: Mapping[str, Count], described: Described
) -> dict[str, np.ndarray]:
    """Evaluate the equations of the data."""
    system = build_system(equations, {})
    _check_names(system, drawn, starts)
    schedule(system)  # a loop leaves shapes open too
    n_sequences, n_steps = described.number("sequences"), described.number("steps")
    lengths = dict.fromkeys(set(system.letters.values()), n_steps)
    given = {name: (array.shape[-1], 1) for name, array in drawn.items() if name in system.letters}
    places = described.values["draw"]
    origins = {name: Note(places[name][0].span, f"'{name}' is drawn here") for name in given}
    shapes = infer_shapes(system, given, lengths, origins)
    for name in system.defined:
        check_size((n_sequences, n_steps, *shapes[name]), system.general[name].span)
    sequences = {name: drawn[name].transpose(1, 0, 2)[..., None] for name in given}
    for name, count in starts.items():
        sequences[name] = np.zeros((min(count.number - 1, n_steps), n_sequences, *shapes[name]))
    initial = {
        (name, offset if anchor == "start" else n_steps + offset): np.zeros((n_sequences, *shapes[name]))
        for name, outside in system.reads.items()
        for anchor, offset in outside
    }
    case = Case(system, shapes, lengths, n_sequences, sequences=sequences, initial=initial)
    values = evaluate(case)
    for name in filter(system.is_sequence, system.defined):
        if not np.isfinite(values.sequences[name]).all():
            step = int(np.argwhere(~np.isfinite(values.sequences[name]))[0][0]) + 1
            message = f"'{name}' is no finite number at step {step} of some sequence."
            remedy = "Divide by nothing that is zero, and take logarithms and roots of numbers above 0."
            raise refuse("not-finite", system.general[name].span, message, remedy)
    return {
        name: values.sequences[name].reshape(n_steps, n_sequences, -1).transpose(1, 0, 2)
        for name in system.defined
        if system.is_sequence(name)
    }


def _check_names(system: System, drawn: Mapping, starts: Mapping[str, Count]) -> None:
    """Refuse reads of what is not drawn, or of a drawn sequence where it has no value, and starts of nothing."""
    collector = Collector()
    for name, count in starts.items():
        with collector:
            if name not in system.defined or not system.is_sequence(name):
                close = nearest(name, system.defined)
                remedy = f"Did you mean '{close}'?" if close else f"They define {listing(system.defined)}."
                raise refuse("unknown-name", count.span, f"The equations do not define '{name}' at every step.", remedy)
    for equation in system.equations:
        for leaf in leaves(equation.right):
            with collector:
                _check_read(leaf, equation, system, drawn, starts)
    collector.raise_if_any()


def _check_read(leaf: Name | Ref, equation: Equation, system: System, drawn: Mapping, starts: Mapping) -> None:
    if leaf.name in system.defined:
        return
    if leaf.name not in drawn or not isinstance(leaf, Ref):
        close = nearest(leaf.name, [name for name in drawn if name != leaf.name])
        remedy = f"Did you mean '{close}[t]'?" if close else f"Drawn are {listing(drawn)}."
        raise refuse("unknown-name", leaf.span, f"'{leaf.span.text}' is not drawn.", remedy)
    first = starts[equation.left.name].number if equation.left.name in starts else 1
    offset = leaf.index.offset if leaf.index.anchor == "step" else 0
    if first + offset < 1:
        name = equation.left.name
        message = f"'{leaf.span.text}' reads '{leaf.name}' before its first step."
        remedy = f"Say from which step '{name}' holds: 'from: {{{name}: {1 - offset}}}'."
        raise refuse("no-initial-value", leaf.span, message, remedy)
    if offset > 0 or leaf.index.anchor in ("start", "end") and leaf.index.offset != 0:
        message = f"'{leaf.span.text}' reads '{leaf.name}' outside the steps at which '{equation.left.name}' is made."
        raise refuse("no-initial-value", leaf.span, message, "Read this step or earlier ones.")

"""A problem as recurrent layers of a library: which states, sizes and numbers each layer has.

`plan_layers` is the one to read first; torch_script.py and keras_script.py
write its result.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from rnncalc.base.words import listing
from rnncalc.compute.values import Values
from rnncalc.language.nodes import leaves
from rnncalc.problem.converting import Converted, Taker, convert_for, not_convertible
from rnncalc.problem.problem import Problem
from rnncalc.recurrences.conventions import read_convention
from rnncalc.recurrences.expand import MERGED, SUFFIXES
from rnncalc.render.clean import clean
from rnncalc.render.scripts.numpy_numbers import array_source

BOUND = 1e-10  # the largest difference that a script lets pass

INSTEAD = "'rnncalc export --to numpy' writes a program of the equations."


class Kind(NamedTuple):
    """A layer class of a library: the convention of its weights, its states in order, what its arguments are.

    `functions` gives by argument the activations that it stands for, `fixed`
    further arguments as source.
    """

    name: str
    convention: str
    states: tuple[str, ...]
    functions: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    fixed: Mapping[str, str] = MappingProxyType({})


class Strand(NamedTuple):
    """One direction of one layer: its suffix in the equations, its states by name, whether it runs in reverse."""

    suffix: str
    states: Mapping[str, str]
    reverse: bool


class Layer(NamedTuple):
    """One layer; `mark` is its number in names, where they have one, `passes` what the next layer reads."""

    number: int
    mark: str
    n_in: int
    n_units: int
    strands: tuple[Strand, ...]
    passes: str


class Output(NamedTuple):
    """The output layer, `name` = top @ weight + bias, and behind it perhaps `function` of that.

    Shapes:
        weight: (n_h, n_y)
        bias: (n_y,), or None
    """

    name: str
    weight: np.ndarray
    bias: np.ndarray | None
    behind: str
    function: str


class Plan(NamedTuple):
    """All that a script says.

    Shapes:
        x: (n_sequences, n_steps, n_x)
        starts[state]: (n_sequences, n_h)
        expected[name]: (n_sequences, n_steps, n_h)
    """

    kind: Kind
    arguments: Mapping[str, str]
    layers: tuple[Layer, ...]
    merge: str
    converted: Converted
    x: np.ndarray
    starts: Mapping[str, np.ndarray]
    expected: Mapping[str, np.ndarray]
    output: Output | None

    @property
    def has_bias(self) -> bool:
        biases = self.converted.published.recurrence.biases
        tensors = [tensor for tensor in self.converted.published.tensors if tensor.name in self.converted.packed]
        return any(block.weight in biases for tensor in tensors for block in tensor.blocks)


def plan_layers(
    problem: Problem, values: Values, library: str, kinds: Mapping[str, Collection[Kind]], functions: Mapping[str, str]
) -> Plan:
    """Find the layers that compute what a problem's equations do.

    Args:
        problem, values: The problem and its forward pass.
        library: What messages call it.
        kinds: Its classes by recurrence.
        functions: Its names of activations.

    Raises:
        RnncalcError: slug `not-convertible`, which says why there are none.
    """
    case, published = problem.case, problem.network.published
    if published is None or published.recurrence.entry.name not in kinds:
        what = "equations of the file's own" if published is None else f"'{published.recurrence.entry.name}'"
        raise not_convertible(problem, f"{library} has no layer for {what}; it has {listing(kinds)}.", INSTEAD)
    if case.rounding.every_step:
        raise not_convertible(problem, f"Every step is rounded in this problem, by no layer of {library}.", INSTEAD)
    if case.own_lengths:
        message = "The sequences have different lengths, the layers would run on behind the end of the shorter ones."
        raise not_convertible(problem, message, INSTEAD)
    recurrence = published.recurrence
    if recurrence.arranged.embedding or recurrence.arranged.outputs == "last":
        key = "embedding: true" if recurrence.arranged.embedding else "outputs: last"
        raise not_convertible(problem, f"The layers read vectors and answer at every step; here is '{key}'.", INSTEAD)
    kind = _nearest_kind(recurrence.chosen, kinds[recurrence.entry.name], recurrence.entry.name)
    arguments = {**kind.fixed, **dict(_functions(problem, kind, functions))}
    free = tuple(name for names in kind.functions.values() for name in names)
    converted = convert_for(problem, Taker(kind.convention, kind.name, free, ("sigmoid",), INSTEAD))
    layers = tuple(_layers(problem, values, kind))
    strands = [strand for layer in layers for strand in layer.strands]
    states = [name for strand in strands for name in strand.states.values()]
    if given := [name for name in states if name in case.sequences]:
        raise not_convertible(problem, f"The first steps of '{given[0]}' are given.", INSTEAD)
    output = _output(problem, converted)
    shown = [*states, *(layer.passes for layer in layers), *((output.name, output.behind) if output else ())]
    last = case.lengths["t"] + 1
    ends = {name: last if strand.reverse else 0 for strand in strands for name in strand.states.values()}
    plan = Plan(
        kind,
        arguments,
        layers,
        recurrence.arranged.merge,
        converted,
        _by_sequence(case.sequences["x"]),
        {name: _flat(values.at(name, step)) for name, step in ends.items()},
        {name: _by_sequence(values.sequences[name]) for name in dict.fromkeys(shown) if name in values.sequences},
        output,
    )
    if not all(np.isfinite(array).all() for array in plan.expected.values()):
        raise not_convertible(problem, "Some values are no finite numbers, so that nothing can be compared.", INSTEAD)
    return plan


def _nearest_kind(chosen: Mapping[str, str], kinds: Collection[Kind], recurrence: str) -> Kind:
    """Choose the class whose equations share most choices with the problem's."""

    def shared(kind: Kind) -> int:
        settled = read_convention(kind.convention).packings[recurrence].choices
        return sum(chosen[key] == value for key, value in settled.items())

    return max(kinds, key=shared)


def _functions(problem: Problem, kind: Kind, functions: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give the arguments that name activations."""
    for argument, names in kind.functions.items():
        has = {problem.network.activations[name] for name in names}
        op, more = has.pop()
        if has or more or op not in functions:
            words = ", ".join(f"'{name}' {problem.network.activations[name][0]}" for name in names)
            message = f"{kind.name} has one '{argument}', {' or '.join(functions)}; the problem has {words}."
            raise not_convertible(problem, message, INSTEAD)
        yield argument, f'"{functions[op]}"'


def _layers(problem: Problem, values: Values, kind: Kind) -> Iterator[Layer]:
    arranged = problem.network.recurrence.arranged
    below, suffixes = problem.case.shapes["x"], SUFFIXES[arranged.direction]
    n_in = max(below)
    for number in range(1, (arranged.layers or 1) + 1):
        mark = "" if arranged.layers is None else str(number)
        strands = tuple(
            Strand(
                suffix,
                {state: f"{state}{mark}{suffix}" for state in kind.states},
                arranged.direction == "reverse" or suffix == SUFFIXES["both"][1],
            )
            for suffix in suffixes
        )
        passes = f"{MERGED}{mark}" if len(suffixes) > 1 else strands[0].states[kind.states[0]]
        sizes = {max(problem.case.shapes[strand.states[kind.states[0]]]) for strand in strands}
        if len(sizes) > 1:
            message = "The two directions of a layer have different numbers of units, which no layer has."
            raise not_convertible(problem, message, INSTEAD)
        (n_units,) = sizes
        yield Layer(number, mark, n_in, n_units, strands, passes)
        n_in = max(problem.case.shapes[passes])


def _output(problem: Problem, converted: Converted) -> Output | None:
    """Find the output layer: the equation that reads the optional weight, and the one that reads its result."""
    recurrence = problem.network.recurrence
    weight = converted.others.get(recurrence.entry.optional)
    if weight is None:
        return None
    reading = {e.left.name: {leaf.name for leaf in leaves(e.right)} for e in recurrence.equations}
    name = next(left for left, read in reading.items() if recurrence.entry.optional in read)
    behind = next((left for left, read in reading.items() if read == {name}), "")
    bias = next((array for other, array in converted.others.items() if other in recurrence.biases), None)
    rows_are_outputs = recurrence.words[recurrence.entry.optional].startswith("n_y")
    function, more = problem.network.activations.get("output", ("", ()))
    return Output(name, weight.T if rows_are_outputs else weight, bias, behind, "" if more else function)


def _by_sequence(array: np.ndarray) -> np.ndarray:
    return array.reshape(*array.shape[:2], -1).swapaxes(0, 1)


def _flat(array: np.ndarray) -> np.ndarray:
    return array.reshape(len(array), -1)


def heading(problem: Problem, plan: Plan, target: str, runs: str) -> str:
    """Write the comment at the top of a script."""
    remarks = [problem.title, problem.origin, *plan.converted.remarks]
    if problem.dropped and plan.has_bias:
        remarks.append(f"Not given by the problem, zero here: {', '.join(problem.dropped)}.")
    lines = [
        f"The forward pass of one problem by {plan.kind.name}, written by `rnncalc export --to {target}`.",
        f"{runs} Every step is compared; it fails where a difference is above {BOUND:g}.",
        *([""] if any(remarks) else []),
        *(clean(remark) for remark in remarks if remark),
    ]
    return "\n".join(f"# {line}".rstrip() for line in lines)


def table(name: str, arrays: Mapping[str, np.ndarray]) -> Iterator[str]:
    """Write arrays by name as a dictionary of lists."""
    yield f"{name} = {{"
    yield from (f'    "{key}": {array_source(array, indent="    ")},' for key, array in arrays.items())
    yield "}"


def output_lines(plan: Plan, functions: Mapping[str, str]) -> Iterator[str]:
    """Write the output layer as a plain product, and what stands behind it where there is a function for that."""
    output, top = plan.output, plan.layers[-1].passes
    if output is None:
        return
    yield f"{output.name} = {top} @ output_weight" + ("" if output.bias is None else " + output_bias")
    yield f'compare("{output.name}", {output.name})'
    if output.behind in plan.expected and output.function in functions:
        yield f"{output.behind} = {functions[output.function].format(output.name)}"
        yield f'compare("{output.behind}", {output.behind})'


def filled(path: Path, **parts: str) -> str:
    """Fill the template of a script; `$bound` is what no difference may exceed."""
    return Template(path.read_text(encoding="utf-8")).substitute(parts, bound=f"{BOUND:g}")

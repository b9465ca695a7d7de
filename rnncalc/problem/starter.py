"""Write a problem file to begin with: any recurrence of the catalogue, with small numbers, every line explained.

`starter` is the one to read first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap

import numpy as np

from rnncalc.base.words import plural
from rnncalc.language.writer import write_equation
from rnncalc.problem.chosen import published_as
from rnncalc.problem.loss import LOSSES
from rnncalc.problem.starter_numbers import Numbers, whole_numbers
from rnncalc.problem.starter_plan import Plan, count_steps, make_plan

OUTPUT, TARGETS, KIND = "y", ("d", "target"), next(iter(LOSSES))  # the second name where an input has the first
_WIDTH = 70  # of a name with its numbers on one line


def starter(recurrence: str, settings: Mapping[str, str], with_loss: bool) -> str:
    """Give the text of a problem that runs as it stands.

    Args:
        recurrence: A name of the catalogue.
        settings: Keys of a problem file: convention, layers, bidirectional, choices.
        with_loss: Whether it has a target and a loss, so that `bptt` runs too.

    Raises:
        RnncalcError: those of published_as.
    """
    plan = make_plan(published_as(recurrence, settings), settings)
    parts = [_head(plan), _choices(plan), _weights(plan), _inputs(plan), _initial(plan)]
    parts += [_loss(plan)] if with_loss else []
    return "\n".join("".join(f"{line}\n" for line in part) for part in map(list, [*parts, _ending()]) if part)


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
        text = ", ".join(f"{letter}: {count_steps(letter)}" for letter in missing)
        yield f"steps: {{{text}}}   # as no input says how many there are"


def _values(plan: Plan, name: str, start: int) -> tuple[list, str]:
    """Give numbers for a quantity that an example gives, and what they are."""
    n_features, n_steps = plan.shapes[name][0], plan.steps(name)
    if name in plan.tables:
        n_rows = plan.shapes[plan.tables[name]][0]
        return [str(at % n_rows) for at in range(n_steps)], f"rows of {plan.tables[name]}, counted from 0"
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

"""The forward pass of a worked solution: its lines step by step, the loss, attention's weights."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnncalc.compute.nesting import loss_steps
from rnncalc.compute.ragged import each_sequence
from rnncalc.language.nodes import Call, Index, Name, Ref
from rnncalc.recurrences.step_weights import step_weights
from rnncalc.render.document.asked import LOSS_TOTAL, Asked
from rnncalc.render.document.blocks import Block, Grid, Heading, Line, Lines, Math
from rnncalc.render.document.choice import Choice
from rnncalc.render.document.computed import computed_lines
from rnncalc.render.filling import ENDED, Filling
from rnncalc.render.numbers import write_number
from rnncalc.render.unequal import headed_tables

_MOST_ADDENDS = 50  # steps beyond which the loss is not written as their sum
_MOST_COLUMNS = 40  # of a table of weights


def forward(filling: Filling, choice: Choice, asked: Asked) -> Iterator[Block]:
    """Give the blocks of a forward pass, or the chosen part of it, which may be none."""
    if choice.only and choice.only.isdisjoint(filling.values.case.system.defined):
        return
    yield Heading("Forward pass")
    tables = headed_tables(filling, choice.only, choice.steps, "before the first step", "after the last step")
    for heading, table in tables:
        lines = [line for one in table.step.lines for line in computed_lines(one, table.filling, choice.detail)]
        yield Lines(heading, tuple(map(asked.marked, lines)))
    if not choice.steps:
        yield from _weight_tables(filling, choice)
        if filling.values.case.loss and (not choice.only or filling.values.case.loss in choice.only):
            yield from _total_loss(filling, asked)


def _total_loss(filling: Filling, asked: Asked) -> Iterator[Block]:
    """Give the loss as the sum over its steps, where it is more than one line above."""
    values, name = filling.values, filling.values.case.loss
    terms = loss_steps(values)
    if not values.case.system.is_sequence(name) or len(terms) == 1 and values.case.n_sequences == 1:
        return
    total = Math(Name("\0"), {"\0": _cell(float(terms.sum()), filling)})
    steps = range(1, len(terms) + 1) if len(terms) <= _MOST_ADDENDS else ()
    names, numbers, cells = None, None, {}
    for step in steps:
        leaf, number = Ref(name, Index("start", "", step)), Name(f"\N{FULL BLOCK}{step}")
        cells[number.name] = _cell(float(terms[step - 1]), filling)
        names = leaf if names is None else Call("add", (names, leaf))
        numbers = number if numbers is None else Call("add", (numbers, number))
    # of a batch the addends are summed over the sequences, so that only their numbers are theirs
    sides = [Math(names)] if names is not None and values.case.n_sequences == 1 else []
    sides += [Math(numbers, cells)] if len(terms) > 1 and numbers is not None else []
    final = bool({(LOSS_TOTAL, None), (name, None)} & asked.places)
    reads = tuple((name, step) for step in steps)
    whole = "the loss" if values.case.n_sequences == 1 else "the loss of all sequences"
    line = Line(Name(name), tuple(sides), total, (LOSS_TOTAL, None), reads, final=final)
    yield Lines(whole, (line,))


def _cell(value: float, filling: Filling) -> np.ndarray:
    return np.array([[write_number(value, filling.decimals)]], dtype=object)


def _weight_tables(filling: Filling, choice: Choice) -> Iterator[Grid]:
    """Give a table for each sequence of weights, such as attention's: a row a step, a column a step weighed."""
    values, system = filling.values, filling.values.case.system
    for name, weighed in step_weights(system):
        if choice.only and name not in choice.only:
            continue
        row, column = system.letters[name], system.letters[weighed]
        for number, steps in enumerate(each_sequence(values, name), start=1):
            weights = steps.reshape(len(steps), -1)
            if weights.shape[1] > _MOST_COLUMNS:
                continue
            which = f", sequence {number}" if values.case.n_sequences > 1 else ""
            yield Grid(
                f"{name}: what each step {row} takes of {weighed}({column}){which}",
                f"{row} \\ {column}" if row != column else row,
                tuple(f"{column} = {at}" for at in range(1, weights.shape[1] + 1)),
                tuple((f"{row} = {at}", _texts(line, filling)) for at, line in enumerate(weights, start=1)),
                place=(name, None),
            )


def _texts(numbers: np.ndarray, filling: Filling) -> tuple[str, ...]:
    return tuple(ENDED if np.isnan(x) else write_number(float(x), filling.decimals) for x in numbers)

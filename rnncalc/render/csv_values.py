"""Values as CSV, a line for each number: quantity, sequence, step, row, column, value.

Numbers have full float64 precision, and are empty where they are not finite
or a sequence has ended; what has no sequence or step leaves its cell empty.
A text that a spreadsheet would take for a formula gets a quote before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from rnncalc.compute.bptt import complete_adjoints, loss_total
from rnncalc.compute.descent import Answered
from rnncalc.compute.ngram_values import asked_likelihood, named_values
from rnncalc.compute.values import Values
from rnncalc.problem.problem import Problem
from rnncalc.render.clean import clean
from rnncalc.render.report import number

if TYPE_CHECKING:
    from rnncalc.problem.bigram import Bigram

COLUMNS = ("quantity", "sequence", "step", "row", "column", "value")

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TABLES = ("counts", "smoothed", "T")

Cell = str | int | float | None
Record = tuple[Cell, ...]


def forward_csv(problem: Problem, values: Values, only: Collection[str], steps: Collection[int]) -> str:
    """Give the values of the equations' names, all of them or those chosen.

    The loss J stands at its steps, and as a total without sequence and step.

    Shapes:
        row, column: from 1, as the equations lay a vector out, a column or a row
    """
    return write_csv(_forward(problem, values, only, steps))


def bptt_csv(
    problem: Problem, values: Values, answered: Answered, weights: Collection[str], steps: Collection[int]
) -> str:
    """Give the values, and as grad(…) the adjoints and the gradients of the weights, all or those chosen.

    contribution(W) are the addends of grad(W) by step; clipped(W) and
    updated(W) stand beside them where they are asked for.

    Shapes:
        row, column: of a gradient, the weight's shape as the file writes it
    """
    found = [*_forward(problem, values, (), steps)]
    for name, array in complete_adjoints(values, answered.gradients).items():
        found.append(_records(f"grad({name})", array, steps))
    for name in (name for name in answered.totals if not weights or name in weights):
        shape = values.case.written[name]
        found.append(_matrix(f"grad({name})", answered.totals[name].reshape(shape)))
        parts = enumerate(answered.parts[name], start=1)
        chosen = [(step, part.reshape(shape)) for step, part in parts if not steps or step in steps]
        found += [_matrix(f"contribution({name})", part, "", step) for step, part in chosen]
        for word, arrays in (("clipped", answered.clipped), ("updated", answered.updated)):
            if arrays is not None:
                found.append(_matrix(f"{word}({name})", arrays[name].reshape(shape)))
    return write_csv(found)


def bigram_csv(problem: Bigram) -> str:
    """Give tables, likelihood and weights of an n-gram model; the rows and columns of a table are words.

    A table too large to be laid out gives its likeliest pairs.
    """
    model, asked = problem.model, problem.asked
    words, contexts = list(model.vocabulary), [_context(model.vocabulary[at] for at in c) for c in model.contexts]
    lines = (contexts, words) if asked.orientation == "rows" else (words, contexts)
    named = named_values(model, asked)
    found = [_table(name, array, *lines) if name in _TABLES else _matrix(name, array) for name, array in named.items()]
    if "T" not in named:
        likeliest = model.likeliest(problem.top)
        found.append(("T", "", "", *_pair(contexts[c], words[w], asked.orientation), p) for c, w, _, p in likeliest)
    if (product := asked_likelihood(model, asked)) is not None:
        found.append(
            ("factor", "", at, *_pair(_context(f.context), f.word, asked.orientation), f.probability)
            for at, f in enumerate(product.factors, start=1)
        )
    return write_csv(found)


def write_csv(records: Iterable[Iterable[Record]]) -> str:
    """Write groups of records below their heading."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for group in records:
        writer.writerows([_cell(cell) for cell in record] for record in group)
    return stream.getvalue()


def _cell(cell: Cell) -> Cell:
    if isinstance(cell, float):
        return "" if number(cell) is None else repr(float(cell))
    if not isinstance(cell, str):
        return cell
    return f"'{clean(cell)}" if cell.startswith(_FORMULA) else clean(cell)


def _forward(
    problem: Problem, values: Values, only: Collection[str], steps: Collection[int]
) -> Iterator[Iterable[Record]]:
    loss = values.case.loss
    names = dict.fromkeys([*problem.network.system.defined, *([loss] if loss else [])])
    for name in (name for name in names if not only or name in only):
        yield _records(name, values.sequences[name] if name in values.sequences else values.singles[name], steps)
        if name == loss:
            yield _matrix(name, np.array([[loss_total(values)]]))


def _records(name: str, array: np.ndarray, steps: Collection[int]) -> Iterator[Record]:
    """Go through (n_steps, n_sequences, rows, columns), or the same without steps."""
    if array.ndim == 3:
        for sequence, matrix in enumerate(array, start=1):
            yield from _matrix(name, matrix, sequence)
        return
    for step, batch in enumerate(array, start=1):
        for sequence, matrix in enumerate(batch if not steps or step in steps else (), start=1):
            yield from _matrix(name, matrix, sequence, step)


def _matrix(name: str, array: np.ndarray, sequence: Cell = "", step: Cell = "") -> Iterator[Record]:
    """Go through a matrix; a flat list is a column."""
    rows = array if array.ndim == 2 else array.reshape(-1, 1)
    for row, entries in enumerate(rows, start=1):
        for column, value in enumerate(entries, start=1):
            yield (name, sequence, step, row, column, float(value))


def _table(name: str, array: np.ndarray, rows: list[str], columns: list[str]) -> Iterator[Record]:
    for row, entries in zip(rows, array, strict=True):
        for column, value in zip(columns, entries, strict=True):
            yield (name, "", "", row, column, float(value))


def _pair(context: str, word: str, orientation: str) -> tuple[str, str]:
    return (context, word) if orientation == "rows" else (word, context)


def _context(words: Iterable[str]) -> str:
    return " ".join(words)

"""Hold the words that lookups take from a table against its rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import plural
from rnncalc.language.kinds import Shape
from rnncalc.language.nodes import Call, Name, Ref, walk
from rnncalc.problem.data import Data
from rnncalc.recurrences.system import System


def check_lookups(system: System, shapes: Mapping[str, Shape], data: Data, collector: Collector) -> None:
    """Collect a diagnostic for each input with a word that its table does not have.

    Slug: `class-out-of-range`.
    """
    given = data.read_by(system)
    for equation in system.equations:
        for part in walk(equation.right):
            if isinstance(part, Call) and part.op == "lookup":
                table, words = part.args
                if isinstance(table, Name) and isinstance(words, Name | Ref) and words.name in given:
                    with collector:
                        _check(words.name, given[words.name].array, table.name, shapes, data.place(words.name))


def _check(name: str, words: np.ndarray, table: str, shapes: Mapping[str, Shape], place: Span) -> None:
    n_rows = shapes[table][0]
    wrong = words[(words != np.floor(words)) | (words < 0) | (words >= n_rows)]
    if wrong.size:
        message = f"'{name}' holds the word {wrong.flat[0]:g}; '{table}' has {plural(n_rows, 'row')}."
        raise refuse("class-out-of-range", place, message, f"Words count from 0 to {n_rows - 1}.")

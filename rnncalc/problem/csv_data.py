"""Training data from columns of numbers in a CSV file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.problem.csv_files import Table
from rnncalc.problem.data_fields import Described
from rnncalc.problem.roles import Roles
from rnncalc.problem.training_data import TrainingData, filled, pieces

SEQUENCE = "sequence"  # the name under which `columns:` gives what tells sequences apart


def numbers_of(table: Table, described: Described, roles: Roles, held_out: bool) -> TrainingData:
    """Take sequences from columns; of held-out data the target may be missing.

    Raises:
        RnncalcError: slugs `missing-column`, `unreadable-line`, `too-large`, `wrong-type`.
    """
    columns, collector = dict(described.values["columns"]), Collector()
    groups = [np.arange(len(table.rows))]
    with collector:
        if SEQUENCE in columns:
            names = columns.pop(SEQUENCE)
            if len(names) > 1:
                raise refuse("wrong-type", names[1].span, "One column tells sequences apart.", "Name one column.")
            groups = _groups(table.column(names[0]))
    if held_out and any(name.text not in table.header for name in columns.get(roles.target, ())):
        del columns[roles.target]
    arrays = {}
    for name, names in columns.items():
        with collector:
            arrays[name] = table.numbers(names)
    collector.raise_if_any()
    window = described.number("window")
    found, own = {}, ()
    for name, array in arrays.items():
        parts = [array[rows] for rows in groups]
        if window:
            parts = [piece for part in parts for piece in pieces(part, window)]
        found[name], own = filled(parts, table.place)
    return TrainingData(found, own)


def _groups(names: Sequence[str]) -> list[np.ndarray]:
    """Give the rows of each sequence, in the order in which the sequences first appear."""
    numbers: dict[str, int] = {}
    which = np.array([numbers.setdefault(name, len(numbers)) for name in names])
    return np.split(np.argsort(which, kind="stable"), np.cumsum(np.bincount(which))[:-1])

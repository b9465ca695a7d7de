"""Put numbers in the place of the names of an expression: as the file writes them, or rounded.

A Filling knows how the sequences of a batch are laid out: beside each other
as columns, or below each other as rows, H(t) = X(t)U + H(t-1)W + B. The
screen draws what it fills, and so does every format of a worked solution.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rnncalc.compute.reading import evaluate_concrete
from rnncalc.compute.trace import Line
from rnncalc.compute.values import Values
from rnncalc.language.kinds import feature_axis
from rnncalc.language.nodes import SUMS_OVER_TIME, Call, Name, Node, Number, Ref, leaves, walk
from rnncalc.language.writer import Notation
from rnncalc.render.matrices import number_texts

_BY_SEQUENCE = frozenset(
    {"dot", "sum", "norm", "entry", "lookup", "cross_entropy", "binary_cross_entropy", "transpose"}
)

Detail = Literal["equations", "terms", "entries"]

# by quantity and step (n_sequences, rows, columns) of expressions, None where one is too long to be written
Closed = Mapping[tuple[str, int | None], np.ndarray]

ENDED = "–"  # in the place of a number, past the end of a sequence


@dataclass(frozen=True)
class Filling:
    """How the numbers of a trace are written: decimals, notation, and the file's own digits.

    `texts` maps names, and (name, step) of initial values, to the numbers as
    the file writes them.
    """

    values: Values
    texts: Mapping[object, np.ndarray]
    decimals: int
    notation: Notation = "paren"
    sequence: int | None = None  # write this one sequence (from 0), not the batch together
    ended: frozenset[int] = frozenset()  # sequences (from 0) that have no number here
    called: tuple[int, ...] = ()  # how the sequences are called, where not 1, 2, …
    closed: Closed | None = None  # closed forms, where they are wanted

    def number_of(self, sequence: int) -> int:
        """Give the number by which a sequence (from 0) is called."""
        return self.called[sequence] if self.called else sequence + 1

    def leaf_texts(self, leaf: Name | Ref, value: np.ndarray) -> np.ndarray:
        """Give the texts of a leaf's numbers, in the shape of its value."""
        if isinstance(leaf, Name):
            texts = self.texts.get(leaf.name)
        elif leaf.index.anchor == "all":
            texts = None
        else:
            step = self.values.step_of(leaf)
            texts = self.texts.get((leaf.name, step))
            if texts is None and step >= 1:
                given = self.texts.get(leaf.name)
                texts = given[step - 1] if given is not None and step <= len(given) else None
        return number_texts(value, texts if texts is None or texts.shape == value.shape else None, self.decimals)

    def sheet(self, cells: np.ndarray) -> np.ndarray:
        """Lay (n_sequences, rows, columns) out as one matrix of rows and columns."""
        if cells.ndim == 2:
            return cells
        if self.ended:
            cells = cells.copy()
            cells[list(self.ended)] = ENDED
        if self.sequence is not None or cells.shape[0] == 1:
            return cells[self.sequence or 0]
        if self.values.case.system.layout == "column":
            return np.concatenate(list(cells), axis=1)
        return np.concatenate(list(cells), axis=0)

    def value_texts(self, line: Line) -> np.ndarray:
        """Lay the value of a line out as texts (rows, columns); a copy keeps the digits of what it copies."""
        shown = line.right if isinstance(line.right, Name | Ref) else line.left
        return self.sheet(np.broadcast_to(self.leaf_texts(shown, self.values.of(shown)), line.value.shape))

    def filled(self, node: Node) -> tuple[Node, dict[str, np.ndarray]]:
        """Put placeholders in the place of what has a value, and give the texts (rows, columns) of each."""
        cells: dict[str, np.ndarray] = {}
        return self._fill(node, "", cells), cells

    def _fill(self, node: Node, parent: str, filled: dict[str, np.ndarray]) -> Node:
        """Replace leaves, and transposed leaves, by placeholders for their numbers."""
        if isinstance(node, Number):
            return node
        if isinstance(node, Name | Ref):
            value = self.values.of(node)
            cells = self.leaf_texts(node, value)
            if isinstance(node, Name) and parent in ("add", "sub", ""):
                cells = self._repeated(cells)
            return self._placeholder(self.sheet(cells), filled)
        if node.op == "column_of" or node.op in SUMS_OVER_TIME:  # a number of its own: it has no one step
            found = number_texts(evaluate_concrete(node, self.values), None, self.decimals)
            return self._placeholder(self.sheet(found), filled)
        if node.op == "concat" and all(isinstance(arg, Name | Ref) for arg in node.args):
            return self._placeholder(self._continued(node), filled)
        if node.op == "transpose" and isinstance(node.args[0], Name | Ref):
            value = self.values.of(node.args[0])
            return self._placeholder(self.sheet(self.leaf_texts(node.args[0], value)).T, filled)
        if node.op == "part":  # which part it is, is told by a name
            return Call("part", (self._fill(node.args[0], node.op, filled), *node.args[1:]))
        return Call(node.op, tuple(self._fill(arg, node.op, filled) for arg in node.args))

    def _continued(self, node: Call) -> np.ndarray:
        """Draw vectors one after another as one vector."""
        values = [self.values.of(arg) for arg in node.args]
        axis = feature_axis([value.shape[-2:] for value in values], self.values.case.system.layout) + 1
        cells = [self.leaf_texts(arg, value) for arg, value in zip(node.args, values, strict=True)]
        batch = max(len(part) if part.ndim == 3 else 1 for part in cells)
        return self.sheet(
            np.concatenate([np.broadcast_to(part, (batch, *part.shape[-2:])) for part in cells], axis=axis)
        )

    def _placeholder(self, cells: np.ndarray, filled: dict[str, np.ndarray]) -> Name:
        name = f"\N{FULL BLOCK}{len(filled)}"
        filled[name] = cells
        return Name(name)

    def _repeated(self, cells: np.ndarray) -> np.ndarray:
        """Repeat a bias for every sequence of the batch, as B is written."""
        n_sequences = self.values.case.n_sequences
        if cells.ndim != 2 or n_sequences == 1 or self.sequence is not None:
            return cells
        return np.repeat(cells[None], n_sequences, axis=0) if 1 in cells.shape else cells


def draws_by_sequence(line: Line, values: Values) -> bool:
    """Tell whether a line of a batch is not one matrix equation, but one for each sequence."""
    case = values.case
    if case.n_sequences == 1:
        return False
    weights = set(case.weights)

    def varies(node: Node) -> bool:
        return any(leaf.name not in weights for leaf in leaves(node))

    for node in walk(line.right):
        if isinstance(node, Ref) and node.index.anchor == "all":
            return True
        if not isinstance(node, Call):
            continue
        if node.op in _BY_SEQUENCE and any(varies(arg) for arg in node.args):
            return True
        stays = 0 if case.system.layout == "column" else 1
        if node.op == "matmul" and varies(node.args[stays]):
            return True
    return False

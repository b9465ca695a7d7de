"""What a network's numbers stand for: the symbols behind its input, the names of its classes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from rnncalc.base.diagnostics import Diagnostic, RnncalcError
from rnncalc.base.span import Span
from rnncalc.base.words import plural
from rnncalc.compute.case import Case
from rnncalc.problem.loss import Loss
from rnncalc.problem.network import Network
from rnncalc.recurrences.tables import tables

if TYPE_CHECKING:
    from rnncalc.problem.vocabulary import Vocabulary


class Meanings(NamedTuple):
    """The vocabulary of the inputs, the names of the output's classes, and where the file's own stand."""

    vocabulary: Vocabulary | None = None
    labels: tuple[str, ...] = ()
    places: Mapping[str, Span] = MappingProxyType({})

    def check(self, case: Case, network: Network) -> None:
        """Hold both against the sizes of input and output.

        Raises:
            RnncalcError: slug `shape-mismatch`, for each.
        """
        found = []
        if "labels" in self.places:
            found += _check_labels(
                self.labels, (network.loss or Loss(network.span)).output, case, self.places["labels"]
            )
        if "vocabulary" in self.places:
            found += _check_symbols(len(self.vocabulary.symbols), case, self.places["vocabulary"])
        if found:
            raise RnncalcError(found)


def _check_labels(labels: tuple[str, ...], output: str, case: Case, place: Span) -> list[Diagnostic]:
    rows, columns = case.shapes.get(output, (len(labels), 1))
    size = rows * columns
    if size == len(labels) or size == 1 and len(labels) == 2:
        return []
    message = f"Here are {plural(len(labels), 'label')}; '{output}' has {plural(size, 'entry')}."
    return [Diagnostic("shape-mismatch", place, message, f"Give {plural(size, 'label')}.")]


def _check_symbols(count: int, case: Case, place: Span) -> list[Diagnostic]:
    """Find an input that has neither ids of a table with a row for each symbol, nor an entry for each."""
    looked_up = tables(case.system.equations)
    inputs = [name for name in case.system.given_sequences if name not in case.targets]
    for name in inputs if len(inputs) == 1 else ():
        if table := looked_up.get(name):
            size = case.shapes[table][0]
            has = f"'{table}' has {plural(size, 'row')}"
        else:
            size = max(case.shapes[name])
            has = f"'{name}' has {plural(size, 'feature')}"
        if size != count:
            message = f"The vocabulary has {plural(count, 'symbol')}, but {has}."
            return [Diagnostic("shape-mismatch", place, message, f"Give {plural(size, 'symbol')}.")]
    return []

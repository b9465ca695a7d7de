"""Read `lengths:`, the number of steps of each sequence of a batch, and hold it against the inputs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import listing, plural
from rnncalc.problem import yaml_tree
from rnncalc.problem.numbers import is_integer
from rnncalc.problem.yaml_tree import Items, Scalar, Tree


class OwnLengths(NamedTuple):
    """The number of steps of each sequence along one index letter; the places of the numbers and of the letter."""

    numbers: tuple[int, ...]
    spans: tuple[Span, ...]
    span: Span


def read_lengths(node: Tree) -> dict[str, OwnLengths]:
    """Read `lengths: [4, 2]` or `lengths: {t: [4, 2], i: [3, 3]}`.

    Raises:
        RnncalcError: slugs `wrong-type`, `not-a-count`.
    """
    if not isinstance(node, yaml_tree.Mapping):
        return {"t": _numbers(node, node.span)}
    found, collector = {}, Collector()
    for key, value in node.pairs:
        with collector:
            found[key.text] = _numbers(value, key.span)
    collector.raise_if_any()
    return found


def _numbers(node: Tree, span: Span) -> OwnLengths:
    if not isinstance(node, Items) or not node.items:
        message = "'lengths' gives the number of steps of each sequence."
        raise refuse("wrong-type", node.span, message, "Write a list, such as 'lengths: [4, 2]'.")
    collector = Collector()
    for item in node.items:
        with collector:
            if not isinstance(item, Scalar) or not is_integer(item.text) or int(item.text) < 1:
                raise refuse("not-a-count", item.span, "A length is a whole number from 1.", "Write 3, for instance.")
    collector.raise_if_any()
    return OwnLengths(tuple(int(i.text) for i in node.items), tuple(i.span for i in node.items), span)


def fit_lengths(
    given: Mapping[str, OwnLengths],
    letters: Collection[str],
    found: dict[str, int],
    n_sequences: int | None,
    collector: Collector,
) -> dict[str, tuple[int, ...]]:
    """Give the own lengths of each letter along which some sequence ends before the others.

    Args:
        given: From read_lengths.
        letters: The index letters of the equations.
        found: The steps of each letter; one that nothing else counts gets the longest of its sequences.
        n_sequences: The number of sequences, None without a batch.
        collector: Slugs `batch-mismatch`, `length-mismatch`, `unknown-index-letter`.
    """
    own = {}
    for letter, lengths in given.items():
        with collector:
            if letter not in letters:
                remedy = f"The equations count with {listing(sorted(letters))}." if letters else "Delete 'lengths'."
                raise refuse("unknown-index-letter", lengths.span, f"No equation counts with '{letter}'.", remedy)
            check_count(lengths, n_sequences)
            longest = found.setdefault(letter, max(lengths.numbers))
            for number, (count, span) in enumerate(zip(lengths.numbers, lengths.spans, strict=True), start=1):
                if count > longest:
                    message = f"Sequence {number} has {plural(count, 'step')} here; there are {longest}."
                    raise refuse("length-mismatch", span, message, f"Write {longest}, or a smaller number.")
            if any(count != longest for count in lengths.numbers):
                own[letter] = lengths.numbers
    return own


def check_count(lengths: OwnLengths, n_sequences: int | None) -> None:
    """Refuse lengths of more or fewer sequences than there are: slug `batch-mismatch`."""
    if n_sequences is None:
        message = "'lengths' is for batches, but no input has a level for sequences."
        remedy = "Delete 'lengths', or give the inputs as [sequence][time][feature]."
        raise refuse("batch-mismatch", lengths.span, message, remedy)
    if len(lengths.numbers) != n_sequences:
        has = plural(len(lengths.numbers), "length")
        message = f"{has} given for {plural(n_sequences, 'sequence')}."
        raise refuse("batch-mismatch", lengths.span, message, f"Give {plural(n_sequences, 'length')}.")

"""Find how many steps and how many sequences a problem has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rnncalc.base.diagnostics import Collector, Note, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import listing, plural
from rnncalc.problem.data import Data
from rnncalc.problem.fields import Count
from rnncalc.problem.network import Network
from rnncalc.problem.own_lengths import OwnLengths, fit_lengths


class Extent(NamedTuple):
    """Steps of each index letter, number of sequences, and whether the file has a level for them.

    `own` has the steps of each sequence, for letters along which they are unequal.
    """

    lengths: Mapping[str, int]
    n_sequences: int
    batched: bool
    own: Mapping[str, tuple[int, ...]] = {}


def find_extent(
    network: Network,
    data: Data,
    steps: Mapping[str, Count],
    own_lengths: Mapping[str, OwnLengths],
    collector: Collector,
) -> Extent:
    """Take lengths and batch from the inputs, or from `steps:` and `lengths:`.

    Slugs: `length-mismatch`, `batch-mismatch`, `not-a-sequence`, `no-length`,
    `unknown-index-letter`.
    """
    system, ahead = network.stated, network.loss.looks_ahead if network.loss else None
    lengths: dict[str, tuple[int, Span]] = {}
    batch: tuple[int, Span] | None = None
    for name, grid in data.read_by(system).items():
        place, sequence = data.place(name), system.is_sequence(name)
        with collector:
            if sequence and grid.levels == 0:
                raise refuse("not-a-sequence", place, f"'{name}' is one number.", "Write one list for each step.")
            if grid.levels == (3 if sequence else 2):
                batch = _agree(batch, grid.array.shape[0], place, "sequence", "batch-mismatch", name)
            if sequence and name not in system.defined:
                length = grid.array.shape[0 if grid.levels < 3 else 1]
                letter = system.letters[name]
                if name == ahead and length == 1:
                    message = f"'{name}' has 1 step, and 'next({name})' needs one more than there are outputs."
                    raise refuse("length-mismatch", place, message, "Give at least 2 steps.")
                wanted = length - (name == ahead)
                lengths[letter] = _agree(lengths.get(letter), wanted, place, "step", "length-mismatch", name)
    collector.raise_if_any()
    found = {letter: length for letter, (length, _) in lengths.items()}
    with collector:
        _add_steps(network, found, lengths, steps)
    n_sequences = batch[0] if batch else None
    own = fit_lengths(own_lengths, set(system.letters.values()), found, n_sequences, collector)
    with collector:
        _check_complete(network, found)
    return Extent(found, n_sequences or 1, n_sequences is not None, own)


def _agree(known, count: int, place: Span, noun: str, slug: str, name: str):
    if known is not None and known[0] != count:
        first = Note(known[1], f"{plural(known[0], noun)} here")
        raise refuse(slug, place, f"'{name}' has {plural(count, noun)}.", f"Give {plural(known[0], noun)}.", first)
    return known or (count, place)


def _add_steps(network: Network, found: dict[str, int], lengths: Mapping, steps: Mapping[str, Count]) -> None:
    letters = set(network.stated.letters.values())
    for letter, count in steps.items():
        if letter not in letters:
            remedy = f"The equations count with {listing(sorted(letters))}." if letters else "Delete 'steps'."
            raise refuse("unknown-index-letter", count.span, f"No equation counts with '{letter}'.", remedy)
        if found.setdefault(letter, count.number) != count.number:
            message = f"Here are {plural(found[letter], 'step')}, but 'steps' says {count.number}."
            raise refuse("length-mismatch", lengths[letter][1], message, "Delete 'steps'.")


def _check_complete(network: Network, found: Mapping[str, int]) -> None:
    for letter in sorted(set(network.stated.letters.values()) - set(found)):
        raise refuse(
            "no-length",
            network.span,
            f"Nothing says how many steps '{letter}' counts.",
            f"Write 'steps: {{{letter}: 5}}'." if letter != "t" else "Give an input, or write 'steps: 5'.",
        )

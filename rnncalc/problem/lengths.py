"""Find how many steps and how many sequences a problem has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rnncalc.base.diagnostics import Collector, Note, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import plural
from rnncalc.problem.network import Network


class Extent(NamedTuple):
    """Steps of each index letter, number of sequences, and whether the file has a level for them."""

    lengths: Mapping[str, int]
    n_sequences: int
    batched: bool
    keys: Mapping[tuple[str, str], Span]


def find_extent(network: Network, data, steps: dict[str, int], collector: Collector) -> Extent:
    """Take lengths and batch from the inputs, or from `steps:`.

    Slugs: `length-mismatch`, `batch-mismatch`, `not-a-sequence`, `no-length`,
    `unknown-index-letter`.
    """
    system, ahead = network.system, network.loss.looks_ahead if network.loss else None
    lengths: dict[str, tuple[int, Span]] = {}
    batch: tuple[int, Span] | None = None
    for name, grid in data.inputs.items():
        place = data.keys["inputs", name]
        sequence = system.is_sequence(name)
        with collector:
            if sequence and grid.levels == 0:
                raise refuse("not-a-sequence", place, f"'{name}' is one number.", "Write one list for each step.")
            if grid.levels == (3 if sequence else 2):
                batch = _agree(batch, grid.array.shape[0], place, "sequence", "batch-mismatch", name)
            if sequence and name not in system.defined:
                length = grid.array.shape[0 if grid.levels < 3 else 1] - (name == ahead)
                letter = system.letters[name]
                lengths[letter] = _agree(lengths.get(letter), length, place, "step", "length-mismatch", name)
    found = {letter: length for letter, (length, _) in lengths.items()}
    with collector:
        _add_steps(network, found, lengths, steps)
    return Extent(found, batch[0] if batch else 1, batch is not None, data.keys)


def _agree(known, count: int, place: Span, noun: str, slug: str, name: str):
    if known is not None and known[0] != count:
        first = Note(known[1], f"{plural(known[0], noun)} here")
        raise refuse(slug, place, f"'{name}' has {plural(count, noun)}.", f"Give {plural(known[0], noun)}.", first)
    return known or (count, place)


def _add_steps(network: Network, found: dict[str, int], lengths: Mapping, steps: dict[str, int]) -> None:
    letters = {network.system.letters[n] for n in network.system.letters}
    for letter, count in steps.items():
        if letter not in letters:
            raise refuse("unknown-index-letter", network.span, f"No equation counts with '{letter}'.")
        if found.setdefault(letter, count) != count:
            place = lengths[letter][1]
            raise refuse(
                "length-mismatch",
                place,
                f"Here are {plural(found[letter], 'step')}, but 'steps' says {count}.",
                "Delete 'steps'.",
            )
    for letter in letters - set(found):
        raise refuse(
            "no-length",
            network.span,
            f"Nothing says how many steps '{letter}' counts.",
            f"Write 'steps: {{{letter}: 5}}'." if letter != "t" else "Give an input, or write 'steps: 5'.",
        )

"""What a training section adds to a problem: sequences from its data, and those held out, as numbers of the file.

`take_data` is the one to read first; training.py makes the cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import Collector, Note, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import listing, nearest, plural
from rnncalc.problem import yaml_tree
from rnncalc.problem.csv_data import numbers_of
from rnncalc.problem.csv_files import read_csv
from rnncalc.problem.data import Data, read_data
from rnncalc.problem.data_fields import Described, read_described
from rnncalc.problem.drawn_data import draw_data
from rnncalc.problem.drawn_weights import add_weights
from rnncalc.problem.fields import FIELDS, read_rows, unknown_key
from rnncalc.problem.grids import Grid
from rnncalc.problem.held_out import Sequences, count_sequences, divide
from rnncalc.problem.meanings import Meanings
from rnncalc.problem.network import Network
from rnncalc.problem.own_lengths import OwnLengths
from rnncalc.problem.roles import Roles, roles_of
from rnncalc.problem.text_data import Known, encode_texts
from rnncalc.problem.text_sources import TEXT, read_texts
from rnncalc.problem.training_data import TrainingData, written
from rnncalc.problem.training_fields import Section, share

# the streams of random numbers that a seed gives, beside those of the weights
DRAWN, DIVIDED, HELD_OUT = 1, 4, 5

HELD = {name: FIELDS[name] for name in ("inputs", "targets", "lengths", "initial")}


class Lesson(NamedTuple):
    """The sequences to learn from and those held out; what their ids and classes stand for."""

    learnt: Sequences
    held: Sequences | None
    meanings: Meanings
    classes: int | None = None

    def with_weights(self, drawn: Mapping[str, Grid]) -> Lesson:
        """Give the same with weights more."""
        learnt, held = (s and s._replace(data=add_weights(s.data, drawn)) for s in (self.learnt, self.held))
        return self._replace(learnt=learnt, held=held)


def take_data(section: Section, network: Network, given: Sequences, meanings: Meanings, collector: Collector) -> Lesson:
    """Take the sequences of a training section.

    Args:
        section: From read_section.
        network: The equations, whose names tell what the data must give.
        given: The numbers of the file itself.
        meanings: The vocabulary and labels of the file itself.
        collector: Slugs `inputs-and-data`, `no-loss`, `missing-input`, `missing-target`, `batch-mismatch`, and those
            of the sources.
    """
    roles, seed, made = roles_of(network), section.plan.seed, TrainingData({})
    known = Known(*meanings[:2], of_file=meanings.vocabulary is not None)
    learnt, described, held = given, None, None
    with collector:
        if "J" not in network.stated.defined and network.loss is None:
            message = "There is no loss, so there is nothing to learn."
            raise refuse("no-loss", section.place, message, "Add 'loss: {kind: squared-error, target: d}'.")
    if "data" in section.values:
        learnt = None
        with collector:
            _refuse_both(given.data, section)
            described = read_described(section.values["data"], section.places["data"])
            made = _made(described, roles, known, [seed, DRAWN])
            _check_complete(made, roles, described)
            learnt = _with(given, made, roles, network, described.place)
        if learnt is None:
            return Lesson(given, None, meanings)
    with collector:
        if "test" in section.values:
            node, place = section.values["test"], section.places["test"]
            if node.get("share") is not None:
                learnt, held = _shared(node, learnt, [seed, DIVIDED], network, place)
            elif any(key.text in HELD for key, _ in node.pairs):
                held = _written(node, given.data)
            else:
                like = Known(made.vocabulary or known.vocabulary, made.labels or known.labels, True, known.of_file)
                test = _made(read_described(node, place, described), roles, like, [seed, HELD_OUT])
                held = _with(given, test, roles, network, place)
    with collector:
        _check_batch(section, count_sequences(learnt.data, network.stated))
    meanings = meanings._replace(
        vocabulary=made.vocabulary or meanings.vocabulary, labels=made.labels or meanings.labels
    )
    return Lesson(learnt, held, meanings, made.classes)


def _made(described: Described, roles: Roles, known: Known, seed: list[int]) -> TrainingData:
    """Carry out what `data:` or `test:` describes."""
    if described.source == "draw":
        return draw_data(described, np.random.default_rng(seed), roles.target)
    table = None
    if described.source == "csv":
        if "columns" not in described.values:
            message = "Nothing says which columns are read."
            raise refuse(
                "missing-column", described.places["csv"], message, "Write 'columns: {x: [one, two], d: three}'."
            )
        table = read_csv(described.values["csv"])
        if TEXT not in described.values["columns"]:
            described.refuse_unused(("unit", "case", "symbols", "length", "padding", "boundaries"), "numbers")
            return numbers_of(table, described, roles, known.held_out)
        described.refuse_unused(("window",), "texts of a CSV file")
    return encode_texts(read_texts(described, table), described, roles, known)


def _with(given: Sequences, made: TrainingData, roles: Roles, network: Network, place: Span) -> Sequences:
    """Give the numbers of a file with made inputs and targets in their place, of a single sequence without a batch."""
    lengths, keys = dict(given.lengths), {key: at for key, at in given.data.keys.items() if key[0] not in _MADE}
    sections: dict[str, dict[str, Grid]] = {"inputs": {}, "targets": {}}
    for name, array in made.arrays.items():
        section = "targets" if name == roles.target else "inputs" if name in roles.inputs else None
        if section == "targets" and roles.as_classes and array.shape[2:] == (1,):
            array = array[..., 0]
        if section:
            array = array[0] if len(array) == 1 else array
            sections[section][name] = Grid(array, written(array), place)
            keys[section, name] = place
    if made.own:
        for letter in {network.stated.letters[name] for name in sections["inputs"]}:
            lengths[letter] = OwnLengths(made.own, (place,) * len(made.own), place)
    return Sequences(given.data._replace(**sections, keys=keys), lengths, made.texts)


_MADE = ("inputs", "targets")


def _check_complete(made: TrainingData, roles: Roles, described: Described) -> None:
    """Refuse data without an input that the network reads, or without the target of its loss."""
    missing = [name for name in (*roles.inputs, roles.target) if name and name not in made.arrays]
    if missing:
        name = missing[0]
        close = nearest(name, [other for other in made.arrays if other not in (*roles.inputs, roles.target)])
        remedy = f"Is it '{close}'?" if close else f"They give {listing(made.arrays)}."
        if name == roles.target:
            raise refuse("missing-target", described.place, f"The data give no target '{name}'.", remedy)
        raise refuse("missing-input", described.place, f"The data give no '{name}', which the network reads.", remedy)


def _refuse_both(data: Data, section: Section) -> None:
    given = [(name, key) for name, key in data.keys if name in _MADE]
    if given:
        name, key = given[0]
        note = Note(data.keys[name, key], f"'{name}' gives '{key}' here")
        message = f"The file gives sequences under '{name}', and data to learn from too."
        raise refuse("inputs-and-data", section.places["data"], message, "Keep one of the two.", note)


def _shared(
    node: yaml_tree.Mapping, learnt: Sequences, seed: list[int], network: Network, place: Span
) -> tuple[Sequences, Sequences]:
    for key, value in node.pairs:
        if key.text != "share":
            raise unknown_key(key, ["share"], "a test that is a share of the data")
        found = share(value)
    return divide(learnt, found, seed, network, place)


def _written(node: yaml_tree.Mapping, data: Data) -> Sequences:
    """Read `test: {inputs: {…}, targets: {…}}`; initial values that it does not give are those of the file."""
    collector = Collector()
    found = read_rows(node, HELD, "'test'", collector)
    held = read_data(found, collector)
    collector.raise_if_any()
    keys = {key: place for key, place in data.keys.items() if key[0] not in _MADE} | dict(held.keys)
    whole = data._replace(inputs=held.inputs, targets=held.targets, initial={**data.initial, **held.initial}, keys=keys)
    return Sequences(whole, found.get("lengths", {}))


def _check_batch(section: Section, n_sequences: int) -> None:
    size = section.plan.batch
    if size is not None and size > n_sequences:
        message = f"A mini-batch of {size:,} is more than the data have: {plural(n_sequences, 'sequence')}."
        raise refuse(
            "batch-mismatch", section.places["batch"], message, "Write a smaller number, or leave 'batch' out."
        )

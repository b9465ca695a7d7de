"""What a file says about the number of entries of its quantities: by data, by weights that it gives, by `sizes:`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from rnncalc.base.diagnostics import Collector, Note, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import listing, nearest, plural
from rnncalc.problem.compared import compared
from rnncalc.problem.data import Data
from rnncalc.problem.fields import Count
from rnncalc.problem.grids import Grid
from rnncalc.problem.network import Network
from rnncalc.problem.places import quoted
from rnncalc.problem.roles import roles_of
from rnncalc.recurrences.tables import tables

OUTPUT = "y"


class Sizes(NamedTuple):
    """Sizes by quantity: `said` under 'sizes:', `shown` by data, each with its place."""

    said: Mapping[str, Count]
    shown: Mapping[str, Count]

    def of(self, *names: str) -> int | None:
        """Give the number of entries that is known by the first of these names, None where nothing says it."""
        found = (told[name].number for told in (self.shown, self.said) for name in names if name in told)
        return next(found, None)


def find_sizes(
    said: Mapping[str, Count],
    network: Network,
    data: Data,
    known: Collection[str],
    place: Span,
    symbols: int | None,
    classes: int | None,
    collector: Collector,
) -> Sizes:
    """Gather what is known of sizes.

    Args:
        said: From read_sizes.
        known: Names of which a size can be said; the output of the loss counts as y where it is none.
        place: What a message shows of `symbols` and `classes`.
        symbols: How many ids there are to look rows up by.
        classes: How many classes a target of class indices has.

    Slugs: `unknown-quantity`, `shape-mismatch`.
    """
    by_target = _by_target(network, data, place, classes)
    shown = _by_inputs(network, data) | {name if name in known else OUTPUT: size for name, size in by_target.items()}
    if symbols:
        shown |= {name: Count(symbols, place) for name in tables(network.system.equations)}
    for name, count in said.items():
        with collector:
            if name not in known:
                close = nearest(name, known)
                remedy = f"Did you mean '{close}'?" if close else f"Name {listing(known, 'or')}."
                message = f"No weight has its shape from {quoted(name)}."
                raise refuse("unknown-quantity", count.span, message, remedy)
            if name in shown and shown[name].number != count.number:
                has = plural(shown[name].number, "entry")
                note = Note(shown[name].span, f"{has} here")
                message = f"'{name}' has {has}, not {count.number}."
                raise refuse("shape-mismatch", count.span, message, f"Delete '{name}', or change the data.", note)
    return Sizes(said, shown)


def _by_inputs(network: Network, data: Data) -> dict[str, Count]:
    ids, found = tables(network.system.equations), {}
    for name, grid in data.read_by(network.stated).items():
        if name not in ids:
            features = _features(grid, network.stated.is_sequence(name))
            found[name] = Count(features, data.place(name))
    for name, grid in data.initial.items():
        if grid.levels and name not in found:
            found[name] = Count(grid.array.shape[-1], data.keys["initial", name])
    return found


def _features(grid: Grid, sequence: bool) -> int:
    plain = grid.levels == 0 or grid.levels == 1 and sequence
    return 1 if plain else grid.array.shape[-1]


def _by_target(network: Network, data: Data, place: Span, classes: int | None) -> dict[str, Count]:
    """Give the size of the loss's output: the features of its target, or the number of its classes."""
    loss = network.loss
    if loss is None or not loss.kind:
        pairs = compared(network.stated, targets_of(network, data))
        return {pair.name: target_size(pair.target, network, data) for pair in pairs if pair.name}
    if ahead := loss.looks_ahead:
        grid, where = data.inputs.get(ahead), ("inputs", ahead)
    else:
        name = loss.target or next(iter(data.targets), "")
        grid, where = data.targets.get(name), ("targets", name)
    if grid is None:
        return {}
    number = _width(grid, network, data)
    if number == 1 and loss.kind == "cross-entropy":
        return {loss.output: Count(classes, place)} if classes else {}
    return {loss.output: Count(number, data.keys[where])}


def targets_of(network: Network, data: Data) -> set[str]:
    """Name the targets that equations of the file read themselves."""
    return {*data.targets, roles_of(network).target} & {*data.read_by(network.stated)}


def target_size(name: str, network: Network, data: Data) -> Count:
    """Give the features of a target that equations of the file read themselves."""
    grid = data.read_by(network.stated)[name]
    return Count(_features(grid, network.stated.is_sequence(name)), data.place(name))


def _width(grid: Grid, network: Network, data: Data) -> int:
    """Give the number of features of a target, 1 where it has no level for them."""
    system = network.system
    given = [g for name, g in data.read_by(system).items() if system.is_sequence(name)]
    batched = any(g.levels == 3 for g in given)
    everywhere = system.is_sequence(network.loss.output) and network.loss.at == "all"
    if everywhere or network.loss.looks_ahead:
        return grid.array.shape[-1] if grid.levels == batched + 2 else 1
    n_steps = {g.array.shape[1 if g.levels == 3 else 0] for g in given}
    if grid.levels == batched + 1 and grid.array.shape[-1] in n_steps and system.is_sequence(network.loss.output):
        return 1  # a number for each step, of which the last counts
    return grid.array.shape[-1] if grid.levels > batched else 1

"""Make a problem file of the weights in a file that another library has written.

`import_weights` is the one to read first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.span import whole
from rnncalc.base.words import listing, nearest
from rnncalc.compute.orient import weight_array
from rnncalc.compute.reform import sizes_of
from rnncalc.language.kinds import OPEN, SCALAR
from rnncalc.problem.chosen import published_as
from rnncalc.problem.data import Data
from rnncalc.problem.dimensions import check_dimensions
from rnncalc.problem.network import Network
from rnncalc.problem.packed import unpack_weights
from rnncalc.problem.places import quoted
from rnncalc.problem.published import Published
from rnncalc.problem.weight_names import Found, Spelling, find_weights, spelling_of, stacked_layers
from rnncalc.problem.weight_source import MOST_LEVELS, WeightFile
from rnncalc.recurrences.adapt import drop_absent
from rnncalc.recurrences.shapes import infer_shapes
from rnncalc.recurrences.system import System, build_system
from rnncalc.recurrences.tables import tables

N_STEPS = 5  # of the inputs that a new problem begins with


class Imported(NamedTuple):
    """Weights of a file as a recurrence has them.

    `settings` are the keys of a problem file beside `recurrence`; `names` gives
    by the convention's name the one in the file; `named` has the weights of the
    equations, `further` lists what else the file holds; `inputs` has the number
    of features of what is to be given besides.
    """

    published: Published
    settings: Mapping[str, str]
    names: Mapping[str, str]
    named: Mapping[str, np.ndarray]
    further: tuple[str, ...]
    system: System
    inputs: Mapping[str, int]


def import_weights(weights: WeightFile, recurrence: str, settings: Mapping[str, str], prefix: str | None) -> Imported:
    """Find the weights of a recurrence in a file, and cut them into those of its equations.

    Args:
        weights: From read_weight_file.
        recurrence: A name of the catalogue.
        settings: Keys of a problem file: convention, layers, bidirectional, choices. Layers and
            directions that are not given are found from the names.
        prefix: What stands before the names in the file; None looks for it.

    Raises:
        RnncalcError: slugs `missing-array`, `name-given-twice`, `shape-mismatch`, those of
            WeightFile.grid and of published_as.
    """
    plain = {key: value for key, value in settings.items() if key not in ("layers", "bidirectional", "merge")}
    spelling = spelling_of(published_as(recurrence, plain))
    found = _one_network(weights, find_weights(spelling, weights.arrays, prefix), settings, prefix or "")
    settings = _arranged(settings, found, weights)
    published = published_as(recurrence, settings)
    names = _names(published, spelling, found, weights, prefix or "")
    _refuse_missing(published, names, weights)
    data = _unpacked(published, names, weights)
    system = _checked_system(published, data)
    return Imported(
        published,
        settings,
        names,
        {name: grid.array for name, grid in data.weights.items()},
        tuple(name for name in weights.arrays if name not in names.values()),
        system,
        _input_sizes(published, system, data, weights),
    )


def _one_network(weights: WeightFile, groups: list[Found], settings: Mapping[str, str], prefix: str) -> Found:
    """Choose the one network of a file, or stack as many as there are to be layers."""
    if not groups:
        return Found("", {}, False)
    if len(groups) == 1:
        return groups[0]
    if settings.get("layers") == str(len(groups)) and all(group.layers is None for group in groups):
        return stacked_layers(groups)
    first, second = groups[0], groups[1]
    place = next(place for place in first.names if place in second.names)
    one, other = first.names[place], second.names[place]
    message = f"{quoted(weights.source.name)} holds {len(groups)} such networks: {quoted(one)} and {quoted(other)}."
    path = prefix + (first.path or second.path)
    remedy = f"Choose one, --prefix {quoted(path)}, or stack them, --layers {len(groups)}."
    raise refuse("name-given-twice", weights.places[other], message, remedy)


def _arranged(settings: Mapping[str, str], found: Found, weights: WeightFile) -> dict[str, str]:
    """Add the layers and directions that the names, or a first axis, tell of."""
    settings = dict(settings)
    if "layers" not in settings and found.layers is not None:
        settings["layers"] = str(found.layers)
    axes = [weights.arrays[name].shape for name in found.names.values()]
    stacked = any(len(shape) == MOST_LEVELS and shape[0] == 2 for shape in axes)
    if "bidirectional" not in settings and (found.both or stacked):
        settings["bidirectional"] = "true"
    return settings


def _names(published: Published, spelling: Spelling, found: Found, weights: WeightFile, prefix: str) -> dict[str, str]:
    """Give by the convention's name that of the file."""
    arranged, tensors = published.recurrence.arranged, {tensor.name for tensor in published.tensors}
    named = set(published.recurrence.weights)
    names = {}
    for place, name in found.names.items():
        wanted = spelling.write(place, arranged)
        if wanted not in (tensors or named):
            wanted = place.root if not tensors and place.layer == 1 else ""
        if wanted in (tensors or named):
            names.setdefault(wanted, name)
    for name in named - tensors if tensors else ():
        path = next((path for path in (found.path, "") if f"{prefix}{path}{name}" in weights.arrays), None)
        if path is not None and name not in _held(published):
            names[name] = f"{prefix}{path}{name}"
    order = [*dict.fromkeys(tensor.name for tensor in published.tensors), *published.recurrence.weights]
    return {name: names[name] for name in order if name in names}


def _held(published: Published) -> set[str]:
    return {block.weight for tensor in published.tensors for block in tensor.blocks}


def _refuse_missing(published: Published, names: Mapping[str, str], weights: WeightFile) -> None:
    recurrence = published.recurrence
    optional = {recurrence.entry.optional, *recurrence.biases}
    needed = set(recurrence.weights) - optional
    wanted = [tensor.name for tensor in published.tensors if needed & {block.weight for block in tensor.blocks}]
    missing = [name for name in dict.fromkeys(wanted or needed) if name not in names]
    if missing:
        name, file = missing[0], weights.source.name
        close = nearest(name, [other for other in weights.arrays if other not in names.values()])
        remedy = f"Is it {quoted(close)}? Rename it there." if close else "Name its prefix, convention or recurrence."
        message = f"{quoted(file)} holds no {listing(sorted(missing)[:4])}"
        more = f" and {len(missing) - 4} more" if len(missing) > 4 else ""
        raise refuse("missing-array", whole(weights.source), f"{message}{more}.", remedy)


def _unpacked(published: Published, names: Mapping[str, str], weights: WeightFile) -> Data:
    """Cut the packed weights into those that the equations read."""
    collector, grids, place = Collector(), {}, whole(weights.source)
    for name, given in names.items():
        with collector:
            grids[name] = weights.grid(given)
    collector.raise_if_any()
    keys = {("weights", name): weights.places[given] for name, given in names.items()}
    data = Data(grids, {}, {}, {}, keys, True)
    if published.tensors:
        data = unpack_weights(published, data, place, collector)
        collector.raise_if_any()
    order = [name for name in published.recurrence.weights if name in data.weights]
    return data._replace(weights={name: data.weights[name] for name in order})


def _checked_system(published: Published, data: Data) -> System:
    """Give the equations for the weights that are there, whose shapes must agree."""
    recurrence, collector = published.recurrence, Collector()
    equations, dropped = drop_absent(recurrence, data.weights)
    activations = {name: (op, ()) for name, op in recurrence.entry.activations.items()}
    system = build_system(equations, activations)
    place = next(iter(data.keys.values()))
    check_dimensions(Network(system, system, place, published, dropped), data, collector)
    collector.raise_if_any()
    return system


def _input_sizes(published: Published, system: System, data: Data, weights: WeightFile) -> dict[str, int]:
    """Give the number of features of what is to be given besides the weights."""
    arrays = {name: grid.array for name, grid in data.weights.items()}
    names = [name for name in (*system.given_sequences, *system.given_values) if name not in arrays]
    sizes = sizes_of(arrays, published.recurrence.weights)
    shapes = {name: weight_array(array, system.layout).shape for name, array in arrays.items()}
    shapes |= {name: (sizes[f"n_{name}"], 1) if f"n_{name}" in sizes else OPEN for name in names}
    shapes |= dict.fromkeys(tables(system.equations), SCALAR)
    if closed := [name for name in names if shapes[name][0] is not None and shapes[name][0] < 1]:
        message = f"These sizes leave {closed[0]} no features: n_{closed[0]} would be {shapes[closed[0]][0]}."
        raise refuse("shape-mismatch", whole(weights.source), message, "Name their convention, or their recurrence.")
    shapes = infer_shapes(system, shapes, dict.fromkeys(system.letters.values(), N_STEPS), {})
    return {name: shapes[name][0] for name in names}

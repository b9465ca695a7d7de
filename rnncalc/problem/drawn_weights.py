"""Draw the weights that a training file does not give: their shapes, from data and sizes, and their numbers.

`draw_weights` is the one to read first; weight_shapes.py finds the shapes,
initial_rules.py reads the rules.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import prod

import numpy as np

from rnncalc.base.diagnostics import Collector, Note, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import nearest
from rnncalc.language.nodes import leaves
from rnncalc.problem.data import Data
from rnncalc.problem.fields import Count
from rnncalc.problem.grids import Grid
from rnncalc.problem.initial_rules import NONE, Drawn, Init
from rnncalc.problem.loss import Loss
from rnncalc.problem.makers import MAX_ENTRIES
from rnncalc.problem.network import Network
from rnncalc.problem.places import quoted
from rnncalc.problem.published import Published
from rnncalc.problem.told_sizes import Sizes, find_sizes
from rnncalc.problem.weight_shapes import dimensions_of, merged, shapes_by_equations, shapes_in_words, stated_sizes
from rnncalc.recurrences.expand import Recurrence, spellings
from rnncalc.recurrences.fans import fans, is_bias
from rnncalc.training.initial import Fans, draw


def drawn_names(published: Published | None, data: Data, init: Init, loss: Loss | None) -> tuple[str, ...]:
    """Name the weights of a published recurrence that neither stand in the file nor are left out.

    The equations keep a bias that is among them, and the output layer, which
    is left out where the loss does not read it; see drop_absent.
    """
    if published is None:
        return ()
    recurrence = published.recurrence
    rules = {name: init.of(name, name in recurrence.biases) for name in recurrence.weights}
    spared = {*data.names("weights")}
    if (optional := recurrence.entry.optional) and loss is not None and optional not in _reached(loss, recurrence):
        spared.add(optional)
    return tuple(name for name, drawn in rules.items() if name not in spared and drawn.rule != NONE)


def _reached(loss: Loss, recurrence: Recurrence) -> set[str]:
    """Name all that a loss reads, by way of the equations of a recurrence."""
    equations = (*recurrence.equations, *loss.equations)
    waiting, reached = [loss.output] if loss.kind else [e.left.name for e in loss.equations], set()
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [leaf.name for e in equations if e.left.name == name for leaf in leaves(e.right)]
    return reached


def draw_weights(
    init: Init,
    sizes: Mapping[str, Count],
    network: Network,
    data: Data,
    *,
    seed: int,
    collector: Collector,
    place: Span,
    symbols: int | None = None,
    classes: int | None = None,
) -> dict[str, Grid]:
    """Draw every weight that the equations read and the file does not give.

    Each has a stream of random numbers of its own, by its name: one weight more
    or less changes none of the others.

    Args:
        init: How they are drawn.
        sizes: What no data tells, by quantity.
        network: From build_network, for the weights given and those of drawn_names.
        data: With the inputs and targets of the training.
        seed: The same seed gives the same numbers.
        collector: Of every independent fault; a weight with one is not drawn.
        place: What a message shows of a weight without a place in the file.
        symbols: How many ids there are to look rows up by.
        classes: How many classes a target of class indices has.

    Slugs: `unknown-weight`, `name-given-twice`, `missing-weight`,
    `unknown-quantity`, `no-shape`, `shape-mismatch`, `too-large`.
    """
    recurrence, equations = network.recurrence, network.stated.equations
    names = _lacking(network, data)
    biases = recurrence.biases if recurrence else tuple(name for name in names if is_bias(name, equations))
    _check_rules(init, network, data, biases, collector)
    if recurrence:
        known = dimensions_of(recurrence)
    else:
        known = [*network.system.defined, *network.system.given_sequences, *names]
    told = find_sizes(sizes, network, data, known, place, symbols, classes, collector)
    misnamed = set(sizes) - set(known)  # perhaps what a size that is missing should have been called
    shapes = {} if misnamed else _shapes(network, data, names, told, place, collector)
    found = {}
    for name, shape in shapes.items():
        drawn = init.of(name, name in biases)
        where = drawn.span or place
        if prod(shape) > MAX_ENTRIES:
            with collector:
                blamed = max(sizes.values(), default=Count(0, where))
                message = f"'{name}' would have more than {MAX_ENTRIES:,} numbers."
                raise refuse("too-large", blamed.span, message, "Give a smaller size.")
        elif drawn.rule != NONE:
            found[name] = Grid(_numbers(drawn, name, shape, network, seed), None, where)
    return found


def add_weights(data: Data, drawn: Mapping[str, Grid]) -> Data:
    """Give the data with weights more."""
    keys = {("weights", name): grid.span for name, grid in drawn.items()}
    return data._replace(weights={**data.weights, **drawn}, keys={**data.keys, **keys})


def _lacking(network: Network, data: Data) -> list[str]:
    """Name the weights that equations read and the file does not give."""
    elsewhere = {name for _, name in data.keys}
    names = [name for name in network.stated.given_values if name not in elsewhere]
    if network.recurrence is None:
        return names
    return [name for name in network.recurrence.weights if name in names]


def _shapes(
    network: Network, data: Data, names: Collection[str], told: Sizes, place: Span, collector: Collector
) -> Mapping[str, tuple[int, ...]]:
    if network.recurrence is None:
        shapes = shapes_by_equations(network, data, names, told, place, collector)
        biases = [name for name, shape in shapes.items() if is_bias(name, network.stated.equations) and 1 in shape]
        return {**shapes, **{name: (max(shapes[name]),) for name in biases}}  # as a file writes them, one list
    told = merged(told, stated_sizes(network.recurrence, data))
    return shapes_in_words(network.recurrence, names, told, place, collector)


def _numbers(drawn: Drawn, name: str, shape: tuple[int, ...], network: Network, seed: int) -> np.ndarray:
    rng = np.random.default_rng([seed, *name.encode()])
    matrix = shape if len(shape) == 2 else (*shape, 1)
    return draw(drawn.rule, rng, shape, Fans(*fans(name, matrix, network.stated.equations)), drawn.arguments)


def _check_rules(init: Init, network: Network, data: Data, biases: Collection[str], collector: Collector) -> None:
    """Collect a diagnostic for each rule of a weight that there is not, that is given too, that cannot be left out."""
    recurrence = network.recurrence
    optional = {*recurrence.biases, recurrence.entry.optional} if recurrence else set()
    known = [*recurrence.weights] if recurrence else _lacking(network, data)
    known += [spelt for name in known for spelt in spellings(name) if recurrence and spelt not in known]
    for name, drawn in init.named.items():
        with collector:
            where = init.places[name]
            if ("weights", name) in data.keys:
                note = Note(data.keys["weights", name], "it is given here")
                message = f"'{name}' is given and is to be drawn."
                raise refuse("name-given-twice", where, message, "Keep one of the two.", note)
            if name not in known:
                close = nearest(name, known)
                remedy = f"Did you mean '{close}'?" if close else f"There are {', '.join(dict.fromkeys(known))}."
                raise refuse("unknown-weight", where, f"No equation reads the weight {quoted(name)}.", remedy)
            if drawn.rule == NONE and not optional & {one for one in known if name in spellings(one)}:
                raise _needed(name, drawn.span, recurrence is not None)
    if init.biases.rule == NONE and recurrence is None and biases:
        with collector:
            raise _needed(next(iter(biases)), init.biases.span, False)


def _needed(name: str, place: Span, published: bool):
    if published:
        message = f"'{name}' is no bias; without it the recurrence has no meaning."
        return refuse("missing-weight", place, message, "Give a rule, such as 'glorot'.")
    message = f"The equations of the file read '{name}'."
    return refuse("missing-weight", place, message, f"Take '{name}' out of them, or give a rule, such as '0'.")

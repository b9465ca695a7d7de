"""Problems whose weights are drawn: the keys of a problem, with `sizes:` and `init:` beside them."""

from __future__ import annotations

import numpy as np

from rnncalc.base.diagnostics import Collector, Diagnostic, RnncalcError
from rnncalc.base.span import Source
from rnncalc.compute.answers import Claims
from rnncalc.compute.case import Case
from rnncalc.problem.building import build_case
from rnncalc.problem.data import read_data
from rnncalc.problem.drawn_weights import add_weights, draw_weights, drawn_names
from rnncalc.problem.fields import FIELDS, Field, read_rows
from rnncalc.problem.initial_rules import GLOROT, read_init, read_sizes
from rnncalc.problem.names import check_names
from rnncalc.problem.network import build_network
from rnncalc.problem.problem import Rounding, problem_tree
from rnncalc.problem.published import read_published

ROWS = {**FIELDS, "sizes": Field("sizes", read_sizes, ""), "init": Field("init", read_init, "")}


def drawn_case(text: str, seed: int = 1, **told: int) -> Case:
    """Give the case of a file whose weights are drawn where it does not give them."""
    tree, collector = problem_tree(Source("p.yaml", text)), Collector()
    found = read_rows(tree, ROWS, "a problem", collector)
    collector.raise_if_any()
    data, init, published = read_data(found, collector), found.get("init", GLOROT), read_published(found)
    names = (*data.names("weights"), *drawn_names(published, data, init, found.get("loss")))
    network = build_network(found, tree.span, published, names)
    place = tree.pairs[0][0].span
    drawn = draw_weights(
        init, found.get("sizes", {}), network, data, seed=seed, collector=collector, place=place, **told
    )
    collector.raise_if_any()
    data = add_weights(data, drawn)
    check_names(network, data, collector)
    collector.raise_if_any()
    return build_case(network, data, found.get("steps", {}), {}, Rounding(), Claims((), {}), collector).case


def drawn(text: str, seed: int = 1, **told: int) -> dict[str, np.ndarray]:
    """Give the weights of such a file."""
    return dict(drawn_case(text, seed, **told).weights)


def faults(text: str, **told: int) -> list[Diagnostic]:
    """Give what is wrong with such a file."""
    try:
        drawn_case(text, **told)
    except RnncalcError as error:
        return list(error.diagnostics)
    return []

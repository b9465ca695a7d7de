"""The values of an n-gram model by name: T, counts, likelihood, and the weights of its network."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rnncalc.compute.inverses import NoInverse
from rnncalc.compute.likelihood import Likelihood, likelihood
from rnncalc.compute.ngram_method import Asked
from rnncalc.compute.ngram_network import Network, build_network
from rnncalc.compute.ngram_sentence import NoValue
from rnncalc.compute.ngram_working import SOURCES, TABLES, Working
from rnncalc.compute.ngrams import Ngrams

MOST_ENTRIES = 1_000_000  # of a table that is laid out


def has_table(model: Ngrams) -> bool:
    """Tell whether the table is small enough to be laid out."""
    return len(model.vocabulary) * len(model.contexts) <= MOST_ENTRIES


def laid(table: np.ndarray, orientation: str) -> np.ndarray:
    """Lay (words, contexts) out as asked: contexts as columns or as rows."""
    return table.T if orientation == "rows" else table


def network_of(model: Ngrams, activation: str) -> Network | None:
    """Build the network; None where some σ⁻¹ is not finite or the table too large."""
    if not has_table(model):
        return None
    try:
        return build_network(model, activation)
    except NoInverse:
        return None


def asked_likelihood(model: Ngrams, asked: Asked) -> Likelihood | None:
    """Give the likelihood of the sentence, if one is asked for."""
    return None if asked.sentence is None else likelihood(model, asked.sentence, asked.boundaries)


def named_values(model: Ngrams, asked: Asked) -> dict[str, np.ndarray]:
    """Give every value that an answer may name; tables as asked, weights as the network has them."""
    network = network_of(model, asked.activation)
    names = [name for name in SOURCES if name != "W" and (name not in TABLES or has_table(model))]
    return values_of(Working(model, asked), names) | ({} if network is None else dict(network.weights))


def values_of(working: Working, names: Iterable[str]) -> dict[str, np.ndarray]:
    """Give those of some values that a method leads to, tables as it lays them out; nan where σ⁻¹ is not finite."""
    found: dict[str, np.ndarray] = {}
    for name in names:
        try:
            low, high = working.first(name)
        except NoValue:
            continue
        value = np.where(low == high, low, np.nan)
        turned = name in TABLES and working.method.turned
        found[name] = laid(value.T if turned else value, working.asked.orientation) if name in TABLES else value
    return found

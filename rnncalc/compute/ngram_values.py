"""The values of an n-gram model by name: T, counts, likelihood, and the weights of its network."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncalc.compute.inverses import NoInverse
from rnncalc.compute.likelihood import Likelihood, likelihood
from rnncalc.compute.ngram_network import Network, build_network
from rnncalc.compute.ngrams import Ngrams

MOST_ENTRIES = 1_000_000  # of a table that is laid out


class Asked(NamedTuple):
    """What is asked of a model: how tables lie, whose likelihood, with which network."""

    orientation: str = "columns"
    sentence: tuple[str, ...] | None = None
    boundaries: bool = False
    activation: str = "sigmoid"


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
    found: dict[str, np.ndarray] = {}
    if has_table(model):
        if model.counts is not None:
            counts = model.dense_counts()
            found |= {
                "counts": laid(counts, asked.orientation),
                "smoothed": laid(counts + model.add, asked.orientation),
            }
        found["T"] = laid(model.table(), asked.orientation)
    if (product := asked_likelihood(model, asked)) is not None:
        found |= {
            "likelihood": np.array(product.product),
            "log_likelihood": np.array(product.log),
            "perplexity": np.array(product.perplexity),
        }
    if (network := network_of(model, asked.activation)) is not None:
        found |= network.weights
    return found

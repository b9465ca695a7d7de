"""The recurrent network that behaves like an n-gram model.

A bigram model is h(t) = σ(W x(t) + V h(t−1) + b), o(t) = C h(t) with W = σ⁻¹(T),
V = 0, b = 0, C = I: a one-hot word picks its column of T. For longer contexts a
state holds the words before, and a unit for each context answers 1 where all
of its words stand: k(t) = relu(A1 x(t) + A2 s1(t−1) + … − (2n − 3)), where a
row of A1, A2, … has a 2 at its word. No argument of relu lies at its kink.

Source: activities on sequences, 2.3 and 2.4; the longer contexts are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.base.span import Source
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.inverses import invert
from rnncalc.compute.ngrams import Ngrams
from rnncalc.language.lines import parse_equations
from rnncalc.recurrences.shapes import infer_shapes
from rnncalc.recurrences.system import System, build_system


class Network(NamedTuple):
    """Equations, as text, and weights, (rows, columns) or (n,) of a bias."""

    equations: str
    activation: str
    weights: Mapping[str, np.ndarray]


def build_network(model: Ngrams, activation: str = "sigmoid") -> Network:
    """Build the network of a model.

    Raises:
        NoInverse: a probability has no finite σ⁻¹.
    """
    table = model.table()
    n_words = len(table)
    weights = {
        "W": invert(table, activation),
        "V": np.zeros((n_words, n_words)),
        "b": np.zeros(n_words),
        "C": np.eye(n_words),
    }
    if model.order == 2:
        lines = ["h[t] = hidden(W @ x[t] + V @ h[t-1] + b)", "o[t] = C @ h[t]"]
        return Network("\n".join(lines), activation, weights)
    back = range(1, model.order - 1)
    lines = [f"s{k}[t] = {'x[t]' if k == 1 else f's{k - 1}[t-1]'}" for k in back]
    sums = " + ".join(["A1 @ x[t]", *(f"A{k + 1} @ s{k}[t-1]" for k in back)])
    lines.append(f"k[t] = relu({sums} - {2 * model.order - 3})")
    lines += ["h[t] = hidden(W @ k[t] + V @ h[t-1] + b)", "o[t] = C @ h[t]"]
    recognisers = {f"A{k + 1}": 2 * np.eye(n_words)[model.contexts[:, -1 - k]] for k in range(model.order - 1)}
    return Network("\n".join(lines), activation, recognisers | weights)


def run_network(network: Network, words: np.ndarray) -> np.ndarray:
    """Run sequences of words through a network.

    Shapes:
        words: (n_sequences, n_steps), word numbers
        result: (n_sequences, n_steps, n_words), the outputs
    """
    system = _system(network)
    n_words = len(network.weights["C"])
    x = np.eye(n_words)[words.T][..., None]
    weights = {name: array if array.ndim == 2 else array[:, None] for name, array in network.weights.items()}
    given = {name: array.shape for name, array in weights.items()} | {"x": (n_words, 1)}
    lengths = {"t": len(x)}
    shapes = infer_shapes(system, given, lengths, {})
    starts = {(name, 0): np.zeros((len(words), *shapes[name])) for name, places in system.reads.items() if places}
    case = Case(system, shapes, lengths, len(words), weights, {}, {"x": x}, starts, batched=True)
    return evaluate(case).sequences["o"][..., 0].swapaxes(0, 1)


def _system(network: Network) -> System:
    equations = parse_equations(Source("the n-gram network", network.equations))
    return build_system(equations, {"hidden": (network.activation, ())})


def enumerate_contexts(model: Ngrams, network: Network) -> np.ndarray:
    """Give what the network answers to every context: (n_words, n_contexts)."""
    return run_network(network, model.contexts)[:, -1].T

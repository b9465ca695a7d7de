"""The network of an n-gram model as a problem file that forward, bptt and check accept."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable

import numpy as np

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import whole
from rnncalc.compute.inverses import NoInverse
from rnncalc.compute.ngram_network import Network, build_network
from rnncalc.compute.ngram_values import has_table
from rnncalc.compute.ngrams import Ngrams
from rnncalc.problem.bigram import Bigram
from rnncalc.problem.files import MAX_PROBLEM
from rnncalc.problem.places import quoted
from rnncalc.problem.yaml_tree import MAX_NODES

FEWER = "Use fewer words."


def network_file(problem: Bigram) -> bytes:
    """Write the network; x is every word of the vocabulary once, in order, or every longer context as a sequence.

    The answers are the model's table to ten digits, so that `check` proves the
    network; the target of each step is the likeliest next word.

    Raises:
        RnncalcError: slugs `no-finite-inverse`, `too-large`.
    """
    model, activation = problem.model, problem.asked.activation
    here = whole(problem.source)
    if not has_table(model):
        message = f"The table of {len(model.vocabulary):,} words is too large for a network."
        raise refuse("too-large", here, message, FEWER)
    try:
        network = build_network(model, activation)
    except NoInverse as error:
        word, context = model.vocabulary[error.place[0]], model.contexts[error.place[1]]
        before = " ".join(model.vocabulary[at] for at in context.tolist())
        message = f"P({quoted(word)} | {quoted(before)}) is {error}; {activation} never takes that value."
        raise refuse("no-finite-inverse", here, message, _remedy(model, error)) from None
    data = ("\n".join(_lines(problem, network)) + "\n").encode()
    if len(data) > MAX_PROBLEM or data.count(b",") + data.count(b"[") > MAX_NODES:
        message = f"The network of {len(model.vocabulary):,} words needs more than a problem file may hold."
        raise refuse("too-large", here, message, FEWER)
    return data


def _remedy(model: Ngrams, error: NoInverse) -> str:
    """Say what gives every entry a finite inverse; a given table cannot be smoothed, 0/0 has no inverse at all."""
    ways = [] if model.counts is None else ["smoothing, such as --smoothing laplace"]
    ways += [] if math.isnan(error.value) else ["an activation that takes it, such as --activation identity"]
    return f"Use {' or '.join(ways)}."


def _lines(problem: Bigram, network: Network) -> Iterable[str]:
    model, table = problem.model, problem.model.table()
    n_words = len(table)
    yield "rnncalc: 1"
    kind = "bigram" if model.order == 2 else f"{model.order}-gram"
    yield f"title: {json.dumps(f'A network that behaves like a {kind} model', ensure_ascii=False)}"
    words = [json.dumps(word, ensure_ascii=not word.isprintable()) for word in model.vocabulary]
    yield f"# the words in order: [{', '.join(words)}]"
    yield "equations: |"
    yield from (f"  {line}" for line in network.equations.splitlines())
    yield f"activations: {{hidden: {network.activation}}}"
    yield "weights:"
    for name, array in network.weights.items():
        yield f"  {name}: {_weight(name, array)}"
    yield "inputs:"
    yield f"  x: {f'eye({n_words})' if model.order == 2 else json.dumps(_one_hot(model.contexts, n_words))}"
    likeliest = np.argmax(table, axis=0).tolist()
    yield f"targets: {{d: {json.dumps(likeliest)}}}    # the likeliest next word, counted from 0"
    at = "" if model.order == 2 else ", at: last"
    yield f"loss: {{kind: cross-entropy, output: o{at}}}"
    yield "answers:"
    digits = ["[" + ", ".join(f"{p:.10g}" for p in column) + "]" for column in table.T.tolist()]
    yield f"  {'o' if model.order == 2 else f'o({model.order - 1})'}: [{', '.join(digits)}]"


def _one_hot(numbers: np.ndarray, n_words: int) -> list:
    return np.eye(n_words, dtype=int)[numbers].tolist()


def _weight(name: str, array: np.ndarray) -> str:
    if name == "C":
        return f"eye({len(array)})"
    if name == "V":
        return f"zeros({len(array)}, {len(array)})"
    return json.dumps(array.tolist())

"""Print the likelihood of a sentence, the network that behaves like an n-gram model, and its proof."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from rnncalc.base.span import Source
from rnncalc.compute.inverses import INVERSES
from rnncalc.compute.likelihood import Likelihood
from rnncalc.compute.ngram_network import Network, enumerate_contexts
from rnncalc.compute.ngrams import Ngrams
from rnncalc.language.lines import parse_equations
from rnncalc.language.writer import write_equation
from rnncalc.render.forward import print_heading
from rnncalc.render.named_table import named_table
from rnncalc.render.ngram_words import MOST_PRINTED, context_names, count_fraction, number_shown, product_shown
from rnncalc.render.numbers import write_number
from rnncalc.render.words import name_shown, visible

if TYPE_CHECKING:
    from rnncalc.problem.bigram import Bigram


def print_likelihood(
    console: Console, model: Ngrams, sentence: Sequence[str], found: Likelihood, decimals: int
) -> None:
    """Print a likelihood factor by factor, its logarithms and the perplexity."""
    add, size = model.add, len(model.vocabulary)
    print_heading(console, "likelihood of " + " ".join(map(visible, sentence)))
    cells = np.array(
        [
            [
                "" if factor.times is None else count_fraction(factor, add, size),
                number_shown(factor.probability, decimals),
            ]
            for factor in found.factors
        ],
        dtype=object,
    )
    names = [f"P({name_shown(f.word)} | {' '.join(map(name_shown, f.context))})" for f in found.factors]
    for line in named_table(names, ["count", "probability"], cells, "factor", console.width):
        console.print(line, soft_wrap=True)
    product = " · ".join(number_shown(factor.probability, decimals) for factor in found.factors)
    total = product_shown(found, decimals)
    whole = f"likelihood = {product} = {total}" if len(found.factors) > 1 else f"likelihood = {total}"
    console.print(Text(whole), soft_wrap=True)
    if np.isnan(found.product):
        return
    if found.log == -np.inf:
        words = "A factor is 0, so the sentence is impossible here: log likelihood -inf, perplexity infinite."
        console.print(Text(words), soft_wrap=True)
        return
    nats, bits = (write_number(value, decimals) for value in (found.log, found.bits))
    console.print(Text(f"log likelihood = {nats} nats = {bits} bits"), soft_wrap=True)
    console.print(Text(f"perplexity = {write_number(found.perplexity, decimals)}"), soft_wrap=True)


def print_network(
    console: Console, problem: Bigram, network: Network, wanted: Likelihood | None, decimals: int
) -> None:
    """Print the network, and prove it by running every context through it; `wanted` is the model's likelihood."""
    model = problem.model
    print_heading(console, f"the network that behaves like the model, σ = {network.activation}")
    for equation in parse_equations(Source("network", network.equations.replace("hidden(", f"{network.activation}("))):
        console.print(Text("  " + write_equation(equation, "screen")), soft_wrap=True)
    for line in _explained(problem, network):
        console.print(Text(f"  {line}"), soft_wrap=True)
    if max(network.weights["W"].shape) <= MOST_PRINTED:
        names = [name_shown(word) for word in model.vocabulary]
        weights = network.weights["W"]
        texts = [write_number(float(value), decimals) for value in weights.flat]
        cells = np.array(texts, dtype=object).reshape(weights.shape)
        for line in named_table(names, context_names(model), cells, "W", console.width):
            console.print(line, soft_wrap=True)
    _print_proof(console, model, network, wanted, decimals)


def _explained(problem: Bigram, network: Network) -> list[str]:
    """Say in words why the network behaves like the model."""
    table = "T" if problem.asked.orientation == "columns" else "Tᵀ"
    lines = [f"W = σ⁻¹({table}), σ⁻¹(p) = {INVERSES[network.activation].formula}; V = 0, b = 0, C = I"]
    picks = "x(t)"
    if problem.model.order > 2:
        picks, recognisers = "k(t)", ", ".join(name for name in network.weights if name[0] == "A")
        lines.append("k(t) has a unit for each context: 1 where all its words stand, else 0;")
        lines.append(f"{recognisers} have a 2 for its word")
    picked = f"{picks} is 1 at one place only, so that W picks a column, and σ turns it into the probabilities"
    return [*lines, picked]


def _print_proof(console: Console, model: Ngrams, network: Network, wanted: Likelihood | None, decimals: int) -> None:
    found, table = enumerate_contexts(model, network), model.table()
    what = "word" if model.order == 2 else "context"
    print_heading(console, f"proof by enumeration: each {what} through the network, its output o above the model's T")
    contexts = context_names(model)
    label = max(map(cell_len, contexts))
    names = [head for name in contexts for head in (set_cell_size(name, label) + "  o", " " * label + "  T")]
    both = np.stack([found.T, table.T], axis=1).reshape(-1, len(model.vocabulary))
    cells = np.array([[number_shown(value, decimals) for value in row] for row in both], dtype=object)
    words = [name_shown(word) for word in model.vocabulary]
    for line in named_table(names, words, cells, f"{what} x", console.width):
        console.print(line, soft_wrap=True)
    console.print(Text(f"largest difference: {np.abs(found - table).max():.1e}"))
    if wanted is not None:
        _print_again(console, model, found, wanted, decimals)


def _print_again(console: Console, model: Ngrams, found: np.ndarray, wanted: Likelihood, decimals: int) -> None:
    """Print the likelihood of the sentence from the network's outputs."""
    factors = []
    for factor in wanted.factors:
        column = model.context_number.get(tuple(model.number[word] for word in factor.context))
        if column is None:
            before = " ".join(map(name_shown, factor.context))
            words = f"{before} occurs nowhere, so the network has no unit for it, and no likelihood of the sentence."
            console.print(Text(words), soft_wrap=True)
            return
        factors.append(factor._replace(probability=float(found[model.number[factor.word], column])))
    again = product_shown(Likelihood(tuple(factors)), decimals)
    console.print(Text(f"likelihood from the network's outputs: {again}"), soft_wrap=True)


def print_no_network(console: Console, model: Ngrams, activation: str, place: tuple[int, int] | None) -> None:
    """Say why there is no network, where `place` is an entry of T without a finite σ⁻¹."""
    print_heading(console, "no network")
    if place is None:
        console.print(Text("It is as large as the table, too large to print."), soft_wrap=True)
        return
    value = model.table()[place]
    entry = f"P({name_shown(model.vocabulary[place[0]])} | {context_names(model)[place[1]]})"
    ways = [] if model.counts is None else ["smoothing (--smoothing laplace)"]
    ways += [] if np.isnan(value) else ["an activation that reaches it (--activation identity)"]
    shown = "0/0" if np.isnan(value) else f"{value:g}"
    words = (
        f"{entry} is {shown}, which {activation} never is: σ⁻¹ is not finite there. What helps: {' or '.join(ways)}."
    )
    console.print(Text(words), soft_wrap=True)


def print_sample(console: Console, words: Sequence[str], seed: int, unit: str) -> None:
    """Print drawn words."""
    print_heading(console, f"a sample, seed {seed}")
    console.print(Text(("" if unit == "character" else " ").join(map(visible, words))), soft_wrap=True)

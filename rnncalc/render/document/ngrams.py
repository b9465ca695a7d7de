"""The worked solution of an n-gram problem: counts, table, likelihood, and the network that behaves like the model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnncalc.base.span import Source
from rnncalc.compute.inverses import INVERSES, NoInverse
from rnncalc.compute.likelihood import Likelihood
from rnncalc.compute.ngram_network import Network, build_network, enumerate_contexts
from rnncalc.compute.ngram_values import asked_likelihood, has_table, laid
from rnncalc.language.lines import parse_equations
from rnncalc.language.nodes import Call, Name
from rnncalc.problem.bigram import Bigram
from rnncalc.render.document.blocks import Block, Equations, Grid, Heading, Line, Lines, Math, Paragraph
from rnncalc.render.document.choice import Choice
from rnncalc.render.document.computed import shown
from rnncalc.render.ngram_words import (
    axes,
    context_names,
    count_fraction,
    number_shown,
    plain,
    prints_table,
    product_shown,
    said,
    smoothed_decimals,
    texts,
)
from rnncalc.render.numbers import write_number
from rnncalc.render.words import name_shown, visible

_MOST_TEXT = 2_000  # characters of a text that is shown whole


def ngram_blocks(problem: Bigram, choice: Choice) -> Iterator[Block]:
    """Give the blocks of an n-gram problem."""
    model, decimals = problem.model, choice.shown_decimals(problem.rounding.decimals)
    yield from _given(problem)
    yield Heading("The model")
    for words in said(problem):
        yield Paragraph(words)
    whole = has_table(model) and prints_table(model)
    if whole:
        yield from _tables(problem, decimals)
    else:
        yield _likeliest(problem, decimals)
    found = asked_likelihood(model, problem.asked)
    if found is not None:
        yield from _likelihood(problem, found, decimals)
    if whole:
        yield from _network(problem, found, decimals)


def _given(problem: Bigram) -> Iterator[Block]:
    """Give the text that is counted, unless it is long, and the sentence whose likelihood is asked."""
    between = "" if problem.unit == "character" else " "
    texts_counted = [between.join(map(visible, words)) for words in problem.counted]
    sentence = problem.asked.sentence
    short = 0 < sum(map(len, texts_counted)) <= _MOST_TEXT
    if short or sentence:
        yield Heading("Given")
    if short:
        yield from (Paragraph(f"Text: {text}") for text in texts_counted)
    if sentence:
        yield Paragraph(f"Sentence: {between.join(map(visible, sentence))}")


def _tables(problem: Bigram, decimals: int) -> Iterator[Block]:
    model, table = problem.model, problem.model.table()
    if model.counts is not None:
        counts = model.dense_counts()
        yield _grid(problem, "counts", "counts", texts(counts, 0), texts(counts.sum(axis=0), 0))
    if model.counts is not None and model.add:
        smoothed, places = counts + model.add, smoothed_decimals(model)
        yield _grid(
            problem, "smoothed", "smoothed counts", texts(smoothed, places), texts(smoothed.sum(axis=0), places)
        )
        yield _shares(problem, counts.sum(axis=0))
    shown_table = np.array([number_shown(v, decimals) for v in table.flat], dtype=object).reshape(table.shape)
    cells = shown_table if problem.texts is None else problem.texts
    sums = np.array([number_shown(v, decimals) for v in table.sum(axis=0)], dtype=object)
    words = "P(word | words before)"
    if model.order == 2:
        columns = problem.asked.orientation == "columns"
        words = "T[i, j] = " + ("P(word i | word j before)" if columns else "P(word j | word i before)")
    yield _grid(problem, "T", f"T: {words}", cells, sums)


def _grid(problem: Bigram, name: str, caption: str, cells: np.ndarray, sums: np.ndarray) -> Grid:
    """Lay texts (words, contexts) out as asked, with the sum of each context."""
    rows, columns, corner = axes(problem)
    if problem.asked.orientation == "rows":
        body = tuple((name, (*line, total)) for name, line, total in zip(rows, cells.T, sums, strict=True))
        return Grid(caption, corner, (*columns, "sum"), body, place=(name, None))
    body = tuple((name, tuple(line)) for name, line in zip(rows, cells, strict=True))
    return Grid(caption, corner, tuple(columns), body, ("sum", tuple(sums)), (name, None))


def _shares(problem: Bigram, totals: np.ndarray) -> Grid:
    """Give by which fraction the counts after each context become probabilities."""
    add, size = plain(problem.model.add), len(problem.model.vocabulary)
    rows = tuple(
        (name, (f"(count + {add}) / ({int(total)} + {add} · {size})", f"(count + {add}) / {plain(whole)}"))
        for name, total, whole in zip(
            context_names(problem.model), totals, totals + problem.model.add * size, strict=True
        )
    )
    return Grid("from counts to probabilities", "after", ("probability", "that is"), rows)


def _likeliest(problem: Bigram, decimals: int) -> Grid:
    model = problem.model
    rows = tuple(
        (
            " ".join(name_shown(model.vocabulary[at]) for at in model.contexts[context].tolist()),
            (name_shown(model.vocabulary[word]), "" if model.counts is None else str(times), write_number(p, decimals)),
        )
        for context, word, times, p in model.likeliest(problem.top)
    )
    return Grid("the likeliest pairs", "before", ("after", "count", "probability"), rows)


def _likelihood(problem: Bigram, found: Likelihood, decimals: int) -> Iterator[Block]:
    """Give the factors of a sentence, their product, its logarithms and the perplexity."""
    add, size = problem.model.add, len(problem.model.vocabulary)
    yield Heading("Likelihood of " + " ".join(map(name_shown, problem.asked.sentence)))
    rows = tuple(
        (
            f"P({name_shown(f.word)} | {' '.join(map(name_shown, f.context))})",
            ("" if f.times is None else count_fraction(f, add, size), number_shown(f.probability, decimals)),
        )
        for f in found.factors
    )
    yield Grid("factors", "factor", ("count", "probability"), rows, place=("T", None))
    asked = {answer.key.name for answer in problem.claims.answers} or {"likelihood"}
    product, cells = None, {}
    for number, factor in enumerate(found.factors):
        one = Name(f"\N{FULL BLOCK}{number}")
        cells[one.name] = _cell(number_shown(factor.probability, decimals))
        product = one if product is None else Call("matmul", (product, one))
    sides = (Math(product, cells),) if len(found.factors) > 1 else ()
    lines = [_line("likelihood", sides, product_shown(found, decimals), asked)]
    if np.isfinite(found.log):
        bits = f"in nats, that is {write_number(found.bits, decimals)} bits"
        log = _line("log_likelihood", (), write_number(found.log, decimals), asked, bits)
        lines.append(log._replace(left=Call("log", (Name("likelihood"),))))
        lines.append(_line("perplexity", (), write_number(found.perplexity, decimals), asked))
    yield Lines("", tuple(lines))
    if found.log == -np.inf:
        yield Paragraph("A factor is 0, so the sentence is impossible here.")


def _line(name: str, sides: tuple[Math, ...], text: str, asked: set[str], note: str = "") -> Line:
    reads = (("T", None),) if sides else ()
    return Line(Name(name), sides, shown(_cell(text)), (name, None), reads, final=name in asked, note=note)


def _cell(text: str) -> np.ndarray:
    return np.array([[text]], dtype=object)


def _network(problem: Bigram, wanted: Likelihood | None, decimals: int) -> Iterator[Block]:
    """Give the network that behaves like the model, and its proof by enumeration."""
    model = problem.model
    try:
        network = build_network(model, problem.asked.activation)
    except NoInverse:
        return
    yield Heading("The network that behaves like the model")
    text = network.equations.replace("hidden(", f"{network.activation}(")
    yield Equations(tuple((equation, ()) for equation in parse_equations(Source("network", text))))
    table = "T" if problem.asked.orientation == "columns" else "Tᵀ"
    yield Paragraph(
        f"σ is {network.activation}; W = σ⁻¹({table}) with σ⁻¹(p) = {INVERSES[network.activation].formula}; "
        "V = 0, b = 0, C is the identity. The input is 1 at one place only, so that W picks a column, "
        "and σ turns it into the probabilities."
    )
    weights = shown(texts(network.weights["W"], decimals))
    yield Lines("", (Line(Name("W"), (), weights, ("W", None), (("T", None),)),))
    yield _proof(problem, network, decimals)


def _proof(problem: Bigram, network: Network, decimals: int) -> Grid:
    """Give what the network answers to every context, which is the table."""
    model = problem.model
    found = laid(enumerate_contexts(model, network), "rows")
    rows = tuple(
        (name, tuple(number_shown(value, decimals) for value in line))
        for name, line in zip(context_names(model), found, strict=True)
    )
    words = tuple(name_shown(word) for word in model.vocabulary)
    difference = float(np.abs(found.T - model.table()).max())
    caption = f"the network's output for every input; largest difference from T: {difference:.1e}"
    return Grid(caption, "x", words, rows, place=("T", None))

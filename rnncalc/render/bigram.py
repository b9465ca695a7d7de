"""Print an n-gram model: what was counted, smoothed counts, the table of probabilities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.text import Text

from rnncalc.base.words import plural
from rnncalc.compute.ngrams import Ngrams
from rnncalc.render.clean import clean
from rnncalc.render.forward import print_heading
from rnncalc.render.named_table import named_table
from rnncalc.render.ngram_words import (
    axes,
    context_names,
    number_shown,
    plain,
    prints_table,
    said,
    smoothed_decimals,
    texts,
)
from rnncalc.render.numbers import write_number
from rnncalc.render.shades import shade
from rnncalc.render.words import name_shown

if TYPE_CHECKING:
    from rnncalc.problem.bigram import Bigram


def print_model(console: Console, problem: Bigram, decimals: int) -> None:
    """Print what was counted, and the table where it is not too large."""
    model = problem.model
    for text, style in ((problem.title, "bold"), (problem.origin, "dim")):
        if text:
            console.print(Text(clean(text), style=style), soft_wrap=True)
    for line in said(problem):
        console.print(Text(line), soft_wrap=True)
    if prints_table(model):
        if model.counts is not None:
            _print_counts(console, problem)
        _print_table(console, problem, decimals)


def _laid_out(problem: Bigram, cells: np.ndarray, sums: np.ndarray, width: int) -> Iterator[Text]:
    """Lay texts (words, contexts) out as asked, with the sum of each context."""
    rows, columns, corner = axes(problem)
    if problem.asked.orientation == "rows":
        cells = np.concatenate([cells.T, sums[:, None]], axis=1)
        return named_table(rows, [*columns, "sum"], cells, corner, width)
    cells = np.concatenate([cells, sums[None, :]], axis=0)
    return named_table([*rows, "sum"], columns, cells, corner, width)


def _print_counts(console: Console, problem: Bigram) -> None:
    model = problem.model
    counts = model.dense_counts()
    print_heading(console, "counts")
    for line in _laid_out(problem, texts(counts, 0), texts(counts.sum(axis=0), 0), console.width):
        console.print(line, soft_wrap=True)
    if not model.add:
        return
    print_heading(console, "smoothed counts")
    add, size = plain(model.add), len(model.vocabulary)
    smoothed, decimals = counts + model.add, smoothed_decimals(model)
    sums = smoothed.sum(axis=0)
    for line in _laid_out(problem, texts(smoothed, decimals), texts(sums, decimals), console.width):
        console.print(line, soft_wrap=True)
    for name, total in zip(context_names(model), counts.sum(axis=0), strict=True):
        whole = plain(total + model.add * size)
        words = f"  after {name}: (count + {add}) / ({int(total)} + {add} · {size}) = (count + {add}) / {whole}"
        console.print(Text(words), soft_wrap=True)


def _print_table(console: Console, problem: Bigram, decimals: int) -> None:
    table = problem.model.table()
    given = problem.texts
    cells = np.array([number_shown(v, decimals) for v in table.flat], dtype=object).reshape(table.shape)
    cells = cells if given is None else given
    shades = np.array([shade(v) for v in table.flat], dtype=object).reshape(table.shape)
    drawn = np.array([f"{s} {c}" for s, c in zip(shades.flat, cells.flat, strict=True)], dtype=object).reshape(
        table.shape
    )
    sums = np.array([number_shown(v, decimals) for v in table.sum(axis=0)], dtype=object)
    what = (
        "T[i, j] = P(word i | word j before)"
        if problem.asked.orientation == "columns"
        else "T[i, j] = P(word j | word i before)"
    )
    print_heading(console, f"T: {what}" if problem.model.order == 2 else "T: P(word | words before)")
    for line in _laid_out(problem, drawn, sums, console.width):
        console.print(line, soft_wrap=True)
    silent = [
        name for name, column in zip(context_names(problem.model), table.T, strict=True) if np.isnan(column).any()
    ]
    if silent:
        console.print(
            Text(f"Nothing follows {', '.join(silent)}: 0/0. Smoothing gives it probabilities: --smoothing laplace."),
            soft_wrap=True,
        )


def print_likeliest(console: Console, model: Ngrams, decimals: int, top: int) -> None:
    """Print the likeliest pairs, those that occur more often first where they tie."""
    size = f"{len(model.vocabulary):,} × {len(model.contexts):,}"
    pairs = model.likeliest(top)
    large = "" if prints_table(model) else f" (the table of {size} is too large to print)"
    print_heading(console, f"the likeliest {plural(len(pairs), 'pair')}{large}")
    lines = [
        [name_shown(model.vocabulary[word]), "" if model.counts is None else f"{times:,}", write_number(p, decimals)]
        for _, word, times, p in pairs
    ]
    cells = np.array(lines, dtype=object)
    names = [
        " ".join(name_shown(model.vocabulary[at]) for at in model.contexts[context].tolist()) for context, *_ in pairs
    ]
    for line in named_table(names, ["after", "count", "probability"], cells, "before", console.width):
        console.print(line, soft_wrap=True)

"""What a classifier guesses: accuracy, confusion matrix, likelihoods by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rnncalc.base.words import plural
from rnncalc.render.clean import clean
from rnncalc.render.forward import print_heading
from rnncalc.render.named_table import named_table
from rnncalc.render.numbers import write_number
from rnncalc.render.training.shortened import shortened
from rnncalc.render.training.tags import WRONG

MOST_CLASSES = 40  # beyond which the matrix is given as a list of what is confused
_MOST_CONFUSED = 20
_MOST_TEXT = 300  # signs of a text that are repeated


def print_accuracy(console: Console, counts: np.ndarray, of_what: str) -> None:
    """Print how many are right, and the confusion matrix.

    Shapes:
        counts: [true, guessed]
    """
    right, total = int(np.trace(counts)), int(counts.sum())
    if total:
        share = write_number(100 * right / total, 1)
        console.print(Text(f"{right:,} of {plural(total, of_what)} right: {share} %"), soft_wrap=True)


def print_confusion(console: Console, counts: np.ndarray, names: Sequence[str], most: int = MOST_CLASSES) -> None:
    """Print the confusion matrix, rows the true classes; of more than `most` classes what is confused most."""
    if len(names) > most:
        _print_confused(console, counts, names)
        return
    print_heading(console, "confusion: rows true, columns guessed")
    rows, columns = _heads(counts, names, console.width)
    cells = np.array([[f"{n:,}" if n else "·" for n in row] for row in counts.tolist()], dtype=object)
    for line in named_table(rows, columns, cells, "true", console.width):
        console.print(line, soft_wrap=True)


def _heads(counts: np.ndarray, names: Sequence[str], width: int) -> tuple[list[str], list[str]]:
    """Name rows and columns: both in full where they fit, else columns by numbers that stand before the rows' names."""
    full = [shortened(name, width // 2) for name in names]
    cell = len(f"{counts.max():,}")
    if max(map(cell_len, ["true", *full])) + sum(2 + max(cell_len(name), cell) for name in full) <= width:
        return full, full
    numbers = [str(at) for at in range(1, len(names) + 1)]
    digits = len(numbers[-1])
    return [f"{at:>{digits}} {name}" for at, name in zip(numbers, full, strict=True)], numbers


def _print_confused(console: Console, counts: np.ndarray, names: Sequence[str]) -> None:
    wrong = counts - np.diag(np.diag(counts))
    found = [divmod(int(at), len(names)) for at in np.argsort(-wrong, axis=None, kind="stable")[:_MOST_CONFUSED]]
    found = [(true, guessed) for true, guessed in found if wrong[true, guessed]]
    if not found:
        return
    print_heading(console, "most often confused")
    room = min((console.width - 10) // 2, 24)
    heads = [shortened(names[true], room) for true, _ in found]
    cells = [[shortened(names[guessed], room), f"{wrong[true, guessed]:,}"] for true, guessed in found]
    for line in named_table(heads, ["guessed", "times"], np.array(cells, dtype=object), "true", console.width):
        console.print(line, soft_wrap=True)


def print_likelihoods(
    console: Console,
    what: str,
    likelihoods: np.ndarray,
    names: Sequence[str],
    top: int,
    decimals: int,
    true: int | None = None,
) -> None:
    """Print the likeliest classes of a text or sequence by name.

    Args:
        what: The text, or 'sequence 3'.
        likelihoods: (n_classes,)
        names: Of the classes.
        top: How many are shown.
        decimals: Of the likelihoods.
        true: The class that is right, where that is known.
    """
    for line in _likelihood_lines(what, likelihood_words(likelihoods, names, top, decimals, true), console.width):
        console.print(line, soft_wrap=True)


def likelihood_words(
    likelihoods: np.ndarray, names: Sequence[str], top: int, decimals: int, true: int | None = None
) -> list[str]:
    """Write the likeliest classes, likeliest first, and whether the guess is wrong.

    >>> likelihood_words(np.array([0.2, 0.8]), ["negative", "positive"], 2, 2, true=0)
    ['positive 0.80,', 'negative 0.20', '× true: negative']
    """
    order = np.argsort(-likelihoods, kind="stable")[:top].tolist()
    shown = [f"{shortened(names[at], 24)} {write_number(float(likelihoods[at]), decimals)}" for at in order]
    words = [f"{text}," for text in shown[:-1]] + shown[-1:]
    if true is not None and true != order[0]:
        words.append(f"{WRONG} true: {shortened(names[true], 24)}")
    return words


def _likelihood_lines(what: str, words: Sequence[str], width: int) -> Iterator[Text]:
    """Give one line, or where it would not fit the text and below it the likelihoods."""
    shown = clean(what)
    shown = shown if len(shown) <= _MOST_TEXT else f"{shown[: _MOST_TEXT - 1]}…"
    line = f"{shown}  {' '.join(words)}"
    if cell_len(line) <= width:
        yield Text(line)
        return
    yield from folded(shown.split(" "), width, "")
    yield from folded(words, width, "  ")


def folded(words: Sequence[str], width: int, indent: str) -> Iterator[Text]:
    """Fill lines with words, each line as long as fits."""
    line = ""
    for word in words:
        if line and cell_len(f"{line} {word}") > width:
            yield Text(line)
            line = ""
        line = f"{line} {word}" if line else f"{indent}{word}"
    if line:
        yield Text(line)

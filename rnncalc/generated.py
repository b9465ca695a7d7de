"""Let the trained network of a problem go on with a text, symbol by symbol."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import RnncalcError, refuse
from rnncalc.base.span import Source, Span, whole
from rnncalc.problem.places import quoted
from rnncalc.problem.problem import Problem
from rnncalc.problem.vocabulary import END, UnknownSymbol, Vocabulary
from rnncalc.training.outputs import output_of
from rnncalc.training.sampling import Choosing, sample
from rnncalc.training.stepping import NotStepwise, Stepper, stepper

_MOST_LISTED = 60  # symbols that a message names


class Wanted(NamedTuple):
    """What is to be generated: so many texts, each of at most `length` new symbols."""

    start: str = ""
    length: int = 100
    count: int = 1
    choosing: Choosing = Choosing()
    seed: int = 0


class Text(NamedTuple):
    """A text with its start; what was drawn, and whether that ended with the end symbol.

    Shapes:
        drawn: the symbols by their names, the end symbol too
        distributions: (n_drawn, n_symbols), what the network says before each; if not greedy, as it was drawn from
    """

    text: str
    drawn: tuple[str, ...]
    distributions: np.ndarray
    ended: bool


def generate_texts(problem: Problem, wanted: Wanted) -> list[Text]:
    """Generate texts; the k-th of them is the same whatever their number.

    Raises:
        RnncalcError: slugs `no-vocabulary`, `not-generative`, `unknown-symbol`.
    """
    vocabulary = problem.vocabulary
    if vocabulary is None:
        message = "The file does not say what its input stands for: it has no key 'vocabulary'."
        remedy = "Write 'vocabulary: {symbols: [h, e, l, o]}', in the order of the ids; 'rnncalc train' writes it."
        raise refuse("no-vocabulary", whole(problem.source), message, remedy)
    walker, prompt = _stepper(problem), _prompt(vocabulary, wanted.start)
    end = vocabulary.number[END] if vocabulary.boundaries else None
    found = []
    for number in range(wanted.count):
        rng = np.random.default_rng([wanted.seed, number])
        try:
            drawn = sample(walker, prompt, wanted.length, wanted.choosing, rng, end)
        except NotStepwise as error:
            remedy = "Train it anew with a hidden state that cannot grow without end, as one of tanh."
            raise _refused(problem, f"A text cannot be made step by step: {error}", remedy) from None
        ids = [*drawn.symbols, *([end] if drawn.ended else [])]
        shares = drawn.distributions if wanted.choosing.temperature else _said(walker, prompt, ids)
        names = tuple(vocabulary.symbols[at] for at in ids)
        found.append(Text(vocabulary.decode([*prompt, *drawn.symbols]), names, shares, drawn.ended))
    return found


def _stepper(problem: Problem) -> Stepper:
    """Make the network go step by step.

    Raises:
        RnncalcError: slug `not-generative`.
    """
    case, count = problem.case, len(problem.vocabulary.symbols)
    output = output_of(case)
    if output is None or output.kind != "classes":
        raise _refused(problem, "The loss is no cross-entropy of the next symbol", "Write 'loss: cross-entropy'.")
    try:
        found = stepper(case, case.weights, output.predicted)
    except NotStepwise as error:
        remedy = "Train one direction, with an output at every step."
        raise _refused(problem, f"A text cannot be made step by step: {error}", remedy) from None
    if not found.n_symbols == found.n_outputs == count:
        message = f"The network reads {found.n_symbols} symbols and tells {found.n_outputs} classes apart"
        message += f", the vocabulary has {count} symbols"
        raise _refused(problem, message, "Train it to tell the next symbol: 'training: {data: {file: names.txt}}'.")
    return found


def _refused(problem: Problem, message: str, remedy: str) -> RnncalcError:
    return refuse("not-generative", problem.network.span, f"{message}.", remedy)


def _prompt(vocabulary: Vocabulary, start: str) -> list[int]:
    """Give what is read before the first symbol is drawn: the start, else the first symbol of the vocabulary."""
    try:
        ids = vocabulary.encode(start).tolist()
    except UnknownSymbol as error:
        symbol = str(error)
        source, at = Source("--start", start), max(start.lower().find(symbol.lower()), 0)
        known = " ".join(vocabulary.symbols[:_MOST_LISTED])
        more = " …" if len(vocabulary.symbols) > _MOST_LISTED else ""
        message = f"{quoted(symbol)} is not in the vocabulary of the network."
        raise refuse("unknown-symbol", Span(source, at, at + len(symbol)), message, f"It has {known}{more}.") from None
    return (ids[:-1] if vocabulary.boundaries else ids) or [0]


def _said(walker: Stepper, prompt: list[int], ids: list[int]) -> np.ndarray:
    """Give the probabilities that the network itself gives before each symbol: (n_drawn, n_symbols)."""
    state, said = walker.start(), []
    for symbol in (*prompt, *ids[:-1]):
        state, shares = walker.step(state, symbol)
        said.append(shares)
    return np.array(said[len(prompt) - 1 :]) if ids else np.zeros((0, 0))

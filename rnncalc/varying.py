"""Draw variants of a problem: other numbers from the ranges that it declares, its answers worked out anew.

A draw that hides a slip which other numbers for the same names would show, as
`rnncalc audit` finds it, is refused, and another one drawn in its place.
`draw_variants` is the one to read first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import Collector, RnncalcError, refuse
from rnncalc.base.span import Source, Span, whole
from rnncalc.base.words import listing, plural
from rnncalc.checking.audit import TooLarge
from rnncalc.checking.exam import Key
from rnncalc.checking.fresh import NoValue, fresh_texts, shown_decimals
from rnncalc.checking.sharp import Sharpness
from rnncalc.checking.truth import Truth, asks_gradients, truth_of
from rnncalc.compute.answers import Answer
from rnncalc.compute.arithmetic import arithmetic_of
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.values import Values
from rnncalc.problem.data import read_data
from rnncalc.problem.fields import read_fields
from rnncalc.problem.places import quoted
from rnncalc.problem.problem import Problem, problem_of, problem_tree, read_problem
from rnncalc.problem.redrawing import Drawn, Edit, apply, drawn_places, left_out, redraw, titled
from rnncalc.problem.variants import Take
from rnncalc.problem.yaml_tree import Mapping

MOST_DRAWS = 100  # for one variant
HOPELESS = 40  # draws that all hide the same slip, after which no more are tried


class Variants(NamedTuple):
    """Problems with other numbers, as the texts of their files.

    `out_of_reach` names the slips that none of them can tell, whatever is drawn.
    """

    texts: tuple[str, ...]
    out_of_reach: tuple[str, ...] = ()


class Template(NamedTuple):
    """A problem from which variants are drawn.

    `answers` has each answer with its decimals, `place` is the key `variants`.
    """

    problem: Problem
    tree: Mapping
    drawn: tuple[Drawn, ...]
    answers: tuple[tuple[Answer, int], ...]
    place: Span

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.name for one in self.drawn))


def draw_variants(source: Source, seed: int, numbers: Iterable[tuple[int, str]], answers: bool = True) -> Variants:
    """Draw variants, each unlike the problem and those before it.

    Args:
        source: A problem with ranges under `variants:`.
        seed: Of the whole series, from 0.
        numbers: Of each variant its number in the series, from 0, and the words for its title. A number
            gives the same variant whichever others come after it.
        answers: Whether variants have answers, for the same keys as the problem.

    Raises:
        RnncalcError: every fault of the file, and slugs `no-variants`, `answer-without-value`,
            `too-few-variants`, `unusable-variant`, `blind-variant`, `too-large`.
    """
    template, numbers = read_template(source), list(numbers)
    _require_enough(template, len(numbers))
    series, texts = _Series(template), []
    for number, words in numbers:
        draw = series.next(take_of(seed, number))
        edits = [*draw.edits, titled(template.tree, words), *left_out(template.tree, "misprints")]
        edits += draw.fresh if answers else left_out(template.tree, "answers")
        texts.append(apply(edits, source.text))
    return Variants(tuple(texts), series.out_of_reach)


def take_of(seed: int, number: int) -> Take:
    """Give the source of random numbers of one variant.

    Only raw words of 64 bits come from numpy: their stream is the same in all
    its versions, other than what its `integers` and `choice` make of them.
    """
    bits = np.random.default_rng((seed, number)).bit_generator
    return lambda n: int(bits.random_raw()) % n


def read_template(source: Source) -> Template:
    """Read a problem with its ranges.

    Raises:
        RnncalcError: every fault of the file, and slugs `no-variants`, `answer-without-value`.
    """
    tree = problem_tree(source)
    problem, found = problem_of(source, tree), read_fields(tree, Collector())
    place = next((key.span for key, _ in tree.pairs if key.text == "variants"), whole(source))
    if not found.get("variants"):
        remedy = "Write 'variants:' and below it, indented, for instance 'x: integers -3..3'."
        raise refuse("no-variants", place, "The problem gives no ranges to draw from.", remedy)
    drawn = tuple(drawn_places(found["variants"], tree, read_data(found, Collector())))
    truth = _truth(problem)
    answers = tuple((answer, _decimals(answer, truth)) for answer in problem.case.claims.answers)
    return Template(problem, tree, drawn, answers, place)


def _decimals(answer: Answer, truth: Truth) -> int:
    """Give the decimals of an answer, which can be written anew."""
    try:
        decimals = shown_decimals(answer, truth)
        fresh_texts(answer, truth, decimals)
    except NoValue as reason:
        message = f"The answer '{answer.key}' cannot be written anew: {reason}."
        remedy = "Correct it, or delete it; 'rnncalc check' says more."
        raise refuse("answer-without-value", answer.span, message, remedy) from None
    return decimals


def _truth(problem: Problem) -> Truth:
    case = problem.case
    return truth_of(evaluate(case, arithmetic_of(*case.rounding)), asks_gradients(case.claims))


def _require_enough(template: Template, asked: int) -> None:
    """Refuse to draw more problems than the ranges can give."""
    possible = 1
    for one in template.drawn:
        for row in one.rows.tolist():
            possible *= one.range.count(row)
            if possible >= asked:
                return
    message = f"The ranges give {plural(possible, 'problem')}; {asked} are asked for."
    raise refuse("too-few-variants", template.place, message, "Write wider ranges, or give ranges for more names.")


class Draw(NamedTuple):
    """Numbers drawn: the changes to the file for each array and for the answers, and the case that they make."""

    arrays: tuple[tuple[Edit, ...], ...]
    fresh: tuple[Edit, ...]
    case: Case

    @property
    def edits(self) -> list[Edit]:
        """The changes that put the numbers in."""
        return [edit for array in self.arrays for edit in array]


class Unusable(Exception):
    """Numbers drawn make no problem; the message says why."""


class _Series:
    """Draws one variant after another, and remembers which problems there are already."""

    def __init__(self, template: Template):
        self.template = template
        self._seen = {_identity(template.problem.case)}
        self._sharpness: Sharpness | None = None  # of the first draw

    def next(self, take: Take) -> Draw:
        """Give a new problem that shows every slip which numbers for its names can show.

        All arrays are drawn until they make a problem. As long as it hides a
        slip, one array of it is drawn again, and kept where that shows one of
        them and hides no more than before.
        """
        best, hidden, hides, reasons = None, frozenset(), Counter(), []
        n_judged = 0
        for _ in range(MOST_DRAWS):
            try:
                draw = self._draw(take, best)
            except Unusable as reason:
                reasons.append(str(reason))
                continue
            if _identity(draw.case) in self._seen:
                continue
            found = self._hidden(draw.case, hidden)
            if not found:
                self._seen.add(_identity(draw.case))
                return draw
            n_judged += 1
            hides.update(found)
            if n_judged >= HOPELESS and max(hides.values()) == n_judged:
                break
            if best is None or (len(found) <= len(hidden) and found != hidden):
                best, hidden = draw, found
        if best is not None:
            raise self._blind(best, hidden, hides, n_judged)
        raise self._failure(reasons)

    def _draw(self, take: Take, before: Draw | None) -> Draw:
        """Draw every array, or one of those of an earlier draw."""
        template, source = self.template, self.template.problem.source
        if before is None:
            arrays = [tuple(redraw(one, take)) for one in template.drawn]
        else:
            arrays, at = list(before.arrays), take(len(template.drawn))
            arrays[at] = tuple(redraw(template.drawn[at], take))
        edits = [edit for array in arrays for edit in array]
        truth = _truth(_read(apply(edits, source.text), source.name))
        try:
            fresh = [edit for answer, decimals in template.answers for edit in _written(answer, truth, decimals)]
        except NoValue as reason:
            raise Unusable(str(reason)) from None
        _require_finite(truth.values)
        text = apply([*edits, *fresh, *left_out(template.tree, "misprints")], source.text)
        return Draw(tuple(arrays), tuple(fresh), _read(text, source.name).case)

    def _hidden(self, case: Case, before: frozenset[Key]) -> frozenset[Key]:
        if self._sharpness is None:
            try:
                self._sharpness = Sharpness(case, self.template.names)
            except TooLarge as reason:
                message = f"The problem is too large to be audited: {reason}."
                raise refuse("too-large", self.template.place, message, "Use fewer steps.") from None
        return self._sharpness.hidden(case, before)

    @property
    def out_of_reach(self) -> tuple[str, ...]:
        """Name the slips that no numbers for the names drawn would show."""
        return self._sharpness.out_of_reach

    def _blind(self, best: Draw, hidden: frozenset[Key], hides: Counter[Key], n_draws: int) -> RnncalcError:
        """Say which slips the sharpest draw hides, and which names would show the one that is hidden most often."""
        worst = min(hidden, key=lambda key: (-hides[key], key))
        slugs = sorted({slug for slug, _, _ in hidden})
        shown = f"{', '.join(map(quoted, slugs[:3]))} and {len(slugs) - 3} more" if len(slugs) > 4 else listing(slugs)
        message = f"In {plural(n_draws, 'draw')} of these ranges each problem hides a slip; the sharpest hides {shown}."
        names = listing(self._sharpness.names_that_show(best.case, worst) or self.template.names, "or")
        remedy = f"Other numbers for {names} would show '{worst[0]}': give a wider range, or one with decimals."
        return refuse("blind-variant", self.template.place, message, remedy)

    def _failure(self, reasons: list[str]) -> RnncalcError:
        place, remedy = self.template.place, "Write wider ranges, or give ranges for more names."
        if reasons:
            message = f"In {MOST_DRAWS} draws these ranges give no problem that can be used: {reasons[0]}."
            return refuse("unusable-variant", place, message, "Write ranges whose numbers the equations can take.")
        message = f"In {MOST_DRAWS} draws these ranges give no problem beside the {len(self._seen)} known already."
        return refuse("too-few-variants", place, message, remedy)


def _read(text: str, name: str) -> Problem:
    try:
        return read_problem(Source(name, text))
    except RnncalcError as error:
        raise Unusable(error.diagnostics[0].message.rstrip(".")) from None


def _require_finite(values: Values) -> None:
    for one in [share.values for share in values.parts] or [values]:
        if not all(np.isfinite(array).all() for array in (*one.sequences.values(), *one.singles.values())):
            raise Unusable("the calculation overflows")


def _written(answer: Answer, truth: Truth, decimals: int) -> Iterator[Edit]:
    for span, text in zip(answer.spans, fresh_texts(answer, truth, decimals), strict=True):
        if text is not None:
            yield Edit(span, text)


def _identity(case: Case) -> tuple[bytes, ...]:
    """Give the numbers of a case, by which problems of the same equations are told apart."""
    sections = case.weights, case.values, case.sequences, case.initial
    return tuple((array + 0.0).tobytes() for section in sections for array in section.values())

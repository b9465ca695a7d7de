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
from rnncalc.checking.fresh import NoValue, fresh_texts
from rnncalc.checking.questions import shown_decimals
from rnncalc.checking.sharp import always_hidden, hidden_slips, names_that_show
from rnncalc.checking.truth import Truth, asks_gradients, truth_of
from rnncalc.compute.answers import Answer
from rnncalc.compute.arithmetic import arithmetic_of
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate
from rnncalc.problem.data import read_data
from rnncalc.problem.fields import read_fields
from rnncalc.problem.problem import Problem, problem_of, problem_tree, read_problem
from rnncalc.problem.redrawing import Drawn, Edit, apply, drawn_places, left_out, redraw, titled
from rnncalc.problem.variants import Take
from rnncalc.problem.yaml_tree import Mapping

MOST_DRAWS = 60  # for one variant
HOPELESS = 10  # draws after which a slip that none of them shows ends the search


class Variant(NamedTuple):
    """The text of a problem with other numbers.

    `hidden` are the slips that it cannot tell, whatever numbers are drawn;
    None where it is too large to be audited.
    """

    text: str
    hidden: frozenset[str] | None


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


def draw_variants(source: Source, seed: int, numbers: Iterable[tuple[int, str]], answers: bool = True) -> list[Variant]:
    """Draw variants, each unlike the problem and those before it.

    Args:
        source: A problem with ranges under `variants:`.
        seed: Of the whole series, from 0.
        numbers: Of each variant its number in the series, from 0, and the words for its title. A number
            gives the same variant whichever others come after it.
        answers: Whether variants have answers, for the same keys as the problem.

    Raises:
        RnncalcError: every fault of the file, and slugs `no-variants`, `answer-without-value`,
            `too-few-variants`, `unusable-variant`, `blind-variant`.
    """
    template, numbers = read_template(source), list(numbers)
    _require_enough(template, len(numbers))
    series = _Series(template)
    found = []
    for number, words in numbers:
        draw, hidden = series.next(take_of(seed, number))
        edits = [*draw.edits, titled(template.tree, words), *left_out(template.tree, "misprints")]
        edits += draw.fresh if answers else left_out(template.tree, "answers")
        found.append(Variant(apply(edits, source.text), hidden))
    return found


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
    answers = tuple((answer, shown_decimals(answer, truth)) for answer in problem.case.claims.answers)
    for answer, decimals in answers:
        try:
            fresh_texts(answer, truth, decimals)
        except NoValue as reason:
            message = f"The answer '{answer.key}' cannot be written anew: {reason}."
            remedy = "Correct it, or delete it; 'rnncalc check' says more."
            raise refuse("answer-without-value", answer.span, message, remedy) from None
    return Template(problem, tree, drawn, answers, place)


def _truth(problem: Problem) -> Truth:
    case = problem.case
    return truth_of(evaluate(case, arithmetic_of(*case.rounding)), asks_gradients(case.claims))


def _require_enough(template: Template, asked: int) -> None:
    """Refuse to draw more problems than the ranges can give."""
    possible = 1
    for one in template.drawn:
        for row in one.rows.tolist():
            possible *= one.range.count(row)
            if possible > asked:
                return
    message = (
        f"The ranges give {plural(possible, 'problem')}; no {plural(asked, 'variant')} differ from it and each other."
    )
    raise refuse("too-few-variants", template.place, message, "Write wider ranges, or give ranges for more names.")


class Draw(NamedTuple):
    """Numbers drawn: the changes to the file for them and for its answers, and the case that they make."""

    edits: list[Edit]
    fresh: list[Edit]
    case: Case


class Unusable(Exception):
    """Numbers drawn make no problem; the message says why."""


class _Series:
    """Draws one variant after another, and remembers which problems there are already."""

    def __init__(self, template: Template):
        self.template = template
        self._seen = {_identity(template.problem.case)}
        self._always: frozenset[str] | None = None  # once it is known

    def next(self, take: Take) -> tuple[Draw, frozenset[str] | None]:
        """Draw until a new problem shows all slips that can be shown; give it with those that cannot."""
        refused: list[Draw] = []
        hides: Counter[str] = Counter()
        reasons: list[str] = []
        for _ in range(MOST_DRAWS):
            try:
                draw = self._draw(take)
            except Unusable as reason:
                reasons.append(str(reason))
                continue
            if _identity(draw.case) in self._seen:
                continue
            try:
                blind = hidden_slips(draw.case)
                avoidable = blind - self._always_hidden(draw.case) if blind else blind
            except TooLarge:
                blind, avoidable = None, frozenset()
            if not avoidable:
                self._seen.add(_identity(draw.case))
                return draw, blind
            refused.append(draw)
            hides.update(sorted(avoidable))
            if len(refused) >= HOPELESS and max(hides.values()) == len(refused):
                break
        raise self._failure(refused, hides, reasons)

    def _draw(self, take: Take) -> Draw:
        template, source = self.template, self.template.problem.source
        edits = [edit for one in template.drawn for edit in redraw(one, take)]
        truth = _truth(_read(apply(edits, source.text), source.name))
        try:
            fresh = [edit for answer, decimals in template.answers for edit in _written(answer, truth, decimals)]
        except NoValue as reason:
            raise Unusable(str(reason)) from None
        text = apply([*edits, *fresh, *left_out(template.tree, "misprints")], source.text)
        return Draw(edits, fresh, _read(text, source.name).case)

    def _always_hidden(self, case: Case) -> frozenset[str]:
        if self._always is None:
            self._always = always_hidden(case, self.template.names)
        return self._always

    def _failure(self, refused: list[Draw], hides: Counter[str], reasons: list[str]) -> RnncalcError:
        place = self.template.place
        if refused:
            slugs = sorted(hides, key=lambda slug: (-hides[slug], slug))
            counts = "; ".join(f"'{slug}' in {hides[slug]} of them" for slug in slugs[:3])
            message = f"In {plural(len(refused), 'draw')} of these ranges each problem hides a slip: {counts}."
            names = names_that_show(refused[-1].case, self.template.names, slugs[0]) or self.template.names
            remedy = f"Other numbers for {listing(names, 'or')} would show '{slugs[0]}': write a wider range, or one with decimals."
            return refuse("blind-variant", place, message, remedy)
        if reasons:
            message = f"In {MOST_DRAWS} draws these ranges give no problem that can be used: {reasons[0]}."
            return refuse("unusable-variant", place, message, "Write ranges whose numbers the equations can take.")
        message = f"In {MOST_DRAWS} draws these ranges give no further problem; {plural(len(self._seen), 'problem')} are known."
        return refuse("too-few-variants", place, message, "Write wider ranges, or give ranges for more names.")


def _read(text: str, name: str) -> Problem:
    try:
        return read_problem(Source(name, text))
    except RnncalcError as error:
        raise Unusable(error.diagnostics[0].message.rstrip(".")) from None


def _written(answer: Answer, truth: Truth, decimals: int) -> Iterator[Edit]:
    for span, text in zip(answer.spans, fresh_texts(answer, truth, decimals), strict=True):
        if text is not None:
            yield Edit(span, text)


def _identity(case: Case) -> tuple[bytes, ...]:
    """Give the numbers of a case, by which problems of the same equations are told apart."""
    sections = case.weights, case.values, case.sequences, case.initial
    return tuple((array + 0.0).tobytes() for section in sections for array in section.values())

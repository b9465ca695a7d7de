"""How sharp a problem stays when some of its numbers are drawn again: which slips a draw hides that others would show.

`Sharpness` is the one to read first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from rnncalc.checking.audit import exam_of
from rnncalc.checking.exam import Exam, Key, Tried
from rnncalc.checking.reasons import Reasons
from rnncalc.checking.redraw import N_MIXED, SECTIONS, redrawn
from rnncalc.checking.truth import asks_gradients, truth_of
from rnncalc.compute.arithmetic import arithmetic_of
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate

N_TRIES = 3  # draws of one name alone


class Sharpness:
    """What draws of one problem hide.

    Slips are known by the keys of exam.py: slug, words, and which of several.

    Args:
        case: One of the draws, with its answers.
        names: The names of the file whose numbers are drawn.

    Raises:
        TooLarge: the case is too large to be audited.
    """

    def __init__(self, case: Case, names: Collection[str]):
        self.names = names
        gradients = asks_gradients(case.claims) or not case.claims.answers
        self._first = exam_of(truth_of(evaluate(case, arithmetic_of(*case.rounding)), gradients))
        self._reasons = Reasons(self._first)

    def hidden(self, case: Case, before: frozenset[Key] = frozenset()) -> frozenset[Key]:
        """Give the slips that leave every digit asked right, and would not with other numbers for the names.

        Args:
            case: A draw.
            before: What another draw hides; where this one hides all of it too, no more is looked for.
        """
        exam = self._first.with_numbers(case)
        known = [one for one in self._first.tried if one.key in before]
        if known and all(map(exam.is_blind, known)):
            return before
        return (_blind(exam, self._first.tried) - self._always) or (_blind(exam, exam.tried) - self._always)

    @cached_property
    def _always(self) -> frozenset[Key]:
        """The slips that stay hidden whatever numbers the names have."""
        found = None
        for exam in self._others(self._first.truth.values.case, self.names, N_MIXED):
            found = _blind(exam, [one for one in exam.tried if found is None or one.key in found])
            if not found:
                break
        return found

    @cached_property
    def out_of_reach(self) -> tuple[str, ...]:
        """Name the slips that stay hidden whatever is drawn, though other parts of the file would show them."""
        tried = [one for one in self._first.tried if one.key in self._always]
        return tuple(sorted({one.slip.slug for one in tried if not self._reasons.is_void(one)}))

    def names_that_show(self, case: Case, key: Key) -> list[str]:
        """Give those of the names of which each alone, with other numbers, shows a slip that a draw hides."""

        def shows(exam: Exam) -> bool:
            return not any(one.key == key and exam.is_blind(one) for one in exam.tried)

        return [n for n in self.names if any(map(shows, self._others(case, (n,), N_TRIES)))]

    def _others(self, case: Case, names: Iterable[str], n_draws: int) -> Iterator[Exam]:
        """Give a case with other numbers for some names; a name of none of its arrays stands for all weights."""
        given = {*case.weights, *case.values, *case.sequences, *(name for name, _ in case.initial)}
        chosen = {*names, *(case.weights if set(names) - given else ())}
        for draw in range(n_draws):
            other = redrawn(case, SECTIONS, draw)
            yield self._first.with_numbers(
                replace(
                    case,
                    weights={name: (other if name in chosen else case).weights[name] for name in case.weights},
                    values={name: (other if name in chosen else case).values[name] for name in case.values},
                    sequences={name: (other if name in chosen else case).sequences[name] for name in case.sequences},
                    initial={at: (other if at[0] in chosen else case).initial[at] for at in case.initial},
                )
            )


def _blind(exam: Exam, tried: Iterable[Tried]) -> frozenset[Key]:
    return frozenset(one.key for one in tried if exam.is_blind(one))

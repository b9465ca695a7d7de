"""What hides a slip: too few decimals, a section of the file, or nothing that other numbers would change."""

from __future__ import annotations

from dataclasses import replace

from rnncalc.checking.exam import Exam, Tried
from rnncalc.checking.marking import Marking
from rnncalc.checking.outcome import Outcome
from rnncalc.checking.questions import MOST_DECIMALS
from rnncalc.checking.redraw import N_DRAWS, SECTIONS, Section, redrawn

N_OF_SECTION = 3  # draws of one section alone


class Reasons:
    """Finds what other numbers in the same equations, or more decimals, would tell."""

    def __init__(self, exam: Exam):
        self.exam = exam
        self._exams: dict[tuple[tuple[Section, ...], int], Exam] = {}
        self._markings: dict[int, Marking] = {}

    def explained(self, outcome: Outcome) -> Outcome:
        """Say what hides a slip that is not told."""
        one = outcome.tried
        if not self.exam.differs(one):
            if self.is_void(one):
                return outcome._replace(fate="void")
            return outcome._replace(hidden_by=tuple(s for s in SECTIONS if self._differs(one, (s,), N_OF_SECTION)))
        return outcome._replace(decimals=self._decimals(one))

    def is_void(self, one: Tried) -> bool:
        """Tell whether a slip changes nothing whatever the numbers are."""
        return not self.exam.differs(one) and not self._differs(one, SECTIONS, N_DRAWS)

    def _differs(self, one: Tried, sections: tuple[Section, ...], n_draws: int) -> bool:
        return any(self._drawn(sections, draw).differs(one) for draw in range(n_draws))

    def _drawn(self, sections: tuple[Section, ...], draw: int) -> Exam:
        key = sections, draw
        if key not in self._exams:
            self._exams[key] = self.exam.with_numbers(redrawn(self.exam.truth.values.case, sections, draw))
        return self._exams[key]

    def _decimals(self, one: Tried) -> int | None:
        """Give the decimals from which a slip is told; more tell what fewer do, so that halving finds them."""
        course = self.exam.course(one)
        passing, telling = min(question.decimals for question in self.exam.questions), MOST_DECIMALS
        if passing >= telling or self._at(telling).lets_pass(course):
            return None
        while telling - passing > 1:
            middle = (passing + telling) // 2
            passing, telling = (middle, telling) if self._at(middle).lets_pass(course) else (passing, middle)
        return telling

    def _at(self, decimals: int) -> Marking:
        """Mark with every answer shown to so many decimals at least."""
        if decimals not in self._markings:
            shown = [replace(q, decimals=max(q.decimals, decimals)) for q in self.exam.questions]
            self._markings[decimals] = Marking(self.exam.truth, shown, self.exam.right)
        return self._markings[decimals]

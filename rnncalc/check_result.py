"""What `rnncalc.check` gives: a verdict for each number, shown as a table in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnncalc.problem.problem import Problem

if TYPE_CHECKING:
    from rnncalc.problem.bigram import Bigram


class Findings(list):
    """A list of rnncalc.checking.check.Finding, one for each number under `answers:`.

    >>> import rnncalc
    >>> findings = rnncalc.load("ntu-tutorial-8-q1a").check()
    >>> len(findings), findings.all_right
    (12, True)
    """

    hidden = False  # whether students must see no digit of the key

    @property
    def all_right(self) -> bool:
        """Tell whether every number counts as right, as the exit status 0 of `rnncalc check` does."""
        return all(finding.counts_as_right for finding in self)

    def _repr_html_(self) -> str:
        from rnncalc.render.document.cell import cell_html
        from rnncalc.render.document.excerpts import findings_section

        return cell_html(findings_section(self, self.hidden))


def findings_of(problem: Problem | Bigram) -> Findings:
    """Judge the answers of a problem."""
    if isinstance(problem, Problem):
        from rnncalc.checking.check import check_answers
        from rnncalc.forward_result import forward_of

        found = Findings(check_answers(forward_of(problem)))
        found.hidden = problem.hidden
        return found
    from rnncalc.checking.bigram import check_bigram

    return Findings(check_bigram(problem.model, problem.asked, problem.claims))

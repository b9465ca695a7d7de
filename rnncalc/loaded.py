"""What `rnncalc.load` gives: a problem that computes, judges and shows itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnncalc.problem.bigram import Bigram
from rnncalc.problem.problem import Problem

if TYPE_CHECKING:
    from rnncalc.backward_result import Backward
    from rnncalc.check_result import Findings
    from rnncalc.forward_result import Forward
    from rnncalc.render.document.blocks import Section


class Network(Problem):
    """A problem with a network of equations.

    Its fields are those of rnncalc.problem.problem.Problem. In a notebook it
    shows its equations and what is given.

    >>> import rnncalc
    >>> problem = rnncalc.load("ntu-tutorial-8-q1a")
    >>> problem.title
    'Elman network, three inputs, two hidden units, four steps'
    >>> problem.forward()["y"].round(2).ravel().tolist()
    [0.27, 0.73, 0.94, 0.11]
    """

    __slots__ = ()

    def forward(self) -> Forward:
        """Compute the forward pass; see rnncalc.forward."""
        from rnncalc.forward_result import forward_of

        return forward_of(self)

    def bptt(self) -> Backward:
        """Derive and evaluate backpropagation through time; see rnncalc.bptt."""
        from rnncalc.backward_result import backward_of

        return backward_of(self)

    def check(self) -> Findings:
        """Judge the answers of the file; see rnncalc.check."""
        from rnncalc.check_result import findings_of

        return findings_of(self)

    def _section(self) -> Section:
        from rnncalc.render.document.excerpts import given_section

        return given_section(self)

    def _repr_html_(self) -> str:
        from rnncalc.render.document.cell import cell_html

        return cell_html(self._section())

    def _repr_latex_(self) -> str:
        from rnncalc.render.document.cell import cell_latex

        return cell_latex(self._section())


class NgramModel(Bigram):
    """A problem with an n-gram model.

    Its fields are those of rnncalc.problem.bigram.Bigram. In a notebook it
    shows its tables and its network.
    """

    __slots__ = ()

    def check(self) -> Findings:
        """Judge the answers of the file; see rnncalc.check."""
        from rnncalc.check_result import findings_of

        return findings_of(self)

    def _repr_html_(self) -> str:
        from rnncalc.render.document.building import section_of
        from rnncalc.render.document.cell import cell_html

        return cell_html(section_of(self))

"""What `rnncalc.bptt` gives: gradients and the adjoints on the way to them, which show themselves in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnncalc.compute.descent import Answered, Request, answer
from rnncalc.forward_result import forward_of
from rnncalc.problem.require import require_finite_loss, require_loss

if TYPE_CHECKING:
    import numpy as np

    from rnncalc.problem.problem import Problem
    from rnncalc.render.document.blocks import Section


class Backward(Answered):
    """The backward pass of a problem.

    Its fields are those of rnncalc.compute.descent.Answered; `result["W"]`
    gives the gradient of the loss by a weight.

    >>> import rnncalc
    >>> result = rnncalc.load("encoder-decoder").bptt()
    >>> result["U"].round(4).tolist()
    [[-4.1405, -5.3956], [0.2572, -0.0069]]
    """

    def __new__(cls, problem: Problem, answered: Answered) -> Backward:
        self = super().__new__(cls, *answered)
        self.problem = problem
        return self

    def __getnewargs__(self) -> tuple[Problem, Answered]:
        return self.problem, Answered(*self)

    def __getitem__(self, key: str | int | slice) -> np.ndarray:
        """Give ∂J/∂weight in the shape of the weight in the file; by a number, a field as of any tuple.

        Raises:
            KeyError: the problem has no such weight.
        """
        if not isinstance(key, str):
            return super().__getitem__(key)
        return self.totals[key].reshape(self.problem.case.written[key])

    def _section(self) -> Section:
        from rnncalc.render.document.excerpts import backward_section

        return backward_section(self.problem, self.gradients)

    def _repr_html_(self) -> str:
        from rnncalc.render.document.cell import cell_html

        return cell_html(self._section())

    def _repr_latex_(self) -> str:
        from rnncalc.render.document.cell import cell_latex

        return cell_latex(self._section())


def backward_of(problem: Problem) -> Backward:
    """Carry out the backward pass of a problem.

    Raises:
        RnncalcError: slugs `no-loss`, `no-finite-loss`.
    """
    require_loss(problem)
    values = forward_of(problem)
    require_finite_loss(problem, values)
    return Backward(problem, answer(values, Request(starts=True, inputs=True)))

"""What `rnncalc.forward` gives: the values of a forward pass, which show themselves in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnncalc.compute.values import Values

if TYPE_CHECKING:
    import numpy as np

    from rnncalc.problem.problem import Problem
    from rnncalc.render.document.blocks import Section


class Forward(Values):
    """The forward pass of a problem.

    Its fields are those of rnncalc.compute.values.Values; `result["h"]` gives
    a quantity in the nesting of the file.

    >>> import rnncalc
    >>> result = rnncalc.load("lstm-2-units").forward()
    >>> result["c"].round(4).tolist()
    [[0.795, -0.3186], [0.3679, -0.1069], [0.0711, 0.2804]]
    >>> result.sequences["c"].shape  # steps, sequences, rows, columns
    (3, 1, 2, 1)
    """

    def __new__(cls, problem: Problem, values: Values) -> Forward:
        self = super().__new__(cls, *values)
        self.problem = problem
        return self

    def __getnewargs__(self) -> tuple[Problem, Values]:
        return self.problem, Values(*self)

    def __getitem__(self, key: str | int | slice) -> np.ndarray:
        """Give a quantity by its name; by a number, a field as of any tuple.

        Shapes:
            of a sequence (steps, features), of a value without a time step (features,),
            of a batch (sequences, …); a loss has one number for each step

        Raises:
            KeyError: no equation defines the name.
        """
        if not isinstance(key, str):
            return super().__getitem__(key)
        from rnncalc.compute.answers import AnswerKey
        from rnncalc.compute.nesting import loss_steps
        from rnncalc.compute.quantities import whole_quantity

        if key not in self.case.system.defined:
            raise KeyError(key)
        return loss_steps(self) if key == self.case.loss else whole_quantity(self, AnswerKey(key))

    def _section(self) -> Section:
        from rnncalc.render.document.excerpts import forward_section

        return forward_section(self.problem, self)

    def _repr_html_(self) -> str:
        from rnncalc.render.document.cell import cell_html

        return cell_html(self._section())

    def _repr_latex_(self) -> str:
        from rnncalc.render.document.cell import cell_latex

        return cell_latex(self._section())


def forward_of(problem: Problem) -> Forward:
    """Compute the forward pass of a problem, in the arithmetic that its file asks for.

    Raises:
        RnncalcError: slug `too-large`.
    """
    from rnncalc.compute.arithmetic import arithmetic_of
    from rnncalc.compute.evaluate import evaluate
    from rnncalc.problem.require import require_room

    require_room(problem)
    return Forward(problem, evaluate(problem.case, arithmetic_of(*problem.case.rounding)))

"""The gradient of a weight as a sum over paths through time, term by term."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.compute.bptt import Gradients
from rnncalc.compute.paths import path_terms
from rnncalc.compute.values import Values
from rnncalc.language.nodes import Call, Index, Name, Node, Ref
from rnncalc.problem.problem import Problem
from rnncalc.recurrences.backward import adjoint_name
from rnncalc.render.document.blocks import Block, Heading, Line, Lines, Math, Paragraph
from rnncalc.render.document.computed import shown_array
from rnncalc.render.filling import Filling
from rnncalc.render.path_formulas import Letters, letters_of, pairs


def paths(problem: Problem, values: Values, filling: Filling, gradients: Gradients, weight: str) -> Iterator[Block]:
    """Give ∂J/∂weight as a sum over the steps j of the loss and i of the weight's use.

    Args:
        values: A forward pass of one index letter, its sequences of equal length.
        filling: Of the backward pass.
    """
    letters, left = letters_of(problem, weight), Name(adjoint_name(weight))
    found = path_terms(values, weight)
    n_steps = max(j for _, j in found)
    terms = {pair: found[pair] for pair in pairs(letters, n_steps) if pair in found}
    terms |= {pair: value for pair, value in found.items() if pair not in terms and value.any()}
    yield Heading(f"∂J/∂{weight} as a sum over paths through time")
    yield Paragraph(
        f"One term for each step j of the loss and each step i at which {weight} is used; "
        f"∂⁺ counts only {weight} as used at that very step."
    )
    details = tuple(
        Line(left, (Math(_formula(letters, i, j)),), shown_array(value, filling), (left.name, None),
             sign="+", note=f"i = {i}, j = {j}")
        for (i, j), value in terms.items()
    )  # fmt: skip
    total = shown_array(gradients.of(weight), filling)
    yield Lines("", (Line(left, (), total, (left.name, None), details=details),), "backward")


def _formula(letters: Letters, i: int, j: int) -> Node:
    """Give the factors of one term: ∂J/∂o(j) · ∂o(j)/∂h(j) · … · ∂⁺h(i)/∂W."""
    output = _at(letters.output, j) if letters.timed else Name(letters.output)
    loss = Name(letters.loss)
    weight = Name(letters.weight)
    factors = [Call("derivative", (loss, output))]
    if not letters.states:
        return _product([*factors, Call("direct_derivative", (output, weight))])
    if letters.output not in letters.states:
        factors.append(Call("derivative", (output, _at(letters.state, j))))
    back = 1 if letters.reverse else -1
    for k in range(j, i, back):
        factors.append(Call("derivative", (_at(letters.state, k), _at(letters.state, k + back))))
    return _product([*factors, Call("direct_derivative", (_at(letters.state, i), weight))])


def _at(name: str, step: int) -> Ref:
    return Ref(name, Index("start", "", step))


def _product(factors: list[Node]) -> Node:
    total = factors[0]
    for factor in factors[1:]:
        total = Call("chain", (total, factor))
    return total

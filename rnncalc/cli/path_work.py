"""What `rnncalc paths` shows: formulas alone, terms with numbers, or one derivative."""

from __future__ import annotations

import typer

import rnncalc
from rnncalc.cli.console import make_console
from rnncalc.cli.options import Format
from rnncalc.cli.reading import opened_network, shown_decimals
from rnncalc.compute.bptt import backpropagate, derive
from rnncalc.compute.jacobians import product_norms, state_names, step_jacobians
from rnncalc.compute.paths import path_terms
from rnncalc.compute.sensitivity import sensitivity
from rnncalc.problem.require import (
    require_equal_lengths,
    require_finite_loss,
    require_loss,
    require_one_index,
    require_weight,
)
from rnncalc.render import paths
from rnncalc.render.drawing import Drawing
from rnncalc.render.forward import print_head, print_remark
from rnncalc.render.path_formulas import Letters, letters_of, pairs
from rnncalc.render.paths_report import entry_report, paths_report
from rnncalc.render.report import write_json


def show_formulas(file: str | None, of: str | None, length: int, format: Format) -> None:
    """Print the symbolic sum for a number of steps; a file gives the letters, not the numbers."""
    letters = Letters(weight=of or "W")
    if file is not None:
        problem = opened_network(file)
        require_loss(problem)
        require_one_index(problem)
        letters = letters_of(problem, _weight(problem, of))
    if format is Format.json:
        print(write_json(paths_report(letters, dict.fromkeys(pairs(letters, length)))))
        return
    console = make_console()
    paths.print_general(console, letters)
    paths.print_symbolic(console, letters, length)


def show_terms(file: str, of: str | None, decimals: int | None, format: Format) -> None:
    """Print every term with its number, their sum, and the size of the products."""
    problem = opened_network(file)
    require_loss(problem)
    require_one_index(problem)
    require_equal_lengths(problem)
    weight = _weight(problem, of)
    values = rnncalc.forward(problem)
    require_finite_loss(problem, values)
    gradients = backpropagate(values, derive(values.case, starts=False))
    letters = letters_of(problem, weight)
    found = path_terms(values, weight)
    n_steps = max(j for _, j in found)
    terms = {pair: found[pair] for pair in pairs(letters, n_steps) if pair in found}
    terms |= {pair: value for pair, value in found.items() if pair not in terms and value.any()}
    jacobians = step_jacobians(values) if letters.states else None
    norms = None if jacobians is None else product_norms(jacobians)
    if format is Format.json:
        written = values.case.written[weight]
        report = paths_report(letters, {pair: value.reshape(written) for pair, value in terms.items()}, norms)
        print(write_json(report | {"gradients": {weight: gradients.of(weight).reshape(written).tolist()}}))
        return
    console = make_console()
    drawing = Drawing(gradients.values, problem.texts, shown_decimals(problem, decimals))
    print_head(console, problem)
    paths.print_general(console, letters)
    paths.print_terms(console, drawing, letters, terms, gradients.of(weight))
    if norms is not None:
        paths.print_products(
            console, letters._replace(states=state_names(problem.network.system)), norms, drawing.decimals
        )
    elif letters.states:
        print_remark(console, "The sizes of the products are shown for a single forward recurrence of one step alone.")


def show_entry(
    file: str | None, entry: tuple[str, tuple[int, ...]], place: tuple[str, int], decimals: int | None, format: Format
) -> None:
    """Print the derivative of a quantity at a step with respect to one entry of a weight."""
    problem = opened_network(file)
    require_equal_lengths(problem)
    (weight, spot), (name, step) = entry, place
    _weight(problem, weight)
    case = problem.case
    rows, columns = case.shapes[weight]
    if len(spot) == 1:
        if rows > 1 and columns > 1:
            raise typer.BadParameter(f"'{weight}' is a matrix; write {weight}[{spot[0]},1]", param_hint="--entry")
        spot = (spot[0], 1) if columns == 1 else (1, spot[0])
    if spot[0] > rows or spot[1] > columns:
        raise typer.BadParameter(f"'{weight}' has {rows} rows and {columns} columns", param_hint="--entry")
    if name not in case.system.defined or not case.system.is_sequence(name):
        raise typer.BadParameter(f"'{name}' is no sequence of the problem", param_hint="--at")
    if step > case.n_steps(name):
        raise typer.BadParameter(f"the last step is {case.n_steps(name)}", param_hint="--at")
    values = rnncalc.forward(problem)
    found = sensitivity(values, weight, spot, name, step)
    if format is Format.json:
        print(write_json(entry_report(weight, spot, f"{name}({step})", found)))
        return
    console = make_console()
    print_head(console, problem)
    drawing = Drawing(values, problem.texts, shown_decimals(problem, decimals))
    paths.print_sensitivity(console, drawing, weight, spot, f"{name}({step})", found)


def _weight(problem, of: str | None) -> str:
    if of is None:
        weights = list(problem.case.weights)
        if not weights:
            raise typer.BadParameter("the problem has no weights", param_hint="--of")
        of = "W" if "W" in weights else weights[0]
    if complaint := require_weight(problem, of):
        raise typer.BadParameter(complaint, param_hint="--of")
    return of

"""Write the end of a script: the values that rnncalc computed, and the comparison with those of the script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Template

from rnncalc.compute.case import Case
from rnncalc.compute.values import Values
from rnncalc.language.nodes import Ref, leaves
from rnncalc.render.scripts.numpy_code import Scope
from rnncalc.render.scripts.numpy_given import Given
from rnncalc.render.scripts.numpy_numbers import array_source
from rnncalc.render.scripts.numpy_scope import in_axes

ENDING = Path(__file__).with_name("numpy_ending.txt")


def compared(case: Case) -> list[str]:
    """Choose what is compared: outputs, which only the loss reads, the loss, and what is read at another step."""
    equations = [equation for equation in case.system.equations if equation.left.name != case.loss]
    read = [leaf for equation in equations for leaf in leaves(equation.right)]
    steps = [leaf for leaf in read if isinstance(leaf, Ref)]
    carried = {leaf.name for leaf in steps if leaf.index.anchor != "step" or leaf.index.offset}
    inner = {leaf.name for leaf in read} - carried - {case.loss}
    return [name for name in case.system.defined if name not in inner]


def expected_values(names: list[str], values: Values, scope: Scope) -> Iterator[str]:
    """Write the values of a pass, a dictionary for each sequence of the batch."""
    yield "# what rnncalc computed, for each sequence, step 1 first"
    yield "expected = ["
    for number in range(values.case.n_sequences):
        own, at = _pass_of(number, values)
        yield "    {"
        for name in names:
            array = own.sequences[name][:, at] if name in own.sequences else own.singles[name][at]
            source = array_source(in_axes(array, scope.axes[name]), indent="        ")
            yield f'        "{scope.identifiers[name]}": {source},'
        yield "    },"
    yield "]"


def comparison(names: list[str], case: Case, scope: Scope, given: Given) -> list[str]:
    """Write the calls of `forward`, the comparison of what they give, and the line that says so."""
    written = [scope.identifiers[name] for name in names]
    listed = " and ".join(filter(None, [", ".join(written[:-1]), written[-1]]))
    agreement = f"{listed} {'agree' if len(written) > 1 else 'agrees'} with rnncalc"
    computed = f"computed = {_calls(case, list(given.arguments.values()))}"
    if case.loss:
        loss = scope.identifiers[case.loss]
        computed += f'\n{loss} = sum(np.sum(values["{loss}"]) for values in computed)'
        agreement = f"{loss} = {{{loss}}}; {agreement}"
    ending = Template(ENDING.read_text(encoding="utf-8"))
    return ending.substitute(computed=computed, agreement=agreement).splitlines()


def _calls(case: Case, arguments: list[str]) -> str:
    if not case.batched or not arguments:
        return f"[forward({', '.join(arguments)})]"
    if len(arguments) == 1:
        return f"[forward(sequence) for sequence in {arguments[0]}]"
    return f"[forward(*sequence) for sequence in zip({', '.join(arguments)})]"


def _pass_of(number: int, values: Values) -> tuple[Values, int]:
    """Give the pass that a sequence of the batch is in, and where in it."""
    for share in values.parts:
        if number in share.members:
            return share.values, share.members.index(number)
    return values, number

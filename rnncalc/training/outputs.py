"""What the loss of a network compares: which output with which target, read from its equation."""

from __future__ import annotations

from typing import Literal, NamedTuple

from rnncalc.compute.case import Case
from rnncalc.language.kinds import SCALAR, infer_shape
from rnncalc.language.nodes import Call, Name, Node, Ref, leaves, walk

Kind = Literal["classes", "yes-no", "values"]

_ENTROPIES: dict[str, tuple[Kind, int, int]] = {  # what each is of, where it has its output and its target
    "cross_entropy": ("classes", 0, 1),
    "softmax_cross_entropy": ("classes", 2, 1),
    "binary_cross_entropy": ("yes-no", 0, 1),
    "sigmoid_cross_entropy": ("yes-no", 2, 1),
}


class Output(NamedTuple):
    """What a loss compares: the output and its target, at the step of `left`."""

    kind: Kind
    predicted: Node
    target: Node
    left: Name | Ref


def output_of(case: Case) -> Output | None:
    """Find what the loss of a case compares; None where its form is none of the usual ones.

    It may do so in an equation of its own, such as e[t] = y[t] − d[t].
    """
    if case.loss is None:
        return None
    own = case.system.general[case.loss]
    parts = [case.system.general[leaf.name] for leaf in leaves(own.right) if leaf.name in case.system.general]
    for equation in (own, *parts):
        for node in walk(equation.right):
            if isinstance(node, Call) and len(node.args) > 1:
                found = _entropy(node) or _difference(node, case) or _likelihood(node, case)
                if found and (equation is own or {leaf.name for leaf in leaves(found[2])} <= case.targets):
                    return Output(*found, equation.left)
    return None


def _entropy(node: Call) -> tuple[Kind, Node, Node] | None:
    if node.op not in _ENTROPIES:
        return None
    kind, output, target = _ENTROPIES[node.op]
    return kind, node.args[output], node.args[target]


def _difference(node: Call, case: Case) -> tuple[Kind, Node, Node] | None:
    """Read y − d, either way round."""
    pair = _with_target(node, case) if node.op == "sub" else None
    return ("values", *pair) if pair else None


def _likelihood(node: Call, case: Case) -> tuple[Kind, Node, Node] | None:
    """Read d · log y, as a product or a dot product; y may be a log_softmax itself."""
    pair = _with_target(node, case) if node.op in ("dot", "mul") else None
    if pair is None:
        return None
    output, target = pair
    equation = case.system.general.get(output.name) if isinstance(output, Name | Ref) else None
    definition = equation.right if equation else output
    if not isinstance(definition, Call) or definition.op not in ("log", "log_softmax"):
        return None
    inner = output.args[0] if isinstance(output, Call) and output.op == "log" else Call("exp", (output,))
    kind = "yes-no" if infer_shape(inner, case.known) == SCALAR else "classes"
    return kind, inner, target


def _with_target(node: Call, case: Case) -> tuple[Node, Node] | None:
    """Give the two arguments, that which reads only what is given second; None where not one of them does."""
    given = {*case.sequences, *case.values} - {*case.system.defined}
    outside = [{leaf.name for leaf in leaves(arg)} - given for arg in node.args]
    for at, (target, output) in enumerate((node.args, node.args[::-1])):
        if not outside[at] and outside[1 - at] and any(leaves(target)):
            return output, target
    return None

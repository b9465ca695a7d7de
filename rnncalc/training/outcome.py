"""What a network says of sequences: classes against the right ones, or values against targets.

`predict` is the one to read first. Every sequence counts to its own end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np

from rnncalc.compute.bptt import loss_total
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.ragged import each_sequence
from rnncalc.compute.values import Values
from rnncalc.language.kinds import SCALAR, infer_shape
from rnncalc.language.nodes import Call, Equation, Name, Node, Ref, leaves, walk

Kind = Literal["classes", "yes-no", "values"]

_ENTROPIES: dict[str, tuple[Kind, int, int]] = {  # what each is of, where it has its output and its target
    "cross_entropy": ("classes", 0, 1),
    "softmax_cross_entropy": ("classes", 2, 1),
    "binary_cross_entropy": ("yes-no", 0, 1),
    "sigmoid_cross_entropy": ("yes-no", 2, 1),
}
_OUTPUT, _TARGET = "output of J", "target of J"  # no name of a file has a space


class Output(NamedTuple):
    """What a loss compares: the output and its target, at the step of `left`."""

    kind: Kind
    predicted: Node
    target: Node
    left: Name | Ref


class Predictions(NamedTuple):
    """Outputs of some sequences, and what they should be.

    `classes` are outputs that are a probability for each class, `yes-no`
    those of which each is one by itself, `values` all others.

    Shapes:
        predicted, targets: one array (n_steps, n) for each sequence, 1 step where the loss has none;
            `targets` is empty where there are none
    """

    kind: Kind
    predicted: tuple[np.ndarray, ...]
    targets: tuple[np.ndarray, ...] = ()
    loss: float | None = None

    @property
    def guesses(self) -> tuple[np.ndarray, ...]:
        """Give the likeliest classes from 0, (n_steps,) of each sequence; of `yes-no` 0 or 1, (n_steps, n)."""
        return tuple(map(self._classes, self.predicted))

    @property
    def truths(self) -> tuple[np.ndarray, ...]:
        """Give the right classes like `guesses`; −1 where a step has no class."""
        if self.kind == "yes-no":
            return tuple(map(self._classes, self.targets))
        return tuple(np.where(target.any(axis=1), self._classes(target), -1) for target in self.targets)

    def _classes(self, array: np.ndarray) -> np.ndarray:
        return array.argmax(axis=1) if self.kind == "classes" else (array >= 0.5).astype(int)

    @property
    def accuracy(self) -> float:
        """Give the part of the guesses that are right; nan where there are none."""
        counts = self.confusion
        return float(np.trace(counts) / counts.sum()) if counts.sum() else float("nan")

    @property
    def confusion(self) -> np.ndarray:
        """Count the guesses: (n_classes, n_classes), the right class by rows, the guessed one by columns."""
        n_classes = self.predicted[0].shape[1] if self.kind == "classes" and self.predicted else 2
        truths, guesses = (
            np.concatenate([a.ravel() for a in arrays]) if arrays else np.zeros(0, int)
            for arrays in (self.truths, self.guesses if self.targets else ())
        )
        known = truths >= 0
        counts = np.bincount(truths[known] * n_classes + guesses[known], minlength=n_classes**2)
        return counts.reshape(n_classes, n_classes)

    def likeliest(self, sequence: int, n: int, step: int = -1) -> list[tuple[int, float]]:
        """Give the n likeliest classes of a sequence (from 0) at a step (from 0; the last unless said), with their
        probabilities."""
        row = self.predicted[sequence][step]
        return [(int(k), float(row[k])) for k in np.argsort(-row, kind="stable")[:n]]


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


def predict(case: Case, weights: Mapping[str, np.ndarray], output: Output | None = None) -> Predictions:
    """Run sequences through a network.

    Args:
        case: The sequences, with or without their targets.
        weights: In place of those of the case.
        output: What the loss of the training data compares, for a case that has no loss of its own.

    Raises:
        ValueError: the loss has none of the usual forms, so that no output is known.
    """
    output = output or output_of(case)
    if output is None:
        raise ValueError("the loss compares no output with a target")
    known = {*case.system.defined, *case.sequences, *case.values, *case.weights}
    nodes = {_OUTPUT: output.predicted, _TARGET: output.target}
    nodes = {name: node for name, node in nodes.items() if all(leaf.name in known for leaf in leaves(node))}
    values = evaluate(_asked(replace(case, weights=weights), nodes, output.left))
    predicted, targets = (_of_each(values, name) if name in nodes else () for name in (_OUTPUT, _TARGET))
    loss = loss_total(values) if case.loss is not None and _TARGET in nodes else None
    return Predictions(output.kind, predicted, targets, loss)


def accuracy_of(case: Case, weights: Mapping[str, np.ndarray]) -> float:
    """Give the part of a case's classes that a network with these weights guesses right."""
    return predict(case, weights).accuracy


def _asked(case: Case, nodes: Mapping[str, Node], left: Name | Ref) -> Case:
    """Give the case with equations for further quantities, at the steps of `left`."""
    equations = tuple(Equation(left._replace(name=name), node) for name, node in nodes.items())
    letters = dict.fromkeys(nodes, left.index.letter) if isinstance(left, Ref) else {}
    system = case.system
    system = replace(system, equations=(*system.equations, *equations), letters={**system.letters, **letters})
    shapes = {name: infer_shape(node, case.known) for name, node in nodes.items()}
    return replace(case, system=system, shapes={**case.shapes, **shapes})


def _of_each(values: Values, name: str) -> tuple[np.ndarray, ...]:
    """Give (n_steps, n) of each sequence."""
    if values.case.system.is_sequence(name):
        return tuple(array.reshape(len(array), -1) for array in each_sequence(values, name))
    return tuple(array.reshape(1, -1) for array in values.singles[name])

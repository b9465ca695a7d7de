"""What a network says of sequences: classes against the right ones, or values against targets.

`predict` is the one to read first. Every sequence counts to its own end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnncalc.compute.bptt import loss_total
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.ragged import each_sequence
from rnncalc.compute.values import Values
from rnncalc.language.kinds import infer_shape
from rnncalc.language.nodes import Equation, Name, Node, Ref, leaves
from rnncalc.training.masking import masking_of
from rnncalc.training.outputs import Kind, Output, output_of
from rnncalc.training.portions import portions

_OUTPUT, _TARGET = "output of J", "target of J"  # no name of a file has a space


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
        truths, guesses = self._answered
        return float((truths == guesses).mean()) if len(truths) else float("nan")

    @property
    def confusion(self) -> np.ndarray:
        """Count the guesses: (n_classes, n_classes), the right class by rows, the guessed one by columns."""
        n_classes = self.predicted[0].shape[1] if self.kind == "classes" and self.predicted else 2
        truths, guesses = self._answered
        return np.bincount(truths * n_classes + guesses, minlength=n_classes**2).reshape(n_classes, n_classes)

    @property
    def _answered(self) -> tuple[np.ndarray, np.ndarray]:
        """Give the right and the guessed classes where there is a right one: (n,) each."""
        truths, guesses = (
            np.concatenate([a.ravel() for a in arrays]) if arrays else np.zeros(0, int)
            for arrays in (self.truths, self.guesses if self.targets else ())
        )
        known = truths >= 0
        return truths[known], guesses[known]

    def likeliest(self, sequence: int, n: int, step: int = -1) -> list[tuple[int, float]]:
        """Give the n likeliest classes of a sequence (from 0) at a step (from 0; the last unless said), with their
        probabilities."""
        row = self.predicted[sequence][step]
        return [(int(k), float(row[k])) for k in np.argsort(-row, kind="stable")[:n]]


def predict(case: Case, weights: Mapping[str, np.ndarray], output: Output | None = None) -> Predictions:
    """Run sequences through a network; arguments and errors are those of predictor."""
    return predictor(case, weights, output)()


def predictor(case: Case, weights: Mapping[str, np.ndarray], output: Output | None = None) -> Callable[[], Predictions]:
    """Make a function that runs sequences through a network, with what the weights then are.

    Of very many sequences it computes some at a time; see portions.

    Args:
        case: The sequences, with or without their targets.
        weights: In place of those of the case; they may change in place between two calls.
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
    asked = _asked(replace(case, weights=weights), nodes, output.left)
    masking = masking_of(asked)  # one pass rather than one for each length
    rewritten = masking.rewritten(asked) if masking else asked
    with_loss = case.loss is not None and _TARGET in nodes

    def run() -> Predictions:
        found: dict[str, list[np.ndarray]] = {_OUTPUT: [], _TARGET: []}
        total = 0.0
        for portion in portions(rewritten):
            values = evaluate(masking.attach(portion) if masking else portion)
            for name in nodes:
                found[name] += _of_each(values, name, portion)
            total += loss_total(values) if with_loss else 0.0
        return Predictions(output.kind, *map(tuple, found.values()), total if with_loss else None)

    return run


def loss_of(case: Case, weights: Mapping[str, np.ndarray]) -> float:
    """Give the loss of all sequences, whatever it compares; nothing is dropped."""
    asked = replace(case, weights=weights)
    masking = masking_of(asked)
    found = portions(masking.rewritten(asked) if masking else asked)
    return sum(loss_total(evaluate(masking.attach(portion) if masking else portion)) for portion in found)


def _asked(case: Case, nodes: Mapping[str, Node], left: Name | Ref) -> Case:
    """Give the case with equations for further quantities, at the steps of `left`."""
    equations = tuple(Equation(left._replace(name=name), node) for name, node in nodes.items())
    letters = dict.fromkeys(nodes, left.index.letter) if isinstance(left, Ref) else {}
    system = case.system
    system = replace(system, equations=(*system.equations, *equations), letters={**system.letters, **letters})
    shapes = {name: infer_shape(node, case.known) for name, node in nodes.items()}
    return replace(case, system=system, shapes={**case.shapes, **shapes})


def _of_each(values: Values, name: str, case: Case) -> tuple[np.ndarray, ...]:
    """Give (n_steps, n) of each sequence, as long as it is."""
    if not values.case.system.is_sequence(name):
        return tuple(array.reshape(1, -1) for array in values.singles[name])
    letter = values.case.system.letters[name]
    own = case.own_lengths.get(letter, (case.lengths[letter],) * case.n_sequences)
    found = each_sequence(values, name)
    return tuple(array[:n_steps].reshape(n_steps, -1) for array, n_steps in zip(found, own, strict=True))

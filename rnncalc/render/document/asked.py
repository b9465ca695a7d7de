"""What the answers of a file ask for: the lines that are boxed, and the notes on misprints beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rnncalc.compute.answers import Answer, AnswerKey
from rnncalc.compute.case import Case
from rnncalc.language.nodes import leaves
from rnncalc.recurrences.backward import NABLA, adjoint_name
from rnncalc.render.document.blocks import Line, Place


class Asked(NamedTuple):
    """The places that are asked for, a quantity without a step for all its steps, and the notes by place."""

    places: frozenset[Place]
    notes: dict[Place, str]

    def marked(self, line: Line) -> Line:
        """Mark a line as final where it is asked for, and note its misprints."""
        name, _ = line.place
        final = line.place in self.places or (name, None) in self.places
        return line._replace(final=final, note=self.notes.get(line.place, line.note))


def asked_of(case: Case, misprints: bool) -> Asked:
    """Take from a case what is asked for; where it has no answers, outputs, the loss and gradients of weights are."""
    claims = case.claims
    places = {_place(answer.key) for answer in claims.answers} or _natural(case)
    notes: dict[Place, str] = {}
    for key, (reason, _) in claims.misprints.items() if misprints else ():
        printed = _printed(key, claims.answers, case)
        words = f"misprint in the published solution: {key}" + (f" = {printed}" if printed else "") + f" ({reason})"
        notes[_place(key)] = "; ".join(filter(None, (notes.get(_place(key), ""), words)))
    return Asked(frozenset(places), notes)


def _place(key: AnswerKey) -> Place:
    return (adjoint_name(key.name) if key.gradient else key.name, key.step)


def _natural(case: Case) -> set[Place]:
    """Name what the last equations give, which nothing reads any more, and every gradient of a weight."""
    system = case.system
    read = {leaf.name for equation in system.equations for leaf in leaves(equation.right)}
    last = {name for name in system.defined if name not in read and name != case.loss}
    if case.loss:
        last |= {leaf.name for leaf in leaves(system.general[case.loss].right) if leaf.name in system.defined}
        last |= {LOSS_TOTAL, *(NABLA + name for name in case.weights)}
    return {(name, None) for name in last}


LOSS_TOTAL = "total loss"  # the place of the sum of a loss over its steps and sequences


def _printed(key: AnswerKey, answers: Iterable[Answer], case: Case) -> str:
    """Give the number that a published solution prints for a key; '' where no answer has it."""
    wanted = _entry(key, (), case)
    for answer in answers:
        if (answer.key.name, answer.key.gradient) == (key.name, key.gradient):
            for index, text in zip(_indices(answer), answer.texts.flat, strict=True):
                if _entry(answer.key, index, case) == wanted:
                    return str(text)
    return ""


def _indices(answer: Answer) -> Iterable[tuple[int, ...]]:
    import numpy as np

    return (tuple(place + 1 for place in index) for index in np.ndindex(answer.texts.shape))


def _entry(key: AnswerKey, index: tuple[int, ...], case: Case) -> tuple:
    """Give step and entry of a number, levels of one entry left out."""
    step, entry = key.step, [*key.entry, *index]
    if step is None and case.system.is_sequence(key.name) and entry:
        step = entry.pop(1 if case.batched and len(entry) > 1 else 0)
    while entry and entry[-1] == 1:
        entry.pop()
    return step, tuple(entry)

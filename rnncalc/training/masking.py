"""Batches of unequal lengths by masks: every sequence runs to the end of the longest, and what it does past its own is
held back.

A mask m(t) is 1 up to a sequence's own end, then 0. The terms of the loss are
multiplied by it, so no gradient comes from past the end. A quantity that is
read at the next step, as a reverse recurrence is, keeps there what the
sequence starts from: q(t) = m(t) ⊙ (…) + (1 − m(t)) ⊙ q(t+1). What is read at
the last step gets a quantity beside it that keeps the last value:
r(t) = m(t) ⊙ q(t) + (1 − m(t)) ⊙ r(t−1). A forward recurrence needs nothing,
as no step within a sequence reads one past its end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.compute.case import Case
from rnncalc.language.kinds import SCALAR, Shape
from rnncalc.language.nodes import Call, Equation, Index, Node, Ref, leaves, rebuild
from rnncalc.recurrences.schedule import schedule
from rnncalc.recurrences.system import System, is_outside, is_place

_MASK, _REST, _LAST = "within ", "past ", "last "  # no name of a file has a space


class Masking(NamedTuple):
    """A system with masks for the sequences of some index letters.

    `ahead` are the given sequences that are read some steps later, `kept` the
    quantities that keep a last value.
    """

    system: System
    shapes: Mapping[str, Shape]
    letters: tuple[str, ...]
    ahead: frozenset[str]
    kept: tuple[str, ...]
    before: tuple[tuple[str, int], ...]

    def rewritten(self, case: Case) -> Case:
        """Give the case with the masked system, before masks are attached."""
        return replace(case, system=self.system, shapes=self.shapes)

    def attach(self, case: Case) -> Case:
        """Give a batch of the rewritten case with its masks, all sequences of one length."""
        masks, sequences = {}, dict(case.sequences)
        for letter in self.letters:
            own = np.array(case.own_lengths.get(letter, (case.lengths[letter],) * case.n_sequences))
            masks[letter] = (np.arange(case.lengths[letter])[:, None] < own)[:, :, None, None]
            sequences[_MASK + letter] = masks[letter].astype(float)
            sequences[_REST + letter] = 1 - sequences[_MASK + letter]
        for name in case.sequences:
            letter = self.system.letters[name]
            if letter in masks:
                sequences[name] = self._filled(name, case, masks[letter])
        starts = {(name, 0): np.zeros((case.n_sequences, *self.shapes[name])) for name in self.kept}
        starts |= {(n, k): np.zeros((case.n_sequences, *self.shapes[n])) for n, k in self.before}
        return replace(case, sequences=sequences, initial={**starts, **case.initial}, own_lengths={})

    def _filled(self, name: str, case: Case, mask: np.ndarray) -> np.ndarray:
        """Put a given sequence's last value past its end, or what is given there for later steps to be read."""
        array, letter = case.sequences[name], self.system.letters[name]
        own = case.own_lengths.get(letter)
        if own is None:
            return array
        ends = np.minimum(own, len(array)) - 1  # of a sequence that equations go on with, the first steps are given
        found = np.where(mask[: len(array)], array, array[ends, range(case.n_sequences)])
        if name in self.ahead:
            for (other, step), beyond in case.initial.items():
                for p, n_steps in enumerate(own):
                    at = step - case.lengths[letter] + n_steps  # the step in the sequence's own count
                    if other == name and n_steps < at <= case.lengths[letter]:
                        found[at - 1, p] = beyond[p]
        return found


def masking_of(case: Case) -> Masking | None:
    """Write the system of a case with masks; None where all lengths are equal or masks cannot do it.

    They cannot where a whole sequence is read, h[:], where the last step has
    an equation of its own, and where something that no reverse recurrence
    computes is read at a later step.
    """
    letters = tuple(letter for letter, own in case.own_lengths.items() if len(set(own)) > 1)
    if not letters or not _all_fit(case, letters):
        return None
    system, loss = case.system, case.loss
    held = {leaf.name for leaf in _read(system, letters) if leaf.index.anchor == "step" and leaf.index.offset > 0}
    ends = {(leaf.name, leaf.index.offset) for leaf in _read(system, letters) if _keeps(leaf, case)}
    equations = []
    for equation in system.equations:
        name, right = equation.left.name, rebuild(equation.right, lambda node: _at_own_end(node, ends))
        letter = system.letters.get(name)
        if letter in letters and not is_place(equation):
            mask, rest = (Ref(kind + letter, Index("step", letter)) for kind in (_MASK, _REST))
            if name == loss:
                right = Call("mul", (mask, right))
            elif name in held:
                right = _either(mask, right, rest, Ref(name, Index("step", letter, 1)))
        equations.append(equation._replace(right=right))
    added, shapes = dict(system.letters), dict(case.shapes)
    for name, offset in sorted(ends):
        letter = system.letters[name]
        mask, rest = (Ref(kind + letter, Index("step", letter)) for kind in (_MASK, _REST))
        last = _last(name, offset)
        right = _either(mask, Ref(name, Index("step", letter, offset)), rest, Ref(last, Index("step", letter, -1)))
        equations.append(Equation(Ref(last, Index("step", letter)), right))
        added[last], shapes[last] = letter, case.shapes[name]
    for letter in letters:
        added |= {_MASK + letter: letter, _REST + letter: letter}
        shapes |= {_MASK + letter: SCALAR, _REST + letter: SCALAR}
    masked = replace(system, equations=tuple(equations), letters=added)
    try:
        schedule(masked)
    except RnncalcError:  # a quantity that is read both ways
        return None
    before = tuple((name, k) for name, offset in sorted(ends) for k in range(offset + 1, 1))
    ahead = frozenset(held) - {*system.defined}
    return Masking(masked, shapes, letters, ahead, tuple(_last(*end) for end in sorted(ends)), before)


def _all_fit(case: Case, letters: Collection[str]) -> bool:
    system = case.system
    if any(leaf.index.anchor == "all" for leaf in _read(system, letters)):
        return False
    for (name, index), _ in system.places.items():
        if system.letters[name] in letters and index.anchor == "end" and not is_outside(index):
            return False
    for leaf in _read(system, letters):
        defined = leaf.name in system.defined
        later = leaf.index.anchor == "step" and leaf.index.offset > 0
        if later and defined and (leaf.index.offset > 1 or leaf.name in case.sequences):
            return False
    return True


def _read(system: System, letters: Collection[str]) -> Iterator[Ref]:
    """Go through the reads of sequences of some index letters."""
    for equation in system.equations:
        for leaf in leaves(equation.right):
            if isinstance(leaf, Ref) and system.letters[leaf.name] in letters:
                yield leaf


def _keeps(leaf: Ref, case: Case) -> bool:
    """Tell whether a read at the last step, or counted from it, is one within the sequence."""
    if leaf.index.anchor != "end" or leaf.index.offset > 0:
        return False
    return leaf.index.offset < 0 or leaf.name not in case.targets  # whose last value is put past the end


def _at_own_end(node: Node, ends: Collection[tuple[str, int]]) -> Node:
    if isinstance(node, Ref) and node.index.anchor == "end" and (node.name, node.index.offset) in ends:
        last = _last(node.name, node.index.offset)
        return Ref(last, node.index._replace(offset=0), node.span)
    return node


def _last(name: str, offset: int) -> str:
    return f"{_LAST}{name}{offset or ''}"


def _either(mask: Node, within: Node, rest: Node, past: Node) -> Node:
    return Call("add", (Call("mul", (mask, within)), Call("mul", (rest, past))))

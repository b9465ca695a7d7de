"""One way to calculate a problem, right or with a slip, for all sequences of a batch: line by line, when needed."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnncalc.checking.candidates import NOT_THERE, Candidate
from rnncalc.checking.layout import TOTAL
from rnncalc.checking.replay import Circular, Compiled, Replay
from rnncalc.checking.scene import Scene, Work
from rnncalc.checking.truth import Truth
from rnncalc.checking.walk import Place
from rnncalc.compute.arithmetic import arithmetic_of
from rnncalc.language.nodes import Node, leaves

FAILURES = (*NOT_THERE, RecursionError)


class NotThere(Exception):
    """A line cannot be worked out in this way: it would depend on itself, or reads what is not there."""


class Stage(NamedTuple):
    """The sequences (from 0) of one length, their right calculation, and the lines of it that are needed, in order.

    `follow` names for each quantity those that are worked out from it, itself included.
    """

    members: tuple[int, ...]
    scene: Scene
    order: tuple[Place, ...]
    follow: Mapping[str, frozenset[str]]


def stages_of(truth: Truth, asked: Collection[str]) -> tuple[Stage, ...]:
    """Give the calculations of a problem, of a batch of unequal lengths one for each length.

    Args:
        asked: The quantities that are asked for; no lines but those that lead to them are needed.
    """
    return tuple(_stage(members, search.scene, asked) for members, search in truth.searches)


def _stage(members: tuple[int, ...], scene: Scene, asked: Collection[str]) -> Stage:
    reads: dict[str, set[str]] = {}
    for equation in dict.fromkeys(work.equation for work in scene.works.values()):
        reads.setdefault(equation.left.name, set()).update(leaf.name for leaf in leaves(equation.right))
    readers: dict[str, set[str]] = {}
    for name, read in reads.items():
        for one in read:
            readers.setdefault(one, set()).add(name)
    needed = _reached(asked, reads)
    follow = {name: _reached([name], readers) for name in {*reads, *readers}}
    return Stage(members, scene, tuple(place for place in scene.works if place[0] in needed), follow)


def _reached(names: Iterable[str], links: Mapping[str, Collection[str]]) -> frozenset[str]:
    found, left = set(names), list(names)
    while left:
        new = set(links.get(left.pop(), ())) - found
        found |= new
        left += new
    return frozenset(found)


class Course:
    """One way to calculate a problem.

    `n_lines` counts the lines that were worked out. They are taken in the order
    of the right calculation, so that a long sequence is no deep recursion; what
    does not follow from a slip is taken over from the right course.

    Args:
        slips: For each stage what is done in another way there; None for the right method.
        right: The right course, where this is another.
    """

    def __init__(self, stages: Sequence[Stage], slips: Sequence[Candidate | None], right: Course | None = None):
        self.stages = stages
        self._replays = [_Replay(stage.scene, slip) for stage, slip in zip(stages, slips, strict=True)]
        self._walks = [_walk(stage, replay) for stage, replay in zip(stages, self._replays, strict=True)]
        for stage, replay, known in zip(stages, self._replays, right.lines if right else (), strict=False):
            changed = replay.changes(stage)
            replay.worked = {place: line for place, line in known.items() if place[0] not in changed}

    @cached_property
    def lines(self) -> list[Mapping[Place, np.ndarray]]:
        """What all lines of each stage come to."""
        for walk in self._walks:
            for _ in walk:
                pass
        return [replay.worked for replay in self._replays]

    @property
    def n_lines(self) -> int:
        return sum(replay.n_lines for replay in self._replays)

    def line(self, place: Place) -> np.ndarray:
        """Give what a line comes to, for all sequences: nan for those that have no such step.

        Shapes:
            (n_sequences, rows, columns), of a gradient or the total loss (rows, columns)

        Raises:
            NotThere: it cannot be worked out.
        """
        if len(self.stages) == 1:
            return self._line(0, place)
        there = [k for k, stage in enumerate(self.stages) if place in stage.scene.works]
        found = [(self.stages[k].members, self._line(k, place)) for k in there]
        if not found:
            raise NotThere(place)
        if found[0][1].ndim == 2:
            return sum(array for _, array in found)
        n_sequences = sum(len(stage.members) for stage in self.stages)
        whole = np.full((n_sequences, *found[0][1].shape[1:]), np.nan)
        for members, array in found:
            whole[list(members)] = array
        return whole

    def _line(self, number: int, place: Place) -> np.ndarray:
        replay, scene = self._replays[number], self.stages[number].scene
        if place not in replay.worked:
            next((done for done in self._walks[number] if done == place), None)
        try:
            with np.errstate(all="ignore"):
                value = replay.line(place)
        except FAILURES as reason:
            raise NotThere(place) from reason
        shared = place == TOTAL or place[0] in scene.works[place].values.case.shared
        return value.reshape(value.shape[-2:]) if shared else _of_each(value, scene.values.case.n_sequences)


def _of_each(value: np.ndarray, n_sequences: int) -> np.ndarray:
    """Give (n_sequences, rows, columns) of what may be the same for every sequence."""
    return (
        value
        if value.ndim == 3 and len(value) == n_sequences
        else np.broadcast_to(value, (n_sequences, *value.shape[-2:]))
    )


def _walk(stage: Stage, replay: Replay) -> Iterator[Place]:
    """Work out line after line; one that fails is said when it is asked for."""
    for place in stage.order:
        with contextlib.suppress(*FAILURES), np.errstate(all="ignore"):
            replay.line(place)
        yield place


class _Replay(Replay):
    """Works out places from the problem alone, rounded where it asks for that, and each failing line once."""

    def __init__(self, scene: Scene, candidate: Candidate | None):
        slip = (candidate.slip, candidate.compiled) if candidate else ()
        super().__init__(scene, {}, *slip)
        self.arithmetic, self.failed, self.n_lines = arithmetic_of(*scene.values.case.rounding), set(), 0

    def changes(self, stage: Stage) -> frozenset[str]:
        """Name the quantities that a slip may change."""
        names = (
            {*(left.name for left in self.slip.lines), *(name for name, _ in self.slip.numbers)} if self.slip else ()
        )
        return frozenset().union(*(stage.follow.get(name, {name}) for name in names))

    def line(self, place: Place) -> np.ndarray:
        if place in self.failed:  # whatever depends on itself does so from wherever one begins
            raise Circular(place)
        try:
            return super().line(place)
        except FAILURES:
            self.failed.add(place)
            raise

    def _evaluate(self, place: Place, node: Node, work: Work, compiled: Compiled) -> np.ndarray:
        self.n_lines += 1
        value = super()._evaluate(place, node, work, compiled)
        return value if place == TOTAL else self.arithmetic(value)

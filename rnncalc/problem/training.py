"""The training of a problem: the plan, what is held out as a case of its own, the texts of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import Collector
from rnncalc.base.span import Span
from rnncalc.compute.answers import Claims
from rnncalc.compute.case import Case, Rounding
from rnncalc.language.nodes import leaves
from rnncalc.problem import yaml_tree
from rnncalc.problem.building import build_case
from rnncalc.problem.data import Data
from rnncalc.problem.drawn_weights import draw_weights, drawn_names
from rnncalc.problem.fields import Count
from rnncalc.problem.held_out import Sequences
from rnncalc.problem.initial_rules import GLOROT
from rnncalc.problem.lesson import Lesson, take_data
from rnncalc.problem.loss import Loss
from rnncalc.problem.meanings import Meanings
from rnncalc.problem.names import check_names
from rnncalc.problem.network import Network
from rnncalc.problem.own_lengths import OwnLengths
from rnncalc.problem.published import Published
from rnncalc.problem.roles import roles_of
from rnncalc.problem.training_fields import Section, read_section
from rnncalc.recurrences.system import build_system
from rnncalc.training.plan import Plan


class Training(NamedTuple):
    """How a problem's network is to learn.

    The sequences to learn from are those of the problem's case. `test` is a
    case of those held out, without a loss where they have no targets; `texts`
    and `test_texts` are what was encoded, a text a sequence.
    """

    plan: Plan
    test: Case | None = None
    texts: tuple[str, ...] = ()
    test_texts: tuple[str, ...] = ()


class Course(NamedTuple):
    """A section `training:` that has been read, and what it makes of a network."""

    section: Section

    @property
    def together(self) -> int | None:
        """How many sequences are computed at once: those of a mini-batch."""
        return self.section.plan.batch

    def drawn(self, published: Published | None, data: Data, loss: Loss | None) -> tuple[str, ...]:
        """Name the weights of a published recurrence that the file leaves to be drawn."""
        return drawn_names(published, data, self.section.values.get("init", GLOROT), loss)

    def lesson(self, network: Network, data: Data, lengths: Mapping[str, OwnLengths], meanings: Meanings) -> Lesson:
        """Take the data, and draw the weights that the file does not give.

        Raises:
            RnncalcError: every fault of the data, then every fault of the weights.
        """
        collector, section = Collector(), self.section
        lesson = take_data(section, network, Sequences(data, lengths), meanings, collector)
        collector.raise_if_any()
        vocabulary = lesson.meanings.vocabulary
        drawn = draw_weights(
            section.values.get("init", GLOROT),
            section.values.get("sizes", {}),
            network,
            lesson.learnt.data,
            seed=section.plan.seed,
            collector=collector,
            place=section.place,
            symbols=len(vocabulary.symbols) if vocabulary else None,
            classes=lesson.classes or len(lesson.meanings.labels) or _classes(lesson.learnt.data, section, network),
        )
        collector.raise_if_any()
        return lesson.with_weights(drawn)

    def training(self, lesson: Lesson, network: Network, steps: Mapping[str, Count], rounding: Rounding) -> Training:
        """Make the case of what is held out.

        Raises:
            RnncalcError: every fault of the held-out sequences.
        """
        held, learnt = lesson.held, lesson.learnt
        if held is None:
            return Training(self.section.plan, None, learnt.texts)
        if not held.data.targets and not roles_of(network).ahead:
            network = _without_targets(network, {roles_of(network).target, *learnt.data.targets})
        case = _case(held, network, steps, rounding, self.together)
        return Training(self.section.plan, case, learnt.texts, held.texts)


def read_course(node: yaml_tree.Mapping, place: Span) -> Course:
    """Read the section `training:`.

    Raises:
        RnncalcError: every fault of its keys.
    """
    return Course(read_section(node, place))


def _classes(data: Data, section: Section, network: Network) -> int | None:
    """Count the classes of a target of indices where nothing else tells how many there are."""
    roles, recurrence = roles_of(network), network.recurrence
    told = {"y", network.loss.output if network.loss else "y"} & set(section.values.get("sizes", {}))
    grid = next(iter(data.targets.values()), None)
    if (
        told
        or grid is None
        or len(data.targets) > 1
        or not roles.as_classes
        or recurrence
        and recurrence.entry.optional in data.weights
    ):
        return None
    indices = (grid.array >= 0).all() and (grid.array == np.floor(grid.array)).all()
    return int(grid.array.max()) + 1 if indices else None


def _case(
    held: Sequences, network: Network, steps: Mapping[str, Count], rounding: Rounding, together: int | None
) -> Case:
    collector = Collector()
    check_names(network, held.data, collector)
    collector.raise_if_any()
    return build_case(network, held.data, steps, held.lengths, rounding, Claims(), collector, together).case


def _without_targets(network: Network, targets: set[str]) -> Network:
    """Leave out the loss, and whatever else is computed from the targets."""
    gone, kept = {"J", *targets}, network.system.equations
    while gone & {leaf.name for e in kept for leaf in (e.left, *leaves(e.right))}:
        lost = {e.left.name for e in kept if gone & {leaf.name for leaf in (e.left, *leaves(e.right))}}
        gone, kept = gone | lost, [e for e in kept if e.left.name not in lost]
    reduced = build_system(kept, network.activations, network.system.layout)
    return network._replace(system=reduced, stated=reduced, loss=None)

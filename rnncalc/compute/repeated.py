"""A pass as a list of functions that fill arrays in place, to be carried out again and again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

import numpy as np

from rnncalc.compute.arithmetic import float64
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import Run, given_values, prepare
from rnncalc.compute.joint import joint_evaluator, joint_sums
from rnncalc.compute.values import Renewals


class Repeated:
    """A pass of sequences of one length, to be carried out again once its arrays have changed in place.

    `values` keep their arrays, those of the case among them. What reads the
    `given` quantities alone is computed again by `renew`, not by every `run`.

    Args:
        case: Its arrays are those that may change.
        places: Arrays that quantities without a time step are computed into.
        after: An earlier pass whose values the case has.
        wanted: The quantities that are asked for, None for all; others may be missing from `values`.
    """

    def __init__(
        self,
        case: Case,
        given: Collection[str],
        places: Mapping[str, np.ndarray] = MappingProxyType({}),
        after: Repeated | None = None,
        wanted: Collection[str] | None = None,
    ):
        shared = after.values.renewals.shared if after else {}
        asked = None if wanted is None else frozenset(wanted)
        renewals = Renewals([], [], shared, frozenset(given), asked)
        self.values = given_values(case)._replace(renewals=renewals)
        self.values.singles.update(places)
        self.values.around.update(after.values.around if after else {})
        self._work: list[Run] = []
        self._rare: list[Run] = []
        with np.errstate(all="ignore"):
            joint, others = joint_sums(case)
            for block in others:
                self._add(prepare(block, self.values, float64))
            for sums in joint:
                self._add(joint_evaluator(sums, self.values))

    def _add(self, run: Run) -> None:
        """Take in the next block, which has not been computed yet."""
        run()
        renewals = self.values.renewals
        self._work += [*renewals.work, run]
        self._rare += renewals.rare
        renewals.work.clear()  # what they hold on to would else hold on to them
        renewals.rare.clear()

    def renew(self) -> None:
        """Compute again what depends on the given quantities alone, after a change of these."""
        with np.errstate(all="ignore"):
            for run in self._rare:
                run()

    def run(self) -> None:
        """Carry the pass out again."""
        with np.errstate(all="ignore"):
            for run in self._work:
                run()

"""A case made ready for learning: what changes from one mini-batch to the next stands in arrays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from rnncalc.compute.bptt import unit_sums
from rnncalc.compute.case import Case
from rnncalc.training.batches import PAIRS, batch_of, divided
from rnncalc.training.dropout import drops_of, with_drops
from rnncalc.training.masking import masking_of
from rnncalc.training.passes import MOST
from rnncalc.training.portions import numbers

ROOMS = 6  # numbers of steps, at most, that masked batches are cut to: each needs a pass, each spare step time
_STREAM = 3  # of the seed, for dropout


class Prepared:
    """Gives mini-batches of one system.

    The number of pairs of a mean loss, the masks of unequal lengths and those
    of dropout are given sequences and values of the system. Batches of unequal
    lengths that cannot be masked keep their own lengths.

    Args:
        case: All sequences.
        seed: Of dropout.
        together: The number of sequences of a mini-batch, None for all.
    """

    def __init__(self, case: Case, seed: int, together: int | None = None):
        whole = divided(case)
        self._drops = drops_of(whole)
        whole = with_drops(whole, self._drops)
        self._masking = masking_of(whole)
        self._whole = self._masking.rewritten(whole) if self._masking else whole
        count = max(1, min(ROOMS, MOST // ((together or case.n_sequences) * numbers(case))))
        self._rooms = _rooms(case, self._masking.letters, count) if self._masking else {}
        self._rng = np.random.default_rng([seed, _STREAM])
        self.one_hot = unit_sums(case) - {PAIRS}

    @property
    def weights(self):
        return self._whole.weights

    @property
    def drops(self) -> bool:
        """Tell whether the system drops entries, anew in every iteration."""
        return bool(self._drops)

    def batch(self, chosen: Sequence[int] | None = None) -> Case:
        """Make the case of some sequences (from 0), or of all, ready to be run."""
        case = self._whole if chosen is None else batch_of(self._whole, chosen, self._rooms)
        if self._masking:
            case = self._masking.attach(case)
        return self._drops.attach(case) if self._drops else case

    def draw(self, case: Case) -> Case:
        """Draw in place which entries of a batch are dropped in this iteration; give the case that is to be run."""
        if not self._drops:
            return case
        self._drops.draw(case, self._rng)
        return replace(case) if case.own_lengths else case  # whose parts are cut from the new masks


def _rooms(case: Case, letters: Collection[str], count: int) -> dict[str, tuple[int, ...]]:
    """Give the numbers of steps, at most `count`, that masked batches are cut to."""
    lengths = {letter: case.lengths[letter] for letter in letters}
    parts = range(1, count + 1)
    return {letter: tuple(sorted({-(-length * k // count) for k in parts})) for letter, length in lengths.items()}

"""Slips about how far adjoints are carried back: over a few steps, within chunks, from the last step's loss alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rnncalc.base.words import plural
from rnncalc.checking.mistakes.derived import is_carried, length_of, parameters, roots, running, within
from rnncalc.checking.mistakes.slip import Slip
from rnncalc.checking.scene import Scene
from rnncalc.compute.paths import truncated
from rnncalc.language.sums import addends, signed_sum

MOST_KEPT = 8  # steps of a truncation that are tried
MOST_CHUNKS = 24  # of a sequence
MOST_PASSES = 12  # steps up to which each output is sent back by itself


def truncated_bptt(scene: Scene) -> Iterator[Slip]:
    """Carry adjoints back over a few steps alone: from the last step, within chunks, from each output."""
    for letter, length in scene.values.case.lengths.items():
        for kept in range(1, min(length - 1, MOST_KEPT)):
            words = f"adjoints are carried back {plural(kept, 'step')} from the last and no further"
            yield from _carried_at(scene, letter, [(length - kept, length - 1)], words)
        for size in range(2, min(length, MOST_KEPT)):
            chunks = [(first, min(first + size - 2, length - 1)) for first in range(1, length, size)]
            if len(chunks) <= MOST_CHUNKS:
                words = f"adjoints are carried back within chunks of {size} steps"
                yield from _carried_at(scene, letter, chunks, words)
    yield from _from_each_output(scene)


def _carried_at(scene: Scene, letter: str, steps: Sequence[tuple[int, int]], words: str) -> Iterator[Slip]:
    """Carry adjoints back to the steps first … last of some segments alone."""
    lines = {}
    for equation in running(scene, letter):
        parts = addends(equation.right)
        if any(is_carried(node) for _, node in parts):
            own = [part for part in parts if not is_carried(part[1])]
            kept = [(s, within(n, first, last)) for s, n in parts if is_carried(n) for first, last in steps]
            lines[equation.left] = signed_sum([*own, *kept])
    if lines:
        yield Slip("truncated-bptt", words, lines)


def _from_each_output(scene: Scene) -> Iterator[Slip]:
    """Send each output back through a few steps alone, as truncation is defined; it gives gradients of weights."""
    lengths, lefts = scene.values.case.lengths, [equation.left for equation in parameters(scene)]
    if not lefts or len(lengths) != 1 or not 2 < max(lengths.values()) <= MOST_PASSES:
        return
    for kept in range(1, max(lengths.values()) - 1):
        found = truncated(scene.values, kept).values.singles
        numbers = {(left.name, None): found[left.name] for left in lefts if left.name in found}
        words = f"each output is sent back through at most {plural(kept, 'earlier step')}"
        yield Slip("truncated-bptt", words, numbers=numbers)


def last_step_only(scene: Scene) -> Iterator[Slip]:
    """Count the loss of the last step alone."""
    lines = {}
    for equation, sent, others in roots(scene):
        last = length_of(scene, equation)
        lines[equation.left] = signed_sum([*others, *((sign, within(node, last, last)) for sign, node in sent)])
    if lines:
        yield Slip("last-step-only", "only the loss of the last step is sent back", lines)

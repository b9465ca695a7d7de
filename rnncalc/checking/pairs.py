"""Two slips at once: in different equations, or one on top of the other in the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rnncalc.checking.candidates import Candidate
from rnncalc.checking.mistakes.slip import Slip
from rnncalc.checking.mistakes.table import SLUGS, all_slips

ALONE = frozenset({"wrong-quantity", "gate-order"})  # too many of them to be told apart in pairs

MOVES = frozenset({"previous-input", "next-input", "later-state", "earlier-state"})  # one move of a step, not two


def pairs(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Go through pairs of slips, each pair once, in the order of the table."""
    several = [one for one in candidates if one.slip.lines and one.slip.slug not in ALONE]
    for at, first in enumerate(several):
        for second in several[at + 1 :]:
            if first.slip.lines.keys().isdisjoint(second.slip.lines):
                yield Candidate(first.scene, _both(first.slip, second.slip), first.compiled | second.compiled)
        for second in _on_top(first):
            yield Candidate(first.scene, _both(first.slip, second))


def _on_top(first: Candidate) -> Iterator[Slip]:
    """Give the slips that the equations changed by another allow."""
    scene = first.scene.with_changed(first.slip.lines)
    for second in all_slips(scene, since=SLUGS.index(first.slip.slug)):
        moved_twice = second.slug == first.slip.slug and second.slug in MOVES
        if second.slug not in ALONE and not moved_twice and not first.slip.lines.keys().isdisjoint(second.lines):
            yield second


def _both(one: Slip, other: Slip) -> Slip:
    slug = one.slug if one.slug == other.slug else f"{one.slug} {other.slug}"
    return Slip(slug, f"{one.words}, and {other.words}", {**one.lines, **other.lines})

"""What becomes of a slip in an exam."""

from __future__ import annotations

from typing import Literal, NamedTuple

from rnncalc.checking.exam import Tried
from rnncalc.checking.questions import Question
from rnncalc.checking.redraw import Section

Fate = Literal["told", "rounding", "blind", "void"]


class Outcome(NamedTuple):
    """What becomes of a slip.

    Its fate is `told` where `check` calls some number wrong, `blind` where all
    have the right digits, `rounding` where the digits differ by no more than
    honest rounding may, `void` where it changes nothing whatever the numbers are.
    `told` and `blind` name the questions whose digits differ, or do not.
    `decimals` is the smallest number of decimals of every answer from which
    `check` tells it, None where none up to 12 does; `hidden_by` are the
    sections of the file of which each alone could tell it with other numbers.
    Of a network, `tried` is the slip itself.
    """

    slug: str
    words: str
    fate: Fate
    told: tuple[Question, ...] = ()
    blind: tuple[Question, ...] = ()
    decimals: int | None = None
    hidden_by: tuple[Section, ...] = ()
    tried: Tried | None = None

"""What a file claims: answers, their digits as written, and declared misprints."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from rnncalc.base.span import Span


class AnswerKey(NamedTuple):
    """What an answer is about: y, y(3), h(2)[1], grad(W), grad(h(2)).

    `entry` counts from 1; for a batch its first number is the sequence.
    """

    name: str
    step: int | None = None
    entry: tuple[int, ...] = ()
    gradient: bool = False

    def __str__(self) -> str:
        inner = self.name + (f"({self.step})" if self.step is not None else "")
        whole = f"grad({inner})" if self.gradient else inner
        return whole + "".join(f"[{number}]" for number in self.entry)


class Answer(NamedTuple):
    """The numbers given for one key.

    Shapes:
        texts, values: as nested in the file, from a single number to
            [sequence][time][feature]; spans in the same order, flat.
    """

    key: AnswerKey
    texts: np.ndarray
    values: np.ndarray
    spans: tuple[Span, ...]
    span: Span


class Claims(NamedTuple):
    """All that a file claims, and what it declares to be misprinted."""

    answers: tuple[Answer, ...] = ()
    misprints: Mapping[AnswerKey, tuple[str, Span]] = MappingProxyType({})

    @property
    def keyed(self) -> list[tuple[AnswerKey, Span]]:
        """Every key that the file gives, with its place."""
        misprinted = [(key, span) for key, (_, span) in self.misprints.items()]
        return [*((answer.key, answer.span) for answer in self.answers), *misprinted]

"""The parts of an equation: numbers, names, references to a time step, operations.

Nodes are frozen and compare by content; where they stand in a text (their
span) does not count. They are named tuples, which cost a tenth of the
start-up and half the construction of frozen dataclasses. Everything that is not a leaf is a Call of a row of the
operation table (operations.py), be it written `a + b`, `A.T` or `tanh(z)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from rnncalc.base.span import Span

Anchor = Literal["step", "start", "end", "all"]

SUMS_OVER_TIME = frozenset({"sum_steps", "sum_all"})

LENGTH_OF = {"t": "T", "i": "N"}


def length_letter(letter: str) -> str:
    """Give the letter that stands for a sequence's length: T for t, N for i."""
    return LENGTH_OF.get(letter, letter.upper())


class Index(NamedTuple):
    """Which time step is meant.

    `step`: relative, t-1 (letter t, offset -1); `start`: counted, 0 or 1
    (offset 0, 1); `end`: from the last step, T+1 (letter t, offset 1);
    `all`: the whole sequence, `[:]`.
    """

    anchor: Anchor
    letter: str = ""
    offset: int = 0


def _same(self: tuple, other: object) -> bool:
    return type(self) is type(other) and self[:-1] == other[:-1]


def _differs(self: tuple, other: object) -> bool:
    return not _same(self, other)


def _hash(self: tuple) -> int:
    return hash((type(self), self[:-1]))


def _shown(self) -> str:
    return f"{type(self).__name__}({', '.join(map(repr, self[:-1]))})"


class Number(NamedTuple):
    """A number as it was written."""

    text: str
    span: Span | None = None

    __eq__, __ne__, __hash__, __repr__ = _same, _differs, _hash, _shown

    @property
    def value(self) -> float:
        return float(self.text)


class Name(NamedTuple):
    """A quantity without a time step: a weight, a bias, a single value."""

    name: str
    span: Span | None = None

    __eq__, __ne__, __hash__, __repr__ = _same, _differs, _hash, _shown


class Ref(NamedTuple):
    """A sequence at a time step: h[t-1]."""

    name: str
    index: Index
    span: Span | None = None

    __eq__, __ne__, __hash__, __repr__ = _same, _differs, _hash, _shown


class Step(NamedTuple):
    """A time step as an argument: the t of Σₜ, the T of a term that lives at the last step only."""

    index: Index
    span: Span | None = None

    __eq__, __ne__, __hash__, __repr__ = _same, _differs, _hash, _shown


class Call(NamedTuple):
    """An operation of the table applied to its arguments."""

    op: str
    args: tuple[Node, ...]
    span: Span | None = None

    __eq__, __ne__, __hash__, __repr__ = _same, _differs, _hash, _shown


Node = Number | Name | Ref | Step | Call


class Equation(NamedTuple):
    """One line: what is defined, and by which expression."""

    left: Name | Ref
    right: Node
    span: Span | None = None

    __eq__, __ne__, __hash__, __repr__ = _same, _differs, _hash, _shown


def walk(node: Node) -> Iterator[Node]:
    """Go through a node and everything in it, the node itself first."""
    stack = [node]
    while stack:
        here = stack.pop()
        yield here
        if isinstance(here, Call):
            stack.extend(reversed(here.args))


def reads(node: Node, running: bool = True) -> Iterator[tuple[Name | Ref, bool]]:
    """Go through the quantities that an expression reads, each with whether its step runs along.

    Within a sum over time a step does not: the whole sequence is needed.
    """
    if isinstance(node, Name | Ref):
        yield node, running and isinstance(node, Ref) and node.index.anchor == "step"
    elif isinstance(node, Call):
        for arg in node.args:
            yield from reads(arg, running and node.op not in SUMS_OVER_TIME)


def leaves(node: Node) -> Iterator[Name | Ref]:
    """Go through the quantities that an expression reads, in reading order."""
    return (part for part in walk(node) if isinstance(part, Name | Ref))


def rebuild(node: Node, change: Callable[[Node], Node]) -> Node:
    """Give the tree in which every node, innermost first, is replaced by change(node)."""
    if isinstance(node, Call):
        args = tuple(rebuild(arg, change) for arg in node.args)
        if any(new is not old for new, old in zip(args, node.args, strict=True)):
            node = Call(node.op, args, node.span)
    return change(node)

"""Read `answers:` and `misprints:`, every number with its digits as written."""

from __future__ import annotations

import re

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.span import Span
from rnncalc.compute.answers import Answer, AnswerKey
from rnncalc.problem.grids import read_grid
from rnncalc.problem.nearly import STILL_TO_WRITE
from rnncalc.problem.places import quoted
from rnncalc.problem.yaml_tree import Items, Mapping, Scalar, Tree

_NAME = r"(?P<name>[^\W\d]\w*)(?:\((?P<step>[0-9]{1,9})\))?"
_ENTRY = r"(?P<entry>(?:\[[0-9]{1,9}(?:,\s*[0-9]{1,9})*\])*)"
_KEY = re.compile(rf"{_NAME}{_ENTRY}")
_GRADIENT = re.compile(rf"grad\({_NAME}\){_ENTRY}")


def read_key(scalar: Scalar) -> AnswerKey:
    """Read an answer's key: y, y(3), h(2)[1], grad(W), grad(h(2)).

    Raises:
        RnncalcError: slug `bad-answer-key`.
    """
    text = scalar.text.strip()
    gradient = _GRADIENT.fullmatch(text)
    match = gradient or _KEY.fullmatch(text)
    entry = tuple(int(number) for number in re.findall(r"\d+", match["entry"])) if match else ()
    if match is None or 0 in entry:
        remedy = "Write y, y(3), h(2)[1], J or grad(W); steps and entries count from 1."
        fixed = re.sub(r"^(\w+)\[(t=)?(\d+)\]", r"\1(\3)", text)
        raise refuse(
            "bad-answer-key",
            scalar.span,
            f"{quoted(text)} names no quantity.",
            f"Did you mean {quoted(fixed)}? {remedy}" if fixed != text else remedy,
        )
    step = int(match["step"]) if match["step"] is not None else None
    return AnswerKey(match["name"], step, entry, gradient is not None)


def read_answers(node: Mapping) -> tuple[Answer, ...]:
    """Read all answers of a file; one that has no number yet, only room for them, is none."""
    answers, collector = [], Collector()
    for name, value in node.pairs:
        with collector:
            if _is_room(value):
                read_key(name)
                continue
            for key, part in _by_sequence(read_key(name), value):
                grid = read_grid(part, 3, "an answer")
                texts = grid.texts
                if texts is None or len(grid.spans) != texts.size:
                    remedy = "Write the numbers themselves."
                    raise refuse("not-a-number", value.span, "An answer is written number by number.", remedy)
                answers.append(Answer(key, texts, grid.array, grid.spans, name.span))
    collector.raise_if_any()
    return tuple(answers)


def _is_room(value: Tree) -> bool:
    """Tell whether an answer is still to be written, all of it."""
    if isinstance(value, Items):
        return bool(value.items) and all(map(_is_room, value.items))
    return isinstance(value, Scalar) and value.text.strip() == STILL_TO_WRITE


def _by_sequence(key: AnswerKey, value: Tree) -> list[tuple[AnswerKey, Tree]]:
    """Take [sequence][time][feature] with unequal numbers of steps apart: y[1], y[2], …"""
    if isinstance(value, Items) and len({_steps(item) for item in value.items}) > 1 and all(map(_steps, value.items)):
        return [(key._replace(entry=(*key.entry, p)), item) for p, item in enumerate(value.items, start=1)]
    return [(key, value)]


def _steps(item: Tree) -> int:
    """Count the steps of a sequence of vectors; 0 where it is none."""
    return len(item.items) if isinstance(item, Items) and all(isinstance(part, Items) for part in item.items) else 0


def read_misprints(node: Mapping) -> dict[AnswerKey, tuple[str, Span]]:
    """Read declared misprints: the key of one printed number, and why it is wrong."""
    found, collector = {}, Collector()
    for name, value in node.pairs:
        with collector:
            if not isinstance(value, Scalar) or not value.text.strip():
                raise refuse(
                    "wrong-type", value.span, "A misprint is declared with its reason.", "Write why it is wrong."
                )
            found[read_key(name)] = (value.text.strip(), name.span)
    collector.raise_if_any()
    return found

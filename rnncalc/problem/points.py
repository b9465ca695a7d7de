"""Read `points:`, and settle what a problem asks for: its questions, each with its points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rnncalc.base.diagnostics import Collector, RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import listing, nearest
from rnncalc.compute.answers import Answer, AnswerKey
from rnncalc.problem.answers import read_key
from rnncalc.problem.numbers import read_number
from rnncalc.problem.places import quoted
from rnncalc.problem.yaml_tree import Mapping as Pairs
from rnncalc.problem.yaml_tree import Scalar, Tree

DEFAULT = 1.0  # of a question for which the problem gives none
MOST = 1_000_000  # for one question


class Points(NamedTuple):
    """What a question is worth, and where that stands."""

    number: float
    span: Span


def read_points(node: Pairs) -> dict[AnswerKey, Points]:
    """Read points by the keys of answers.

    Raises:
        RnncalcError: slugs `bad-points`, `bad-answer-key`, `duplicate-key`, and those of a number.
    """
    found: dict[AnswerKey, Points] = {}
    collector = Collector()
    for name, value in node.pairs:
        with collector:
            key = read_key(name)
            if key in found:
                message = f"{quoted(name.text)} is given a second time; only one could count."
                raise refuse("duplicate-key", name.span, message, "Keep one of the two.")
            found[key] = Points(_read_number(name, value), name.span)
    collector.raise_if_any()
    return found


def _read_number(name: Scalar, value: Tree) -> float:
    number = read_number(value) if isinstance(value, Scalar) else None
    if number is None or not 0 < number <= MOST:
        message = f"The points of {quoted(name.text)} are one number above 0, at most {MOST:,}."
        remedy = f"Write '{name.text}: 2'; leave a question out of 'answers' to give no points for it."
        raise refuse("bad-points", value.span, message, remedy)
    return number


def questions_of(points: Mapping[AnswerKey, Points], answers: Iterable[Answer]) -> dict[AnswerKey, float]:
    """Give what a problem asks for, with points: the keys of its answers; without answers, those of its points.

    Raises:
        RnncalcError: slug `not-asked`, for each key of the points that the answers do not have.
    """
    asked = asked_keys(answers)
    if not asked:
        return {key: found.number for key, found in points.items()}
    collector = Collector()
    for key, (_, span) in points.items():
        with collector:
            if key not in asked:
                raise _not_asked(key, span, asked)
    collector.raise_if_any()
    return {key: points[key].number if key in points else DEFAULT for key in asked}


def _not_asked(key: AnswerKey, span: Span, asked: Iterable[AnswerKey]) -> RnncalcError:
    names = [str(one) for one in asked]
    close = nearest(str(key), names)
    remedy = f"Did you mean '{close}'? " if close else ""
    message = f"'{key}' has points, but 'answers' has {listing(names)}."
    return refuse("not-asked", span, message, f"{remedy}Give points by the keys of 'answers'.")


def asked_keys(answers: Iterable[Answer]) -> tuple[AnswerKey, ...]:
    """Give the keys of answers as they are written; y of unequal sequences is read as y[1], y[2], …"""
    written: dict[Span, list[AnswerKey]] = {}
    for answer in answers:
        written.setdefault(answer.span, []).append(answer.key)
    return tuple(keys[0] if len(keys) == 1 else keys[0]._replace(entry=keys[0].entry[:-1]) for keys in written.values())

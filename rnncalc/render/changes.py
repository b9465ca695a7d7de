"""Changes that make a problem sharper, in words and as lines of its file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnncalc.base.words import plural
from rnncalc.checking.changes import Change
from rnncalc.checking.sharpen import Suggestion
from rnncalc.compute.case import Case
from rnncalc.compute.nesting import nest_one, nest_steps
from rnncalc.compute.orient import unoriented
from rnncalc.problem.problem import Problem, problem_tree
from rnncalc.problem.yaml_tree import Mapping
from rnncalc.render.numbers import write_number

MOST_WRITTEN = 60  # numbers of a quantity that is written out whole
_DIGITS = 10


def change_words(suggestion: Suggestion, problem: Problem) -> list[str]:
    """Say what each change puts in the place of what; what is changed twice is said once."""
    n_decimals, last = _more_decimals(suggestion), _last(suggestion)
    words = [f"{plural(n_decimals, 'more decimal')} in every answer"] if n_decimals else []
    found = [last[c.name, c.step]._replace(entry=c.entry) for c in suggestion.changes if c.section]
    return words + list(dict.fromkeys(_words(change, problem.case) for change in found))


def change_lines(suggestion: Suggestion, problem: Problem) -> list[str]:
    """Give the lines of the problem's file with the changes.

    There are none for what the file does not write out itself, and for decimals
    that are those of its answers.
    """
    tree, n_decimals, lines = problem_tree(problem.source), _more_decimals(suggestion), []
    decimals = problem.case.rounding.decimals + n_decimals
    if n_decimals and all(question.decimals == decimals for question in suggestion.audit.questions):
        lines.append(f"rounding: {{decimals: {decimals}}}")
    last = _last(suggestion).values()
    for section in dict.fromkeys(change.section for change in last):
        written = [change for change in last if change.section == section and _is_short(change, problem, tree)]
        if written:
            lines += [f"{section}:", *(f"  {change.name}: {_array_text(change, problem)}" for change in written)]
    return lines


def _last(suggestion: Suggestion) -> dict[tuple[str, int | None], Change]:
    """Give for each changed quantity the last of its changes, which has all of them in it."""
    return {(change.name, change.step): change for change in suggestion.changes if change.section}


def _more_decimals(suggestion: Suggestion) -> int:
    return sum(change.section is None for change in suggestion.changes)


def _is_short(change: Change, problem: Problem, tree: Mapping) -> bool:
    """Tell whether a quantity is short and the file gives it number by number, or, as an initial value, not at all."""
    case = problem.case
    if change.array.size > MOST_WRITTEN or not np.isfinite(change.array).all():
        return False
    if change.section == "initial":
        return sum(name == change.name for name, _ in case.initial) == 1
    ahead = any(name == change.name and step > 0 for name, step in case.initial)
    section = tree.get(change.section)
    return not ahead and isinstance(section, Mapping) and section.get(change.name) is not None


def _words(change: Change, case: Case) -> str:
    if change.entry is None:
        return f"{change.name}({change.step}) = {_listed(_nested(change, _texts(change.array), case))} in place of zero"
    new, before = change.array[change.entry], _old(change, case)[change.entry]
    if new.ndim:
        new, before = unoriented(new), unoriented(before)
    return f"{_entry_name(change, case)} = {_listed(_texts(new))} in place of {_listed(_texts(before))}"


def _old(change: Change, case: Case) -> np.ndarray:
    if change.step is not None:
        return case.initial[change.name, change.step]
    return getattr(case, change.group(case))[change.name]


def _nested(change: Change, texts: np.ndarray, case: Case) -> np.ndarray:
    """Give a changed quantity in the nesting of the file."""
    if change.section == "weights":
        return texts.reshape(case.written[change.name])
    if change.step is None and change.name in case.sequences:
        return nest_steps(texts, case.batched)
    vectors = nest_one(texts, True)
    return vectors[0] if (vectors == vectors[0]).all() else vectors


def _entry_name(change: Change, case: Case) -> str:
    """Name an entry as the file counts it: W[1,2], x(2)[1], of the third sequence x(2)[3,1]."""
    if change.section == "weights":
        flat = np.ravel_multi_index(change.entry, change.array.shape)
        return change.name + _bracketed(np.unravel_index(flat, case.written[change.name]))
    step, entry = change.step, change.entry
    if step is None and change.name in case.sequences:
        step, entry = entry[0] + 1, entry[1:]
    sequence, place, shape = entry[:1], entry[1:], change.array.shape[-2:]
    if place and min(shape) == 1:
        place = (np.ravel_multi_index(place, shape),)
    shown = change.name if step is None else f"{change.name}({step})"
    return shown + _bracketed((*(sequence if case.batched else ()), *place))


def _bracketed(entry: Sequence[int]) -> str:
    return f"[{','.join(str(int(number) + 1) for number in entry)}]" if entry else ""


def _array_text(change: Change, problem: Problem) -> str:
    """Write a changed quantity, with the digits of the file wherever a number is as it was."""
    texts, old = _texts(change.array), _old(change, problem.case)
    given = problem.texts.get(change.name if change.step is None else (change.name, change.step))
    if given is not None:
        given = given[: len(old)] if change.name in problem.case.sequences and change.step is None else given
        texts = np.where(change.array == old, given, texts)
    return _listed(_nested(change, texts, problem.case))


def _texts(array: np.ndarray) -> np.ndarray:
    return np.vectorize(_number, otypes=[object])(array)


def _number(value: float) -> str:
    text = write_number(float(value), _DIGITS)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _listed(texts: np.ndarray) -> str:
    """Write nested lists in YAML's flow style."""
    return f"[{', '.join(map(_listed, texts))}]" if np.ndim(texts) else str(texts)

"""At which steps a general equation holds: all but those that have an equation or a given value of their own."""

from __future__ import annotations

from rnncalc.recurrences.system import System


def general_steps(system: System, name: str, length: int, n_given: int) -> list[tuple[int, int]]:
    """Give the ranges (first, last) of steps of a sequence's general equation.

    Args:
        system: For the equations of single steps.
        name: The sequence.
        length: Its number of steps.
        n_given: How many of its first steps the file gives.
    """
    fixed = set(range(1, n_given + 1))
    for other, index in system.places:
        if other == name:
            fixed.add(index.offset if index.anchor == "start" else length + index.offset)
    if not fixed:
        return [(1, length)]
    ranges: list[tuple[int, int]] = []
    for step in (step for step in range(1, length + 1) if step not in fixed):
        if ranges and ranges[-1][1] == step - 1:
            ranges[-1] = (ranges[-1][0], step)
        else:
            ranges.append((step, step))
    return ranges

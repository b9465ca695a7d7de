"""Which slips no numbers for some names of a problem would show, and which of the names would show one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from rnncalc.checking.audit import blind_slugs
from rnncalc.checking.redraw import N_MIXED, SECTIONS, redrawn
from rnncalc.checking.truth import asks_gradients, truth_of
from rnncalc.compute.arithmetic import arithmetic_of
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate

N_TRIES = 3  # draws of one name alone


def hidden_slips(case: Case) -> frozenset[str]:
    """Give by slug the slips that a case with answers, or without any, gives the right digits to.

    Raises:
        TooLarge: the case is too large to be audited.
    """
    gradients = asks_gradients(case.claims) or not case.claims.answers
    return frozenset(blind_slugs(truth_of(evaluate(case, arithmetic_of(*case.rounding)), gradients)))


def always_hidden(case: Case, names: Collection[str]) -> frozenset[str]:
    """Give the slips that stay hidden whatever numbers some names have: other parts of the problem hide them."""
    found = hidden_slips(case)
    for other in _with_others(case, names, N_MIXED):
        if not found:
            break
        found &= hidden_slips(other)
    return found


def names_that_show(case: Case, names: Iterable[str], slug: str) -> list[str]:
    """Give those of the names of which each alone, with other numbers, shows a slip."""
    return [n for n in names if any(slug not in hidden_slips(one) for one in _with_others(case, (n,), N_TRIES))]


def _with_others(case: Case, names: Collection[str], n_draws: int) -> Iterator[Case]:
    """Give a case with other numbers for some names; a name of none of its arrays stands for all weights."""
    given = {*case.weights, *case.values, *case.sequences, *(name for name, _ in case.initial)}
    chosen = {*names, *(case.weights if set(names) - given else ())}
    for draw in range(n_draws):
        other = redrawn(case, SECTIONS, draw)
        yield replace(
            case,
            weights={name: (other if name in chosen else case).weights[name] for name in case.weights},
            values={name: (other if name in chosen else case).values[name] for name in case.values},
            sequences={name: (other if name in chosen else case).sequences[name] for name in case.sequences},
            initial={place: (other if place[0] in chosen else case).initial[place] for place in case.initial},
        )

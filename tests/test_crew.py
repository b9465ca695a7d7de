"""Work spread over processes: in order, each item once, one that kills its process costs only itself."""

from __future__ import annotations

import os

import pytest
from crew_work import die_on_seven, make, multiply, process_id, slow_where_even

from rnncalc.crew import Crew


def crew(jobs: int) -> Crew:
    return Crew(3, make, (3,), jobs)


@pytest.mark.parametrize("jobs, alone", [(1, 0), (2, 0), (2, 100), (1000, 100)])
def test_everything_is_done_in_order(jobs, alone):
    told = []
    with crew(jobs) as those:
        assert list(those.each(slow_where_even, range(20), told.append, alone)) == [3 * n for n in range(20)]
        assert list(those.each(multiply, [], told.append, alone)) == []
    assert told == sorted(told) and told[-1] == 20


def test_little_work_starts_no_process():
    with crew(2) as those:
        assert set(those.each(process_id, range(4), lambda done: None, 4)) == {os.getpid()}
        assert those.pool is None


def test_processes_serve_more_than_once():
    with crew(2) as those:
        first = set(those.each(process_id, range(40), lambda done: None, 0))
        again = set(those.each(process_id, range(40), lambda done: None, 0))
    assert os.getpid() not in first | again and len(first | again) <= 2


def test_an_item_on_which_a_process_dies_costs_only_itself():
    told = []
    with crew(2) as those:
        found = list(those.each(die_on_seven, range(40), told.append, 0))
    assert found == [None if n == 7 else 3 * n for n in range(40)]
    assert told[-1] == 40

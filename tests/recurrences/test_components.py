"""Strongly connected components, held against the definition: who reaches whom."""

from __future__ import annotations

from random import Random

import pytest

from rnncalc.recurrences.components import components


def reachable(reads: dict, start) -> set:
    """Everything that can be reached from a node, the node itself included."""
    found, waiting = {start}, [start]
    while waiting:
        for target in reads.get(waiting.pop(), ()):
            if target in reads and target not in found:
                found.add(target)
                waiting.append(target)
    return found


def random_graph(rng: Random) -> dict[int, list[int]]:
    size = rng.randint(1, 9)
    nodes = rng.sample(range(size), size)
    return {
        node: [rng.randrange(size + 1) for _ in range(rng.randint(0, 3))] for node in nodes
    }  # one target is unknown


def test_components_are_those_that_reach_each_other():
    rng = Random(1)
    for _ in range(500):
        reads = random_graph(rng)
        reach = {node: reachable(reads, node) for node in reads}
        wanted = {frozenset(b for b in reach[a] if a in reach[b]) for a in reads}
        found = components(reads)
        assert sorted(map(sorted, found)) == sorted(map(sorted, wanted)), reads


def test_each_component_comes_after_those_that_it_reads():
    rng = Random(2)
    for _ in range(500):
        reads = random_graph(rng)
        done: set = set()
        for component in components(reads):
            done |= component
            assert all(target in done for node in component for target in reads[node] if target in reads), reads


@pytest.mark.parametrize(
    ("reads", "found"),
    [
        ({}, []),
        ({"a": []}, [{"a"}]),
        ({"a": ["a"]}, [{"a"}]),
        ({"a": ["b"], "b": ["a"]}, [{"a", "b"}]),
        ({"y": ["h"], "h": ["h", "x"]}, [{"h"}, {"y"}]),
        ({"c": [], "a": [], "b": []}, [{"c"}, {"a"}, {"b"}]),
    ],
    ids=["nothing", "one", "itself", "pair", "dependencies first", "independent in order"],
)
def test_small_graphs(reads, found):
    assert components(reads) == found


def test_long_chains_need_no_recursion():
    reads = {number: [number + 1] for number in range(3_000)}
    assert [sorted(component) for component in components(reads)] == [[n] for n in range(2_999, -1, -1)]


def test_a_long_cycle_is_one_component():
    reads = {number: [(number + 1) % 3_000] for number in range(3_000)}
    assert components(reads) == [set(range(3_000))]

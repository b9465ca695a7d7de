"""Strongly connected components of a graph, dependencies first."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence


def components(reads: Mapping[Hashable, Sequence[Hashable]]) -> list[set]:
    """Give the strongly connected components, each after those that it reads.

    Among independent components the order of the mapping is kept.

    Source: Tarjan 1972, "Depth-first search and linear graph algorithms",
    written without recursion.
    """
    order: dict = {}  # node -> number at its first visit
    low: dict = {}  # node -> smallest number reachable from it
    stack: list = []
    found: list[set] = []
    closed: set = set()
    for root in reads:
        if root in order:
            continue
        order[root] = low[root] = len(order)
        stack.append(root)
        work = [(root, iter(reads[root]))]
        while work:
            here, rest = work[-1]
            target = next((t for t in rest if t not in closed and t in reads), None)
            if target is None:
                work.pop()
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[here])
                if low[here] == order[here]:
                    at = stack.index(here)
                    found.append(set(stack[at:]))
                    closed.update(stack[at:])
                    del stack[at:]
            elif target in order:
                low[here] = min(low[here], order[target])
            else:
                order[target] = low[target] = len(order)
                stack.append(target)
                work.append((target, iter(reads[target])))
    return found

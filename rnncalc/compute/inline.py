"""The equations of a scan with less to do at every step.

∇f = c(t-1) ⊙ ∇c(t) and ∇a_f = f(t) ⊙ (1 - f(t)) ⊙ ∇f(t) become one equation,
whose factors outside the recurrence are computed for all steps at once; a
product that is read at two steps becomes a member of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from rnncalc.compute.products import weight_and_vector
from rnncalc.language.kinds import Layout
from rnncalc.language.nodes import Call, Equation, Index, Node, Ref, leaves, reads, rebuild, walk


def put_in_place(equations: Iterable[Equation], names: Collection[str]) -> list[Equation]:
    """Put members in the places where they are read; each of them is read in one place."""
    rights = {e.left: e.right for e in equations if e.left.name in names}

    def change(node: Node) -> Node:
        return rebuild(rights[node], change) if isinstance(node, Ref) and node in rights else node

    kept = [e for e in equations if e.left.name not in names]
    return [e._replace(right=rebuild(e.right, change)) for e in kept]


def passing(equations: Collection[Equation], wanted: Collection[str]) -> set[str]:
    """Name the members that are products and are factors of one other member at the same step, and nowhere else.

    Args:
        equations: Those of a scan.
        wanted: Names that are read elsewhere.
    """
    reads: dict[str, list[Ref]] = {}
    for equation in equations:
        for leaf in leaves(equation.right):
            reads.setdefault(leaf.name, []).append(leaf)
    factors = {factor for equation in equations for factor in _factors(equation.right)}
    found = set()
    for equation in equations:
        name, read = equation.left.name, reads.get(equation.left.name, [])
        alone = len(read) == 1 and read[0] == equation.left and read[0] in factors
        if alone and name not in wanted and _is_product(equation.right):
            found.add(name)
    return found


def _factors(node: Node) -> list[Node]:
    if isinstance(node, Call) and node.op == "mul":
        return [factor for arg in node.args for factor in _factors(arg)]
    return [node]


def _is_product(node: Node) -> bool:
    """Tell whether an expression is an elementwise product that is present at every step."""
    if not isinstance(node, Call) or node.op != "mul":
        return False
    return not any(isinstance(part, Call) and part.op in ("between", "only_at") for part in walk(node))


def shared_products(equations: Collection[Equation], layout: Layout) -> dict[Node, str]:
    """Name the products of a weight and a member that occur more than once, at any steps, as they are at step t.

    No other scan has these names, as no other has these members.
    """
    members = dict.fromkeys(equation.left.name for equation in equations)
    found: list[Node] = []
    for equation in equations:
        for part in walk(equation.right):
            if isinstance(part, Call) and part.op == "matmul":
                weight, vector = weight_and_vector(part, layout)
                is_step = isinstance(vector, Ref) and vector.index.anchor == "step" and vector.name in members
                if is_step and not any(running for _, running in reads(weight)):
                    found.append(_at_step(part))
    often = [part for part in dict.fromkeys(found) if found.count(part) > 1]
    return {part: f"product {number} of {next(iter(members))}" for number, part in enumerate(often, start=1)}


def with_products(equations: Iterable[Equation], names: Mapping[Node, str], letter: str) -> list[Equation]:
    """Read products by their names, and add the equations of these."""

    def change(node: Node) -> Node:
        if not isinstance(node, Call) or node.op != "matmul" or _at_step(node) not in names:
            return node
        (offset,) = {leaf.index.offset for leaf, running in reads(node) if running}
        return Ref(names[_at_step(node)], Index("step", letter, offset))

    more = [Equation(Ref(name, Index("step", letter)), product) for product, name in names.items()]
    return [*(e._replace(right=rebuild(e.right, change)) for e in equations), *more]


def _at_step(product: Node) -> Node:
    """Give a product with its vector read at step t."""

    def change(leaf: Node) -> Node:
        if isinstance(leaf, Ref) and leaf.index.anchor == "step":
            return leaf._replace(index=leaf.index._replace(offset=0))
        return leaf

    return rebuild(product, change)


def with_vectors(equations: Iterable[Equation], layout: Layout, letter: str) -> tuple[list[Equation], dict[str, Node]]:
    """Make members of the vectors of another step that a weight multiplies: U (r(t+1) ⊙ ∇a(t+1)) is U q(t+1).

    No other scan has the names of these, as no other has its members.
    """
    equations = list(equations)
    members, names = dict.fromkeys(equation.left.name for equation in equations), {}

    def change(node: Node) -> Node:
        if not isinstance(node, Call) or node.op != "matmul":
            return node
        weight, vector = weight_and_vector(node, layout)
        running = [leaf for leaf, runs in reads(vector) if runs]
        offsets = {leaf.index.offset for leaf in running}
        inside = isinstance(vector, Call) and any(leaf.name in members for leaf in running)
        if not inside or len(offsets) > 1 or offsets == {0} or any(runs for _, runs in reads(weight)):
            return node
        name = names.setdefault(_at_step(vector), f"vector {len(names) + 1} of {next(iter(members))}")
        read = Ref(name, Index("step", letter, *offsets))
        return node._replace(args=tuple(read if arg is vector else arg for arg in node.args))

    changed = [e._replace(right=rebuild(e.right, change)) for e in equations]
    more = [Equation(Ref(name, Index("step", letter)), vector) for vector, name in names.items()]
    return [*changed, *more], {name: vector for vector, name in names.items()}


def in_order(equations: Collection[Equation]) -> list[Equation]:
    """Order equations so that each comes after what it reads at the same step."""
    lefts = {equation.left for equation in equations}
    waiting, done = list(equations), set()
    found = []
    while waiting:
        ready = next(e for e in waiting if all(leaf in done for leaf in leaves(e.right) if leaf in lefts))
        waiting.remove(ready)
        done.add(ready.left)
        found.append(ready)
    return found

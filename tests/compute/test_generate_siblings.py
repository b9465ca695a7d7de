"""Equations of the same form are evaluated together, whatever they are called, and nothing else is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from compute.cases import equations_of
from compute.differences import drawn
from compute.test_generate_backward import compare

from rnncalc.compute.bptt import backward_case, derive
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.regroup import regroup
from rnncalc.compute.siblings import together
from rnncalc.language.nodes import Call, Node, Ref, rebuild

CELL = """p[t] = A @ x[t] + K @ h[t-1] + a
q[t] = sigmoid(p[t])
r[t] = B @ x[t] + L @ h[t-1] + b
s[t] = sigmoid(r[t])
u[t] = C @ x[t] + M @ h[t-1] + c
v[t] = tanh(u[t])
w[t] = q[t] * w[t-1] + s[t] * v[t]
y[t] = D @ x[t] + N @ h[t-1] + d
z[t] = sigmoid(y[t])
h[t] = z[t] * tanh(w[t])
J[t] = sum(h[t] ** 2)"""
WEIGHTS = dict.fromkeys("ABCD", (2, 3)) | dict.fromkeys("KLMN", (2, 2)) | dict.fromkeys("abcd", (2,))


def plain(node: Node) -> Node:
    """Take the bounds off terms that are absent at some steps."""
    return rebuild(node, lambda part: part.args[0] if isinstance(part, Call) and part.op == "between" else part)


def groups_of(blocks, known) -> list[list[str]]:
    (scan,) = [block for block in blocks if block.direction in ("forward", "reverse")]
    members = {equation.left.name for equation in scan.equations}
    equations = [e._replace(right=regroup(plain(e.right), members)) for e in scan.equations]
    return [[member.name for member in group] for group in together(equations, known)]


def cell(text: str = CELL, n_steps: int = 20):
    return drawn(text, WEIGHTS, {"x": (2, n_steps, 3)})


def test_the_gates_of_a_cell_are_evaluated_together():
    case = cell()
    assert groups_of(case.blocks, case.known) == [["p", "r", "y", "u"], ["q", "s", "z"], ["v"], ["w"], ["h"]]


def test_so_are_their_adjoints():
    case = cell()
    derived = backward_case(evaluate(case), derive(case, starts=False))
    wanted = [["∇h"], ["∇w"], ["∇q", "∇s", "∇v"], ["∇z"], ["∇p", "∇r", "∇u", "∇y"]]
    assert groups_of(derived.blocks, derived.known) == wanted


@pytest.mark.parametrize("seed", range(6))
def test_the_order_in_which_equations_are_written_does_not_matter(seed, monkeypatch):
    lines = CELL.splitlines()
    np.random.default_rng(seed).shuffle(lines)
    case = cell("\n".join(lines))
    groups = groups_of(case.blocks, case.known)
    assert sorted(map(len, groups)) == [1, 1, 1, 3, 4]
    compare(case, monkeypatch, chunk=1)


ALIKE = {
    "operands in another order": "a[t] = tanh(h[t-1])\nb[t] = sigmoid(h[t-1])\nh[t] = p[t] - q[t] / 2 + x[t]\n"
    "p[t] = exp(-b[t] * b[t])\nq[t] = exp(-a[t] * a[t])",
    "one operand the same, one not": "a[t] = tanh(h[t-1])\nb[t] = tanh(h[t-1] * x[t])\nc[t] = tanh(h[t-1] - x[t])\n"
    "p[t] = a[t] * x[t]\nq[t] = a[t] * x[t-1]\nr[t] = b[t] * x[t]\nh[t] = p[t] - q[t] * r[t] + c[t] / 3",
    "another offset": "a[t] = tanh(h[t-1] + x[t])\nb[t] = tanh(h[t-2] + x[t])\nh[t] = a[t] * b[t]",
    "another number": "a[t] = 0.5 * h[t-1] + x[t]\nb[t] = 0.25 * h[t-1] + x[t]\nh[t] = tanh(a[t] - b[t])",
    "another width": "a[t] = tanh(W @ h[t-1] + x[t])\nb[t] = tanh(V @ h[t-1])\nh[t] = tanh(a[t] + R @ b[t])",
    "numbers and vectors": "a[t] = dot(h[t-1], x[t])\n"
    "b[t] = a[t] * x[t]\nc[t] = a[t-1] * x[t]\nh[t] = tanh(b[t] - c[t])",
    "a weight used twice": "a[t] = W @ h[t-1] + x[t]\nb[t] = W @ h[t-1] - x[t]\nh[t] = tanh(a[t]) * b[t] / 3",
    "the same term twice": "a[t] = tanh(h[t-1])\nb[t] = tanh(h[t-1] + x[t])\nc[t] = tanh(h[t-1] - x[t])\n"
    "h[t] = (W @ a[t] + Q @ b[t] + W @ c[t] + W @ c[t] - Q @ a[t] + W @ h[t-1]) / 4",
    "a term left out, a term taken off": "a[t] = tanh(h[t-1])\nb[t] = tanh(h[t-1] + x[t])\nc[t] = tanh(h[t-1] - x[t])\n"
    "p[t] = tanh(h[t-1] * x[t])\nq[t] = tanh(W @ a[t] + Q @ b[t] + W @ p[t])\n"
    "h[t] = tanh(W @ a[t-1] - Q @ b[t-1] + W @ c[t-1] + q[t] + p[t])",
    "a sum of numbers": "a[t] = tanh(h[t-1])\nb[t] = tanh(h[t-1] + x[t])\nc[t] = tanh(h[t-1] - x[t])\n"
    "h[t] = tanh(S @ a[t] + S @ b[t] + S @ c[t] + x[t])",
    "states that feed one another": "a[t] = tanh(W @ b[t-1] + x[t])\n"
    "b[t] = tanh(W @ a[t-1] + x[t])\nh[t] = a[t] * b[t]",
}


@pytest.mark.parametrize("name", ALIKE)
@pytest.mark.parametrize("n_steps", [5, 37])
def test_what_is_nearly_alike(name, n_steps, monkeypatch):
    shapes = {"W": (2, 2), "Q": (2, 2), "V": (3, 2), "R": (2, 3), "S": (1, 2)}
    weights = {weight: shape for weight, shape in shapes.items() if f"{weight} @" in ALIKE[name]}
    compare(drawn(f"{ALIKE[name]}\nJ[t] = sum(h[t] ** 2)", weights, {"x": (2, n_steps, 2)}), monkeypatch, 1, ["x"])


TERMS = ["{w} @ {m}", "tanh({m})", "sigmoid({m} + x[t])", "{m} * x[t]", "{m} * {n}", "(1 - {m}) * {n}", "-{m} / 2"]


@pytest.mark.parametrize("seed", range(40))
def test_systems_at_random(seed, monkeypatch):
    """Layers of four quantities, all but one of one form, that read those before in any order, and sums of products."""
    rng = np.random.default_rng(seed)
    lines, before = [], ["h[t-1]", "a1[t-1]", "b0[t-1]", "h[t-1]"]
    for layer in "abc":
        usual, other = rng.choice(TERMS, 2)
        operands = [list(rng.permutation(before)), [rng.choice(before)] * 4 if rng.random() < 0.5 else before]
        for at, (m, n) in enumerate(zip(*operands, strict=True)):
            form = other if at == 3 and rng.random() < 0.5 else usual
            term = form.format(m=m, n=n, w=rng.choice(["W", "Q"]))
            lines.append(f"{layer}{at}[t] = tanh({term} + 0.1 * x[t])")
        before = [f"{layer}{at}[t]" for at in range(4)]
    products = " + ".join(f"{rng.choice(['W', 'Q'])} @ {name}" for name in before)
    text = "\n".join([*rng.permutation(lines), f"h[t] = tanh({products} - Q @ b1[t-1]) / 2", "J[t] = sum(h[t] ** 2)"])
    weights = {weight: (2, 2) for weight in "WQ" if f"{weight} @" in text}
    compare(drawn(text, weights, {"x": (2, 35, 2)}), monkeypatch, 1, ["x"])


def test_groups_are_a_partition_in_an_order_of_evaluation():
    case = cell()
    (scan,) = [block for block in case.blocks if block.direction == "forward"]
    order = list(itertools.chain(*groups_of(case.blocks, case.known)))
    assert sorted(order) == sorted(equation.left.name for equation in scan.equations)
    for equation in equations_of(CELL)[:-1]:
        here = {part.name for part in parts_at_this_step(equation.right)}
        assert all(order.index(name) < order.index(equation.left.name) for name in here & set(order))


def parts_at_this_step(node: Node):
    if isinstance(node, Call):
        for arg in node.args:
            yield from parts_at_this_step(arg)
    elif isinstance(node, Ref) and node.index.offset == 0:
        yield node

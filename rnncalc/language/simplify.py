"""Simplify derived expressions to what one would write: named rules, each a small rewrite.

`simplify` applies rules innermost first until nothing changes. A rule takes a
node and gives a simpler one, or None. Which rules apply can be chosen by name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from math import isfinite

from rnncalc.language.kinds import SCALAR, Mismatch, Shapes, infer_shape
from rnncalc.language.nodes import Call, Name, Node, Number, Ref, rebuild

Rule = Callable[[Call, Shapes], Node | None]


def simplify(node: Node, known: Shapes, rules: Collection[str] | None = None) -> Node:
    """Apply the named rules, by default all of RULES."""
    chosen = [RULES[name] for name in (RULES if rules is None else rules)]

    def change(here: Node) -> Node:
        simpler = True
        while simpler and isinstance(here, Call):
            simpler = False
            for rule in chosen:
                found = rule(here, known)
                if found is not None:
                    here, simpler = simplify(found, known, rules), True
                    break
        return here

    return rebuild(node, change)


def is_number(node: Node, value: float | None = None) -> bool:
    return isinstance(node, Number) and (value is None or node.value == value)


def _number(value: float) -> Node:
    text = str(int(value)) if value == int(value) else repr(value)
    return Call("neg", (Number(text[1:]),)) if text.startswith("-") else Number(text)


def times_one(node: Call, known: Shapes) -> Node | None:
    """1 · a = a, a · 1 = a, a / 1 = a."""
    if node.op in ("mul", "div") and is_number(node.args[1], 1):
        return node.args[0]
    if node.op == "mul" and is_number(node.args[0], 1):
        return node.args[1]
    return None


def power_one(node: Call, known: Shapes) -> Node | None:
    """a¹ = a."""
    return node.args[0] if node.op == "pow" and is_number(node.args[1], 1) else None


def count(node: Call, known: Shapes) -> Node | None:
    """2 − 1 = 1, 2 · 0.5 = 1."""
    if node.op in ("add", "sub", "mul") and all(is_number(arg) for arg in node.args):
        a, b = (arg.value for arg in node.args)
        value = {"add": a + b, "sub": a - b, "mul": a * b}[node.op]
        return _number(value) if isfinite(value) else None
    return None


def number_first(node: Call, known: Shapes) -> Node | None:
    """a · 2 = 2 · a, 2 · (3 · a) = 6 · a, (2 · a) ⊙ b = 2 · (a ⊙ b)."""
    if node.op != "mul":
        return None
    left, right = node.args
    if is_number(right) and not is_number(left):
        return Call("mul", (right, left))
    if is_number(left) and _is_scaled(right):
        return Call("mul", (Call("mul", (left, right.args[0])), right.args[1]))
    if _is_scaled(left) and not is_number(right):
        return Call("mul", (left.args[0], Call("mul", (left.args[1], right))))
    return None


def _is_scaled(node: Node) -> bool:
    return isinstance(node, Call) and node.op == "mul" and is_number(node.args[0]) and not is_number(node.args[1])


def times_fraction(node: Call, known: Shapes) -> Node | None:
    """a · (1 / n) = a / n."""
    if node.op == "mul":
        for one, other in (node.args, node.args[::-1]):
            if isinstance(other, Call) and other.op == "div" and is_number(other.args[0], 1):
                return Call("div", (one, other.args[1]))
    return None


def twice_negated(node: Call, known: Shapes) -> Node | None:
    """−(−a) = a, a + (−b) = a − b, a − (−b) = a + b."""
    last = node.args[-1]
    if node.op in ("neg", "add", "sub") and isinstance(last, Call) and last.op == "neg":
        if node.op == "neg":
            return last.args[0]
        return Call("sub" if node.op == "add" else "add", (node.args[0], last.args[0]))
    return None


def sign_first(node: Call, known: Shapes) -> Node | None:
    """a ⊙ (−b) = −(a ⊙ b), A (−b) = −(A b)."""
    if node.op not in ("mul", "matmul", "div"):
        return None
    left, right = node.args
    if isinstance(left, Call) and left.op == "neg":
        return Call("neg", (Call(node.op, (left.args[0], right)),))
    if isinstance(right, Call) and right.op == "neg":
        return Call("neg", (Call(node.op, (left, right.args[0])),))
    return None


def transposed_product(node: Call, known: Shapes) -> Node | None:
    """(Aᵀ)ᵀ = A, (A B)ᵀ = Bᵀ Aᵀ, (a ⊙ b)ᵀ stays."""
    if node.op != "transpose" or not isinstance(node.args[0], Call):
        return None
    inner = node.args[0]
    if inner.op == "transpose":
        return inner.args[0]
    if inner.op == "matmul":
        left, right = inner.args
        return Call("matmul", (Call("transpose", (right,)), Call("transpose", (left,))))
    return None


def spread_factor(node: Call, known: Shapes) -> Node | None:
    """a ⊙ (g · 1) = a · g where a has every entry already; a spread to a scalar is nothing."""
    if node.op == "spread" and _shape(node, known) == SCALAR:
        return node.args[0]
    if node.op == "mul":
        left, right = node.args
        if isinstance(right, Call) and right.op == "spread" and _shape(left, known) == _shape(right, known):
            return Call("mul", (left, right.args[0]))
    return None


def _shape(node: Node, known: Shapes) -> tuple | None:
    try:
        return infer_shape(node, known)
    except Mismatch:
        return None


def one_hot_target(node: Call, known: Shapes) -> Node | None:
    """y · Σd = y where the targets d are known to sum to one at every step."""
    if node.op == "mul" and isinstance(node.args[1], Call) and node.args[1].op == "sum":
        inner = node.args[1].args[0]
        if isinstance(inner, Name | Ref) and inner.name in known.unit_sums:
            return node.args[0]
    return None


def common_factor(node: Call, known: Shapes) -> Node | None:
    """a ⊙ g + b ⊙ g = (a + b) ⊙ g, −(a ⊙ g) + b ⊙ g = (b − a) ⊙ g."""
    if node.op not in ("add", "sub"):
        return None
    (first, a), (second, b) = _signed_product(node.args[0]), _signed_product(node.args[1])
    if a is None or b is None or a.args[1] != b.args[1]:
        return None
    if node.op == "sub":
        second = -second
    if first < 0 < second:
        a, b, first, second = b, a, second, first
    together = Call("add" if second > 0 else "sub", (a.args[0], b.args[0]))
    if first < 0 or _shape(together, known) is None:  # a column and a row do not add
        return None
    return Call("mul", (together, a.args[1]))


def _signed_product(node: Node) -> tuple[int, Call | None]:
    if isinstance(node, Call) and node.op == "neg":
        sign, inner = _signed_product(node.args[0])
        return -sign, inner
    return 1, node if isinstance(node, Call) and node.op == "mul" else None


RULES: dict[str, Rule] = {
    "times-one": times_one,
    "power-one": power_one,
    "count": count,
    "spread-factor": spread_factor,
    "one-hot-target": one_hot_target,
    "transposed-product": transposed_product,
    "twice-negated": twice_negated,
    "sign-first": sign_first,
    "times-fraction": times_fraction,
    "number-first": number_first,
    "common-factor": common_factor,
}

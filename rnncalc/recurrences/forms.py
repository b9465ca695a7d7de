"""Two forms of one recurrence: whether they compute the same, and how the weights of one make those of the other.

`made_from` compares equation by equation: [h, x] in one product or in two, a
bias more or less in a sum, a gate that stands for what another calls 1 − gate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple

from rnncalc.language.nodes import Call, Equation, Name, Node, Number, Ref, leaves
from rnncalc.language.sums import addends
from rnncalc.recurrences.adapt import drop_absent
from rnncalc.recurrences.expand import Impossible, Recurrence, expand


class Made(NamedTuple):
    """How a weight is made: of one source, of several added or side by side, or cut out of one.

    Of a `cut`, `widths` has the columns of all pieces in words, `place` says
    which one it is. What is `negated` changes its sign at the end.
    """

    sources: tuple[str, ...]
    how: Literal["same", "added", "joined", "cut"] = "same"
    widths: tuple[str, ...] = ()
    place: int = 0
    negated: bool = False


class Making(NamedTuple):
    """The weights of a form, each by its name; the gates that are 1 − the gates of the other form."""

    weights: Mapping[str, Made]
    turned: tuple[str, ...] = ()


class _Piece(NamedTuple):
    """The columns of a matrix that meet one factor: piece `place` of `count`."""

    matrix: Node
    place: int
    count: int


def made_from(mine: Recurrence, theirs: Recurrence, sigmoids: Collection[str] = ()) -> Making | None:
    """Say how my weights make theirs, None where the two forms compute something different.

    Args:
        mine, theirs: Forms of one entry of the catalogue.
        sigmoids: Functions f with f(-a) = 1 - f(a); gates of these may be
            turned round by the sign of their weights. Without any none is.
    """
    extra = {name for name in theirs.biases if name not in mine.weights}
    wanted, _ = drop_absent(theirs, set(theirs.weights) - extra)
    own = {equation.left: equation.right for equation in mine.equations}
    if set(own) != {equation.left for equation in wanted}:
        return None
    gates = {left: right for left, right in own.items() if isinstance(right, Call) and right.op in sigmoids}
    turned: dict[Node, None] = {}
    for equation in wanted:
        if _matched(own[equation.left], equation.right, theirs.weights) is None:
            turned |= dict.fromkeys(_turning(own[equation.left], equation.right, gates))
    made: dict[str, Made] = {}
    for equation in wanted:
        right = own[equation.left] if equation.left in turned else _turned(own[equation.left], turned)
        found = _matched(right, equation.right, theirs.weights)
        if found is None:
            return None
        made |= found
    for gate in turned:
        read = _read_by(gates[gate].args[0], wanted) & set(made)
        made |= {name: made[name]._replace(negated=True) for name in read}
    return Making(made, tuple(gate.name for gate in turned))


def differing_choices(mine: Recurrence, theirs: Recurrence, sigmoids: Collection[str] = ()) -> list[str]:
    """Name the choices that make two forms compute something different; the arguments are those of made_from."""
    differing = [key for key, value in theirs.chosen.items() if mine.chosen[key] != value]
    return [key for key in differing if not _makes_up(key, mine, theirs, sigmoids)] or differing


def _makes_up(key: str, mine: Recurrence, theirs: Recurrence, sigmoids: Collection[str]) -> bool:
    """Tell whether weights make up for one choice, all others being those of one form or of the other."""
    for one, other in ((theirs, mine), (mine, theirs)):
        try:
            changed = expand(one.entry, {**one.chosen, key: other.chosen[key]}, one.arranged)
        except Impossible:
            continue
        return made_from(*((changed, one) if one is theirs else (one, changed)), sigmoids) is not None
    return True


def _matched(mine: Node, theirs: Node, words: Mapping[str, str]) -> dict[str, Made] | None:
    """Make the weights of one right side from those of another."""
    if mine == theirs:
        return _unchanged(theirs)
    my_products, my_biases, my_rest = _parts(mine)
    products, biases, rest = _parts(theirs)
    if set(my_products) != set(products) or not set(biases) <= set(my_biases) or Counter(my_rest) != Counter(rest):
        return None
    made = {name: found for _, node in rest for name, found in _unchanged(node).items()}
    for matrix in dict.fromkeys(piece.matrix for piece in products.values()):
        factors = [factor for factor, piece in products.items() if piece.matrix == matrix]
        found = _of_pieces(matrix, factors, my_products, products, words)
        if found is None:
            return None
        made |= found
    if set(my_biases) - set(biases) and not biases:
        return None
    for name in biases:
        more = tuple(other for other in my_biases if other not in biases) if name == biases[0] else ()
        made[name] = Made((name, *more), "added" if more else "same")
    return made


def _parts(node: Node) -> tuple[dict[Node, _Piece], list[str], list[tuple[str, Node]]]:
    """Split a sum into products by their factor, biases, and what is neither."""
    products: dict[Node, _Piece] = {}
    biases, rest = [], []
    for sign, addend in addends(node):
        if sign == "+" and isinstance(addend, Name):
            biases.append(addend.name)
        elif sign == "+" and isinstance(addend, Call) and addend.op == "matmul" and _weight(addend.args[0]):
            matrix, factor = addend.args
            factors = factor.args if isinstance(factor, Call) and factor.op == "concat" else (factor,)
            products |= {one: _Piece(matrix, place, len(factors)) for place, one in enumerate(factors)}
        else:
            rest.append((sign, addend))
    return products, biases, rest


def _weight(node: Node) -> str:
    """Give the name of a weight, be it transposed or not; '' for anything else."""
    if isinstance(node, Call) and node.op == "transpose":
        node = node.args[0]
    return node.name if isinstance(node, Name) else ""


def _of_pieces(
    matrix: Node,
    factors: list[Node],
    mine: Mapping[Node, _Piece],
    theirs: Mapping[Node, _Piece],
    words: Mapping[str, str],
) -> dict[str, Made] | None:
    """Make one matrix of theirs, which meets the factors in this order."""
    own = [mine[factor] for factor in factors]
    name, sources = _weight(matrix), tuple(_weight(piece.matrix) for piece in own)
    if set(own) == {_Piece(matrix, place, len(factors)) for place in range(len(factors))}:
        return {name: Made((name,))}
    if any(isinstance(piece.matrix, Call) for piece in own) or isinstance(matrix, Call):
        return None
    if len(factors) > 1:
        return {name: Made(sources, "joined")} if all(piece.count == 1 for piece in own) else None
    (piece,) = own
    if piece.count == 1:
        return {name: Made(sources)}
    beside = sorted((p.place, factor) for factor, p in mine.items() if p.matrix == piece.matrix)
    widths = tuple(words[_weight(theirs[factor].matrix)].split(" x ")[1] for _, factor in beside)
    return {name: Made(sources, "cut", widths, piece.place)}


def _turning(mine: Node, theirs: Node, gates: Mapping[Node, Call]) -> list[Node]:
    """Find the gate that has to be turned round for two right sides to be the same."""
    read = [leaf for leaf in leaves(mine) if leaf in gates]
    return next(([gate] for gate in read if _matched(_turned(mine, [gate]), theirs, {}) is not None), [])


def _turned(node: Node, gates: Collection[Node]) -> Node:
    """Put 1 − z in the place of z, and z in that of 1 − z."""
    if isinstance(node, Ref):
        return Call("sub", (Number("1"), node)) if node in gates else node
    if not isinstance(node, Call):
        return node
    if node.op == "sub" and node.args[0] == Number("1") and node.args[1] in gates:
        return node.args[1]
    return node._replace(args=tuple(_turned(arg, gates) for arg in node.args))


def _read_by(left: Node, equations: Collection[Equation]) -> set[str]:
    """Name what the equation of a quantity reads."""
    return {leaf.name for equation in equations if equation.left == left for leaf in leaves(equation.right)}


def _unchanged(node: Node) -> dict[str, Made]:
    return {leaf.name: Made((leaf.name,)) for leaf in leaves(node) if isinstance(leaf, Name)}

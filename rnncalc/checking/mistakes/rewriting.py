"""Make slips from alternatives to parts of expressions: at one place each, and everywhere at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rnncalc.checking.mistakes.slip import Alternatives, Changed, Slip
from rnncalc.checking.scene import Scene
from rnncalc.language.kinds import Mismatch, Shape, Shapes, infer_shape
from rnncalc.language.nodes import Call, Equation, Node, rebuild
from rnncalc.language.writer import write


def once_each(node: Node, alternatives: Alternatives) -> Iterator[Changed]:
    """Give the expression with one part changed, for each alternative to each part."""
    yield from alternatives(node)
    if isinstance(node, Call):
        for at, arg in enumerate(node.args):
            for words, new in once_each(arg, alternatives):
                yield Changed(words, Call(node.op, (*node.args[:at], new, *node.args[at + 1 :]), node.span))


def each_place(
    slug: str, scene: Scene, equations: Iterable[Equation], alternatives: Alternatives, where: str = "in"
) -> Iterator[Slip]:
    """Give a slip for each alternative to each part of some equations; `where` joins its words to the left side."""
    for equation in scene.open(equations):
        for words, node in once_each(equation.right, alternatives):
            if fits(node, equation, scene.shapes(equation)):
                yield Slip(slug, f"{words} {where} {shown(equation.left)}", {equation.left: node})


def slips(
    slug: str, scene: Scene, equations: Iterable[Equation], alternatives: Alternatives, where: str = "in"
) -> Iterator[Slip]:
    """Give a slip for each alternative to each part of some equations, then all first alternatives at once."""
    equations, everywhere, count, first = list(scene.open(equations)), {}, 0, ""
    for slip in each_place(slug, scene, equations, alternatives, where):
        count, first = count + 1, first or slip.words
        yield slip
    for equation in equations:
        known = scene.shapes(equation)
        node = rebuild(equation.right, lambda part: next(iter(alternatives(part)), Changed("", part)).node)
        if node != equation.right and fits(node, equation, known):
            everywhere[equation.left] = node
    if count > 1 and everywhere:
        yield Slip(slug, f"{first}, and likewise everywhere", everywhere)


def fits(node: Node, equation: Equation, known: Shapes) -> bool:
    """Tell whether a changed right side has the shape of the left."""
    found = shape_of(node, known)
    return found is not None and found == shape_of(equation.right, known)


def shape_of(node: Node, known: Shapes) -> Shape | None:
    """Give the shape of an expression; None where its parts do not fit together."""
    try:
        return infer_shape(node, known)
    except (Mismatch, KeyError):
        return None


def shown(node: Node) -> str:
    """Write an expression for a sentence."""
    return write(node, "screen")

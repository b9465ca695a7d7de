"""Make slips from alternatives to parts of expressions: at one place each, and everywhere at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rnncalc.checking.mistakes.slip import Alternatives, Changed, Slip
from rnncalc.checking.scene import Scene
from rnncalc.language.kinds import Mismatch, Shape, Shapes, infer_shape
from rnncalc.language.nodes import Call, Equation, Name, Node, Ref, rebuild
from rnncalc.language.writer import write


def once_each(node: Node, alternatives: Alternatives) -> Iterator[Changed]:
    """Give the expression with one part changed, for each alternative to each part."""
    yield from alternatives(node)
    if isinstance(node, Call):
        for at, arg in enumerate(node.args):
            for words, new, kind in once_each(arg, alternatives):
                yield Changed(words, Call(node.op, (*node.args[:at], new, *node.args[at + 1 :]), node.span), kind)


def each_place(
    slug: str, scene: Scene, equations: Iterable[Equation], alternatives: Alternatives, where: str = "in"
) -> Iterator[Slip]:
    """Give a slip for each alternative to each part of some equations; `where` joins its words to the left side."""
    return (slip for slip, _ in _each_place(slug, scene, equations, alternatives, where))


def slips(
    slug: str, scene: Scene, equations: Iterable[Equation], alternatives: Alternatives, where: str = "in"
) -> Iterator[Slip]:
    """Give a slip for each alternative to each part of some equations, then those of each kind all at once."""
    equations, first, several = list(scene.open(equations)), {}, set()
    for slip, kind in _each_place(slug, scene, equations, alternatives, where):
        yield slip
        if kind in first:
            several.add(kind)
        first.setdefault(kind, slip.words)
    for kind, words in first.items():
        everywhere = dict(_everywhere(scene, equations, alternatives, kind)) if kind in several else {}
        if everywhere:
            yield Slip(slug, f"{words}, and likewise everywhere", everywhere)


def _each_place(
    slug: str, scene: Scene, equations: Iterable[Equation], alternatives: Alternatives, where: str
) -> Iterator[tuple[Slip, str]]:
    for equation in scene.open(equations):
        for words, node, kind in once_each(equation.right, alternatives):
            if fits(node, equation, scene.shapes(equation)):
                yield Slip(slug, f"{words} {where} {shown(equation.left)}", {equation.left: node}), kind


def _everywhere(
    scene: Scene, equations: Iterable[Equation], alternatives: Alternatives, kind: str
) -> Iterator[tuple[Name | Ref, Node]]:
    """Give the right sides with every part changed by its first alternative of a kind."""

    def change(part: Node) -> Node:
        return next((changed.node for changed in alternatives(part) if changed.kind == kind), part)

    for equation in equations:
        node = rebuild(equation.right, change)
        if node != equation.right and fits(node, equation, scene.shapes(equation)):
            yield equation.left, node


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
    """Write an expression for a sentence, without the steps at which its terms are present."""
    return write(rebuild(node, _everywhere_present), "screen")


def _everywhere_present(node: Node) -> Node:
    return node.args[0] if isinstance(node, Call) and node.op in ("only_at", "between") else node

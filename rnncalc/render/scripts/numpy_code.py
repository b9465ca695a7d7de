"""Write expressions as numpy source, one sequence and one step at a time.

A vector is a 1-D array, be it a column or a row; a matrix is 2-D; what a file
writes as a matrix stays one. So the source depends on shapes: a column times a
row is `np.outer`, a column added to a matrix gets an axis. `write_code` is the
one to read first; the forms are those of numpy_operations.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from rnncalc.language.kinds import SCALAR, Shape, Shapes, feature_axis, infer_shape, result_shape
from rnncalc.language.nodes import Index, Name, Node, Number, Ref
from rnncalc.language.operations import ATOM, OPERATIONS, Form
from rnncalc.render.scripts.numpy_numbers import literal
from rnncalc.render.scripts.numpy_operations import NUMPY, VARIANTS


class Scope(NamedTuple):
    """What the names of a system are in a script.

    `axes` is the number of axes of each quantity's array, at one step; `steps`
    and `ends` are the variables of each index letter, its running step and its
    length; `whole` are the sequences of whole numbers.
    """

    known: Shapes
    identifiers: Mapping[str, str]
    axes: Mapping[str, int]
    steps: Mapping[str, str]
    ends: Mapping[str, str]
    whole: frozenset[str] = frozenset()


class Code(NamedTuple):
    """A piece of source with its shape in the language and its number of axes in numpy.

    `binds` and `op` decide on parentheses; `plain` is a number of Python's, not numpy's.
    """

    text: str
    shape: Shape
    n_axes: int
    binds: int = ATOM
    op: str = ""
    plain: bool = False


def write_code(node: Node, scope: Scope) -> Code:
    """Write an expression."""
    if isinstance(node, Number):
        return Code(literal(node.value, node.text), SCALAR, 0, plain=True)
    if isinstance(node, Name):
        return Code(scope.identifiers[node.name], scope.known.names[node.name], scope.axes[node.name])
    if isinstance(node, Ref):
        return _reference(node, scope)
    args = [write_code(arg, scope) for arg in node.args]
    shape = result_shape(node, [arg.shape for arg in args], scope.known.layout)
    if node.op == "lookup":
        return _lookup(node, args, shape, scope)
    return _RULES[OPERATIONS[node.op].kind](node, args, shape, scope.known.layout)


def fitted(code: Code, shape: Shape, n_axes: int) -> Code:
    """Give a right side in the shape of the array that takes it."""
    if n_axes < code.n_axes:
        return variant("flat", shape, n_axes, code)
    return _spread([code], shape)[0]


def step_source(index: Index, scope: Scope, letter: str) -> str:
    """Write a time step: t - 1, 0, T + 1."""
    if index.anchor == "start":
        return str(index.offset)
    return shifted((scope.steps if index.anchor == "step" else scope.ends)[letter], index.offset)


def shifted(base: str, offset: int) -> str:
    """Write a variable with an offset: t, t - 1, T + 1."""
    return base if not offset else f"{base} {'-' if offset < 0 else '+'} {abs(offset)}"


def variant(name: str, shape: Shape, n_axes: int, *args: Code) -> Code:
    """Fill a form of VARIANTS."""
    form = VARIANTS[name]
    return Code(_filled(form, args), shape, n_axes, form.binds)


def _reference(node: Ref, scope: Scope) -> Code:
    name, axes = scope.identifiers[node.name], scope.axes[node.name]
    letter = (scope.known.letters or {})[node.name]
    if node.index.anchor != "all":
        return Code(f"{name}[{step_source(node.index, scope, letter)}]", scope.known.names[node.name], axes)
    steps = f"{name}[1:{scope.ends[letter]} + 1]"
    turned = scope.known.layout == "column" and axes
    return Code(f"{steps}.T" if turned else steps, infer_shape(node, scope.known), axes + 1)


def _filled(form: Form, args: tuple[Code, ...] | list[Code]) -> str:
    parts = []
    for number, arg in enumerate(args):
        least = form.parts[min(number, len(form.parts) - 1)]
        parts.append(f"({arg.text})" if arg.binds < least or arg.op in form.apart else arg.text)
    slots = ", ".join(f"{{{number}}}" for number in range(len(args)))
    return form.template.replace("{*}", slots).format(*parts)


def _made(op: str, shape: Shape, n_axes: int, *args: Code) -> Code:
    """Fill the form of an operation; a form that is its argument alone stays that."""
    form = NUMPY[op]
    if form.template == "{0}":
        return args[0]
    is_sign = form.binds < ATOM  # signs make numbers of Python's of such numbers, functions do not
    return Code(_filled(form, args), shape, n_axes, form.binds, op, is_sign and all(arg.plain for arg in args))


def _spread(args: list[Code], shape: Shape) -> list[Code]:
    """Let numpy spread arrays as the language does: it aligns last axes, so a column needs an axis more."""
    if 1 in shape:
        mixed = {1, 2} <= {arg.n_axes for arg in args}
        return [variant("flat", arg.shape, 1, arg) if mixed and arg.n_axes == 2 else arg for arg in args]
    is_column = [arg.n_axes == 1 and arg.shape[0] > 1 for arg in args]
    return [variant("as column", a.shape, 2, a) if column else a for a, column in zip(args, is_column, strict=True)]


# --- the rules, by the kind of an operation ---------------------------------


def _elementwise(node, args: list[Code], shape: Shape, layout: str) -> Code:
    if node.op in ("softmax", "log_softmax") and 1 not in shape:
        name = Code(NUMPY[node.op].template.partition("(")[0], SCALAR, 0)
        return variant("by row" if feature_axis([shape], layout) else "by column", shape, 2, name, args[0])
    args = _spread(args, shape)
    divisor = isinstance(node.args[-1], Number) and node.args[-1].value
    if all(arg.plain for arg in args) and (node.op == "pow" or node.op == "div" and not divisor):
        args[0] = variant("float", SCALAR, 0, args[0])._replace(plain=False)
    return _made(node.op, shape, max(arg.n_axes for arg in args), *args)


def _product(node, args: list[Code], shape: Shape, layout: str) -> Code:
    left, right = args
    axes = {left.n_axes, right.n_axes}
    if 0 in axes or axes == {1} and left.shape[1] == 1 and 1 in shape:
        return _made("mul", shape, max(axes), left, right)
    if left.shape[1] == 1 and (left.n_axes == 1 and left.shape[0] > 1 or right.n_axes == 1 and right.shape[1] > 1):
        return variant("outer", shape, 2, left, right)
    return _made("matmul", shape, left.n_axes + right.n_axes - 2, left, right)


def _flip(node, args: list[Code], shape: Shape, layout: str) -> Code:
    (arg,) = args
    return _made("transpose", shape, 2, arg) if arg.n_axes == 2 else arg._replace(shape=shape)


def _concat(node, args: list[Code], shape: Shape, layout: str) -> Code:
    if 1 in shape:
        flat = [variant("flat", arg.shape, 1, arg) if arg.n_axes == 2 else arg for arg in args]
        if all(arg.n_axes == 1 for arg in flat):
            return _made("concat", shape, 1, *flat)
        return variant("concat of numbers", shape, 1, *flat)
    rows = feature_axis([arg.shape for arg in args], layout) == 0
    return variant("concat of rows" if rows else "concat of columns", shape, 2, *args)


def _entry(node, args: list[Code], shape: Shape, layout: str) -> Code:
    vector, which = args
    if vector.n_axes == 0:
        return vector
    if vector.n_axes == 2:
        vector = variant("flat", vector.shape, 1, vector)
    return _made("entry", shape, 0, vector, which._replace(text=str(int(node.args[1].text) - 1)))


def _total(node, args: list[Code], shape: Shape, layout: str) -> Code:
    if node.op == "dot" and {arg.n_axes for arg in args} != {1}:
        return variant("dot of matrices", shape, 0, *_spread(args, args[0].shape))
    if len(args) > 1:
        args = [*_spread(args[:2], args[0].shape), *args[2:]]
    return _made(node.op, shape, 0, *args)


def _lookup(node, args: list[Code], shape: Shape, scope: Scope) -> Code:
    table, which = args
    is_whole = which.text.isdigit() or isinstance(node.args[1], Ref) and node.args[1].name in scope.whole
    if not is_whole:
        number = variant("only number", SCALAR, 0, which) if which.n_axes else which
        which = variant("whole number", SCALAR, 0, number)
    if table.n_axes < 2 and table.shape[1] > 1:
        table = variant("as table", table.shape, 2, table)
    return _made("lookup", shape, max(table.n_axes - 1, 0), table, which)


_RULES: Mapping[str, Callable[..., Code]] = {
    "same": _elementwise,
    "broadcast": _elementwise,
    "product": _product,
    "flip": _flip,
    "concat": _concat,
    "entry": _entry,
    "total": _total,
    "first total": _total,
}

"""The operation table: one row for each operation of the language.

A row says how many arguments an operation takes, the rule for its kind
(kinds.py), how it is written as source, on a screen and in LaTeX (writer.py),
and under which name compute/ finds the function that evaluates it. The last
is a name, so that reading equations never needs numpy.
"""

from __future__ import annotations

from typing import NamedTuple

ANY = 99  # no upper limit to the number of arguments

# How tightly a form holds together; a part that holds less is put in parentheses.
SUM, NEGATION, PRODUCT, MATRIX_PRODUCT, POWER, POSTFIX, ATOM = 1, 2, 3, 4, 6, 8, 9


class Form(NamedTuple):
    """How one operation is written: `{0}`, `{1}` are the arguments, `{*}` all of them.

    `binds` is how tightly the whole holds together, `parts` how tightly each
    argument must at least; an operation in `apart` always gets parentheses.
    """

    template: str
    binds: int = ATOM
    parts: tuple[int, ...] = (0,)
    apart: frozenset[str] = frozenset()


class Operation(NamedTuple):
    """One row of the table."""

    name: str
    arity: tuple[int, int]
    kind: str
    source: Form
    screen: Form
    latex: Form
    infix: str = ""


def _function(name: str, kind: str = "same", arity: tuple[int, int] = (1, 1), latex: str = "") -> Operation:
    tex = latex or rf"\operatorname{{{name.replace('_', chr(92) + '_')}}}"
    call = Form(f"{name}({{*}})")
    return Operation(name, arity, kind, call, call, Form(rf"{tex}\left({{*}}\right)"))


_MATMUL, _MUL = frozenset({"matmul"}), frozenset({"mul", "scale", "div"})
_LEFT_TO_RIGHT = {
    "add": Form("{0} + {1}", SUM, (SUM, PRODUCT)),
    "sub": Form("{0} - {1}", SUM, (SUM, PRODUCT)),
}
_ROWS = (
    Operation("add", (2, 2), "broadcast", *[_LEFT_TO_RIGHT["add"]] * 3, infix="+"),
    Operation("sub", (2, 2), "broadcast", *[_LEFT_TO_RIGHT["sub"]] * 3, infix="-"),
    Operation("neg", (1, 1), "same", *[Form("-{0}", NEGATION, (PRODUCT,))] * 3),
    Operation(
        "mul",
        (2, 2),
        "broadcast",
        Form("{0} * {1}", PRODUCT, (PRODUCT, MATRIX_PRODUCT), _MATMUL),
        Form("{0} ⊙ {1}", PRODUCT, (PRODUCT, MATRIX_PRODUCT), _MATMUL),
        Form(r"{0} \odot {1}", PRODUCT, (PRODUCT, MATRIX_PRODUCT), _MATMUL),
        infix="*",
    ),
    Operation(
        "div",
        (2, 2),
        "broadcast",
        Form("{0} / {1}", PRODUCT, (PRODUCT, MATRIX_PRODUCT), _MATMUL),
        Form("{0} / {1}", PRODUCT, (PRODUCT, MATRIX_PRODUCT), _MATMUL),
        Form(r"\frac{{0}}{{1}}", PRODUCT, (0, 0)),
        infix="/",
    ),
    Operation(
        "matmul",
        (2, 2),
        "product",
        Form("{0} @ {1}", MATRIX_PRODUCT, (MATRIX_PRODUCT, POWER), _MUL),
        Form("{0} {1}", MATRIX_PRODUCT, (MATRIX_PRODUCT, POWER), _MUL),
        Form(r"{0} \, {1}", MATRIX_PRODUCT, (MATRIX_PRODUCT, POWER), _MUL),
        infix="@",
    ),
    Operation(
        "pow",
        (2, 2),
        "broadcast",
        Form("{0} ** {1}", POWER, (POWER + 1, POWER + 1)),
        Form("{0}{1:raised}", POWER, (POWER + 1, 0)),
        Form("{0}^{{1}}", POWER, (POWER + 1, 0)),
        infix="**",
    ),
    Operation(
        "transpose",
        (1, 1),
        "flip",
        Form("{0}.T", POSTFIX, (POSTFIX,)),
        Form("{0}ᵀ", POSTFIX, (POSTFIX,)),
        Form(r"{0}^{\top}", POSTFIX, (POSTFIX,)),
    ),
    Operation("entry", (2, 2), "entry", Form("{0}[{1}]", ATOM, (ATOM, 0)), Form("{0}[{1}]"), Form("{0}_{{1}}")),
    Operation(
        "concat",
        (1, ANY),
        "concat",
        Form("concat({*})"),
        Form("[{*}]"),
        Form(r"\left[{*}\right]"),
    ),
    _function("tanh", latex=r"\tanh"),
    _function("sigmoid", latex=r"\sigma"),
    _function("relu"),
    _function("leaky_relu", arity=(1, 2)),
    _function("elu", arity=(1, 2)),
    _function("softplus"),
    _function("hard_sigmoid", arity=(1, 3)),
    _function("identity"),
    _function("exp", latex=r"\exp"),
    _function("log", latex=r"\log"),
    Operation("sqrt", (1, 1), "same", Form("sqrt({*})"), Form("√({*})"), Form(r"\sqrt{{0}}")),
    _function("clip", arity=(3, 3)),
    _function("min", "broadcast", (2, 2), latex=r"\min"),
    _function("max", "broadcast", (2, 2), latex=r"\max"),
    _function("softmax"),
    _function("log_softmax"),
    _function("lookup", "lookup", (2, 2)),
    _function("dropout", arity=(2, 2)),
    _function("next", "same"),
    _function("sum", "total", (1, 1)),
    _function("dot", "total", (2, 2)),
    Operation(
        "norm",
        (1, 1),
        "total",
        Form("norm({*})"),
        Form("‖{*}‖"),
        Form(r"\left\lVert {*} \right\rVert"),
    ),
    _function("cross_entropy", "total", (2, 2)),
    _function("binary_cross_entropy", "total", (2, 2)),
)

OPERATIONS: dict[str, Operation] = {row.name: row for row in _ROWS}

INFIX: dict[str, Operation] = {row.infix: row for row in _ROWS if row.infix}

FUNCTIONS: tuple[str, ...] = tuple(row.name for row in _ROWS if row.source.template.startswith(row.name + "("))

ACTIVATIONS: tuple[str, ...] = (
    "tanh",
    "sigmoid",
    "relu",
    "leaky_relu",
    "elu",
    "softplus",
    "hard_sigmoid",
    "identity",
    "softmax",
    "log_softmax",
    "exp",
)

"""The operation table: one row for each operation of the language.

A row says how many arguments an operation takes, the rule for its kind
(kinds.py), how it is written as source, on a screen and in LaTeX (writer.py),
and its adjoint. compute/ finds the function that evaluates it under the row's
name, so that reading equations never needs numpy.

An adjoint is a template in the language itself, one for each argument: g is
the adjoint of the result, y the result, a, b and c the arguments. An empty
template says that nothing flows back to the argument; a row without templates
has no adjoint. Rows marked `derived` come from adjoints alone.
"""

from __future__ import annotations

from typing import NamedTuple

ANY = 99  # no upper limit to the number of arguments

# How tightly a form holds together; a part that holds less is put in parentheses.
SUM, NEGATION, PRODUCT, MATRIX_PRODUCT, POWER, POSTFIX, ATOM = 1, 2, 3, 4, 6, 8, 9


class Form(NamedTuple):
    """How one operation is written: `{0}`, `{1}` are the arguments, `{*}` all of them.

    `{0:base}` gets a script, `{1:raised}` and `{1:lowered}` are one; braces
    behind a letter are TeX's own, as in `\\mathbf{1}`. `binds` is how tightly
    the whole holds together, `parts` how tightly each argument must at least;
    an operation in `apart` always gets parentheses.
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
    adjoint: tuple[str, ...] = ()
    infix: str = ""
    derived: bool = False


_MATMUL, _MUL = frozenset({"matmul"}), frozenset({"mul", "scale", "div"})


def _infix(
    sign: str, name: str, kind: str, binds: int, parts: tuple[int, int], adjoint: tuple[str, str], **written: str | Form
) -> Operation:
    """Make the row of a binary operation; `written` has its forms for screen and LaTeX where they differ."""
    apart = {PRODUCT: _MATMUL, MATRIX_PRODUCT: _MUL}.get(binds, frozenset())
    source = Form(f"{{0}} {sign} {{1}}", binds, parts, apart)
    forms = [written.get(style, source) for style in ("screen", "latex")]
    forms = [source._replace(template=form) if isinstance(form, str) else form for form in forms]
    return Operation(name, (2, 2), kind, source, *forms, adjoint, infix=sign)


def _function(
    name: str,
    *adjoint: str,
    kind: str = "same",
    arity: tuple[int, int] = (1, 1),
    latex: str = "",
    derived: bool = False,
) -> Operation:
    tex = latex or rf"\operatorname{{{name.replace('_', chr(92) + '_')}}}"
    call = Form(f"{name}({{*}})")
    return Operation(name, arity, kind, call, call, Form(rf"{tex}\left({{*}}\right)"), adjoint, derived=derived)


def _derived(
    name: str, arity: int, kind: str, screen: str, latex: str = "", binds: int = ATOM, part: int = 0
) -> Operation:
    """Make a row that only adjoints use; it is written as the page would."""
    forms = Form(f"{name}({{*}})"), Form(screen, binds, (part,)), Form(latex or screen, binds, (part,))
    return Operation(name, (arity, ANY if arity > 2 else arity), kind, *forms, derived=True)


_SUMS, _PRODUCTS = (SUM, PRODUCT), (PRODUCT, MATRIX_PRODUCT)
_POWERS, _RAISED = (POWER + 1, POWER + 1), (POWER + 1, 0)  # an exponent that is raised needs no parentheses

_ROWS = (
    _infix("+", "add", "broadcast", SUM, _SUMS, ("g", "g")),
    _infix("-", "sub", "broadcast", SUM, _SUMS, ("g", "-g")),
    Operation("neg", (1, 1), "same", *[Form("-{0}", NEGATION, (PRODUCT,))] * 3, ("-g",)),
    _infix("*", "mul", "broadcast", PRODUCT, _PRODUCTS, ("b * g", "a * g"), screen="{0} ⊙ {1}", latex=r"{0} \odot {1}"),
    _infix(
        "/", "div", "broadcast", PRODUCT, _PRODUCTS, ("g / b", "-(a / b ** 2 * g)"),
        latex=Form(r"\frac{{0}}{{1}}", POWER),
    ),
    _infix(
        "@", "matmul", "product", MATRIX_PRODUCT, (MATRIX_PRODUCT, POWER), ("g @ b.T", "a.T @ g"),
        screen="{0} {1}", latex=r"{0} \, {1}",
    ),
    _infix(
        "**", "pow", "broadcast", POWER, _POWERS, ("b * a ** (b - 1) * g", "log(a) * y * g"),
        screen=Form("{0}{1:raised}", POWER, _RAISED), latex=Form("{0:base}^{{1}}", POWER, _RAISED),
    ),
    Operation(
        "transpose", (1, 1), "flip",
        Form("{0}.T", POSTFIX, (POSTFIX,)), Form("{0}ᵀ", POSTFIX, (POSTFIX,)),
        Form(r"{0:base}^{\top}", POSTFIX, (POSTFIX,)),
        ("g.T",),
    ),
    Operation(
        "entry", (2, 2), "entry",
        Form("{0}[{1}]", ATOM, (ATOM, 0)), Form("{0}[{1}]", ATOM, (ATOM, 0)), Form("{0:base}_{{1}}", ATOM, (ATOM, 0)),
        ("unit(g, b, a)", ""),
    ),
    Operation("concat", (1, ANY), "concat", Form("concat({*})"), Form("[{*}]"), Form(r"\left[{*}\right]"), ("part",)),
    _function("tanh", "(1 - y ** 2) * g", latex=r"\tanh"),
    _function("sigmoid", "y * (1 - y) * g", latex=r"\sigma"),
    _function("relu", "step(a) * g"),
    _function("leaky_relu", "leaky_relu_slope(a, b) * g", "sum(min(a, 0) * g)", arity=(1, 2)),
    _function("elu", "elu_slope(a, b) * g", "sum((exp(min(a, 0)) - 1) * g)", arity=(1, 2)),
    _function("softplus", "sigmoid(a) * g"),
    _function(
        "hard_sigmoid", "hard_sigmoid_slope(a, b, c) * g", "sum(within(y, 0, 1) * a * g)", "sum(within(y, 0, 1) * g)",
        arity=(1, 3),
    ),
    _function("identity", "g"),
    _function("exp", "y * g", latex=r"\exp"),
    _function("log", "g / a", latex=r"\log"),
    Operation("sqrt", (1, 1), "same", Form("sqrt({*})"), Form("√({*})"), Form(r"\sqrt{{0}}"), ("g / (2 * y)",)),
    _function("clip", "within(a, b, c) * g", "sum(step(b - a) * g)", "sum(step(a - c) * g)", arity=(3, 3)),
    _function("min", "step(b - a) * g", "step(a - b) * g", kind="broadcast", arity=(2, 2), latex=r"\min"),
    _function("max", "step(a - b) * g", "step(b - a) * g", kind="broadcast", arity=(2, 2), latex=r"\max"),
    _function("softmax", "y * (g - dot(y, g))"),
    _function("log_softmax", "g - exp(y) * sum(g)"),
    _function("lookup", "scatter(g, b, a)", "", kind="lookup", arity=(2, 2)),
    _function("dropout", "g", "", arity=(2, 2)),
    _function("next"),
    _function("sum", "spread(g, a)", kind="total"),
    _function("dot", "b * g", "a * g", kind="total", arity=(2, 2)),
    Operation(
        "norm", (1, 1), "total", Form("norm({*})"), Form("‖{*}‖"), Form(r"\left\lVert {*} \right\rVert"), ("a / y * g",)
    ),
    _function("cross_entropy", "-ratio(b, a) * g", "-log(a) * g", kind="total", arity=(2, 2)),
    _function(
        "binary_cross_entropy",
        "(ratio(1 - b, 1 - a) - ratio(b, a)) * g",
        "log((1 - a) / a) * g",
        kind="total",
        arity=(2, 2),
    ),
    # losses from the logits a, targets b, probabilities c: stable, and with the textbook's adjoint
    Operation(
        "softmax_cross_entropy", (3, 3), "first total", Form("softmax_cross_entropy({*})"),
        Form("cross_entropy({2}, {1})"), Form(r"\operatorname{cross\_entropy}\left({2}, {1}\right)"),
        ("(c * sum(b) - b) * g", "-log(c) * g", ""), derived=True,
    ),
    Operation(
        "sigmoid_cross_entropy", (3, 3), "first total", Form("sigmoid_cross_entropy({*})"),
        Form("binary_cross_entropy({2}, {1})"), Form(r"\operatorname{binary\_cross\_entropy}\left({2}, {1}\right)"),
        ("(c - b) * g", "-a * g", ""), derived=True,
    ),
    _function("step", derived=True),  # 1 where positive, else 0: ReLU's derivative, 0 at 0
    _function("leaky_relu_slope", arity=(1, 2), derived=True),
    _function("elu_slope", arity=(1, 2), derived=True),
    _function("hard_sigmoid_slope", arity=(1, 3), derived=True),
    _function("within", arity=(3, 3), derived=True),
    _derived("ratio", 2, "broadcast", "{0} / {1}", r"\frac{{0}}{{1}}", PRODUCT, MATRIX_PRODUCT),  # 0 where {0} is 0
    _derived("unit", 3, "third", "{0} · e[{1}]", r"{0} \, e_{{1}}", PRODUCT, MATRIX_PRODUCT),  # g at entry b, like c
    _derived("part", 3, "second", "{0}[{1}]", r"{0}\big|_{{1}}", ATOM, ATOM),  # the piece of g that belongs to b
    _derived("scatter", 3, "third", "rows({0} at {1})"),  # g added to row b of a matrix like c
    _derived("spread", 2, "second", "{0} · 1", r"{0} \, \mathbf{1}", PRODUCT, MATRIX_PRODUCT),  # g everywhere, like b
    _derived("sum_columns", 1, "sum columns", "{0} 1", r"{0} \, \mathbf{1}", MATRIX_PRODUCT, MATRIX_PRODUCT),
    _derived("sum_rows", 1, "sum rows", "1ᵀ {0}", r"\mathbf{1}^{\top} {0}", MATRIX_PRODUCT, MATRIX_PRODUCT),
    # over time: a term of some steps only, Σ over steps, Σ over steps and sequences, one column of a stack
    _derived("between", 3, "first", "{0}", binds=PRODUCT, part=PRODUCT),
    _derived("only_at", 2, "first", "[t = {1}] {0}", r"[t = {1}] \, {0}", PRODUCT, MATRIX_PRODUCT),
    _derived("sum_steps", 2, "first", "Σ{1:lowered} {0}", r"\sum_{{1}} {0}", PRODUCT, MATRIX_PRODUCT),
    _derived("sum_all", 2, "first", "Σ{1:lowered} {0}", r"\sum_{{1}} {0}", PRODUCT, MATRIX_PRODUCT),
    _derived("sum_sequences", 1, "first", "{0}", binds=PRODUCT, part=PRODUCT),
    # only written, never evaluated: the factors along a path through time
    _derived("derivative", 2, "second", "∂{0}/∂{1}", r"\frac{\partial {0}}{\partial {1}}", ATOM, POSTFIX),
    _derived("direct_derivative", 2, "second", "∂⁺{0}/∂{1}", r"\frac{\partial^{+} {0}}{\partial {1}}", ATOM, POSTFIX),
    _derived("chain", 2, "second", "{0} · {1}", r"{0} \, {1}", PRODUCT, PRODUCT),
    _derived("column_of", 2, "column", "{0}[:, {1}]", r"\big({0}\big)_{:,{1}}", ATOM, ATOM),
)  # fmt: skip

OPERATIONS: dict[str, Operation] = {row.name: row for row in _ROWS}

INFIX: dict[str, Operation] = {row.infix: row for row in _ROWS if row.infix}

SIGNED: frozenset[str] = frozenset(
    row.name for row in _ROWS if not row.source.template.startswith(row.name + "(")
)  # written with signs alone: `matmul(A, b)` is no expression

FUNCTIONS: tuple[str, ...] = tuple(row.name for row in _ROWS if row.name not in SIGNED and not row.derived)

ACTIVATIONS: tuple[str, ...] = (
    "tanh", "sigmoid", "relu", "leaky_relu", "elu", "softplus", "hard_sigmoid", "identity", "softmax", "log_softmax",
    "exp",
)  # fmt: skip

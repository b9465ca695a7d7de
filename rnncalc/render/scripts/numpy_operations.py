"""The numpy column of the operation table: how a script of plain numpy writes each operation.

A row is a form, as in language/operations.py; the language's own signs mean
the same in Python. What takes more than an expression is a helper: a function
that the script defines, if it is used. numpy_code.py fills the forms.
"""

from __future__ import annotations

from typing import NamedTuple

from rnncalc.language.operations import ATOM, OPERATIONS, POSTFIX, POWER, PRODUCT, Form


class Helper(NamedTuple):
    """The source of a function that scripts define; `needs` are helpers that it calls."""

    source: str
    needs: tuple[str, ...] = ()


_WRITTEN_ALIKE = ("add", "sub", "neg", "mul", "div", "matmul", "pow", "transpose")

NUMPY: dict[str, Form] = {
    **{name: OPERATIONS[name].source for name in _WRITTEN_ALIKE},
    "entry": Form("{0}[{1}]", POSTFIX, (POSTFIX, 0)),
    "concat": Form("np.concatenate([{*}])"),
    "tanh": Form("np.tanh({*})"),
    "sigmoid": Form("sigmoid({*})"),
    "relu": Form("relu({*})"),
    "leaky_relu": Form("leaky_relu({*})"),
    "elu": Form("elu({*})"),
    "softplus": Form("softplus({*})"),
    "hard_sigmoid": Form("hard_sigmoid({*})"),
    "identity": Form("{0}"),
    "exp": Form("np.exp({*})"),
    "log": Form("np.log({*})"),
    "sqrt": Form("np.sqrt({*})"),
    "clip": Form("np.clip({*})"),
    "min": Form("np.minimum({*})"),
    "max": Form("np.maximum({*})"),
    "softmax": Form("softmax({*})"),
    "log_softmax": Form("log_softmax({*})"),
    "lookup": Form("{0}[{1}]", POSTFIX, (POSTFIX, 0)),
    "dropout": Form("{0}"),  # drops in training only
    "sum": Form("np.sum({*})"),
    "dot": Form("np.dot({*})"),
    "norm": Form("np.linalg.norm({*})"),
    "cross_entropy": Form("cross_entropy({*})"),
    "binary_cross_entropy": Form("binary_cross_entropy({*})"),
    "softmax_cross_entropy": Form("softmax_cross_entropy({0}, {1})"),
    "sigmoid_cross_entropy": Form("sigmoid_cross_entropy({0}, {1})"),
}

# An operation on arrays of other axes: vectors are 1-D, whether columns or rows.
VARIANTS: dict[str, Form] = {
    "outer": Form("np.outer({0}, {1})"),
    "dot of matrices": Form("np.sum({0} * {1})", ATOM, (PRODUCT, POWER)),
    "concat of numbers": Form("np.hstack([{*}])"),
    "concat of rows": Form("np.vstack([{*}])"),
    "concat of columns": Form("np.column_stack([{*}])"),
    "by column": Form("np.apply_along_axis({0}, 0, {1})"),
    "by row": Form("np.apply_along_axis({0}, 1, {1})"),
    "flat": Form("{0}.ravel()", POSTFIX, (POSTFIX,)),
    "as column": Form("{0}[:, None]", POSTFIX, (POSTFIX,)),
    "as table": Form("np.atleast_2d({0})"),
    "whole number": Form("int({0})"),
    "only number": Form("{0}.item()", POSTFIX, (POSTFIX,)),
    "float": Form("np.float64({0})"),  # numpy's, which divides by zero without an error
}

HELPERS: dict[str, Helper] = {
    "sigmoid": Helper("def sigmoid(z):\n    return 1 / (1 + np.exp(-z))"),
    "relu": Helper("def relu(z):\n    return np.maximum(z, 0)"),
    "leaky_relu": Helper("def leaky_relu(z, slope=0.01):\n    return np.where(z > 0, z, slope * z)"),
    "elu": Helper("def elu(z, alpha=1):\n    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))"),
    "softplus": Helper("def softplus(z):\n    return np.logaddexp(z, 0)  # log(1 + exp(z))"),
    "hard_sigmoid": Helper("def hard_sigmoid(z, slope=0.2, shift=0.5):\n    return np.clip(slope * z + shift, 0, 1)"),
    "softmax": Helper(
        "def softmax(z):\n"
        "    powers = np.exp(z - np.max(z))  # the shift cancels, and keeps exp from overflowing\n"
        "    return powers / np.sum(powers)"
    ),
    "log_softmax": Helper(
        "def log_softmax(z):\n    shifted = z - np.max(z)\n    return shifted - np.log(np.sum(np.exp(shifted)))"
    ),
    "cross_entropy": Helper(
        "def cross_entropy(y, d):\n    return -np.sum(d * np.log(np.where(d == 0, 1, y)))  # 0 · log 0 is 0"
    ),
    "binary_cross_entropy": Helper(
        "def binary_cross_entropy(y, d):\n    return cross_entropy(y, d) + cross_entropy(1 - y, 1 - d)",
        ("cross_entropy",),
    ),
    "softmax_cross_entropy": Helper(
        "def softmax_cross_entropy(u, d):\n"
        '    """−Σ d log softmax(u), computed from the logits u: finite where softmax(u) comes out as 0."""\n'
        "    return -np.sum(d * log_softmax(u))",
        ("log_softmax",),
    ),
    "sigmoid_cross_entropy": Helper(
        "def sigmoid_cross_entropy(u, d):\n"
        '    """−Σ (d log σ(u) + (1 − d) log(1 − σ(u))), computed from the logits u: finite where σ(u) is 0 or 1."""\n'
        "    return np.sum(np.logaddexp(u, 0) - d * u)"
    ),
}

"""The compiled column of the operation table: how one step of a scan carries an operation out.

Each operation is a few numpy calls into a buffer {out}; None stands for the
forward function, whose result is copied.
"""

from __future__ import annotations

from typing import NamedTuple


class Statement(NamedTuple):
    """A call of a numpy function, its arguments as a template."""

    function: str
    arguments: str


def _call(function: str, *arguments: str) -> Statement:
    keyword = "out={out}" if function in ("maximum", "minimum") else "{out}"  # positional out is deprecated there
    return Statement(function, ", ".join((*arguments, keyword)))


COMPILED: dict[str, tuple[Statement, ...] | None] = {
    "add": (_call("add", "{0}", "{1}"),),
    "sub": (_call("subtract", "{0}", "{1}"),),
    "mul": (_call("multiply", "{0}", "{1}"),),
    "div": (_call("divide", "{0}", "{1}"),),
    "neg": (_call("negative", "{0}"),),
    "pow": None,
    "tanh": (_call("tanh", "{0}"),),
    "sigmoid": (
        _call("negative", "{0}"),
        _call("exp", "{out}"),
        _call("add", "{out}", "{one}"),
        _call("reciprocal", "{out}"),
    ),
    "relu": (_call("maximum", "{0}", "{zero}"),),
    "exp": (_call("exp", "{0}"),),
    "log": (_call("log", "{0}"),),
    "sqrt": (_call("sqrt", "{0}"),),
    "min": (_call("minimum", "{0}", "{1}"),),
    "max": (_call("maximum", "{0}", "{1}"),),
    "identity": (_call("positive", "{0}"),),
    "softplus": (_call("logaddexp", "{0}", "{zero}"),),
    "leaky_relu": None,
    "elu": None,
    "hard_sigmoid": None,
    "clip": None,
    "step": None,
    "leaky_relu_slope": None,
    "elu_slope": None,
    "hard_sigmoid_slope": None,
    "within": None,
}

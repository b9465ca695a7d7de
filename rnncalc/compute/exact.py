"""Exact arithmetic: the forward pass over closed forms of SymPy instead of floats.

One row for each operation, as in functions.py, over arrays of expressions
(…, rows, columns). Nothing is expanded or reordered beyond what SymPy does
when it builds a sum or a product. `exact_pass` is the one to read first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np
import sympy

from rnncalc.compute.functions import ALONG_FEATURES, concat, entry, lookup
from rnncalc.compute.trace import trace
from rnncalc.compute.values import Values, stack
from rnncalc.language.kinds import Shapes, feature_axis, infer_shape
from rnncalc.language.nodes import Name, Node, Number, Ref

Array = np.ndarray  # of sympy.Expr
Key = tuple[str, int | None]  # a quantity and its step, None where it has none

DIGITS = 30  # to which a closed form is evaluated where its sign decides
TOO_LONG = (
    sympy.nan
)  # in the place of a closed form that is not followed any further; whatever reads it is too long too


class sigmoid(sympy.Function):
    """σ(z) = 1 / (1 + exp(−z)), kept as it is written."""

    @classmethod
    def eval(cls, z):
        if z is TOO_LONG:
            return z
        return sympy.Rational(1, 2) if z == 0 else None

    _imp_ = staticmethod(lambda z: 1 / (1 + sympy.exp(-z)))  # by which SymPy evaluates it

    def _eval_is_positive(self) -> bool:
        return True


class tanh(sympy.Function):
    """tanh z, kept as it is written: SymPy's own looks for signs and poles in its argument, which takes long."""

    @classmethod
    def eval(cls, z):
        return z if z is TOO_LONG or z == 0 else None

    _imp_ = staticmethod(sympy.tanh)

    def _eval_is_real(self) -> bool:
        return True


def rational(text: str) -> sympy.Rational:
    """Give a number by its decimal text.

    >>> rational("0.30"), rational("-2e-1")
    (3/10, -1/5)
    """
    plain = Fraction(text) if len(text) < 400 and abs(_exponent(text)) < 400 else Fraction(float(text))
    return sympy.Rational(plain.numerator, plain.denominator)


def _exponent(text: str) -> int:
    return int(text.lower().partition("e")[2] or 0)


def exact_pass(values: Values, given: Mapping[object, Array], limit: Callable[[sympy.Expr], bool]) -> dict[Key, Array]:
    """Compute the closed form of every quantity that equations define.

    Args:
        values: The forward pass in floats, of sequences of one length.
        given: By name weights and inputs, by (name, step) initial values, in the shapes of the case's arrays.
        limit: Tells whether a closed form is too long to go on with.

    Shapes:
        result[name, step]: (n_sequences, rows, columns)
    """
    case, found = values.case, {}

    def read(leaf: Name | Ref) -> Array:
        if isinstance(leaf, Name):
            return found[leaf.name, None] if (leaf.name, None) in found else given[leaf.name]
        if leaf.index.anchor == "all":
            steps = [at(leaf.name, step) for step in range(1, case.n_steps(leaf.name) + 1)]
            return stack(np.array(steps, dtype=object), case.system.layout)
        return at(leaf.name, values.step_of(leaf))

    def at(name: str, step: int) -> Array:
        if (name, step) in found:
            return found[name, step]
        return given[name, step] if (name, step) in given else given[name][step - 1]

    with np.errstate(all="ignore"):
        for step in trace(values):
            for line in step.lines:
                result = _evaluate(line.right, read, case.known)
                whole = np.broadcast_to(result, (case.n_sequences, *case.shapes[line.left.name]))
                key = line.left.name, values.step_of(line.left) if isinstance(line.left, Ref) else None
                found[key] = _map(lambda e: TOO_LONG if e is TOO_LONG or limit(e) else e)(whole)
    return found


def exact_value(node: Node) -> sympy.Expr:
    """Give the closed form of a number expression, such as 1/3 or 0.3*tanh(0.5)+0.1."""
    return _evaluate(node, None, None)[0, 0]


def _evaluate(node: Node, read: Callable[[Name | Ref], Array] | None, known: Shapes | None) -> Array:
    if isinstance(node, Name | Ref):
        return read(node)
    if isinstance(node, Number):
        return np.array([[rational(node.text)]], dtype=object)
    args = [_evaluate(arg, read, known) for arg in node.args]
    if node.op not in ALONG_FEATURES:
        return EXACT[node.op](*args)
    shapes = [infer_shape(arg, known) for arg in node.args] if node.op != "lookup" else []
    return EXACT[node.op](*args, axis=feature_axis(shapes, known.layout) - 2)


def _map(function: Callable) -> Callable[..., Array]:
    """Apply a function of single expressions to arrays that are broadcast."""
    return lambda *arrays: np.asarray(np.frompyfunc(function, len(arrays), 1)(*arrays), dtype=object)


def _is_positive(z: sympy.Expr) -> bool:
    return z is not TOO_LONG and bool(sympy.N(z, DIGITS) > 0)


def _choice(function: Callable) -> Callable[..., Array]:
    """Make a function that decides by signs; what is too long stays so."""
    return _map(lambda *args: TOO_LONG if TOO_LONG in args else function(*args))


def _sum(a: Array, axis: int | tuple[int, int] = (-2, -1)) -> Array:
    return np.asarray(a.sum(axis=axis, keepdims=True), dtype=object)


def _softmax(z: Array, axis: int) -> Array:
    """exp(z) / Σ exp(z); equal scores give equal shares."""
    powers = _map(sympy.exp)(z)
    share = sympy.Rational(1, z.shape[axis])
    shares = powers / _sum(powers, axis)
    equal = (z == z.take([0], axis=axis)).all(axis=axis, keepdims=True)
    return np.where(equal & (z != TOO_LONG), share, shares)


def _cross_entropy(p: Array, d: Array) -> Array:
    return _sum(_map(lambda p, d: sympy.Integer(0) if d == 0 else -d * sympy.log(p))(p, d))


def _binary_cross_entropy(p: Array, d: Array) -> Array:
    return _cross_entropy(p, d) + _cross_entropy(1 - p, 1 - d)


_ONE, _HALF, _FIFTH, _HUNDREDTH = (sympy.Rational(1, n) for n in (1, 2, 5, 100))

EXACT: Mapping[str, Callable[..., Array]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "neg": lambda a: -a,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "matmul": lambda a, b: a @ b,
    "pow": lambda a, b: _map(sympy.Pow)(a, b),
    "transpose": lambda a: np.swapaxes(a, -1, -2),
    "entry": entry,
    "concat": concat,
    "tanh": _map(tanh),
    "sigmoid": _map(sigmoid),
    "relu": _choice(lambda z: z if _is_positive(z) else sympy.Integer(0)),
    "leaky_relu": lambda z, slope=_HUNDREDTH: _choice(lambda z, s: z if _is_positive(z) else s * z)(z, slope),
    "elu": lambda z, alpha=_ONE: _choice(lambda z, a: z if _is_positive(z) else a * (sympy.exp(z) - 1))(z, alpha),
    "softplus": _map(lambda z: sympy.log(1 + sympy.exp(z))),
    "hard_sigmoid": lambda z, slope=_FIFTH, shift=_HALF: EXACT["clip"](
        slope * z + shift, sympy.Integer(0), sympy.Integer(1)
    ),
    "identity": lambda z: z,
    "exp": _map(sympy.exp),
    "log": _map(sympy.log),
    "sqrt": _map(sympy.sqrt),
    "clip": lambda z, low, high: EXACT["min"](EXACT["max"](z, low), high),
    "min": _choice(lambda a, b: b if _is_positive(a - b) else a),
    "max": _choice(lambda a, b: a if _is_positive(a - b) else b),
    "softmax": _softmax,
    "log_softmax": lambda z, axis: _map(sympy.log)(_softmax(z, axis)),
    "lookup": lookup,
    "dropout": lambda a, p: a,
    "sum": _sum,
    "dot": lambda a, b: _sum(a * b),
    "norm": lambda a: _map(sympy.sqrt)(_sum(a * a)),
    "cross_entropy": _cross_entropy,
    "binary_cross_entropy": _binary_cross_entropy,
    "softmax_cross_entropy": lambda logits, d, p: _cross_entropy(p, d),
    "sigmoid_cross_entropy": lambda logits, d, p: _binary_cross_entropy(p, d),
}

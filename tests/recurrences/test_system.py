"""Systems: which names are sequences, which are given, and which equations do not fit together."""

from __future__ import annotations

import pytest
from language.marks import diagnostics
from recurrences.systems import system_of, system_refusals

from rnncalc.base.span import Source
from rnncalc.language.lines import parse_equations
from rnncalc.language.nodes import Number
from rnncalc.language.writer import write_equation
from rnncalc.recurrences.activations import read_activation
from rnncalc.recurrences.system import build_system

ELMAN = """\
z[t] = U.T @ x[t] + W.T @ h[t-1] + b
h[t] = hidden(z[t])
u[t] = V.T @ h[t] + c
y[t] = output(u[t])
"""
TANH_LINEAR = {"hidden": ("tanh", ()), "output": ("identity", ())}


def test_names_of_a_network():
    system = system_of(ELMAN, TANH_LINEAR)
    assert system.defined == ("z", "h", "u", "y")
    assert system.given_values == ("U", "W", "b", "V", "c")
    assert system.given_sequences == ("x",)
    assert system.letters == dict.fromkeys("zxhuy", "t")


def test_functions_are_put_in_their_place():
    system = system_of(ELMAN, {"hidden": ("leaky_relu", (Number("0.2"),)), "output": ("softmax", ())})
    assert [write_equation(equation) for equation in system.equations] == [
        "z[t] = U.T @ x[t] + W.T @ h[t-1] + b",
        "h[t] = leaky_relu(z[t], 0.2)",
        "u[t] = V.T @ h[t] + c",
        "y[t] = softmax(u[t])",
    ]


def test_an_identity_that_the_file_names_leaves_no_function():
    system = system_of(ELMAN, TANH_LINEAR)
    assert write_equation(system.equations[3]) == "y[t] = u[t]"


@pytest.mark.parametrize(
    ("text", "activations", "written"),
    [
        ("y[t] = σ(x[t])", {}, "y[t] = sigmoid(x[t])"),
        ("y[t] = σ(x[t])", {"σ": ("tanh", ())}, "y[t] = tanh(x[t])"),
        ("y[t] = φ(x[t])", {"φ": ("relu", ())}, "y[t] = relu(x[t])"),
        ("y[t] = sigma(x[t])", {"sigma": ("elu", ())}, "y[t] = elu(x[t])"),
        ("y[t] = V @ φ(φ(x[t]))", {"φ": ("relu", ())}, "y[t] = V @ relu(relu(x[t]))"),
        ("y[t] = next(x)", {}, "y[t] = x[t+1]"),
        ("s[i] = next(x)", {}, "s[i] = x[i+1]"),
        ("y[t] = next(x[t])", {}, "y[t] = x[t+1]"),
        ("y[t] = next(x[t-3])", {}, "y[t] = x[t-2]"),
    ],
)
def test_letters_and_next(text, activations, written):
    """CONTRACT A11: σ is sigmoid unless the file says otherwise; φ and the like are just names."""
    assert [write_equation(equation) for equation in system_of(text, activations).equations] == [written]


def test_letters_of_sequences():
    system = system_of("h[t] = tanh(x[t])\ns[0] = h[T]\ns[i] = q[i] + h[:] @ a + k[0]\nr = m[N]")
    assert system.letters == {"h": "t", "x": "t", "s": "i", "q": "i", "k": "t", "m": "i"}


def test_equations_of_single_places_stand_apart():
    system = system_of("x[1] = start\nx[t] = y[t-1]\ny[t] = V @ x[t]\ng[T+1] = y[1]\ng[t] = g[t+1]")
    assert list(system.general) == ["x", "y", "g"]
    assert [f"{name}{index.anchor}{index.offset}" for name, index in system.places] == ["xstart1", "gend1"]
    assert system.defined == ("x", "y", "g")
    assert system.given_values == ("start", "V")


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("h[t] = h[t-1]", {"h": {("start", 0)}}),
        ("h[t] = h[t-3]", {"h": {("start", 0), ("start", -1), ("start", -2)}}),
        ("g[t] = g[t+2]", {"g": {("end", 1), ("end", 2)}}),
        ("y = h[0] + h[-1]", {"h": {("start", 0), ("start", -1)}}),
        ("y = h[T+1]", {"h": {("end", 1)}}),
        ("y = h[1] + h[T] + h[T-1] + sum(h[:])", {"h": set()}),
        ("y[t] = x[t]", {"x": set()}),
    ],
)
def test_places_outside_the_regular_steps(text, reads):
    assert system_of(text).reads == reads


def test_a_given_first_step_is_not_read_before_it():
    """CONTRACT A7: x[1] may be given while x[t] = y[t-1] holds from t = 2; so nothing reads y[0]."""
    assert system_of("x[1] = start\nx[t] = y[t-1]\ny[t] = V @ x[t]").reads["y"] == set()


@pytest.mark.parametrize(
    ("marked", "slug"),
    [
        ("y[t] = <tahn(x[t])>", "undefined-function"),
        ("y[t] = 2 * <φ(x[t])> + 1", "undefined-function"),
        ("y[t] = <hidden(x[t])>", "undefined-function"),
        ("y[t] = <matmul(A, x[t])>", "undefined-function"),
        ("y[t] = <entry(x[t], x[t])>", "undefined-function"),
        ("y[t] = <step(x[t])>", "undefined-function"),
        ("y[t] = <spread(x[t], x[t])>", "undefined-function"),
        ("y = <sum_all(x[T], a)>", "undefined-function"),
        ("y[t] = <tanh(x[t], 2)>", "wrong-argument-count"),
        ("y[t] = <σ(x[t], 2)>", "wrong-argument-count"),
        ("y[t] = W @ <clip(x[t], 0)>", "wrong-argument-count"),
        ("y[t] = <dot(x[t])>", "wrong-argument-count"),
        ("y[t] = <sum(x[t], 1)>", "wrong-argument-count"),
        ("y[t] = <next(W @ x[t])>", "bad-next"),
        ("y = <next(x)>", "bad-next"),
        ("y = V @ <h[t]>", "foreign-time-step"),
        ("s[0] = <h[t]>\nh[t] = x[t]", "foreign-time-step"),
        ("h[t] = x[t]\ns[i] = V @ <h[i]>", "foreign-time-step"),
        ("h[t] = x[t]\ns[i] = V @ <h[t]>", "foreign-time-step"),
        ("s[i] = V @ <h[i]>\nh[t] = x[t]", "foreign-time-step"),
        ("h[t] = x[t]\ny = <h[N]>", "foreign-time-step"),
        ("y[t] = <t> * x[t]", "index-letter-name"),
        ("<t[t]> = x[t]", "index-letter-name"),
        ("h[t] = x[t]\ns[i] = h[:] @ <i>", "index-letter-name"),
        ("h[t] = x[t]\n<h[t]> = W @ x[t]", "duplicate-definition"),
        ("s[0] = a\n<s[0]> = b", "duplicate-definition"),
        ("y = a\n<y> = b", "duplicate-definition"),
        ("c[t] = c[t-1] + x[t]\ny[t] = V @ c[t] + <c>", "sequence-and-value"),
        ("y[t] = <h> + h[t]", "sequence-and-value"),
        ("<ĥ> = 1\ny[t] = ĥ[t]", "sequence-and-value"),
    ],
)
def test_faults(marked, slug):
    assert system_refusals(marked) == [(slug, marked)]


@pytest.mark.parametrize("name", ["output", "hidden"])
@pytest.mark.parametrize("activation", ["identity", "tanh"])
def test_a_named_activation_takes_one_argument(name, activation):
    marked = f"y[t] = <{name}(x[t], 3)>"
    assert system_refusals(marked, {name: (activation, ())}) == [("wrong-argument-count", marked)]


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("y[t] = tahn(x[t])", "'tanh'"),
        ("y[t] = Sigmoid(x[t])", "'sigmoid'"),
        ("y[t] = phi(x[t])", "activations: {phi: tanh}"),
        ("y[t] = qqqqq(x[t])", "softmax"),
    ],
)
def test_the_remedy_for_an_unknown_function(text, remedy):
    (found,) = diagnostics(lambda source: build_system(parse_equations(source), {}), text)
    assert remedy in found.remedy


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("tanh(a, b)", "'tanh' takes 1 argument; here are 2."),
        ("clip(a)", "'clip' takes 3 arguments; here is 1."),
        ("leaky_relu(a, b, c)", "'leaky_relu' takes 1 to 2 arguments; here are 3."),
    ],
)
def test_the_number_of_arguments_is_said(call, told):
    (found,) = diagnostics(lambda source: build_system(parse_equations(source), {}), f"y = {call}")
    assert found.message == told


@pytest.mark.parametrize(
    ("text", "slug", "note"),
    [
        ("h[t] = x[t]\nh[t] = 2", "duplicate-definition", "h[t]"),
        ("c[t] = x[t]\ny = c", "sequence-and-value", "c[t]"),
    ],
)
def test_the_other_place_is_named(text, slug, note):
    (found,) = diagnostics(lambda source: build_system(parse_equations(source), {}), text)
    assert (found.slug, [one.span.text for one in found.notes]) == (slug, [note])
    assert found.notes[0].span.line == 1


def test_all_faults_of_a_system_come_in_one():
    text = "y[t] = tahn(x[t])\nu[t] = clip(x[t])\nv[t] = phi(y[t]) + next(3)"
    found = diagnostics(lambda source: build_system(parse_equations(source), {}), text)
    assert [one.slug for one in found] == [
        "undefined-function", "wrong-argument-count", "undefined-function", "bad-next",
    ]  # fmt: skip
    text = "h[t] = x[t] + c\nh[t] = y\nc[t] = t\ny = h[t]"
    found = diagnostics(lambda source: build_system(parse_equations(source), {}), text)
    assert sorted(one.slug for one in found) == [
        "duplicate-definition", "foreign-time-step", "index-letter-name", "sequence-and-value",
    ]  # fmt: skip


def test_a_weight_may_be_called_t_in_capitals():
    """CONTRACT A1: t and T have their meaning only inside brackets."""
    system = system_of("y[t] = T @ x[t] + h[T]\nh[t] = x[t]")
    assert system.given_values == ("T",)


@pytest.mark.parametrize(
    ("text", "op", "arguments"),
    [
        ("tanh", "tanh", ()),
        ("leaky_relu(0.2)", "leaky_relu", ("0.2",)),
        ("hard_sigmoid(0.25, 0.5)", "hard_sigmoid", ("0.25", "0.5")),
    ],
)
def test_activations_of_a_file(text, op, arguments):
    found, extra = read_activation(text, Source("<test>", text), 0, len(text))
    assert (found, tuple(number.text for number in extra)) == (op, arguments)


@pytest.mark.parametrize(
    ("marked", "near"),
    [("<tahn>", "'tanh'"), ("<elu(x)>", ""), ("<concat>", ""), ("<1 + 2>", ""), ("<Tanh>", "'tanh'")],
)
def test_unknown_activations(marked, near):
    (found,) = diagnostics(lambda source: read_activation(source.text, source, 0, len(source.text)), marked.strip("<>"))
    assert (found.slug, found.span.text) == ("unknown-activation", marked.strip("<>"))
    assert near in found.remedy

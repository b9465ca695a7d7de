"""The catalogue: every entry is what CONTRACT B5 says, in each variant and with layers."""

from __future__ import annotations

from itertools import product

import pytest

from rnncalc.language.nodes import leaves, walk
from rnncalc.language.operations import ACTIVATIONS
from rnncalc.language.writer import write_equation
from rnncalc.recurrences.catalogue import Impossible, Recurrence, entry_names, expand, read_entry
from rnncalc.recurrences.schedule import schedule
from rnncalc.recurrences.system import build_system

NAMES = ["elman", "gru", "jordan", "lstm", "many-to-one", "one-to-many"]


def written(recurrence: Recurrence) -> list[str]:
    return [write_equation(equation) for equation in recurrence.equations]


def defined(recurrence: Recurrence) -> list[str]:
    return list(dict.fromkeys(equation.left.name for equation in recurrence.equations))


def choices(name: str) -> list[dict[str, str]]:
    entry = read_entry(name)
    return [dict(zip(entry.choices, values, strict=True)) for values in product(*entry.choices.values())]


def possible() -> list[tuple[str, dict[str, str]]]:
    """Every entry in every variant that some equations express."""
    pairs = [(name, chosen) for name in entry_names() for chosen in choices(name)]
    return [
        (name, chosen) for name, chosen in pairs if (chosen.get("variant"), chosen.get("reset")) != ("concat", "after")
    ]


def test_the_names_that_the_contract_promises():
    assert set(entry_names()) >= set(NAMES)


@pytest.mark.parametrize(
    ("name", "chosen", "weights", "sequences"),
    [
        ("elman", {}, "U W b V c", "z h u y"),
        ("jordan", {}, "U W b V c", "z h u y"),
        (
            "lstm",
            {},
            "W_f U_f b_f W_i U_i b_i W_g U_g b_g W_o U_o b_o V b_y",
            "a_f f a_i i a_g g c a_o o h u y",
        ),
        ("lstm", {"variant": "concat"}, "W_f b_f W_i b_i W_g b_g W_o b_o V b_y", "a_f f a_i i a_g g c a_o o h u y"),
        ("gru", {}, "W_z U_z b_z W_r U_r b_r W_n U_n b_n V b_y", "a_z z a_r r a_n n h u y"),
        ("gru", {"variant": "concat"}, "W_z b_z W_r b_r W_n b_n V b_y", "a_z z a_r r a_n n h u y"),
    ],
)
def test_weights_and_sequences(name, chosen, weights, sequences):
    recurrence = expand(read_entry(name), chosen)
    assert list(recurrence.weights) == weights.split()
    assert defined(recurrence) == sequences.split()


@pytest.mark.parametrize(
    ("name", "chosen", "line"),
    [
        ("elman", {}, "z[t] = U.T @ x[t] + W.T @ h[t-1] + b"),
        ("jordan", {}, "z[t] = U.T @ x[t] + W.T @ y[t-1] + b"),
        ("lstm", {}, "a_f[t] = W_f @ x[t] + U_f @ h[t-1] + b_f"),
        ("lstm", {}, "c[t] = f[t] * c[t-1] + i[t] * g[t]"),
        ("lstm", {}, "h[t] = o[t] * tanh(c[t])"),
        ("lstm", {"variant": "concat"}, "a_o[t] = W_o @ concat(h[t-1], x[t]) + b_o"),
        ("gru", {}, "a_n[t] = W_n @ x[t] + U_n @ (r[t] * h[t-1]) + b_n"),
        ("gru", {}, "h[t] = (1 - z[t]) * h[t-1] + z[t] * n[t]"),
        ("gru", {"reset": "after"}, "a_n[t] = W_n @ x[t] + r[t] * (U_n @ h[t-1]) + b_n"),
        ("gru", {"update": "keeps-old"}, "h[t] = z[t] * h[t-1] + (1 - z[t]) * n[t]"),
        ("gru", {"variant": "concat"}, "a_n[t] = W_n @ concat(r[t] * h[t-1], x[t]) + b_n"),
        ("gru", {"variant": "concat", "update": "keeps-old"}, "h[t] = z[t] * h[t-1] + (1 - z[t]) * n[t]"),
        ("gru", {"variant": "concat", "update": "keeps-old"}, "a_r[t] = W_r @ concat(h[t-1], x[t]) + b_r"),
        ("many-to-one", {}, "u = V.T @ h[T] + c"),
        ("one-to-many", {}, "x[t] = y[t-1]"),
        ("one-to-many", {}, "x[1] = start"),
    ],
)
def test_lines_of_the_variants(name, chosen, line):
    assert line in written(expand(read_entry(name), chosen))


@pytest.mark.parametrize("update", ["takes-new", "keeps-old"])
def test_a_reset_after_the_product_needs_a_matrix_of_its_own(update):
    with pytest.raises(Impossible, match="U_n"):
        expand(read_entry("gru"), {"variant": "concat", "reset": "after", "update": update})


@pytest.mark.parametrize(("name", "hidden"), [(n, "tanh") for n in ("elman", "jordan", "many-to-one", "one-to-many")])
def test_activations_by_default(name, hidden):
    assert read_entry(name).activations == {"hidden": hidden, "output": "identity"}


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_says_where_it_is_published(name):
    entry = read_entry(name)
    assert entry.name == name
    assert len(entry.title) > 10 and len(entry.source) > 10
    assert set(entry.activations.values()) <= set(ACTIVATIONS)


@pytest.mark.parametrize(("name", "chosen"), possible(), ids=str)
@pytest.mark.parametrize("layers", [None, 1, 3])
def test_every_weight_is_read_and_every_name_is_known(name, chosen, layers):
    """The equations read the weights and inputs of the entry, and nothing else that they do not define."""
    entry = read_entry(name)
    if layers and not entry.deep:
        pytest.skip("has no layers")
    recurrence = expand(entry, chosen, layers)
    read = {leaf.name for equation in recurrence.equations for leaf in leaves(equation.right)}
    assert read - set(defined(recurrence)) == set(recurrence.weights) | set(entry.inputs)
    assert set(recurrence.biases) <= set(recurrence.weights)
    activations = {key: (op, ()) for key, op in entry.activations.items()}
    assert schedule(build_system(recurrence.equations, activations))


@pytest.mark.parametrize(("name", "chosen"), possible(), ids=str)
def test_biases_are_the_vectors_added_to_a_sum(name, chosen):
    recurrence = expand(read_entry(name), chosen)
    assert set(recurrence.biases) == {weight for weight, shape in recurrence.weights.items() if " x " not in shape}


def test_layers_of_elman():
    recurrence = expand(read_entry("elman"), {}, 2)
    assert written(recurrence) == [
        "z1[t] = U1.T @ x[t] + W1.T @ h1[t-1] + b1",
        "h1[t] = hidden(z1[t])",
        "z2[t] = U2.T @ h1[t] + W2.T @ h2[t-1] + b2",
        "h2[t] = hidden(z2[t])",
        "u[t] = V.T @ h2[t] + c",
        "y[t] = output(u[t])",
    ]
    assert list(recurrence.weights) == ["U1", "W1", "b1", "U2", "W2", "b2", "V", "c"]
    assert recurrence.biases == ("b1", "b2", "c")


def test_layers_of_jordan():
    """Each layer is fed back from the layer above, the last from the output."""
    assert written(expand(read_entry("jordan"), {}, 3)) == [
        "z1[t] = U1.T @ x[t] + W1.T @ h2[t-1] + b1",
        "h1[t] = hidden(z1[t])",
        "z2[t] = U2.T @ h1[t] + W2.T @ h3[t-1] + b2",
        "h2[t] = hidden(z2[t])",
        "z3[t] = U3.T @ h2[t] + W3.T @ y[t-1] + b3",
        "h3[t] = hidden(z3[t])",
        "u[t] = V.T @ h3[t] + c",
        "y[t] = output(u[t])",
    ]


def test_layers_of_the_gated_networks():
    lstm, gru = (written(expand(read_entry(name), {}, 2)) for name in ("lstm", "gru"))
    assert "a_f2[t] = W_f2 @ h1[t] + U_f2 @ h2[t-1] + b_f2" in lstm
    assert "c2[t] = f2[t] * c2[t-1] + i2[t] * g2[t]" in lstm
    assert "a_n2[t] = W_n2 @ h1[t] + U_n2 @ (r2[t] * h2[t-1]) + b_n2" in gru
    assert [lines[-2] for lines in (lstm, gru)] == ["u[t] = V @ h2[t] + b_y"] * 2


def test_one_layer_differs_only_in_names():
    one, plain = expand(read_entry("lstm"), {}, 1), expand(read_entry("lstm"), {})
    kinds = [[type(part).__name__ for e in r.equations for part in walk(e.right)] for r in (one, plain)]
    assert kinds[0] == kinds[1]
    assert list(one.weights) == [name if name in ("V", "b_y") else f"{name}1" for name in plain.weights]

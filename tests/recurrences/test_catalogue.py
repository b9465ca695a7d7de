"""The catalogue: every entry is what CONTRACT B5 says, in each variant and with layers."""

from __future__ import annotations

from itertools import product

import pytest

from rnncalc.language.nodes import leaves, walk
from rnncalc.language.operations import ACTIVATIONS
from rnncalc.language.writer import write_equation
from rnncalc.recurrences.catalogue import entry_names, read_entry
from rnncalc.recurrences.expand import Arrangement, Impossible, Recurrence, expand, reverses
from rnncalc.recurrences.schedule import schedule
from rnncalc.recurrences.system import build_system

NAMES = ["attention", "elman", "encoder-decoder", "gru", "jordan", "lstm", "many-to-one", "mgu", "one-to-many"]


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
        ("lstm", {}, "h[t] = o[t] * hidden(c[t])"),
        ("lstm", {"peepholes": "all"}, "a_o[t] = W_o @ x[t] + U_o @ h[t-1] + b_o + p_o * c[t]"),
        ("lstm", {"gates": "coupled"}, "f[t] = 1 - i[t]"),
        ("lstm", {"bias": "two"}, "a_g[t] = W_g @ x[t] + U_g @ h[t-1] + b_g + b_hg"),
        ("gru", {"bias": "two", "reset": "after"}, "a_n[t] = W_n @ x[t] + b_n + r[t] * (U_n @ h[t-1] + b_hn)"),
        ("elman", {"bias": "two"}, "z[t] = U.T @ x[t] + W.T @ h[t-1] + b + b_h"),
        ("mgu", {}, "h[t] = (1 - f[t]) * h[t-1] + f[t] * n[t]"),
        ("attention", {}, "e[i] = v_a.T @ g[i]"),
        ("attention", {"scores": "general"}, "e[i] = s[i-1].T @ W_a @ h[:]"),
        ("encoder-decoder", {"feed": "target"}, "q[i] = U_s @ d[i-1] + W_s @ s[i-1] + b_s"),
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
    recurrence = expand(entry, chosen, Arrangement(layers))
    read = {leaf.name for equation in recurrence.equations for leaf in leaves(equation.right)}
    assert read - set(defined(recurrence)) == set(recurrence.weights) | set(recurrence.inputs)
    assert set(recurrence.biases) <= set(recurrence.weights)
    activations = {key: (op, ()) for key, op in entry.activations.items()}
    assert schedule(build_system(recurrence.equations, activations))


@pytest.mark.parametrize(("name", "chosen"), possible(), ids=str)
def test_biases_are_the_vectors_added_to_a_sum(name, chosen):
    recurrence = expand(read_entry(name), chosen)
    vectors = {weight for weight, shape in recurrence.weights.items() if " x " not in shape}
    assert set(recurrence.biases) == {name for name in vectors if not name.startswith(("p_", "v_"))}


def test_layers_of_elman():
    recurrence = expand(read_entry("elman"), {}, Arrangement(2))
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
    assert written(expand(read_entry("jordan"), {}, Arrangement(3))) == [
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
    lstm, gru = (written(expand(read_entry(name), {}, Arrangement(2))) for name in ("lstm", "gru"))
    assert "a_f2[t] = W_f2 @ h1[t] + U_f2 @ h2[t-1] + b_f2" in lstm
    assert "c2[t] = f2[t] * c2[t-1] + i2[t] * g2[t]" in lstm
    assert "a_n2[t] = W_n2 @ h1[t] + U_n2 @ (r2[t] * h2[t-1]) + b_n2" in gru
    assert [lines[-2] for lines in (lstm, gru)] == ["u[t] = V @ h2[t] + b_y"] * 2


def test_one_layer_differs_only_in_names():
    one, plain = expand(read_entry("lstm"), {}, Arrangement(1)), expand(read_entry("lstm"), {})
    kinds = [[type(part).__name__ for e in r.equations for part in walk(e.right)] for r in (one, plain)]
    assert kinds[0] == kinds[1]
    assert list(one.weights) == [name if name in ("V", "b_y") else f"{name}1" for name in plain.weights]


def test_two_directions_of_elman():
    """The second copy runs from the last step to the first, and the merged state goes up."""
    recurrence = expand(read_entry("elman"), {}, Arrangement(2, "both", "sum"))
    assert written(recurrence) == [
        "z1_fwd[t] = U1_fwd.T @ x[t] + W1_fwd.T @ h1_fwd[t-1] + b1_fwd",
        "h1_fwd[t] = hidden(z1_fwd[t])",
        "z1_bwd[t] = U1_bwd.T @ x[t] + W1_bwd.T @ h1_bwd[t+1] + b1_bwd",
        "h1_bwd[t] = hidden(z1_bwd[t])",
        "m1[t] = h1_fwd[t] + h1_bwd[t]",
        "z2_fwd[t] = U2_fwd.T @ m1[t] + W2_fwd.T @ h2_fwd[t-1] + b2_fwd",
        "h2_fwd[t] = hidden(z2_fwd[t])",
        "z2_bwd[t] = U2_bwd.T @ m1[t] + W2_bwd.T @ h2_bwd[t+1] + b2_bwd",
        "h2_bwd[t] = hidden(z2_bwd[t])",
        "m2[t] = h2_fwd[t] + h2_bwd[t]",
        "u[t] = V.T @ m2[t] + c",
        "y[t] = output(u[t])",
    ]
    assert recurrence.weights["U2_bwd"] == "n_h1_fwd x n_h2_fwd"


@pytest.mark.parametrize(
    ("merge", "line"),
    [
        ("concat", "m[t] = concat(h_fwd[t], h_bwd[t])"),
        ("average", "m[t] = (h_fwd[t] + h_bwd[t]) / 2"),
        ("product", "m[t] = h_fwd[t] * h_bwd[t]"),
    ],
)
def test_merges(merge, line):
    assert line in written(expand(read_entry("gru"), {}, Arrangement(None, "both", merge)))


def test_concatenated_directions_have_both_sizes():
    weights = expand(read_entry("lstm"), {}, Arrangement(2, "both")).weights
    assert weights["V"] == "n_y x n_h2_fwd+n_h2_bwd"
    assert weights["W_f2_fwd"] == "n_h2_fwd x n_h1_fwd+n_h1_bwd"


def test_an_answer_at_the_end_reads_the_last_state_of_each_direction():
    """The reverse direction ends at step 1."""
    both = written(expand(read_entry("many-to-one"), {}, Arrangement(None, "both")))
    assert both[-3:] == ["m = concat(h_fwd[T], h_bwd[1])", "u = V.T @ m + c", "y = output(u)"]
    assert "u = V.T @ h[1] + c" in written(expand(read_entry("many-to-one"), {}, Arrangement(None, "reverse")))


def test_what_waits_for_an_output_cannot_run_in_reverse():
    assert {name for name in NAMES if reverses(read_entry(name))} == {"elman", "gru", "lstm", "many-to-one", "mgu"}

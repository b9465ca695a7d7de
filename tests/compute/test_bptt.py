"""Gradients against central differences: the catalogue, and what systems of one's own may do."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from compute.cases import Numbers, case_of, draw_numbers, equations_of
from compute.differences import assert_gradients, drawn, gradients_of, loss_case, total

from rnncalc.recurrences.adapt import to_rows
from rnncalc.recurrences.catalogue import read_entry
from rnncalc.recurrences.expand import Arrangement, expand

NAMES = ("elman", "jordan", "lstm", "gru", "mgu", "many-to-one", "one-to-many")


def variants() -> list[tuple[str, dict[str, str], int | None]]:
    """List the entries of the catalogue with every choice that goes together, and one with two layers."""
    found = []
    for name in NAMES:
        choices = read_entry(name).choices
        for values in product(*choices.values()):
            chosen = dict(zip(choices, values, strict=True))
            if (chosen.get("variant"), chosen.get("reset")) != ("concat", "after"):
                found.append((name, chosen, None))
    return [*found, ("elman", {}, 3), ("jordan", {}, 2), ("lstm", {}, 2), ("gru", {}, 2)]


def catalogue_case(name, chosen, layers=None, n_steps=3, batch=1, layout="column", seed=2):
    """Build the case of a catalogue entry with a loss that weighs every output entry differently."""
    recurrence = expand(read_entry(name), chosen, Arrangement(layers))
    numbers = draw_numbers(recurrence, seed, n_steps, batch)
    lines = list(recurrence.equations)
    if layout == "row":
        lines = list(to_rows(lines, recurrence.weights))
    single = name == "many-to-one"
    lines += equations_of("J = sum((y - y ** 3) ** 2)" if single else "J[t] = sum((y[t] - y[t] ** 3) ** 2)")
    return loss_case(lines, numbers, recurrence.entry.activations, layout, t=n_steps)


@pytest.mark.parametrize(("name", "chosen", "layers"), variants(), ids=str)
@pytest.mark.parametrize(("batch", "n_steps"), [(1, 1), (3, 2), (1, 3), (3, 3), (3, 4)])
def test_the_catalogue(name, chosen, layers, batch, n_steps):
    """All weights, initial values other than zero, inputs."""
    inputs = ["start"] if name == "one-to-many" else ["x"]
    assert_gradients(catalogue_case(name, chosen, layers, n_steps, batch), inputs)


@pytest.mark.parametrize(("name", "chosen", "layers"), variants(), ids=str)
def test_the_catalogue_in_row_layout(name, chosen, layers):
    """The same network the other way round: the same gradients, vectors lying down."""
    column, row = (catalogue_case(name, chosen, layers, 3, 2, layout) for layout in ("column", "row"))
    upright, lying = gradients_of(column), gradients_of(row)
    assert upright.backward.parameters == lying.backward.parameters
    for weight in column.weights:
        wanted = upright.of(weight)
        found = lying.of(weight)
        transposed = column.weights[weight].shape != row.weights[weight].shape
        np.testing.assert_allclose(found.T if transposed else found, wanted, rtol=1e-12, atol=1e-13, err_msg=weight)


@pytest.mark.parametrize("name", ["elman", "lstm"])
def test_every_entry(name):
    assert_gradients(catalogue_case(name, {}, None, 3, 2), ["x"], every=True)


V, M, B = (2,), (2, 2), (3, 4, 2)  # a bias, a matrix, three sequences of four steps
SYSTEMS = {
    "lags 1 and 2": ("h[t] = tanh(W @ h[t-1] + Q @ h[t-2] + x[t])\nJ[t] = sum(h[t] ** 3)", {"W": M, "Q": M}),
    "lag 3 of the input": ("h[t] = tanh(W @ x[t-3] + Q @ x[t])\nJ[t] = sum(h[t] ** 3)", {"W": M, "Q": M}),
    "a look ahead": ("h[t] = tanh(W @ h[t-1] + Q @ x[t+1])\nJ[t] = sum(h[t] ** 3)", {"W": M, "Q": M}),
    "one weight at four places": (
        "h[t] = tanh(W @ h[t-1] + W @ x[t])\ny[t] = W.T @ h[t]\nJ[t] = sum((W @ y[t] - x[t]) ** 2)", {"W": M}),
    "reverse": ("g[t] = tanh(W @ g[t+1] + x[t])\nJ[t] = sum(g[t] ** 3)", {"W": M}),
    "both directions": (
        "h[t] = tanh(W @ h[t-1] + x[t])\ng[t] = tanh(Q @ g[t+1] + h[t])\nm[t] = concat(h[t], g[t])\n"
        "J[t] = sum((V @ m[t]) ** 2)", {"W": M, "Q": M, "V": (3, 4)}),
    "the first and the last step": (
        "h[t] = tanh(W @ h[t-1] + x[t])\nq = h[T] * h[1] + W @ h[2]\nJ = sum(q ** 2)", {"W": M}),
    "the first step read at every step": (
        "h[t] = tanh(W @ h[t-1] + x[t])\ny[t] = Q @ h[1] + h[T]\nJ[t] = sum(y[t] * x[t]) ** 2", {"W": M, "Q": M}),
    "numbered steps together at every step": (
        "h[t] = tanh(W @ h[t-1] + x[t])\nJ[t] = sum(h[1] * x[1] + h[2] * h[T] * x[t] + h[T] * x[2])", {"W": M}),
    "the whole sequence": (
        "h[t] = tanh(W @ h[t-1] + x[t])\na[t] = softmax(h[:].T @ (Q @ h[t]))\nJ[t] = sum((h[:] @ a[t]) ** 2)",
        {"W": M, "Q": M}),
    "a weight after the last step alone": (
        "h[t] = tanh(W @ h[t-1] + x[t])\ny = V @ h[T] + b\nJ = sum(y ** 2)", {"W": M, "V": M, "b": V}),
    "before and after the last step": (
        "h[t] = tanh(W @ h[t-1] + b)\ny = W @ h[T] + b\nJ = sum(y ** 2) + 0 * sum(x[1])", {"W": M, "b": V}),
    "a first step by an equation": (
        "h[1] = Q @ x[1]\nh[t] = tanh(W @ h[t-1] + x[t])\nJ[t] = sum(h[t] ** 3)", {"W": M, "Q": M}),
    "a start by an equation": (
        "h[0] = Q @ x[T]\nh[t] = tanh(W @ h[t-1] + x[t])\nJ[t] = sum(h[t] ** 3)", {"W": M, "Q": M}),
    "a learned start": ("h[0] = b\nh[t] = tanh(W @ h[t-1] + x[t])\nJ[t] = sum(h[t] ** 3)", {"W": M, "b": V}),
    "a matrix as a state": (
        "S[0] = A\nS[t] = 0.5 * S[t-1] + (W @ x[t]) @ x[t].T\ny[t] = S[t] @ x[t]\nJ[t] = sum(y[t] ** 2)",
        {"W": M, "A": M}),
    "decay on every step": ("h[t] = tanh(W @ h[t-1] + b)\nJ[t] = sum(h[t] ** 2) + sum(W * W) * sum(x[t])",
                            {"W": M, "b": V}),
    "a weight that is not read": (
        "h[t] = tanh(W @ h[t-1] + x[t])\ny[t] = Q @ h[t]\nJ[t] = sum(h[t] ** 2)", {"W": M, "Q": M}),
    "constants": ("h[t] = tanh(W @ h[t-1] + x[t]) + 0\nJ[t] = 0 + sum(h[t] ** 2 * 1) - 0", {"W": M}),
    "a plain sum as the loss": ("h[t] = tanh(W @ h[t-1] + x[t])\nJ[t] = sum(h[t])", {"W": M}),
    "a plain sum of all steps": ("h[t] = tanh(W @ h[t-1] + x[t])\nJ = sum(h[:]) + sum(h[T])", {"W": M}),
}  # fmt: skip


@pytest.mark.parametrize("name", SYSTEMS)
def test_systems(name):
    text, weights = SYSTEMS[name]
    starts = {"x"} if "t-3" in text or "t+1" in text and "x[t+1]" in text else set()
    assert_gradients(drawn(text, weights, {"x": B}), [] if starts else ["x"], every=True)


@pytest.mark.parametrize("name", SYSTEMS)
def test_contributions_add_up(name):
    text, weights = SYSTEMS[name]
    gradients = gradients_of(drawn(text, weights, {"x": B}))
    for weight in weights:
        found = gradients.contributions(weight)
        assert found.shape[1:] == gradients.of(weight).shape
        np.testing.assert_allclose(found.sum(axis=0), gradients.of(weight), rtol=1e-11, atol=1e-13, err_msg=weight)


def test_a_step_in_the_middle_by_an_equation():
    text = "h[1] = Q @ x[1]\nh[2] = W @ h[1]\nh[t] = tanh(W @ h[t-1] + x[t])\nJ[t] = sum(h[t] ** 3)"
    assert_gradients(drawn(text, {"W": M, "Q": M}, {"x": B}), ["x"], every=True)


@pytest.mark.parametrize("text", [
    "h[t] = tanh(W @ h[t-1] + x[t])\nJ = sum(h[T] ** 2) + sum(W * W)",
    "h[t] = tanh(W @ h[t-1] + x[t])\nJ[t] = sum(h[t] ** 2) + sum(W * W)",
])  # fmt: skip
def test_decay_beside_the_error(text):
    """A penalty on the weights counts once for each sequence, as J is summed over them."""
    case = drawn(text, {"W": M}, {"x": B})
    assert_gradients(case, every=True)
    gradients = gradients_of(case)
    np.testing.assert_allclose(gradients.contributions("W").sum(axis=0), gradients.of("W"), rtol=1e-11)


def test_attention_between_encoder_and_decoder():
    text = (
        "h[t] = tanh(U @ x[t] + W @ h[t-1])\ns[0] = h[T]\ne[i] = h[:].T @ (A @ s[i-1])\na[i] = softmax(e[i])\n"
        "c[i] = h[:] @ a[i]\ns[i] = tanh(Q @ s[i-1] + R @ c[i])\ny[i] = V @ s[i]\nJ[i] = sum((y[i] - v) ** 2)"
    )
    weights = dict.fromkeys("UWAQRV", M) | {"v": V}
    assert_gradients(drawn(text, weights, {"x": B}, i=3), ["x"], every=True)


def test_a_term_past_the_border_is_absent():
    """At T + 1 the denominator s(T+1) is zero; a term multiplied by zero would give 0/0."""
    text = "h[t] = tanh(W @ (h[t-1] / s[t]) + x[t])\nJ[t] = sum(h[t] ** 2)"
    s = np.array([[[1.0], [2.0], [0.5], [4.0]]])
    rng = np.random.default_rng(0)
    numbers = Numbers({"W": rng.uniform(-1, 1, M)}, {"x": rng.uniform(-1, 1, (1, 4, 2)), "s": s})
    assert_gradients(loss_case(text, numbers, t=4), ["x", "s"], every=True)


def test_a_division_by_a_state_that_is_zero_past_the_border():
    """1/g is read forward, its adjoint would need g(T+1), which is nowhere."""
    text = "g[t] = W @ x[t] + 2\nh[t] = tanh(h[t-1] / g[t])\nJ[t] = sum(h[t] ** 2)"
    assert_gradients(drawn(text, {"W": M}, {"x": B}), ["x"], every=True)


@pytest.mark.parametrize("given", [1, 2, 4])
def test_first_steps_that_are_given(given):
    """One-to-many: x(1)… from the file, later ones the output; nothing flows back through a given step."""
    text = "x[t] = A @ y[t-1]\nh[t] = tanh(W @ h[t-1] + x[t])\ny[t] = V @ h[t]\nJ[t] = sum(y[t] ** 2)"
    rng = np.random.default_rng(1)
    numbers = Numbers({name: rng.uniform(-1, 1, M) for name in "AWV"}, {"x": rng.uniform(-1, 1, (2, given, 2))})
    case = loss_case(text, numbers, t=4)
    assert_gradients(case, every=True)
    gradients = gradients_of(case)
    for weight in "AWV":
        np.testing.assert_allclose(gradients.contributions(weight).sum(axis=0), gradients.of(weight), atol=1e-13)
    assert not gradients.contributions("A")[:given].any()
    assert gradients.of("A").any() == (given < 4)


def test_a_given_step_that_happens_to_sum_to_one():
    """Only the given steps of s do; its later ones do not, so Σs must not be taken for 1."""
    text = "s[t] = 0.5 * s[t-1]\nJ[t] = cross_entropy(softmax(W @ x[t]), s[t])"
    rng = np.random.default_rng(1)
    numbers = Numbers({"W": rng.uniform(-1, 1, M)}, {"x": rng.uniform(-1, 1, (1, 4, 2)), "s": np.array([[[1.0, 0]]])})
    assert_gradients(loss_case(text, numbers, t=4), every=True)


def test_a_target_past_the_end_that_does_not_sum_to_one():
    """x(T+1) is the target of step T; that x(1) … x(T) are one-hot says nothing of it."""
    x = np.array([[[1.0, 0], [0, 1]]])
    numbers = Numbers({"W": np.array([[0.5, 0.2], [0.1, 0.3]])}, {"x": x}, {"x": np.array([[0.7, 0.2]])})
    assert_gradients(loss_case("J[t] = cross_entropy(softmax(W @ x[t]), x[t+1])", numbers, t=2), every=True)


def test_a_loss_that_the_recurrence_reads_again():
    text = "h[t] = tanh(W @ h[t-1] + x[t] * J[t-1])\nJ[t] = sum(h[t] ** 2)"
    rng = np.random.default_rng(1)
    numbers = Numbers({"W": rng.uniform(-1, 1, M)}, {"x": rng.uniform(0.2, 1, (1, 4, 2))}, {"J": np.array([[0.5]])})
    assert_gradients(loss_case(text, numbers, t=4), every=True)


def test_an_embedding():
    rng = np.random.default_rng(1)
    words = np.array([[[2.0], [0], [2], [1]], [[2.0], [2], [2], [2]]])
    numbers = Numbers({"E": rng.uniform(-1, 1, (4, 3)), "W": rng.uniform(-1, 1, (3, 3))}, {"w": words})
    case = loss_case("h[t] = tanh(W @ h[t-1] + lookup(E, w[t]))\nJ[t] = sum(h[t] ** 2)", numbers, t=4)
    assert_gradients(case, every=True)
    assert not gradients_of(case).of("E")[3].any()


def test_what_the_loss_does_not_depend_on_has_gradient_zero():
    case = drawn(*SYSTEMS["a weight that is not read"], {"x": B})
    gradients = gradients_of(case)
    assert gradients.of("Q").tolist() == [[0, 0], [0, 0]]
    assert gradients.contributions("Q").sum() == 0


def test_the_loss_is_summed_over_steps_and_sequences():
    """Three equal sequences give three times the gradient of one."""
    rng = np.random.default_rng(0)
    x, weights = rng.uniform(-1, 1, (1, 4, 2)), {"W": rng.uniform(-1, 1, M)}
    text = "h[t] = tanh(W @ h[t-1] + x[t])\nJ[t] = sum(h[t] ** 2)"
    one, three = (loss_case(text, Numbers(weights, {"x": np.repeat(x, n, axis=0)}), t=4) for n in (1, 3))
    assert total(three) == pytest.approx(3 * total(one))
    np.testing.assert_allclose(gradients_of(three).of("W"), 3 * gradients_of(one).of("W"), rtol=1e-13)
    assert case_of(text, Numbers(weights, {"x": x}), t=4).loss is None

"""Batches of unequal lengths: each sequence is what it is alone, whatever stands past its end.

Witnesses: each sequence as a batch of its own, built from the numbers; a hand-written pass with masks to the
common end, as other frameworks do it; central differences.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from compute.cases import Numbers
from compute.differences import loss_case

from rnncalc.compute.arithmetic import arithmetic_of
from rnncalc.compute.bptt import (
    Gradients,
    backpropagate,
    complete_adjoints,
    derive,
    for_each_length,
    gradients_of,
    loss_total,
)
from rnncalc.compute.case import Case, Rounding
from rnncalc.compute.descent import Request, answer
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.gradient_check import compare_with_differences
from rnncalc.compute.nesting import loss_steps
from rnncalc.compute.paths import truncated
from rnncalc.compute.ragged import blank
from rnncalc.compute.values import Values
from rnncalc.recurrences.backward import adjoint_name


class Network(NamedTuple):
    """Equations with random numbers, some sequences of every input shorter than the longest."""

    text: str
    weights: dict
    inputs: dict
    own: dict
    layout: str = "column"


T, S = 5, 4  # steps of t and i
OWN = (3, 5, 1, 3, 2)
SCORES = "s[t] = softmax(h[:].T @ (A @ h[t]))\nm[t] = h[:] @ s[t]\n"
LOSS = "J[t] = sum((y[t] - d[t]) ** 2)"
XD = {"x": (5, T, 3), "d": (5, T, 1)}
RNN = {"U": (2, 3), "W": (2, 2), "V": (1, 2)}

NETWORKS = {
    "forward": Network(f"h[t] = tanh(U @ x[t] + W @ h[t-1])\ny[t] = V @ h[t]\n{LOSS}", RNN, XD, {"t": OWN}),
    "both directions": Network(
        f"h[t] = tanh(U @ x[t] + W @ h[t-1])\ng[t] = tanh(R @ x[t] + Q @ g[t+1])\ny[t] = V @ h[t] + P @ g[t]\n{LOSS}",
        RNN | {"R": (4, 3), "Q": (4, 4), "P": (1, 4)},
        XD,
        {"t": OWN},
    ),
    "last step": Network(
        "h[t] = tanh(U @ x[t] + W @ h[t-1])\ny = V @ h[T] + K @ h[1]\nJ = sum((y - d) ** 2)",
        RNN | {"K": (1, 2)},
        {"x": (5, T, 3), "d": (5, 1)},
        {"t": OWN},
    ),
    "logits at the last step": Network(
        "h[t] = tanh(U @ x[t] + W @ h[t-1])\ny[t] = softmax(V @ h[t])\nJ = cross_entropy(y[T], softmax(d))",
        RNN | {"V": (4, 2)},
        {"x": (5, T, 3), "d": (5, 4)},
        {"t": OWN},
    ),
    "attention to itself": Network(
        f"h[t] = tanh(U @ x[t] + W @ h[t-1])\n{SCORES}y[t] = V @ m[t]\n{LOSS}", RNN | {"A": (2, 2)}, XD, {"t": OWN}
    ),
    "encoder and decoder": Network(
        "h[t] = tanh(U @ x[t] + W @ h[t-1])\nq[0] = h[T]\nq[i] = tanh(Q @ q[i-1] + R @ c[i])\n"
        "a[i] = softmax(h[:].T @ q[i-1])\nc[i] = h[:] @ a[i]\ny[i] = V @ q[i]\nJ[i] = sum((y[i] - d[i]) ** 2)",
        RNN | {"Q": (2, 2), "R": (2, 2)},
        {"x": (5, T, 3), "d": (5, S, 1)},
        {"t": OWN, "i": (4, 2, 4, 1, 3)},
    ),
    "one letter only": Network(
        "h[t] = tanh(U @ x[t] + W @ h[t-1])\nq[i] = tanh(Q @ q[i-1] + h[T])\nJ[i] = sum((q[i] - d[i]) ** 2)",
        {"U": (2, 3), "W": (2, 2), "Q": (2, 2)},
        {"x": (5, T, 3), "d": (5, S, 2)},
        {"t": OWN},
    ),
    "two steps back and ahead": Network(
        f"h[t] = tanh(U @ x[t] + W @ h[t-2])\ng[t] = tanh(R @ h[t] + Q @ g[t+2])\ny[t] = V @ g[t]\n{LOSS}",
        RNN | {"R": (2, 2), "Q": (2, 2)},
        XD,
        {"t": OWN},
    ),
    "output fed back": Network(
        f"x[t] = F @ y[t-1]\nh[t] = tanh(U @ x[t] + W @ h[t-1])\ny[t] = V @ h[t]\n{LOSS}",
        RNN | {"F": (3, 1)},
        {"x": (5, 2, 3), "d": (5, T, 1)},
        {"t": OWN},
    ),
    "the last step has an equation of its own": Network(
        f"h[t] = tanh(U @ x[t] + W @ h[t-1])\nh[T] = U @ x[T]\ny[t] = b * (V @ h[t])\n{LOSS}",
        RNN | {"b": ()},
        XD,
        {"t": OWN},
    ),
    "the last step but one": Network(
        f"y[t] = V @ (U @ x[t]) + sum(W @ x[T-1]) * 0.1\n{LOSS}",
        {"U": (2, 3), "W": (4, 3), "V": (1, 2)},
        XD,
        {"t": (3, 5, 2, 3, 2)},
    ),
    "rows": Network(
        f"h[t] = tanh(x[t] @ U + h[t-1] @ W)\ng[t] = tanh(x[t] @ R + g[t+1] @ Q)\ny[t] = h[t] @ V + g[t] @ P\n{LOSS}",
        {"U": (3, 2), "W": (2, 2), "R": (3, 4), "Q": (4, 4), "V": (2, 1), "P": (4, 1)},
        XD,
        {"t": OWN},
        "row",
    ),
}


def numbers_of(network: Network) -> Numbers:
    rng = np.random.default_rng(8)
    numbers = Numbers(
        {name: rng.uniform(-0.8, 0.8, shape) for name, shape in network.weights.items()},
        {name: rng.uniform(-0.8, 0.8, shape) for name, shape in network.inputs.items()},
    )
    case = loss_case(network.text, numbers, {}, network.layout)
    starts = {
        name: rng.uniform(-0.9, 0.9, (5, max(case.shapes[name]))) for name in sorted({n for n, _ in case.initial})
    }
    return replace(numbers, initial=starts)


def batch_of(network: Network) -> Case:
    """Build the whole batch; what stands past the end of a sequence is nan."""
    numbers = numbers_of(network)
    case = loss_case(network.text, numbers, {}, network.layout)
    sequences = {name: array.copy() for name, array in case.sequences.items()}
    for name, array in sequences.items():
        for p, n_steps in enumerate(network.own.get(case.system.letters[name], ())):
            array[n_steps:, p] = np.nan
    return replace(case, own_lengths=network.own, sequences=sequences)


def alone(network: Network, p: int) -> Case:
    """Build one sequence as a batch of its own, from the numbers."""
    numbers = numbers_of(network)
    letters = loss_case(network.text, numbers, {}, network.layout).system.letters
    steps = {name: network.own.get(letters.get(name), (None,) * 5)[p] for name in numbers.inputs}
    inputs = {
        name: array[p : p + 1, : steps[name]] if name in letters else array[p : p + 1]
        for name, array in numbers.inputs.items()
    }
    initial = {name: array[p : p + 1] for name, array in numbers.initial.items()}
    return loss_case(network.text, Numbers(numbers.weights, inputs, initial), {}, network.layout)


def agree(whole: np.ndarray, own: np.ndarray) -> None:
    """Hold (steps, rows, columns) of one sequence of a batch against it alone; nan in all that it lacks."""
    corner = tuple(slice(size) for size in own.shape)
    np.testing.assert_allclose(whole[corner], own, rtol=1e-13, atol=1e-14)
    assert np.isfinite(whole).sum() == own.size


NAMES = pytest.mark.parametrize("name", NETWORKS)


@NAMES
def test_values_are_those_of_each_sequence_alone(name):
    network = NETWORKS[name]
    found = evaluate(batch_of(network))
    for p in range(5):
        own = evaluate(alone(network, p))
        for quantity, array in own.sequences.items():
            agree(found.sequences[quantity][:, p], array[:, 0])
        for quantity in set(own.singles) - set(network.weights):
            agree(found.singles[quantity][p], own.singles[quantity][0])
        for place, array in own.places.items():
            np.testing.assert_array_equal(found.places[place][p], array[0])


@NAMES
def test_gradients_are_the_sum_of_those_alone_and_adjoints_theirs(name):
    network = NETWORKS[name]
    inputs = [given for given in network.inputs if given != "d"]
    values = evaluate(batch_of(network))
    found = gradients_of(values, True, inputs)
    adjoints = complete_adjoints(values, found)
    pieces = []
    for p in range(5):
        own_values = evaluate(alone(network, p))
        own = backpropagate(own_values, derive(own_values.case, True, inputs))
        pieces.append(own)
        own_adjoints = complete_adjoints(own_values, own)
        assert set(own_adjoints) <= set(adjoints)
        for quantity, whole in adjoints.items():
            sequence = values.case.system.is_sequence(quantity)
            like = (own_values.sequences if sequence else own_values.singles)[quantity]
            array = own_adjoints.get(quantity, np.zeros_like(like))
            agree(whole[:, p] if sequence else whole[p], array[:, 0] if sequence else array[0])
        for quantity in inputs:
            agree(found.values.sequences[adjoint_name(quantity)][:, p], own.values.sequences["∇" + quantity][:, 0])
        for place in [place for place in own.values.places if place[0].startswith("∇")]:
            np.testing.assert_allclose(found.values.places[place][p], own.values.places[place][0], rtol=1e-13)
    for weight in network.weights:
        np.testing.assert_allclose(found.of(weight), sum(own.of(weight) for own in pieces), rtol=1e-13, atol=1e-14)
        parts = found.contributions(weight)
        np.testing.assert_allclose(parts.sum(axis=0), found.of(weight), rtol=1e-12, atol=1e-13)
        for step in range(len(parts)):
            own = [c[step] for c in (piece.contributions(weight) for piece in pieces) if step < len(c)]
            np.testing.assert_allclose(parts[step], sum(own), rtol=1e-12, atol=1e-13)


@NAMES
def test_losses_are_the_sum_of_those_alone(name):
    network = NETWORKS[name]
    values, own = evaluate(batch_of(network)), [evaluate(alone(network, p)) for p in range(5)]
    np.testing.assert_allclose(loss_total(values), sum(map(loss_total, own)), rtol=1e-14)
    steps = loss_steps(values)
    assert steps.sum() == pytest.approx(loss_total(values), rel=1e-14)
    for step in range(len(steps)):
        terms = [terms[step] for terms in map(loss_steps, own) if step < len(terms)]
        np.testing.assert_allclose(steps[step], sum(terms), rtol=1e-13)


@NAMES
def test_central_differences_agree(name):
    case = batch_of(NETWORKS[name])
    comparison = compare_with_differences(case, gradients_of(evaluate(case)))
    assert comparison.worst < 1e-7 and comparison.n_checked == sum(w.size for w in case.weights.values())


@NAMES
def test_blank_is_what_is_past_the_end(name):
    values = evaluate(batch_of(NETWORKS[name]))
    for quantity in values.case.system.defined:
        array = (values.sequences if values.case.system.is_sequence(quantity) else values.singles)[quantity]
        np.testing.assert_array_equal(blank(values, quantity), np.isnan(array))


def test_hand_written_pass_with_masks():
    """Rows of a batch, computed to the common end: a state is held past the end, and zero before a reverse start."""
    case, numbers = batch_of(NETWORKS["rows"]), numbers_of(NETWORKS["rows"])
    w, x, d = numbers.weights, numbers.inputs["x"].swapaxes(0, 1), numbers.inputs["d"].swapaxes(0, 1)
    there = (np.arange(T)[:, None] < np.array(OWN)).astype(float)[..., None]  # (steps, sequences, 1)
    h, g = [numbers.initial["h"]], [numbers.initial["g"]]
    for t in range(T):
        h.append(there[t] * np.tanh(x[t] @ w["U"] + h[-1] @ w["W"]) + (1 - there[t]) * h[-1])
    for t in reversed(range(T)):
        g.insert(0, there[t] * np.tanh(x[t] @ w["R"] + g[0] @ w["Q"]) + (1 - there[t]) * g[0])
    y = [h[t + 1] @ w["V"] + g[t] @ w["P"] for t in range(T)]
    sent = [2 * (y[t] - d[t]) * there[t] for t in range(T)]
    gradients = {name: np.zeros_like(array) for name, array in w.items()}
    dh, dg = np.zeros_like(h[0]), np.zeros_like(g[0])
    for t in reversed(range(T)):
        gradients["V"] += h[t + 1].T @ sent[t]
        dz = there[t] * (sent[t] @ w["V"].T + dh) * (1 - h[t + 1] ** 2)
        gradients["U"] += x[t].T @ dz
        gradients["W"] += h[t].T @ dz
        dh = dz @ w["W"].T + (1 - there[t]) * dh
    for t in range(T):
        gradients["P"] += g[t].T @ sent[t]
        dz = there[t] * (sent[t] @ w["P"].T + dg) * (1 - g[t] ** 2)
        gradients["R"] += x[t].T @ dz
        gradients["Q"] += g[t + 1].T @ dz
        dg = dz @ w["Q"].T + (1 - there[t]) * dg
    values = evaluate(case)
    found = gradients_of(values)
    for t in range(T):
        present = there[t, :, 0] == 1
        np.testing.assert_allclose(values.sequences["h"][t, present, 0], h[t + 1][present], rtol=1e-13)
        np.testing.assert_allclose(values.sequences["g"][t, present, 0], g[t][present], rtol=1e-13)
    for name, array in gradients.items():
        np.testing.assert_allclose(found.of(name), array, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(found.values.places["∇h", 0][:, 0], dh, rtol=1e-12)
    assert loss_total(values) == pytest.approx(sum((there[t] * (y[t] - d[t]) ** 2).sum() for t in range(T)), rel=1e-13)
    for p, n_steps in enumerate(OWN):
        np.testing.assert_allclose(found.values.places["∇g", n_steps + 1][p, 0], dg[p], rtol=1e-12)


def test_a_place_holds_the_step_of_sequences_that_have_one():
    values = evaluate(batch_of(NETWORKS["both directions"]))
    place = values.places["g", 4]  # T + 1 of sequences 1 and 4, step 4 of sequence 2
    np.testing.assert_array_equal(place[1], values.sequences["g"][3, 1])
    np.testing.assert_array_equal(place[[0, 3]], numbers_of(NETWORKS["both directions"]).initial["g"][[0, 3], :, None])
    assert np.isnan(place[[2, 4]]).all()


def test_sequences_of_the_same_length_are_evaluated_together():
    case = batch_of(NETWORKS["forward"])
    assert [part.members for part in case.parts] == [(0, 3), (1,), (2,), (4,)]
    assert [part.case.lengths["t"] for part in case.parts] == [3, 5, 1, 2]
    assert all(not part.case.own_lengths for part in case.parts)


def test_an_ordinary_batch_has_no_parts():
    case = loss_case(NETWORKS["forward"].text, numbers_of(NETWORKS["forward"]))
    values = evaluate(case)
    assert values.parts == () and gradients_of(values).parts == ()


def test_one_backward_system_does_not_serve_all_lengths():
    values = evaluate(batch_of(NETWORKS["both directions"]))
    with pytest.raises(ValueError, match="for_each_length"):
        backpropagate(values, derive(values.case))


def test_truncated_passes_add_up_too():
    network = NETWORKS["both directions"]
    values = evaluate(batch_of(network))

    def sent_back(values: Values, k: int) -> Gradients:
        return for_each_length(values, lambda own: truncated(own, k))

    for k in (0, 1, T):
        own = [truncated(evaluate(alone(network, p)), k) for p in range(5)]
        for weight in network.weights:
            total = sum(gradients.of(weight) for gradients in own)
            np.testing.assert_allclose(sent_back(values, k).of(weight), total, rtol=1e-12, atol=1e-14)
            np.testing.assert_allclose(answer(values, Request(truncate=k)).totals[weight], total, rtol=1e-12)
    full = gradients_of(values)
    np.testing.assert_allclose(sent_back(values, T).of("W"), full.of("W"), rtol=1e-12)
    assert np.abs(sent_back(values, 0).of("W") - full.of("W")).max() > 1e-3


def test_every_step_is_rounded_as_of_each_sequence_alone():
    network, rounding = NETWORKS["both directions"], Rounding(2, True)
    values = evaluate(replace(batch_of(network), rounding=rounding), arithmetic_of(*rounding))
    for p in range(5):
        own = evaluate(replace(alone(network, p), rounding=rounding), arithmetic_of(*rounding))
        agree(values.sequences["y"][:, p], own.sequences["y"][:, 0])
        assert np.array_equal(own.sequences["y"].round(2), own.sequences["y"])

"""Going on step by step gives what a pass over the whole sequence gives; drawing follows the probabilities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from training.numbers import CLASSES, SOFTMAX, drawn_case, network

from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.repeated import Repeated
from rnncalc.language.nodes import Index, Ref
from rnncalc.recurrences.expand import Arrangement
from rnncalc.training import stepping
from rnncalc.training.sampling import Choosing, sample, sharpened
from rnncalc.training.stepping import NotStepwise, stepper

Y = Ref("y", Index("step", "t"))
READ = [2, 0, 1, 1, 2, 0]
OWN = {
    "lags": "h[t] = tanh(U @ x[t] + W @ h[t-1] - W @ h[t-3])\ny[t] = softmax(V @ h[t-1] + R @ x[t-2])",
    "embedding": "h[t] = tanh(U @ lookup(E, w[t]) + W @ h[t-1])\ny[t] = softmax(V @ h[t])",
    "start by an equation": "h[0] = b\nh[t] = tanh(U @ x[t] + W @ h[t-1])\ny[t] = softmax(V @ h[t])",
}
SHAPES = {"U": (2, 3), "W": (2, 2), "V": (3, 2), "R": (3, 3), "E": (3, 3), "b": (2,)}


def own_case(name: str) -> Case:
    text = OWN[name]
    weights = {name: shape for name, shape in SHAPES.items() if name in text.replace("softmax", "")}
    inputs = {"w": (1, 6, 1)} if "lookup" in text else {"x": (1, 6, 3)}
    return drawn_case(f"{text}\n{CLASSES}", weights, {**inputs, "d": (1, 6, 3)})


def filled(case: Case) -> Case:
    name = "w" if "w" in case.sequences else "x"
    n = max(case.shapes[name])
    given = (
        np.array(READ, float)[:, None, None, None] if name == "w" else np.eye(n)[np.array(READ) % n][:, None, :, None]
    )
    return replace(case, sequences={**case.sequences, name: given})


def whole(case: Case) -> np.ndarray:
    return evaluate(case).sequences["y"][:, 0, :, 0]


def stepped(case: Case) -> np.ndarray:
    one = stepper(case, case.weights, Y)
    state, found = one.start(), []
    for symbol in READ:
        state, y = one.step(state, symbol % one.n_symbols)
        found.append(y)
    return np.array(found)


@pytest.mark.parametrize("layers", [None, 2])
@pytest.mark.parametrize("name", ["elman", "jordan", "lstm", "gru"])
def test_the_catalogue_step_by_step(name, layers):
    case = network(name, Arrangement(layers=layers), CLASSES, 6, (6,), SOFTMAX)
    case = filled(replace(case, own_lengths={}))
    np.testing.assert_allclose(stepped(case), whole(case), rtol=1e-13)


@pytest.mark.parametrize("name", OWN)
def test_equations_of_ones_own_step_by_step(name):
    case = filled(own_case(name))
    np.testing.assert_allclose(stepped(case), whole(case), rtol=1e-13)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("h[t] = tanh(U @ x[t] + W @ h[t+1])\ny[t] = softmax(V @ h[t])", "later step"),
        ("h[t] = tanh(U @ x[t] + W @ h[t-1])\ny[t] = softmax(V @ h[T] + V @ h[t])", "whole sequence"),
        ("h[t] = tanh(U @ x[t] + W @ h[t-1])\ny[t] = softmax(V @ (h[:] @ h[:].T @ h[t]))", "whole sequence"),
        ("h[t] = tanh(U @ x[t] + W @ h[t-1] + U @ q[t])\ny[t] = softmax(V @ h[t])", "one input, here are 2"),
    ],
)
def test_what_cannot_go_on_step_by_step(text, why):
    inputs = {"x": (1, 6, 3), "d": (1, 6, 3)} | ({"q": (1, 6, 3)} if "q[" in text else {})
    case = drawn_case(f"{text}\n{CLASSES}", {"U": (2, 3), "W": (2, 2), "V": (3, 2)}, inputs)
    with pytest.raises(NotStepwise, match=why):
        stepper(case, case.weights, Y)


def test_one_output_for_all_is_no_text():
    text = "h[t] = tanh(U @ x[t] + W @ h[t-1])\ny = softmax(V @ h[T])\nJ = cross_entropy(y, d)"
    case = drawn_case(text, {"U": (2, 3), "W": (2, 2), "V": (3, 2)}, {"x": (1, 6, 3), "d": (1, 3)})
    with pytest.raises(NotStepwise, match="once"):
        stepper(case, case.weights, case.system.general["J"].right.args[2])


def test_the_likeliest_of_each_step():
    case = filled(own_case("lags"))
    one = stepper(case, case.weights, Y)
    found = sample(one, READ[:2], 4, Choosing(temperature=0))
    read, expected = READ[:2], []
    for _ in range(4):
        given = {"x": np.eye(3)[read][:, None, :, None], "d": np.zeros((len(read), 1, 3, 1))}
        y = whole(replace(case, lengths={"t": len(read)}, sequences=given))
        expected.append(int(y[-1].argmax()))
        read = [*read, expected[-1]]
    assert list(found.symbols) == expected and not found.ended
    np.testing.assert_array_equal(found.distributions, np.eye(3)[expected])


def test_the_same_seed_draws_the_same_and_an_end_symbol_ends():
    case = filled(own_case("embedding"))
    one = stepper(case, case.weights, Y)
    first, again, other = (sample(one, [1], 60, rng=np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert first.symbols == again.symbols != other.symbols and set(first.symbols) == {0, 1, 2}
    ended = sample(one, [1], 60, rng=np.random.default_rng(3), end=2)
    assert ended.ended and ended.symbols == first.symbols[: first.symbols.index(2)]
    assert len(ended.distributions) == len(ended.symbols) + 1


def test_temperature_and_top():
    p = np.array([0.1, 0.4, 0.2, 0.3, 0.0])
    np.testing.assert_allclose(sharpened(p, Choosing()), p)
    np.testing.assert_allclose(sharpened(p, Choosing(temperature=0.5)), p**2 / (p**2).sum())
    roots = np.array([0, 0.4, 0, 0.3, 0]) ** 0.5
    np.testing.assert_allclose(sharpened(p, Choosing(2.0, 2)), roots / roots.sum())
    np.testing.assert_array_equal(sharpened(p, Choosing(0.0, 3)), [0, 1, 0, 0, 0])


def test_a_network_that_reads_other_symbols_than_it_tells_apart():
    case = network("elman", Arrangement(), CLASSES, 6, (6,), SOFTMAX)
    with pytest.raises(NotStepwise, match="reads 2 symbols and tells 4 apart"):
        sample(stepper(case, case.weights, Y), [0], 3)


def test_a_step_is_prepared_once(monkeypatch):
    """The first one, and one for all others, whatever the texts; an earlier state can be gone on from."""
    case, made = filled(own_case("start by an equation")), []
    monkeypatch.setattr(stepping, "Repeated", lambda *args: made.append(1) or Repeated(*args))
    one = stepper(case, case.weights, Y)
    for rng in map(np.random.default_rng, range(3)):
        sample(one, [0, 1], 20, rng=rng)
    state, _ = one.step(one.start(), 1)
    kept = {place: array.copy() for place, array in state.initial.items()}
    _, said = one.step(state, 2)
    one.step(one.step(one.start(), 0)[0], 1)
    for place, array in kept.items():
        np.testing.assert_array_equal(state.initial[place], array)
    np.testing.assert_array_equal(one.step(state, 2)[1], said)
    assert len(made) == 2

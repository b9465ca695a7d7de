"""The forward pass against loops written out by hand, which know nothing of the program."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from compute.cases import Numbers, case_of, draw_numbers, equations_of, sizes_of, with_starts

from rnncalc.compute.arithmetic import rounded
from rnncalc.compute.evaluate import evaluate
from rnncalc.recurrences.catalogue import read_entry
from rnncalc.recurrences.expand import expand

STEPS, BATCH = 4, 3


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def elman(w, x, h):
    """Elman by hand; every state is a vector, every product a sum over one sequence."""
    out = {name: [] for name in "zhuy"}
    for x_t in x:
        z = w["U"].T @ x_t + w["W"].T @ h + w["b"]
        h = np.tanh(z)
        u = w["V"].T @ h + w["c"]
        for name, value in zip("zhuy", (z, h, u, u), strict=True):
            out[name].append(value)
    return out


def jordan(w, x, y):
    out = {name: [] for name in "zhy"}
    for x_t in x:
        z = w["U"].T @ x_t + w["W"].T @ y + w["b"]
        h = np.tanh(z)
        y = w["V"].T @ h + w["c"]
        for name, value in zip("zhy", (z, h, y), strict=True):
            out[name].append(value)
    return out


def lstm(w, x, h, c):
    out = {name: [] for name in ("f", "i", "g", "o", "c", "h", "y")}
    for x_t in x:
        a = {gate: w[f"W_{gate}"] @ x_t + w[f"U_{gate}"] @ h + w[f"b_{gate}"] for gate in "figo"}
        f, i, o, g = sigmoid(a["f"]), sigmoid(a["i"]), sigmoid(a["o"]), np.tanh(a["g"])
        c = f * c + i * g
        h = o * np.tanh(c)
        for name, value in {"f": f, "i": i, "g": g, "o": o, "c": c, "h": h, "y": w["V"] @ h + w["b_y"]}.items():
            out[name].append(value)
    return out


def gru(w, x, h):
    out = {name: [] for name in "zrnhy"}
    for x_t in x:
        z = sigmoid(w["W_z"] @ x_t + w["U_z"] @ h + w["b_z"])
        r = sigmoid(w["W_r"] @ x_t + w["U_r"] @ h + w["b_r"])
        n = np.tanh(w["W_n"] @ x_t + w["U_n"] @ (r * h) + w["b_n"])
        h = (1 - z) * h + z * n
        for name, value in {"z": z, "r": r, "n": n, "h": h, "y": w["V"] @ h + w["b_y"]}.items():
            out[name].append(value)
    return out


def compare(values, numbers: Numbers, by_hand, *states: str) -> None:
    """Hold every quantity of every sequence against the loop by hand."""
    for p in range(BATCH):
        wanted = by_hand(numbers.weights, numbers.inputs["x"][p], *(numbers.initial[name][p] for name in states))
        for name, steps in wanted.items():
            found = values.sequences[name][:, p, :, 0]
            np.testing.assert_allclose(found, steps, rtol=0, atol=1e-12, err_msg=f"{name}, sequence {p + 1}")


@pytest.mark.parametrize(
    ("name", "by_hand", "states"),
    [("elman", elman, "h"), ("jordan", jordan, "y"), ("lstm", lstm, "hc"), ("gru", gru, "h")],
    ids=["elman", "jordan", "lstm", "gru"],
)
@pytest.mark.parametrize("steps", [1, STEPS, 90])
def test_recurrences_by_hand(name, by_hand, states, steps):
    recurrence = expand(read_entry(name), {})
    numbers = draw_numbers(recurrence, seed=11, n_steps=steps, batch=BATCH)
    assert len(set(sizes_of(recurrence).values())) == 3  # or a missing transpose could hide
    values = evaluate(case_of(recurrence.equations, numbers, recurrence.entry.activations))
    compare(values, numbers, by_hand, *states)


# --- one equation each, small enough to follow by eye ----------------------------

X = np.array([[[1.0], [2.0], [4.0], [8.0]], [[-1.0], [3.0], [0.5], [2.0]]])  # two sequences, four steps
FIRST, SECOND = X[0, :, 0].tolist(), X[1, :, 0].tolist()


def run(text: str, weights=None, initial=None, x=X, **lengths):
    """Evaluate equations over the two sequences above, initial values the same for both."""
    arrays = {name: np.array(value, dtype=float) for name, value in (weights or {}).items()}
    starts = {name: np.full((len(x), 1), float(value)) for name, value in (initial or {}).items()}
    return evaluate(case_of(text, Numbers(arrays, {"x": x}, starts), t=x.shape[1], **lengths))


def steps_of(values, name: str) -> list[list[float]]:
    return values.sequences[name][..., 0, 0].T.tolist()


@pytest.mark.parametrize(
    ("text", "initial", "y"),
    [
        ("y[t] = x[t] + 1", {}, [[2, 3, 5, 9], [0, 4, 1.5, 3]]),
        ("y[t] = y[t-1] + x[t]", {"y": 10}, [[11, 13, 17, 25], [9, 12, 12.5, 14.5]]),
        ("y[t] = y[t+1] + x[t]", {"y": 10}, [[25, 24, 22, 18], [14.5, 15.5, 12.5, 12]]),
        ("y[t] = x[t-1]", {"x": 7}, [[7, 1, 2, 4], [7, -1, 3, 0.5]]),
        ("y[t] = x[t+1]", {"x": 7}, [[2, 4, 8, 7], [3, 0.5, 2, 7]]),
        ("y[t] = x[t-2] + x[t+3]", {"x": 7}, [[15, 14, 8, 9], [9, 14, 6, 10]]),
        ("y[t] = x[t-9]", {"x": 7}, [[7] * 4] * 2),
        ("y[t] = y[t-2] + x[t]", {"y": 1}, [[2, 3, 6, 11], [0, 4, 0.5, 6]]),
        ("y[t] = y[t-1] + y[t-2]", {"y": 1}, [[2, 3, 5, 8]] * 2),
        ("y[t] = x[1] * x[T]", {}, [[8] * 4, [-2] * 4]),
        ("y[t] = x[T-1] - x[t]", {}, [[3, 2, 0, -4], [1.5, -2.5, 0, -1.5]]),
        ("y[t] = sum(x[:]) - x[t]", {}, [[14, 13, 11, 7], [5.5, 1.5, 4, 2.5]]),
        ("a[t] = y[t-1] * 2\ny[t] = a[t] + x[t]", {"y": 0}, [[1, 4, 12, 32], [-1, 1, 2.5, 7]]),
        ("y[t] = a[t] + x[t]\na[t] = y[t-1] * 2", {"y": 0}, [[1, 4, 12, 32], [-1, 1, 2.5, 7]]),
        ("y[1] = x[1] * 100\ny[t] = y[t-1] + x[t]", {}, [[100, 102, 106, 114], [-100, -97, -96.5, -94.5]]),
        ("y[t] = y[t-1] + x[t]\ny[1] = x[1] * 100", {}, [[100, 102, 106, 114], [-100, -97, -96.5, -94.5]]),
        ("y[t] = 3 * x[t]\ny[2] = x[4]", {}, [[3, 8, 12, 24], [-3, 2, 1.5, 6]]),
        ("y[T] = x[1]\ny[t] = y[t+1] + x[t]", {}, [[8, 7, 5, 1], [1.5, 2.5, -0.5, -1]]),
        ("y[0] = x[T]\ny[t] = y[t-1] + x[t]", {}, [[9, 11, 15, 23], [1, 4, 4.5, 6.5]]),
        ("y[0] = x[T]\ny[t] = y[t-1] + y[0]", {}, [[16, 24, 32, 40], [4, 6, 8, 10]]),
        ("y[t] = y[t-1] + y[0]", {"y": 1}, [[2, 3, 4, 5]] * 2),
        ("y[T+1] = x[1]\ny[t] = y[t+1] + y[T+1]", {}, [[5, 4, 3, 2], [-5, -4, -3, -2]]),
    ],
)
def test_time(text, initial, y):
    assert steps_of(run(text, None, initial), "y") == y


@pytest.mark.parametrize(
    ("text", "y"),
    [
        ("y = 2 * x[T]", [16, 4]),
        ("y = sum(x[:])", [15, 4.5]),
        ("h[t] = h[t-1] + x[t]\ny = h[T] - h[1]", [14, 5.5]),
        ("y = x[2] / x[1]", [2, -3]),
        ("p = x[1]\ny = p * p + p", [2, 0]),
    ],
)
def test_values_without_a_step(text, y):
    assert run(text, None, {"h": 0}).singles["y"][:, 0, 0].tolist() == y


def test_two_index_letters():
    """A decoder starts from the encoder's last state and runs for its own number of steps."""
    values = run("h[t] = h[t-1] + x[t]\ns[0] = h[T]\ns[i] = 2 * s[i-1]\nr = s[N]", None, {"h": 0}, i=3)
    assert steps_of(values, "s") == [[30, 60, 120], [9, 18, 36]]
    assert values.singles["r"][:, 0, 0].tolist() == [120, 36]


def test_attention_by_hand():
    text = "h[t] = tanh(U @ x[t] + W @ h[t-1])\ne[i] = h[:].T @ s[i-1]\na[i] = softmax(e[i])\n"
    text += "s[i] = tanh(Q @ s[i-1] + h[:] @ a[i])"
    rng = np.random.default_rng(5)
    weights = {"U": rng.normal(size=(3, 2)), "W": rng.normal(size=(3, 3)), "Q": rng.normal(size=(3, 3))}
    numbers = Numbers(weights, {"x": rng.normal(size=(BATCH, STEPS, 2))})
    numbers = with_starts(equations_of(text), numbers, {}, rng, i=2)
    values = evaluate(case_of(text, numbers, i=2))
    for p in range(BATCH):
        h, states = numbers.initial["h"][p], []
        for x_t in numbers.inputs["x"][p]:
            h = np.tanh(weights["U"] @ x_t + weights["W"] @ h)
            states.append(h)
        s = numbers.initial["s"][p]
        for i in range(2):
            scores = np.array([state @ s for state in states])
            shares = np.exp(scores) / np.exp(scores).sum()
            s = np.tanh(weights["Q"] @ s + sum(share * state for share, state in zip(shares, states, strict=True)))
            np.testing.assert_allclose(values.sequences["a"][i, p, :, 0], shares, rtol=0, atol=1e-12)
            np.testing.assert_allclose(values.sequences["s"][i, p, :, 0], s, rtol=0, atol=1e-12)


def test_given_first_steps_of_a_sequence_that_equations_define():
    """CONTRACT A7: x[1] may be given while x[t] = y[t-1] holds from t = 2."""
    case = case_of("x[t] = y[t-1]\ny[t] = 3 * x[t]", Numbers({}, {"x": X[:, :2]}), t=4)
    assert steps_of(evaluate(case), "x") == [[1, 2, 6, 18], [-1, 3, 9, 27]]


@pytest.mark.parametrize("given", [1, 2, 4])
def test_given_first_steps_stand_before_what_an_equation_says(given):
    numbers = Numbers({}, {"d": 10 * X, "x": X[:, :given]}, {"y": np.zeros((2, 1))})
    values = evaluate(case_of("x[t] = 2 * d[t]\ny[t] = y[t-1] + x[t]", numbers, t=4))
    wanted = [[x if at < given else 20 * x for at, x in enumerate(steps)] for steps in (FIRST, SECOND)]
    assert steps_of(values, "x") == wanted
    assert steps_of(values, "y") == [np.cumsum(steps).tolist() for steps in wanted]


def test_the_order_of_the_lines_does_not_matter():
    rng = Random(3)
    for name in ("lstm", "gru", "jordan", "one-to-many"):
        recurrence = expand(read_entry(name), {})
        numbers = draw_numbers(recurrence, seed=1)
        wanted = evaluate(case_of(recurrence.equations, numbers, recurrence.entry.activations, t=3)).sequences
        lines = list(recurrence.equations)
        for _ in range(5):
            rng.shuffle(lines)
            found = evaluate(case_of(lines, numbers, recurrence.entry.activations, t=3)).sequences
            assert all((found[key] == wanted[key]).all() for key in wanted), name


def test_sequences_of_a_batch_do_not_mix():
    recurrence = expand(read_entry("lstm"), {})
    numbers = draw_numbers(recurrence, seed=2, batch=BATCH)
    whole = evaluate(case_of(recurrence.equations, numbers, recurrence.entry.activations))
    for p in range(BATCH):
        alone = Numbers(
            numbers.weights,
            {"x": numbers.inputs["x"][p : p + 1]},
            {k: v[p : p + 1] for k, v in numbers.initial.items()},
        )
        single = evaluate(case_of(recurrence.equations, alone, recurrence.entry.activations))
        for name in "hcy":
            np.testing.assert_allclose(single.sequences[name][:, 0], whole.sequences[name][:, p], rtol=0, atol=1e-15)


def test_a_later_input_changes_no_earlier_state():
    recurrence = expand(read_entry("gru"), {})
    numbers = draw_numbers(recurrence, seed=2)
    moved = {"x": numbers.inputs["x"] + np.array([0, 0, 1])[None, :, None]}
    before, after = (
        evaluate(
            case_of(
                recurrence.equations, Numbers(numbers.weights, inputs, numbers.initial), recurrence.entry.activations
            )
        )
        for inputs in (numbers.inputs, moved)
    )
    assert (before.sequences["h"][:2] == after.sequences["h"][:2]).all()
    assert (before.sequences["h"][2] != after.sequences["h"][2]).all()


def test_every_named_quantity_is_rounded_before_it_is_used():
    """Two decimals, by hand: 1/3 is carried on as 0.33."""
    text = "a[t] = x[t] / 3\nb[t] = 100 * a[t] + b[t-1] / 8\ny = b[T] / 7"
    case = case_of(text, Numbers({}, {"x": X[:1]}, {"b": np.zeros((1, 1))}))
    values = evaluate(case, rounded(2))
    assert steps_of(values, "a") == [[0.33, 0.67, 1.33, 2.67]]
    assert steps_of(values, "b") == [[33, 71.13, 141.89, 284.74]]
    assert values.singles["y"].item() == 40.68


def test_given_numbers_are_not_rounded():
    case = case_of("y[t] = 100 * x[t]", Numbers({}, {"x": np.array([[[0.123456]]])}))
    assert evaluate(case, rounded(2)).sequences["y"].item() == 12.35


def test_overflow_becomes_infinity_without_a_warning():
    assert steps_of(run("y[t] = exp(1000 * x[t])"), "y")[0] == [np.inf] * 4


def test_inputs_are_not_changed():
    case = case_of("x[t] = x[t-1] + y[t]\ny[t] = 2 * z[t]", Numbers({}, {"z": X, "x": X[:, :1]}))
    before = {name: array.copy() for name, array in case.sequences.items()}
    evaluate(case)
    evaluate(case, rounded(1))
    assert all((case.sequences[name] == array).all() for name, array in before.items())

"""The network of tutorial question 2 against numpy written by hand: loss, gradients and 50 updates of Adam."""

from __future__ import annotations

import json

import numpy as np
from running import problem
from witness.elman_by_hand import Adam, drawn_weights, loss_and_gradients, tutorial_data

from rnncalc.compute.case import Case
from rnncalc.compute.gradient_pass import GradientPass, Parameters, views_of
from rnncalc.training.optimisers import updater
from rnncalc.training.plan import Choice


def question_2(weights: dict[str, np.ndarray], seed: int) -> Case:
    data = tutorial_data(seed)
    keys = {
        "rnncalc": 1,
        "recurrence": "elman",
        "weights": {name: array.tolist() for name, array in weights.items()},
        "inputs": {"x": data.x.swapaxes(0, 1).tolist()},
        "targets": {"d": data.d.swapaxes(0, 1).tolist()},
        "loss": {"kind": "squared-error", "reduction": "mean"},
    }
    return problem("".join(f"{key}: {json.dumps(value)}\n" for key, value in keys.items())).case


def test_gradients():
    weights = drawn_weights(1)
    loss, gradients = loss_and_gradients(weights, tutorial_data(1))
    case = question_2(weights, 1)
    work = GradientPass(case, Parameters(case.weights))
    assert abs(work.run() - loss) <= 1e-13 * loss
    found = views_of(work.gradient, case.weights)
    for name, gradient in gradients.items():
        assert np.abs(found[name].reshape(gradient.shape) - gradient).max() <= 1e-12 * np.abs(gradient).max(), name


def test_hand_written_gradients_are_slopes():
    """The witness itself: every gradient is the slope that two nearby losses give."""
    weights, data, step = drawn_weights(2), tutorial_data(2), 1e-5
    gradients = loss_and_gradients(weights, data)[1]
    for name, array in weights.items():
        for place in np.ndindex(array.shape):
            kept = array[place]
            ends = []
            for shift in (step, -step):
                array[place] = kept + shift
                ends.append(loss_and_gradients(weights, data)[0])
            array[place] = kept
            assert abs((ends[0] - ends[1]) / (2 * step) - gradients[name][place]) < 1e-7, (name, place)


def test_fifty_updates():
    weights, data = drawn_weights(3), tutorial_data(3)
    case = question_2(weights, 3)
    parameters = Parameters(case.weights)
    work, update = GradientPass(case, parameters), updater(Choice("adam", 0.01), parameters.flat.size)
    by_hand = Adam(weights, 0.01)
    for _ in range(50):
        loss, gradients = loss_and_gradients(weights, data)
        assert abs(work.run() - loss) <= 1e-10 * loss
        by_hand.step(gradients)
        update(parameters.flat, work.gradient)
    for name, array in weights.items():
        assert np.abs(parameters.views[name].reshape(array.shape) - array).max() < 1e-10, name

"""Passes that are kept from mini-batch to mini-batch, against each mini-batch evaluated by itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from compute.test_ragged import NETWORKS, batch_of

from rnncalc.compute import evaluate
from rnncalc.compute.bptt import gradients_of, loss_total
from rnncalc.compute.gradient_pass import Parameters
from rnncalc.training.batches import batch_of as sequences_of
from rnncalc.training.batches import divided
from rnncalc.training.passes import Passes
from rnncalc.training.prepared import Prepared


@pytest.mark.parametrize("name", NETWORKS)
def test_mini_batches_of_any_size_and_length(name, monkeypatch):
    """By the interpreter, each sequence to its own end; the passes by generated code, with masks where these can be."""
    monkeypatch.setattr(evaluate, "GENERATE_FROM", 10**9)
    case, rng = batch_of(NETWORKS[name]), np.random.default_rng(3)
    parameters, prepared = Parameters(case.weights), Prepared(case, 0)
    passes = Passes(parameters, prepared.one_hot)
    for _ in range(8):
        parameters.flat[:] = rng.uniform(-0.8, 0.8, parameters.flat.size)
        chosen = rng.permutation(case.n_sequences)[: rng.integers(1, case.n_sequences + 1)]
        loss = passes.run(prepared.batch(chosen))
        values = evaluate.evaluate(replace(sequences_of(divided(case), chosen), weights=parameters.views))
        np.testing.assert_allclose(loss, loss_total(values), rtol=1e-10)
        found = gradients_of(values, False)
        wanted = np.concatenate([found.of(name).ravel() for name in parameters.views])
        np.testing.assert_allclose(passes.gradient, wanted, rtol=1e-9, atol=1e-11)

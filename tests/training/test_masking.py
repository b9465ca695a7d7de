"""Masks: a padded batch gives what each sequence gives at its own length.

Witness: the evaluation of each length by itself, which tests/compute/test_ragged.py holds against every sequence alone.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from compute.cases import Numbers
from compute.differences import loss_case
from compute.test_ragged import LOSS, NETWORKS, Network, batch_of

from rnncalc.compute.bptt import gradients_of, loss_total
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate
from rnncalc.recurrences.expand import build_recurrence
from rnncalc.training.masking import maskable, masking_of
from rnncalc.training.prepared import Prepared

NOT = {
    "attention to itself",
    "encoder and decoder",
    "two steps back and ahead",
    "the last step has an equation of its own",
}


def test():
    for name, network in NETWORKS.items():
        case = batch_of(network)
        m = maskable(case)
        print(name, m)
        if m:
            agree(case)


def agree(case):
    batch = Prepared(case, 0).batch()
    assert not batch.own_lengths
    values, own = evaluate(batch), evaluate(case)
    np.testing.assert_allclose(loss_total(values), loss_total(own), rtol=1e-12)
    found, expected = gradients_of(values, False), gradients_of(own, False)
    for weight in case.weights:
        np.testing.assert_allclose(found.of(weight), expected.of(weight), rtol=1e-12, atol=1e-13)


test()

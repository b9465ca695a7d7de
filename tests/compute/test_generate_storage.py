"""The memory of a scan: free as soon as nobody holds the values, used again, never shared by two passes."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from compute.test_bptt import catalogue_case

from rnncalc.compute import storage
from rnncalc.compute.bptt import backpropagate, derive
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.gradient_pass import GradientPass, Parameters


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(storage, "_free", {})


@pytest.fixture
def without_collection():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def owner(array: np.ndarray) -> np.ndarray:
    """Give the array that others are views of."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


@pytest.mark.parametrize("n_steps", [3, 60])
@pytest.mark.parametrize("name", ["elman", "lstm", "gru", "many-to-one"])
def test_a_pass_is_free_without_a_garbage_collection(name, n_steps, without_collection):
    """60 steps run as generated code, 3 in the interpreter."""
    case = catalogue_case(name, {}, None, n_steps, 2)
    backward = derive(case)
    values = evaluate(case)
    gradients = backpropagate(values, backward)
    alive = [weakref.ref(owner(values.sequences["h"])), weakref.ref(owner(gradients.values.sequences["∇h"]))]
    assert all(one() is not None for one in alive)
    del values, gradients
    assert all(one() is None for one in alive)


def test_memory_that_nobody_holds_is_used_again():
    first = storage.lend(2 * storage.LARGE)
    address = first.ctypes.data
    del first
    assert storage.lend(2 * storage.LARGE - 8).ctypes.data == address


def test_memory_is_held_by_any_view_of_it():
    view = storage.lend(storage.LARGE)[10:20].reshape(2, 5)
    view[...] = 7
    storage.lend(storage.LARGE)[...] = 1
    assert (view == 7).all()


def test_memory_is_lent_to_one_at_a_time():
    first = storage.lend(storage.LARGE)
    del first
    assert not np.shares_memory(storage.lend(storage.LARGE), storage.lend(storage.LARGE))


def test_small_and_huge_arrays_are_not_kept(monkeypatch):
    monkeypatch.setattr(storage, "KEPT", 2 * storage.LARGE)
    for size in (storage.LARGE - 1, storage.KEPT + 1):
        assert len(storage.lend(size)) == size
    assert not storage._free


def test_little_memory_is_kept(monkeypatch):
    monkeypatch.setattr(storage, "KEPT", 3 * storage.LARGE)
    lent = [storage.lend(storage.LARGE) for _ in range(5)]
    del lent
    assert sum(len(kept) for kept in storage._free.values()) == storage.KEPT


def test_a_much_smaller_array_does_not_take_it():
    large = storage.lend(3 * storage.LARGE)
    del large
    assert storage.lend(storage.LARGE).base.nbytes == 8 * storage.LARGE


def test_two_passes_share_no_memory(monkeypatch):
    monkeypatch.setattr(storage, "LARGE", 1)
    case = catalogue_case("lstm", {}, None, 60, 2)
    one = evaluate(case)
    kept = {name: array.copy() for name, array in one.sequences.items()}
    evaluate(case)
    other = evaluate(case)
    for name in kept:
        if name in case.system.defined:
            assert not np.shares_memory(one.sequences[name], other.sequences[name])
        assert (one.sequences[name] == kept[name]).all()


@pytest.mark.parametrize("n_steps", [3, 60])
@pytest.mark.parametrize("name", ["elman", "lstm", "gru", "many-to-one"])
def test_a_repeated_pass_is_free_without_a_garbage_collection(name, n_steps, without_collection):
    case = catalogue_case(name, {}, None, n_steps, 2)
    work = GradientPass(case, Parameters(case.weights))
    work.run()
    alive = weakref.ref(owner(work._forward.values.sequences["h"]))
    assert alive() is not None
    del work
    assert alive() is None

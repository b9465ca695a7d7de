"""Two forms of a recurrence: what makes one of the other, and which choices no weights make up for."""

from __future__ import annotations

import pytest

from rnncalc.recurrences.catalogue import read_entry
from rnncalc.recurrences.expand import Arrangement, Recurrence, expand
from rnncalc.recurrences.forms import Made, differing_choices, made_from

TWO_BOTH = Arrangement(2, "both")


def form(name: str, arranged: Arrangement | None = None, **chosen: str) -> Recurrence:
    return expand(read_entry(name), chosen, arranged or Arrangement())


def test_the_same_form_takes_every_weight_as_it_is():
    mine = form("lstm", bias="two", peepholes="all")
    making = made_from(mine, mine)
    assert making.turned == ()
    assert making.weights == {name: Made((name,)) for name in mine.weights}


def test_a_matrix_on_both_is_cut_in_two():
    making = made_from(form("lstm", variant="concat"), form("lstm"))
    assert making.weights["U_f"] == Made(("W_f",), "cut", ("n_h", "n_x"), 0)
    assert making.weights["W_f"] == Made(("W_f",), "cut", ("n_h", "n_x"), 1)
    assert making.weights["b_f"] == Made(("b_f",))


def test_two_matrices_are_joined_in_the_order_of_the_factors():
    assert made_from(form("gru"), form("gru", variant="concat")).weights["W_n"] == Made(("U_n", "W_n"), "joined")


def test_biases_of_one_sum_are_added():
    making = made_from(form("elman", bias="two"), form("elman"))
    assert making.weights["b"] == Made(("b", "b_h"), "added")
    assert making.weights["c"] == Made(("c",))


def test_a_bias_more_is_nobodys():
    """The second bias of a form is zero where the other has one: nothing makes it."""
    assert "b_h" not in made_from(form("elman"), form("elman", bias="two")).weights
    inside = made_from(form("gru", reset="after"), form("gru", reset="after", bias="two"))
    assert inside.weights["b_n"] == Made(("b_n",)) and "b_hn" not in inside.weights


def test_a_bias_behind_the_reset_gate_cannot_be_added_to_one_before_it():
    mine, theirs = form("gru", reset="after", bias="two"), form("gru", reset="after")
    assert made_from(mine, theirs) is None
    assert differing_choices(mine, theirs) == ["bias"]


def test_an_update_gate_is_turned_round_only_where_its_function_is_a_sigmoid():
    mine, theirs = form("gru"), form("gru", update="keeps-old")
    assert made_from(mine, theirs) is None
    making = made_from(mine, theirs, ["gate"])
    assert making.turned == ("z",)
    assert {name for name, made in making.weights.items() if made.negated} == {"W_z", "U_z", "b_z"}


def test_every_layer_and_direction():
    mine = form("gru", TWO_BOTH, variant="concat")
    theirs = form("gru", TWO_BOTH, update="keeps-old", bias="two")
    making = made_from(mine, theirs, ["gate"])
    assert set(making.turned) == {"z1_fwd", "z1_bwd", "z2_fwd", "z2_bwd"}
    assert making.weights["W_r2_bwd"] == Made(("W_r2_bwd",), "cut", ("n_h2_bwd", "n_h1_fwd+n_h1_bwd"), 1)


@pytest.mark.parametrize(
    ("name", "mine", "theirs", "keys"),
    [
        ("gru", {"reset": "after"}, {}, ["reset"]),
        ("gru", {"update": "keeps-old"}, {}, ["update"]),
        ("gru", {"variant": "concat"}, {"reset": "after", "update": "keeps-old", "bias": "two"}, ["reset", "update"]),
        ("gru", {"reset": "after"}, {"variant": "concat"}, ["reset"]),
        ("lstm", {"peepholes": "all"}, {"bias": "two"}, ["peepholes"]),
        ("lstm", {"gates": "coupled", "variant": "concat"}, {}, ["gates"]),
    ],
)
def test_choices_that_no_weights_make_up_for(name, mine, theirs, keys):
    one, other = form(name, **mine), form(name, **theirs)
    assert made_from(one, other) is None
    assert differing_choices(one, other) == keys


def test_turning_takes_the_update_gate_off_the_list():
    mine, theirs = form("gru"), form("gru", reset="after", update="keeps-old")
    assert differing_choices(mine, theirs, ["gate"]) == ["reset"]

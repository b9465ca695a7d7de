"""Names are held against the equations even where numbers are wrong, unless a name may be hidden."""

from __future__ import annotations

import pytest
from running import ELMAN, run_text


def test_a_missing_name_is_told_beside_a_faulty_number(tmp_path):
    text = ELMAN.replace("[[0.5, -0.3]]", "[[0.5], [1, 2]]").replace("  x:", "  q:")
    assert sorted(run_text(tmp_path, text).slugs) == ["missing-input", "ragged-matrix", "unknown-input"]


@pytest.mark.parametrize("wrong", ["wieghts:", "weights: 3\nweihgts:"])
def test_names_under_a_mistyped_key_are_not_called_missing(wrong, tmp_path):
    assert "missing-weight" not in run_text(tmp_path, ELMAN.replace("weights:", wrong)).slugs

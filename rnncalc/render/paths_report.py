"""The JSON documents of `paths`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnncalc.compute.sensitivity import Sensitivity
from rnncalc.render.path_formulas import Letters, path_formula
from rnncalc.render.report import SCHEMA_VERSION, nested


def paths_report(
    letters: Letters, terms: Mapping[tuple[int, int], np.ndarray | None], norms: np.ndarray | None = None
) -> dict:
    """Give the document of a sum over paths; a term without numbers has no value."""
    items = []
    for (i, j), value in terms.items():
        item = {"i": i, "j": j, "formula": " · ".join(path_formula(letters, i, j))}
        items.append(item if value is None else item | {"value": nested(value)})
    report = {"schema_version": SCHEMA_VERSION, "command": "paths", "of": letters.weight, "terms": items}
    return report if norms is None else report | {"products": nested(norms)}


def entry_report(weight: str, spot: tuple[int, int], quantity: str, found: Sensitivity) -> dict:
    """Give the document of one derivative: an entry for every entry of the quantity."""
    value = found.value if len(found.value) > 1 else found.value[0]
    return {
        "schema_version": SCHEMA_VERSION,
        "command": "paths",
        "of": weight,
        "entry": list(spot),
        "at": quantity,
        "value": nested(value),
        "reason": found.reason or None,
    }

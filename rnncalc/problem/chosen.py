"""A recurrence of the catalogue as options of a command choose it, by the rules of a problem file."""

from __future__ import annotations

from collections.abc import Mapping

from rnncalc.base.diagnostics import Collector
from rnncalc.base.span import Source
from rnncalc.problem.fields import read_fields
from rnncalc.problem.published import Published, read_published
from rnncalc.problem.yaml_tree import read_tree


def published_as(name: str, settings: Mapping[str, str]) -> Published:
    """Give a recurrence with keys of a problem file set, such as convention, layers, reset.

    Raises:
        RnncalcError: those of a problem file, the place being <options>.
    """
    lines = "".join(f"{key}: {value}\n" for key, value in settings.items())
    collector = Collector()
    found = read_fields(read_tree(Source("<options>", f"recurrence: {name}\n{lines}")), collector)
    collector.raise_if_any()
    return read_published(found)

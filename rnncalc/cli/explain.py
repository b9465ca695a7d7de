"""rnncalc explain: a term or a table of the field, in full."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from rnncalc.cli.status import guarded


class Topic(StrEnum):
    """What can be explained."""

    gate_order = "gate-order"


@guarded
def run(
    topic: Annotated[Topic, typer.Argument(help="gate-order: how libraries pack the gates of LSTM and GRU.")],
) -> None:
    """Explain a term or a convention.

    Example: rnncalc explain gate-order
    """
    from rnncalc.cli.console import make_console
    from rnncalc.recurrences.conventions import convention_names, read_convention
    from rnncalc.render.conventions import print_gate_orders

    print_gate_orders(make_console(), map(read_convention, convention_names()))

"""Which of a network's names training data give: its inputs, and the target of its loss."""

from __future__ import annotations

from typing import NamedTuple

from rnncalc.language.nodes import Call, Ref, walk
from rnncalc.problem.network import Network

TARGET = "d"  # where the loss does not name its target


class Roles(NamedTuple):
    """The names that data give to a network.

    `ids` are the inputs that are the index of a lookup; `target` is '' where
    the loss reads an input ahead, `ahead`; `as_classes` tells whether the
    loss takes class indices, `binary` whether two classes are one probability.
    """

    inputs: tuple[str, ...]
    target: str
    ids: frozenset[str] = frozenset()
    ahead: str = ""
    as_classes: bool = False
    binary: bool = False
    everywhere: bool = False  # whether the output at every step is compared


def roles_of(network: Network) -> Roles:
    """Find what a network reads that its file does not compute."""
    loss, system = network.loss, network.stated
    ahead = (loss.looks_ahead or "") if loss else ""
    target = "" if ahead else (loss.target if loss else "") or TARGET
    kind = loss.kind if loss else ""
    return Roles(
        tuple(name for name in system.given_sequences if name != target),
        target,
        frozenset(_looked_up(network)),
        ahead,
        kind == "cross-entropy",
        kind == "binary-cross-entropy",
        bool(kind) and loss.at == "all" and network.system.is_sequence(loss.output),
    )


def _looked_up(network: Network) -> list[str]:
    calls = (part for equation in network.stated.equations for part in walk(equation.right) if isinstance(part, Call))
    return [call.args[1].name for call in calls if call.op == "lookup" and isinstance(call.args[1], Ref)]

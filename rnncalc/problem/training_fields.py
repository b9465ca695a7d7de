"""The keys of `training:`, one row each, and the plan that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from rnncalc.base.diagnostics import Collector, RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.problem import yaml_tree
from rnncalc.problem.fields import FIELDS, Field, choice, count, mapping, read_rows, unknown_key
from rnncalc.problem.initial_rules import read_init, read_sizes
from rnncalc.problem.numbers import is_integer, read_number
from rnncalc.problem.places import quoted
from rnncalc.problem.yaml_tree import Scalar, Tree
from rnncalc.training.optimisers import OPTIMISERS
from rnncalc.training.plan import Choice, Plan

ITERATIONS = 1000  # where the file does not say how many
CLIPS = ("limit", "norm")

_POSITIVE = (lambda number: number > 0, "a number above 0")
_SHARE = (lambda number: 0 < number < 1, "a number between 0 and 1")
_DECAY = (lambda number: 0 <= number < 1, "a number from 0 and below 1")


def number(node: Tree, name: str, bound: tuple[Callable[[float], bool], str], example: str) -> float:
    """Read a number within its range.

    Raises:
        RnncalcError: slugs `out-of-range`, `wrong-type`, and those of read_number.
    """
    holds, words = bound
    if not isinstance(node, Scalar):
        raise refuse("wrong-type", node.span, f"'{name}' is {words}.", f"Write '{name}: {example}'.")
    found = float(read_number(node))
    if not holds(found):
        message = f"'{name}' is {words}, not {quoted(node.text)}."
        raise refuse("out-of-range", node.span, message, f"Write '{name}: {example}'.")
    return found


def rate(field: Field, node: Tree) -> float:
    """Read a number above 0."""
    return number(node, field.name, _POSITIVE, "0.01")


def share(node: Tree) -> float:
    """Read the share of the data that is held out."""
    return number(node, "share", _SHARE, "0.2")


def seed(field: Field, node: Tree) -> int:
    """Read a whole number from 0."""
    if not isinstance(node, Scalar) or not is_integer(node.text):
        raise refuse("not-a-count", node.span, f"'{field.name}' is a whole number from 0.", f"Write '{field.name}: 1'.")
    return int(node.text)


def clip(field: Field, node: Tree) -> tuple[str, float]:
    """Read `clip: {limit: 1}` or `clip: {norm: 5}`."""
    pairs = node.pairs if isinstance(node, yaml_tree.Mapping) else ()
    for key, _ in pairs:
        if key.text not in CLIPS:
            raise unknown_key(key, CLIPS, "'clip'")
    if len(pairs) != 1:
        message = "Gradients are clipped at a limit or by their norm."
        raise refuse("wrong-type", node.span, message, "Write 'clip: {limit: 1}' or 'clip: {norm: 5}'.")
    ((key, value),) = pairs
    return key.text, number(value, key.text, _POSITIVE, "1")


def optimiser(field: Field, node: Tree) -> Choice:
    """Read an optimiser by name, or `{kind: adam, beta1: 0.9}` with some of its constants."""
    names = Field("kind", choice, "", tuple(OPTIMISERS))
    if isinstance(node, Scalar):
        return Choice(choice(names._replace(name=field.name), node).text)
    kind = mapping(field, node).get("kind")
    if kind is None:
        message, remedy = "The optimiser has no kind.", f"Write 'kind: …', one of {', '.join(OPTIMISERS)}."
        raise refuse("wrong-type", node.span, message, remedy)
    name, constants, collector = choice(names, kind).text, {}, Collector()
    known = OPTIMISERS[name].constants
    for key, value in node.pairs:
        with collector:
            if key.text not in ("kind", *known):
                raise _unknown_constant(key, name, known)
            if key.text != "kind":
                bound = _POSITIVE if key.text == "epsilon" else _DECAY
                constants[key.text] = number(value, key.text, bound, f"{known[key.text]:g}")
    collector.raise_if_any()
    return Choice(name, constants=constants)


def _unknown_constant(key: Scalar, name: str, known: Mapping[str, float]) -> RnncalcError:
    if known:
        return unknown_key(key, known, f"the optimiser '{name}'")
    message = f"{quoted(key.text)} is no key of the optimiser '{name}', which has a rate alone."
    return refuse("unknown-key", key.span, message, "Delete it, or write 'rate: …' under 'training:'.")


_ROWS = (
    Field("data", mapping, "the sequences to learn from, where 'inputs' and 'targets' do not give them", kind="data"),
    Field("test", mapping, "sequences that are held out", kind="test"),
    Field("sizes", read_sizes, "how many units what no data tells has", kind="sizes"),
    Field("init", read_init, "how weights that the file does not give are drawn", kind="init"),
    Field("optimiser", optimiser, "how the weights follow the gradient", kind="optimiser"),
    Field("rate", rate, "the learning rate", kind="rate"),
    Field("iterations", count, "how many times the weights change", most=10**9, kind="count"),
    Field("epochs", count, "how many times all sequences are gone through", most=10**9, kind="count"),
    Field("batch", count, "how many sequences a mini-batch has", most=10**9, kind="count"),
    Field("shuffle", choice, "whether every epoch has an order of its own", ("true", "false")),
    Field("clip", clip, "the size at which gradients are clipped, by limit or by norm", kind="clip"),
    Field("seed", seed, "of all that is drawn", kind="seed"),
)
TRAINING: dict[str, Field] = {row.name: row for row in _ROWS}


class Section(NamedTuple):
    """The keys of `training:` with their values, the place of each key and of the section."""

    values: Mapping[str, object]
    places: Mapping[str, Span]
    place: Span
    plan: Plan


def read_section(node: yaml_tree.Mapping, place: Span) -> Section:
    """Read `training:`.

    Raises:
        RnncalcError: slugs `unknown-key`, `iterations-and-epochs`, and those of the rows.
    """
    collector = Collector()
    misplaced = [key for key, _ in node.pairs if key.text in FIELDS and key.text not in TRAINING]
    for key in misplaced:
        with collector:
            message = f"'{key.text}' is a key of the problem, not of 'training'."
            raise refuse("unknown-key", key.span, message, f"Write '{key.text}: …' at the start of a line.")
    node = node._replace(pairs=tuple(pair for pair in node.pairs if pair[0] not in misplaced))
    values = read_rows(node, TRAINING, "'training'", collector)
    places = {key.text: key.span for key, _ in node.pairs}
    if "iterations" in places and "epochs" in places:
        with collector:
            message = "Iterations and epochs are given; each settles how long the network learns."
            raise refuse("iterations-and-epochs", places["epochs"], message, "Keep one of them.")
    collector.raise_if_any()
    return Section(values, places, place, _plan(values))


def _plan(values: Mapping) -> Plan:
    chosen = values.get("optimiser", Choice())
    if "rate" in values:
        chosen = chosen._replace(rate=values["rate"])
    epochs = values["epochs"].number if "epochs" in values else None
    iterations = values["iterations"].number if "iterations" in values else None if epochs else ITERATIONS
    kind, size = values.get("clip", ("limit", None))
    return Plan(
        chosen,
        iterations,
        epochs,
        values["batch"].number if "batch" in values else None,
        "shuffle" not in values or values["shuffle"].text == "true",
        size,
        kind,
        values.get("seed", 0),
    )

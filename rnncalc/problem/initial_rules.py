"""Read `sizes:` and `init:` of a training section: how many units, and how weights are drawn.

`read_init` is the one to read first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from rnncalc.base.diagnostics import Collector, RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import nearest
from rnncalc.language.nodes import Call
from rnncalc.language.operations import OPERATIONS
from rnncalc.problem import yaml_tree
from rnncalc.problem.fields import Count, Field, count
from rnncalc.problem.numbers import SPACE, read_number, value_of
from rnncalc.problem.places import parse_scalar, quoted
from rnncalc.problem.yaml_tree import Scalar, Tree
from rnncalc.recurrences.expand import spellings
from rnncalc.training.initial import RULES

NONE = "none"  # a bias that is left out
_DEFAULTS = ("weights", "biases")
_WORD = re.compile(r"([^\W\d]\w*)\s*(\(|$)")


class Drawn(NamedTuple):
    """How one weight is drawn: a rule of RULES with its arguments, or NONE."""

    rule: str
    arguments: tuple[float, ...] = ()
    span: Span | None = None


class Init(NamedTuple):
    """How weights and biases are drawn, and those that have a rule of their own, with the places of their names.

    A rule for U is one for U1 and U2_bwd too, where these have none.
    """

    weights: Drawn = Drawn("glorot")
    biases: Drawn = Drawn("constant", (0.0,))
    named: Mapping[str, Drawn] = MappingProxyType({})
    places: Mapping[str, Span] = MappingProxyType({})

    def of(self, name: str, is_bias: bool) -> Drawn:
        """Give the rule for a weight."""
        found = (self.named[spelt] for spelt in spellings(name) if spelt in self.named)
        return next(found, self.biases if is_bias else self.weights)


GLOROT = Init()


def read_sizes(field: Field, node: Tree) -> dict[str, Count]:
    """Read `sizes: {h: 10}`; the places are those of the names.

    Raises:
        RnncalcError: slugs `wrong-type`, `not-a-count`.
    """
    if not isinstance(node, yaml_tree.Mapping):
        message, remedy = "'sizes' says of a quantity how many entries it has.", "Write 'sizes: {h: 10}'."
        raise refuse("wrong-type", node.span, message, remedy)
    found, collector = {}, Collector()
    for key, value in node.pairs:
        with collector:
            found[key.text] = count(field._replace(name=key.text), value)._replace(span=key.span)
    collector.raise_if_any()
    return found


def read_init(field: Field, node: Tree) -> Init:
    """Read one rule for all weights, or rules by name.

    Raises:
        RnncalcError: slugs `unknown-value`, `wrong-argument-count`, `bad-maker`,
            `unquoted-maker`, `wrong-type`, and those of read_number.
    """
    if not isinstance(node, yaml_tree.Mapping):
        return Init(weights=_read_rule(node, field.name))
    found: dict[str, Drawn] = {}
    places, collector, torn = {}, Collector(), False
    for key, value in node.pairs:
        if torn:  # within a rule that YAML has cut at its commas
            torn = not key.text.rstrip().endswith(")")
            continue
        torn = isinstance(value, Scalar) and value.text.count("(") > value.text.count(")")
        with collector:
            places[key.text] = key.span
            found[key.text] = _read_rule(value, key.text)
    collector.raise_if_any()
    named = {name: drawn for name, drawn in found.items() if name not in _DEFAULTS}
    defaults = {name: drawn for name, drawn in found.items() if name in _DEFAULTS}
    if "weights" in defaults and defaults["weights"].rule == NONE:
        message, remedy = "Weights cannot all be left out.", f"Write 'weights: {next(iter(RULES))}'."
        raise refuse("unknown-value", defaults["weights"].span, message, remedy)
    return Init(**defaults, named=named, places={name: places[name] for name in named})


def _read_rule(node: Tree, name: str) -> Drawn:
    if not isinstance(node, Scalar):
        message = f"'{name}' is drawn by a rule, which is written in words."
        raise refuse("wrong-type", node.span, message, f"Write {_forms()}.")
    text = node.text.strip(SPACE)
    match = _WORD.match(text)
    word = match[1] if match else ""
    if text.count("(") > text.count(")") and word in RULES:
        message = f"Inside braces YAML cuts '{word}(…)' at its commas."
        raise refuse("unquoted-maker", node.span, message, f'Put it in quotes, "{_form(word)}".')
    if text == NONE and name != "init":
        return Drawn(NONE, (), node.span)
    if not match or match[2] and word in OPERATIONS:
        return Drawn("constant", (read_number(node),), node.span)
    if word not in RULES:
        raise _unknown_rule(word, node)
    arguments = _arguments(word, node)
    rule = RULES[word]
    if not rule.holds(*arguments):
        raise refuse("bad-maker", node.span, f"{quoted(text)} draws no numbers.", f"In '{word}' {rule.needs}.")
    return Drawn(word, arguments, node.span)


def _arguments(word: str, scalar: Scalar) -> tuple[float, ...]:
    """Read the numbers in the parentheses of a rule."""
    node, form = parse_scalar(scalar), _form(word)
    arguments = node.args if isinstance(node, Call) and node.op == word else ()
    whole = isinstance(node, Call) and node.op == word or scalar.text.strip(SPACE) == word
    if not whole or len(arguments) != len(RULES[word].words):
        message = f"{quoted(scalar.text)} is no '{form}'."
        raise refuse("wrong-argument-count", scalar.span, message, f"Write '{form}'.")
    return tuple(value_of(argument, scalar) for argument in arguments)


def _unknown_rule(word: str, scalar: Scalar) -> RnncalcError:
    close = nearest(word, RULES)
    remedy = f"Did you mean '{_form(close)}'?" if close else f"Write {_forms()}."
    message = f"There is no rule {quoted(word)} for drawing weights."
    return refuse("unknown-value", scalar.span, message, remedy)


def _form(word: str) -> str:
    words = RULES[word].words
    return f"{word}({', '.join(words)})" if words else word


def _forms() -> str:
    return f"{', '.join(map(_form, RULES))} or a number"

"""The JSON Schema of problem and solution files, made from the tables that read them.

A schema sees one value at a time: it knows keys, words, kinds and levels of
lists, not whether shapes fit or names are read. What it refuses, the reader
refuses too. `file_schema` is the one to read first, KINDS the table: a row
for each `kind` of fields.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from rnncalc.problem.bigram import TEXTS
from rnncalc.problem.bigram_fields import KEYS, SECTION
from rnncalc.problem.data import SECTIONS
from rnncalc.problem.data_fields import DATA, SOURCES
from rnncalc.problem.drawn_data import LAWS
from rnncalc.problem.fields import FIELDS, ROUNDING, Field
from rnncalc.problem.lesson import HELD
from rnncalc.problem.loss import LOSSES, OPTIONS
from rnncalc.problem.makers import MAKERS
from rnncalc.problem.points import MOST
from rnncalc.problem.solution import SOLUTION_FIELDS
from rnncalc.problem.training_fields import CLIPS, TRAINING
from rnncalc.problem.variants import RANGES
from rnncalc.problem.vocabulary_fields import VOCABULARY
from rnncalc.recurrences.catalogue import entry_names
from rnncalc.recurrences.conventions import convention_names
from rnncalc.training.initial import RULES
from rnncalc.training.optimisers import OPTIMISERS

Schema = dict[str, object]

_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_SPACE = r"[ \t\n]*"
_COUNT = rf"^{_SPACE}[0-9]{{1,15}}{_SPACE}$"
_MAKER = rf"^{_SPACE}(?:{'|'.join((*MAKERS, 'logit'))}){_SPACE}\("
_COMMA = rf"{_SPACE}[-+]?[0-9]+,[0-9]+{_SPACE}$"
_FUNCTION = rf"[a-z_][a-z0-9_]*(?={_SPACE}\()"
_EXPRESSION = (
    rf"^(?!{_MAKER[1:]})(?!{_COMMA})(?!.*[0-9.][ \t\n]+[.0-9])(?=.*[0-9])"
    rf"(?:{_NUMBER}|{_FUNCTION}|[-+*/(), \t\n])+$"
)
_NAME = r"^[^\s0-9!-@\[-^`{-~][^\s!-/:-@\[-^`{-~]*$"  # a letter or _, in any script, then also digits


def file_schema() -> Schema:
    """Give the schema of a file: a bigram problem, a solution, or a problem with a network.

    Draft 2020-12; numbers and booleans are those of YAML 1.2.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "rnncalc",
        "description": "A problem file of rnncalc, or a solution of one.",
        "type": "object",
        "required": ["rnncalc"],
        "if": {"required": ["bigram"]},
        "then": _ref("bigram"),
        "else": {"if": {"required": ["problem"]}, "then": _ref("solution"), "else": _ref("network")},
        "$defs": {
            "network": _object(FIELDS, _one_of(("recurrence", "equations"))),
            "bigram": _object(KEYS, {"required": ["bigram"]}),
            "solution": _object(SOLUTION_FIELDS, {"required": ["problem"]}),
            **_PARTS,
            **{f"levels-{most}": _nested(most) for most in range(2, 5)},
        },
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _one_of(names: tuple[str, ...]) -> Schema:
    return {"oneOf": [{"required": [name]} for name in names]}


def _object(rows: Mapping[str, Field], more: Schema) -> Schema:
    """Give the schema of a mapping whose keys are the rows of a table."""
    return {
        "type": "object",
        "properties": {name: {"description": row.about, **_value(row)} for name, row in rows.items()},
        "additionalProperties": False,
        **more,
    }


def _value(row: Field) -> Schema:
    return _enum(row.values) if row.values else KINDS[row.kind](row)


def _enum(values: tuple[str, ...]) -> Schema:
    """Give words, with the numbers and booleans that YAML makes of some of them."""
    found = [_PLAIN[value] for value in values if value in _PLAIN]
    return {"enum": [*found, *values]}


_PLAIN = {"1": 1, "true": True, "false": False}


def _named(value: Schema) -> Schema:
    return {"type": "object", "propertyNames": {"pattern": _NAME}, "additionalProperties": value}


def _list(value: Schema) -> Schema:
    return {"type": "array", "items": value, "minItems": 1}


def _any(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


def _nested(most: int) -> Schema:
    """Give numbers in at most so many levels of lists, the items of one list all of one level."""
    found = [_ref("number")]
    for _ in range(most):
        found.append(_list(found[-1]))
    return _any(*found)


def _whole(least: int, most: float) -> Schema:
    limits = {"minimum": least} | ({"maximum": int(most)} if most < math.inf else {})
    return _any({"type": "integer", **limits}, {"type": "string", "pattern": _COUNT})


def _arrays(row: Field) -> Schema:
    """Give a section of numbers; of weights, some conventions stack directions along one axis more."""
    levels = _ref(f"levels-{SECTIONS[row.name] + (row.name == 'weights')}")
    return _named(_any(levels, _ref("maker"), _ref("array-file"))) | {
        "properties": {"file": _any(_ref("text"), levels, _ref("array-file"))}
    }


def _loss(row: Field) -> Schema:
    options = {name: _enum(values) if values else _ref("text") for name, values in OPTIONS.items()}
    by_options = {"type": "object", "properties": options, "required": ["kind"], "additionalProperties": False}
    return _any({"enum": list(LOSSES)}, {"type": "string", "pattern": "="}, by_options)


def _closed(properties: Mapping[str, Schema], more: Schema) -> Schema:
    """Give the schema of a mapping with no other keys."""
    return {"type": "object", "properties": dict(properties), "additionalProperties": False, **more}


def _number(**limits: float) -> Schema:
    return _any({"type": "number", **limits}, {"type": "string", "pattern": _EXPRESSION})


def _optimiser(row: Field) -> Schema:
    by_kind = [
        _closed({"kind": {"enum": [name]}, **dict.fromkeys(one.constants, _number(minimum=0))}, {"required": ["kind"]})
        for name, one in OPTIMISERS.items()
    ]
    return _any({"enum": list(OPTIMISERS)}, *by_kind)


def _init(row: Field) -> Schema:
    """Give a rule for all, or rules by name, among which some may be left out."""
    rules = rf"^{_SPACE}(?:{'|'.join(RULES)})(?:{_SPACE}$|{_SPACE}\()"
    rule = _any(_ref("number"), {"type": "string", "pattern": rules})
    return _any(rule, _named(_any(rule, {"enum": ["none"]})))


def _lists_by_name() -> Schema:
    return {"type": "object", "additionalProperties": _any(_ref("text"), _list(_ref("text")))}


_NEVER: Schema = {"enum": []}

_PARTS: dict[str, Schema] = {
    "text": {"type": ["string", "number", "boolean", "null"]},
    "number": _any({"type": "number"}, {"type": "string", "pattern": _EXPRESSION}),
    "maker": {"type": "string", "pattern": _MAKER},
    "array-file": {
        "type": "object",
        "properties": {"file": _ref("text")},
        "required": ["file"],
        "additionalProperties": False,
    },
}

KINDS: dict[str, Callable[[Field], Schema]] = {
    "text": lambda row: _ref("text"),
    "texts": lambda row: _any(_ref("text"), _list(_ref("text"))),
    "texts by name": lambda row: {"type": "object", "additionalProperties": _ref("text")},
    "reasons": lambda row: {
        "type": "object",
        "additionalProperties": {"type": ["string", "number", "boolean"], "pattern": r"\S"},
    },
    "recurrence": lambda row: {"enum": entry_names()},
    "convention": lambda row: {"enum": convention_names()},
    "equations": lambda row: {"type": "string", "pattern": "="},
    "count": lambda row: _whole(1, row.most),
    "decimals": lambda row: _whole(0, row.most),
    "order": lambda row: _whole(2, row.most),
    "share": lambda row: _any(
        {"type": "number", "minimum": 0, "exclusiveMaximum": 1}, {"type": "string", "pattern": _EXPRESSION}
    ),
    "counts": lambda row: _any(_whole(1, math.inf), {"type": "object", "additionalProperties": _whole(1, math.inf)}),
    "lengths": lambda row: _any(
        _list(_whole(1, math.inf)), {"type": "object", "additionalProperties": _list(_whole(1, math.inf))}
    ),
    "arrays": _arrays,
    "table": lambda row: _any(_ref("levels-2"), _ref("maker")),
    "points": lambda row: {
        "type": "object",
        "additionalProperties": _any(
            {"type": "number", "exclusiveMinimum": 0, "maximum": MOST}, {"type": "string", "pattern": _EXPRESSION}
        ),
    },
    "answers": lambda row: {"type": "object", "additionalProperties": _ref("levels-4")},
    "loss": _loss,
    "ranges": lambda row: _named({"type": "string", "pattern": rf"^{_SPACE}(?:{'|'.join(RANGES)})(?:{_SPACE}$| )"}),
    "rounding": lambda row: _object(ROUNDING, {}),
    "smoothing": lambda row: _any(
        {"enum": ["none", "laplace"]}, {"type": "number", "minimum": 0}, {"type": "string", "pattern": _EXPRESSION}
    ),
    "vocabulary": lambda row: _object(VOCABULARY, {"required": ["symbols"]}),
    "training": lambda row: _object(
        TRAINING, {"if": {"required": ["iterations", "epochs"]}, "then": _NEVER, "else": {}}
    ),
    "data": lambda row: _object(DATA, _one_of(tuple(SOURCES))),
    "test": lambda row: _any(
        _closed({"share": _number(exclusiveMinimum=0)}, {"required": ["share"]}), _object(HELD, {}), _object(DATA, {})
    ),
    "optimiser": _optimiser,
    "init": _init,
    "rate": lambda row: _number(exclusiveMinimum=0),
    "clip": lambda row: _closed(dict.fromkeys(CLIPS, _number(exclusiveMinimum=0)), _one_of(CLIPS)),
    "seed": lambda row: _whole(0, row.most),
    "sizes": lambda row: {"type": "object", "additionalProperties": _whole(1, math.inf)},
    "counts by name": lambda row: {"type": "object", "additionalProperties": _whole(1, math.inf)},
    "laws": lambda row: {
        "type": "object",
        "additionalProperties": {"type": "string", "pattern": rf"^{_SPACE}(?:{'|'.join(LAWS)}){_SPACE}\("},
    },
    "lists by name": lambda row: _lists_by_name(),
    "texts or classes": lambda row: _any(_ref("text"), _list(_ref("text")), _lists_by_name()),
    "symbols": lambda row: _any(_whole(1, row.most), _list(_ref("text"))),
    "section": lambda row: _object(SECTION, _one_of(TEXTS)),
}

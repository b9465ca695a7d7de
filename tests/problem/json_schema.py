"""A small reader of JSON Schema for the words that ours uses, and YAML 1.2 as JSON."""

from __future__ import annotations

import math
import re

from rnncalc.base.span import Source
from rnncalc.problem.yaml_tree import Items, Mapping, Tree, read_tree

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}
KNOWN = {
    "$schema", "$defs", "title", "description", "$ref", "type", "enum", "pattern", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "items", "minItems", "properties", "required", "additionalProperties",
    "propertyNames", "anyOf", "oneOf", "if", "then", "else",
}  # fmt: skip


def accepts(schema: dict, value: object, root: dict | None = None) -> bool:
    """Tell whether a value is of a schema; a word that is not in KNOWN is a fault of the test."""
    root = root or schema
    assert set(schema) <= KNOWN, set(schema) - KNOWN

    def of(part: dict, inner: object = value) -> bool:
        return accepts(part, inner, root)

    if "$ref" in schema and not of(root["$defs"][schema["$ref"].removeprefix("#/$defs/")]):
        return False
    if "if" in schema and not of(schema["then" if of(schema["if"]) else "else"]):
        return False
    if "type" in schema and not any(_is(value, kind) for kind in _listed(schema["type"])):
        return False
    if "enum" in schema and not any(value == one and type(value) is type(one) for one in schema["enum"]):
        return False
    if "anyOf" in schema and not any(map(of, schema["anyOf"])):
        return False
    if "oneOf" in schema and sum(map(of, schema["oneOf"])) != 1:
        return False
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None
    if isinstance(value, list):
        return len(value) >= schema.get("minItems", 0) and all(of(schema.get("items", {}), item) for item in value)
    if isinstance(value, dict):
        return _accepts_keys(schema, value, of)
    if _is(value, "number"):
        between = schema.get("exclusiveMinimum", -math.inf) < value < schema.get("exclusiveMaximum", math.inf)
        return between and schema.get("minimum", value) <= value <= schema.get("maximum", value)
    return True


def _accepts_keys(schema: dict, value: dict, of) -> bool:
    known, others = schema.get("properties", {}), schema.get("additionalProperties", {})
    return set(schema.get("required", ())) <= set(value) and all(
        of(schema.get("propertyNames", {}), key)
        and (of(known[key], item) if key in known else others is not False and of(others, item))
        for key, item in value.items()
    )


def _is(value: object, kind: str) -> bool:
    return isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _listed(kinds: str | list[str]) -> list[str]:
    return [kinds] if isinstance(kinds, str) else kinds


def json_of(text: str) -> object:
    """Give what YAML 1.2 makes of a text, its core schema."""
    return _json(read_tree(Source("<test>", text)))


def _json(tree: Tree | None) -> object:
    if isinstance(tree, Mapping):
        return {key.text: _json(value) for key, value in tree.pairs}
    if isinstance(tree, Items):
        return [_json(item) for item in tree.items]
    if tree is None or tree.style:
        return tree and tree.text
    text = tree.text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    return text

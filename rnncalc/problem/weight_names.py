"""Find the weights of a recurrence among the names of a file: its prefix, its layers, its directions.

Libraries put paths before a name and counters behind it, 'lstm/lstm_cell/kernel:0';
`find_weights` is the one to read first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from rnncalc.problem.published import Published
from rnncalc.recurrences.expand import SUFFIXES, Arrangement

_COUNTER = re.compile(r":\d+$")
_BASE = re.compile(r"((?:.*[./])?)([^./]+)", re.DOTALL)


class Place(NamedTuple):
    """Where a tensor belongs: its name without layer and direction, the layer from 1, the direction from 0."""

    root: str
    layer: int = 1
    direction: int = 0


class Spelling(NamedTuple):
    """How a convention writes names.

    `pattern` is that of the convention's file, `roots` the tensors of one layer
    and direction, `needed` those that no network lacks.
    """

    pattern: str
    directions: tuple[str, ...]
    roots: tuple[str, ...]
    needed: frozenset[str]

    def read(self, base: str) -> tuple[str, int, str] | None:
        """Read weight_hh_l1_reverse: its tensor, layer (0 where it says none), direction in letters."""
        match = re.fullmatch(self._expression, base)
        if match is None:
            return None
        parts = match.groupdict()
        layer = int(parts["from_0"]) + 1 if "from_0" in parts else int(parts.get("layer") or 0)
        return parts["tensor"], layer, parts.get("direction") or ""

    @property
    def _expression(self) -> str:
        choices = {"tensor": self.roots, "direction": [letters for letters in self.directions if letters]}
        expression = re.escape(self.pattern).replace(r"\{", "{").replace(r"\}", "}")
        for key, words in choices.items():
            ordered = sorted(map(re.escape, words), key=len, reverse=True)
            group = f"(?P<{key}>{'|'.join(ordered)})" + "?" * (key == "direction")
            expression = expression.replace(f"{{{key}}}", group if words else "")
        expression = expression.replace("{layer_from_0}", r"(?P<from_0>\d{1,3})")
        return expression.replace("{layer}", r"(?P<layer>[1-9]\d{0,2})?")

    def write(self, place: Place, arranged: Arrangement) -> str:
        """Write the name of a tensor, as packed_tensors() does."""
        letters = self.directions[place.direction] if arranged.direction == "both" else ""
        layer = "" if arranged.layers is None else str(place.layer)
        parts = {"tensor": place.root, "layer_from_0": str(place.layer - 1), "layer": layer, "direction": letters}
        return self.pattern.format(**parts)

    def of_path(self, path: str) -> tuple[str, str]:
        """Split a path before the part that names a direction, 'bidirectional/forward_lstm/': path, direction."""
        parts = re.split(r"(?<=[./])", path)
        for number, part in enumerate(parts):
            for letters in self.directions:
                if letters.endswith("_") and (part.startswith(letters) or part[:-1] == letters[:-1]):
                    return "".join(parts[:number]), letters
        return path, ""


class Found(NamedTuple):
    """The weights of one network: where each belongs, by the name that the file gives it."""

    path: str
    names: Mapping[Place, str]
    numbered: bool  # whether names say their layer

    @property
    def layers(self) -> int | None:
        """The number of layers, None where nothing speaks of layers."""
        last = max((place.layer for place in self.names), default=1)
        return last if last > 1 or self.numbered else None

    @property
    def both(self) -> bool:
        """Whether there are two directions."""
        return any(place.direction for place in self.names)


def spelling_of(published: Published) -> Spelling:
    """Give the spelling of a convention; without tensors it is that of the named weights."""
    convention, recurrence = published.convention, published.recurrence
    optional = {recurrence.entry.optional, *recurrence.biases}
    if not published.tensors:
        roots = tuple(recurrence.weights)
        return Spelling("{tensor}{layer}{direction}", SUFFIXES["both"], roots, frozenset(roots) - optional)
    tensors = convention.packings[recurrence.entry.name].tensors
    held = {tensor.name: {block.weight for block in tensor.blocks} & set(recurrence.weights) for tensor in tensors}
    roots = tuple(name for name, weights in held.items() if weights)
    needed = frozenset(name for name in roots if held[name] - optional)
    return Spelling(convention.names, convention.directions, roots, needed)


def find_weights(spelling: Spelling, names: Iterable[str], prefix: str | None) -> list[Found]:
    """Group the names of a file that a convention knows, one group for each path before them.

    Only groups with every needed tensor of some layer are given; where there is
    none, the one that has most. With a prefix all other names are left aside.
    """
    groups: dict[str, dict[Place, str]] = {}
    numbered: set[str] = set()
    for name in names:
        plain = _COUNTER.sub("", name)
        if prefix is not None and not plain.startswith(prefix):
            continue
        match = _BASE.fullmatch(plain[len(prefix or "") :])
        if match is None or (read := spelling.read(match[2])) is None:
            continue
        root, layer, letters = read
        path, beside = spelling.of_path(match[1])
        direction = spelling.directions.index(letters or beside) if letters or beside else 0
        groups.setdefault(path, {})[Place(root, layer or 1, direction)] = name
        numbered |= {path} if layer and "{layer}" in spelling.pattern else set()
    found = [Found(path, places, path in numbered) for path, places in groups.items()]
    whole = [one for one in found if _is_whole(one, spelling.needed)]
    return whole or sorted(found, key=lambda one: -len(one.names))[:1]


def _is_whole(found: Found, needed: Collection[str]) -> bool:
    some = next(iter(found.names))
    return all(some._replace(root=root) in found.names for root in needed)


def stacked_layers(groups: Iterable[Found]) -> Found:
    """Take groups for layers above each other, in the order of the numbers in their paths."""
    ordered = sorted(groups, key=lambda one: _by_number(one.path))
    names = {
        place._replace(layer=layer): name
        for layer, one in enumerate(ordered, start=1)
        for place, name in one.names.items()
    }
    return Found(", ".join(one.path for one in ordered), names, True)


def _by_number(path: str) -> list[tuple[bool, int, str]]:
    """Order lstm_2 before lstm_10."""
    parts = re.split(r"(\d+)", path)
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]

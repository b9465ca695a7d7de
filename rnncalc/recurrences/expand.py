"""The equations of a catalogue entry: its choices made, repeated for layers and directions.

`expand` is the one to read first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from rnncalc.base.span import Source
from rnncalc.language.lines import parse_equations
from rnncalc.language.nodes import Call, Equation, Index, Name, Node, Ref, leaves, rebuild
from rnncalc.language.parser import parse_text
from rnncalc.recurrences.catalogue import Entry
from rnncalc.recurrences.ends import EMBEDDED, answering_once, dropped_out, embedded, kept

Direction = Literal["forward", "reverse", "both"]

MERGES = {"concat": "concat({0}, {1})", "sum": "{0} + {1}", "average": "({0} + {1}) / 2", "product": "{0} * {1}"}
SUFFIXES = {"forward": ("",), "reverse": ("",), "both": ("_fwd", "_bwd")}
MERGED = "m"


class Arrangement(NamedTuple):
    """How the cell of an entry is repeated, layers above each other, directions beside each other; and its ends.

    With `outputs` last it answers once, with an embedding it reads class ids;
    `dropout` is the share of a state, as a number is written, that training
    drops on the way to the next layer and to the output, '' for none.
    """

    layers: int | None = None
    direction: Direction = "forward"
    merge: str = "concat"
    outputs: Literal["every", "last"] = "every"
    embedding: bool = False
    dropout: str = ""


ONCE = Arrangement()


class Recurrence(NamedTuple):
    """An entry with its choices made: equations as published, not yet adapted to a file.

    `weights` has the shapes in words of the weights that the equations read,
    `unread` of those that only other choices read.
    """

    entry: Entry
    equations: tuple[Equation, ...]
    weights: Mapping[str, str]
    biases: tuple[str, ...]
    inputs: tuple[str, ...]
    chosen: Mapping[str, str]
    arranged: Arrangement = ONCE
    unread: Mapping[str, str] = MappingProxyType({})

    @property
    def words(self) -> dict[str, str]:
        """The shapes of all weights in words."""
        return {**self.weights, **self.unread}


class Impossible(Exception):
    """A combination of choices that no equation expresses; the message says why."""


def repeats(entry: Entry) -> bool:
    """Tell whether an entry can stand in layers."""
    return bool(entry.deep)


def reverses(entry: Entry) -> bool:
    """Tell whether an entry can run from the last step to the first: nothing of its cell waits for an output."""
    return bool(entry.deep) and not entry.before and "feedback" not in entry.deep


def answers_at_steps(entry: Entry) -> bool:
    """Tell whether an entry answers at every step and could answer once: nothing waits for an output."""
    return reverses(entry) and not _reads_the_last(_lines(entry, entry.output), entry.deep["passes"])


def embeds(entry: Entry) -> bool:
    """Tell whether an entry reads a sequence from outside, which may be class ids."""
    return EMBEDDED in entry.inputs


def expand(entry: Entry, chosen: Mapping[str, str], arranged: Arrangement = ONCE) -> Recurrence:
    """Give the equations of an entry for the chosen variants, layers and directions.

    Args:
        entry: From read_entry.
        chosen: Values for some of entry.choices; the others take their default.
        arranged: Layers, whose names then end in 1, 2, …; two directions, whose
            names end in _fwd and _bwd and whose states are merged as m.

    Raises:
        Impossible: the choices exclude each other.
    """
    picked = {option: values[0] for option, values in entry.choices.items()} | dict(chosen)
    before, cell, output = (_lines(entry, text) for text in (entry.before, entry.cell, entry.output))
    weights = dict(entry.weights)
    for alternative in entry.alternatives:
        if all(picked[option] == value for option, value in alternative["when"].items()):
            if "impossible" in alternative:
                raise Impossible(alternative["impossible"])
            cell = _changed(entry, cell, alternative)
            weights |= alternative.get("weights", {})
    read = {leaf.name for equation in (*before, *cell, *output) for leaf in leaves(equation.right)}
    inputs = tuple(name for name in entry.inputs if name in read)
    if arranged.outputs == "last":
        output = answering_once(output)
    if arranged.dropout:
        output = dropped_out(output, entry.deep["passes"], arranged.dropout)
    if arranged.layers is not None or arranged.direction != "forward":
        cell, output, weights = _repeated(entry, cell, output, weights, arranged)
    if arranged.embedding:
        before, weights, inputs = embedded(before, weights, inputs)
    equations = (*before, *cell, *output)
    read = {leaf.name for equation in equations for leaf in leaves(equation.right)}
    unread = {name: words for name, words in weights.items() if name not in read}
    weights = {name: words for name, words in weights.items() if name in read}
    biases = tuple(name for name in weights if _unnumbered(name) in entry.biases or name in entry.biases)
    return Recurrence(entry, equations, weights, biases, inputs, picked, arranged, unread)


def _lines(entry: Entry, text: str) -> list[Equation]:
    return parse_equations(Source(f"rnncalc's {entry.name}", text))


def _changed(entry: Entry, cell: list[Equation], alternative: Mapping) -> list[Equation]:
    """Replace, extend and drop equations as an alternative says."""
    instead = {e.left: e for e in _lines(entry, alternative.get("equations", ""))}
    more = {name: parse_text(text, entry.name) for name, text in alternative.get("plus", {}).items()}
    changed = []
    for equation in cell:
        name, equation = equation.left.name, instead.get(equation.left, equation)
        if name not in alternative.get("drop", ()):
            right = Call("add", (equation.right, more[name])) if name in more else equation.right
            changed.append(equation._replace(right=right))
    return changed


def _repeated(entry: Entry, cell: list, output: list, weights: Mapping[str, str], arranged: Arrangement) -> tuple:
    """Repeat the cell in each layer and direction; every layer reads the one below."""
    passes, feedback = entry.deep["passes"], entry.deep.get("feedback")
    own = {e.left.name for e in cell} | {name for name in weights if not any(_reads(e, name) for e in output)}
    layers = [""] if arranged.layers is None else [str(layer) for layer in range(1, arranged.layers + 1)]
    below, width, equations, named = entry.deep["input"], f"n_{entry.deep['input']}", [], {}
    for number, layer in enumerate(layers, start=1):
        for suffix in SUFFIXES[arranged.direction]:
            names = {name: f"{name}{layer}{suffix}" for name in own} | {entry.deep["input"]: below}
            if feedback and number < len(layers):
                names[feedback] = f"{passes}{number + 1}"
            backwards = arranged.direction == "reverse" or suffix == "_bwd"
            lines = [rename(e, names) for e in cell]
            equations += [_reversed(e) for e in lines] if backwards else lines
            sizes = names | {entry.deep["input"]: width.removeprefix("n_")}
            if arranged.merge != "concat" and suffix == "_bwd":  # entry by entry: both are as long
                sizes |= {passes: f"{passes}{layer}_fwd"}
            named |= {names[name]: _resized(words, sizes) for name, words in weights.items() if name in own}
        below, width = f"{passes}{layer}", f"n_{passes}{layer}"
        if arranged.direction == "both":
            pair = [f"{below}{suffix}" for suffix in SUFFIXES["both"]]
            width = "+".join(f"n_{name}" for name in pair) if arranged.merge == "concat" else f"n_{pair[0]}"
            below = f"{MERGED}{layer}"
            if number < len(layers) or not _reads_the_last(output, passes):
                equations += _merged(below, [f"{name}[t]" for name in pair], arranged.merge, "[t]")
            else:
                equations += _merged(below, [f"{pair[0]}[T]", f"{pair[1]}[1]"], arranged.merge, "")
                output = [_without_step(e, passes) for e in output]
        if arranged.dropout and number < len(layers):
            equations.append(kept(layer, below, arranged.dropout))
            below = equations[-1].left.name
    output = [rename(e, {passes: below}) for e in output]
    if arranged.direction == "reverse":
        output = [_reversed(e) for e in output]
    top = {passes: width.removeprefix("n_")}
    named |= {name: _resized(words, top) for name, words in weights.items() if name not in own}
    return equations, output, named


def _merged(name: str, pair: list[str], merge: str, step: str) -> list[Equation]:
    return parse_equations(Source("rnncalc's merge", f"{name}{step} = {MERGES[merge].format(*pair)}"))


def _reads_the_last(output: list[Equation], passes: str) -> bool:
    """Tell whether the output reads only the state of the last step."""
    read = [leaf for e in output for leaf in leaves(e.right) if isinstance(leaf, Ref) and leaf.name == passes]
    return bool(read) and all(leaf.index.anchor == "end" for leaf in read)


def _resized(words: str, names: Mapping[str, str]) -> str:
    """Rename the dimensions with their quantities: n_h of the second layer is n_h2."""
    return re.sub(r"n_(\w+)", lambda match: f"n_{names.get(match[1], match[1])}", words)


def spellings(name: str) -> tuple[str, ...]:
    """Give a name, then the same without its direction, without its layer.

    >>> spellings("h2_bwd")
    ('h2_bwd', 'h2', 'h')
    """
    return tuple(dict.fromkeys((name, re.sub(r"(_fwd|_bwd)$", "", name), _unnumbered(name) or name)))


def _unnumbered(name: str) -> str:
    return re.sub(r"\d*(_fwd|_bwd)?$", "", name)


def _reads(equation: Equation, name: str) -> bool:
    return any(leaf.name == name for leaf in leaves(equation.right))


def rename(equation: Equation, names: Mapping[str, str]) -> Equation:
    """Give the equation with some of its names replaced."""
    return _mapped(equation, lambda leaf: leaf._replace(name=names.get(leaf.name, leaf.name)))


def _reversed(equation: Equation) -> Equation:
    """Let an equation run the other way: h[t-1] becomes h[t+1], h[T] becomes h[1]."""

    def turn(leaf: Name | Ref) -> Name | Ref:
        if not isinstance(leaf, Ref) or leaf.index.anchor == "all":
            return leaf
        letter, offset = leaf.index.letter, leaf.index.offset
        turned = {
            "step": Index("step", letter, -offset),
            "end": Index("start", "", 1 - offset),
            "start": Index("end", letter or "t", 1 - offset),
        }
        return leaf._replace(index=turned[leaf.index.anchor])

    return _mapped(equation, turn)


def _without_step(equation: Equation, name: str) -> Equation:
    return _mapped(equation, lambda leaf: Name(name) if isinstance(leaf, Ref) and leaf.name == name else leaf)


def _mapped(equation: Equation, change: Callable[[Name | Ref], Node]) -> Equation:
    def of_leaf(node: Node) -> Node:
        return change(node) if isinstance(node, Name | Ref) else node

    return equation._replace(left=of_leaf(equation.left), right=rebuild(equation.right, of_leaf))

"""Write expressions as MathML Core, in pieces between which a line may be broken.

A browser breaks no line within a formula. So a formula is written as several,
each with the sign before it: = A x, + B h, + b. `formulas` is the one to read
first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.language.nodes import Call, Name, Node, Number, Ref, Step
from rnncalc.language.writer import Lowered, Notation, Parens, Part, Raised, compose
from rnncalc.render.document import mathml_leaves as leaves
from rnncalc.render.document.blocks import Math
from rnncalc.render.document.markup import element, escaped, opened
from rnncalc.render.document.mathml_leaves import Drawn, enclosed, row, scripted, sign, together, word

_ROOM = 28  # digits; a longer addend may be broken between its factors

_SIGNS = {
    "=": ("=", "equals"), "+": ("+", "plus"), "-": ("−", "minus"), "⊙": ("⊙", "elementwise times"),
    "·": ("·", "times"), "/": ("/", "over"), "Σ": ("∑", "sum over"), "‖": ("‖", "norm bar"), ",": (",", ","),
    "ᵀ": ("⊤", "transposed"),
}  # fmt: skip
_TOKEN = re.compile(r"\d+|[^\W\d]\w*|\S")


def formulas(math: Math, notation: Notation = "paren", before: str = "") -> Iterator[Drawn]:
    """Write an expression as formulas that may stand on lines of their own.

    `before` is a sign in front of the first, such as '='. Sums are broken
    before each addend, and an addend too wide for a phone between its factors.
    """
    setting = _Setting(math.cells, notation)
    parts = compose(setting.placed(math.node), "screen")
    first: list[Drawn] = [_sign(before)] if before else []
    for addend in _groups(parts, (" + ", " - ")):
        drawn = together([*first, *setting.set(addend)])
        if drawn.width <= _ROOM:
            yield drawn
        else:
            for factor in _groups(addend, (" ", " ⊙ ", " · ", ", ")):
                yield together([*first, *setting.set(factor)])
                first = []
        first = []


def expression(node: Node, notation: Notation = "paren") -> Drawn:
    """Write an expression as one piece."""
    return row(_Setting({}, notation).whole(node))


def formula(drawn: Drawn, hidden: bool = False) -> str:
    """Write a piece as a formula of its own; the words are for readers without MathML.

    `hidden` formulas are for the eye alone, beside words for the ear.
    """
    start = opened("math", displaystyle="true", alttext=drawn.words, aria_hidden="true" if hidden else None)
    return f"{start}{element('mrow', drawn.markup)}</math>"


@lru_cache(maxsize=10_000)
def number(text: str) -> Drawn:
    """Write a number as it stands in a file or on the page, also 1/3 and 0.3*tanh(0.5); other texts as words.

    >>> number("-0.5").markup
    '<mrow><mo form="prefix">−</mo><mn>0.5</mn></mrow>'
    """
    found = leaves.plain_number(text.strip())
    if found is not None:
        return found
    from rnncalc.language.parser import parse_text

    try:
        return expression(parse_text(text))
    except RnncalcError:
        return Drawn(element("mtext", escaped(text)), text, len(text))


def numbers(cells: np.ndarray) -> Drawn:
    """Write (rows, columns) of texts: a single one bare, anything larger as a matrix."""
    if cells.shape == (1, 1):
        return number(str(cells[0, 0]))
    return _matrix(tuple(tuple(map(str, line)) for line in cells))


@lru_cache(maxsize=1000)  # a weight stands in every step
def _matrix(texts: tuple[tuple[str, ...], ...]) -> Drawn:
    return leaves.matrix([[number(text) for text in line] for line in texts], texts)


@dataclass
class _Setting:
    """An expression being written: what stands for numbers, and what is already drawn."""

    cells: Mapping[str, np.ndarray]
    notation: Notation
    drawn: dict[str, Drawn] = field(default_factory=dict)

    def whole(self, node: Node) -> list[Drawn]:
        return self.set(compose(self.placed(node), "screen"))

    # --- two-dimensional forms, which are drawn first and then stand as names ---

    def placed(self, node: Node) -> Node:
        """Draw fractions, powers, roots and indices, and put a name in the place of each."""
        if not isinstance(node, Call):
            return node
        draw = _FORMS.get(node.op)
        if draw is None:
            return Call(node.op, tuple(self.placed(arg) for arg in node.args))
        name = f"\ue000{len(self.drawn)}"
        self.drawn[name] = Drawn("", "", 0)  # taken, while what is within gets names of its own
        self.drawn[name] = draw(self, *node.args)
        return Name(name)

    def base(self, node: Node) -> Drawn:
        """Draw what gets a script; parentheses where the script would go to a part of it."""
        inner = row(self.whole(node))
        bare = isinstance(node, Name | Step) or isinstance(node, Ref) and self.notation != "superscript"
        if bare and isinstance(node, Name) and node.name in self.cells:
            cells = self.cells[node.name]
            bare = cells.size > 1 or not str(cells[0, 0]).startswith("-")
        return inner if bare or isinstance(node, Number) and node.text.isdigit() else enclosed(inner)

    def fraction(self, above: Node, below: Node) -> Drawn:
        top, bottom = row(self.whole(above)), row(self.whole(below))
        markup = element("mfrac", top.markup, bottom.markup)
        return Drawn(markup, f"{top.words} over {bottom.words}", max(top.width, bottom.width) + 1)

    def power(self, base: Node, exponent: Node) -> Drawn:
        below, above = self.base(base), row(self.whole(exponent))
        said = "squared" if above.words == "2" else f"to the power {above.words}"
        return scripted("msup", below, above, f"{below.words} {said}")

    def transposed(self, base: Node) -> Drawn:
        below = self.base(base)
        return scripted("msup", below, sign("⊤"), f"{below.words} transposed")

    def entry(self, base: Node, index: Node) -> Drawn:
        below, place = self.base(base), row(self.whole(index))
        return scripted("msub", below, place, f"entry {place.words} of {below.words}")

    def root(self, inner: Node) -> Drawn:
        inside = row(self.whole(inner))
        return Drawn(element("msqrt", inside.markup), f"square root of {inside.words}", inside.width + 1)

    # --- one line ----------------------------------------------------------------

    def set(self, parts: Sequence[Part]) -> list[Drawn]:
        """Draw parts one after another."""
        found: list[Drawn] = []
        for at, part in enumerate(parts):
            before = parts[at - 1] if at else ""
            after = parts[at + 1] if at + 1 < len(parts) else ""
            if isinstance(part, Raised | Lowered):
                tag, script = "msup" if isinstance(part, Raised) else "msub", row(self.set(part.parts))
                base = found.pop()
                found.append(scripted(tag, base, script, f"{base.words} {script.words}"))
                if base.words == "sum over":
                    found.append(Drawn("", "of", 0))
            elif isinstance(part, str):
                found += _signs(part, isinstance(after, Parens))
            elif isinstance(part, Parens):
                found.append(self._parens(part, after, before))
            else:
                found.append(self._leaf(part, before))
        return found

    def _parens(self, part: Parens, after: Part | str, before: Part | str) -> Drawn:
        only = part.parts[0] if len(part.parts) == 1 else None
        inner = row(self.set(part.parts))
        tall = isinstance(only, Name) and only.name in self.cells and self.cells[only.name].size > 1
        if tall and part.opening == "(" and isinstance(before, str) and before:  # a matrix has brackets of its own
            return inner
        return enclosed(inner, part.opening)

    def _leaf(self, leaf: Part, before: Part | str) -> Drawn:
        if isinstance(leaf, Name) and leaf.name in self.drawn:
            return self.drawn[leaf.name]
        if isinstance(leaf, Name) and leaf.name in self.cells:
            cells = self.cells[leaf.name]
            drawn = numbers(cells)
            alone = cells.size == 1
            return enclosed(drawn) if alone and before and _needs_parens(str(cells[0, 0]), before) else drawn
        if isinstance(leaf, Number):
            return number(leaf.text)
        if isinstance(leaf, Step):
            return leaves.index_of(leaf.index)
        if isinstance(leaf, Ref):
            return leaves.at_step(leaves.name(leaf.name), leaf.index, self.notation)
        return leaves.name(leaf.name)


_FORMS: dict[str, Callable[..., Drawn]] = {
    "div": _Setting.fraction,
    "ratio": _Setting.fraction,
    "pow": _Setting.power,
    "transpose": _Setting.transposed,
    "entry": _Setting.entry,
    "sqrt": _Setting.root,
}


def _needs_parens(text: str, before: Part | str) -> bool:
    """Tell whether a single number needs parentheses: as a factor, and where it is negative behind a sign."""
    return before == " " or not isinstance(before, str) or text.startswith("-") and before != ", "


def _sign(text: str, form: str | None = "infix") -> Drawn:
    shown, words = _SIGNS.get(text, (text, text))
    return sign(shown, words, form=form)._replace(width=3 if form == "infix" else 1)  # with the space around it


def _signs(text: str, applied: bool) -> list[Drawn]:
    """Draw what stands between operands: signs, and names of functions."""
    if text == " ":
        return [Drawn('<mo lspace="0.08em" rspace="0.08em">&InvisibleTimes;</mo>', "times", 0.5)]
    found: list[Drawn] = []
    tokens = _TOKEN.findall(text)
    for token in tokens:
        if token[0].isdigit():
            found.append(Drawn(element("mn", token), token, len(token)))
        elif token == "ᵀ" and found:
            found.append(scripted("msup", found.pop(), sign("⊤"), "ones transposed"))
        elif token[0].isalpha() and token not in _SIGNS:
            found.append(word(token))
        else:
            spaced = text.startswith(" ") and token in "+-⊙·/="
            found.append(_sign(token, "infix" if spaced else "prefix" if token == "-" else None))
    if applied and tokens and tokens[-1][0].isalpha():
        found.append(Drawn("<mo>&ApplyFunction;</mo>", "of", 0))
    return found


def _groups(parts: Sequence[Part], breaks: tuple[str, ...]) -> list[list[Part]]:
    """Cut parts before each of the signs."""
    groups: list[list[Part]] = [[]]
    for part in parts:
        if isinstance(part, str) and part in breaks and groups[-1]:
            groups.append([])
        groups[-1].append(part)
    return groups

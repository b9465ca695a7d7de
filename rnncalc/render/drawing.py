"""Draw an equation on the screen, with its names or with the numbers in their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnncalc.compute.trace import Line
from rnncalc.language.nodes import Name, Node, Ref
from rnncalc.language.writer import Lowered, Parens, Part, Raised, compose, join, write_leaf
from rnncalc.render.boxes import GOOD_BREAK, MAY_BREAK, NEVER, Box, enclosed, flow, text_box
from rnncalc.render.filling import Filling
from rnncalc.render.matrices import matrix_box, number_texts


@dataclass(frozen=True)
class Drawing(Filling):
    """A filling that draws what it writes, in boxes of characters."""

    # --- matrices ---------------------------------------------------------

    def value_box(self, line: Line, width: int) -> Box:
        """Draw the value of a line."""
        return matrix_box(self.value_texts(line), width)

    def leaf_box(self, leaf: Name | Ref, width: int) -> Box:
        """Draw a quantity, given numbers as the file writes them."""
        return matrix_box(self.sheet(self.leaf_texts(leaf, self.values.of(leaf))), width)

    def array_box(self, value: np.ndarray, width: int) -> Box:
        """Draw a computed array."""
        return matrix_box(self.sheet(number_texts(value, None, self.decimals)), width)

    # --- expressions --------------------------------------------------------

    def symbols(self, node: Node, width: int) -> Box:
        """Draw an expression with its names."""
        return self._set(compose(node, "screen"), {}, width)

    def numbers(self, node: Node, width: int) -> Box:
        """Draw an expression with numbers in the place of its names."""
        filled, cells = self.filled(node)
        return self._set(compose(filled, "screen"), cells, width)

    # --- setting ------------------------------------------------------------

    def _set(self, parts: tuple[Part, ...], filled: Mapping[str, np.ndarray], width: int) -> Box:
        boxes: list[Box] = []
        for number, part in enumerate(parts):
            before = parts[number - 1] if number else ""
            after = parts[number + 1] if number + 1 < len(parts) else ""
            boxes.extend(self._part(part, before, after, filled, width))
        return flow(boxes, width)

    def _part(self, part: Part, before: Part, after: Part, filled: Mapping[str, np.ndarray], width: int) -> list[Box]:
        if isinstance(part, str):
            return _signs(part)
        sticks = NEVER if isinstance(before, str) and before.strip(" ,") else MAY_BREAK
        if isinstance(part, Parens):
            alone = len(part.parts) == 1 and part.opening == "(" and not isinstance(after, Raised)
            prefix = len(before) if isinstance(before, str) else 0
            if alone and filled and before:
                return self._argument(part.parts[0], filled, max(width - prefix - 1, 8))
            closing = ")" if part.opening == "(" else "]"
            closed = enclosed(self._set(part.parts, filled, max(width - 2 - prefix, 8)), part.opening, closing)
            return [Box(closed.lines, closed.baseline, sticks)]
        if isinstance(part, Raised | Lowered):
            return [text_box(join((part,), lambda leaf: self._word(leaf, filled), "screen"), NEVER)]
        if isinstance(part, Name) and part.name in filled:
            box = self._number_box(part.name, before, filled, width)
            return [Box(box.lines, box.baseline, sticks)]
        word = self._word(part, filled)
        return [text_box(f"({word})" if word.startswith("-") and before else word, sticks)]

    def _argument(self, part: Part, filled: Mapping, width: int) -> list[Box]:
        """Set the only argument of a function, whose own brackets are enough."""
        if not isinstance(part, Name) or part.name not in filled:
            inner = enclosed(self._set((part,), filled, max(width - 1, 8)), "(", ")")
            return [Box(inner.lines, inner.baseline, NEVER)]
        box = matrix_box(filled[part.name], width)
        if filled[part.name].size == 1 and box.lines[0].startswith("-"):
            return [text_box(f"({box.lines[0]})", NEVER)]
        return [text_box(" ", NEVER), Box(box.lines, box.baseline, NEVER)]

    def _number_box(self, name: str, before: Part, filled: Mapping, width: int) -> Box:
        sign = len(before.strip()) + 1 if isinstance(before, str) and before.strip() else 0
        box = matrix_box(filled[name], max(width - sign, 8))
        if filled[name].size > 1:
            return box
        negative = box.lines[0].startswith("-")
        if before == " " or negative and before:
            return text_box(f"({box.lines[0]})")
        return box

    def _word(self, leaf: Node, filled: Mapping) -> str:
        if isinstance(leaf, Name) and leaf.name in filled:
            return str(filled[leaf.name].flat[0])
        return write_leaf(leaf, "screen", self.notation)


def _signs(text: str) -> list[Box]:
    """Make boxes of what stands between operands; a line may be broken before its sign."""
    sign = text.strip()
    if text == " ":
        return [text_box(" ")]
    if not text.startswith(" "):
        return [text_box(text, NEVER if sign in (",", ")", "]", "ᵀ", "‖") or sign.startswith("[") else MAY_BREAK)]
    return [text_box(" ", GOOD_BREAK if sign in "+-" else MAY_BREAK), text_box(text[1:], NEVER)]

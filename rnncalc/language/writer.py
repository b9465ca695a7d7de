"""Write expressions: as source, on a screen, in LaTeX.

`write` gives a string, `compose` the same as parts, for a renderer that puts
matrices in the place of names. Parentheses follow the forms of the operation
table, whose precedence is that of the page: a product written without a sign
binds tighter than ⊙.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from rnncalc.language.nodes import Call, Equation, Index, Name, Node, Number, Ref, Step, length_letter
from rnncalc.language.operations import ATOM, OPERATIONS, POSTFIX, PRODUCT, Form

Style = Literal["source", "screen", "latex"]
Notation = Literal["paren", "subscript", "superscript"]


class Parens(NamedTuple):
    """A part in parentheses, or in square brackets."""

    parts: tuple[Part, ...]
    opening: str = "("


class Raised(NamedTuple):
    """A part written as an exponent."""

    parts: tuple[Part, ...]


class Lowered(NamedTuple):
    """A part written as an index."""

    parts: tuple[Part, ...]


class Base(NamedTuple):
    """A part that TeX gives the script ^ or _; it takes only one of a kind."""

    parts: tuple[Part, ...]
    sign: str


Part = str | Number | Name | Ref | Step | Parens | Raised | Lowered | Base

_SLOT = re.compile(r"(?<![a-z])\{(\d|\*)(?::(raised|lowered|base))?\}")
_SCALED = Form("{0} · {1}", PRODUCT, (PRODUCT, PRODUCT + 1), frozenset({"matmul"}))
_SCALED_LATEX = Form(r"{0} \cdot {1}", PRODUCT, (PRODUCT, PRODUCT + 1), frozenset({"matmul"}))
_SUPERSCRIPTS = str.maketrans("0123456789+-=()tijn", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵗⁱʲⁿ")
_SUBSCRIPTS = str.maketrans("0123456789+-=()tijkn", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₜᵢⱼₖₙ")


def compose(node: Node, style: Style = "screen") -> tuple[Part, ...]:
    """Give an expression as parts: strings of the form, leaves, parentheses."""
    if not isinstance(node, Call):
        return (node,)
    form = _form(node, style)
    parts: list[Part] = []
    at = 0
    for slot in _SLOT.finditer(form.template):
        if slot.start() > at:
            parts.append(form.template[at : slot.start()])
        at = slot.end()
        if slot.group(1) == "*":
            inner = _joined(node.args, style)
            opening = form.template[slot.start() - 1 : slot.start()]
            if style == "screen" and opening in ("(", "["):  # let a renderer draw tall brackets
                parts[-1] = parts[-1][:-1]
                parts = [*filter(None, parts), Parens(inner, opening)]
                at += 1
            else:
                parts.extend(inner)
            continue
        which = int(slot.group(1))
        inner = _argument(node.args[which], form, which, style)
        if slot.group(2) == "base":
            parts.append(Base(inner, form.template[at]))
        elif slot.group(2):
            parts.append(Raised(inner) if slot.group(2) == "raised" else Lowered(inner))
        else:
            parts.extend(inner)
    if at < len(form.template):
        parts.append(form.template[at:])
    return tuple(parts)


def write(node: Node, style: Style = "source", notation: Notation = "paren") -> str:
    """Write an expression; `notation` says how a time step looks outside of source.

    >>> from rnncalc.language.parser import parse_text
    >>> node = parse_text("U.T @ x[t] + r[t] * h[t-1]")
    >>> write(node, "screen"), write(node, "screen", "subscript")
    ('Uᵀ x(t) + r(t) ⊙ h(t-1)', 'Uᵀ xₜ + rₜ ⊙ hₜ₋₁')
    """
    return join(compose(node, style), lambda leaf: write_leaf(leaf, style, notation), style)


def write_equation(equation: Equation, style: Style = "source", notation: Notation = "paren") -> str:
    """Write an equation in one line."""
    return f"{write(equation.left, style, notation)} = {write(equation.right, style, notation)}"


def join(parts: tuple[Part, ...], leaf: Callable[[Node], str], style: Style) -> str:
    """Join parts to a string, each leaf written by the given function."""
    written = []
    for part in parts:
        if isinstance(part, str):
            written.append(part)
        elif isinstance(part, Parens):
            inner = join(part.parts, leaf, style)
            opening, closing = part.opening, ")" if part.opening == "(" else "]"
            tall = rf"\left{opening}{inner}\right{closing}"
            written.append(tall if style == "latex" else f"{opening}{inner}{closing}")
        elif isinstance(part, Lowered):
            inner = join(part.parts, leaf, style)
            lowered = inner.translate(_SUBSCRIPTS)
            written.append(lowered if not set(lowered) & set(inner) else f"_{inner}")
        elif isinstance(part, Base):
            inner = join(part.parts, leaf, style)
            written.append(f"{{{inner}}}" if _has_script(inner, part.sign) else inner)
        elif isinstance(part, Raised):
            inner = join(part.parts, leaf, style)
            raised = inner.translate(_SUPERSCRIPTS)
            written.append(raised if not set(raised) & set(inner) else f"^({inner})")
        else:
            written.append(leaf(part))
    return "".join(written)


def write_leaf(leaf: Node, style: Style, notation: Notation = "paren") -> str:
    """Write a number, a name, or a name at a time step."""
    if isinstance(leaf, Number):
        return leaf.text
    if isinstance(leaf, Name):
        return _name(leaf.name, style)
    if isinstance(leaf, Step):
        return write_index(leaf.index)
    step = write_index(leaf.index)
    if style == "source":
        return f"{leaf.name}[{step}]"
    name = _name(leaf.name, style)
    if notation == "paren":
        return f"{name}({step})"
    if style == "latex":
        if notation == "superscript":
            return f"{name}^{{({step})}}"
        return f"{name[:-1]},{step}}}" if name.endswith("}") and "_{" in name else f"{name}_{{{step}}}"
    if notation == "superscript":
        step = f"({step})"
    small = step.translate(_SUPERSCRIPTS if notation == "superscript" else _SUBSCRIPTS)
    if set(small) & set(step):
        return f"{name}^{step}" if notation == "superscript" else f"{name}_({step})"
    return name + small


def write_index(index: Index) -> str:
    """Write what stands between the brackets: t-1, 0, T+1, :."""
    if index.anchor == "all":
        return ":"
    if index.anchor == "start":
        return str(index.offset)
    letter = index.letter if index.anchor == "step" else length_letter(index.letter)
    return f"{letter}{index.offset:+d}" if index.offset else letter


def _name(name: str, style: Style) -> str:
    if style != "latex":
        return name
    from rnncalc.language.letters import name_in_latex

    return name_in_latex(name)


def _has_script(tex: str, sign: str) -> bool:
    """Tell whether ^ or _ stands outside of every group."""
    depth = 0
    for token in re.findall(r"\\left|\\right|\\_|[{}^_]", tex):
        if token == sign and depth == 0:
            return True
        depth += {"{": 1, "\\left": 1, "}": -1, "\\right": -1}.get(token, 0)
    return False


def _form(node: Call, style: Style) -> Form:
    if style != "source" and node.op == "mul" and any(isinstance(arg, Number) for arg in node.args):
        return _SCALED_LATEX if style == "latex" else _SCALED
    row = OPERATIONS.get(node.op)
    return getattr(row, style) if row else Form(f"{node.op}({{*}})")


def _joined(args: tuple[Node, ...], style: Style) -> tuple[Part, ...]:
    parts: list[Part] = []
    for number, arg in enumerate(args):
        parts.extend([", "] if number else [])
        parts.extend(compose(arg, style))
    return tuple(parts)


def _argument(arg: Node, form: Form, which: int, style: Style) -> tuple[Part, ...]:
    least = form.parts[min(which, len(form.parts) - 1)]
    wrap = _binds(arg, style) < least or isinstance(arg, Call) and arg.op in form.apart
    inner = compose(arg, style)
    return (Parens(inner),) if wrap else inner


def _binds(node: Node, style: Style) -> int:
    if isinstance(node, Call):
        return _form(node, style).binds
    if isinstance(node, Number):
        return POSTFIX - 1
    return POSTFIX if isinstance(node, Name) else ATOM

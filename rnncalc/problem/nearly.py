"""Explain what is nearly a number: a missing comma, a decimal comma, nan, a percent sign."""

from __future__ import annotations

import re

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import Span
from rnncalc.problem.places import quoted

STILL_TO_WRITE = "___"  # in a solution file, in the place of a number that is to be written

PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")  # a number of YAML 1.2
_SEVERAL = re.compile(rf"{PLAIN.pattern}(?:[ \t\n]+{PLAIN.pattern})+")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_MINUS = re.compile("[−‐‑‒–—]")
_MAKERS = ("full", "zeros", "ones", "eye", "linspace", "uniform", "normal", "logit")


def refuse_nearly(text: str, span: Span) -> None:
    """Refuse a text that is nearly a number, with the number to write.

    Raises:
        RnncalcError: slugs `missing-comma`, `decimal-comma`, `typographic-minus`,
            `not-finite`, `percent-sign`, `not-a-number`.
    """
    shown = quoted(text)
    if text == STILL_TO_WRITE:
        message = "Here the number is still to be written."
        raise refuse(
            "not-a-number", span, message, "Write it, such as 0.5; what has no number yet may be left out whole."
        )
    if not text or text in ("~", "null"):
        raise refuse("not-a-number", span, "Here is no number.", "Write a number, such as 0.5.")
    if _SEVERAL.fullmatch(text):
        raise refuse("missing-comma", span, f"{shown} is more than one number.", _write(", ".join(text.split())))
    if _COMMA.fullmatch(text):
        raise refuse("decimal-comma", span, f"{shown} has a decimal comma.", _write(text.replace(",", ".")))
    if _MINUS.search(text):
        message = f"{shown} has a minus sign that is not the one of the keyboard."
        raise refuse("typographic-minus", span, message, _write(_MINUS.sub("-", text)))
    if text.lower().lstrip("+-.") in ("nan", "inf", "infinity"):
        raise refuse("not-finite", span, f"{shown} is no finite number.", "Write a finite number.")
    if text.endswith("%") and PLAIN.fullmatch(text[:-1].strip()):
        raise refuse("percent-sign", span, f"{shown} has a percent sign.", _write(f"{float(text[:-1]) / 100:g}"))
    if "_" in text and PLAIN.fullmatch(text.replace("_", "")):
        raise refuse("not-a-number", span, f"{shown} has '_' in it.", _write(text.replace("_", "")))
    if not text.isascii() or "#" in text:
        raise refuse("not-a-number", span, f"{shown} has characters that no number has.", "Write ASCII digits.")
    if text.startswith(_MAKERS):
        raise refuse(
            "not-a-number",
            span,
            f"{shown} stands where a single number is expected.",
            "A maker such as full(2, 3, 0.1) takes the place of the whole matrix; inside {} or [] put it in quotes.",
        )


def _write(text: str) -> str:
    return f"Write {quoted(text)}."

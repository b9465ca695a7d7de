"""Read a worked solution back from its Markdown: its words as a reader sees them, its formulas as numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from markdown_it import MarkdownIt
from markdown_it.token import Token

OWN_HTML = re.compile(r"</?span>|<br>|<a id=\"problem-[0-9]+\">|</a>")
_FENCE = re.compile(r"^```math\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
_DISPLAY = re.compile(r"^\$\$\n(.*?)\n\$\$$", re.DOTALL | re.MULTILINE)


def tokens(page: str) -> Iterator[Token]:
    """Go through everything that a renderer of GitHub's Markdown finds in a page."""
    for token in MarkdownIt("commonmark").enable("table").parse(page):
        yield token
        yield from token.children or ()


def words(page: str, kind: str) -> list[str]:
    """Give the words of each heading, table cell or paragraph as they are shown; `kind` is h1, h2, td, p, …"""
    found, here = [], False
    for token in MarkdownIt("commonmark").enable("table").parse(page):
        if token.type.endswith("_open"):
            here = token.tag == kind
        elif token.type == "inline" and here:
            found.append("".join(part.content for part in token.children if part.type in ("text", "text_special")))
    return found


def pieces(page: str) -> list[str]:
    """Give the words of a page, cut at every element."""
    found = [""]
    for token in tokens(page):
        found[-1] += token.content if token.type in ("text", "text_special") else ""
        if token.type not in ("text", "text_special"):
            found.append("")
    return [piece for piece in found if piece]


def foreign(page: str) -> list[str]:
    """Give what a page must not have: HTML that is not ours, links elsewhere, images."""
    found = []
    for token in tokens(page):
        if token.type in ("html_inline", "html_block"):
            found += [part for part in re.findall(r"<[^>]*>?", token.content) if not OWN_HTML.fullmatch(part)]
        elif token.type == "link_open" and not str(token.attrs["href"]).startswith("#problem-"):
            found.append(str(token.attrs["href"]))
        elif token.type == "image":
            found.append(str(token.attrs["src"]))
    return found


def formulas(page: str) -> list[str]:
    """Give the TeX of every formula of a page, be it for GitHub or for a notebook."""
    return _FENCE.findall(page) or _DISPLAY.findall(page)


def computed(formula: str) -> Iterator[tuple[str, int, np.ndarray]]:
    """Read each name = … = value: the name in TeX, the sequence of a batch or 0, the value as (rows, columns).

    An addend has no name but "+".
    """
    for piece in re.sub(r"\\text\{t = .*?\} \\quad \+ ", "+ = ", formula).split(" \\qquad\n"):
        text = re.sub(r"\\(begin|end)\{aligned\}\s*", "", piece).replace("&=", "=")
        left, sign, right = text.partition(" = ")
        value = _matrix(right.rpartition("= ")[2].strip()) if sign else None
        sequence = re.search(r" \\;\\text\{\(sequence ([0-9]+)\)\}$", left)
        if value is not None:
            yield (left[: sequence.start()] if sequence else left), int(sequence[1]) if sequence else 0, value


def grids(page: str) -> dict[str, list[list[str]]]:
    """Give the cells of each table by its caption, without the names of its rows and columns."""
    found, caption = {}, ""
    for piece in page.split("\n\n"):
        if piece.startswith("|"):
            rows = [[cell.strip(" *") for cell in line.split(" | ")] for line in piece.splitlines()[2:]]
            found[caption] = [[cell.rstrip(" |*") for cell in row[1:]] for row in rows]
        caption = piece.strip("*")
    return found


def _matrix(tex: str) -> np.ndarray | None:
    boxed = re.fullmatch(r"\\boxed\{(.*)\}", tex)
    tex = boxed[1] if boxed else tex
    whole = re.fullmatch(r"\\begin\{bmatrix\} (.*) \\end\{bmatrix\}", tex)
    rows = whole[1].split(r" \\ ") if whole else [tex]
    try:
        return np.array([[_number(cell) for cell in row.split(" & ")] for row in rows])
    except ValueError:
        return None


def _number(tex: str) -> float:
    known = {r"\text{–}": np.nan, r"\mathrm{nan}": np.nan, r"\infty": np.inf, r"-\infty": -np.inf}
    if tex in known:
        return known[tex]
    return float(re.sub(r" \\cdot 10\^\{(.*)\}", r"e\1", tex))

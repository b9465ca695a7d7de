"""A worked solution as one HTML page: MathML, nothing fetched, readable without its script and on paper."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from rnncalc.language.writer import Notation
from rnncalc.render.document.blocks import Document, Lines
from rnncalc.render.document.html_section import called, write_section
from rnncalc.render.document.markup import element, escaped, lines_of

_HERE = Path(__file__).parent
_UNTITLED = "Worked solutions"


def write_html(document: Document, notation: Notation = "paren") -> str:
    """Write a document as a page that is a file of its own.

    A problem alone under no other title gives the page its title. The page
    allows its own style and script alone, by their hashes.
    """
    sections = document.sections
    title = document.title or (called(sections[0], 1) if len(sections) == 1 else _UNTITLED)
    titled = "title" if len(sections) == 1 and sections[0].title in ("", title) else ""
    about = " · ".join(filter(None, (document.course, document.date)))
    stepped = any(isinstance(block, Lines) for section in sections for block in section.blocks)
    body = [write_section(section, number, notation, titled) for number, section in enumerate(sections, start=1)]
    return lines_of(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            _head(title),
            "<body>",
            '<a class="skip" href="#content">Skip to the content</a>' if len(sections) > 1 else "",
            element("header", element("h1", escaped(title), id="title"), element("p", escaped(about)) if about else ""),
            _contents(document) if len(sections) > 1 else "",
            _shipped("stepper.html") if stepped else "",
            element("main", "\n", lines_of(body), "\n", id="content"),
            element("script", _shipped("stepper.js")) if stepped else "",
            "</body>",
            "</html>\n",
        ]
    )


def _head(title: str) -> str:
    style, script = _style(), _shipped("stepper.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return lines_of(
        [
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="generator" content="rnncalc">',
            element("title", escaped(title)),
            element("style", style),
            "</head>",
        ]
    )


def _contents(document: Document) -> str:
    links = [
        element("li", element("a", escaped(called(section, number)), href=f"#p{number}"))
        for number, section in enumerate(document.sections, start=1)
    ]
    return element("nav", "<h2>Contents</h2>\n", element("ol", *links), aria_label="Contents")


@cache
def _shipped(name: str) -> str:
    """Read a part of the page that is the same in every page."""
    return (_HERE / name).read_text(encoding="utf-8").rstrip("\n")


def _style() -> str:
    return f"{_shipped('page.css')}\n{_shipped('picture.css')}"


@cache
def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"

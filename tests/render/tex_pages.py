"""Read a worked solution back from its LaTeX, and compile it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_DISPLAY = re.compile(r"\\begin\{flalign\*\}\n(.*?)\n\\end\{flalign\*\}", re.DOTALL)
_PART = re.compile(r"\\(?:left[.\[]) \\begin\{matrix\} (.*?) \\end\{matrix\} \\right[.\]]")


class Compiled(NamedTuple):
    """What pdflatex says of a document: pages, errors, how far boxes stand out, in points."""

    pages: int
    errors: tuple[str, ...]
    overfull: tuple[float, ...]


def compiled(tex: str, folder: Path) -> Compiled:
    """Compile a document twice, so that references are known."""
    (folder / "key.tex").write_text(tex, encoding="ascii")
    command = ["pdflatex", "-interaction=nonstopmode", "-no-shell-escape", "key.tex"]
    for _ in range(2 if r"\tableofcontents" in tex else 1):
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    log = done.stdout.decode("latin-1")
    errors = re.findall(r"^!.*|^LaTeX Warning: .*undefined.*", log, re.MULTILINE)
    pages = re.search(r"\((\d+) pages?", log)
    overfull = re.findall(r"Overfull \\[hv]box \(([\d.]+)pt", log)
    return Compiled(int(pages[1]) if pages else 0, tuple(errors), tuple(map(float, overfull)))


def formulas(tex: str) -> Iterator[str]:
    """Go through the formulas of a document: name = … = value, each in one line; an addend has no name but +."""
    for display in _DISPLAY.findall(tex):
        whole = ""
        for row in display.split("\\\\[3pt]\n"):
            name, _, rest = row.strip().removesuffix("&&").partition("& ")
            if name.strip() or rest.startswith("\\quad  \\text{from}"):
                yield from filter(None, [_read(whole)])
                whole = ""
            whole += f"{name.strip()} {rest.strip()} "
        yield from filter(None, [_read(whole)])


def _read(row: str) -> str:
    """Undo what the breaking of lines did: matrices in parts, invisible brackets."""
    row = row.replace(r"\left. ", "").replace(r" \right. ", " ") if "{matrix}" not in row else _whole(row)
    row = re.sub(r"^\\quad ", "", row.strip())
    row = re.sub(r"^\\text\{.*?:\} \+ ", "+ = ", row).replace(r"\text{\textendash{}}", r"\text{–}")
    row = re.sub(r"\\;\\text\{\{\[\}(\d+)\{\]\}\}", r" \\;\\text{(sequence \1)}", row)
    return re.sub(r"\\;\\text\{\[(\d+)\]\}", r" \\;\\text{(sequence \1)}", row)


def _whole(row: str) -> str:
    """Put the parts of a value that is broken between its columns together."""
    head, sign, value = row.rpartition("= ")
    parts = [[line.split(" & ") for line in part.split(r" \\ ")] for part in _PART.findall(value)]
    lines = [" & ".join(cell for line in lines for cell in line) for lines in zip(*parts, strict=True)]
    body = r" \\ ".join(lines)
    matrix = rf"\begin{{bmatrix}} {body} \end{{bmatrix}}" if parts else value
    return f"{head}{sign}{matrix}"

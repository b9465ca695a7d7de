r"""Tables in LaTeX, cut into groups of columns and rows that fit the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rnncalc.render.document.blocks import Grid
from rnncalc.render.document.latex_page import Page
from rnncalc.render.document.latex_text import latex_text

_CHARACTER, _GAP = 5.4, 12.0  # points of a letter in a table, between its columns
_RULE = r"\hline\noalign{\vskip 2pt}"
_MOST_ROWS, _MOST_SMALL_ROWS = 38, 60  # of a page
_SMALL = 0.88  # of a table in small type: its gaps stay as they are


def write_grid(grid: Grid, page: Page) -> Iterator[str]:
    """Write a table under its caption."""
    if grid.caption:
        yield rf"\par\medskip\noindent\textbf{{{latex_text(grid.caption)}}}\nopagebreak\par\smallskip"
    small = len(list(_groups(grid, page.room))) > 1 or len(grid.rows) > _MOST_ROWS
    most = _MOST_SMALL_ROWS if small else _MOST_ROWS
    yield r"{\footnotesize" if small else "{"
    for columns in _groups(grid, page.room / (_SMALL if small else 1)):
        for first in range(0, len(grid.rows), most):
            yield _table(grid, grid.rows[first : first + most], columns, first + most >= len(grid.rows))
    yield "}"


def _groups(grid: Grid, room: float) -> Iterator[range]:
    """Cut the columns into groups, each at least one column wide."""
    lines = [line for _, line in grid.rows] + ([grid.totals[1]] if grid.totals else [])
    names = [grid.corner, *(name for name, _ in grid.rows), *([grid.totals[0]] if grid.totals else [])]
    label = _width(names)
    first, used = 0, label
    for at, title in enumerate(grid.columns):
        width = _width([title, *(line[at] for line in lines)])
        if at > first and used + width > room:
            yield range(first, at)
            first, used = at, label
        used += width
    yield range(first, len(grid.columns))


def _width(texts: Sequence[str]) -> float:
    return max(map(len, texts)) * _CHARACTER + _GAP


def _table(grid: Grid, rows: Sequence[tuple[str, tuple[str, ...]]], columns: range, last: bool) -> str:
    lines = [_row(grid.corner, [grid.columns[at] for at in columns]) + rf" {_RULE}"]
    lines += [_row(name, [cells[at] for at in columns]) for name, cells in rows]
    if grid.totals and last:
        lines[-1] += rf" {_RULE}"
        lines.append(_row(grid.totals[0], [grid.totals[1][at] for at in columns]))
    body = "\n".join(lines)
    form = "l|" + "r" * len(columns)
    return f"\\noindent\\begin{{tabular}}{{{form}}}\n{body}\n\\end{{tabular}}\\par\\medskip"


def _row(name: str, cells: Sequence[str]) -> str:
    return " & ".join(map(latex_text, [name, *cells])) + r" \\"

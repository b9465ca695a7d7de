"""Find every diagnostic slug in the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from running import ROOT

PACKAGE = ROOT / "rnncalc"

# slugs that are put together or handed on, by file and expression
COMPUTED = {
    ("problem/names.py", "slug"): (
        "missing-weight",
        "missing-input",
        "missing-target",
        "unknown-weight",
        "unknown-input",
        "unknown-initial",
    ),
    ("problem/published.py", "slug"): ("unknown-recurrence", "unknown-convention"),
    ("problem/lengths.py", "slug"): ("batch-mismatch", "length-mismatch"),
}


def all_slugs() -> set[str]:
    """Give the slugs of every `refuse(…)` and `Diagnostic(…)` in the package."""
    return {slug for path, argument in _arguments() for slug in _constants(path, argument)}


def _arguments() -> Iterator[tuple[str, ast.expr]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name == "base/diagnostics.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MAKERS:
                yield name, node.args[0]


_MAKERS = ("refuse", "Diagnostic")


def _constants(path: str, argument: ast.expr) -> tuple[str, ...]:
    if isinstance(argument, ast.IfExp):
        return (*_constants(path, argument.body), *_constants(path, argument.orelse))
    if isinstance(argument, ast.Constant):
        return (argument.value,)
    written = ast.unparse(argument)
    assert (path, written) in COMPUTED, f"{path} makes a slug by {written}; say in COMPUTED which ones come out"
    return COMPUTED[path, written]

"""The layers of DESIGN section 10: imports go down, files stay short, the edges stay at the edge."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "rnncalc"
LAYERS = ("base", "language", "recurrences", "compute", "training", "checking", "problem", "render", "cli")
FILES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 300


def module(path: Path) -> str:
    """Give the dotted name of a file's module."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer(name: str) -> str:
    """Give the folder of a module of the package; '' for those at the top."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and (PACKAGE / parts[1]).is_dir() else ""


def imports(path: Path, top_only: bool = False) -> Iterator[str]:
    """Give what a file imports, everywhere in it or at the top of it alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body if top_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name} imports relative to itself"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def packages(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def of(*folders: str) -> list[Path]:
    return [path for path in FILES if layer(module(path)) in folders]


def test_every_folder_is_a_layer():
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert folders <= set(LAYERS)
    assert {"base", "language", "recurrences", "compute", "checking", "problem", "render", "cli"} <= folders


@pytest.mark.parametrize("path", [path for path in FILES if layer(module(path))], ids=module)
def test_imports_go_down(path):
    here = LAYERS.index(layer(module(path)))
    for name in imports(path):
        if name.startswith("rnncalc.") and layer(name):
            assert LAYERS.index(layer(name)) <= here, f"{module(path)} imports {name}"


def test_no_cycles():
    known = {module(path) for path in FILES}
    reads = {module(path): {name for name in imports(path) if name in known} - {module(path)} for path in FILES}
    done: set[str] = set()
    while len(done) < len(reads):
        ready = {name for name, others in reads.items() if name not in done and others <= done}
        assert ready, f"a cycle among {sorted(set(reads) - done)}"
        done |= ready


@pytest.mark.parametrize("path", FILES, ids=module)
def test_no_file_has_two_jobs(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_only_the_command_line_knows_the_command_line():
    assert [module(path) for path in FILES if "typer" in packages(path) and layer(module(path)) != "cli"] == []
    assert [module(path) for path in FILES if "click" in packages(path)] == []


def test_only_the_command_line_looks_at_the_environment():
    words = re.compile(
        r"\bos\.(environ|getenv|get_terminal_size)|\bsys\.(argv|stdin|stdout|stderr)|(?<![\w.])(print|input)\("
    )
    for path in FILES:
        if layer(module(path)) != "cli":
            assert words.search(ast.unparse(ast.parse(path.read_text(encoding="utf-8")))) is None, path


def test_only_screen_and_command_line_know_rich():
    assert [
        module(path) for path in FILES if "rich" in packages(path) and layer(module(path)) not in ("render", "cli")
    ] == []


def test_equations_are_read_without_numpy():
    assert [module(path) for path in of("base", "language", "recurrences") if "numpy" in packages(path)] == []


def test_what_knows_no_files():
    for path in of("compute", "checking", "training", "language", "base"):
        assert packages(path) & {"yaml", "pathlib", "os", "io", "shutil"} == set(), path
        called = {
            node.func.id
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert "open" not in called, path


def test_nothing_runs_text_as_code():
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert called & {"eval", "exec", "compile", "__import__"} == set() or layer(module(path)) == "compute", path
        assert packages(path) & {"pickle", "marshal", "shelve", "subprocess", "ctypes"} == set(), path


def test_yaml_is_parsed_and_never_loaded_from_a_user():
    for path in FILES:
        if "yaml" in packages(path):
            assert module(path) in ("rnncalc.problem.yaml_tree", "rnncalc.recurrences.own_files")


def test_only_four_run_time_packages():
    import sys

    found = set().union(*(packages(path) for path in FILES)) - set(sys.stdlib_module_names) - {"rnncalc"}
    extras = {"pytest", "safetensors", "sympy", "matplotlib"}
    assert found <= {"numpy", "typer", "rich", "yaml", *extras}

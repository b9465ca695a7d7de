"""Find and read problem files: by path, by bundled name, from standard input, in folders."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import Source, whole
from rnncalc.base.words import nearest

MAX_PROBLEM = 4 * 2**20  # bytes of a problem or solution

_LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")  # whatever YAML takes for the end of a line


def bundled_folder() -> Path:
    """Give the folder of the problems that travel with the program."""
    package = Path(__file__).parent.parent
    inside = package / "problems"
    return inside if inside.is_dir() else package.parent / "problems"


def bundled_names() -> list[str]:
    """List the bundled problems by the names under which commands take them."""
    return sorted(path.stem for path in bundled_folder().glob("*.yaml"))


def bundled_titles() -> dict[str, str]:
    """Give the titles of the bundled problems by name."""
    titles = {}
    for name in bundled_names():
        lines = (bundled_folder() / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
        titles[name] = next((line[6:].strip() for line in lines if line.startswith("title:")), "")
    return titles


def problem_files(names: Iterable[str]) -> list[str]:
    """Replace each folder by the problem files in it: those .yaml files that have a line `rnncalc:`."""
    found = []
    for name in names:
        if name != "-" and Path(name).is_dir():
            found += [str(path) for path in yaml_files(name) if is_ours(path)]
        else:
            found.append(name)
    return found


def yaml_files(folder: str) -> list[Path]:
    """List the .yaml files of a folder and of those in it, by name."""
    return sorted(path for path in Path(folder).rglob("*") if path.suffix in (".yaml", ".yml"))


def is_ours(path: Path) -> bool:
    """Tell whether a file has a line `rnncalc:`, as problems and solutions have."""
    try:
        with path.open("rb") as stream:
            head = stream.read(MAX_PROBLEM)
    except OSError:
        return True  # so that reading it says why it cannot be read
    return head.startswith(b"rnncalc:") or b"\nrnncalc:" in head


def read_source(file: str, stdin=None) -> Source:
    """Read a problem's text: a path, the name of a bundled problem, or `-` for standard input.

    Raises:
        RnncalcError: slugs `missing-file`, `is-a-folder`, `unreadable-file`,
            `file-too-large`, `not-text`, `empty-file`.
    """
    if file == "-":
        return _decoded(stdin.read(MAX_PROBLEM + 1), "<stdin>")
    path, nowhere = Path(file), whole(Source(file, ""))
    try:
        if not path.exists() and file in bundled_names():
            path = bundled_folder() / f"{file}.yaml"
        if path.is_dir():
            raise refuse("is-a-folder", nowhere, f"'{file}' is a folder.", "Name a problem file.")
        with path.open("rb") as stream:
            data = stream.read(MAX_PROBLEM + 1)
    except FileNotFoundError:
        close = nearest(file, bundled_names())
        remedy = f"Did you mean the bundled problem '{close}'? " if close else ""
        raise refuse(
            "missing-file",
            nowhere,
            f"There is no file '{file}'.",
            remedy + "'rnncalc list' names the bundled problems.",
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse("unreadable-file", nowhere, f"'{file}' cannot be read: {reason}.") from None
    return _decoded(data, file)


def _decoded(data: bytes, name: str) -> Source:
    nowhere = whole(Source(name, ""))
    if len(data) > MAX_PROBLEM:
        raise refuse(
            "file-too-large",
            nowhere,
            f"'{name}' is larger than {MAX_PROBLEM // 2**20} MiB.",
            "Keep large arrays in a file of their own: 'inputs: {x: {file: x.npz}}'.",
        )
    if b"\0" in data:
        raise refuse("not-text", nowhere, f"'{name}' is a binary file.", "Name a problem file in YAML.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(
            "not-text", nowhere, f"'{name}' is no UTF-8 text (byte {error.start + 1:,}).", "Save it as UTF-8."
        ) from None
    if not text.strip():
        raise refuse("empty-file", whole(Source(name, text)), f"'{name}' is empty.", "A problem begins 'rnncalc: 1'.")
    return Source(name, _LINE_END.sub("\n", text))

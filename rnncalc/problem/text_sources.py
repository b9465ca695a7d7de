"""Where texts to learn from stand: in the file itself, in a text file, a CSV file or a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import Span
from rnncalc.base.words import plural
from rnncalc.problem.array_files import inside_folder
from rnncalc.problem.csv_files import Table
from rnncalc.problem.data_fields import Described
from rnncalc.problem.places import quoted
from rnncalc.problem.text_files import MAX_TEXT, read_text
from rnncalc.problem.yaml_tree import Scalar

MAX_FILES = 200_000
TEXT, LABEL = "text", "label"  # the names under which `columns:` gives texts and their classes


class Texts(NamedTuple):
    """Texts, the class of each by name where they have one, and where they stand."""

    texts: tuple[str, ...]
    classes: tuple[str, ...]
    place: Span
    spans: tuple[Span, ...] = ()

    def span(self, number: int) -> Span:
        """Give the place of one text, which is that of the whole where it stands in a file of its own."""
        return self.spans[number] if self.spans else self.place


def read_texts(described: Described, table: Table | None) -> Texts:
    """Give the texts of a source, all of them with a symbol or more.

    Raises:
        RnncalcError: slugs `empty-data`, `missing-column`, `wrong-type`, `unused-key`, `too-large`, and
            those of read_text.
    """
    node = described.values[described.source]
    if table is not None:
        texts = _columns(table, described)
    elif described.source == "folder":
        texts = _folder(node)
    elif described.source == "file":
        text = read_text(inside_folder(node.text, node.span), node.span)
        texts = Texts(tuple([text] if "window" in described.values else text.splitlines()), (), node.span)
    elif isinstance(node, dict):
        pairs = [(label, scalar) for label, scalars in node.items() for scalar in scalars]
        texts = _of_scalars([scalar for _, scalar in pairs], [label for label, _ in pairs], described)
    else:
        texts = _of_scalars([node] if isinstance(node, Scalar) else node, [], described)
    return _without_empty(texts)


def _of_scalars(scalars: list[Scalar], classes: list[str], described: Described) -> Texts:
    place = described.places[described.source]
    return Texts(tuple(s.text for s in scalars), tuple(classes), place, tuple(s.span for s in scalars))


def _without_empty(texts: Texts) -> Texts:
    """Leave out texts of white space alone, such as the last line of a file."""
    kept = [at for at, text in enumerate(texts.texts) if text.strip()]
    if not kept:
        raise refuse("empty-data", texts.place, "Here is no text.", "Give a text of one symbol or more.")

    def of(parts: tuple) -> tuple:
        return tuple(parts[at] for at in kept) if parts else ()

    return Texts(of(texts.texts), of(texts.classes), texts.place, of(texts.spans))


def _columns(table: Table, described: Described) -> Texts:
    columns = described.values["columns"]
    for name, scalars in columns.items():
        if name not in (TEXT, LABEL):
            message = f"'{name}' has no meaning beside '{TEXT}'."
            raise refuse("unused-key", scalars[0].span, message, f"Write 'columns: {{{TEXT}: …, {LABEL}: …}}'.")
        if len(scalars) > 1:
            raise refuse("wrong-type", scalars[1].span, f"'{name}' is one column.", "Name one column.")
    labels = tuple(cell.strip() for cell in table.column(columns[LABEL][0])) if LABEL in columns else ()
    return Texts(tuple(table.column(columns[TEXT][0])), labels, table.place)


def _folder(name: Scalar) -> Texts:
    """Read *.txt of a folder, a class each with one text a line, or its folders, a class each with one text a file."""
    folder, shown = inside_folder(name.text, name.span), quoted(name.text)
    if not folder.is_dir():
        raise refuse("missing-file", name.span, f"There is no folder {shown} beside the problem.", "Name a folder.")
    files = _text_files(folder, name)
    if files:
        _check_bytes(files, name)
        found = [(path.stem, line) for path in files for line in _read(path, name).splitlines()]
    else:
        inner = [path for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith(".")]
        paths = [(part.name, path) for part in inner for path in _text_files(part, name)]
        _check_bytes((path for _, path in paths), name)
        found = [(label, _read(path, name)) for label, path in paths]
    if not found:
        message = f"{shown} holds no texts: neither files *.txt nor folders of them."
        raise refuse("empty-data", name.span, message, "Put a file CLASS.txt into it for each class.")
    return Texts(tuple(text for _, text in found), tuple(label for label, _ in found), name.span)


def _text_files(folder: Path, name: Scalar) -> list[Path]:
    """Give the text files of a folder by name; none outside the problem's folder, to which a link may lead."""
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".txt" and path.is_file())
    except OSError as error:
        message = f"{quoted(folder.name)} cannot be read: {error.strerror}."
        raise refuse("unreadable-file", name.span, message, "Name another folder.") from None
    if len(files) > MAX_FILES:
        message = f"{quoted(folder.name)} holds {plural(len(files), 'file')}; at most {MAX_FILES:,} are read."
        raise refuse("too-large", name.span, message, "Use a part of them.")
    home = inside_folder(".", name.span).resolve()
    for path in (folder, *files):
        if path.is_symlink() and not path.resolve().is_relative_to(home):
            message = f"{quoted(path.name)} is a link that leads outside the problem's folder."
            raise refuse("outside-folder", name.span, message, "Keep the file beside the problem.")
    return files


def _check_bytes(paths: Iterable[Path], name: Scalar) -> None:
    if sum(path.stat().st_size for path in paths) > MAX_TEXT:
        message = f"{quoted(name.text)} holds more than {MAX_TEXT // 2**30} GiB."
        raise refuse("file-too-large", name.span, message, "Use a part of it.")


def _read(path: Path, name: Scalar) -> str:
    return read_text(path, name.span)

"""Read a text file, of at most 1 GiB, as UTF-8."""

from __future__ import annotations

from pathlib import Path

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import Span
from rnncalc.problem.places import quoted

MAX_TEXT = 2**30  # bytes


def read_text(path: Path, span: Span) -> str:
    """Read a text.

    Raises:
        RnncalcError: slugs `missing-file`, `unreadable-file`, `file-too-large`, `not-text`.
    """
    shown = quoted(path.name)
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_TEXT + 1)
    except FileNotFoundError:
        raise refuse("missing-file", span, f"There is no file {shown}.", "Name a text file.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse("unreadable-file", span, f"{shown} cannot be read: {reason}.", "Name a text file.") from None
    if b"\0" in data:
        raise refuse("not-text", span, f"{shown} is a binary file.", "Name a text file.")
    if len(data) > MAX_TEXT:
        message = f"{shown} is larger than {MAX_TEXT // 2**30} GiB."
        raise refuse("file-too-large", span, message, "Use a part of it.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{shown} is no UTF-8 text (byte {error.start + 1:,})."
        raise refuse("not-text", span, message, "Save it as UTF-8.") from None

"""The findings of `check` for GitHub Actions: annotations, of which it shows ten, and a step summary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rnncalc.base.words import plural
from rnncalc.render.verdicts import answer_lines, by_answer, sign_of, summary

if TYPE_CHECKING:
    from rnncalc.judging import Judged

MOST_SHOWN = 9
MOST_SUMMARY = 900_000  # bytes; GitHub takes 1 MiB


def annotations(judged: Sequence[Judged], hint: int) -> list[str]:
    """Give workflow commands, one for each wrong answer, files that cannot be read first; the rest is counted."""
    found = []
    for one in judged:
        for diagnostic in one.error.diagnostics if one.error else ():
            found.append(_command(one.file, diagnostic.span.line, diagnostic.slug, diagnostic.message))
    for one in judged:
        for key, group in by_answer(one.findings):
            if sign_of(group) == "✗":
                lines = [line.plain for line in answer_lines(one, key, group, hint)]
                found.append(_command(one.file, group[0].span.line, f"{key} is not right", "\n".join(lines)))
    more = len(found) - MOST_SHOWN
    return [
        *found[:MOST_SHOWN],
        *([f"::notice::{plural(more, 'further finding')}: see the summary"] if more > 0 else []),
    ]


def _command(file: str, line: int, title: str, message: str) -> str:
    return f"::error file={_property(file)},line={line},title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def step_summary(judged: Iterable[Judged], hint: int) -> str:
    """Write the summary of a step as Markdown; what comes from files stands in code fences."""
    judged = list(judged)
    lines = [f"**rnncalc check**: {summary(judged, hint).plain}", "", "```text"]
    for one in judged:
        if one.error:
            lines += [f"{one.file}:{d.span.line}: {d.slug}: {d.message}" for d in one.error.diagnostics]
        for key, group in by_answer(one.findings):
            if sign_of(group) == "✗":
                lines += [line.plain for line in answer_lines(one, key, group, hint)]
    text = "\n".join(line.replace("```", "'''") for line in lines[3:])
    return "\n".join(lines[:3]) + "\n" + text.encode()[:MOST_SUMMARY].decode(errors="ignore") + "\n```\n"

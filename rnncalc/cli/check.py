"""rnncalc check: a verdict on every answer of problem and solution files."""

from __future__ import annotations

from typing import Annotated

import typer

from rnncalc.cli.options import Format, FormatOption
from rnncalc.cli.status import DIFFERS, NOTHING, UNREADABLE, guarded, show_diagnostics


@guarded
def run(
    files: Annotated[list[str], typer.Argument(help="Problem and solution files, folders, bundled names, or -.")],
    answer: Annotated[
        list[str] | None,
        typer.Option("--answer", help='An answer in place of the file\'s: "h(2) = 0.99, 1.00".', metavar="TEXT"),
    ] = None,
    hint: Annotated[
        int,
        typer.Option("--hint", help="0: right or wrong; 1: first wrong step; 2: rule; 3: everything.", min=0, max=3),
    ] = 3,
    student: Annotated[bool, typer.Option("--student", help="Print no digit of the key.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only answers that are not right.")] = False,
    junit: Annotated[
        str | None, typer.Option("--junit", help="Also write JUnit XML to this file.", metavar="FILE")
    ] = None,
    github: Annotated[bool, typer.Option("--github", help="Also annotate the run in GitHub Actions.")] = False,
    format: FormatOption = Format.table,
) -> int:
    """Judge answers: rounded honestly, carried forward, or wrong.

    Example: rnncalc check problems/ homework/
    """
    import sys

    from rnncalc.judging import judge_files
    from rnncalc.problem.solution import answer_from_text

    answers = [answer_from_text(text) for text in answer or ()]
    judged = []
    for one in judge_files(files, answers, sys.stdin.buffer):
        if one.error is not None:
            show_diagnostics(one.error)
        judged.append(one)
    found = [one for one in judged if one.findings]
    hint = min(hint, 2) if student else hint
    unreadable = any(one.error is not None for one in judged)
    if found or not unreadable or format is Format.json:
        _show(judged, hint, student, quiet, format)
    if junit is not None:
        _write_junit(junit, judged, hint)
    if github:
        _annotate(judged, hint)
    if unreadable:
        return UNREADABLE
    if not found:
        return NOTHING
    return 0 if all(finding.counts_as_right for one in found for finding in one.findings) else DIFFERS


def _show(judged: list, hint: int, student: bool, quiet: bool, format: Format) -> None:
    if format is Format.json:
        from rnncalc.render.report import check_report, write_json

        print(write_json(check_report(judged, student)))
        return
    from rnncalc.cli.console import make_console
    from rnncalc.render.verdicts import render_findings, summary

    console = make_console()
    for one in judged:
        for line in render_findings(one, hint, quiet):
            console.print(line, soft_wrap=True)
    found = any(one.findings for one in judged)
    console.print(summary(judged, hint) if found else "No file held an answer.")


def _write_junit(path: str, judged: list, hint: int) -> None:
    """Write a report, over an earlier one but over no other file."""
    import os

    from rnncalc.cli.output import write_output
    from rnncalc.render.junit import junit

    if os.path.isfile(path):
        with open(path, "rb") as stream:
            if stream.read(5) not in (b"<?xml", b""):
                raise typer.BadParameter(f"'{path}' exists and is no XML report", param_hint="--junit")
    write_output(path, junit(judged, hint), True, "--junit")


def _annotate(judged: list, hint: int) -> None:
    """Print annotations for GitHub Actions, and add to the summary of the step."""
    import os

    from rnncalc.render.github import annotations, step_summary

    for line in annotations(judged, hint):
        print(line)
    if path := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(path, "a", encoding="utf-8") as stream:
            stream.write(step_summary(judged, hint))

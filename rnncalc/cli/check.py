"""rnncalc check: a verdict on every answer of problem files."""

from __future__ import annotations

from typing import Annotated

import typer

from rnncalc.cli.options import Format, FormatOption
from rnncalc.cli.status import DIFFERS, NOTHING, UNREADABLE, guarded, show_diagnostics

STDIN = "<stdin>"


@guarded
def run(
    files: Annotated[list[str], typer.Argument(help="Problem files, folders of them, bundled names, or -.")],
    quiet: Annotated[bool, typer.Option("--quiet", help="Only answers that are not right.")] = False,
    format: FormatOption = Format.table,
) -> int:
    """Judge the answers of problem files by their digits.

    Example: rnncalc check problems/
    """
    import rnncalc
    from rnncalc.base.diagnostics import RnncalcError
    from rnncalc.cli.reading import opened
    from rnncalc.problem.files import problem_files

    groups, unreadable = [], False
    for file in problem_files(files):
        try:
            findings = rnncalc.check(opened(file))
        except RnncalcError as error:
            show_diagnostics(error)
            unreadable = True
            continue
        if findings:
            groups.append((STDIN if file == "-" else file, findings))
    _show(groups, format, quiet)
    if unreadable:
        return UNREADABLE
    if not groups:
        return NOTHING
    return 0 if all(finding.counts_as_right for _, findings in groups for finding in findings) else DIFFERS


def _show(groups: list, format: Format, quiet: bool) -> None:
    if format is Format.json:
        from rnncalc.render.report import check_report, write_json

        print(write_json(check_report(groups)))
        return
    from rnncalc.cli.console import make_console
    from rnncalc.render.verdicts import render_findings, summary

    console = make_console()
    for file, findings in groups:
        for line in render_findings(file, findings, quiet):
            console.print(line, soft_wrap=True)
    console.print(summary(groups) if groups else "No file held an answer.")

"""rnncalc grade: points for every submission of a folder, and what the class got wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rnncalc.cli.options import File, Format, FormatOption
from rnncalc.cli.status import FAULT, NOTHING, UNREADABLE, guarded, show_diagnostics

if TYPE_CHECKING:
    from rnncalc.grades import Grades

MOST_FAULTS = 5  # of one submission that are shown


@guarded
def run(
    problem: File,
    folder: Annotated[str, typer.Argument(help="A folder of solution files, and folders in it.", show_default=False)],
    csv: Annotated[
        str | None,
        typer.Option("--csv", help="Also write a row for each to this file; - instead of the table.", metavar="FILE"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that exists.")] = False,
    method_credit: Annotated[
        float,
        typer.Option(
            "--method-credit",
            help="What a number counts that one named slip gives, from 0 to 1.",
            min=0,
            max=1,
            metavar="SHARE",
        ),
    ] = 0,
    jobs: Annotated[
        int | None, typer.Option("--jobs", help="Processes; all cores unless said.", min=1, metavar="N")
    ] = None,
    format: FormatOption = Format.table,
) -> int:
    """Grade submissions: a row each, points by question, slips by how often.

    Each number is an equal share of its question. Right numbers count whole,
    and so do those that follow from an own earlier one; missing ones count
    nothing. A slip that is named never lowers a mark.

    Example: rnncalc grade q1.yaml homework/ --csv grades.csv
    """
    import os

    from rnncalc.cli.output import require_free
    from rnncalc.cli.progress import told_on_terminal
    from rnncalc.cli.reading import opened
    from rnncalc.grading import grade

    if not os.path.isdir(folder):
        raise typer.BadParameter(f"there is no folder '{folder}'", param_hint="FOLDER")
    if method_credit != method_credit:
        raise typer.BadParameter("a share is a number from 0 to 1", param_hint="--method-credit")
    if csv == "-" and format is Format.json:
        raise typer.BadParameter("standard output takes one of CSV and JSON", param_hint="--csv")
    if csv not in (None, "-"):
        if csv.endswith((".yaml", ".yml")):
            raise typer.BadParameter("a table is no .yaml file", param_hint="--csv")
        require_free(csv, force, "--csv")
    read = opened(problem)
    with told_on_terminal() as told:
        grades = grade(read, folder, jobs or _cores(), method_credit, told)
    _say(grades, folder)
    if not grades.rows:
        return NOTHING
    _write(grades, csv, force, format)
    if any(row.fault for row in grades.rows):
        return FAULT
    return UNREADABLE if any(row.error for row in grades.rows) else 0


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _say(grades: Grades, folder: str) -> None:
    """Write to standard error what could not be read, what is no submission, and who has several files."""
    import sys

    from rnncalc.base.diagnostics import RnncalcError
    from rnncalc.base.words import plural
    from rnncalc.render.clean import clean

    def say(text: str) -> None:
        print(clean(text), file=sys.stderr)

    for row in grades.rows:
        if row.error is not None:
            show_diagnostics(RnncalcError(row.error.diagnostics[:MOST_FAULTS]))
            if (more := len(row.error.diagnostics) - MOST_FAULTS) > 0:
                say(f"{row.file} has {plural(more, 'further fault')}; 'rnncalc check' shows all.")
        elif row.fault:
            say(f"{row.file}: {row.fault}")
    for file, why in grades.skipped:
        say(f"{file} is no submission: {why}.")
    for row in grades.rows:
        if row.others and row.counts:
            say(f"{len(row.others) + 1} files of '{row.student}': {row.file} counts, not {', '.join(row.others)}.")
    if not grades.rows:
        say(f"There is no submission in '{folder}': no .yaml file with 'rnncalc: 1' and the 'problem:' that it solves.")


def _write(grades: Grades, csv: str | None, force: bool, format: Format) -> None:
    from rnncalc.grades import summarise
    from rnncalc.render.grades_csv import grades_csv

    if csv == "-":
        print(grades_csv(grades), end="")
        return
    if csv is not None:
        from rnncalc.cli.output import write_output

        # with the mark by which spreadsheets know UTF-8
        write_output(csv, grades_csv(grades).encode("utf-8-sig"), force, "--csv")
    if format is Format.json:
        from rnncalc.render.grades_report import grades_report
        from rnncalc.render.report import write_json

        print(write_json(grades_report(grades, summarise(grades))))
        return
    from rnncalc.cli.console import make_console
    from rnncalc.render.grades import print_grades

    print_grades(make_console(), grades, summarise(grades))

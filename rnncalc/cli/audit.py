"""rnncalc audit: which mistakes a problem cannot tell from a right answer."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rnncalc.cli.options import Decimals, Format, FormatOption
from rnncalc.cli.status import DIFFERS, NOTHING, UNREADABLE, guarded, show_diagnostics


@guarded
def run(
    files: Annotated[list[str], typer.Argument(help="Problem files, folders, bundled names, or -.")],
    only: Annotated[
        str | None, typer.Option("--only", help="Only these mistakes: missing-transpose,wrong-sign.", metavar="SLUGS")
    ] = None,
    min_sharpness: Annotated[
        float | None,
        typer.Option(
            "--min-sharpness", help="Exit with 1 if a problem is below this share.", min=0, max=1, metavar="SHARE"
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only a line for each file; no changes are sought.")] = False,
    decimals: Decimals = None,
    format: FormatOption = Format.table,
) -> int:
    """Find the mistakes that a problem cannot tell from a right answer.

    Example: rnncalc audit class4-activity-1
    """
    from rnncalc.auditing import audit_files

    slugs, audited = _read_slugs(only), []
    for one in audit_files(files, decimals, slugs, not quiet, sys.stdin.buffer):
        audited.append(one)
        if one.error is not None:
            show_diagnostics(one.error)
        elif one.skipped:
            print(f"{one.file}: {one.skipped}", file=sys.stderr)
        elif format is Format.table and not quiet:
            _show(one, len(audited) > 1)
    found = [one.audit for one in audited if one.audit is not None]
    _finish(audited, len(found), quiet, format)
    if any(one.error is not None for one in audited):
        return UNREADABLE
    if not found:
        return NOTHING
    least = min((audit.sharpness for audit in found if audit.sharpness is not None), default=1.0)
    return DIFFERS if min_sharpness is not None and least < min_sharpness else 0


def _show(one, later: bool) -> None:
    from rnncalc.cli.console import make_console
    from rnncalc.render.audit import print_audit

    console = make_console()
    if later:
        console.print()
    print_audit(console, one)


def _finish(audited: list, n_found: int, quiet: bool, format: Format) -> None:
    """Write what is said of all files together."""
    if format is Format.json:
        from rnncalc.render.audit_report import audit_report
        from rnncalc.render.report import write_json

        print(write_json(audit_report(audited)))
        return
    from rnncalc.cli.console import make_console
    from rnncalc.render.audit import print_summary

    console = make_console()
    if not n_found:
        console.print("No file held a problem to audit.")
    elif quiet or n_found > 1:
        if not quiet:
            console.print()
        print_summary(console, audited)


def _read_slugs(text: str | None) -> frozenset[str]:
    """Read missing-transpose,wrong-sign; an empty set stands for all mistakes."""
    if text is None:
        return frozenset()
    from rnncalc.base.words import nearest
    from rnncalc.checking.mistakes.ngrams import NGRAM_SLUGS
    from rnncalc.checking.mistakes.table import SLUGS

    known = {*SLUGS, *NGRAM_SLUGS}
    slugs = [slug.strip() for slug in text.split(",")]
    for slug in slugs:
        if slug not in known:
            close = nearest(slug, sorted(known))
            remedy = f"did you mean '{close}'?" if close else "the JSON of an audit names those of a problem"
            raise typer.BadParameter(f"no mistake is called '{slug}'; {remedy}", param_hint="--only")
    return frozenset(slugs)

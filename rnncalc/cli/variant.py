"""rnncalc variant: the same problem with other numbers."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rnncalc.cli.key import target_of
from rnncalc.cli.options import File
from rnncalc.cli.status import guarded

MOST_VARIANTS = 10_000
SEED = 1


@guarded
def run(
    file: File,
    seed: Annotated[int, typer.Option("--seed", help="The same one gives the same numbers.", min=0)] = SEED,
    count: Annotated[
        int | None, typer.Option("--count", help="So many variants, each a file in a folder.", min=1, max=MOST_VARIANTS)
    ] = None,
    no_answers: Annotated[bool, typer.Option("--no-answers", help="Leave the answers out.")] = False,
    output: Annotated[
        str | None, typer.Option("--output", help="Write to this file; with --count, to this folder.", metavar="PATH")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", help="Also write one key to all: .tex .html .md or .ipynb.", metavar="FILE"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files that exist.")] = False,
) -> None:
    """Draw a problem's numbers again from the ranges under its key variants.

    Example: rnncalc variant q1.yaml --count 30 --output variants --key keys.html
    """
    from rnncalc.problem.files import read_source
    from rnncalc.varying import draw_variants

    if key is not None:
        _checked(key, force, "--key")
        target = target_of(None, key, "--key")
        if output is None:
            raise typer.BadParameter("a key is of files; name --output too", param_hint="--key")
    if count is None:
        paths = [] if output is None else [_checked(output, force)]
        numbers = [(0, f"variant {seed}")]
    else:
        paths = _paths(file, count, output, force)
        numbers = [(number, f"variant {number}") for number in range(1, count + 1)]
    found = draw_variants(read_source(file, sys.stdin.buffer), seed, numbers, not no_answers)
    if found.out_of_reach:
        words = ", ".join(found.out_of_reach)
        print(f"Whatever is drawn, these slips stay hidden: {words}. 'rnncalc audit' says why.", file=sys.stderr)
    if output is None:
        print(found.texts[0], end="")
        return
    if count is not None:
        _make_folder(output)
    for path, text in zip(paths, found.texts, strict=True):
        _write(path, text, force, "--output")
    if key is not None:
        from rnncalc.cli.key_work import Wanted, key_text

        _write(key, key_text(paths, target.value, Wanted(), {}), force, "--key")


def _paths(file: str, count: int, output: str | None, force: bool) -> list[str]:
    """Name the files of a series, in the order of their numbers: q1-01.yaml, …"""
    import os

    if output is None:
        raise typer.BadParameter("several variants are files; name a folder for them", param_hint="--output")
    if os.path.lexists(output) and not os.path.isdir(output):
        raise typer.BadParameter(f"'{output}' is no folder", param_hint="--output")
    stem = "variant" if file == "-" else os.path.splitext(os.path.basename(file))[0]
    width = max(len(str(count)), 2)
    paths = [os.path.join(output, f"{stem}-{number:0{width}d}.yaml") for number in range(1, count + 1)]
    return [_checked(path, force) for path in paths] if os.path.isdir(output) else paths


def _checked(path: str, force: bool, option: str = "--output") -> str:
    """Refuse a path that cannot be written to before anything is drawn."""
    from rnncalc.cli.output import require_free

    require_free(path, force, option)
    return path


def _make_folder(output: str) -> None:
    import os

    try:
        os.makedirs(output, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(f"'{output}' cannot be made: {error.strerror}", param_hint="--output") from None


def _write(path: str, text: str, force: bool, option: str) -> None:
    from rnncalc.cli.output import write_output

    write_output(path, text.encode(), force, option)

"""The program `rnncalc`: its commands, and what every run has in common."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rnncalc import __version__
from rnncalc.cli.commands import Commands

app = typer.Typer(
    name="rnncalc",
    cls=Commands,
    help="A step-through calculator for recurrent neural networks.",
    epilog="Exit status: 0 done and right, 1 an answer differs, 2 usage, 3 a file cannot be read, 5 nothing to check.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"rnncalc {__version__}")
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """A step-through calculator for recurrent neural networks."""


def main() -> None:
    """Run the command line and leave with a documented exit status."""
    from rnncalc.cli.status import INTERRUPTED, USAGE, closed_pipe

    try:
        code = app(prog_name=app.info.name, standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        code = closed_pipe()
    except SystemExit:  # typer's way of saying that the reader of our output has gone
        code = closed_pipe()
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:  # typer's own usage errors know how to show themselves
        if not hasattr(error, "show"):
            raise
        error.show()
        code = USAGE
    sys.exit(code if isinstance(code, int) else 0)

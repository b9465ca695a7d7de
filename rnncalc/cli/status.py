"""Exit status, and the guard around every command.

0 done and right; 1 checked, and something differs; 2 usage; 3 a file cannot
be read as a problem, or its training diverges; 5 no file held an answer; 70 a
fault of ours; 130 Ctrl-C; 141 closed pipe.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable

import typer

DIFFERS, USAGE, UNREADABLE, NOTHING, FAULT, INTERRUPTED, CLOSED_PIPE = 1, 2, 3, 5, 70, 130, 141


def guarded(command: Callable[..., int | None]) -> Callable[..., None]:
    """Turn what a command returns or raises into an exit status.

    Diagnostics go to standard error. Any other exception is a fault of ours
    and says so, without values: a hidden key may be among them.
    """

    @functools.wraps(command)
    def run(*args, **kwargs) -> None:
        from rnncalc.base.diagnostics import RnncalcError

        try:
            code = command(*args, **kwargs) or 0
            sys.stdout.flush()
        except RnncalcError as error:
            show_diagnostics(error)
            code = UNREADABLE
        except (BrokenPipeError, SystemExit):  # rich turns the one into the other
            code = closed_pipe()
        except KeyboardInterrupt:
            code = INTERRUPTED
        except (typer.Exit, typer.BadParameter):
            raise
        except Exception as error:
            _show_fault(error)
            code = FAULT
        raise typer.Exit(code)

    return run


def show_diagnostics(error) -> None:
    """Write the diagnostics of an error to standard error."""
    from rnncalc.render.diagnostics import write_diagnostics

    print(write_diagnostics(error.diagnostics), file=sys.stderr)


def closed_pipe() -> int:
    """Make later flushes harmless after the reader of our output has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return CLOSED_PIPE


def _show_fault(error: Exception) -> None:
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    places = [f"  {os.path.basename(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames[-6:]]
    print(f"rnncalc: a fault of the program: {type(error).__name__}", *places, sep="\n", file=sys.stderr)
    print("Please report it with the problem file that led to it.", file=sys.stderr)

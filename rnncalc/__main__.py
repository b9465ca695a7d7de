"""The entry point, also as python -m rnncalc: Ctrl-C ends quietly even while the program still loads."""

from __future__ import annotations

import gc
import sys

INTERRUPTED = 130  # as in cli/status.py, which takes its time to load


def main() -> None:
    """Load the command line and run it."""
    gc.set_threshold(50_000)  # what is loaded stays: looking through it for garbage only delays the start
    try:
        from rnncalc.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()

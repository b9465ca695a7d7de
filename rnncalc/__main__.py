"""The entry point, also as python -m rnncalc: Ctrl-C ends quietly even while the program still loads."""

from __future__ import annotations

import gc
import sys

INTERRUPTED = 130  # as in cli/status.py, which takes its time to load


def main() -> None:
    """Load the command line and run it.

    What is loaded stays until the end, so the search for garbage among it
    only costs: little of it while loading, none at the exit.
    """
    gc.set_threshold(50_000)
    try:
        from rnncalc.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()

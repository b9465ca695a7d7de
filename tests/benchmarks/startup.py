"""Start-up of the whole program against importing what it stands on."""

from __future__ import annotations

import compileall
import shutil
import sys
from pathlib import Path

from measure import medians, process, python, row

import rnncalc

ROUNDS = 25


def main() -> None:
    """Print the start-up ratios."""
    compileall.compile_dir(str(Path(rnncalc.__file__).parent), quiet=2)  # as pip does at installation
    program = shutil.which("rnncalc", path=str(Path(sys.executable).parent)) or "rnncalc"
    stack = "import numpy, yaml, typer, rich.table, rich.console"
    found = medians(
        {
            "forward": process(program, "forward", "ntu-tutorial-8-q1a"),
            "stack": python(stack),
            "help": process(program, "--help"),
            "typer": python("import typer"),
        },
        ROUNDS,
    )
    print(
        row(
            "rnncalc forward ntu-tutorial-8-q1a",
            found["forward"],
            "import numpy, yaml, typer, rich",
            found["stack"],
            1.3,
        )
    )
    print(row("rnncalc --help", found["help"], "import typer", found["typer"], 1.5))


if __name__ == "__main__":
    main()

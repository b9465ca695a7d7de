"""rnncalc schema: the JSON Schema of problem and solution files."""

from __future__ import annotations

from rnncalc.cli.status import guarded


@guarded
def run() -> None:
    """Print the JSON Schema of problem and solution files, for editors and other programs.

    Example: rnncalc schema > rnncalc.schema.json
    """
    import json

    from rnncalc.problem.schema import file_schema

    print(json.dumps(file_schema(), ensure_ascii=False, indent=2))

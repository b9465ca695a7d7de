"""rnncalc list: the catalogue of recurrences and the bundled problems."""

from __future__ import annotations

from rnncalc.cli.status import guarded


@guarded
def run() -> None:
    """List recurrences and bundled problems.

    Example: rnncalc list
    """
    from rnncalc.cli.console import make_console
    from rnncalc.problem.files import bundled_titles
    from rnncalc.recurrences.catalogue import entry_names, read_entry
    from rnncalc.render.listing import print_listing

    entries = {name: read_entry(name).title for name in entry_names()}
    print_listing(make_console(), {"recurrences": entries, "problems": bundled_titles()})

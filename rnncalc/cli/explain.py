"""rnncalc explain: a message, a verdict, a mistake or a term, in a few words with an example."""

from __future__ import annotations

from typing import Annotated

import typer

from rnncalc.cli.status import guarded

GATE_ORDER = "gate-order"  # which has a table besides


def complete_topic(incomplete: str) -> list[str]:
    """Complete the names of the glossary."""
    from rnncalc.problem.glossary import read_glossary

    return [name for group in read_glossary().values() for name in group if name.startswith(incomplete)]


@guarded
def run(
    topic: Annotated[
        str | None,
        typer.Argument(
            help="The word after a message's place, a verdict, a mistake or a term; gate-order compares libraries.",
            autocompletion=complete_topic,
            show_default=False,
        ),
    ] = None,
) -> None:
    """Explain a message, a verdict, a mistake or a term; without a name, list them all.

    Example: rnncalc explain shape-mismatch
    """
    from rnncalc.base.words import nearest
    from rnncalc.cli.console import make_console
    from rnncalc.problem.glossary import read_glossary

    groups, console = read_glossary(), make_console()
    if topic is None:
        from rnncalc.render.listing import print_listing

        print_listing(console, {title: {name: e.title for name, e in group.items()} for title, group in groups.items()})
        return
    entries = {name: entry for group in groups.values() for name, entry in group.items()}
    name = "-".join(topic.lower().replace("_", " ").split())
    if name not in entries:
        close = nearest(name, entries)
        remedy = f"did you mean '{close}'?" if close else "'rnncalc explain' lists all"
        raise typer.BadParameter(f"nothing is called '{topic}'; {remedy}", param_hint="TOPIC")
    from rnncalc.render.explain import print_entry

    print_entry(console, name, entries[name], _findings(entries[name]))
    if name == GATE_ORDER:
        console.print()
        _print_gate_orders(console)


def _findings(entry) -> list[str]:
    """Give what `check` says of a mistake's example."""
    if entry.kind != "mistake":
        return []
    from rnncalc import check
    from rnncalc.base.span import Source
    from rnncalc.problem.glossary import FILE
    from rnncalc.problem.kinds import read_kind

    findings = check(read_kind(Source(FILE, entry.example)))
    return list(dict.fromkeys(finding.judgement.rule for finding in findings if finding.verdict == "mistake"))


def _print_gate_orders(console) -> None:
    from rnncalc.recurrences.conventions import convention_names, read_convention
    from rnncalc.render.conventions import print_gate_orders

    print_gate_orders(console, map(read_convention, convention_names()))

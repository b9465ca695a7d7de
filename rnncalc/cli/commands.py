"""The commands by name, each loaded only when it is called or listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

import typer
from typer.core import TyperGroup

MODULES = {
    "forward": "forward",
    "bptt": "bptt",
    "paths": "paths",
    "train": "train",
    "generate": "generate",
    "equations": "equations",
    "import": "import_weights",
    "export": "export",
    "key": "key",
    "bigram": "bigram",
    "worksheet": "worksheet",
    "check": "check",
    "grade": "grade",
    "audit": "audit",
    "variant": "variant",
    "new": "new",
    "schema": "schema",
    "explain": "explain",
    "list": "list_names",
}


class _Loaded(Mapping):
    """Commands built on request: the options of one take a millisecond to build."""

    def __getitem__(self, name: str):
        app = typer.Typer(rich_markup_mode=None, add_completion=False)
        app.command(name=name)(import_module(f"rnncalc.cli.{MODULES[name]}").run)
        return typer.main.get_command(app)

    def __iter__(self) -> Iterator[str]:
        return iter(MODULES)

    def __len__(self) -> int:
        return len(MODULES)


class Commands(TyperGroup):
    """The group of all commands."""

    def __init__(self, **settings) -> None:
        super().__init__(**settings)
        self.commands = _Loaded()

    def list_commands(self, ctx: typer.Context) -> list[str]:
        return list(MODULES)

    def format_commands(self, ctx: typer.Context, formatter) -> None:
        """List the commands by the first line of what each says of itself; none is built for that."""
        words = {name: import_module(f"rnncalc.cli.{module}").run.__doc__ for name, module in MODULES.items()}
        with formatter.section("Commands"):
            formatter.write_dl([(name, text.split("\n")[0]) for name, text in words.items()])

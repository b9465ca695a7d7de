"""Read the YAML files that travel with rnncalc itself: the catalogue and the conventions."""

from __future__ import annotations

from pathlib import Path


def own_names(folder: Path) -> list[str]:
    """List the names of a folder's files."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def read_own(path: Path) -> dict:
    """Read one of our own files; those of users go through problem/yaml_tree.py."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), loader)

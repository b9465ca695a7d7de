"""The published recurrence that a file names: its entry, choices, layers, directions and convention."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.words import listing, nearest
from rnncalc.problem.fields import CHOICES
from rnncalc.problem.places import quoted
from rnncalc.problem.yaml_tree import Scalar
from rnncalc.recurrences.catalogue import Entry, entry_names, read_entry
from rnncalc.recurrences.expand import (
    Arrangement,
    Impossible,
    Recurrence,
    answers_at_steps,
    embeds,
    expand,
    repeats,
    reverses,
)

if TYPE_CHECKING:
    from rnncalc.recurrences.conventions import Convention, Tensor


class Published(NamedTuple):
    """A recurrence of the catalogue, and the convention in which the file gives its weights."""

    recurrence: Recurrence
    convention: Convention | None = None
    tensors: tuple[Tensor, ...] = ()


def read_published(found: dict) -> Published | None:
    """Find the recurrence that a file names; None where it names none.

    Raises:
        RnncalcError: slugs `unknown-recurrence`, `unknown-convention`, `unused-key`, `impossible-choice`.
    """
    name: Scalar | None = found.get("recurrence")
    if name is None or "equations" in found:
        return None
    message = "The catalogue has no recurrence"
    entry = read_entry(_known(name, entry_names(), "unknown-recurrence", message, "; or write 'equations: |'"))
    collector = Collector()
    unknown = [key for key in CHOICES if key not in entry.choices]
    refuse_unused(found, [*unknown, *_endless(entry)], f"'{entry.name}'", collector)
    refuse_unused(found, _needless(found, entry), _directed(found, entry), collector)
    collector.raise_if_any()
    convention = _convention(found, entry)
    chosen = {key: found[key].text for key in entry.choices if key in found}
    if convention:
        chosen = _agreed(found, chosen, convention, entry)
    try:
        recurrence = expand(entry, chosen, _arranged(found))
    except Impossible as reason:
        given = [key for key in chosen if key in found]
        message, remedy = f"These choices exclude each other: {reason}.", f"Delete one of {listing(given)}."
        raise refuse("impossible-choice", found[given[0]].span, message, remedy) from None
    if convention is None:
        return Published(recurrence)
    from rnncalc.recurrences.conventions import packed_tensors

    return Published(recurrence, convention, packed_tensors(convention, recurrence))


def _known(name: Scalar, names: list[str], slug: str, message: str, more: str = "") -> str:
    if name.text not in names:
        close = nearest(name.text, names)
        remedy = (f"Did you mean '{close}'? " if close else "") + f"There are {', '.join(names)}{more}."
        raise refuse(slug, name.span, f"{message} {quoted(name.text)}.", remedy)
    return name.text


def _needless(found: dict, entry: Entry) -> list[str]:
    """Name the keys of layers and directions that say nothing about an entry."""
    needless = [] if repeats(entry) else ["layers"]
    if not reverses(entry):
        needless += ["direction", "bidirectional", "merge"]
    elif not _both(found):
        needless.append("merge")
    elif "direction" in found:
        needless.append("direction")
    return needless


def _endless(entry: Entry) -> list[str]:
    """Name the keys of what goes in and out that say nothing about an entry."""
    ends = {"outputs": answers_at_steps(entry), "embedding": embeds(entry), "dropout": repeats(entry)}
    return [key for key, holds in ends.items() if not holds]


def _directed(found: dict, entry: Entry) -> str:
    if not reverses(entry):
        return f"'{entry.name}'"
    return f"'{entry.name}' in both directions" if _both(found) else f"'{entry.name}' in one direction"


def _both(found: dict) -> bool:
    return "bidirectional" in found and found["bidirectional"].text == "true"


def _arranged(found: dict) -> Arrangement:
    layers = found["layers"].number if "layers" in found else None
    direction = found["direction"].text if "direction" in found else "forward"
    merge = found["merge"].text if "merge" in found else "concat"
    outputs = found["outputs"].text if "outputs" in found else "every"
    embedding = "embedding" in found and found["embedding"].text == "true"
    dropout = repr(found["dropout"].number) if "dropout" in found and found["dropout"].number else ""
    return Arrangement(layers, "both" if _both(found) else direction, merge, outputs, embedding, dropout)


def _convention(found: dict, entry: Entry) -> Convention | None:
    if "convention" not in found:
        return None
    from rnncalc.recurrences.conventions import convention_names, read_convention

    name: Scalar = found["convention"]
    convention = read_convention(_known(name, convention_names(), "unknown-convention", "There is no convention"))
    if entry.name not in convention.packings:
        message = f"The convention '{convention.name}' has {listing(convention.packings)}, not '{entry.name}'."
        raise refuse("impossible-choice", name.span, message, "Delete 'convention'.")
    return convention


def _agreed(found: dict, chosen: dict[str, str], convention: Convention, entry: Entry) -> dict[str, str]:
    """Add the choices that a convention stands for, which the file must not contradict."""
    settled = convention.packings[entry.name].choices
    for key, value in settled.items():
        if chosen.get(key, value) != value:
            message = f"'{key}: {chosen[key]}' contradicts the convention '{convention.name}', which has '{value}'."
            raise refuse("impossible-choice", found[key].span, message, f"Delete '{key}' or 'convention'.")
    return chosen | dict(settled)


def refuse_unused(found: dict, keys: Iterable[str], what: str, collector: Collector) -> None:
    """Collect a diagnostic for each key that says nothing here: slug `unused-key`."""
    for key in keys:
        if key in found:
            with collector:
                raise refuse("unused-key", found[key].span, f"'{key}' says nothing about {what}.", "Delete it.")

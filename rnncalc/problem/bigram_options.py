"""A bigram problem from a file, from options of the command line, or from both, the options first."""

from __future__ import annotations

from collections.abc import Mapping as Named
from pathlib import Path

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import Source, Span, whole
from rnncalc.problem.bigram import TEXTS, Bigram, read_bigram
from rnncalc.problem.kinds import require_bigram
from rnncalc.problem.problem import problem_of, problem_tree
from rnncalc.problem.text_files import read_text
from rnncalc.problem.yaml_tree import Mapping, Scalar

OPTION_NAMES = {"file": "text-file", "case": "lower"}


def bigram_of(source: Source | None, options: Named[str, str]) -> Bigram:
    """Read a bigram problem.

    Args:
        source: The file, None where options say everything.
        options: Keys of the section `bigram:` with their texts; a text to count
            replaces that of the file.

    Raises:
        RnncalcError: those of read_bigram; the place of an option is its name.
    """
    if source is None:
        tree = Mapping((), whole(Source("<options>", "")))
        source = tree.span.source
    else:
        tree = problem_tree(source)
        if tree.get("bigram") is None:
            require_bigram(problem_of(source, tree))
    given = {name: _scalar(name, text) for name, text in options.items()}
    section = tree.get("bigram") or Mapping((), tree.span)
    if not given or not isinstance(section, Mapping):
        return read_bigram(source, tree)
    head = next((key for key, _ in tree.pairs if key.text == "bigram"), _key("bigram"))
    replaced = {*given, *(TEXTS if set(given) & set(TEXTS) else ())}
    pairs = (
        *(pair for pair in section.pairs if pair[0].text not in replaced),
        *((_key(n), v) for n, v in given.items()),
    )
    others = tuple(pair for pair in tree.pairs if pair[0].text != "bigram")
    return read_bigram(source, Mapping((*others, (head, Mapping(pairs, tree.span))), tree.span))


def _scalar(name: str, text: str) -> Scalar:
    option = f"--{OPTION_NAMES.get(name, name)}"
    if name == "file":
        place = whole(Source(option, text))
        return Scalar(read_text(Path(text), place), Span(place.source, 0, len(text)))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        message = f"The text is no UTF-8 (character {error.start + 1:,})."
        raise refuse("not-text", whole(Source(option, "")), message, "Write it in UTF-8.") from None
    return Scalar(text, whole(Source(option, text)))


def _key(name: str) -> Scalar:
    key = "text" if name == "file" else name  # what the file holds is here already
    return Scalar(key, Span(Source(f"--{OPTION_NAMES.get(name, name)}", name), 0, len(name)))

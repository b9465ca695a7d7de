"""Read YAML as a tree in which every scalar keeps its text and its place.

Built from parser events, so that nothing is ever interpreted: `no` is a word,
`0.90` keeps its zero, tags, anchors and duplicate keys are refused, and a
file nested too deeply is refused before anything recursive sees it.
"""

from __future__ import annotations

from typing import NamedTuple

import yaml

from rnncalc.base.diagnostics import Diagnostic, Note, RnncalcError, refuse
from rnncalc.base.span import Source, Span, whole

MAX_DEPTH = 32
MAX_NODES = 1_000_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Scalar(NamedTuple):
    """A word or number as written; `style` is '' for plain, else the YAML quote or block sign."""

    text: str
    span: Span
    style: str = ""


class Items(NamedTuple):
    """A list."""

    items: tuple[Tree, ...]
    span: Span


class Mapping(NamedTuple):
    """Keys with values, in the file's order."""

    pairs: tuple[tuple[Scalar, Tree], ...]
    span: Span

    def get(self, key: str) -> Tree | None:
        return next((value for name, value in self.pairs if name.text == key), None)


Tree = Scalar | Items | Mapping


def read_tree(source: Source) -> Tree | None:
    """Read a YAML text; None if it holds nothing.

    Raises:
        RnncalcError: slugs `yaml-syntax`, `yaml-tag`, `yaml-anchor`,
            `duplicate-key`, `too-deep`, `too-many-nodes`, `several-documents`.
    """
    builder = _Builder(source)
    try:
        for event in yaml.parse(source.text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        raise RnncalcError([*builder.found, _syntax(source, error)]) from None
    if builder.found:
        raise RnncalcError(builder.found)
    return builder.root


class _Builder:
    """Builds the tree with an explicit stack of open collections."""

    def __init__(self, source: Source):
        self.source = source
        self.root: Tree | None = None
        self.open: list[tuple[str, int, list, list]] = []  # kind, start, children, keys
        self.found: list[Diagnostic] = []
        self.count = 0
        self.documents = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self.check(event)
            span = self.span(event)
            self.add(Scalar(event.value, span, (event.style or "").strip("\x00")))
        elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            self.check(event)
            if len(self.open) >= MAX_DEPTH:
                raise RnncalcError([_too_deep(self.span(event))])
            kind = "items" if isinstance(event, yaml.SequenceStartEvent) else "mapping"
            self.open.append((kind, event.start_mark.index, [], []))
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            self.close(event.end_mark.index)
        elif isinstance(event, yaml.AliasEvent):
            self.refuse_anchor(event, f"'*{event.anchor}' stands for another part of the file.")
            self.add(Scalar("", self.span(event)))
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise refuse(
                    "several-documents", self.span(event), "A second document begins here.", "Keep one problem a file."
                )

    def span(self, event: yaml.Event) -> Span:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            end = start + 1
        return Span(self.source, start, end)

    def check(self, event) -> None:
        self.count += 1
        if self.count > MAX_NODES:
            raise refuse(
                "too-many-nodes",
                self.span(event),
                f"The file holds more than {MAX_NODES:,} values.",
                "Keep large arrays in a file of their own: 'inputs: {x: {file: x.npz}}'.",
            )
        if event.tag is not None:
            self.found.append(
                Diagnostic(
                    "yaml-tag",
                    self.span(event),
                    f"The tag '{event.tag}' is not read.",
                    "Write the value without a tag.",
                )
            )
        if event.anchor is not None:
            self.refuse_anchor(event, f"'&{event.anchor}' names a part of the file for reuse.")

    def refuse_anchor(self, event, message: str) -> None:
        self.found.append(
            Diagnostic("yaml-anchor", self.span(event), message, "Write the value out wherever it is needed.")
        )

    def add(self, node: Tree) -> None:
        if self.open:
            self.open[-1][2].append(node)
        elif self.root is None:
            self.root = node

    def close(self, end: int) -> None:
        kind, start, children, _ = self.open.pop()
        span = Span(self.source, start, end)
        if kind == "items":
            self.add(Items(tuple(children), span))
            return
        pairs, seen = [], {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.found.append(
                    Diagnostic("bad-key", key.span, "A key is a word, not a list.", "Write 'name: value'.")
                )
            elif key.text in seen:
                note = Note(seen[key.text].span, "it is given here already")
                message = f"'{key.text}' is given a second time; only one could count."
                self.found.append(Diagnostic("duplicate-key", key.span, message, "Keep one of the two.", (note,)))
            else:
                seen[key.text] = key
                pairs.append((key, value))
        self.add(Mapping(tuple(pairs), span))


def _too_deep(span: Span) -> Diagnostic:
    message = f"Lists and mappings are nested deeper than {MAX_DEPTH} levels here."
    return Diagnostic(
        "too-deep", span, message, "Write numbers in lists of lists; nothing in a problem is nested deeper than that."
    )


def _syntax(source: Source, error: yaml.YAMLError) -> Diagnostic:
    mark = getattr(error, "problem_mark", None)
    if mark is None:  # a character that YAML does not allow
        at = getattr(error, "position", None)
        span = Span(source, at, at + 1) if isinstance(at, int) and at < len(source.text) else whole(source)
        return Diagnostic("yaml-syntax", span, "The file has a character that no text has.", "Is it a binary file?")
    at = min(mark.index, max(len(source.text) - 1, 0))
    problem = getattr(error, "problem", "") or "this is not YAML"
    if "nesting depth" in problem:  # libyaml reads ahead, and has a limit of its own
        return _too_deep(Span(source, at, at + 1))
    remedy = "A line that begins like a list or mapping must go on like one; check brackets and indentation."
    if source.text[at : at + 1] == "\t":
        remedy = "Indent with spaces; YAML has no tabs."
    elif problem.startswith(("mapping values", "did not find expected")):
        remedy = "Put text that contains ': ' or brackets in quotes, and check commas and closing brackets."
    context = getattr(error, "context_mark", None)
    notes = ()
    if context is not None and context.index < at:
        start = Span(source, context.index, context.index + 1)
        notes = (Note(start, f"{getattr(error, 'context', '') or 'this part'} began here"),)
    return Diagnostic("yaml-syntax", Span(source, at, at + 1), f"The YAML cannot be read: {problem}.", remedy, notes)

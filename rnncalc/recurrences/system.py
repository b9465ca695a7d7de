"""A network as a system of recurrence equations.

`build_system` takes parsed equations, puts the activations in their place and
finds out which names are sequences, which are given, which are defined. What
it returns can be scheduled (schedule.py) and shaped (shapes.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from rnncalc.base.diagnostics import Collector, Note, refuse
from rnncalc.language.kinds import Layout
from rnncalc.language.nodes import Equation, Index, Name, Ref, leaves, length_letter
from rnncalc.recurrences.activations import resolve_functions


@dataclass(frozen=True)
class System:
    """Equations that fit together; `letters` gives the index letter of each sequence."""

    equations: tuple[Equation, ...]
    letters: Mapping[str, str]
    layout: Layout = "column"

    @cached_property
    def general(self) -> dict[str, Equation]:
        """The equation that holds at every step, or once, of each defined name."""
        return {e.left.name: e for e in self.equations if not is_place(e)}

    @cached_property
    def places(self) -> dict[tuple[str, Index], Equation]:
        """The equations of single places, such as s[0] = h[T]."""
        return {(e.left.name, e.left.index): e for e in self.equations if is_place(e)}

    @cached_property
    def defined(self) -> tuple[str, ...]:
        """The names that equations define, in the author's order."""
        return tuple(dict.fromkeys(e.left.name for e in self.equations))

    @cached_property
    def given_sequences(self) -> tuple[str, ...]:
        """The sequences that the file must give: inputs and targets."""
        return tuple(name for name in self._read if name in self.letters and name not in self.defined)

    @cached_property
    def given_values(self) -> tuple[str, ...]:
        """The names without a time step that the file must give: weights, single inputs."""
        return tuple(name for name in self._read if name not in self.letters and name not in self.defined)

    @cached_property
    def _read(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(leaf.name for e in self.equations for leaf in leaves(e.right)))

    @cached_property
    def reads(self) -> dict[str, frozenset[tuple[str, int]]]:
        """For each sequence the places beside the regular steps that some equation reads.

        ('start', 0) is h[0]; ('end', 1) is h[T+1].
        """
        found: dict[str, set[tuple[str, int]]] = {}
        for equation in self.equations:
            first, last = self._border(equation)
            for leaf in leaves(equation.right):
                if isinstance(leaf, Ref):
                    found.setdefault(leaf.name, set()).update(_outside(leaf.index, first, last))
        return {name: frozenset(places) for name, places in found.items()}

    @cached_property
    def reads_whole(self) -> bool:
        """Tell whether an equation reads a whole sequence, h[:], whose shape the number of steps settles."""
        read = (leaf for equation in self.equations for leaf in leaves(equation.right))
        return any(isinstance(leaf, Ref) and leaf.index.anchor == "all" for leaf in read)

    def _border(self, equation: Equation) -> tuple[int, int]:
        """Give the first step at which an equation holds, and the last one, counted from T.

        Where x[1] has an equation of its own, that of x[t] holds from t = 2.
        """
        name, first, last = equation.left.name, 1, 0
        if not is_place(equation):
            while (name, Index("start", "", first)) in self.places:
                first += 1
            while (name, Index("end", self.letters.get(name, ""), last)) in self.places:
                last -= 1
        return first, last

    def is_sequence(self, name: str) -> bool:
        return name in self.letters


def is_place(equation: Equation) -> bool:
    """Tell whether an equation defines one place of a sequence, not all its steps."""
    return isinstance(equation.left, Ref) and equation.left.index.anchor in ("start", "end")


def is_outside(index: Index) -> bool:
    """Tell whether an index names a place beside the steps 1…T: h[0], g[T+1]."""
    return index.anchor == "start" and index.offset < 1 or index.anchor == "end" and index.offset > 0


def _outside(index: Index, first: int, last: int) -> Iterable[tuple[str, int]]:
    """List the places beside the steps that are read from the steps first…T+last."""
    if is_outside(index):
        return [(index.anchor, index.offset)]
    if index.anchor != "step":
        return []
    before, after = range(first + index.offset, 1), range(1, last + index.offset + 1)
    return [*(("start", k) for k in before), *(("end", k) for k in after)]


def build_system(equations: Iterable[Equation], activations: Mapping[str, str], layout: Layout = "column") -> System:
    """Make a system of equations, its functions resolved and its names consistent.

    Raises:
        RnncalcError: slugs `undefined-function`, `wrong-argument-count`,
            `sequence-and-value`, `duplicate-definition`, `index-letter-name`,
            `foreign-time-step`; all of them in one.
    """
    collector = Collector()
    resolved = []
    for equation in equations:
        with collector:
            resolved.append(resolve_functions(equation, activations))
    collector.raise_if_any()
    letters = _letters(resolved, collector)
    _check_definitions(resolved, letters, collector)
    for equation in resolved:
        with collector:
            _check_steps(equation, letters)
    collector.raise_if_any()
    return System(tuple(resolved), letters, layout)


def _letters(equations: list[Equation], collector: Collector) -> dict[str, str]:
    """Find the index letter of each sequence; t where nothing says otherwise."""
    letters: dict[str, str] = {}
    sequences: dict[str, Ref] = {}
    lefts = (equation.left for equation in equations)
    rights = (leaf for equation in equations for leaf in leaves(equation.right))
    for leaf in (*lefts, *rights):  # what a sequence counts with is said where it is defined
        if isinstance(leaf, Ref):
            sequences.setdefault(leaf.name, leaf)
            if leaf.index.anchor in ("step", "end"):
                letters.setdefault(leaf.name, leaf.index.letter)
    for name in sequences:
        letters.setdefault(name, "t")
    index_letters = set(letters.values())
    for equation in equations:
        for leaf in (equation.left, *leaves(equation.right)):
            with collector:
                if isinstance(leaf, Name) and leaf.name in letters:
                    other = sequences[leaf.name]
                    raise refuse(
                        "sequence-and-value",
                        leaf.span,
                        f"'{leaf.name}' stands here without a time step, elsewhere with one.",
                        "Give one of the two another name, or write the time step.",
                        Note(other.span, f"'{other.span.text}' is a sequence here"),
                    )
                if leaf.name in index_letters:
                    raise refuse(
                        "index-letter-name",
                        leaf.span,
                        f"'{leaf.name}' counts the time steps in this file, so it cannot be a name too.",
                        "Rename the one or the other.",
                    )
    return letters


def _check_definitions(equations: list[Equation], letters: dict[str, str], collector: Collector) -> None:
    seen: dict[object, Equation] = {}
    for equation in equations:
        key = equation.left if is_place(equation) else equation.left.name
        with collector:
            if key in seen:
                raise refuse(
                    "duplicate-definition",
                    equation.left.span,
                    f"'{equation.left.span.text}' is defined a second time.",
                    "Keep one of the two equations, or rename one.",
                    Note(seen[key].left.span, "it is defined here already"),
                )
        seen[key] = equation


def _check_steps(equation: Equation, letters: Mapping[str, str]) -> None:
    """Refuse a read of another letter's sequence step by step."""
    own = equation.left.index.letter if isinstance(equation.left, Ref) and not is_place(equation) else None
    for leaf in leaves(equation.right):
        if not isinstance(leaf, Ref):
            continue
        letter = letters[leaf.name]
        whole = f"'{leaf.name}[:]', '{leaf.name}[{length_letter(letter)}]' or '{leaf.name}[1]'"
        if leaf.index.anchor == "step" and own is None:
            raise refuse(
                "foreign-time-step",
                leaf.span,
                f"'{leaf.span.text}' is read at a running step, but '{equation.left.span.text}' has none.",
                f"Write {whole}, or define '{equation.left.name}[{letter}]'.",
            )
        if (
            leaf.index.anchor == "step"
            and leaf.index.letter != own
            or leaf.index.anchor in ("step", "end")
            and leaf.index.letter != letter
        ):
            raise refuse(
                "foreign-time-step",
                leaf.span,
                f"'{leaf.name}' counts its steps with '{letter}', this equation reads '{leaf.span.text}'.",
                f"Write {whole}.",
            )

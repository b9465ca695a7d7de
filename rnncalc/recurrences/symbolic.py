"""The backward equations of a system for which no numbers are given.

The loss is left open: ∂J/∂y(t) stands for what it sends to the outputs. Sizes
of vectors and matrices are made up; they only have to fit each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rnncalc.language.kinds import OPEN, Shape, Shapes
from rnncalc.language.nodes import Call, Equation, Index, Name, Ref, leaves
from rnncalc.recurrences.backward import Backward, derive_backward
from rnncalc.recurrences.expand import Recurrence
from rnncalc.recurrences.shapes import infer_shapes
from rnncalc.recurrences.system import System, build_system, is_place

LOSS = "J"
STEPS = 7  # long enough that every border term is its own


def published_system(recurrence: Recurrence) -> System:
    """Make the system of a catalogue entry with the activations that it has by default."""
    activations = {name: (op, ()) for name, op in recurrence.entry.activations.items()}
    return build_system(recurrence.equations, activations)


def derive_symbolic(system: System, given: Mapping[str, Shape], parameters: Iterable[str]) -> Backward:
    """Derive the backward equations for a loss that is left open.

    Args:
        system: The equations.
        given: Shapes of weights, and of inputs where they are known.
        parameters: The weights whose gradient is wanted.
    """
    wanted = [_loss_term(name, system) for name in outputs(system)]
    letters, equations = dict(system.letters), list(system.equations)
    for term in wanted:
        equations.append(term)
        letters |= {leaf.name: leaf.index.letter for leaf in leaves(term.right) if isinstance(leaf, Ref)}
        if isinstance(term.left, Ref):
            letters[LOSS] = term.left.index.letter
    open_loss = System(tuple(equations), letters, system.layout)
    lengths = dict.fromkeys(set(letters.values()) | {"t"}, STEPS)
    unknown = dict.fromkeys((*open_loss.given_sequences, *open_loss.given_values), OPEN)
    shapes = infer_shapes(open_loss, unknown | dict(given), lengths, {})
    derived = derive_backward(open_loss, Shapes(shapes, lengths, system.layout, letters), LOSS, list(parameters))
    origins = {left: tuple(e for e in sources if e not in wanted) for left, sources in derived.origins.items()}
    return derived._replace(origins=origins)


def outputs(system: System) -> list[str]:
    """Name what no equation reads at the same step or as a whole: the outputs, though they may be fed back."""
    read = {
        leaf.name
        for equation in system.equations
        for leaf in leaves(equation.right)
        if not isinstance(leaf, Ref) or leaf.index.anchor != "step" or leaf.index.offset == 0
    }
    general = [equation.left.name for equation in system.equations if not is_place(equation)]
    return [name for name in general if name not in read][-1:]


def _loss_term(name: str, system: System) -> Equation:
    sent = f"∂{LOSS}/∂{name}"
    if not system.is_sequence(name):
        return Equation(Name(LOSS), Call("dot", (Name(sent), Name(name))))
    here = Index("step", system.letters[name])
    return Equation(Ref(LOSS, here), Call("dot", (Ref(sent, here), Ref(name, here))))


def made_up_shapes(words: Mapping[str, str]) -> dict[str, Shape]:
    """Give every dimension a size of its own, so that none takes another for its own."""
    axes = {name: [axis.split("+") for axis in text.split(" x ")] for name, text in words.items()}
    dimensions = dict.fromkeys(part for of_one in axes.values() for axis in of_one for part in axis)
    sizes = {word: size for size, word in enumerate(dimensions, start=2)}
    lengths = {name: [sum(sizes[part] for part in axis) for axis in of_one] for name, of_one in axes.items()}
    return {name: (found[0], found[1] if len(found) == 2 else 1) for name, found in lengths.items()}

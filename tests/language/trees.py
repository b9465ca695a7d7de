"""Random expressions: every operation that can be written, every kind of leaf, time step and number."""

from __future__ import annotations

from random import Random

from rnncalc.language.nodes import Call, Index, Name, Node, Number, Ref
from rnncalc.language.operations import ANY, OPERATIONS

NUMBERS = ("0", "1", "2", "0.5", ".25", "3.", "1e-3", "2.5E+4", "0.4620", "10")
NAMES = ("U", "W_f", "b", "T", "α", "h_fwd", "σ", "ŷ", "tanh")
SEQUENCES = ("h", "x", "ĥ", "z_r", "δ", "c")
UNRESOLVED = ("hidden", "output", "φ", "σ")  # functions that a file names under `activations:`
OPS = (*(name for name, row in OPERATIONS.items() if not row.derived), *UNRESOLVED)


def random_index(rng: Random) -> Index:
    """Draw [t-1], [0], [T+1], [:] and their like, also of the letters i and j."""
    letter = rng.choice("ttij")
    return rng.choice(
        [
            Index("step", letter),
            Index("step", letter, rng.randint(-12, 12)),
            Index("start", "", rng.randint(-3, 12)),
            Index("end", letter, rng.randint(-2, 2)),
            Index("all"),
        ]
    )


def random_leaf(rng: Random) -> Node:
    """Draw a number, a name or a sequence at a time step."""
    kind = rng.randrange(5)
    if kind == 0:
        return Number(rng.choice(NUMBERS))
    return Name(rng.choice(NAMES)) if kind < 3 else Ref(rng.choice(SEQUENCES), random_index(rng))


def random_call(rng: Random, op: str, depth: int) -> Call:
    """Draw an operation with a number of arguments that it takes."""
    if op == "entry":
        return Call(op, (random_tree(rng, depth - 1), Number(str(rng.randint(1, 12)))))
    least, most = OPERATIONS[op].arity if op in OPERATIONS else (1, 2)
    count = rng.randint(least, least + 3 if most == ANY else most)
    return Call(op, tuple(random_tree(rng, depth - 1) for _ in range(count)))


def random_tree(rng: Random, depth: int = 4) -> Node:
    """Draw an expression of at most so many levels."""
    if depth <= 1 or rng.random() < 0.15:
        return random_leaf(rng)
    return random_call(rng, rng.choice(OPS), depth)

"""The order of evaluation: which equations run as a scan, which at once, and which have no order."""

from __future__ import annotations

from random import Random

import pytest
from language.marks import diagnostics
from recurrences.systems import schedule_refusals, system_of

from rnncalc.base.diagnostics import Diagnostic
from rnncalc.language.lines import parse_equations
from rnncalc.language.writer import write
from rnncalc.recurrences.schedule import Block, schedule
from rnncalc.recurrences.system import build_system


def order(text: str) -> list[str]:
    """Give each block as 'direction letter: what it defines, in its order'."""
    return [f"{block.direction} {block.letter}: {defined(block)}" for block in schedule(system_of(text))]


def defined(block: Block) -> str:
    return " ".join(write(equation.left).removesuffix(f"[{block.letter}]") for equation in block.equations)


def loops(text: str) -> tuple[Diagnostic, ...]:
    """Give what is said about systems that have no order."""
    return diagnostics(lambda source: schedule(build_system(parse_equations(source), {})), text)


ELMAN = """\
z[t] = U.T @ x[t] + W.T @ h[t-1] + b
h[t] = tanh(z[t])
u[t] = V.T @ h[t] + c
y[t] = sigmoid(u[t])
"""
JORDAN = ELMAN.replace("h[t-1]", "y[t-1]")
DEEP_JORDAN = """\
h1[t] = tanh(U1.T @ x[t] + W1.T @ h2[t-1])
h2[t] = tanh(U2.T @ h1[t] + W2.T @ y[t-1])
y[t] = V.T @ h2[t]
"""
BIDIRECTIONAL = """\
h[t] = tanh(U @ x[t] + W @ h[t-1])
g[t] = tanh(R @ x[t] + Q @ g[t+1])
m[t] = concat(h[t], g[t])
y[t] = V @ m[t]
"""
ONE_TO_MANY = """\
x[1] = start
x[t] = y[t-1]
h[t] = tanh(U @ x[t] + W @ h[t-1])
y[t] = V @ h[t]
"""
ENCODER_DECODER = """\
h[t] = tanh(U @ x[t] + W @ h[t-1])
s[0] = h[T]
s[i] = tanh(Q @ s[i-1])
y[i] = V @ s[i]
"""
ATTENTION = """\
h[t] = tanh(U @ x[t] + W @ h[t-1])
s[i] = tanh(Q @ s[i-1] + c[i])
e[i] = h[:].T @ s[i-1]
a[i] = softmax(e[i])
c[i] = h[:] @ a[i]
y[i] = V @ s[i]
"""


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (ELMAN, ["forward t: z h", "map t: u", "map t: y"]),
        (JORDAN, ["forward t: z h u y"]),
        (DEEP_JORDAN, ["forward t: h1 h2 y"]),
        (BIDIRECTIONAL, ["forward t: h", "reverse t: g", "map t: m", "map t: y"]),
        ("h[t] = tanh(W @ h[t-1] + x[t])\ny = V @ h[T]", ["forward t: h", "once : y"]),
        ("u = V @ h[T]\nh[t] = W @ h[t-1]\ny = softmax(u)", ["forward t: h", "once : u", "once : y"]),
        (ONE_TO_MANY, ["once : x[1]", "forward t: x h y"]),
        (ENCODER_DECODER, ["forward t: h", "once : s[0]", "forward i: s", "map i: y"]),
        (ATTENTION, ["forward t: h", "forward i: e a c s", "map i: y"]),
        ("a[t] = tanh(B @ g[t-1])\ng[t] = tanh(C @ a[t] + D @ g[t-1])", ["forward t: a g"]),
        ("g[t] = tanh(C @ a[t])\na[t] = tanh(B @ g[t-1])", ["forward t: a g"]),
        ("h[t] = W @ h[t-1] + Q @ h[t-2]", ["forward t: h"]),
        ("h[t] = W @ h[t-2]", ["forward t: h"]),
        ("g[t] = Q @ g[t+2] + x[t-1]", ["reverse t: g"]),
        ("y[t] = x[t-1] + x[t+1]", ["map t: y"]),
        ("y[t] = h[t+1]\nh[t] = W @ h[t-1]", ["forward t: h", "map t: y"]),
        ("a[t] = b[t-1]\nb[t] = x[t]", ["map t: b", "map t: a"]),
        ("g[T+1] = h[T]\ng[t] = g[t+1]\nh[t] = h[t-1]", ["forward t: h", "once : g[T+1]", "reverse t: g"]),
        ("m = sum(x[:])\ny[t] = x[t] / m", ["once : m", "map t: y"]),
        ("y[t] = x[t] / m\nm = sum(x[:])", ["once : m", "map t: y"]),
        ("p = a\nq = p * p", ["once : p", "once : q"]),
        ("g[0] = h[T]\ng[t] = x[t]\nh[t] = 2 * g[t]", ["map t: g", "map t: h", "once : g[0]"]),
        ("g[0] = m\nm = sum(g[:])\ng[t] = x[t]", ["map t: g", "once : m", "once : g[0]"]),
        ("g[T+1] = h[1]\ng[t] = x[t]\nh[t] = g[t] + g[t-1]", ["map t: g", "map t: h", "once : g[T+1]"]),
        ("g[-1] = h[T]\ng[0] = a\ng[t] = x[t]\nh[t] = g[t-1]", ["map t: g", "once : g[0]", "map t: h", "once : g[-1]"]),
    ],
    ids=[
        "Elman", "Jordan", "deep Jordan", "bidirectional", "many to one", "many to one, any order", "one to many",
        "encoder and decoder", "attention", "coupled", "coupled, any order", "lags 1 and 2", "lag 2", "reverse, lead 2",
        "shifted input", "output of the next step", "shifted map", "start of the reverse", "total", "total, any order",
        "values", "a start that no step reads", "a start that the whole does not hold", "an end that no step reads",
        "a start before the one that is read",
    ],
)  # fmt: skip
def test_blocks(text, blocks):
    assert order(text) == blocks


@pytest.mark.parametrize(
    "text",
    ["h[t] = tanh(W @ h[t-1] + P @ h[0])", "g[t] = tanh(W @ g[t+1] + P @ g[T+1])", "h[t] = W @ h[t-1] + Q @ h[-1]"],
)
def test_the_initial_value_may_stand_in_its_own_recurrence(text):
    """CONTRACT A6: h[:], h[T], h[1] need the whole sequence; h[0] is given before it begins."""
    assert len(order(text)) == 1


def test_a_given_first_step_comes_before_the_sequence():
    """CONTRACT A4: equations may stand in any order."""
    for text in ("x[1] = a\nx[t] = d[t-1]\ny[t] = x[t]", "x[t] = d[t-1]\nx[1] = a\ny[t] = x[t]"):
        assert order(text) == ["once : x[1]", "map t: x", "map t: y"]


@pytest.mark.parametrize(
    "text",
    [ELMAN, JORDAN, DEEP_JORDAN, BIDIRECTIONAL, ENCODER_DECODER, ATTENTION],
    ids=["Elman", "Jordan", "deep Jordan", "bidirectional", "encoder and decoder", "attention"],
)
def test_the_order_of_the_lines_does_not_matter(text):
    """Whatever the order of the lines, a block holds the same quantities, after everything it reads."""
    rng = Random(7)
    wanted = sorted(" ".join(sorted(block.split())) for block in order(text))
    for _ in range(10):
        lines = text.splitlines()
        rng.shuffle(lines)
        assert sorted(" ".join(sorted(block.split())) for block in order("\n".join(lines))) == wanted


@pytest.mark.parametrize(
    ("marked", "slug"),
    [
        ("h[t] = tanh(W @ <h[t]>)", "algebraic-loop"),
        ("ĥ[t] = tanh(W @ <g[t]>)\ng[t] = ĥ[t] + x[t]", "algebraic-loop"),
        ("a[t] = <b[t]>\nb[t] = c[t]\nc[t] = a[t] + c[t-1]", "algebraic-loop"),
        ("y = <y> + 1", "algebraic-loop"),
        ("a = <b>\nb = a", "algebraic-loop"),
        ("h[t] = h[t-1] + <h[t+1]>", "not-causal"),
        ("h[t] = W @ g[t-1]\ng[t] = V @ <h[t+1]>", "not-causal"),
        ("g[t] = <g[t+2]> − ĥ[t]\nĥ[t] = g[t−1]", "not-causal"),
        ("a[t] = b[t] + b[t-1]\nb[t] = <a[t+1]>", "not-causal"),
        ("h[t] = h[t-1] + sum(<h[:]>)", "whole-sequence-loop"),
        ("h[t] = tanh(<h[T]>)", "whole-sequence-loop"),
        ("h[t] = W @ h[t-1] + <h[1]>", "whole-sequence-loop"),
        ("h[t] = x[t] / m\nm = sum(<h[:]>)", "whole-sequence-loop"),
        ("h[0] = <h[T]>\nh[t] = W @ h[t-1]", "whole-sequence-loop"),
        ("h[t] = <s[N]> + h[t-1]\ns[i] = h[T] + s[i-1]", "whole-sequence-loop"),
    ],
)
def test_faults(marked, slug):
    assert schedule_refusals(marked) == [(slug, marked)]


@pytest.mark.parametrize(
    "text",
    [
        "g[0] = h[T]\ng[t] = x[t]\nh[t] = g[t-1]",
        "g[-1] = h[T]\ng[t] = x[t]\nh[t] = g[t-2]",
        "g[T+1] = h[1]\ng[t] = x[t]\nh[t] = g[t+1]",
        "g[1] = h[T]\ng[t] = x[t]\nh[t] = g[t]",
        "g[1] = m\nm = sum(g[:])\ng[t] = x[t]",
    ],
)
def test_a_place_that_needs_what_reads_it(text):
    assert [one.slug for one in loops(text)] == ["whole-sequence-loop"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("h[t] = W @ h[t]", "'h[t-1]'"),
        ("s[i] = W @ s[i]", "'s[i-1]'"),
        ("a[t] = b[t]\nb[t] = a[t]", "'b[t-1]'"),
    ],
)
def test_the_remedy_of_a_loop_is_a_step_earlier(text, told):
    (found,) = loops(text)
    assert told in found.remedy


def test_the_members_of_a_loop_are_named():
    text = "a[t] = b[t]\nb[t] = c[t] + d[t]\nc[t] = a[t]\nd[t] = x[t] + a[t-1]"
    (found,) = loops(text)
    assert [name for name in "abcd" if f"'{name}'" in found.message] == ["a", "b", "c"]
    assert [note.span.text for note in found.notes] == ["b[t]", "c[t]"]


def test_both_directions_of_what_is_not_causal_are_shown():
    text = "h[t] = W @ g[t-1]\ng[t] = V @ h[t+1]"
    (found,) = loops(text)
    assert [note.span.text for note in found.notes] == ["g[t-1]"]


def test_every_loop_is_reported():
    text = "a[t] = a[t]\nb[t] = b[t-1] + b[t+1]\nc[t] = c[:] @ d\ne[t] = e[t-1]"
    found = loops(text)
    assert [(one.slug, one.span.text) for one in found] == [
        ("algebraic-loop", "a[t]"), ("not-causal", "b[t+1]"), ("whole-sequence-loop", "c[:]"),
    ]  # fmt: skip

"""Worked solutions: 30 problems of 5 steps in each format, and how the time grows with the steps."""

from __future__ import annotations

import time
from collections.abc import Callable

from rnncalc.base.span import Source
from rnncalc.problem.problem import Problem, read_problem
from rnncalc.render.document.building import document_of
from rnncalc.render.document.choice import Choice
from rnncalc.render.document.html import write_html
from rnncalc.render.document.latex import write_latex
from rnncalc.render.document.markdown import write_markdown
from rnncalc.render.document.notebook import write_notebook

REACH = 3.0  # seconds for 30 problems of 5 steps
LENGTHS = (10, 20, 40, 80)


def problem(n_steps: int) -> Problem:
    """Make an Elman network with a loss: three inputs, two hidden units, one output."""
    inputs = [[(3 * t + k) % 5 - 2 for k in range(3)] for t in range(n_steps)]
    targets = [[t % 2] for t in range(n_steps)]
    text = f"""rnncalc: 1
recurrence: elman
activations: {{hidden: tanh, output: sigmoid}}
weights:
  U: [[-1.0, 0.5], [0.5, 0.1], [0.2, -2.0]]
  W: [[2.0, 1.3], [1.5, 0.0]]
  b: [0.2, 0.2]
  V: [[2.0], [-1.5]]
  c: 0.5
inputs: {{x: {inputs}}}
targets: {{d: {targets}}}
loss: {{kind: squared-error, output: y}}
"""
    return read_problem(Source("benchmark", text))


def writers(problems: list[Problem]) -> dict[str, Callable[[], str]]:
    """Give for each format a function that builds and writes the document."""
    document = lambda: document_of(problems, Choice(derive=True))  # noqa: E731
    return {
        "latex": lambda: write_latex(document()),
        "html": lambda: write_html(document()),
        "markdown": lambda: write_markdown(document()),
        "notebook": lambda: write_notebook(document(), problems),
    }


def seconds(work: Callable[[], str]) -> float:
    """Give the least time of three runs."""
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Print both tables, in seconds of the processor."""
    many = [problem(5) for _ in range(30)]
    long = {n: writers([problem(n)]) for n in LENGTHS}
    print(
        f"{'format':10}{'30 problems':>12}  " + "".join(f"{f'T = {n}':>9}" for n in LENGTHS) + "   a step, last/first"
    )
    for name, work in writers(many).items():
        whole, each = seconds(work), [seconds(long[n][name]) for n in LENGTHS]
        growth = each[-1] / LENGTHS[-1] / (each[0] / LENGTHS[0])
        met = "met" if whole <= REACH else "NOT met"
        print(f"{name:10}{whole:9.2f} s {met}" + "".join(f"{t:9.3f}" for t in each) + f"{growth:10.2f}")


if __name__ == "__main__":
    main()

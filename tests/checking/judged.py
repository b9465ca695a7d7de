"""Three small problems, and what `check` says of answers to them."""

from __future__ import annotations

from running import run_text, system

# y is [[2, 4], [6, 8], [10, 12]]; m is [30, 36]; s is 22
ONE = system("y[t] = 2 * x[t]\nm = 3 * y[T]\ns = sum(y[T])", inputs="x: [[1, 2], [3, 4], [5, 6]]")
# y is [[[2, 4], [6, 8], [10, 12]], [[14, 16], [18, 20], [22, 24]]]
BATCH = system("y[t] = 2 * x[t]\nm = y[T]", inputs="x: [[[1, 2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]]]")
# y is [2, 4, 6], J is 1 + 9 + 25
LOSS = system("y[t] = 2 * x[t]", more="targets: {d: [1, 1, 1]}\nloss: squared-error")


def check(folder, text: str, answers: str, misprints: str = ""):
    more = f"answers:\n  {answers}\n" + (f"misprints: {{{misprints}}}\n" if misprints else "")
    outcome = run_text(folder, text + more, "--format", "json", command="check")
    assert outcome.err == ""
    return outcome.code, outcome.json["answers"]

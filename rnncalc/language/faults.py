"""What is said of an expression that cannot be read: one function a fault, each gives the error to raise."""

from __future__ import annotations

from rnncalc.base.diagnostics import RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.language.operations import OPERATIONS
from rnncalc.language.tokens import Token


def no_operation(token: Token) -> RnncalcError:
    return refuse(
        "unexpected-token",
        token.span,
        f"'{token.text}' follows without an operation between.",
        "Write '@' for a matrix product, '*' for an elementwise product.",
    )


def second_equals_sign(token: Token) -> RnncalcError:
    return refuse("unexpected-token", token.span, "A second '=' in one line.", "Write one equation a line.")


def closes_nothing(token: Token) -> RnncalcError:
    return refuse(
        "unbalanced-parenthesis",
        token.span,
        f"This '{token.text}' closes nothing that was opened.",
        f"Delete it, or write the matching '{'(' if token.text == ')' else '['}' before.",
    )


def never_closed(opening: Token, closing: str) -> RnncalcError:
    return refuse(
        "unbalanced-parenthesis",
        opening.span,
        f"This '{opening.text}' is never closed.",
        f"Write '{closing}' where the part ends.",
    )


def not_closed_here(token: Token, closing: str) -> RnncalcError:
    return refuse(
        "unexpected-token",
        token.span,
        f"'{token.text}' stands where '{closing}' should.",
        f"Write '{closing}', or the operation that goes on.",
    )


def nothing_here(token: Token, before: Span) -> RnncalcError:
    """Say what stands where a quantity should, `before` is what it follows."""
    if token.kind == "end":
        return refuse(
            "unfinished-expression",
            before,
            "The expression ends here, where a quantity should follow.",
            "Write what follows, or delete the sign at the end.",
        )
    if token.text == ")":
        return refuse(
            "unbalanced-parenthesis", token.span, "This ')' comes where a quantity should stand.", "Delete it."
        )
    return refuse(
        "unexpected-token",
        token.span,
        f"'{token.text}' stands where a name, a number or '(' should.",
        "Write a quantity before it, or delete it.",
    )


def mixed_products(sign: str, whole: Span, readings: tuple[list[Span], list[Span]]) -> RnncalcError:
    """Show both readings of `A @ b * c`, each given by what it puts in parentheses."""
    one, other = (_with_parentheses(whole, groups) for groups in readings)
    return refuse(
        "mixed-products",
        whole,
        f"'@' and '{sign}' stand side by side; which comes first is not settled on paper.",
        f"Write '{one}' or '{other}'.",
    )


def _with_parentheses(whole: Span, groups: list[Span]) -> str:
    text = whole.text
    for group in reversed(groups):
        start, end = group.start - whole.start, group.end - whole.start
        text = f"{text[:start]}({text[start:end]}){text[end:]}"
    return text


def sign_as_function(name: str, span: Span) -> RnncalcError:
    written = OPERATIONS[name].source.template.format("a", "b")
    return refuse("undefined-function", span, f"There is no function '{name}'.", f"Write '{written}'.")


def bad_entry(token: Token) -> RnncalcError:
    return refuse(
        "bad-entry",
        token.span,
        f"An entry is picked by a number from 1, not by '{token.text}'.",
        "Write 'x[t][2]' for the second entry of x[t].",
    )


def bad_index(span: Span) -> RnncalcError:
    return refuse(
        "bad-time-step",
        span,
        f"'{span.text}' is no time step.",
        "Write [t], [t-1], [0], [T], [T+1] or [:]; a letter is one letter.",
    )


def too_far(span: Span, most: int) -> RnncalcError:
    return refuse(
        "bad-time-step", span, f"A step so far away is not read; at most {most:,} steps are.", "Write a smaller number."
    )


def too_deep(span: Span, most: int) -> RnncalcError:
    return refuse(
        "expression-too-deep",
        span,
        f"The expression has more than {most} levels.",
        "Give parts of it names, each on a line of its own.",
    )

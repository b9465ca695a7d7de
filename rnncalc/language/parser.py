"""Read an expression: a precedence parser that keeps a span for every node.

`parse_expression` is the one to read first. It knows nothing of which names
exist or what shapes they have; lines.py reads whole equations with it.
"""

from __future__ import annotations

import re

from rnncalc.base.diagnostics import RnncalcError, refuse
from rnncalc.base.span import Source, Span
from rnncalc.language.nodes import Call, Index, Name, Node, Number, Ref, length_letter
from rnncalc.language.operations import INFIX, MATRIX_PRODUCT, NEGATION, POWER, PRODUCT, SUM
from rnncalc.language.tokens import Token, read_tokens

MAX_DEPTH = 100  # levels of an expression; more would exhaust the interpreter's stack

_BINDING = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "@": MATRIX_PRODUCT, "**": POWER}


def parse_expression(source: Source, start: int = 0, end: int | None = None) -> Node:
    """Read one expression, such as `0.3*tanh(0.5)+0.1`."""
    parser = Parser(read_tokens(source, start, len(source.text) if end is None else end))
    node = parser.expression(0)
    parser.expect_end()
    return node


def parse_text(text: str, name: str = "<text>") -> Node:
    """Read an expression from a string of our own."""
    return parse_expression(Source(name, text))


class Parser:
    """Precedence climbing over the tokens of one line."""

    def __init__(self, tokens: list[Token]):
        self.tokens, self.at = tokens, 0
        self.grouped: set[int] = set()  # ids of nodes that stand in parentheses of their own
        self.depths: dict[int, int] = {}  # levels below each node
        self.kept: list[Node] = []  # keeps ids unique while parsing
        self.level = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def take(self, *signs: str) -> Token | None:
        token = self.here
        if token.kind == "sign" and token.text in signs:
            self.at += 1
            return token
        return None

    def make(self, op: str, args: tuple[Node, ...], span: Span) -> Call:
        node = Call(op, args, span)
        depth = 1 + max(self.depths.get(id(arg), 0) for arg in args)
        if depth > MAX_DEPTH:
            raise _too_deep(span)
        self.depths[id(node)] = depth
        self.kept.append(node)
        return node

    def expect_end(self) -> None:
        token = self.here
        if token.kind == "end":
            return
        if token.text in (")", "]"):
            raise refuse(
                "unbalanced-parenthesis",
                token.span,
                f"This '{token.text}' closes nothing that was opened.",
                f"Delete it, or write the matching '{'(' if token.text == ')' else '['}' before.",
            )
        if token.text == "=":
            raise refuse("unexpected-token", token.span, "A second '=' in one line.", "Write one equation a line.")
        raise refuse(
            "unexpected-token",
            token.span,
            f"'{token.text}' follows without an operation between.",
            "Write '@' for a matrix product, '*' for an elementwise product.",
        )

    # --- expressions -------------------------------------------------------

    def expression(self, least: int) -> Node:
        self.level += 1
        if self.level > MAX_DEPTH:
            raise _too_deep(self.here.span)
        node = self.prefix(least)
        while self.here.kind == "sign" and self.here.text in INFIX and _BINDING[self.here.text] >= least:
            sign = self.here
            self.at += 1
            binding = _BINDING[sign.text]
            right = self.expression(binding if sign.text == "**" else binding + 1)
            self.check_products(sign, node, right)
            node = self.make(INFIX[sign.text].name, (node, right), node.span.to(right.span))
        self.level -= 1
        return node

    def check_products(self, sign: Token, left: Node, right: Node) -> None:
        """Refuse `A @ b * c`: paper and Python read it differently."""
        bare = [self.is_bare_product(part) for part in (left, right)]
        if sign.text not in "*/" or not any(bare):
            return
        sides = [
            f"({_text(part)})" if is_bare else _text(part) for part, is_bare in zip((left, right), bare, strict=True)
        ]
        before = f"{_text(left.args[0])} @ " if bare[0] else ""
        after = f" @ {_text(right.args[1])}" if bare[1] else ""
        inner = f"{_text(left.args[1] if bare[0] else left)} {sign.text} {_text(right.args[0] if bare[1] else right)}"
        raise refuse(
            "mixed-products",
            left.span.to(right.span),
            f"'@' and '{sign.text}' stand side by side; which comes first is not settled on paper.",
            f"Write '{sides[0]} {sign.text} {sides[1]}' or '{before}({inner}){after}'.",
        )

    def is_bare_product(self, part: Node) -> bool:
        return isinstance(part, Call) and part.op == "matmul" and id(part) not in self.grouped

    def prefix(self, least: int) -> Node:
        if minus := self.take("-"):
            operand = self.expression(max(least, NEGATION))
            return self.make("neg", (operand,), minus.span.to(operand.span))
        if self.take("+"):
            return self.expression(max(least, NEGATION))
        return self.postfix()

    def postfix(self) -> Node:
        node = self.primary()
        while True:
            if mark := self.take(".T"):
                node = self.make("transpose", (node,), node.span.to(mark.span))
            elif (
                isinstance(node, Ref | Call)
                and self.here.text == "["
                or id(node) in self.grouped
                and self.here.text == "["
            ):
                self.at += 1
                number = self.here
                if number.kind != "number" or not number.text.isdigit() or number.text == "0":
                    raise refuse(
                        "bad-entry",
                        number.span,
                        f"An entry is picked by a number from 1, not by '{number.text}'.",
                        "Write 'x[t][2]' for the second entry of x[t].",
                    )
                self.at += 1
                close = self.close("]", number)
                node = self.make("entry", (node, Number(number.text, number.span)), node.span.to(close.span))
            else:
                return node

    def primary(self) -> Node:
        token = self.here
        if token.kind == "number":
            self.at += 1
            return Number(token.text, token.span)
        if token.kind == "name":
            self.at += 1
            if self.here.text == "(":
                return self.call(token)
            if self.here.text == "[":
                return self.reference(token)
            return Name(token.text, token.span)
        if self.take("("):
            node = self.expression(0)
            self.close(")", token)
            self.grouped.add(id(node))
            self.kept.append(node)
            return node
        if self.take("["):
            args = self.arguments("]", token)
            return self.make("concat", args, token.span.to(self.tokens[self.at - 1].span))
        raise self.nothing_here(token)

    def call(self, name: Token) -> Node:
        opening = self.here
        self.at += 1
        args = self.arguments(")", opening)
        return self.make(name.text, args, name.span.to(self.tokens[self.at - 1].span))

    def arguments(self, closing: str, opening: Token) -> tuple[Node, ...]:
        args = [self.expression(0)]
        while self.take(","):
            args.append(self.expression(0))
        self.close(closing, opening)
        return tuple(args)

    def close(self, closing: str, opening: Token) -> Token:
        token = self.take(closing)
        if token is None:
            if self.here.kind in ("name", "number"):
                self.expect_end()
            raise refuse(
                "unbalanced-parenthesis",
                opening.span,
                f"This '{opening.text}' is never closed.",
                f"Write '{closing}' where the part ends.",
            )
        return token

    def reference(self, name: Token) -> Ref:
        """Read the time step behind a name: [t-1], [0], [T], [T+1], [:]."""
        opening = self.here
        self.at += 1
        if self.take(":"):
            index = Index("all")
        elif self.here.kind == "number":
            index = Index("start", "", self.whole_number())
        elif self.here.kind == "name":
            index = self.letter_index()
        elif minus := self.take("-"):
            if self.here.kind != "number":
                raise _bad_index(minus.span)
            index = Index("start", "", -self.whole_number())
        else:
            raise _bad_index(self.here.span)
        close = self.close("]", opening)
        return Ref(name.text, index, name.span.to(close.span))

    def letter_index(self) -> Index:
        letter = self.here
        self.at += 1
        offset = 0
        if sign := self.take("+", "-"):
            if self.here.kind != "number":
                raise _bad_index(self.here.span)
            offset = self.whole_number() * (1 if sign.text == "+" else -1)
        if len(letter.text) != 1:
            raise _bad_index(letter.span)
        if letter.text.isupper():
            low = next((a for a in "tijklmnopqrsuvwxyz" if length_letter(a) == letter.text), letter.text.lower())
            return Index("end", low, offset)
        return Index("step", letter.text, offset)

    def whole_number(self) -> int:
        token = self.here
        if not re.fullmatch(r"\d{1,9}", token.text):
            raise _bad_index(token.span)
        self.at += 1
        return int(token.text)

    def nothing_here(self, token: Token) -> RnncalcError:
        if token.kind == "end":
            where = self.tokens[self.at - 1].span if self.at else token.span
            return refuse("unfinished-expression", where, "The expression ends here, where a quantity should follow.")
        if token.text == ")":
            return refuse(
                "unbalanced-parenthesis", token.span, "This ')' comes where a quantity should stand.", "Delete it."
            )
        return refuse(
            "unexpected-token", token.span, f"'{token.text}' stands where a name, a number or '(' should.", ""
        )


def _text(node: Node) -> str:
    return node.span.text


def _bad_index(span: Span) -> RnncalcError:
    return refuse(
        "bad-time-step",
        span,
        f"'{span.text}' is no time step.",
        "Write [t], [t-1], [0], [T], [T+1] or [:]; a letter is one letter.",
    )


def _too_deep(span: Span) -> RnncalcError:
    return refuse(
        "expression-too-deep",
        span,
        f"The expression has more than {MAX_DEPTH} levels.",
        "Give parts of it names, each on a line of its own.",
    )

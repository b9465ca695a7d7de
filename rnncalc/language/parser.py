"""Read an expression: a precedence parser that keeps a span for every node.

`parse_expression` is the one to read first. It knows nothing of which names
exist or what shapes they have; lines.py reads whole equations with it.
"""

from __future__ import annotations

import re

from rnncalc.base.span import Source, Span
from rnncalc.language.nodes import Call, Index, Name, Node, Number, Ref, length_letter
from rnncalc.language.operations import INFIX, MATRIX_PRODUCT, NEGATION, POWER, PRODUCT, SIGNED, SUM
from rnncalc.language.tokens import Token, read_tokens

MAX_DEPTH = 100  # levels of an expression; more would exhaust the interpreter's stack
MAX_LAG = 10_000  # steps between a quantity and what it reads; each of them needs an initial value

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
        self.groups: dict[int, Span] = {}  # nodes (by id) in parentheses of their own, and where those stand
        self.depths: dict[int, int] = {}  # levels below each node
        self.kept: list[Node] = []  # keeps ids unique while parsing
        self.level = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    @property
    def faults(self):
        """Give what can be said of a line; loaded only where something is wrong with one."""
        from rnncalc.language import faults

        return faults

    def take(self, *signs: str) -> Token | None:
        token = self.here
        if token.kind == "sign" and token.text in signs:
            self.at += 1
            return token
        return None

    def extent(self, node: Node) -> Span:
        """Give the span of a node with the parentheses around it."""
        return self.groups.get(id(node), node.span)

    def make(self, op: str, args: tuple[Node, ...], span: Span) -> Call:
        node = Call(op, args, span)
        depth = 1 + max(self.depths.get(id(arg), 0) for arg in args)
        if depth > MAX_DEPTH:
            raise self.faults.too_deep(span, MAX_DEPTH)
        self.depths[id(node)] = depth
        self.kept.append(node)
        return node

    def expect_end(self) -> None:
        token = self.here
        if token.kind == "end":
            return
        if token.text in (")", "]"):
            raise self.faults.closes_nothing(token)
        raise self.faults.second_equals_sign(token) if token.text == "=" else self.faults.no_operation(token)

    # --- expressions -------------------------------------------------------

    def expression(self, least: int) -> Node:
        self.level += 1
        if self.level > MAX_DEPTH:
            raise self.faults.too_deep(self.here.span, MAX_DEPTH)
        node = self.prefix(least)
        while self.here.kind == "sign" and self.here.text in INFIX and _BINDING[self.here.text] >= least:
            sign = self.here
            self.at += 1
            binding = _BINDING[sign.text]
            right = self.expression(binding if sign.text == "**" else binding + 1)
            self.check_products(sign, node, right)
            node = self.make(INFIX[sign.text].name, (node, right), self.extent(node).to(self.extent(right)))
        self.level -= 1
        return node

    def check_products(self, sign: Token, left: Node, right: Node) -> None:
        """Refuse `A @ b * c`: paper and Python read it differently."""
        bare = [part for part in (left, right) if self.is_bare_product(part)]
        if sign.text not in "*/" or not bare:
            return
        joint = self.extent(self.factor(left, -1)).to(self.extent(self.factor(right, 0)))
        whole = self.extent(left).to(self.extent(right))
        raise self.faults.mixed_products(sign.text, whole, ([self.extent(part) for part in bare], [joint]))

    def is_bare_product(self, part: Node) -> bool:
        if not isinstance(part, Call) or id(part) in self.groups:
            return False
        return part.op == "matmul" or part.op == "neg" and self.is_bare_product(part.args[0])

    def factor(self, part: Node, which: int) -> Node:
        """Give the first (0) or last (-1) factor of a product without parentheses."""
        while self.is_bare_product(part):
            part = part.args[which]
        return part

    def prefix(self, least: int) -> Node:
        if minus := self.take("-"):
            operand = self.expression(max(least, NEGATION))
            return self.make("neg", (operand,), minus.span.to(self.extent(operand)))
        if self.take("+"):
            return self.expression(max(least, NEGATION))
        return self.postfix()

    def postfix(self) -> Node:
        node = self.primary()
        while True:
            if mark := self.take(".T"):
                node = self.make("transpose", (node,), self.extent(node).to(mark.span))
            elif self.here.text == "[" and (isinstance(node, Ref | Call) or id(node) in self.groups):
                opening = self.here
                self.at += 1
                number = self.entry_number()
                close = self.close("]", opening)
                node = self.make("entry", (node, number), self.extent(node).to(close.span))
            else:
                return node

    def entry_number(self) -> Number:
        token = self.here
        if token.kind != "number" or not token.text.isdigit() or not int(token.text):
            raise self.faults.bad_entry(token)
        self.at += 1
        return Number(token.text, token.span)

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
            self.groups[id(node)] = token.span.to(self.close(")", token).span)
            self.kept.append(node)
            return node
        if self.take("["):
            args = self.arguments("]", token)
            return self.make("concat", args, token.span.to(self.tokens[self.at - 1].span))
        raise self.faults.nothing_here(token, self.tokens[self.at - 1].span if self.at else token.span)

    def call(self, name: Token) -> Node:
        opening = self.here
        self.at += 1
        args = self.arguments(")", opening)
        span = name.span.to(self.tokens[self.at - 1].span)
        if name.text in SIGNED:
            raise self.faults.sign_as_function(name.text, span)
        return self.make(name.text, args, span)

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
                raise self.faults.no_operation(self.here)
            if self.closes_later(closing):
                raise self.faults.not_closed_here(self.here, closing)
            raise self.faults.never_closed(opening, closing)
        return token

    def closes_later(self, closing: str) -> bool:
        """Tell whether the first bracket that nothing opened after here is the one."""
        level = 0
        for token in self.tokens[self.at :]:
            if level == 0 and token.text in (")", "]"):
                return token.text == closing
            level += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
        return False

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
                raise self.faults.bad_index(minus.span)
            index = Index("start", "", -self.whole_number())
        else:
            raise self.faults.bad_index(self.here.span)
        close = self.close("]", opening)
        return Ref(name.text, index, name.span.to(close.span))

    def letter_index(self) -> Index:
        letter = self.here
        self.at += 1
        offset = 0
        if sign := self.take("+", "-"):
            if self.here.kind != "number":
                raise self.faults.bad_index(self.here.span)
            distance = self.here
            offset = self.whole_number() * (1 if sign.text == "+" else -1)
            if abs(offset) > MAX_LAG:
                raise self.faults.too_far(distance.span, MAX_LAG)
        if len(letter.text) != 1:
            raise self.faults.bad_index(letter.span)
        if letter.text.isupper():
            low = next((a for a in "tijklmnopqrsuvwxyz" if length_letter(a) == letter.text), letter.text.lower())
            return Index("end", low, offset)
        return Index("step", letter.text, offset)

    def whole_number(self) -> int:
        token = self.here
        if not re.fullmatch(r"\d{1,9}", token.text):
            raise self.faults.bad_index(token.span)
        self.at += 1
        return int(token.text)

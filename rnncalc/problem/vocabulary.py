"""What the ids of a network's inputs stand for: characters or words, in their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

import numpy as np

END, UNKNOWN, PADDING = "END", "UNKNOWN", "PAD"


class UnknownSymbol(Exception):
    """A text has a symbol that the vocabulary lacks; the message is the symbol."""


@dataclass(frozen=True)
class Vocabulary:
    """Symbols in the order of their ids, from 0.

    `unknown` is the one among them that stands for all others, `padding` the
    one that fills up short texts; with `boundaries` the symbol END stands
    before and after every text.
    """

    symbols: tuple[str, ...]
    unit: str = "character"
    case: str = "kept"
    boundaries: bool = False
    unknown: str | None = None
    padding: str | None = None

    @cached_property
    def number(self) -> Mapping[str, int]:
        """The id of each symbol."""
        return {symbol: at for at, symbol in enumerate(self.symbols)}

    def encode(self, text: str, most: int | None = None) -> np.ndarray:
        """Give the ids of a text, with its boundaries, or of its first `most` symbols: (n_symbols,).

        Raises:
            UnknownSymbol: where no symbol stands for the unknown ones.
        """
        return self._with_ends(self._known(split(text, self.unit, self.case)[:most]))[:most]

    def decode(self, ids: Iterable[int]) -> str:
        """Give the text of ids, without boundaries and padding."""
        left_out = {self.padding, END if self.boundaries else None}
        symbols = (self.symbols[int(at)] for at in ids)
        return (" " if self.unit == "word" else "").join(symbol for symbol in symbols if symbol not in left_out)

    def _known(self, symbols: Sequence[str]) -> np.ndarray:
        """Give the ids of symbols; those that no text can hold, such as PAD, are unknown in it."""
        found = np.fromiter(map(self._readable.get, symbols, repeat(-1)), np.int32, len(symbols))
        strange = found < 0
        if strange.any():
            if self.unknown is None:
                raise UnknownSymbol(symbols[int(strange.argmax())])
            found[strange] = self.number[self.unknown]
        return found

    @cached_property
    def _readable(self) -> Mapping[str, int]:
        special = {self.unknown, self.padding, END if self.boundaries else None}
        return {symbol: at for symbol, at in self.number.items() if symbol not in special}

    def _with_ends(self, ids: np.ndarray) -> np.ndarray:
        return np.pad(ids, 1, constant_values=self.number[END]) if self.boundaries else ids


def split(text: str, unit: str, case: str) -> Sequence[str]:
    """Cut a text into words at white space, or into characters."""
    text = text.lower() if case == "lower" else text
    return text.split() if unit == "word" else text


def count_symbols(texts: Iterable[str], unit: str, case: str) -> Counter[str]:
    """Count the symbols of texts, in the order in which they first appear."""
    found: Counter[str] = Counter()
    for text in texts:
        found.update(split(text, unit, case))
    return found

"""One slip in an n-gram problem: another method at one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rnncalc.compute.ngram_method import RIGHT, Method


class NgramSlip(NamedTuple):
    """A mistake in an n-gram problem.

    `words` complete "this is what you get if …"; `changes` gives by the fields
    of Method what is done in place of the right step.
    """

    slug: str
    words: str
    changes: Mapping[str, object]

    @property
    def method(self) -> Method:
        """The method with the slip in it, in which 0/0 counts as 0, as people write it."""
        return RIGHT._replace(**{"undefined": 0.0, **self.changes})

    def goes_with(self, other: NgramSlip) -> bool:
        """Tell whether both can be made at once."""
        return self.changes.keys().isdisjoint(other.changes)

    def joined(self, other: NgramSlip) -> NgramSlip:
        """Give both slips as one."""
        slug = self.slug if self.slug == other.slug else f"{self.slug} {other.slug}"
        return NgramSlip(slug, f"{self.words}, and {other.words}", {**self.changes, **other.changes})

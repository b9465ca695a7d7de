"""The screen of `check`: a line for each answer, the wrong entries below it as far as the hint goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from rnncalc.base.words import plural
from rnncalc.checking.check import Finding
from rnncalc.render.clean import clean
from rnncalc.render.numbers import write_number

if TYPE_CHECKING:
    from rnncalc.judging import Judged

_STYLES = {"✓": "green", "✗": "bold red", "–": "dim", "!": "yellow"}

RIGHT_OR_WRONG, FIRST_WRONG, RULES, EVERYTHING = range(4)


def render_findings(judged: Judged, hint: int, quiet: bool) -> Iterator[Text]:
    """Give the lines of one file: one for each answer, below it what is not right.

    With a hint of 0 only right or wrong is said, with 1 the first wrong step
    too, with 2 the rule that decided and the equation, with 3 the right value.
    """
    for key, group in by_answer(judged.findings):
        if not quiet or not all(finding.counts_as_right for finding in group):
            yield from answer_lines(judged, key, group, hint)


def answer_lines(judged: Judged, key: str, group: list[Finding], hint: int) -> Iterator[Text]:
    """Give the lines of one answer; a hidden key limits the hint."""
    hint = min(hint, RULES) if judged.hidden else hint
    sign = sign_of(group)
    who = f" ({clean(judged.student)})" if judged.student else ""
    words = _counted(group) if hint else ("right" if sign != "✗" else "wrong")
    place = f"{clean(judged.file)}:{group[0].span.line}:{who} {key}"
    yield Text.assemble((f"{sign} ", _STYLES[sign]), f"{place}  {words}")
    first = next((f for f in judged.findings if f.verdict in ("differs", "mistake") and not f.counts_as_right), None)
    if hint == FIRST_WRONG and first in group:
        yield Text(f"    the first wrong number: {_where(first)}")
    if hint < RULES:
        return
    for reason in dict.fromkeys(f.judgement.rule for f in group if f.verdict == "not-judged"):
        yield Text(f"    {clean(reason)}")
    for finding in group:
        if finding.verdict not in ("exact", "not-judged") or not finding.counts_as_right:
            yield from _entry(finding, hint)
    for rule in dict.fromkeys(f.judgement.rule for f in group if f.verdict == "mistake"):
        yield Text(f"    {clean(rule)}")
    for remark in dict.fromkeys(f.remark for f in group if f.remark):
        yield Text(f"    {clean(remark)}")
    for equation in dict.fromkeys(f.equation for f in group if f.equation and not f.counts_as_right):
        yield Text(f"    {equation}")


def _counted(group: list[Finding]) -> str:
    counts = Counter(finding.verdict for finding in group)
    return ", ".join(v if len(counts) == 1 and n == 1 else f"{n} {v}" for v, n in counts.items())


def sign_of(group: list[Finding]) -> str:
    """Give ✓, ✗, ! for a declared misprint or too few digits, or – where nothing was judged."""
    if not all(finding.counts_as_right for finding in group):
        return "✗"
    if any(finding.misprint or finding.verdict == "too-few-digits" for finding in group):
        return "!"
    return "–" if all(finding.verdict == "not-judged" for finding in group) else "✓"


def by_answer(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """Group the numbers of each answer."""
    groups: dict[tuple, list[Finding]] = {}
    for finding in findings:
        groups.setdefault((str(finding.key), finding.answer.start), []).append(finding)
    return [(key, group) for (key, _), group in groups.items()]


def _where(finding: Finding) -> str:
    where = f"line {finding.span.line}"
    if finding.entry != finding.key.entry:
        where += f", entry {','.join(map(str, finding.entry))}"
    return where


def _entry(finding: Finding, hint: int) -> Iterator[Text]:
    where = _where(finding)
    if finding.value is None:
        yield Text(f"    {where}: {clean(finding.judgement.rule)}")
        return
    if hint < EVERYTHING:
        yield Text(f"    {where}: {clean(finding.given)} given; {clean(_reason(finding, finding.rule_without_key))}")
        return
    decimals = len(finding.given.partition(".")[2]) + 2 if finding.given.replace(".", "").lstrip("+-").isdigit() else 6
    text = f"    {where}: {clean(finding.given)} given, {write_number(finding.value, min(decimals, 15))} computed"
    if finding.misprint and finding.verdict == "differs":
        yield Text(f"{text}; declared misprint: {clean(finding.misprint)}")
    else:
        yield Text(f"{text}; {clean(_reason(finding, finding.judgement.rule))}")


def _reason(finding: Finding, rule: str) -> str:
    """Give why a number has its verdict; a slip by its slug, as its words stand below all numbers that it gives."""
    return " or ".join(finding.mistakes) if finding.verdict == "mistake" else rule


def summary(judged: Iterable[Judged], hint: int) -> Text:
    """Count the numbers of all files by verdict; with a hint of 0 by right or wrong."""
    counts: Counter[str] = Counter()
    files = [one for one in judged if one.findings]
    for one in files:
        counts.update(_verdict(finding, hint) for finding in one.findings)
    total = sum(counts.values())
    words = ", ".join(
        plural(number, verdict) if verdict == "declared misprint" else f"{number:,} {verdict}"
        for verdict, number in counts.most_common()
    )
    return Text(f"{plural(total, 'number')} in {plural(len(files), 'file')}: {words}")


def _verdict(finding: Finding, hint: int) -> str:
    if hint == RIGHT_OR_WRONG:
        return "right" if finding.counts_as_right else "wrong"
    return "declared misprint" if finding.misprint and finding.counts_as_right else finding.verdict

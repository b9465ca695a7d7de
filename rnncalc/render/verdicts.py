"""The screen of `check`: a line for each answer, the wrong entries below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.text import Text

from rnncalc.base.words import plural
from rnncalc.checking.check import Finding
from rnncalc.render.clean import clean
from rnncalc.render.numbers import write_number

_STYLES = {"✓": "green", "✗": "bold red", "–": "dim", "!": "yellow"}


def render_findings(file: str, findings: list[Finding], quiet: bool) -> Iterator[Text]:
    """Give the lines of one file: one for each answer, then one for each entry that is not right."""
    for key, group in _by_answer(findings):
        shown = [f for f in group if f.verdict not in ("exact", "not-judged") or not f.counts_as_right]
        if quiet and all(finding.counts_as_right for finding in group):
            continue
        sign = _sign(group)
        counts = Counter(finding.verdict for finding in group)
        words = ", ".join(v if len(counts) == 1 and n == 1 else f"{n} {v}" for v, n in counts.items())
        yield Text.assemble((f"{sign} ", _STYLES[sign]), f"{clean(file)}:{group[0].span.line}: {key}  {words}")
        reasons = dict.fromkeys(f.judgement.rule for f in group if f.verdict == "not-judged")
        for reason in reasons:
            yield Text(f"    {clean(reason)}")
        for remark in dict.fromkeys(f.remark for f in group if f.remark):
            yield Text(f"    {clean(remark)}")
        for finding in shown:
            yield from _entry(finding)


def _sign(group: list[Finding]) -> str:
    if not all(finding.counts_as_right for finding in group):
        return "✗"
    if any(finding.misprint for finding in group):
        return "!"
    return "–" if all(finding.verdict == "not-judged" for finding in group) else "✓"


def _by_answer(findings: list[Finding]) -> list[tuple[str, list[Finding]]]:
    groups: dict[tuple, list[Finding]] = {}
    for finding in findings:
        groups.setdefault((str(finding.key), finding.answer.start), []).append(finding)
    return [(key, group) for (key, _), group in groups.items()]


def _entry(finding: Finding) -> Iterator[Text]:
    where = f"line {finding.span.line}"
    if finding.entry != finding.key.entry:
        where += f", entry {','.join(map(str, finding.entry))}"
    if finding.value is None:
        yield Text(f"    {where}: {clean(finding.judgement.rule)}")
        return
    decimals = len(finding.given.partition(".")[2]) + 2 if finding.given.replace(".", "").lstrip("+-").isdigit() else 6
    text = f"    {where}: {clean(finding.given)} given, {write_number(finding.value, min(decimals, 15))} computed"
    if finding.misprint and finding.verdict == "differs":
        yield Text(f"{text}; declared misprint: {clean(finding.misprint)}")
    else:
        yield Text(f"{text}; {finding.judgement.rule}")


def summary(groups: list[tuple[str, list[Finding]]]) -> Text:
    """Count the numbers of all files by verdict."""
    counts: Counter[str] = Counter()
    for _, findings in groups:
        counts.update("declared misprint" if f.misprint and f.counts_as_right else f.verdict for f in findings)
    total = sum(counts.values())
    words = ", ".join(
        plural(number, verdict) if verdict == "declared misprint" else f"{number:,} {verdict}"
        for verdict, number in counts.most_common()
    )
    return Text(f"{plural(total, 'number')} in {plural(len(groups), 'file')}: {words}")

"""The findings of `check` as JUnit XML: a suite for each file, a case for each answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from rnncalc.render.diagnostics import write_diagnostics
from rnncalc.render.verdicts import answer_lines, by_answer, sign_of

if TYPE_CHECKING:
    from rnncalc.judging import Judged

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold


def junit(judged: Iterable[Judged], hint: int) -> bytes:
    """Write the document; `failure` is an answer that is not right, `error` a file that cannot be read."""
    suites = ElementTree.Element("testsuites", name="rnncalc")
    for one in judged:
        groups = by_answer(one.findings)
        wrong = sum(sign_of(group) == "✗" for _, group in groups)
        counts = {"tests": str(len(groups) or 1), "failures": str(wrong), "errors": str(int(one.error is not None))}
        suite = ElementTree.SubElement(suites, "testsuite", name=_clean(one.file), **counts)
        if one.error is not None:
            case = ElementTree.SubElement(suite, "testcase", name="read", classname=_clean(one.file))
            slugs = ", ".join(dict.fromkeys(d.slug for d in one.error.diagnostics))
            error = ElementTree.SubElement(case, "error", message=_clean(slugs))
            error.text = _clean(write_diagnostics(one.error.diagnostics))
        for key, group in groups:
            place = {"file": _clean(one.file), "line": str(group[0].span.line)}
            case = ElementTree.SubElement(suite, "testcase", name=_clean(key), classname=_clean(one.file), **place)
            if sign_of(group) == "✗":
                lines = [line.plain for line in answer_lines(one, key, group, hint)]
                failure = ElementTree.SubElement(case, "failure", message=_clean(lines[0]))
                failure.text = _clean("\n".join(lines))
    return ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)

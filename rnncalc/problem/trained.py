"""Write a trained network as a problem file: that of its training, with weights and some sequences in place of data.

`write_trained` is the one to read first; trained_sequences.py chooses what is
given under `inputs:` and `targets:`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from textwrap import wrap

import numpy as np

from rnncalc.problem.import_text import MOST_WRITTEN, Written
from rnncalc.problem.problem import Problem, problem_tree
from rnncalc.problem.redrawing import Edit, apply, left_out
from rnncalc.problem.trained_sequences import given_sequences
from rnncalc.problem.vocabulary import Vocabulary
from rnncalc.problem.weight_files import npz_bytes, path_beside, problem_arrays
from rnncalc.problem.weight_source import one_line
from rnncalc.problem.yaml_tree import Mapping as Pairs

# what only the training reads, what its weights and sequences replace, and what was said of these
_LEFT_OUT = (
    *("training", "weights", "inputs", "targets", "initial", "lengths", "labels", "vocabulary"),
    *("answers", "points", "misprints", "variants"),
)
_WIDTH = 110
# what YAML takes in quotes only as \u…
_ESCAPED = re.compile(r"[\x7f-\xa0\xad\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def trained_arrays(problem: Problem, weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Give weights, (rows, columns) each, by the names and in the shapes of the file and its convention."""
    case = replace(problem.case, weights={name: weights[name] for name in problem.case.weights})
    return problem_arrays(problem._replace(case=case), None)[0]


def write_trained(
    problem: Problem, weights: Mapping[str, np.ndarray], output: str, remarks: Iterable[str] = ()
) -> Written:
    """Write a problem file with trained weights; many numbers go to a weight file beside it.

    Args:
        problem: With its training.
        weights: (rows, columns) by name.
        output: The path of the problem file.
        remarks: What is said of the weights, as comments.
    """
    tree, arrays = problem_tree(problem.source), trained_arrays(problem, weights)
    beside = {}
    if sum(array.size for array in arrays.values()) > MOST_WRITTEN:
        path = path_beside(output)
        beside[str(path)] = npz_bytes(arrays)
        numbers = {"file": _word(path.name)}
    else:
        numbers = {name: _flow(array, len(name) + 5) for name, array in arrays.items()}
    given = given_sequences(problem)
    sections: dict[str, Mapping[str, str] | str] = {"weights": numbers}
    for name, found in (("inputs", given.inputs), ("targets", given.targets), ("initial", given.initial)):
        if found:
            sections[name] = {key: _flow(array, len(key) + 5) for key, array in found.items()}
    if given.lengths:
        sections["lengths"] = {letter: _flow(np.array(own), 0) for letter, own in given.lengths.items()}
    if problem.labels:
        sections["labels"] = f"[{', '.join(map(_word, problem.labels))}]"
    if problem.vocabulary is not None:
        sections["vocabulary"] = {key: _setting(value) for key, value in _settings(problem.vocabulary).items()}
    dropped = [*_LEFT_OUT, *given.unread]
    comments = {"weights": list(remarks), "inputs": list(given.remarks)}
    text = _with_sections(_without(tree, problem.source.text, dropped), tree, sections, comments)
    return Written(text, beside)


def _without(tree: Pairs, text: str, names: Iterable[str]) -> str:
    edits: list[Edit] = [edit for name in names for edit in left_out(tree, name)]
    return apply(edits, text)


def _with_sections(text: str, tree: Pairs, sections: Mapping, comments: Mapping[str, list[str]]) -> str:
    """Add sections at the end of a file, within its braces where it has them."""
    if tree.span.source.text[tree.span.start] == "{":
        end = text.rindex("}")
        added = "".join(f",\n{name}: {_braces(section)}" for name, section in sections.items())
        return f"{text[:end].rstrip().rstrip(',')}{added}\n{text[end:]}"
    lines = [line for name, section in sections.items() for line in _block(name, section, comments.get(name, []))]
    return f"{text.rstrip()}\n" + "".join(f"{line}\n" for line in lines)


def _braces(section: Mapping[str, str] | str) -> str:
    return section if isinstance(section, str) else f"{{{', '.join(f'{key}: {v}' for key, v in section.items())}}}"


def _block(name: str, section: Mapping[str, str] | str, comments: list[str]) -> Iterator[str]:
    yield from (f"# {one_line(comment)}" for comment in comments)
    if isinstance(section, str):
        yield f"{name}: {section}"
        return
    yield f"{name}:"
    yield from (f"  {key}: {value}" for key, value in section.items())


def _flow(array: np.ndarray, indent: int) -> str:
    """Write an array with every digit, long ones an inner list a line; of single numbers many a line."""
    text = _numbers(array.tolist())
    if len(text) + indent <= _WIDTH or array.ndim < 2:
        return text
    if array.ndim == 2 and array.shape[1] == 1:
        lines = wrap(text, max(_WIDTH - indent, 20))
        return f"\n{' ' * (indent + 1)}".join(lines)
    separator = ",\n" + " " * indent
    return f"[{separator.join(_flow(part, indent + 1) for part in array)}]"


def _numbers(value: list | float) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_numbers, value))}]"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 and str(value) != "-0.0" else repr(value)


def _settings(vocabulary: Vocabulary) -> dict[str, str | bool | tuple[str, ...]]:
    """Give the keys of a vocabulary in a file; one without a symbol for it lacks the key."""
    keys = ("symbols", "unit", "case", "boundaries", "unknown", "padding")
    return {key: getattr(vocabulary, key) for key in keys if getattr(vocabulary, key) is not None}


def _setting(value: str | bool | tuple[str, ...]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _word(value) if isinstance(value, str) else f"[{', '.join(map(_word, value))}]"


def _word(text: str) -> str:
    """Write a text in quotes, so that YAML reads it back whatever it holds.

    >>> _word("no"), _word("a\\u2028b"), _word('"')
    ('"no"', '"a\\\\u2028b"', '"\\\\""')
    """
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))

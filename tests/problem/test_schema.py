"""rnncalc schema: it takes what the reader takes, and refuses what a schema can know to be wrong."""

from __future__ import annotations

import pytest
from museum.test_errors import FOLDER, PIECES
from problem.json_schema import accepts, json_of
from running import ELMAN, ROOT, run

from rnncalc.base.diagnostics import Collector, RnncalcError
from rnncalc.base.span import Source
from rnncalc.problem.bigram_fields import KEYS, SECTION
from rnncalc.problem.data_fields import DATA, SOURCES
from rnncalc.problem.fields import FIELDS, read_rows
from rnncalc.problem.kinds import read_kind
from rnncalc.problem.loss import OPTIONS
from rnncalc.problem.schema import KINDS, file_schema
from rnncalc.problem.solution import SOLUTION_FIELDS
from rnncalc.problem.training_fields import TRAINING
from rnncalc.problem.vocabulary_fields import VOCABULARY
from rnncalc.problem.yaml_tree import read_tree

SCHEMA = file_schema()
FILES = sorted((ROOT / "problems").glob("*.yaml"))
SEEN = ("unknown-key", "unknown-value", "wrong-type", "unknown-loss", "unknown-recurrence", "unknown-convention")
OF_ONE_VALUE = (
    *SEEN,
    *("unknown-version", "not-a-count", "bad-loss", "missing-equals-sign", "empty-list", "too-many-levels"),
    *("ragged-matrix", "not-a-number", "decimal-comma", "bad-name", "several-texts", "bad-points", "bad-variant"),
    *("out-of-range", "bad-law", "bad-symbol", "iterations-and-epochs"),
)
BIGRAM = "rnncalc: 1\nbigram: {text: one two}\n"
SOLUTION = "rnncalc: 1\nproblem: q1.yaml\n"

# of each kind of value: texts that the reader takes, and texts that it refuses and a schema can know to be wrong
TEXTS = (["word", "3", "1e3", "no", "true", "'a: b'", ">-\n    two\n    lines"], ["[a, b]", "{a: b}"])
ARRAYS = (
    ["{A: 1}", "{A: 1/3}", "{A: [1, '2', 1e-3]}", "{A: [[1, -2.5], [exp(1), 3]]}", "{A: 'zeros(2, 3)'}", "{Å1: 1}"],
    ["3", "[1]", "{A: {path: x}}", "{A: true}", "{A: abc}", "{A: [1, [2]]}", "{A: []}", "{2A: 1}", "{A: '0,5'}"],
)
EXAMPLES = {
    "text": TEXTS,
    "texts": (["one", "[one, no, 3]"], ["[]", "{a: b}", "[[a]]"]),
    "texts by name": (["{hidden: relu}"], ["relu", "[relu]", "{hidden: [relu]}"]),
    "reasons": (["{'y(1)': a slip}"], ["a slip", "{'y(1)': [a]}", "{'y(1)': }"]),
    "recurrence": (["elman", "'gru'"], ["elmann", "[elman]", "3"]),
    "convention": (["pytorch", "onnx"], ["pytorche", "{a: b}"]),
    "equations": (["h[t] = x[t]", "|\n    h[t] = x[t]\n    y = h[T]"], ["[h = x]", "h"]),
    "count": (["1", "3", "'3'", "7"], ["0", "-1", "2.5", "two", "[3]", "10001"]),
    "decimals": (["0", "15"], ["-1", "16", "1.5", "many"]),
    "share": (["0", "0.5", "'1/2'"], ["1", "-0.1", "half", "[0.5]", "{a: 0.5}"]),
    "order": (["2", "6"], ["1", "7", "two"]),
    "counts": (["5", "{t: 5, i: 3}"], ["0", "{t: 0}", "[5]", "many"]),
    "lengths": (["[4, 2]", "{t: [4, 2]}"], ["3", "[]", "[2, 0]", "{t: 3}", "[2.5]"]),
    "arrays": ARRAYS,
    "table": (["[[0.5, 1/2], [0.5, 0.5]]", "'full(2, 2, 0.5)'"], ["half", "{file: x.npz}", "[[[1]]]", "[]"]),
    "answers": (["{y: 0.90, 'h(2)[1]': [1/3]}", "{}"], ["3", "{y: abc}", "{y: 'full(1, 2, 3)'}", "{y: {a: 1}}"]),
    "points": (
        ["{y: 2, 'h(2)[1]': 0.5}", "{y: 1/2}", "{}"],
        ["3", "{y: 0}", "{y: -1}", "{y: [1]}", "{y: many}", "{y: 1e9}"],
    ),
    "loss": (
        ["cross-entropy", "{kind: squared-error, at: last}", "J[t] = sum(y[t])"],
        ["entropy", "[squared-error]", "{reduction: mean}", "{kind: squared-error, at: first}", "{kind: mean}", "3"],
    ),
    "ranges": (
        ["{x: integers -3..3, W: one-decimal}", "{x: 'choice of 0.5, 1/3'}", "{b: two-decimals 0..2, U: signs}", "{}"],
        ["signs", "[signs]", "{x: integer 1..3}", "{x: [1, 2]}", "{x: 3}", "{x: }", "{x: onehot}"],
    ),
    "rounding": (
        ["{decimals: 2}", "{decimals: 3, intermediate: every-step}", "{}"],
        ["2", "{decimal: 2}", "{intermediate: always}", "{decimals: few}"],
    ),
    "smoothing": (["none", "laplace", "0.5", "1/2"], ["-1", "some", "[1]", "true"]),
    "vocabulary": (
        ["{symbols: [a, b]}", "{symbols: [a, UNK], unknown: UNK, case: lower}"],
        ["[a, b]", "{unit: word}", "{symbols: [a], units: word}", "{symbols: {a: b}}"],
    ),
    "training": (
        ["{}", "{rate: 0.1, epochs: 3}", "{data: {text: hello}, sizes: {h: 3}}"],
        ["adam", "[adam]", "{rates: 0.1}", "{iterations: 3, epochs: 4}", "{data: {}}"],
    ),
    "data": (
        ["{text: hello}", "{texts: [a, b], boundaries: true}", "{texts: {yes: [a], no: b}, length: 3}"],
        ["hello", "{}", "{text: a, texts: [b]}", "{text: a, unit: syllable}", "{txt: a}"],
    ),
    "test": (
        ["{share: 0.2}", "{inputs: {x: [1, 2]}}", "{text: hello}"],
        ["0.2", "{share: all}", "{share: 0}", "{share: 0.2, text: a}", "{texts: {a: {b: c}}}"],
    ),
    "optimiser": (
        ["adam", "gradient-descent", "{kind: adam, beta1: 0.8}", "{kind: momentum}"],
        ["sgd", "[adam]", "{beta1: 0.9}", "{kind: adam, momentum: 0.9}", "{kind: rmsprop, decay: many}"],
    ),
    "init": (
        ["glorot", "'uniform(-1, 1)'", "0.1", "{weights: fan_in, b: none, biases: 0}"],
        ["glorott", "[glorot]", "{U: [1]}", "none"],
    ),
    "rate": (["0.01", "1/2", "1e-4"], ["0", "-1", "fast", "[1]"]),
    "clip": (["{limit: 1}", "{norm: 1/2}"], ["1", "{}", "{limit: 1, norm: 2}", "{limit: 0}", "{max: 1}"]),
    "seed": (["0", "12"], ["-1", "1.5", "one"]),
    "sizes": (["{h: 10}", "{}"], ["10", "{h: 0}", "{h: [1]}"]),
    "counts by name": (["{d1: 2}", "{}"], ["2", "{d1: 0}", "{d1: two}"]),
    "laws": (
        ["{x: 'uniform(3, 0, 1)', d: classes(3)}", "{e: 'normal(2, 0, 1)'}"],
        ["uniform", "{x: [1]}", "{x: gauss(3)}", "{x: 3}"],
    ),
    "lists by name": (["{x: open, d: [next, last]}"], ["open", "{x: {a: b}}", "{x: []}", "[open]"]),
    "texts or classes": (["[one, two]", "one", "{yes: [one], no: two}"], ["[]", "{yes: {a: b}}", "[[a]]"]),
    "symbols": (["10", "[a, b]"], ["0", "many", "[]", "{a: b}"]),
    "section": (["{text: one two}"], ["one two", "[one]", "{txt: one}", "{text: one, unit: syllable}"]),
}
ROWS = [
    *(("", row) for row in FIELDS.values()),
    *(("", row) for row in KEYS.values() if row.name == "bigram"),
    *(("bigram", row) for row in SECTION.values()),
    *(("vocabulary", row) for row in VOCABULARY.values()),
    *(("training", row) for row in TRAINING.values()),
    *(("data", row) for row in DATA.values()),
    *(("solution", row) for row in SOLUTION_FIELDS.values()),
]


def is_accepted(text: str) -> bool:
    return accepts(SCHEMA, json_of(text))


def is_read(text: str) -> bool:
    """Tell whether a file is right as far as its values each by itself show it."""
    tree, collector = read_tree(Source("p.yaml", text)), Collector()
    if tree.get("problem") is not None:
        read_rows(tree, SOLUTION_FIELDS, "a solution", collector)
    else:
        with collector:
            read_kind(Source("p.yaml", text))
    return not {found.slug for found in collector.found} & set(OF_ONE_VALUE)


def examples() -> list[tuple[str, str, bool]]:
    """Give for each key files with one value of it, and whether that is right."""
    found = []
    for where, row in ROWS:
        if row.values:
            right, wrong = list(row.values), ["[a]", "{a: b}", "nothing-of-that", "2"]
        else:
            right, wrong = EXAMPLES[row.kind]
        found += [(f"{where} {row.name}: {value}", _file(where, row.name, value), True) for value in right]
        if row.kind == "count":
            wrong = [*[value for value in wrong if value != "10001"], str(int(row.most) + 1)]
        found += [
            (f"{where} {row.name}: {value}", _file(where, row.name, value), False)
            for value in wrong
            if value not in right
        ]
    return found


def _file(where: str, name: str, value: str) -> str:
    """Write a small file in which a key has a value."""
    if where == "bigram":
        texts = {} if name in ("text", "sentences", "file", "table") else {"text": "one two"}
        inner = "".join(f"  {key}: {text}\n" for key, text in {**texts, name: value}.items())
        return f"rnncalc: 1\nbigram:\n{inner}"
    if where == "vocabulary":
        return _file("", where, _block({"symbols": "[a, b]", "unit": "word", name: value}))
    if where == "training":
        return _file("", where, _block({name: value}))
    if where == "data":
        drawn = {"draw": "{x: classes(2)}", "sequences": "2", "steps": "2"}
        source = {} if name in SOURCES else drawn if name in SOURCES["draw"] else {"text": "hello"}
        return _file("", "training", _block({where: _block(source | {name: value})}))
    keys = {"rnncalc": "1"} | ({"problem": "q1.yaml"} if where == "solution" else {})
    if not where and name not in ("bigram", "equations"):
        keys["recurrence"] = "elman"
    return "".join(f"{key}: {text}\n" for key, text in {**keys, name: value}.items())


def _block(values: dict[str, str]) -> str:
    """Write a mapping below its key."""
    return "".join(f"\n  {key}: {text}".replace("\n", "\n  ", text.count("\n") + 1) for key, text in values.items())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_bundled_problem_is_accepted(path):
    assert is_accepted(path.read_text(encoding="utf-8"))


def test_museum():
    """The schema knows keys, words and kinds."""
    missed = []
    for piece in PIECES:
        try:
            data = json_of((FOLDER / f"{piece}.yaml").read_text(encoding="utf-8"))
        except (RnncalcError, UnicodeDecodeError):
            continue
        if piece.startswith(SEEN) and accepts(SCHEMA, data):
            missed.append(piece)
    assert missed == []


@pytest.mark.parametrize("text, right", [pytest.param(*rest, id=name) for name, *rest in examples()])
def test_the_schema_agrees_with_the_reader(text, right):
    assert (is_read(text), is_accepted(text)) == (right, right)


def test_every_kind_has_examples():
    kinds = {row.kind for _, row in ROWS if not row.values} | {"decimals"}
    assert kinds == set(KINDS) == set(EXAMPLES)


@pytest.mark.parametrize("text", [ELMAN, BIGRAM, SOLUTION])
def test_a_key_too_many_or_too_few(text):
    assert is_accepted(text) and is_read(text)
    assert not is_accepted(text + "colour: red\n") and not is_read(text + "colour: red\n")
    assert not is_accepted(text.replace("rnncalc: 1\n", ""))


def test_what_a_file_needs():
    assert not is_accepted("rnncalc: 1\nweights: {U: 1}\n")
    assert not is_accepted("rnncalc: 1\nrecurrence: elman\nequations: h[t] = x[t]\n")
    assert not is_accepted("rnncalc: 1\nbigram: {smoothing: laplace}\n")
    assert not is_accepted("rnncalc: 1\nbigram: {text: one, table: [[1]]}\n")
    assert not is_accepted(SOLUTION + "weights: {U: 1}\n")
    assert not is_accepted("rnncalc: 2\nrecurrence: elman\n")
    assert not is_accepted("- 1\n")


def test_the_options_of_a_loss_are_those_of_the_reader():
    options = SCHEMA["$defs"]["network"]["properties"]["loss"]["anyOf"][-1]["properties"]
    assert list(options) == list(OPTIONS)


def test_every_key_says_what_it_is_for():
    for part in ("network", "bigram", "solution"):
        assert all(one["description"] for one in SCHEMA["$defs"][part]["properties"].values())


def test_the_command_prints_it():
    outcome = run("schema")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.json == SCHEMA


def test_by_a_validator_of_others():
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator
    validator.check_schema(SCHEMA)
    texts = [path.read_text(encoding="utf-8") for path in FILES] + [text for _, text, _ in examples()]
    for text in texts:
        assert validator(SCHEMA).is_valid(json_of(text)) == is_accepted(text), text

"""Slips in n-gram problems: each is named where it is made, and nothing else is; what follows is credited."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from checking.ngram_cases import PROBLEMS, check, draw, read, slips_of
from running import ROOT, run

from rnncalc.checking.mistakes.ngrams import NGRAM_SLUGS, ngram_slips
from rnncalc.compute.ngram_values import named_values

POTTER = "text: Harry Potter\ncase: lower\nsmoothing: laplace\norientation: rows\nsentence: potter harry"
SAM = "sentences: [I am Sam, Sam I am, I do not like green eggs and ham]\nboundaries: true\nsentence: I am Sam"


def judge(section: str, answers: str, more: str = "") -> list[dict]:
    lines = "".join(f"  {line}\n" for line in section.split("\n"))
    text = f"rnncalc: 1\nbigram:\n{lines}answers: {{{answers}}}\n{more}"
    outcome = run("check", "-", "--format", "json", stdin=text.encode())
    assert outcome.err == ""
    return outcome.json["answers"]


def verdicts(section: str, answers: str, more: str = "") -> list[str]:
    return [item["verdict"] for item in judge(section, answers, more)]


@pytest.fixture(scope="module")
def matrix() -> dict[str, Counter]:
    """Make every slip on every problem; by slug what is said of it, and on how many problems it is named."""
    found: dict[str, Counter] = {slug: Counter() for slug in NGRAM_SLUGS}
    for name in PROBLEMS:
        model, asked = read(name)
        named = set()
        for slip, values in slips_of(model, asked):
            findings = check(model, asked, values, 4) if values else []
            if all(finding.counts_as_right for finding in findings):
                found[slip.slug]["hidden"] += 1  # it changes nothing that is given
                continue
            slugs = [slug for one in findings if one.verdict == "mistake" for slug in one.mistakes]
            named |= {slip.slug} & set(slugs)
            found[slip.slug]["named" if slip.slug in slugs else "another" if slugs else "none"] += 1
        for slug in named:
            found[slug]["problems"] += 1
    return found


@pytest.mark.parametrize("slug", NGRAM_SLUGS)
def test_a_slip_is_named(matrix, slug):
    found = matrix[slug]
    assert found["problems"] >= 2 and not found["another"]


def test_slips_that_can_be_seen_are_named(matrix):
    total = sum(matrix.values(), Counter())
    assert total["named"] > 400 and total["named"] >= 0.98 * (total["named"] + total["none"] + total["another"])


# --- what is no slip ---------------------------------------------------------------------------------------------


def _rounded(x, decimals: int, way: int) -> np.ndarray:
    """Round half up, half to even, or cut off."""
    scaled = np.asarray(x, float) * 10**decimals
    ways = (
        lambda: np.sign(scaled) * np.floor(np.abs(scaled) + 0.5 + 1e-7),
        lambda: np.round(scaled),
        lambda: np.trunc(scaled + np.sign(scaled) * 1e-7),
    )
    return ways[way]() / 10**decimals


def _shortened(x: float, digits: int, way: int) -> float:
    """Keep so many significant digits."""
    scale = 10.0 ** np.floor(np.log10(x)) if x else 1.0
    return float(_rounded(x / scale, digits - 1, way) * scale)


def _by_hand(seed: int) -> tuple:
    """Work a problem out as people do: the table rounded, its entries multiplied, the product rounded, and so on."""
    model, asked = draw(seed)
    random, right = np.random.default_rng(seed), named_values(model, asked)
    decimals, way = int(random.choice([2, 3, 4])), seed % 3
    table = _rounded(right["T"], decimals, way)
    by_word = table.T if asked.orientation == "rows" else table
    span = model.order - 1
    words = ["<s>"] * (span * asked.boundaries) + [*asked.sentence] + ["<s>"] * asked.boundaries
    numbers = [model.vocabulary.index(word) for word in words]
    contexts = [tuple(row) for row in model.contexts.tolist()]
    factors = [by_word[numbers[at], contexts.index(tuple(numbers[at - span : at]))] for at in range(span, len(words))]
    product, shortens = factors[0], random.random() < 0.5
    for factor in factors[1:]:
        product = _shortened(product * factor, decimals, way) if shortens else product * factor
    given = {"T": table} if random.random() < 0.6 else {}
    if product <= 0:
        return model, asked, given, decimals
    given["likelihood"] = product = _shortened(product, decimals, way)
    logs = _rounded(np.log(factors), decimals, way).sum() if random.random() < 0.5 else np.log(product)
    log = _rounded(logs, decimals, way)
    by_log = np.exp(_rounded(-log / len(factors), decimals, way))
    perplexity = _rounded(by_log if random.random() < 0.5 else product ** (-1 / len(factors)), decimals, way)
    given |= {"log_likelihood": log, "perplexity": perplexity}
    if "W" in right and ((by_word > 0) & (by_word < 1)).all():
        odds = _rounded(by_word / _rounded(1 - by_word, decimals, way), decimals, way)
        given |= {"W": _rounded(np.log(odds), decimals, way)} if (odds > 0).all() else {}
    kept = [name for name in given if random.random() < 0.7]
    return model, asked, {name: given[name] for name in kept}, decimals


def test_honest_answers_are_right():
    """Two, three or four decimals, rounded on the way in one of three manners: never a mistake, never wrong."""
    said = Counter(
        finding.verdict if finding.counts_as_right else (seed, finding.key.name, finding.verdict)
        for seed in range(250)
        for finding in check(*_by_hand(seed))
    )
    assert {verdict for verdict in said if isinstance(verdict, tuple)} == set()
    assert said["rounded-early"] > 100


def _wrong_at_random(random: np.random.Generator, kind: int, right: dict, by_rows: bool) -> dict:
    """Draw a table, one of small fractions as other counts give them, or single numbers near the right ones."""
    n_words, n_contexts = right["T"].shape[::-1] if by_rows else right["T"].shape
    if kind < 2:
        counts = (
            random.dirichlet(np.ones(n_words), n_contexts).T if kind else random.integers(1, 5, (n_words, n_contexts))
        )
        table = counts / counts.sum(axis=0)
        return {"T": table.T if by_rows else table}
    if kind < 8:
        return {"likelihood": right["likelihood"] * np.exp(random.normal())}
    return {"log_likelihood": -10 * random.random(), "perplexity": 1 + 9 * random.random()}


def test_random_wrong_numbers_are_not_named():
    named = 0
    for seed in range(30):
        model, asked = draw(seed)
        random, right = np.random.default_rng(1000 + seed), named_values(model, asked)
        for kind in range(10):
            values = _wrong_at_random(random, kind, right, asked.orientation == "rows")
            findings = check(model, asked, values, int(random.choice([2, 3, 4])))
            named += any(finding.verdict == "mistake" for finding in findings)
    assert named < 3  # under 1 % of 300


# --- the documents' problems, one thing changed ------------------------------------------------------------------

CHANGED = {
    "no-smoothing": ("class4-bigram", "T: [[0.00, 1.00], [0.00, 0.00]]\n  likelihood: 0.00"),
    "wrong-denominator": ("class4-bigram", "T: [[0.25, 0.50], [0.3333, 0.3333]]\n  likelihood: 0.3333"),
    "rows-for-columns": ("class4-bigram", "T: [[0.5000, 0.6667], [0.5000, 0.3333]]\n  likelihood: 0.5000"),
    "rows-for-columns ": (
        "sam-i-am",
        '"T[2,1]": 0.00\n  "T[4,1]": 0.50\n  "T[3,2]": 0.00\n  "T[1,4]": 0.33\n  "T[4,3]": 0.00\n  "T[5,2]": 0.00',
    ),
    "needless-smoothing": (
        "sam-i-am",
        '"T[2,1]": 3/14\n  "T[4,1]": 2/14\n  "T[3,2]": 3/14\n  "T[1,4]": 2/13\n  "T[4,3]": 2/13\n  "T[5,2]": 2/14',
    ),
    "wrong-denominator ": (
        "sam-i-am",
        '"T[2,1]": 0.12\n  "T[4,1]": 0.06\n  "T[3,2]": 0.12\n  "T[1,4]": 0.06\n  "T[4,3]": 0.06\n  "T[5,2]": 0.06',
    ),
    "no-smoothing ": ("weather-bigram", "likelihood: 9.070e-3\n  log_likelihood: -4.7028\n  perplexity: 2.5614"),
    "wrong-denominator  ": ("weather-bigram", "likelihood: 1.778e-6\n  log_likelihood: -13.2399\n  perplexity: 14.125"),
    "rows-for-columns  ": ("weather-bigram", "likelihood: 1.120e-8\n  log_likelihood: -18.3076\n  perplexity: 38.9198"),
}


@pytest.mark.parametrize("slug", CHANGED)
def test_one_change_to_a_documents_problem_is_named(tmp_path, monkeypatch, slug):
    problem, answers = CHANGED[slug]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text((ROOT / "problems" / f"{problem}.yaml").read_text())
    (tmp_path / "s.yaml").write_text(f"rnncalc: 1\nproblem: p.yaml\nstudent: ada\nanswers:\n  {answers}\n")
    found = run("check", "s.yaml", "--format", "json").json["answers"]
    mistakes = [item["mistake"] for item in found if item["verdict"] == "mistake"]
    assert mistakes and set(mistakes) == {slug.strip()}
    assert {item["verdict"] for item in found} <= {"mistake", "follows", "exact", "last-digit", "missing"}


def test_the_slip_is_said_in_words():
    item = judge(POTTER, "T: [[0.5000, 0.6667], [0.5000, 0.3333]]")[0]
    assert item["mistakes"] == ["rows-for-columns"]
    assert item["rule"] == (
        "this is what you get if each column is divided by its sum, so that the columns and not the rows add up to 1"
    )


def test_a_likelihood_read_the_other_way_round_has_too_few_digits_alone():
    (item,) = judge(POTTER, "likelihood: 0.67")
    assert item["verdict"] == "differs" and not item["mistakes"]
    assert item["remark"].startswith("several slips fit, but the digits are too few to tell: what you get if word and")


def test_two_slips_at_once():
    """Nothing is added, and the table lies the other way round."""
    section = "sentences: [a b a c, c a b b]\nsmoothing: laplace"
    table = "T: [[0.00, 0.67, 0.33], [0.50, 0.50, 0.00], [1.00, 0.00, 0.00]]"
    found = judge(section, table)
    assert {tuple(item["mistakes"]) for item in found if item["verdict"] == "mistake"} == {
        ("rows-for-columns", "no-smoothing")
    }
    assert "the table is laid out by rows, and nothing is added to the counts" in found[0]["rule"]


def test_ties_are_all_named():
    """Of two words in a row the last one alone has no successor: three slips divide by the same numbers."""
    found = judge(POTTER, "T: [[0.3333, 0.6667], [0.3333, 0.3333]]")
    assert found[2]["mistakes"] == ["wrong-denominator", "added-after-dividing"]
    assert found[2]["rule"].count("or if") == 2


def test_fractions_tell_no_more_than_they_are_written_with():
    assert verdicts(SAM, "'T[1,4]': 1/3") == ["differs"]
    assert verdicts(SAM, "'T[1,4]': 0.333333") == ["mistake"]


@pytest.mark.parametrize(
    ("key", "written", "slug"),
    [
        ("log_likelihood", "2.1972", "sign-slip wrong-sign"),
        ("log_likelihood", "-21.9722", "moved-decimal-point"),
        ("log_likelihood", "-2.1927", "digit-swap"),
        ("likelihood", "0.0111111", "moved-decimal-point"),
    ],
)
def test_slips_of_the_pen(key, written, slug):
    (item,) = judge(SAM, f"{key}: {written}")
    assert item["verdict"] == "mistake" and set(item["mistakes"]) == set(slug.split())


# --- rounding, and what follows from own numbers -----------------------------------------------------------------

ENTRIES = "'T[2,1]': 0.67, 'T[3,2]': 0.67, 'T[4,3]': 0.50, 'T[1,4]': 0.50"


def test_a_likelihood_from_a_rounded_table_is_rounded_early():
    assert verdicts(SAM, "likelihood: 0.1122") == ["differs"]
    found = judge(SAM, f"{ENTRIES}, likelihood: 0.1122")
    assert [item["verdict"] for item in found] == ["exact"] * 4 + ["rounded-early"]
    assert found[-1]["rule"] == "T as it is rounded here can lead to it"
    assert verdicts(SAM, f"{ENTRIES}, likelihood: 0.1133")[-1] == "differs"


def test_an_unrounded_likelihood_beside_a_rounded_table_is_right():
    assert verdicts(SAM, f"{ENTRIES}, likelihood: 0.11111, perplexity: 1.7321")[-2:] == ["exact", "exact"]


@pytest.mark.parametrize(
    ("answers", "source"),
    [
        ("T: [[0.33, 0.67], [0.40, 0.60]], likelihood: 0.40", "T"),
        ("T: [[0.33, 0.67], [0.40, 0.60]], log_likelihood: -0.916", "T"),
        ("T: [[0.33, 0.67], [0.40, 0.60]], perplexity: 2.500", "T"),
        ("T: [[0.33, 0.67], [0.40, 0.60]], W: [[-0.71, -0.41], [0.71, 0.41]]", "T"),
        ("counts: [[0, 2], [0, 0]], T: [[0.25, 0.75], [0.50, 0.50]]", "counts"),
        ("counts: [[0, 2], [0, 0]], smoothed: [[1, 3], [1, 1]]", "counts"),
        ("counts: [[0, 1], [1, 0]], likelihood: 0.67", "counts"),
        ("smoothed: [[1, 2], [2, 2]], likelihood: 0.75, T: [[0.33, 0.67], [0.50, 0.50]]", ""),
        ("likelihood: 0.37, log_likelihood: -0.994", "likelihood"),
        ("likelihood: 0.37, perplexity: 2.70", "likelihood"),
        ("log_likelihood: -0.95, perplexity: 2.586", "log_likelihood"),
    ],
)
def test_what_follows_from_an_own_wrong_number(answers, source):
    found = judge(POTTER, answers)
    follows = [item for item in found if item["verdict"] == "follows"]
    assert {item["rule"] for item in follows} == ({f"what follows from {source} as given"} if source else set())
    assert not any(item["right"] for item in follows)


def test_an_impossible_table_is_not_carried_on():
    found = judge(POTTER, "T: [[0.33, 0.67], [1.20, 0.60]], likelihood: 1.20")
    assert [item["verdict"] for item in found] == ["exact", "exact", "differs", "differs", "differs"]
    assert "a probability lies between 0 and 1" in found[2]["rule"]


def test_ones_and_zeros_are_not_carried_on():
    found = judge(POTTER, "T: [[1.00, 1.00], [1.00, 1.00]], likelihood: 1.00")
    assert "follows" not in [item["verdict"] for item in found]


# --- whose answers are looked at --------------------------------------------------------------------------------


def test_a_declared_misprint_is_not_diagnosed():
    table = "T: [[0.5000, 0.6667], [0.5000, 0.3333]]"
    declared = 'misprints: {"T[1,1]": printed so, "T[2,2]": printed so}\n'
    assert verdicts(POTTER, table) == ["mistake", "exact", "exact", "mistake"]
    found = judge(POTTER, table, declared)
    assert [item["verdict"] for item in found] == ["differs", "exact", "exact", "differs"]
    assert all(item["right"] and not item["remark"] for item in found)


def test_a_table_that_lies_the_other_way_round_is_still_right():
    found = judge(POTTER, "T: [[0.33, 0.50], [0.67, 0.50]], likelihood: 0.6667")
    assert all("right in that way" in item["remark"] for item in found[:4])
    assert "are exchanged where the table is read" in found[4]["rule"] + found[4]["remark"]


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_slips_of_a_problem_change_its_values(name):
    """What `ngram_slips` gives has the names of the right values, and every slip of the first kinds changes some."""
    model, asked = read(name)
    right = named_values(model, asked)
    for slip, values in ngram_slips(model, asked):
        assert slip.slug in NGRAM_SLUGS and slip.words and not slip.words.endswith(".")
        assert values.keys() <= {*right, "W"}
        if slip.slug in ("no-smoothing", "needless-smoothing", "not-divided"):
            assert not np.allclose(values["T"], right["T"], equal_nan=True)

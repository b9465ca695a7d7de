"""rnncalc audit: the screen, the JSON document, exit status, what is left out of a folder."""

from __future__ import annotations

import pytest
from running import ELMAN, ROOT, run, run_text

from rnncalc.checking import audit as limits
from rnncalc.checking.mistakes.table import SLUGS

SHARP = ELMAN.replace("[[0.5, -0.3]]", "[[0.5, -0.3], [0.2, 0.7]]").replace("[[1], [2]]", "[[1, 0.3], [2, -0.5]]")
SHARP += "initial: {h: [0.1, -0.2]}\n"
BLUNT = SHARP.replace("[[0.1, 0.2], [0.3, 0.4]]", "[[0.1, 0.2], [0.2, 0.4]]")
BIGRAM = "rnncalc: 1\nbigram: {text: a b a a b}\n"


def n_slips() -> int:
    """Count the slips that can be made in both problems; the table of mistakes may grow."""
    return run("audit", "sharp.yaml", "--format", "json").json["problems"][0]["possible"]


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in (("sharp", SHARP), ("blunt", BLUNT), ("bigram", BIGRAM)):
        (tmp_path / f"{name}.yaml").write_text(text)
    (tmp_path / "mine.yaml").write_text("rnncalc: 1\nproblem: sharp.yaml\nanswers: {h: [[0, 0], [0, 0]]}\n")
    (tmp_path / "other.yaml").write_text("jobs: {build: 1}\n")
    return tmp_path


def test_a_sharp_problem(course):
    outcome = run("audit", "sharp.yaml")
    assert (outcome.code, outcome.err) == (0, "")
    assert "sharpness 1.00: " in outcome.out and "Told by" not in outcome.out and "This change" not in outcome.out


def test_a_blunt_problem(course):
    outcome = run("audit", "blunt.yaml")
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0] == "blunt.yaml"
    assert "Told by other weights:" in lines
    assert "  missing-transpose  W is used in place of Wᵀ in z(t)" in lines
    n = n_slips()
    assert f"  z  4 decimals, tells {n - 1} of {n}; blind to missing-transpose" in lines
    at = lines.index("This change tells 1 of the 1: sharpness 1.00")
    assert lines[at + 1 :] == [
        "  W[1,2] = 0.3 in place of 0.2",
        "    weights:",
        "      W: [[0.1, 0.3], [0.2, 0.4]]",
    ]


@pytest.mark.parametrize("width", [40, 100, 160])
def test_nothing_is_cut_at_any_width(width):
    outcome = run("audit", "class4-activity-1", width=width)
    assert "…" not in outcome.out
    assert max(map(len, outcome.out.splitlines())) <= width
    plain = " ".join(outcome.out.split())
    assert "x(t-1) is used in place of x(t) in a(t)" in plain
    assert "x(1) = [1, 0] in place of [0, 1]" in plain
    assert [line for line in outcome.out.splitlines() if line != line.rstrip()] == []


def test_a_folder_leaves_solutions_out_and_says_what_is_not_audited(course):
    outcome, n = run("audit", ".", "--quiet"), n_slips()
    assert outcome.code == 0
    assert outcome.out.splitlines() == [
        "   –  not audited  bigram.yaml",
        f"{1 - 1 / n:.2f}     {n - 1} of {n}  blunt.yaml",
        f"1.00     {n} of {n}  sharp.yaml",
        "2 problems, 1 of them with every slip told",
    ]
    assert outcome.err == "bigram.yaml: an n-gram model, which is not audited yet\n"


def test_several_files_with_details_end_with_a_line_for_each(course):
    lines, n = run("audit", "sharp.yaml", "blunt.yaml").out.splitlines(), n_slips()
    assert lines[-3:] == [
        f"1.00  {n} of {n}  sharp.yaml",
        f"{1 - 1 / n:.2f}  {n - 1} of {n}  blunt.yaml",
        "2 problems, 1 of them with every slip told",
    ]
    assert "This change tells 1 of the 1: sharpness 1.00" in lines


@pytest.mark.parametrize(
    "files, least, code",
    [("sharp.yaml", 1, 0), ("blunt.yaml", 0.9, 0), ("blunt.yaml", 0.99, 1), (".", 0.99, 1), (".", 0.9, 0)],
)
def test_a_least_sharpness_decides_the_exit_status(files, least, code, course):
    assert run("audit", files, "--min-sharpness", least, "--quiet").code == code


@pytest.mark.parametrize("wrong", ["1.5", "-0.1", "much"])
def test_a_least_sharpness_is_a_share(wrong, course):
    assert run("audit", "sharp.yaml", "--min-sharpness", wrong).code == 2


def test_a_file_that_cannot_be_read(course):
    (course / "broken.yaml").write_text("rnncalc: 1\nrecurrence: elmann\n")
    outcome = run("audit", "broken.yaml", "blunt.yaml", "--quiet", "--min-sharpness", "1")
    assert (outcome.code, outcome.slugs) == (3, ["unknown-recurrence"])
    assert f"{n_slips() - 1} of {n_slips()}  blunt.yaml" in outcome.out


def test_a_solution_is_no_problem(course):
    outcome = run("audit", "mine.yaml")
    assert (outcome.code, outcome.slugs) == (3, ["is-a-solution"])


def test_nothing_to_audit(course, tmp_path_factory):
    empty = tmp_path_factory.mktemp("empty")
    outcome = run("audit", empty)
    assert (outcome.code, outcome.out) == (5, "No file held a problem to audit.\n")
    outcome = run("audit", "bigram.yaml")
    assert (outcome.code, outcome.out) == (5, "No file held a problem to audit.\n")


def test_what_is_too_large_is_skipped(course, monkeypatch):
    monkeypatch.setattr(limits, "MOST_STEPS", 1)
    outcome = run("audit", "sharp.yaml", "--quiet")
    assert (outcome.code, outcome.err) == (5, "sharp.yaml: too large to be audited: it has more than 1 time step\n")
    assert run("audit", "sharp.yaml", "--format", "json").json["skipped"] == [
        {"file": "sharp.yaml", "reason": "too large to be audited: it has more than 1 time step"}
    ]


def test_standard_input():
    outcome = run("audit", "-", stdin=BLUNT.encode())
    assert outcome.code == 0 and outcome.out.startswith("<stdin>\n")


def test_only_some_mistakes(course):
    document = run("audit", "blunt.yaml", "--only", "missing-transpose,wrong-sign", "--format", "json").json
    assert {slip["mistake"] for slip in document["problems"][0]["slips"]} == {"missing-transpose", "wrong-sign"}
    wrong = run("audit", "blunt.yaml", "--only", "missing-transposes")
    assert wrong.code == 2 and "did you mean 'missing-transpose'?" in wrong.err


def test_other_decimals(course):
    coarse = run("audit", "sharp.yaml", "--decimals", "0", "--format", "json").json["problems"][0]
    assert coarse["sharpness"] < 1 and {question["decimals"] for question in coarse["questions"]} == {0}
    assert any(slip["decimals"] for slip in coarse["slips"])


def test_the_document(course):
    (course / "broken.yaml").write_text("rnncalc: 1\nrecurrence: elmann\n")
    outcome = run("audit", ".", "--format", "json")
    document = outcome.json
    assert (outcome.code, document["schema_version"], document["command"]) == (3, 1, "audit")
    assert set(document) == {"schema_version", "command", "problems", "skipped", "errors"}
    assert [one["file"] for one in document["skipped"]] == ["bigram.yaml"]
    assert [one["slug"] for one in document["errors"]] == ["unknown-recurrence"]
    blunt, sharp = document["problems"]
    assert (blunt["file"], sharp["sharpness"], sharp["suggestions"]) == ("blunt.yaml", 1, [])
    n = sharp["possible"]
    assert (blunt["possible"], blunt["told"]) == (n, n - 1) and blunt["sharpness"] == pytest.approx(1 - 1 / n)
    assert blunt["questions"][0] == {"key": "z", "decimals": 4, "told": n - 1, "blind": {"missing-transpose": 1}}
    assert len(blunt["slips"]) == n and {slip["mistake"] for slip in blunt["slips"]} <= set(SLUGS)
    assert [slip for slip in blunt["slips"] if slip["fate"] != "told"] == [
        {
            "mistake": "missing-transpose",
            "words": "W is used in place of Wᵀ in z(t)",
            "fate": "blind",
            "told": [],
            "blind": ["z", "h"],
            "decimals": None,
            "hidden_by": ["weights"],
        }
    ]
    assert blunt["suggestions"] == [
        {
            "changes": ["W[1,2] = 0.3 in place of 0.2"],
            "lines": ["weights:", "  W: [[0.1, 0.3], [0.2, 0.4]]"],
            "tells": 1,
            "hides": 0,
            "sharpness": 1,
        }
    ]


def test_no_digit_of_a_hidden_key_is_printed(tmp_path):
    key = "hidden: true\nanswers: {h: [[0.4321, -0.1234], [0.7777, 0.5555]]}\n"
    for args in ((), ("--format", "json")):
        outcome = run_text(tmp_path, BLUNT + key, *args, command="audit")
        assert outcome.code == 0 and not any(digits in outcome.out for digits in ("4321", "1234", "7777", "5555"))


def test_words_of_a_file_are_printed_clean(tmp_path):
    outcome = run_text(tmp_path, BLUNT + 'title: "a\\x1b[31m [bold]b[/bold]"\n', command="audit")
    assert "\x1b" not in outcome.out and "[bold]b[/bold]" in outcome.out


def test_overflow_goes_without_a_warning():
    outcome = run("audit", ROOT / "problems" / "udacity-attention.yaml", "--quiet")
    assert (outcome.code, outcome.err) == (0, "")

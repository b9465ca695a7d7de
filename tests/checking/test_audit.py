"""What a problem cannot tell: each verdict of the audit against `check` itself, on a student's file with the slip."""

from __future__ import annotations

import re

import numpy as np
import pytest
from running import BIGRAMS, PROBLEMS, ROOT, problem, run, system

import rnncalc
from rnncalc.auditing import audit_problem
from rnncalc.base.span import Source, whole
from rnncalc.checking import audit as limits
from rnncalc.checking.audit import Audit, TooLarge, audit_exam, blind_slugs
from rnncalc.checking.check import judge_claims
from rnncalc.checking.course import NotThere
from rnncalc.checking.diagnosis import Search
from rnncalc.checking.exam import Exam, Tried
from rnncalc.checking.outcome import Outcome
from rnncalc.checking.sharpen import Suggestion, sharpen
from rnncalc.checking.truth import truth_of
from rnncalc.compute.answers import Answer, Claims
from rnncalc.render.changes import change_lines, change_words
from rnncalc.render.numbers import write_number

HERE = whole(Source("<student>", ""))


def elman(
    W: str = "[[0.7, 0.4], [-0.5, 0.9]]", x: str = "[1, -0.5, 0.3]", more: str = "initial: {h: [0.6, -0.3]}"
) -> str:
    weights = f"  U: [[0.5, -0.3]]\n  W: {W}\n  b: [0.1, -0.2]\n  V: [[1.2], [-0.7]]\n"
    return f"rnncalc: 1\nrecurrence: elman\nweights:\n{weights}inputs:\n  x: {x}\n{more}\n"


def audited(text: str, decimals: int | None = None) -> Audit:
    return audit_problem(problem(text), decimals)


def text_of(name: str) -> str:
    return (ROOT / "problems" / f"{name}.yaml").read_text(encoding="utf-8")


def undetected(found: Audit) -> dict[str, list[Outcome]]:
    slugs: dict[str, list[Outcome]] = {}
    for outcome in found.undetected:
        slugs.setdefault(outcome.slug, []).append(outcome)
    return slugs


def of(found: Audit, slug: str) -> list[Outcome]:
    return [outcome for outcome in found.outcomes if outcome.slug == slug]


def student(found: Audit, one: Tried, least: int = 0) -> Claims:
    """Give the answers of a student who commits a slip, each number rounded half up."""
    course, answers = found.exam.course(one), []
    for question in found.questions:
        numbers = [cell.read(course.line(cell.place)) for cell in question.cells]
        texts = [write_number(number, max(question.decimals, least)) for number in numbers]
        shape = np.shape(found.exam.truth.numbered(question.key, found.exam.truth.whole(question.key)))
        array = np.array(texts, dtype=object).reshape(shape)
        answers.append(Answer(question.key, array, array.astype(float), (HERE,) * len(texts), HERE))
    return Claims(tuple(answers))


def counts_as_right(found: Audit, one: Tried, least: int = 0) -> bool:
    return all(f.counts_as_right for f in judge_claims(student(found, one, least), found.exam.truth))


@pytest.fixture
def without_diagnosis(monkeypatch):
    """Leave out the search for slips: it changes no verdict from right to wrong, and takes seconds."""
    monkeypatch.setattr(Search, "diagnose", lambda *_: iter(()))
    monkeypatch.setattr(Search, "doubt", lambda *_: None)


def test_a_symmetric_weight_hides_its_transpose():
    (hidden,) = undetected(audited(elman("[[0.7, 0.4], [0.4, 0.9]]")))["missing-transpose"]
    assert (hidden.fate, hidden.decimals, hidden.hidden_by) == ("blind", None, ("weights",))
    assert "missing-transpose" not in undetected(audited(elman()))


def test_a_zero_initial_state_hides_what_is_done_with_it():
    one_step = audited(elman(x="[1]", more="initial: {h: 0}"))
    hidden = undetected(one_step)
    assert {"missing-transpose", "missing-term", "wrong-sign"} <= set(hidden)
    assert all(outcome.hidden_by == ("initial",) for several in hidden.values() for outcome in several)
    assert not of(one_step, "forgotten-initial-state"), "zero taken for zero is no slip"
    with_state = audited(elman(x="[1]"))
    assert not undetected(with_state) and of(with_state, "forgotten-initial-state")[0].fate == "told"


def test_a_single_step_makes_slips_about_steps_void():
    found = audited(elman(x="[1]"))
    assert {outcome.fate for outcome in of(found, "initial-state-every-step")} == {"void"}
    assert {outcome.fate for outcome in of(found, "previous-input")} == {"void"}
    assert {outcome.fate for outcome in of(audited(elman()), "previous-input")} == {"told"}


def test_equal_inputs_hide_which_of_them_is_read():
    hidden = undetected(audited(elman(x="[1, 1, 1]")))
    assert {"previous-input", "next-input", "reversed-input"} <= set(hidden)
    assert all("inputs" in outcome.hidden_by for outcome in hidden["reversed-input"])


def test_a_relu_that_never_cuts_is_not_told_from_none():
    text = system("h[t] = relu(W @ x[t])", "W: [[0.5, 0.2], [0.1, 0.4]]", "x: [[1, 2], [2, 1]]")
    assert {o.slug for o in audited(text).undetected} == {"no-activation"}
    assert "no-activation" not in undetected(audited(text.replace("0.5", "-0.5").replace("0.1", "-0.9")))


def test_what_no_numbers_change_is_left_out():
    """A weight of one entry is its own transpose; two biases that are added can be exchanged."""
    text = system("h[t] = tanh(w.T @ x[t] + a + b)", "w: [[0.5]]\na: 0.2\nb: 0.3", "x: [1, 2]")
    found = audited(text)
    assert {outcome.fate for outcome in of(found, "missing-transpose")} == {"void"}
    assert "missing-transpose" not in {outcome.slug for outcome in found.possible}
    assert found.sharpness == 1 and found.n_void >= 1


def test_a_derivative_whose_weights_change_a_sign_is_not_void():
    """Where ReLU's step is 0 or 1 either way, it is the numbers' doing, not the equations'."""
    found = audit_problem(rnncalc.load("two-directions"))
    assert {outcome.fate for outcome in of(found, "transposed-in-backward")} >= {"blind", "told"}


def test_a_slip_that_no_one_can_carry_out_is_none():
    """h(t) from h(t) leads to nothing."""
    words = [outcome.words for outcome in audited(elman()).outcomes]
    assert not any("h(t) is used in place of h(t-1) in z(t)" in one for one in words)


def test_decimals_hide_what_is_near():
    text = elman("[[0.7, 0.4], [0.401, 0.9]]")
    coarse, fine = audited(text, 2), audited(text, 6)
    (hidden,) = undetected(coarse)["missing-transpose"]
    assert 3 <= hidden.decimals <= 5 and hidden.hidden_by == ()
    assert "missing-transpose" not in undetected(fine)
    assert not undetected(audited(text, hidden.decimals)).get("missing-transpose")
    assert undetected(audited(text, hidden.decimals - 1))["missing-transpose"]


@pytest.mark.parametrize(
    "name", ["ntu-tutorial-8-q1a", "class4-activity-1", "statquest-lstm", "hello-one-hot", "xmu-lecture-7-elman"]
)
def test_check_passes_what_is_not_told_and_nothing_else(name, without_diagnosis):
    """Also the decimals: with one less `check` lets the slip pass, with them it does not."""
    found, n_marked = audit_problem(rnncalc.load(name)), 0
    for outcome in found.possible:
        try:
            assert counts_as_right(found, outcome.tried) == (outcome.fate != "told"), outcome.words
        except NotThere:  # some number is wrong, and others cannot be worked out at all
            assert outcome.fate == "told"
            continue
        n_marked += 1
        if outcome.fate != "told" and outcome.decimals is not None:
            assert counts_as_right(found, outcome.tried, outcome.decimals - 1), outcome.words
            assert not counts_as_right(found, outcome.tried, outcome.decimals), outcome.words
    assert n_marked >= 0.95 * len(found.possible)


@pytest.mark.parametrize("fate", ["blind", "rounding"])
def test_a_student_file_at_the_decimals_said_and_at_one_less(fate, tmp_path, monkeypatch):
    """The same by the command, from files on disk."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "q.yaml").write_text(text_of("statquest-lstm"))
    found = audit_problem(rnncalc.load("statquest-lstm"))
    outcome = next(o for o in found.undetected if o.fate == fate and o.decimals == 3)
    for decimals, code in ((2, 0), (3, 1)):
        answers = student(found, outcome.tried, decimals).answers
        lines = "".join(f"  '{answer.key}': [[{answer.texts.item()}]]\n" for answer in answers)
        (tmp_path / "s.yaml").write_text(f"rnncalc: 1\nproblem: q.yaml\nanswers:\n{lines}")
        assert run("check", "q.yaml", "s.yaml").code == code


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_bundled_problem_is_audited(name):
    found = audit_problem(rnncalc.load(name))
    assert len(found.questions) == len({str(a.key) for a in found.exam.truth.values.case.claims.answers})
    assert found.possible and 0.5 < found.sharpness <= 1
    for outcome in found.undetected:
        assert not outcome.told or outcome.fate == "rounding"
        assert outcome.decimals is None or not outcome.hidden_by


@pytest.mark.parametrize("name", ["class4-activity-1", "click4ai-gru", "statquest-lstm", "many-to-one", "yeh-rnn"])
def test_the_quick_way_names_the_same_slips(name):
    found = audit_problem(rnncalc.load(name))
    blind = dict.fromkeys(o.slug for o in found.possible if o.fate == "blind")
    assert blind_slugs(found.exam.truth) == tuple(blind)


@pytest.mark.parametrize("name", ["ntu-tutorial-8-q1a", "ntu-lecture-example-1", "lstm-2-units", "gru-2-units"])
def test_sharp_problems(name):
    found = audit_problem(rnncalc.load(name))
    assert (found.sharpness, found.undetected) == (1, ()) and len(found.possible) > 30


def test_a_batch_of_unequal_lengths():
    """The slip is made in the sequences of every length at once; the gradient adds them up."""
    found = audit_problem(rnncalc.load("unequal-lengths"))
    assert {outcome.slug for outcome in found.undetected} == {"dropped-step"}
    assert {outcome.hidden_by for outcome in found.undetected} == {("initial",)} and found.starts_at_zero
    (turned, *_) = of(found, "wrong-sign")
    assert all(turned.tried.candidates), "made in the long sequence and in the short one"


def test_a_slip_told_by_a_late_question_is_hidden_from_an_early_one():
    found = audited(
        elman(more="initial: {h: [0.6, -0.3]}\nanswers: {'h(1)': [0.1111, 0.2222], y: [0.1111, 0.2222, 0.3333]}")
    )
    first, last = found.questions
    assert [str(first.key), str(last.key)] == ["h(1)", "y"]
    assert found.blind_to(first)["initial-state-every-step"] and not found.blind_to(last)["initial-state-every-step"]
    assert found.told_by(first) < found.told_by(last)


def test_without_answers_all_that_is_defined_is_asked():
    text = elman(more="targets: {d: [1, 0, 1]}\nloss: squared-error\nrounding: {decimals: 3}")
    found = audited(text)
    keys = [str(question.key) for question in found.questions]
    assert keys == ["z", "h", "u", "y", "J", "grad(U)", "grad(W)", "grad(b)", "grad(V)"]
    assert {question.decimals for question in found.questions} == {3}
    assert {"missing-derivative", "no-carried-adjoint"} <= {outcome.slug for outcome in found.possible}


@pytest.mark.parametrize(
    "answer, decimals", [("[2.00, 4.00, 6.00]", 4), ("[2, 4, 6]", 4), ("[2.1, 4.05, 6]", 2), ("[2.1, 4, 6]", 1)]
)
def test_an_exact_answer_is_rounded_to_nothing(answer, decimals):
    text = system("y[t] = 2 * x[t]", more=f"answers: {{y: {answer}}}")
    (question,) = audited(text).questions
    assert question.decimals == decimals


def test_rounding_every_step_is_done_in_a_slip_too():
    more = "rounding: {decimals: 1, intermediate: every-step}\ninitial: {h: [0.6, -0.3]}"
    found = audited(elman("[[0.7, 0.4], [0.42, 0.9]]", more=more))
    for question in found.questions:
        whole_quantity = np.ravel(found.exam.truth.whole(question.key))
        own = [cell.read(found.exam.right.line(cell.place)) for cell in question.cells]
        assert np.array_equal(own, whole_quantity) and np.array_equal(own, np.round(own, 1))
    assert undetected(found)["missing-transpose"][0].decimals is None or found.sharpness < 1


def test_the_same_numbers_twice():
    read = rnncalc.load("click4ai-gru")
    found, again = (audit_problem(read) for _ in range(2))
    assert [(o.words, o.fate, o.decimals, o.hidden_by) for o in found.outcomes] == [
        (o.words, o.fate, o.decimals, o.hidden_by) for o in again.outcomes
    ]
    words, more = ([change_words(suggestion, read) for suggestion in sharpen(one)] for one in (found, again))
    assert words == more != []


def test_what_is_too_large_is_said(monkeypatch):
    with pytest.raises(TooLarge, match="300 time steps"):
        audited(elman(x=str([1] * 301)))
    monkeypatch.setattr(limits, "MOST_NUMBERS", 10)
    with pytest.raises(TooLarge, match="10 numbers"):
        audited(elman())
    monkeypatch.undo()
    monkeypatch.setattr(limits, "MOST_LINES", 10)
    with pytest.raises(TooLarge, match="10 lines"):
        audited(elman())


def test_the_api():
    assert rnncalc.audit(rnncalc.load("class4-activity-1")).sharpness < 1
    with pytest.raises(rnncalc.base.diagnostics.RnncalcError, match="n-gram"):
        rnncalc.audit(rnncalc.load(BIGRAMS[0]))


# changes that make a problem sharper


def pasted(text: str, suggestion: Suggestion) -> str:
    """Put the lines of a suggestion into a problem file, in the place of those that they replace."""
    blocks = dict(re.findall(r"^(\w+):(.*\n(?:[ #].*\n)*)", text, re.MULTILINE))
    for line in change_lines(suggestion, problem(text)):
        if not line.startswith(" "):
            section, inline = line.split(":", 1)
            if inline or "\n  " not in blocks.get(section, ""):
                blocks[section] = f"{inline}\n"
            continue
        name = line.split(":")[0]
        others = [old for old in blocks[section].splitlines(keepends=True) if not old.startswith(f"{name}:")]
        blocks[section] = "".join([*others, f"{line}\n"])
    return "".join(f"{name}:{block}" for name, block in blocks.items())


@pytest.mark.parametrize(
    "text",
    [
        elman("[[0.7, 0.4], [0.4, 0.9]]"),
        elman(x="[1]", more="initial: {h: 0}"),
        elman(x="[1, 1, 1]"),
        elman("[[0.7, 0.4], [0.401, 0.9]]", more="rounding: {decimals: 2}"),
        text_of("click4ai-gru"),
        text_of("ist-practical-9-q1"),
        text_of("class4-activity-1"),
        text_of("yeh-rnn"),
    ],
    ids=["weights", "initial", "inputs", "decimals", "click4ai", "ist", "class4", "yeh"],
)
def test_the_lines_suggested_keep_their_promise(text):
    found = audited(text)
    suggestions = sharpen(found)
    assert found.undetected and suggestions
    for suggestion in suggestions:
        assert suggestion.gain == len(found.undetected) - len(suggestion.audit.undetected) > 0
        values = rnncalc.forward(problem(pasted(text, suggestion)))
        truth = truth_of(values, found.exam.truth.gradients is not None)
        after = audit_exam(Exam(truth, suggestion.audit.questions))
        told = {outcome.tried.key for outcome in after.outcomes if outcome.fate == "told"}
        assert {outcome.tried.key for outcome in suggestion.tells} <= told
        assert (
            after.sharpness == pytest.approx(suggestion.audit.sharpness, abs=0.02) and after.sharpness > found.sharpness
        )


@pytest.mark.parametrize(
    "text, words",
    [
        (elman("[[0.7, 0.4], [0.4, 0.9]]"), "W[1,2] = 0.5 in place of 0.4"),
        (elman(x="[1]", more="initial: {h: 0}"), "h(0) = [0.1, -0.2] in place of zero"),
        (text_of("class4-activity-1"), "x(1) = [1, 0] in place of [0, 1]"),
    ],
)
def test_what_is_suggested(text, words):
    assert change_words(sharpen(audited(text))[0], problem(text)) == [words]


def test_a_sharp_problem_gets_no_suggestion():
    assert sharpen(audited(elman())) == ()


def test_packed_weights_get_words_and_no_lines():
    """The file writes weight_hh_l0, and knows no U_z."""
    read = rnncalc.load("gru-pytorch")
    for suggestion in sharpen(audit_problem(read)):
        assert change_words(suggestion, read)
        assert not any(line.startswith(("weights", "  U", "  W")) for line in change_lines(suggestion, read))

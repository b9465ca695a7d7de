"""The page of a worked solution: read back, its numbers are those of the trace, and no text of a file acts."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from render.page_tree import Element, name_of, read_page, rows_of, sequence_of
from running import BIGRAMS, PROBLEMS, ROOT, run

from rnncalc.base.span import Source
from rnncalc.language.nodes import Call, Name
from rnncalc.language.parser import parse_text
from rnncalc.problem.bigram import read_bigram
from rnncalc.problem.problem import problem_tree, read_problem
from rnncalc.render.document.blocks import (
    BLANK,
    Document,
    Given,
    Grid,
    Heading,
    Line,
    Lines,
    Math,
    Node2D,
    Paragraph,
    Picture,
    Room,
    Section,
)
from rnncalc.render.document.building import document_of
from rnncalc.render.document.choice import Choice
from rnncalc.render.document.html import write_html
from rnncalc.render.document.mathml import expression, formulas
from rnncalc.render.document.picture_layout import MOST_COLUMNS, lay_out
from rnncalc.render.document.picture_svg import write_svg
from rnncalc.render.numbers import write_number

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def load(name: str):
    """Read a bundled problem, a network's or a bigram's."""
    source = Source(f"{name}.yaml", (ROOT / "problems" / f"{name}.yaml").read_text(encoding="utf-8"))
    return read_bigram(source, problem_tree(source)) if name in BIGRAMS else read_problem(source)


def page_of(*names: str, **choice) -> str:
    return write_html(document_of(map(load, names), Choice(**choice)))


def cell(*rows: str) -> Math:
    """Make a matrix of texts, a row a string."""
    return Math(Name("\0"), {"\0": np.array([row.split() for row in rows], dtype=object)})


def line(name: str, value: str, **more) -> Line:
    return Line(Name(name), (Math(parse_text("U @ x")),), cell(value), (name, None), **more)


def one_page(*blocks, title: str = "A title") -> Element:
    return read_page(write_html(Document("", "", "", (Section(title, "", blocks),))))


# --- every bundled problem ----------------------------------------------------


@pytest.mark.parametrize("name", PROBLEMS + BIGRAMS)
def test_pages_are_sound(name: str):
    text = page_of(name, derive=True, detail="terms")
    page = read_page(text)
    ids = [one.attributes["id"] for one in page if "id" in one.attributes]
    assert len(ids) == len(set(ids)) and all(re.fullmatch(r"[a-z][a-z0-9-]*", one) for one in ids)
    for one in page:
        assert not {"style", "src", "onclick", "onload"} & set(one.attributes)
        reads = [*(one.attributes.get("data-reads") or "").split(), one.attributes.get("data-node") or ids[0]]
        named = (one.attributes.get("aria-labelledby") or "").split()
        link = [one.attributes["href"].removeprefix("#")] if "href" in one.attributes else []
        assert {*reads, *named, *link} <= set(ids)
    assert all(math.attributes["alttext"].strip() for math in page.all("math"))
    assert all(th.attributes["scope"] in ("row", "col") for th in page.all("th"))
    assert all(svg.all("title") and svg.all("desc")[0].text for svg in page.all("svg"))
    assert [len(page.all(tag)) for tag in ("main", "h1", "head", "html", "style")] == [1] * 5
    levels = [int(one.tag[1]) for one in page if re.fullmatch("h[1-6]", one.tag)]
    assert levels[0] == 1 and all(b <= a + 1 for a, b in pairwise(levels))
    assert not re.search(r"https?://(?!www\.w3\.org)|@import|url\(", text)


def expected_of(name: str) -> dict[str, np.ndarray]:
    """Give what the JSON of the program says: by name and step, (n_sequences, n_features), gradients as written."""
    problem = load(name)
    batched, system = problem.case.batched, problem.case.system
    command = "bptt" if problem.case.loss else "forward"
    report = run(command, ROOT / "problems" / f"{name}.yaml", "--format", "json").json
    found: dict[str, np.ndarray] = {}
    written = {equation.partition(" = ")[0].partition("(")[0] for equation in report.get("equations", ())}
    adjoints = {name: nested for name, nested in report.get("adjoints", {}).items() if f"∇{name}" in written}
    for prefix, group in (("", report["values"]), ("∇", adjoints)):
        for quantity, nested in group.items():
            array = np.array(nested, dtype=float)
            array = array if batched else array[None]
            shown = prefix + quantity.replace("_", "")
            if not system.is_sequence(quantity):
                found[shown] = array.reshape(len(array), -1)
                continue
            for step in range(array.shape[1]):
                found[f"{shown}({step + 1})"] = array[:, step].reshape(len(array), -1)
    for weight, nested in report.get("gradients", {}).items():
        found["∇" + weight.replace("_", "")] = np.array(nested, dtype=float).reshape(1, -1)
    return found


@pytest.mark.parametrize("name", PROBLEMS)
def test_numbers_of_the_page_are_those_of_the_trace(name: str):
    problem, page, expected = load(name), read_page(page_of(name)), expected_of(name)
    decimals, by_row = problem.case.rounding.decimals, problem.case.system.layout == "row"
    compared = set()
    for part in page.all("div", "part"):
        heading = "".join(one.text for one in part if re.fullmatch("h[1-6]", one.tag))
        for row in part.all("div", "line"):
            called = name_of(row)
            if called in expected and "the loss" not in heading:
                true, sequence = expected[called], sequence_of(row, heading)
                true = true if sequence is None or len(true) == 1 else true[[sequence]]
                shown = [text for texts in rows_of(row.all("dd", "value")[0]) for text in texts]
                assert_shown(shown, true if by_row or len(true) == 1 else true.T, decimals, called)
                compared.add(called)
    assert {one for one in expected if not one.startswith("J")} <= compared


UNLINKED = {
    "attention-additive": "a column of an adjoint is a number of its own",
    "many-to-one-bptt": "the one addend of a gradient stands in its own line",
    "unequal-lengths": "initial values that follow the end of a shorter sequence",
}


@pytest.mark.parametrize("name", sorted(set(PROBLEMS) - set(UNLINKED)))
def test_numbers_come_from_where_the_links_say(name: str):
    page = read_page(page_of(name))
    held = {one.attributes["id"]: one for one in page if "id" in one.attributes}
    for row in page.all("div", "line"):
        sources = [held[one] for one in (row.attributes.get("data-reads") or "").split()]
        known = numbers_in([side for one in sources for side in one.all("", "value")] + row.all("dd", "equation"))
        filled = numbers_in(row.all("dd", "numbers")) - numbers_in(row.all("dd", "details"))
        assert filled <= known, name_of(row)


def numbers_in(shown: list[Element]) -> set[float]:
    return {float(one.text) for side in shown for one in side.all("mn")}


def assert_shown(shown: list[str], true: np.ndarray, decimals: int, called: str) -> None:
    """Compare numbers with what they should be; a copy of a given number has the digits of the file."""
    wanted = ["–" if np.isnan(x) else write_number(float(x), decimals) for x in true.flat]
    if len(shown) < len(wanted):  # of several sequences, those that have the step
        wanted = [text for text in wanted if text != "–"]
    assert len(shown) == len(wanted), called
    for text, rounded in zip(shown, wanted, strict=True):
        same = text == rounded or float(text) == pytest.approx(float(rounded), abs=0.5 * 10**-decimals)
        assert same and (text == rounded or len(text) != len(rounded)), called


@pytest.mark.parametrize("name", BIGRAMS)
def test_tables_of_the_page_are_those_of_the_model(name: str):
    problem, page = load(name), read_page(page_of(name))
    report = run("bigram", ROOT / "problems" / f"{name}.yaml", "--format", "json").json
    true = np.array(report["values"]["T"], dtype=float)
    table = next(one for one in page.all("table") if one.all("caption") and one.all("caption")[0].text.startswith("T"))
    shown = np.array([[td.text for td in tr.all("td")] for tr in table.all("tbody")[0].all("tr")])
    cells = shown[: len(true), : true.shape[1]]
    assert_shown(list(cells.flat), true, problem.rounding.decimals, "T")


# --- formulas -----------------------------------------------------------------


def drawn(source: str) -> tuple[str, str]:
    found = expression(parse_text(source))
    return found.markup, found.words


def test_scripts_fractions_and_roots_are_two_dimensional():
    assert drawn("a / b") == ("<mfrac><mi>a</mi><mi>b</mi></mfrac>", "a over b")
    assert drawn("a ** 2") == ("<msup><mi>a</mi><mn>2</mn></msup>", "a squared")
    assert drawn("W.T") == ("<msup><mi>W</mi><mo>⊤</mo></msup>", "W transposed")
    assert "<msqrt>" in drawn("sqrt(a + b)")[0]
    assert drawn("(a / b) ** 2")[0].startswith("<msup><mrow><mo>(</mo><mfrac>")


def test_formulas_are_read_in_words():
    assert (
        drawn("U.T @ x[t] + r[t] * h[t-1]")[1]
        == "U transposed times x of t plus r of t elementwise times h of t minus 1"
    )
    assert drawn("tanh(z[t])")[1] == "tanh of (z of t)"


def test_sums_are_broken_before_their_signs():
    found = list(formulas(Math(parse_text("U @ x[t] + W @ h[t-1] - b")), before="="))
    assert [one.words.split()[0] for one in found] == ["equals", "plus", "minus"]


@pytest.mark.parametrize("notation", ["paren", "subscript", "superscript"])
def test_steps_are_written_in_each_notation(notation: str):
    markup = expression(parse_text("h[t-1]"), notation).markup
    assert markup.startswith({"paren": "<mrow>", "subscript": "<msub>", "superscript": "<msup>"}[notation])


def test_numbers_in_a_product_are_in_parentheses():
    node, cells = Call("matmul", (Name("p"), Name("q"))), {n: np.array([["-0.5"]], dtype=object) for n in "pq"}
    text = "".join(one.words for one in formulas(Math(node, cells)))
    assert text == "minus 0.5 times (minus 0.5)"


def test_columns_stand_under_their_points():
    page = one_page(Given(((Name("W"), cell("1 -0.25", "0.5 3")),)))
    assert rows_of(page.all("span", "value")[0]) == [["1", "-0.25"], ["0.5", "3"]]
    assert [one.attributes["width"] for one in page.all("mspace")] == ["0.76em", "1.26em"]


# --- the parts of a page ---------------------------------------------------------


def test_answers_are_boxed_and_blanks_are_left_out():
    blank = line("y", "0.625", blank=True)._replace(sides=(Math(Name("u")), cell("0.511")))
    page = one_page(Lines("", (line("h", "0.25", final=True, note="misprint: 0.3"), blank)))
    first, second = page.all("div", "line")
    assert [one.text for one in first.all("span", "answer")] == ["0.25"]
    assert first.all("dd", "note")[0].text == "misprint: 0.3"
    assert "0.625" not in second.text and "0.511" not in second.text and second.all("span", "blank")


def test_blank_cells_and_room_are_empty():
    page = one_page(Given(((Name("W"), cell(f"1 {BLANK}")),)), Room(3))
    assert len(page.all("mtext", "blank")) == 1 and len(page.all("span", "rule")) == 3


def test_several_problems_have_contents_and_each_its_place():
    sections = tuple(Section(f"Problem {n}", "", (Lines("t = 1", (line("h", "1"),)),)) for n in "AB")
    page = read_page(write_html(Document("Homework", "Deep learning", "May 2025", sections)))
    assert [one.attributes["href"] for one in page.all("nav")[0].all("a")] == ["#p1", "#p2"]
    assert page.all("title")[0].text == "Homework" and "Deep learning · May 2025" in page.all("header")[0].text


def test_numbers_come_from_the_line_before_in_the_same_sequence():
    lines = tuple(line("h", "1", sequence=n) for n in (1, 2))
    read = tuple(line("y", "2", sequence=n, reads=(("h", None), ("W", None))) for n in (1, 2))
    page = one_page(Given(((Name("W"), cell("1")),)), Lines("", lines), Lines("", read))
    ids = [one.attributes["id"] for one in page.all("div", "line")]
    reads = [one.attributes.get("data-reads") for one in page.all("div", "line")]
    weight = page.all("li")[0].attributes["id"]
    assert reads == [None, None, f"{ids[0]} {weight}", f"{ids[1]} {weight}"]


LITERAL = "<script>alert(1)</script> & \"quoted\" 'single' ]]> --> </style><b> &lt; {{x}} "
HOSTILE = LITERAL + "\x00\x1b[31m\u202e\ud800\ufffe"


def test_no_text_of_a_file_acts():
    grid = Grid(HOSTILE, HOSTILE, (HOSTILE,), ((HOSTILE, (HOSTILE,)),), (HOSTILE, (HOSTILE,)))
    picture = Picture(HOSTILE, (Node2D(("h", 1), HOSTILE, HOSTILE, HOSTILE, 1, 0),), ())
    value = Math(Name("\0"), {"\0": np.array([[HOSTILE, "1"]], dtype=object)})
    lines = Lines(HOSTILE, (line("h", "1", note=HOSTILE)._replace(value=value),))
    blocks = (Heading(HOSTILE), Paragraph(HOSTILE), grid, picture, lines)
    page = write_html(Document(HOSTILE, HOSTILE, HOSTILE, (Section(HOSTILE, HOSTILE, blocks, HOSTILE),) * 2))
    tree = read_page(page)
    assert len(tree.all("script")) == 1 and not tree.all("b")
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\ud800\ufffe]", page)
    assert tree.all("title")[0].text.startswith(LITERAL) and tree.all("h1")[0].text.startswith(LITERAL)
    assert sum(one.text.startswith(LITERAL) for one in tree.all("p")) == 4 + 1  # two of each section, course and date
    assert "alert" not in tree.all("script")[0].text
    ElementTree.fromstring(write_svg(picture))


def test_only_the_style_and_the_script_of_the_page_may_run():
    page = read_page(write_html(Document("", "", "", (Section("A", "", (Lines("", (line("h", "1"),)),)),))))
    policy = next(one.attributes["content"] for one in page.all("meta") if "http-equiv" in one.attributes)
    for tag in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.all(tag)[0].text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'") and len(page.all("script")[0].text) < 4096


# --- the picture -------------------------------------------------------------------


def chain(n_steps: int) -> Picture:
    steps = range(1, n_steps + 1)
    nodes = tuple(
        Node2D((name, t), f"{name}({t})", f"0.{t}", "-0.5", t, row) for t in steps for row, name in enumerate("xhy")
    )
    up = [((a, t), (b, t)) for t in steps for a, b in ("xh", "hy", "xy")]
    on = [((a, t), (b, t + 1)) for t in range(1, n_steps) for a, b in ("hh", "yx")]
    return Picture("unrolled", nodes, tuple(up + on))


def bundled_pictures() -> list[Picture]:
    blocks = [block for name in PROBLEMS for block in document_of([load(name)]).sections[0].blocks]
    return [block for block in blocks if isinstance(block, Picture)]


@pytest.fixture(scope="module")
def pictures() -> list[Picture]:
    return [chain(1), chain(4), chain(40), *bundled_pictures()]


def test_nodes_do_not_overlap_and_no_arrow_crosses_one(pictures):
    for picture in pictures:
        layout = lay_out(picture)
        boxes = [(s.x - s.width / 2, s.y - s.height / 2, s.x + s.width / 2, s.y + s.height / 2) for s in layout.spots]
        for number, (left, top, right, bottom) in enumerate(boxes):
            assert left >= 0 and right <= layout.width and top >= 0 and bottom <= layout.height
            for a, b, c, d in boxes[number + 1 :]:
                assert right < a or c < left or bottom < b or d < top
        for arrow in layout.arrows:
            for (x, y), (to_x, to_y) in pairwise(arrow.points):
                assert min(x, to_x) >= 0 and max(x, to_x) <= layout.width and max(y, to_y) <= layout.height
                for left, top, right, bottom in boxes:
                    for share in np.linspace(0, 1, 40):
                        at = x + share * (to_x - x), y + share * (to_y - y)
                        assert not (left + 1 < at[0] < right - 1 and top + 1 < at[1] < bottom - 1)


def test_every_arrow_and_its_way_back_are_drawn():
    layout = lay_out(chain(4))
    assert [sum(arrow.back is back for arrow in layout.arrows) for back in (False, True)] == [18, 18]


def test_long_sequences_are_shortened():
    assert len({spot.x for spot in lay_out(chain(MOST_COLUMNS)).spots}) == MOST_COLUMNS
    layout = lay_out(chain(40))
    assert [spot.value for spot in layout.spots if spot.is_ellipsis] == [("⋯",)] * 3
    assert len(layout.spots) == 33


def test_pictures_are_files_of_their_own(pictures):
    for picture in pictures:
        root = ElementTree.fromstring(write_svg(picture))
        texts = {one.text for one in root.iter("{http://www.w3.org/2000/svg}text")}
        if len(picture.nodes) < 30:
            assert {node.label.replace("-", "−") for node in picture.nodes} <= texts


# --- in a browser --------------------------------------------------------------------

DRIVER = """<script>
const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
document.getElementById("stepper-start").click();
press("ArrowRight"); press("ArrowRight"); press("ArrowLeft");
document.body.dataset.seen = JSON.stringify([
  document.activeElement.id, document.getElementById("stepper-count").textContent,
  document.getElementById("stepper-words").textContent,
  document.querySelector(".line.now").id, [...document.querySelectorAll(".source[id]")].map((one) => one.id).join(" "),
]);
press("Escape");
document.body.dataset.left = document.querySelectorAll(".now, .source").length + document.activeElement.id;
</script></body>"""


def in_browser(page: str, folder) -> Element:
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}", "--dump-dom"]
    shown = subprocess.run([CHROMIUM, *options, str(path)], capture_output=True, text=True, timeout=60).stdout
    return read_page("<!DOCTYPE html>\n" + shown.partition(">")[2])


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_the_policy_lets_the_script_run(tmp_path):
    page = in_browser(page_of("ntu-tutorial-8-q1a"), tmp_path)
    assert "hidden" not in next(one for one in page if one.attributes.get("id") == "stepper").attributes


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_the_calculation_is_stepped_through_by_keyboard(tmp_path):
    text = re.sub("<meta http-equiv[^>]*>", "", page_of("ntu-tutorial-8-q1a")).replace("</body>", DRIVER)
    seen = in_browser(text, tmp_path).all("body")[0].attributes
    assert seen["data-seen"].startswith('["stepper-next","2 of 16","t = 1: h of 1 equals column 0.00, 0.99",')
    own, *sources = re.findall(r"p1-v\d+", seen["data-seen"])
    assert sources == [own[:-1] + str(int(own[-1]) - 1)] and seen["data-left"] == "0stepper-start"

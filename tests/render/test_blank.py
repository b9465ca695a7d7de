"""Blanks: no digit of what is left out stands anywhere in a worksheet, and nothing else is lost."""

from __future__ import annotations

import re

import numpy as np
import pytest
from running import BIGRAMS, PROBLEMS, problem, system

import rnncalc
from rnncalc.render.document.blank import blanked, last_places, places_of
from rnncalc.render.document.blocks import BLANK, Document, Given, Grid, Lines, Picture, Place, Room, Section
from rnncalc.render.document.building import document_of
from rnncalc.render.document.choice import Choice
from rnncalc.render.document.html import write_html
from rnncalc.render.document.latex import write_latex
from rnncalc.render.document.markdown import write_markdown

DECIMALS = 6


def section(name: str, detail: str = "equations") -> Section:
    choice = Choice(decimals=DECIMALS, detail=detail, misprints=False)
    return document_of([rnncalc.load(name)], choice).sections[0]


def of_text(text: str, decimals: int = DECIMALS) -> Section:
    return document_of([problem(text)], Choice(decimals=decimals)).sections[0]


def numbers_at(found: Section, places: set[Place]) -> set[str]:
    """Give the texts of the numbers at places, without sign; only those that are hardly elsewhere by chance."""
    texts: set[str] = set()
    for block in found.blocks:
        if isinstance(block, Lines):
            values = [line.value for line in block.lines if line.place in places and line.value]
            texts |= {str(text) for value in values for cells in value.cells.values() for text in cells.flat}
        elif isinstance(block, Grid) and block.place in places:
            texts |= {text for _, cells in block.rows for text in cells}
    unsigned = {text.lstrip("-") for text in texts}
    return {text for text in unsigned if re.fullmatch(r"[0-9.]+", text) and len(text.replace(".", "").strip("0")) >= 4}


def shown(found: Section, *formats) -> set[str]:
    """Give every number of the pages of a section, but for what is given; the picture stands in HTML alone."""
    blocks = tuple(block for block in found.blocks if not isinstance(block, Given))
    document = Document("", "", "", (found._replace(blocks=blocks),))
    text = "".join(write(document) for write in formats)
    text = re.sub(r"<style>.*?</style>|<script>.*?</script>|<svg.*?</svg>", "", text, flags=re.DOTALL)
    nodes = [node for block in blocks if isinstance(block, Picture) for node in block.nodes]
    text += " ".join(f"{node.value}, {node.adjoint}" for node in nodes)
    return set(re.findall(r"[0-9]+\.[0-9]+", text))


@pytest.mark.parametrize("name", [*PROBLEMS, *BIGRAMS])
def test_nothing_shows_elsewhere(name):
    whole = section(name, "terms")
    places = places_of(whole)
    by_name = {quantity: {place for place in places if place[0] == quantity} for quantity, _ in places}
    for wanted in by_name.values():
        assert not numbers_at(whole, wanted) & shown(blanked(whole, wanted), write_markdown), wanted
    last = set(last_places(whole, 3))
    assert not numbers_at(whole, last) & shown(blanked(whole, last), write_markdown, write_latex, write_html)


@pytest.mark.parametrize("name", ["lstm-2-units-bptt", "ntu-lecture-example-2", "unequal-lengths"])
def test_nor_in_single_entries(name):
    whole = section(name, "entries")
    for quantity in dict.fromkeys(quantity for quantity, _ in places_of(whole)):
        secret = numbers_at(whole, {place for place in places_of(whole) if place[0] == quantity})
        assert not secret & shown(blanked(whole, [(quantity, None)]), write_markdown), quantity


def test_nothing_wanted_changes_nothing():
    whole = section("lstm-2-units-bptt")
    assert write_markdown(Document("", "", "", (blanked(whole, []),))) == write_markdown(Document("", "", "", (whole,)))


def lines_of(found: Section) -> dict[Place, object]:
    return {line.place: line for block in found.blocks if isinstance(block, Lines) for line in block.lines}


def cells(math) -> list[str]:
    return [str(text) for texts in math.cells.values() for text in np.ravel(texts)]


RELU = system(
    "z[t] = W @ x[t]\nh[t] = relu(z[t])\nu[t] = V @ h[t] + b\ny[t] = u[t]", "W: [[1, 2], [3, 4]]\nV: [[1, -1]]\nb: 0.5",
    "x: [[1, 1], [-1, 1]]",
)  # fmt: skip


def test_a_line_left_out_keeps_its_equation_and_its_shape():
    line = lines_of(blanked(of_text(RELU, 2), [("z", 1)]))["z", 1]
    assert (len(line.sides), line.sides[0].cells, line.details, line.blank) == (1, {}, (), True)
    assert cells(line.value) == [BLANK, BLANK]


def test_only_what_is_read_is_left_out_of_later_lines():
    found = lines_of(blanked(of_text(RELU, 2), [("h", 1)]))
    assert cells(found["u", 1].sides[1]) == ["1", "-1", BLANK, BLANK, "0.5"]
    assert cells(found["u", 1].value) == ["-3.50"]
    assert BLANK not in cells(found["u", 2].sides[1])
    assert BLANK not in cells(found["z", 1].sides[1])


def test_a_value_that_is_passed_on_is_left_out_too():
    found = lines_of(blanked(of_text(RELU, 2), [("z", None)]))
    assert cells(found["h", 1].value) == [BLANK, BLANK]  # 3.00 and 7.00 are z(1)'s
    assert cells(found["h", 2].value) == [BLANK, BLANK]  # so are 1.00 and 1.00


@pytest.mark.parametrize("wanted", ["u", "y"])
def test_a_copy_is_left_out_with_what_it_copies(wanted):
    found = lines_of(blanked(of_text(RELU, 2), [(wanted, None)]))
    assert found["u", 1].blank and found["y", 1].blank
    assert not found["h", 1].blank


def test_digits_that_are_alike_by_chance_stay():
    text = system("a[t] = 2 * x[t]\nb[t] = 4 * x[t] + a[t] - 2 * x[t]", inputs="x: [0.25]")
    found = lines_of(blanked(of_text(text, 2), [("a", None)]))
    assert cells(found["b", 1].value) == ["1.00"]
    assert cells(found["b", 1].sides[1]).count(BLANK) == 1


def test_room_stands_below_each_blank_and_the_step_is_named_once():
    blocks = blanked(of_text(RELU, 2), [("z", 1), ("h", 1)]).blocks
    at = next(number for number, block in enumerate(blocks) if isinstance(block, Lines))
    assert [type(block) for block in blocks[at : at + 5]] == [Lines, Room, Lines, Room, Lines]
    assert [block.step for block in blocks[at : at + 5 : 2]] == ["t = 1", "", ""]


def test_the_picture_has_no_number_of_what_is_left_out():
    (picture,) = [
        b for b in blanked(section("lecture-bptt-linear"), [("h", 2), ("∇h", 3)]).blocks if isinstance(b, Picture)
    ]
    nodes = {node.place: node for node in picture.nodes}
    assert not nodes["h", 2].value and nodes["h", 2].adjoint
    assert nodes["h", 3].value and not nodes["h", 3].adjoint


def test_a_worked_example_fades_from_its_end():
    whole = section("lecture-bptt-linear")
    assert last_places(whole, 2) == places_of(whole)[-2:]
    assert last_places(whole, 0) == ()
    assert all(name.startswith("∇") for name, _ in last_places(whole, 5))


def test_a_table_of_words_is_left_out():
    grids = [block for block in blanked(section("sam-i-am"), [("T", None)]).blocks if isinstance(block, Grid)]
    texts = {grid.caption.partition(":")[0]: {text for _, row in grid.rows for text in row} for grid in grids}
    assert texts["T"] == texts["factors"] == {BLANK}
    assert texts["counts"] == {"0", "1", "2"}

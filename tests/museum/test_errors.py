"""The museum of faults: for each diagnostic slug a file that provokes it, with the exact message.

A piece is called SLUG.yaml or SLUG-VARIANT.yaml. SLUG.txt holds what `rnncalc
forward` writes to standard error, or the command that the piece names in its
first line, `# rnncalc bptt`; look at a new one before `pytest --accept`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from museum.slugs import all_slugs
from museum.special import SPECIAL
from running import Run, run

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.base.span import Source
from rnncalc.problem.problem import read_problem

FOLDER = Path(__file__).parent / "errors"
PIECES = sorted(path.stem for path in FOLDER.glob("*.yaml"))

# pieces with more than one cause, each cause with its own message
SEVERAL = {
    "yaml-anchor-alias": 2,
    "yaml-anchor-itself": 2,
    "no-finite-inverse": 2,
    "several-faults": 8,
    "several-faults-section": 5,
    "several-faults-names": 5,
    "shape-mismatch-packed-transposed": 2,
}


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Run]:
    """Run every piece, once, from within the museum."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(FOLDER)
        return {piece: run(*_command(piece), f"{piece}.yaml") for piece in PIECES}


def _command(piece: str) -> list[str]:
    """Give the command that provokes the fault: that of the first line, else `forward`."""
    with (FOLDER / f"{piece}.yaml").open(encoding="utf-8", errors="replace") as stream:
        first = stream.readline()
    return first.split()[2:] if first.startswith("# rnncalc ") else ["forward"]


def test_every_slug_has_a_piece():
    shown = {slug for piece in PIECES for slug in _slugs(piece)}
    assert all_slugs() - shown - set(SPECIAL) == set()
    assert shown <= all_slugs()
    assert set(SPECIAL) <= all_slugs()


def _slugs(piece: str) -> list[str]:
    path = FOLDER / f"{piece}.txt"
    return Run(3, "", path.read_text(encoding="utf-8")).slugs if path.exists() else []


@pytest.mark.parametrize("piece", PIECES)
def test_piece(piece, outcomes, accepted):
    outcome = outcomes[piece]
    assert (outcome.code, outcome.out) == (3, "")
    accepted(outcome.err, FOLDER / f"{piece}.txt")


@pytest.mark.parametrize("piece", PIECES)
def test_message_of_the_museum_is_of_the_house_style(piece):
    """Checks the accepted messages themselves, so that a bad one is not accepted by mistake."""
    text = (FOLDER / f"{piece}.txt").read_text(encoding="utf-8")
    places = Run(3, "", text).places
    assert len(places) == SEVERAL.get(piece, 1)
    assert all(file == f"{piece}.yaml" or file.startswith("--") for file, *_ in places)
    assert [place[1:3] for place in places] == sorted(place[1:3] for place in places)
    if not piece.startswith("several-faults"):
        slug = places[0][3]
        assert piece == slug or piece.startswith(f"{slug}-")
    for word in ("Traceback", "invalid", "illegal", "please", "simply", "!\n"):
        assert word not in text.replace("'", "")
    for message in text.rstrip("\n").split("\n\n"):
        head, *rest = message.split("\n")
        number = int(head.split(":")[1])
        if not piece.startswith("empty-file"):
            assert rest[0].startswith(f"{number:>5} | ") and set(rest[1].strip(" |")) == {"^"}
        assert not any(line.startswith("In rnncalc's") for line in rest[:2])


def test_every_message_says_what_to_write_instead():
    without = []
    for piece in PIECES:
        try:
            read_problem(Source(piece, (FOLDER / f"{piece}.yaml").read_text(encoding="utf-8")))
        except RnncalcError as error:
            without += [f"{piece}: {found.message}" for found in error.diagnostics if not found.remedy]
        except Exception:  # a fault of ours, which test_piece reports
            continue
    assert without == []


@pytest.mark.parametrize("slug", sorted(SPECIAL))
def test_fault_that_needs_a_setting(slug, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("rnncalc.problem.yaml_tree.MAX_NODES", 1000)  # the true cap takes seconds to reach
    outcome = run("forward", SPECIAL[slug](tmp_path))
    assert (outcome.code, outcome.out, outcome.slugs) == (3, "", [slug])
    assert "Traceback" not in outcome.err
    assert max(map(len, outcome.err.splitlines())) < 250

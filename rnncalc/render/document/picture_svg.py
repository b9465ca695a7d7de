"""The unrolled network as SVG: nodes with their values, arrows, and the backward pass as a second layer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from rnncalc.render.document.blocks import Picture, Place
from rnncalc.render.document.markup import element, escaped, lines_of, opened, printed
from rnncalc.render.document.picture_layout import LINE, Arrow, Layout, Point, Spot, lay_out

STYLE = Path(__file__).with_name("picture.css")
_HEAD = 8  # pixels from the tip of an arrow to its base
_MOST_SAID = 60  # nodes that the description lists


def write_svg(picture: Picture) -> str:
    """Write the picture as a file of its own."""
    layout = lay_out(picture)
    style = element("style", "\n", STYLE.read_text(encoding="utf-8"))
    paper = '<rect class="paper" width="100%" height="100%"/>'
    return _svg(picture, layout, "network", {}, style, paper, xmlns="http://www.w3.org/2000/svg") + "\n"


def svg_element(picture: Picture, own: str, names: Mapping[Place, str]) -> str:
    """Write the picture for a page that has the style; `own` is its id, `names` those of the nodes."""
    return _svg(picture, lay_out(picture), own, names)


def _svg(
    picture: Picture, layout: Layout, own: str, names: Mapping[Place, str], *before: str, xmlns: str | None = None
) -> str:
    width, height = f"{layout.width:.0f}", f"{layout.height:.0f}"
    start = opened(
        "svg",
        xmlns=xmlns,
        class_="network",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        aria_labelledby=f"{own}-title {own}-words",
    )
    title = element("title", escaped(picture.caption or "The unrolled network"), id=f"{own}-title")
    words = element("desc", escaped(_words(layout)), id=f"{own}-words")
    forward = element("g", "\n", lines_of(_arrow(arrow) for arrow in layout.arrows if not arrow.back), class_="forward")
    back = [_arrow(arrow) for arrow in layout.arrows if arrow.back]
    adjoints = [
        _texts(spot, spot.adjoint, _first_adjoint(spot), "adjoint", "∇ ") for spot in layout.spots if spot.adjoint
    ]
    backward = element("g", "\n", lines_of([*back, *adjoints]), class_="backward") if back or adjoints else ""
    nodes = [_node(spot, names.get(spot.node.place)) for spot in layout.spots]
    body = lines_of([title, words, *before, forward, element("g", "\n", lines_of(nodes)), backward])
    return f"{start}\n{body}\n</svg>"


def _node(spot: Spot, own: str | None) -> str:
    box = ""
    if not spot.is_ellipsis:
        x, y = spot.x - spot.width / 2, spot.y - spot.height / 2
        box = f'<rect x="{x:.1f}" y="{y:.1f}" width="{spot.width:.1f}" height="{spot.height:.1f}" rx="8"/>'
    first = spot.y - spot.height / 2 + LINE
    label = _texts(spot, (printed_label(spot.node.label),), first, "label") if spot.node.label else ""
    value = _texts(spot, spot.value, first + LINE * bool(label), "value")
    return element("g", box, label, value, class_="ellipsis" if spot.is_ellipsis else "node", id=own)


def printed_label(label: str) -> str:
    """Write the minus of a step, h(t-1), as print does."""
    return printed(label.replace("-", "−") if "(" in label else label)


def _first_adjoint(spot: Spot) -> float:
    return spot.y - spot.height / 2 + LINE * (1 + bool(spot.node.label) + len(spot.value))


def _texts(spot: Spot, lines: tuple[str, ...], first: float, kind: str, before: str = "") -> str:
    return "".join(
        f'<text class="{kind}" x="{spot.x:.1f}" y="{first + LINE * number:.1f}">'
        f"{before if number == 0 else ''}{escaped(line)}</text>"
        for number, line in enumerate(lines)
    )


def _arrow(arrow: Arrow) -> str:
    """Draw the line up to the arrow's head, and the head as a triangle."""
    *before, last = arrow.points
    (x, y), (end_x, end_y) = before[-1], last
    length = math.hypot(end_x - x, end_y - y) or 1.0
    across, down = (end_x - x) / length, (end_y - y) / length
    base = (end_x - _HEAD * across, end_y - _HEAD * down)
    wing = (-down * _HEAD / 2, across * _HEAD / 2)
    corners = [last, (base[0] + wing[0], base[1] + wing[1]), (base[0] - wing[0], base[1] - wing[1])]
    return f'<path d="M{_path([*before, base])}"/><path class="head" d="M{_path(corners)}Z"/>'


def _path(points: list[Point]) -> str:
    return "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _words(layout: Layout) -> str:
    """Say what the picture shows, node by node."""
    nodes = [spot for spot in layout.spots if not spot.is_ellipsis]
    said = []
    for spot in nodes[:_MOST_SAID]:
        adjoint = f", adjoint {printed(spot.node.adjoint)}" if spot.node.adjoint else ""
        said.append(f"{spot.node.label}: {printed(spot.node.value)}{adjoint}")
    more = ["…"] if len(nodes) > _MOST_SAID else []
    return "; ".join([*said, *more]) + "."

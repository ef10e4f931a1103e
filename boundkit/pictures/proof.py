"""The graph of a proof as elements of SVG, drawn without any other program. Colours stand on the elements
and, for a page that has colours of its own, as classes."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from boundkit.graph import COLOURS, NEUTRAL, Graph, Vertex, layers_of

_LETTER, _HIGH, _RISE = 7.2, 40, 46
_SMALL, _ASIDE = 6.0, 7.0
GAP, EDGE = 24, 16
"""Pixels between two boxes, and around the picture."""

ARROW = (
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
    f'orient="auto"><path d="M0 0L8 4L0 8z" fill="{NEUTRAL}"/></marker></defs>'
)
"""The heads of the edges, which a document defines once."""


def drawing(graph: Graph, top: float) -> tuple[list[str], float, float]:
    """The elements of one graph from `top` on, how far they reach to the right, and their height."""
    vertices = {vertex.name: vertex for vertex in graph.vertices}
    layers = layers_of(graph)
    place: dict[str, tuple[float, float, float]] = {}
    widths = [sum(_wide(vertices[n]) for n in line) + GAP * (len(line) - 1) for line in layers]
    total = max(widths, default=0.0)
    for depth, (line, own) in enumerate(zip(layers, widths, strict=True)):
        left = EDGE + (total - own) / 2
        for name in line:
            wide = _wide(vertices[name])
            place[name] = (left, top + depth * (_HIGH + _RISE), wide)
            left += wide + GAP
    slack = dict(graph.slack)
    out = [
        *_edges(graph, place),
        *_ratios(graph, place),
        *(_box(vertices[name], where, slack) for name, where in place.items()),
    ]
    said = _said(graph)
    ends = [x + wide / 2 + _ASIDE + _SMALL * len(said.get(name, "")) for name, (x, _, wide) in place.items()]
    return out, max([total + EDGE, *ends]) + EDGE, len(layers) * (_HIGH + _RISE) - _RISE if layers else 0.0


def _wide(vertex: Vertex) -> float:
    return max(48.0, 16 + _LETTER * max(len(vertex.name), len(vertex.verdict)))


def _edges(graph: Graph, place: dict[str, tuple[float, float, float]]) -> Iterator[str]:
    for premise, node in graph.edges:
        if premise in place and node in place:
            (x1, y1, w1), (x2, y2, w2) = place[premise], place[node]
            start, end = (x1 + w1 / 2, y1 + _HIGH), (x2 + w2 / 2, y2)
            bend = max(20.0, abs(end[1] - start[1]) / 2)
            path = (
                f"M{start[0]:.1f} {start[1]:.1f}C{start[0]:.1f} {start[1] + bend:.1f} "
                f"{end[0]:.1f} {end[1] - bend:.1f} {end[0]:.1f} {end[1]:.1f}"
            )
            yield f'<path class="edge" d="{path}" fill="none" stroke="{NEUTRAL}" marker-end="url(#arrow)"/>'


def _ratios(graph: Graph, place: dict[str, tuple[float, float, float]]) -> Iterator[str]:
    """What each node gives away or, where that was not measured, its ratio in the test; once, where the edges
    that lead to it meet."""
    said = _said(graph)
    for node in dict.fromkeys(end for start, end in graph.edges if start in place and end in place):
        if node in said:
            x, y, wide = place[node]
            yield (
                f'<text class="ratio" x="{x + wide / 2 + _ASIDE:.1f}" y="{y - 5:.1f}" font-size="10" '
                f'fill="{NEUTRAL}" stroke="#ffffff" stroke-width="3" paint-order="stroke">'
                f"{shown(said[node])}</text>"
            )


def _said(graph: Graph) -> dict[str, str]:
    return dict(graph.lost) or {name: f"{ratio:.3g}" for name, ratio in graph.slack}


def _box(vertex: Vertex, where: tuple[float, float, float], slack: dict[str, float]) -> str:
    x, y, wide = where
    colour = COLOURS.get(vertex.verdict, NEUTRAL)
    round_ = 20 if vertex.kind == "hypothesis" else 4
    dash = ' stroke-dasharray="4 3"' if vertex.kind == "lemma" else ""
    tip = "; ".join(
        part
        for part in (
            f"{vertex.kind} {vertex.name}",
            vertex.verdict,
            f"owes {', '.join(vertex.debts)}" if vertex.debts else "",
            f"lhs/rhs up to {slack[vertex.name]:.4g}" if vertex.name in slack else "",
        )
        if part
    )
    middle = x + wide / 2
    name = y + (17 if vertex.verdict else 25)
    verdict = (
        f'<text x="{middle:.1f}" y="{y + 33:.1f}" text-anchor="middle" font-size="10" fill="{colour}">'
        f"{vertex.verdict}</text>"
        if vertex.verdict
        else ""
    )
    label = f'<text x="{middle:.1f}" y="{name:.1f}" text-anchor="middle">{shown(vertex.name)}</text>'
    return (
        f'<g class="{vertex.kind} {vertex.verdict}"><title>{shown(tip)}</title>'
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{_HIGH}" '
        f'rx="{round_}" fill="#ffffff" stroke="{colour}" stroke-width="1.5"{dash}/>'
        f"{label}{verdict}</g>"
    )


def shown(text: str) -> str:
    """Text of a file for an element: escaped, what cannot be printed as blanks."""
    return escape("".join(sign if sign.isprintable() else " " for sign in text))

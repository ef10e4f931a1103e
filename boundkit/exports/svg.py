"""The graphs of proofs as one picture, drawn without any other program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import ClassVar

from boundkit.graph import COLOURS, NEUTRAL, Graph, Vertex, graph_of, layers_of
from boundkit.report import Report

_LETTER, _HIGH, _GAP, _RISE, _EDGE = 7.2, 40, 24, 46, 16
_HEAD = 30


@dataclass(frozen=True)
class Svg:
    """Theorem below theorem: premises above what rests on them, verdicts in words and as colours; a line says
    which test ratio a node has, its debts are in the tip of its box."""

    suffix: ClassVar[str] = ".svg"
    formulas: ClassVar[bool] = False

    def render(self, report: Report) -> str:
        """Messages of the report are comments."""
        body: list[str] = []
        top, widest = float(_EDGE), 240.0
        for file in report.files:
            for theorem in file.theorems:
                body.append(
                    f'<text x="{_EDGE}" y="{top + 14:.0f}" font-weight="bold">{_shown(theorem.name)}: '
                    f"{theorem.headline}</text>"
                )
                lines, wide, high = drawing(graph_of(theorem), top + _HEAD)
                body += lines
                top, widest = top + _HEAD + high + _GAP, max(widest, wide, 9.0 * len(theorem.name) + 160)
        for message in report.diagnostics:
            body.append(f"<!-- {_comment(f'{message.path}: {message.code}: {message.message}')} -->")
        size = f'width="{widest:.0f}" height="{top:.0f}" viewBox="0 0 {widest:.0f} {top:.0f}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13">'
        arrow = (
            '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
            f'orient="auto"><path d="M0 0L8 4L0 8z" fill="{NEUTRAL}"/></marker></defs>'
        )
        paper = '<rect width="100%" height="100%" fill="#ffffff"/>'
        return "\n".join([head, arrow, paper, *body, "</svg>"]) + "\n"


def drawing(graph: Graph, top: float) -> tuple[list[str], float, float]:
    """The elements of one graph from `top` on, how far they reach to the right, and their height."""
    vertices = {vertex.name: vertex for vertex in graph.vertices}
    layers = layers_of(graph)
    place: dict[str, tuple[float, float, float]] = {}
    widths = [sum(_wide(vertices[n]) for n in line) + _GAP * (len(line) - 1) for line in layers]
    total = max(widths, default=0.0)
    for depth, (line, own) in enumerate(zip(layers, widths, strict=True)):
        left = _EDGE + (total - own) / 2
        for name in line:
            wide = _wide(vertices[name])
            place[name] = (left, top + depth * (_HIGH + _RISE), wide)
            left += wide + _GAP
    slack = dict(graph.slack)
    out = [*_edges(graph, place), *(_box(vertices[name], where, slack) for name, where in place.items())]
    return out, total + 2 * _EDGE, len(layers) * (_HIGH + _RISE) - _RISE if layers else 0.0


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
            yield f'<path d="{path}" fill="none" stroke="{NEUTRAL}" marker-end="url(#arrow)"/>'


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
    label = f'<text x="{middle:.1f}" y="{name:.1f}" text-anchor="middle">{_shown(vertex.name)}</text>'
    return (
        f'<g><title>{_shown(tip)}</title><rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{_HIGH}" '
        f'rx="{round_}" fill="#ffffff" stroke="{colour}" stroke-width="1.5"{dash}/>'
        f"{label}{verdict}</g>"
    )


def _shown(text: str) -> str:
    return escape("".join(sign if sign.isprintable() else " " for sign in text))


def _comment(text: str) -> str:
    return _shown(text).replace("--", "- -")

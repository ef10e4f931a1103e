"""Boxes in LaTeX that every reader of formulas knows, for Markdown: no macro of `boundkit.sty`."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from boundkit.typesetting.boxes import Box, Edge, Fence, Law, Own, Script, Sign, Symbol, row
from boundkit.typesetting.latex import latex
from boundkit.typesetting.measure import delimiter_size

_LAWS = {
    "E": Symbol("𝔼", "blackboard"),
    "Pr": Symbol("ℙ", "blackboard"),
    "Var": Symbol("Var", "upright", function=True),
}


def standard_latex(box: Box, display: bool = True) -> str:
    """The box in math mode without macros."""
    return latex(_without_macros(box, display), display)


def _without_macros(box: Box, display: bool) -> Box:
    if isinstance(box, Own):
        return _without_macros(box.body, display)
    if isinstance(box, Law):
        below = _without_macros(box.below, False) if box.below is not None else None
        return Script(_LAWS[box.sign], below) if below is not None else _LAWS[box.sign]
    if isinstance(box, Script) and isinstance(box.base, Fence):
        scripts = tuple(_without_macros(s, False) if s is not None else None for s in (box.below, box.above))
        return _opened(box.base, display, (scripts[0], scripts[1]))
    if isinstance(box, Fence):
        return _opened(box, display, (None, None))
    if isinstance(box, Symbol):
        return replace(box, macro="")
    if isinstance(box, Sign) and box.text == "≔":
        return Sign(":=", box.kind)
    changed: dict[str, Any] = {}
    for own in fields(box):
        held = getattr(box, own.name)
        if isinstance(held, Box):
            changed[own.name] = _without_macros(held, display)
        elif isinstance(held, tuple):
            changed[own.name] = _each(held, display)
    return replace(box, **changed) if changed else box


def _each(held: tuple[object, ...], display: bool) -> tuple[object, ...]:
    return tuple(
        _without_macros(part, display)
        if isinstance(part, Box)
        else _each(part, display)
        if isinstance(part, tuple)
        else part
        for part in held
    )


def _opened(fence: Fence, display: bool, scripts: tuple[Box | None, Box | None]) -> Box:
    rank = delimiter_size(fence.body, display)
    inner = _without_macros(fence.body, display)
    return row(Edge(fence.kind, True, rank), inner, Edge(fence.kind, False, rank, scripts))

"""Where a formula breaks into lines that fit a column.

A formula is cut into atoms; between two of them it may break: before a relation, before a sign of a sum,
between factors, after a comma, the deeper in parentheses the worse. Of all ways to break it that fit, the one
with the least total badness is taken. What is too wide to fit unbroken gives way first: a fraction becomes a
quotient in one line, a root a power, so that they can break too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from boundkit.typesetting.boxes import (
    Box,
    Edge,
    Fence,
    Fraction,
    Script,
    Sign,
    Words,
    in_one_line,
    parts_of,
    row,
)
from boundkit.typesetting.measure import delimiter_size, width

INDENT = 20.0
"""Points by which a line that continues another is moved to the right."""

_BADNESS = {"relation": 8.0, "binary": 20.0, "words": 20.0, "punctuation": 60.0, "times": 80.0}
_DEEPER = 70.0
_LINE = 15.0


@dataclass(frozen=True)
class _Atom:
    """A box that does not break. `badness` is that of a break before it, infinite where none is allowed."""

    box: Box
    width: float
    badness: float


def lines(box: Box, room: float, first: float | None = None, display: bool = True) -> tuple[Box, ...]:
    """The formula as lines of at most `room` points, where that is possible. The first may be `first` wide;
    every other one leaves `INDENT` free, to be moved to the right."""
    start = room if first is None else first
    if width(box, display) <= start:
        return (box,)
    atoms = list(_atoms(_fitting(box, room - INDENT, display), 0, display))
    broken = _broken(atoms, start, room - INDENT)
    return tuple(row(*_fused([atom.box for atom in line])) for line in broken)


def is_relation(box: Box) -> bool:
    """Whether a box is the sign of a relation."""
    core = box.base if isinstance(box, Script) else box
    return isinstance(core, Sign) and core.kind == "relation"


def _broken(atoms: list[_Atom], first: float, room: float) -> Iterator[list[_Atom]]:
    """The atoms in lines, with the least badness: of the breaks, of what sticks out, and of the lines."""
    count = len(atoms)
    best = [inf] * (count + 1)
    before = [0] * (count + 1)
    best[0] = 0.0
    for end in range(1, count + 1):
        taken = 0.0
        for begin in range(end - 1, -1, -1):
            taken += atoms[begin].width
            allowed = first if begin == 0 else room
            over = max(0.0, taken - allowed)
            if over and end - begin > 1 and best[end] < inf and taken > 3 * room:
                break
            badness = 0.0 if begin == 0 else atoms[begin].badness
            total = best[begin] + badness + _LINE + over * 100.0
            if badness < inf and total < best[end]:
                best[end], before[end] = total, begin
    cuts = [count]
    while cuts[-1]:
        cuts.append(before[cuts[-1]])
    cuts.reverse()
    for begin, end in pairwise(cuts):
        yield atoms[begin:end]


def _fused(line: list[Box]) -> list[Box]:
    """The boxes of a line with a fence again where both its ends stand there."""
    done: list[Box] = []
    opened: list[int] = []
    for box in line:
        if isinstance(box, Edge) and box.left:
            opened.append(len(done))
        if isinstance(box, Edge) and not box.left and opened:
            start = opened.pop()
            fence = Fence(box.kind, row(*done[start + 1 :]), applied=True)
            scripted = any(script is not None for script in box.scripts)
            done[start:] = [Script(fence, *box.scripts) if scripted else fence]
        else:
            done.append(box)
    return done


def _fitting(box: Box, room: float, display: bool) -> Box:
    """The box with what is wider than the room in one line."""
    return in_one_line(box, lambda part: width(part, display) > room)


def _atoms(box: Box, depth: int, display: bool, badness: float = inf) -> Iterator[_Atom]:
    """The atoms of a box; `badness` is that of a break before the first."""
    parts = parts_of(box)
    after: float | None = None
    for place, part in enumerate(parts):
        kind = _kind(part)
        here = badness if place == 0 else inf
        if place and kind in ("relation", "binary", "words", "times"):
            here = _BADNESS[kind] + depth * _DEEPER
        if place and after is not None:
            here = after
        after = None
        if kind == "punctuation":
            after = _BADNESS["punctuation"] + depth * _DEEPER
        core = part.base if isinstance(part, Script) else part
        if isinstance(core, Fence) and _opens(core, display):
            scripts = (part.below, part.above) if isinstance(part, Script) else (None, None)
            rank = delimiter_size(core.body, display)
            outer = width(core, display) - width(core.body, display)
            script = width(part, display) - width(core, display)
            yield _Atom(Edge(core.kind, True, rank), outer / 2, here)
            yield from _atoms(core.body, depth + 1, display, inf)
            yield _Atom(Edge(core.kind, False, rank, scripts), outer / 2 + script, inf)
        else:
            spaces = width(row(*parts[place : place + 2]), display) if place + 1 < len(parts) else 0.0
            extra = spaces - width(part, display) - width(parts[place + 1], display) if spaces else 0.0
            yield _Atom(part, width(part, display) + max(0.0, extra), here)


def _opens(fence: Fence, display: bool) -> bool:
    """Whether a fence is worth breaking: a short one is not."""
    return width(fence.body, display) > 40.0 and fence.kind != "at" and not isinstance(fence.body, Fraction)


def _kind(box: Box) -> str:
    if is_relation(box):
        return "relation"
    if isinstance(box, Sign):
        return box.kind
    return "words" if isinstance(box, Words) else ""

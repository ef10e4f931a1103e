"""How wide and how high a box comes out, in points of a text of ten points.

Widths are those of Computer Modern, rounded up a little; `tests/typesetting` compares them with what TeX
measures. They decide where lines break and how large delimiters are, never what a formula says."""

from __future__ import annotations

from itertools import pairwise

from boundkit.typesetting.boxes import (
    FENCES,
    Accent,
    Big,
    Box,
    Choose,
    Edge,
    Fence,
    Fraction,
    Grid,
    Law,
    Own,
    Root,
    Row,
    Script,
    Sign,
    Symbol,
    Words,
    names_function,
    parts_of,
)

ITALIC = {"i": 3.6, "j": 4.5, "l": 3.2, "r": 4.8, "s": 4.7, "t": 3.8, "f": 5.9, "m": 8.8, "w": 7.4, "M": 10.8,
          "W": 10.9, "N": 8.9, "H": 9.3, "D": 8.3, "K": 9.3, "R": 7.7, "ι": 3.6}  # fmt: skip
UPRIGHT = {"i": 2.8, "l": 2.8, "j": 3.1, "f": 3.1, "t": 3.9, "r": 4.0, "s": 4.0, "m": 8.4, "w": 7.3}
SCRIPT = 0.74
_BIG = {"∑": 14.5, "∏": 12.8, "∫": 9.0}
DELIMITER = (4.0, 4.7, 6.1, 7.5, 8.2)
"""Widths of a parenthesis in each size."""
BARS = (3.0, 3.4, 3.6, 3.8, 4.2)


def width(box: Box, display: bool = True) -> float:
    """The width of a box; `display` for displayed formulas, whose sums have their limits above and below."""
    match box:
        case Symbol(text, style):
            return _symbol(text, style)
        case Sign(text, kind):
            return _sign(text, kind)
        case Words(text):
            return sum(UPRIGHT.get(letter, 5.2) if letter != " " else 3.6 for letter in text) + 7
        case Own(_, body):
            return width(body, display)
        case Accent(base, _):
            return width(base, display)
        case Row(parts):
            return sum(width(part, display) for part in parts) + _function_spaces(parts)
        case Script(base, below, above):
            scripts = max((width(s, False) for s in (below, above) if s is not None), default=0.0)
            return width(base, display) + SCRIPT * scripts + 0.8
        case Fraction(top, bottom):
            scale = 1.0 if display else SCRIPT
            return scale * max(width(top, False), width(bottom, False)) + 2.6
        case Choose(top, bottom):
            return (1.0 if display else SCRIPT) * max(width(top, False), width(bottom, False)) + 14.0
        case Root(body):
            return width(body, display) + 8.5 + 1.5 * (size(body, display) > 1)
        case Fence(kind, body):
            return width(body, display) + _delimiters(kind, delimiter_size(body, display))
        case Edge(kind, _, rank, scripts):
            outer = max((width(part, False) for part in scripts if part is not None), default=0.0)
            return _delimiters(kind, rank) / 2 + SCRIPT * outer
        case Big() | Law():
            return _with_limits(box, display)
        case Grid(kind, rows):
            columns = [max(width(cells[k], False) for cells in rows if k < len(cells))
                       for k in range(max(map(len, rows)))]  # fmt: skip
            return sum(columns) + 10.0 * len(columns) + (12 if kind == "matrix" else 10)
    raise TypeError(type(box).__name__)


def _symbol(text: str, style: str) -> float:
    if style == "number":
        return 5.0 * len(text) - 2.2 * text.count(".")
    if style == "upright":
        return sum(UPRIGHT.get(c, 7.5 if c.isupper() else 5.3) for c in text)
    if style in ("blackboard", "bold", "calligraphic"):
        return 7.8
    return sum(ITALIC.get(c, 7.8 if c.isupper() else 5.7) for c in text)


def _sign(text: str, kind: str) -> float:
    if kind == "relation":
        return 13.4
    if kind == "binary":
        return 12.3
    if kind == "prefix":
        return 7.8
    if kind == "times":
        return 7.3 if text == "⋅" else 1.7 if text else 0.0
    if kind == "punctuation":
        return 4.5
    return {"…": 11.7, "∞": 10.0, "/": 5.0, "′": 2.2, "⋆": 4.0}.get(text, 5.0 * len(text))


def _function_spaces(parts: tuple[Box, ...]) -> float:
    """The blanks on either side of a function's name, and of the signs of sums."""
    spaces = 0.0
    for left, right in pairwise(parts):
        named = names_function(left) or isinstance(left, Big)
        if named and not isinstance(right, Fence):
            spaces += 1.7
        if names_function(right) or isinstance(right, Big):
            spaces += 1.7
    return spaces


def _delimiters(kind: str, rank: int) -> float:
    left, right = FENCES[kind]
    total = 0.0
    for sign in (left, right):
        if sign:
            total += (
                BARS[rank] if sign == "|" else 5.2 if sign == "‖" else DELIMITER[rank] + (sign in "{}") * 1.2
            )
    return total


def _with_limits(box: Big | Law, display: bool) -> float:
    if isinstance(box, Law):
        own = 6.8 if box.sign == "E" else 6.2 if box.sign == "Pr" else 16.5
        return own + (SCRIPT * width(box.below, False) + 0.8 if box.below is not None else 0.0)
    above = box.above if isinstance(box.above, Box) else None
    limits = [SCRIPT * width(limit, False) for limit in (box.below, above) if limit is not None]
    if box.sign not in _BIG:
        word = _symbol(box.sign, "upright") + 1.7
        return max([word, *limits]) if display else word + max(limits, default=0.0)
    own = _BIG[box.sign]
    if display and box.sign != "∫":
        return max([own, *limits])
    return own * (1 if display else 0.75) + max(limits, default=0.0) + 0.8


def delimiter_size(body: Box, display: bool = True) -> int:
    """How large the delimiters around a body are, 0 for the usual ones up to 4: as high as the body asks
    for, and larger than the usual ones around two pairs that stand within each other."""
    return max(size(body, display), 1 if _nested(body) > 1 else 0)


def _nested(box: Box) -> int:
    """How many pairs of brackets stand within each other in a row."""
    deepest = 0
    for part in parts_of(box):
        core = part.base if isinstance(part, Script) else part
        if isinstance(core, Fence):
            deepest = max(deepest, _nested(core.body) + (core.kind in ("parentheses", "brackets", "braces")))
    return deepest


def size(box: Box, display: bool = True) -> int:
    """How high a box is, in sizes of delimiters."""
    match box:
        case Row(parts):
            return max((size(part, display) for part in parts), default=0)
        case Script(base, _, _):
            return size(base, display)
        case Own(_, body) | Accent(body, _) | Root(body):
            return size(body, display)
        case Fence(_, body):
            return delimiter_size(body, display)
        case Choose():
            return 2 if display else 1
        case Fraction(top, bottom):
            return 0 if not display else 3 if max(size(top, False), size(bottom, False)) > 1 else 2
        case Big(sign):
            if sign not in ("∑", "∏", "∫"):
                return 0
            return 2 if display else 1
        case Grid(_, rows):
            return min(4, 1 + len(rows))
    return 0

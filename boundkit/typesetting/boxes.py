"""Boxes: what is set beside, above, below or inside what. Knows no syntax and no format.

Text in a box is Unicode as a reader sees it (`η`, `≤`, `∑`); a renderer spells it for its format and
escapes it. Parentheses are there where a reader needs them: a renderer adds none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields


@dataclass(frozen=True)
class Box:
    """Anything that is set."""


@dataclass(frozen=True)
class Symbol(Box):
    """A name or a number. `style` is `italic`, `upright` (a word), `number`, `blackboard` or `bold`.

    function: whether it is a function's name, which stands apart from what follows as `ln` does.
    macro: the notation that an author may redefine, such as `Reals`; "" for none.
    """

    text: str
    style: str = "italic"
    function: bool = False
    macro: str = ""


@dataclass(frozen=True)
class Sign(Box):
    """An operator or punctuation. `kind` is `relation`, `binary`, `prefix`, `times` (a product, whose sign
    `text` may be empty: then it shows only at the start of a line), `punctuation` or `ordinary`."""

    text: str
    kind: str


@dataclass(frozen=True)
class Words(Box):
    """Words within a formula, with a blank on either side, none before a hyphen and none at an end."""

    text: str


@dataclass(frozen=True)
class Row(Box):
    """Boxes side by side."""

    parts: tuple[Box, ...]


@dataclass(frozen=True)
class Own(Box):
    """A name that the author chose, `name` in the text: renderers may let a reader redefine how it is set."""

    name: str
    body: Box


@dataclass(frozen=True)
class Accent(Box):
    """A mark above: `hat`, `bar` or `tilde`."""

    base: Box
    mark: str


@dataclass(frozen=True)
class Script(Box):
    """A box with what stands below and above at its right."""

    base: Box
    below: Box | None = None
    above: Box | None = None


@dataclass(frozen=True)
class Fraction(Box):
    """top over bottom; `flat` is the same in one line, for where the fraction is too wide or too high."""

    top: Box
    bottom: Box
    flat: Box = field(compare=False)


@dataclass(frozen=True)
class Choose(Box):
    """A binomial coefficient: top over bottom in parentheses."""

    top: Box
    bottom: Box


@dataclass(frozen=True)
class Root(Box):
    """The square root; `flat` is the same as a power, for where the root is too wide."""

    body: Box
    flat: Box = field(compare=False)


@dataclass(frozen=True)
class Fence(Box):
    """A body between delimiters, `kind` one of `FENCES`. `applied` marks the arguments of a function."""

    kind: str
    body: Box
    applied: bool = False


@dataclass(frozen=True)
class Big(Box):
    """The sign of a sum, product or integral, or a word such as `max`, with its limits. What it extends over
    follows it in the row."""

    sign: str
    below: Box | None = None
    above: Box | None = None


@dataclass(frozen=True)
class Law(Box):
    """`E`, `Pr` or `Var` (`sign`), with what it is taken over below."""

    sign: str
    below: Box | None = None


@dataclass(frozen=True)
class Grid(Box):
    """Rows of boxes: a matrix (`kind` is `matrix`), or a choice of cases (`cases`), one a row with its
    condition."""

    kind: str
    rows: tuple[tuple[Box, ...], ...]


@dataclass(frozen=True)
class Edge(Box):
    """An opening (`left`) or closing delimiter of a fence whose two ends may stand on different lines; what
    is written at the closing one as a script stands in `scripts`."""

    kind: str
    left: bool
    rank: int
    scripts: tuple[Box | None, Box | None] = (None, None)


FENCES = {
    "parentheses": ("(", ")"),
    "brackets": ("[", "]"),
    "braces": ("{", "}"),
    "left_open": ("(", "]"),
    "right_open": ("[", ")"),
    "abs": ("|", "|"),
    "norm": ("‖", "‖"),
    "inner": ("⟨", "⟩"),
    "ceil": ("⌈", "⌉"),
    "floor": ("⌊", "⌋"),
    "at": ("", "|"),
}
"""Opening and closing delimiter of each kind of fence."""


def row(*parts: Box | None) -> Box:
    """The parts side by side, rows among them opened up, and None left out."""
    flat: list[Box] = []
    for part in parts:
        if isinstance(part, Row):
            flat.extend(part.parts)
        elif part is not None:
            flat.append(part)
    return flat[0] if len(flat) == 1 else Row(tuple(flat))


_LOOSE = frozenset({"relation", "binary", "prefix", "punctuation"})


def in_one_line(box: Box, wide: Callable[[Box], bool] = lambda box: isinstance(box, Fraction)) -> Box:
    """The box with those of its fractions and roots for which `wide` holds in one line, in parentheses where
    they stand beside a factor or after a function."""
    match box:
        case Row(parts):
            return row(*(_beside(parts, place, wide) for place in range(len(parts))))
        case Fraction(_, _, flat) | Root(_, flat) if wide(box):
            return in_one_line(flat, wide)
        case Root(body, flat):
            return Root(in_one_line(body, wide), flat)
        case Fence(kind, body, applied):
            return Fence(kind, in_one_line(body, wide), applied)
        case Script(base, below, above):
            return Script(in_one_line(base, wide), below, above)
        case Grid(kind, rows):
            return Grid(kind, tuple(tuple(in_one_line(cell, wide) for cell in cells) for cells in rows))
    return box


def _beside(parts: tuple[Box, ...], place: int, wide: Callable[[Box], bool]) -> Box:
    part = parts[place]
    flat = in_one_line(part, wide)
    sides = (*parts[max(0, place - 1) : place], *parts[place + 1 : place + 2])
    alone = all(isinstance(side, Words) or (isinstance(side, Sign) and side.kind in _LOOSE) for side in sides)
    gone = isinstance(part, Fraction) and flat is not part
    return Fence("parentheses", flat) if gone and not alone else flat


def names_function(box: Box | None) -> bool:
    """Whether a box is the name of a function that stands apart from its argument, as `ln` and `log_2` do."""
    core = box.base if isinstance(box, Script) else box
    return isinstance(core, Symbol) and core.function


def parts_of(box: Box) -> tuple[Box, ...]:
    """The parts of a row, or the box alone."""
    return box.parts if isinstance(box, Row) else (box,)


def inside(box: Box) -> Iterator[Box]:
    """The box and every box in it, the `flat` forms aside."""
    yield box
    for own in fields(box):
        held = getattr(box, own.name)
        if own.name == "flat":
            continue
        for part in _boxes(held):
            yield from inside(part)


def _boxes(held: object) -> Iterator[Box]:
    if isinstance(held, Box):
        yield held
    elif isinstance(held, tuple):
        for part in held:
            yield from _boxes(part)

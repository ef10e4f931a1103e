"""What stands in brackets or carries an index: absolute values, norms, intervals, matrices, choices."""

from __future__ import annotations

from boundkit.syntax import tree
from boundkit.syntax.tree import Form, Identifier, Node, Numeral
from boundkit.typesetting.boxes import Box, Fence, Grid, Row, Script, Sign, Symbol, Words, row
from boundkit.typesetting.names import unowned
from boundkit.typesetting.setting import (
    COMMA,
    Formulas,
    Set,
    Tightness,
    between,
    sets,
    takes_scripts,
)

INTERVALS = {
    "closed": "brackets",
    "open": "parentheses",
    "left": "left_open",
    "right": "right_open",
}
NORMS = {"op": Symbol("op", "upright"), "fro": Symbol("F", "upright"), "inf": Sign("∞", "ordinary")}
SEMICOLON = Sign(";", "punctuation")


@sets(*INTERVALS)
def _interval(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, Form)
    kind = INTERVALS[node.head.partition("_")[0]]
    return Fence(kind, formulas.listed(node.parts)), Tightness.ATOM


@sets("abs", "inner")
def _enclosed(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, Form)
    return Fence(node.head, formulas.listed(node.parts)), Tightness.ATOM


@sets("norm")
def _norm(formulas: Formulas, node: Node) -> Set:
    """`||x||`, and with a word or number below `||W||_op`."""
    assert isinstance(node, Form)
    fence = Fence("norm", formulas.box(node.parts[0]))
    kind = node.head.partition("_")[2]
    if not kind:
        return fence, Tightness.ATOM
    return Script(fence, NORMS.get(kind) or Symbol(kind, "number")), Tightness.ATOM


@sets("infinity")
def _infinity(formulas: Formulas, node: Node) -> Set:
    return Sign("∞", "ordinary"), Tightness.ATOM


@sets("at")
def _at(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, Form)
    body, name, place = node.parts
    flat = formulas.inline()
    where = row(flat.box(name), Sign("=", "relation"), flat.box(place))
    return Script(Fence("at", formulas.box(body)), where), Tightness.POWER


@sets("matrix")
def _matrix(formulas: Formulas, node: Node) -> Set:
    """Rows of cells; one row, or all in one line, between brackets with commas and semicolons."""
    assert isinstance(node, Form)
    flat = formulas.inline()
    cells = tuple(tuple(map(flat.box, line.parts)) for line in node.parts if isinstance(line, Form))
    if len(cells) > 1 and not formulas.flat:
        return Grid("matrix", cells), Tightness.ATOM
    lines: list[Box] = [row(*between(list(line), COMMA)) for line in cells]
    return Fence("brackets", row(*between(lines, SEMICOLON))), Tightness.ATOM


@sets("index")
def _index(formulas: Formulas, node: Node) -> Set:
    """`w[t]` with a subscript; an index of an index is one subscript, and a range is `1:t`."""
    assert isinstance(node, Form)
    base, *indices = node.parts
    while isinstance(base, Form) and base.head == "index":
        indices = [*base.parts[1:], *indices]
        base = base.parts[0]
    below = row(*between([_place(formulas.inline(), index) for index in indices], COMMA))
    found = formulas.set(base)
    box = found[0] if takes_scripts(found) else Fence("parentheses", found[0])
    return _indexed(box, below), Tightness.ATOM


def _indexed(box: Box, below: Box) -> Box:
    if isinstance(box, Row):
        return row(*box.parts[:-1], _indexed(box.parts[-1], below))
    inner = unowned(box)
    if isinstance(inner, Script) and inner.below is not None:
        return Script(inner.base, row(inner.below, COMMA, below), inner.above)
    if isinstance(box, Script):
        return Script(box.base, below, box.above)
    return Script(box, below)


def _place(formulas: Formulas, index: Node) -> Box:
    if isinstance(index, Form) and index.head == "..":
        first, last = (formulas.box(part) for part in index.parts)
        return row(first, Sign(":", "ordinary"), last)
    return formulas.box(index)


@sets("if")
def _choice(formulas: Formulas, node: Node) -> Set:
    """Cases, one a line; `if p then 1 else 0` is an indicator."""
    assert isinstance(node, Form)
    condition, then, otherwise = node.parts
    values = [part.text if isinstance(part, Numeral) else "" for part in (then, otherwise)]
    if values == ["1", "0"]:
        one = Symbol("1", "bold", function=True, macro="Indicator")
        return row(one, Fence("braces", formulas.box(condition), applied=True)), Tightness.POWER
    if formulas.flat:
        sides = [formulas.at_least(Tightness.SUM, part) for part in (then, otherwise)]
        words = (Words("if"), formulas.box(condition), Words("and"))
        return row(sides[0], *words, sides[1], Words("otherwise")), Tightness.PROPOSITION
    flat = formulas.inline()
    rows: list[tuple[Box, ...]] = [(flat.box(then), row(Words("if"), flat.box(condition)))]
    while isinstance(otherwise, Form) and otherwise.head == "if":
        inner, then, otherwise = otherwise.parts
        rows.append((flat.box(then), row(Words("if"), flat.box(inner))))
    rows.append((flat.box(otherwise), Words("otherwise")))
    return Grid("cases", tuple(rows)), Tightness.TERM


@sets("attr")
def _attribute(formulas: Formulas, node: Node) -> Set:
    """`A.T` as a transpose; `general.rhs` with the side below."""
    assert isinstance(node, Form)
    operand, name = node.parts
    assert isinstance(name, Identifier)
    if name.text == "T":
        above = Symbol("⊤", "upright", macro="Transpose")
        return formulas.with_above(operand, above), Tightness.POWER
    below = Symbol(name.text, "upright")
    return Script(formulas.at_least(Tightness.ATOM, operand), below), Tightness.ATOM


@sets("Property")
def _property(formulas: Formulas, node: Node) -> Set:
    from boundkit.typesetting.properties import property_pieces

    assert isinstance(node, tree.Property)
    pieces = property_pieces(formulas, node)
    return row(*(Words(piece) if isinstance(piece, str) else piece for piece in pieces)), Tightness.RELATION

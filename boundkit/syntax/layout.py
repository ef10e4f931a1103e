"""One clause to lines: on one line when it fits, else broken before the links of its calculation."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from boundkit.syntax import show, tree
from boundkit.syntax.tree import Form, Node

WIDTH = 100
_PREFIXED = frozenset({"forall", "exists"})
_TIGHTER = {"and": show.Level.LITERAL, "or": show.Level.CONJUNCTION, "not": show.Level.LITERAL}


@dataclass
class Piece:
    """A part of a formula after which a line may be broken. `start` is its offset in the text, `relation`
    the sign of a link, `by` the justification, `remark` a comment that stands at the end of its line."""

    text: str
    start: int
    relation: str = ""
    by: str = ""
    remark: str = ""

    @property
    def whole(self) -> str:
        """The text with the sign of the link."""
        return f"{self.relation} {self.text}" if self.relation else self.text


@dataclass
class Clause:
    """A clause taken apart: what precedes the formula, the pieces, what follows."""

    head: str
    pieces: list[Piece] = field(default_factory=list)
    tail: str = ""


def pieces(node: Node) -> list[Piece]:
    """Prefixes, the first expression, and the links of a formula."""
    start = node.span.start
    if isinstance(node, tree.Quantified) and node.head in _PREFIXED:
        bounds = ", ".join(show.bound(bound) for bound in node.bounds)
        return [Piece(f"{node.head} {bounds},", start), *pieces(node.body)]
    if isinstance(node, tree.WithProbability):
        return [Piece(show.with_probability(node), start), *pieces(node.body)]
    if isinstance(node, tree.AlmostSurely):
        return [Piece("almost surely,", start), *pieces(node.body)]
    if isinstance(node, Form) and node.head in ("implies", "iff"):
        left = show.at_least(show.Level.DISJUNCTION, node.parts[0])
        return [Piece(f"{left} {node.head}", start), *pieces(node.parts[1])]
    if isinstance(node, tree.Chain):
        found = [Piece(show.at_least(show.Level.SUM, node.first), start)]
        for link in node.links:
            by = show.justification(link.by) if link.by is not None else ""
            text = show.at_least(show.Level.SUM, link.operand)
            found.append(Piece(text, link.span.start, link.relation, by))
        return found
    bare, justified = _without_by(node)
    return [Piece(show.formula(bare), start, by=show.justification(justified) if justified else "")]


def _without_by(node: Node) -> tuple[Node, tree.Justification | None]:
    """A formula and the justification at its very end, which stands in its last relation."""
    if isinstance(node, tree.Justified):
        return node.body, node.by
    if isinstance(node, tree.Chain):
        last = node.links[-1]
        return replace(node, links=(*node.links[:-1], replace(last, by=None))), last.by
    if isinstance(node, Form) and node.head in _TIGHTER:
        last_part = node.parts[-1]
        if show.level(last_part) >= _TIGHTER[node.head]:
            bare, by = _without_by(last_part)
            return replace(node, parts=(*node.parts[:-1], bare)), by
    return node, None


def lines(clause: Clause, indent: int) -> list[str]:
    """The lines of a clause that begins in column `indent`.

    On one line if it fits, else with `by` on a second, else with the prefixes and the relation on different
    lines, else broken before each link; a calculation with several justifications is always broken so.
    """
    margin = " " * indent
    found = clause.pieces
    if any(piece.remark for piece in found) or any(piece.by for piece in found[:-1]):
        return _broken(clause, margin)
    prefixes = [piece for piece in found if not piece.relation][:-1] if _is_chain(found) else found[:-1]
    relation = found[len(prefixes) :]
    by = found[-1].by if found else ""
    flat = margin + " ".join([clause.head, *(piece.whole for piece in found)]) + clause.tail
    one_line = _justified(flat, by, margin)
    if one_line or not found:
        return one_line or [flat]
    if prefixes:
        rows = _filled(margin + clause.head, prefixes, margin)
        rest = f"{margin}    " + " ".join(piece.whole for piece in relation) + clause.tail
        if last := _justified(rest, by, margin + "    "):
            return rows + last
    return _broken(clause, margin)


def _is_chain(found: list[Piece]) -> bool:
    return any(piece.relation for piece in found)


def _justified(text: str, by: str, margin: str) -> list[str]:
    """A line with its `by`, or with `by` below it, or nothing when the line itself is too long."""
    if len(text) > WIDTH:
        return []
    if not by:
        return [text]
    return [f"{text}  {by}"] if len(text) + 2 + len(by) <= WIDTH else [text, f"{margin}    {by}"]


def _filled(first: str, found: list[Piece], margin: str) -> list[str]:
    rows = [first]
    for piece in found:
        if len(rows[-1]) + 1 + len(piece.text) <= WIDTH:
            rows[-1] += " " + piece.text
        else:
            rows.append(f"{margin}    {piece.text}")
    return rows


def _broken(clause: Clause, margin: str) -> list[str]:
    """Prefixes fill lines; each link has its own line, signs ending in one column, `by` beginning in one."""
    deeper = margin + "    "
    sign = max((len(piece.relation) for piece in clause.pieces), default=0)
    rows: list[Piece] = []
    current = Piece(margin + clause.head, 0)
    for piece in clause.pieces:
        if piece.relation:
            rows.append(current)
            current = Piece(f"{deeper}  {piece.relation:>{sign}} {piece.text}", 0)
        elif current.remark or len(current.text) + 1 + len(piece.text) > WIDTH:
            rows.append(current)
            current = Piece(deeper + piece.text, 0)
        else:
            current.text += " " + piece.text
        current.by, current.remark = piece.by, piece.remark
    rows.append(current)
    rows[-1].text += clause.tail
    widths = [len(row.text) for row in rows if row.by and len(row.text) + 2 + len(row.by) <= WIDTH]
    column = max(widths, default=0) + 2
    result = []
    for row in rows:
        text = row.text
        if row.by and len(text) + 2 + len(row.by) > WIDTH:
            result.append(text)
            text = f"{deeper}    {row.by}"
        elif row.by:
            text = f"{text:<{min(column, WIDTH - len(row.by))}}{row.by}"
        result.append(f"{text}  {row.remark}" if row.remark else text)
    return result

"""The blocks of an article as LaTeX for a column of a given width.

Every reference is to a label that is defined: what is not in the document is named in words instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from boundkit.typesetting.article import Assertion, Block, Line, Listing, Paragraph, listed
from boundkit.typesetting.boxes import Box, Grid, Sign, in_one_line, inside, parts_of, row
from boundkit.typesetting.latex import latex, text
from boundkit.typesetting.lines import INDENT, lines
from boundkit.typesetting.measure import width
from boundkit.typesetting.phrases import Citation, Piece, Prose, Reference, sources_of, with_words_apart
from boundkit.typesetting.setting import COMMA

TAG = 30.0
"""Points that the number of an equation takes at the right."""
INLINE = 180.0
"""Points up to which a formula may stand in a paragraph: TeX breaks few of them."""
LONG = 55.0
"""Points from which a formula in a sentence leaves gaps before it."""
LETTER = 4.9
"""Points of an average letter of text."""


@dataclass(frozen=True)
class _Row:
    """A row of an `align`: what stands before and after its alignment point, how far it reaches, where that
    point is, its reason, and whether it stays on the page of the row that follows."""

    text: str
    taken: float
    before: str = ""
    start: float = 0.0
    reason: Prose = ()
    bound: bool = False


@dataclass(frozen=True)
class Blocks:
    """column: the width of a line in points. name: the theorem that is set. keys: the key of each theorem of
    the document in its labels. labels: for each of them, those of its steps and claims."""

    column: float
    name: str
    keys: Mapping[str, str]
    labels: Mapping[str, frozenset[str]]

    def blocks(self, blocks: Iterable[Block]) -> list[str]:
        """Lines of LaTeX."""
        out: list[str] = []
        for block in blocks:
            if isinstance(block, Paragraph):
                out.append(self.prose(block.prose))
            elif isinstance(block, Listing):
                out.append(r"\begin{bkAssumptions}")
                for label, parts in block.items:
                    key = f"asm:{self.keys[self.name]}:{label}"
                    out.append(rf"\bkItem{{{key}}}{{{text(label)}}}")
                    out.extend(self.narrower(self.column - 28.0).blocks(parts))
                out.append(r"\end{bkAssumptions}")
            else:
                out.extend(self._assertion(block))
        return out

    def narrower(self, column: float) -> Blocks:
        """The same for lines of another width."""
        return Blocks(column, self.name, self.keys, self.labels)

    def prose(self, prose: Prose) -> str:
        """A sentence with its formulas."""
        return "".join(self._piece(piece) for piece in prose)

    def _piece(self, piece: Piece) -> str:
        if isinstance(piece, str):
            return text(piece)
        if isinstance(piece, Box):
            return self._formula(in_one_line(piece))
        if isinstance(piece, Citation):
            return ", ".join(_cited(source.key, source.place) for source in sources_of(piece.text))
        return self._reference(piece)

    def _formula(self, box: Box) -> str:
        pieces = with_words_apart(box)
        return "".join(
            text(piece) if isinstance(piece, str) else f"${latex(piece, False).strip()}$"
            for piece in pieces
            if isinstance(piece, str | Box)
        )

    def _reference(self, reference: Reference) -> str:
        key = self.keys.get(reference.theorem)
        if reference.kind == "range":
            return rf"the range of \bkName{{{text(reference.label.rpartition('.')[0])}}}"
        if reference.kind == "name":
            return rf"\bkName{{{text(reference.label)}}}"
        if reference.kind == "hypothesis":
            return rf"\ref{{asm:{key}:{reference.label}}}"
        if reference.kind == "equation" and key is not None:
            if reference.label in self.labels.get(reference.theorem, frozenset()):
                return rf"\eqref{{eq:{key}:{reference.label}}}"
            return rf"\bkName{{{text(reference.label)}}} of \cref{{thm:{key}}}"
        if reference.kind == "theorem" and key is not None:
            return rf"\cref{{thm:{key}}}"
        of = rf"\bkName{{{text(reference.theorem)}}}"
        return rf"\bkName{{{text(reference.label)}}} of {of}" if reference.label else of

    # assertions

    def _assertion(self, block: Assertion) -> list[str]:
        lead = self.prose(block.lead).rstrip()
        if not block.displayed and self._short(block.lines):
            said = listed([self._inline(line) for line in block.lines], block.lines)
            return [f"{lead} {said}." if lead else f"{said}."]
        shown = [*([lead] if lead else []), *self.display(block.lines, block.label)]
        if any(width(part, False) > LONG for part in _formulas(block.lead)):
            return [r"\begin{bkRagged}", *shown, r"\end{bkRagged}"]
        return shown

    def _short(self, found: tuple[Line, ...]) -> bool:
        """Whether lines can stand in a paragraph: each is short, none has several rows or a reason."""
        if any(line.reason for line in found) or len(found) > 3:
            return False
        boxes = [in_one_line(row(line.left, line.sign, line.right)) for line in found]
        grids = any(isinstance(part, Grid) for box in boxes for part in inside(box))
        room = min(0.72 * self.column, INLINE)
        return not grids and all(width(box, False) < room for box in boxes)

    def _inline(self, line: Line) -> str:
        parts = parts_of(in_one_line(row(line.left, line.sign, line.right)))
        box = row(*parts[:-1]) if parts[-1] == COMMA else row(*parts)
        return f"{self._formula(box)}{self.prose(line.note)}"

    def display(self, found: tuple[Line, ...], label: str = "") -> list[str]:
        """Displayed lines that fit the column, in an `align`, or an `equation` where there is one row. The
        last carries the label."""
        room = self.column - (TAG if label else 2.0)
        rows = self._rows(found, room)
        name = ("align" if len(rows) > 1 else "equation") + ("" if label else "*")
        out = [rf"\begin{{{name}}}"]
        for place, one in enumerate(rows):
            last = place == len(rows) - 1
            end = (rf" \label{{eq:{self.keys[self.name]}:{label}}}" if label else "") if last else ""
            notag = r" \notag" if label and not last else ""
            shown = f"{one.before} &{one.text}".strip() if len(rows) > 1 else f"{one.before}{one.text}"
            out.append(f"  {shown}{end}{notag}" + ("" if last else r" \\*" if one.bound else r" \\"))
        out.append(rf"\end{{{name}}}")
        return out

    def _rows(self, found: tuple[Line, ...], room: float) -> list[_Row]:
        """The rows, aligned at their relations where each fits beside what stands at its left. Otherwise the
        lines of a chain stand below its left side, and other lines as they are, broken where they must."""
        indent = max((width(line.left) for line in found if line.left is not None), default=0.0)
        beside = all(
            indent + width(row(line.sign, line.right)) + self._note_width(line) <= room for line in found
        )
        rows: list[_Row] = []
        for place, line in enumerate(found):
            if beside:
                left = latex(line.left) if line.left is not None else ""
                right = row(line.sign, line.right)
                said = f"{latex(right)}{self._note(line)}"
                rows.append(_Row(said, indent + width(right), left, indent, line.reason))
            else:
                chained = line.left is None or (place + 1 < len(found) and found[place + 1].left is None)
                rows.extend(self._broken(line, room, chained))
        rows[-1] = replace(rows[-1], text=f"{rows[-1].text}.")
        return self._with_reasons(rows, room)

    def _broken(self, line: Line, room: float, chained: bool) -> list[_Row]:
        """The rows of a line that does not fit beside what stands at its left."""
        rows: list[_Row] = []
        offset = 0
        whole = row(line.left, line.sign, line.right)
        if chained and line.sign is not None:
            for place, part in enumerate(lines(line.left, room) if line.left is not None else ()):
                rows.append(_Row(f"{_moved(place > 0)}{_started(part)}", width(part), bound=True))
            whole, offset = row(line.sign, line.right), 1
        for place, part in enumerate(lines(whole, room - INDENT * offset)):
            by = offset + (place > 0)
            rows.append(_Row(f"{_moved(by)}{_started(part)}", width(part) + INDENT * by, bound=True))
        last = rows[-1]
        if line.note and last.taken + self._note_width(line) > room:
            rows.append(_Row(f"{_moved(1)}{self._note(line)}", INDENT + self._note_width(line)))
        else:
            rows[-1] = replace(last, text=last.text + self._note(line))
        rows[-1] = replace(rows[-1], reason=line.reason, bound=False)
        return rows

    def _note(self, line: Line) -> str:
        note = self.prose(line.note).strip().removeprefix("for ")
        return rf" \quad\text{{({note})}}" if note else ""

    def _note_width(self, line: Line) -> float:
        return 18.0 + self.length(line.note) if line.note else 0.0

    def _with_reasons(self, rows: list[_Row], room: float) -> list[_Row]:
        """Reasons in a column of their own where they fit, else in lines of their own."""
        widest = max(one.taken for one in rows)
        longest = max((self.length(one.reason) for one in rows if one.reason), default=0.0)
        if longest and widest + 26.0 + longest <= room:
            said = [rf" &&\bkReason{{{self.prose(one.reason)}}}" if one.reason else "" for one in rows]
            return [replace(one, text=one.text + reason) for one, reason in zip(rows, said, strict=True)]
        out = []
        for one in rows:
            out.append(replace(one, bound=one.bound or bool(one.reason)))
            if one.reason:
                left = max(room - one.start - 2 * INDENT, 80.0)
                long = self.length(one.reason) > left
                box = rf"\bkLongReason{{{left:.0f}pt}}" if long else r"\bkReason"
                moved = _moved(2) if room - one.start - 2 * INDENT >= 80.0 else ""
                out.append(_Row(f"{moved}{box}{{{self.prose(one.reason)}}}", room))
        return out

    def length(self, prose: Prose) -> float:
        """An estimate of how wide a sentence is, in points."""
        total = 8.0
        for piece in prose:
            if isinstance(piece, str):
                total += LETTER * len(piece)
            elif isinstance(piece, Box):
                total += width(in_one_line(piece), False)
            elif isinstance(piece, Reference) and piece.kind != "theorem":
                total += 26.0 if piece.kind == "equation" else 8.0 + LETTER * len(piece.label)
            else:
                total += 70.0
        return total


def _formulas(prose: Prose) -> Iterator[Box]:
    """The formulas of a sentence, cut at their commas."""
    for piece in prose:
        if isinstance(piece, Box):
            yield from (part for part in with_words_apart(in_one_line(piece)) if isinstance(part, Box))


def _cited(key: str, place: str) -> str:
    return rf"\cite[{{{text(place)}}}]{{{key}}}" if place else rf"\cite{{{key}}}"


def _moved(by: int) -> str:
    return ("", r"\quad ", r"\qquad ", r"\qquad\quad ")[min(by, 3)]


def _started(box: Box) -> str:
    """The LaTeX of a line; a product that goes on from the line before begins with its sign, and a sign of a
    sum is one of two operands."""
    first = parts_of(box)[0]
    if isinstance(first, Sign) and first.kind == "times" and first.text != "⋅":
        return rf"\cdot {latex(row(*parts_of(box)[1:]))}"
    if isinstance(first, Sign) and first.kind in ("binary", "relation"):
        return f"{{}}{latex(box)}" if first.kind == "binary" else latex(box).lstrip()
    return latex(box)

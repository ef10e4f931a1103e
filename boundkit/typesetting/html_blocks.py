"""The blocks of an article as HTML with MathML. Formulas are cut where they may be broken, so that the
browser breaks them to the width of its window. Everything that comes from a file is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import unquote

from boundkit.typesetting.article import Assertion, Block, Line, Listing, Paragraph, listed
from boundkit.typesetting.boxes import Box, in_one_line, parts_of, row
from boundkit.typesetting.mathml import mathml, mathml_pieces
from boundkit.typesetting.measure import width
from boundkit.typesetting.phrases import Citation, Piece, Prose, Reference, with_words_apart
from boundkit.typesetting.setting import COMMA

SHORT = 90.0
"""Points up to which the left side of a chain leaves room for the right sides beside it."""

WHOLE = 80.0
"""Points up to which a formula in a paragraph is not broken."""


@dataclass(frozen=True)
class HtmlBlocks:
    """theorem: the one that is set. links: where the statements (theorem, label) and the theorems (theorem,
    "") of the document are; what is not among them is named without a link."""

    theorem: str
    links: Mapping[tuple[str, str], str]

    def blocks(self, blocks: Iterable[Block]) -> str:
        """Elements of a section."""
        return "\n".join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> str:
        if isinstance(block, Paragraph):
            return f"<p>{self.prose(block.prose)}</p>"
        if isinstance(block, Listing):
            items = (
                f"<li{self._id(label)}><span class=label>({escape(label)})</span> "
                f"{' '.join(self._inline(part) for part in parts)}</li>"
                for label, parts in block.items
            )
            return f"<ul class=assumptions>{''.join(items)}</ul>"
        if block.displayed or any(line.reason for line in block.lines):
            return self._displayed(block)
        return f"<p>{self._inline(block)}</p>"

    def _id(self, label: str) -> str:
        """The attribute that a link to an assumption leads to."""
        fragment = unquote(self.links.get((self.theorem, label), "").partition("#")[2])
        return f' id="{escape(fragment)}"' if fragment else ""

    def prose(self, prose: Prose) -> str:
        """A sentence with its formulas."""
        return _kept("".join(self._piece(piece) for piece in prose))

    def _piece(self, piece: Piece) -> str:
        if isinstance(piece, str):
            return escape(piece)
        if isinstance(piece, Box):
            return self._formula(piece)
        if isinstance(piece, Citation):
            return f"<cite>{escape(piece.text)}</cite>"
        return self.reference(piece)

    def reference(self, reference: Reference) -> str:
        """A link to what is in the document, else its name."""
        if reference.kind == "range":
            return f"the range of <code>{escape(reference.label.rpartition('.')[0])}</code>"
        href = self.links.get((reference.theorem, reference.label))
        own = reference.kind in ("equation", "hypothesis") and reference.theorem == self.theorem
        name = ".".join(part for part in (reference.theorem, reference.label) if part)
        code = reference.label if reference.kind == "name" else name
        said = f"({escape(reference.label)})" if own else f"<code>{escape(code)}</code>"
        return f'<a href="{escape(href)}">{said}</a>' if href else said

    def _formula(self, box: Box) -> str:
        return "".join(
            escape(piece) if isinstance(piece, str) else _in_paragraph(piece)
            for piece in with_words_apart(in_one_line(box))
            if isinstance(piece, str | Box)
        )

    def _inline(self, block: Paragraph | Assertion) -> str:
        if isinstance(block, Paragraph):
            return self.prose(block.prose)
        said = listed([f"{self._whole(line)}{self.prose(line.note)}" for line in block.lines], block.lines)
        return _kept(f"{self.prose(block.lead).strip()} {said}.".strip())

    def _whole(self, line: Line) -> str:
        parts = parts_of(row(line.left, line.sign, line.right))
        return self._formula(row(*parts[:-1]) if parts[-1] == COMMA else row(*parts))

    def _displayed(self, block: Assertion) -> str:
        chained = any(line.left is None and line.sign is not None for line in block.lines)
        first = block.lines[0].left
        aligned = chained and first is not None and width(first) <= SHORT
        rows = "".join(self._row(line, aligned, chained) for line in block.lines)
        lead = f"<p>{self.prose(block.lead).strip()}</p>" if block.lead else ""
        tag = f"<span class=label>({escape(block.label)})</span>" if block.label else ""
        kind = "lines aligned" if aligned else "lines"
        return f'{lead}<div class=display><div class="{kind}">{rows}</div>{tag}</div>'

    def _row(self, line: Line, aligned: bool, chained: bool) -> str:
        note = f"<span class=note>{self.prose(line.note).strip()}</span>" if line.note else ""
        reason = f"<span class=reason>{self.prose(line.reason)}</span>" if line.reason else ""
        if aligned:
            left = "".join(mathml_pieces(line.left)) if line.left is not None else ""
            right = "".join(mathml_pieces(row(line.sign, line.right)))
            return f"<div>{left}</div><div>{right}{note}{reason}</div>"
        further = " class=further" if chained and line.left is None else ""
        whole = "".join(mathml_pieces(row(line.left, line.sign, line.right)))
        return f"<div{further}>{whole}{note}{reason}</div>"


_ENDING = re.compile(r"(?<!class=whole>)(<math(?:(?!<math).)*?</math>)([,.;:)]+|-\w+)", re.DOTALL)


def _kept(shown: str) -> str:
    """A sentence in which no line begins with what belongs to the formula before it. One that is kept already
    stays as it is."""
    return _ENDING.sub(r"<span class=whole>\1\2</span>", shown)


def _in_paragraph(box: Box) -> str:
    """A formula in a paragraph; a short one stays whole."""
    if width(box, False) <= WHOLE:
        return mathml(box, display=False)
    return "".join(mathml_pieces(box, display=False))

"""Tree to text: the canonical layout of a file. One clause a line, ASCII, every comment kept."""

from __future__ import annotations

from dataclasses import replace

from boundkit.source import NOWHERE, Source, Span
from boundkit.syntax import layout, show, tree
from boundkit.syntax.layout import Clause as Laid
from boundkit.syntax.layout import Piece
from boundkit.syntax.scan import comments, scan
from boundkit.syntax.show import show_expression
from boundkit.syntax.tokens import Comment
from boundkit.syntax.tree import Clause

__all__ = ["format_clause", "format_file", "show_expression"]

Block = tree.TheoremTree | tree.FamilyTree | tree.ModelTree


def format_file(file: tree.FileTree, source: Source) -> str:
    """The canonical text of a file that was parsed from `source` without errors.

    Formatting twice changes nothing more, and the text parses to an equal tree. Blank lines between clauses
    are kept, at most one at a place; one separates theorems. A comment at the end of a line stays with what
    precedes it, one on its own line with what follows; one inside a formula ends the line of its link or,
    where there is none, moves above the clause.
    """
    printer = _Printer(source)
    for item in file.items:
        printer.item(item)
    printer.standing_comments(len(source.text), 0)
    return "\n".join(printer.lines) + "\n" if printer.lines else ""


def format_clause(clause: Clause, source: Source, indent: int) -> str:
    """The lines of one clause, which has its place in `source` or is new, with the comments inside it."""
    printer = _Printer(source, clause.span)
    printer.clause(clause, indent)
    return "\n".join(printer.lines)


class _Printer:
    """Writes clauses in order and takes each comment when its place is reached."""

    def __init__(self, source: Source, within: Span | None = None) -> None:
        """`within` is where the comments stand that are written."""
        self.lines: list[str] = []
        self._text = source.text
        self._comments = comments(source, scan(source)) if within != NOWHERE else []
        if within is not None:
            self._comments = [own for own in self._comments if within.start <= own.start < within.stop]
        self._next = 0
        self._written = 0
        self._after_end = False

    def item(self, node: Clause) -> None:
        """A theorem, family or `use`; one blank line separates it and the comments above it from a block."""
        if isinstance(node, Block):
            self._block(node, 0)
            self._after_end = True
        else:
            self._leading(node.span.start, 0)
            self.clause(node, 0)

    def standing_comments(self, stop: int, indent: int) -> None:
        """The comments before `stop`, each on its own line."""
        for comment in self._take(stop):
            self._blank_line(comment.start)
            self.lines.append(" " * indent + comment.text)
            self._written = comment.start + len(comment.text)

    def _leading(self, start: int, indent: int) -> None:
        """The comments above a clause, and the blank line that the text has before it."""
        separated = len(self.lines)
        self.standing_comments(start, indent)
        if self._after_end and "" not in self.lines[separated:]:
            self.lines.append("")
        else:
            self._blank_line(start)
        self._after_end = False

    def _blank_line(self, stop: int) -> None:
        if self.lines and self.lines[-1] and self._text.count("\n", self._written, stop) > 1:
            self.lines.append("")

    def _block(self, node: Block, indent: int) -> None:
        self._leading(node.span.start, indent)
        self.lines.append(" " * indent + _head(node))
        body_starts = node.clauses[0].span.start if node.clauses else node.span.stop - len("end")
        self._written = node.span.start
        self._trailing(self._end_of_head(node, body_starts))
        for clause in node.clauses:
            if isinstance(clause, tree.ModelTree):
                self._block(clause, indent + 2)
            else:
                self._leading(clause.span.start, indent + 2)
                self.clause(clause, indent + 2)
        end = node.span.stop - len("end")
        self.standing_comments(end, indent + 2)
        self._blank_line(end)
        if not self.lines[-1]:
            self.lines.pop()
        self.lines.append(" " * indent + "end")
        self._written = node.span.stop
        self._trailing(node.span.stop)

    def _end_of_head(self, node: Block, body_starts: int) -> int:
        """Where the first line of a block ends: before the first comment or blank after its last token."""
        first = self._comments[self._next].start if self._next < len(self._comments) else len(self._text)
        stop = min(body_starts, first)
        return node.span.start + len(self._text[node.span.start : stop].rstrip())

    def clause(self, node: Clause, indent: int) -> None:
        """A clause with the comments inside it and at its end."""
        laid = _laid(node)
        inside = self._take(node.span.stop)
        for comment in inside:
            piece = next((p for p in reversed(laid.pieces) if p.start < comment.start), None)
            last = piece is laid.pieces[-1] if piece else True
            if piece is None or piece.remark or comment.alone or last:
                self.lines.append(" " * indent + comment.text)
            else:
                piece.remark = comment.text
        self.lines.extend(layout.lines(laid, indent))
        self._written = node.span.stop
        self._trailing(node.span.stop)

    def _trailing(self, stop: int) -> None:
        """The comment that follows on the same line goes to the end of the last line written."""
        if self._next < len(self._comments):
            comment = self._comments[self._next]
            if not comment.alone and not self._text[stop : comment.start].strip(" \t"):
                self._next += 1
                self.lines[-1] += "  " + comment.text
                self._written = comment.start + len(comment.text)

    def _take(self, stop: int) -> list[Comment]:
        first = self._next
        while self._next < len(self._comments) and self._comments[self._next].start < stop:
            self._next += 1
        return self._comments[first : self._next]


def _head(node: Block) -> str:
    if isinstance(node, tree.TheoremTree):
        title = f' "{node.title}"' if node.title is not None else ""
        return f"{node.kind} {node.name.text}{title}"
    if isinstance(node, tree.ModelTree):
        return f"model {node.name.text}"
    parameters = "; ".join(show.declared(parameter) for parameter in node.parameters)
    return f"family {node.name.text}({parameters}) : {show.type_text(node.type)}"


def _laid(node: Clause) -> Laid:
    """A clause taken apart for layout."""
    if isinstance(node, tree.Assume | tree.Claim | tree.Step):
        return Laid(f"{type(node).__name__.lower()} {node.label.text}:", layout.pieces(node.formula))
    if isinstance(node, tree.Define):
        head = f"define {show_expression(node.target)} :="
        return Laid(head, layout.pieces(node.body), _ranging(node.bound))
    if isinstance(node, tree.Ensure):
        return Laid("ensure", layout.pieces(node.formula))
    if isinstance(node, tree.Derive):
        parts = [Piece(show_expression(node.command), node.command.span.start)]
        if node.expected is not None:
            parts.append(Piece(f"expect {show.formula(node.expected)}", node.expected.span.start))
        return Laid(f"derive {node.label.text}:", parts)
    if isinstance(node, tree.Draw):
        law = f"~ {show.at_least(show.Level.SUM, node.law)}" if node.law is not None else ""
        kind = f": {show.type_text(node.type)}" if node.type is not None else ""
        return Laid(f"draw {show_expression(node.target)} {law}{kind}{_ranging(node.bound)}")
    if isinstance(node, tree.Conclude):
        parts = [Piece(show.justification(replace(node.by, premises=())), node.by.span.start)]
        if node.by.premises:
            parts.append(Piece(f"from {show.names(node.by.premises)}", node.by.premises[0].span.start))
        return Laid(f"conclude {node.label.text}", parts)
    if isinstance(node, tree.Let):
        return Laid(f"let {show.declared(node.declared)}")
    if isinstance(node, tree.Hunt):
        return Laid(f"hunt {show.names(node.names)}")
    if isinstance(node, tree.Announced):
        return Laid(f"verdict {node.headline.text}")
    if isinstance(node, tree.UseTree):
        return Laid(f"use {node.name.text}")
    raise ValueError(f"no clause: {type(node).__name__}")


def _ranging(bound: tree.Bound | None) -> str:
    return f"  for {show.bound(bound)}" if bound is not None else ""

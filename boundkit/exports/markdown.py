"""The report as Markdown with formulas in LaTeX, as GitHub, GitLab and Jupyter show them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from boundkit.loose_tables import section
from boundkit.report import NodeReport, Report, TheoremReport
from boundkit.syntax.tree import TheoremTree
from boundkit.typesetting.article import (
    Article,
    Assertion,
    Block,
    Line,
    Listing,
    Paragraph,
    Part,
    article,
    listed,
)
from boundkit.typesetting.boxes import Box, in_one_line, row
from boundkit.typesetting.phrases import Citation, Piece, Prose, with_words_apart
from boundkit.typesetting.standard import standard_latex

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|$&~]")


@dataclass(frozen=True)
class Markdown:
    """A section for each theorem: its statement and proof where the report carries its tree, and a table of
    verdicts."""

    suffix: ClassVar[str] = ".md"
    formulas: ClassVar[bool] = True

    def render(self, report: Report) -> str:
        """Messages of the report come last."""
        out: list[str] = []
        for file in report.files:
            for theorem in file.theorems:
                out += [*_theorem(theorem, report.trees.get((file.path, theorem.name)))]
        if report.diagnostics:
            out += ["## Messages", ""]
            for message in report.diagnostics:
                place = f"{message.path}:{message.line}" if message.line else message.path
                said = f"{message.severity}[{message.code}]: {message.message}"
                out += [f"- {_code(f'{place}: {said}')}"]
        return "\n".join(out).rstrip("\n") + "\n"


def _theorem(theorem: TheoremReport, tree: TheoremTree | None) -> Iterator[str]:
    title = f": {_text(theorem.title)}" if theorem.title else ""
    yield f"## {_code(theorem.name)}{title}"
    yield ""
    yield f"**{theorem.headline}**"
    yield ""
    if tree is not None:
        yield from _article(article(tree))
    yield "| | verdict | by | remarks |"
    yield "|---|---|---|---|"
    for node in theorem.nodes:
        yield f"| {_code(node.name)} | {node.verdict} | {_code(node.by)} | {_remarks(node)} |"
    yield ""
    if theorem.looseness is not None:
        yield "### Looseness"
        yield ""
        yield from section(theorem.looseness)
        yield ""


def _article(one: Article) -> Iterator[str]:
    yield from _blocks(one.statement)
    parts = (*one.proof, *one.derived)
    if parts:
        yield "### Proof"
        yield ""
    for part in parts:
        yield from _part(part)


def _part(part: Part) -> Iterator[str]:
    if part.kind != "conclude":
        yield f"*{_text(part.label)}.*"
    yield from _blocks(part.blocks)


def _blocks(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield _prose(block.prose)
            yield ""
        elif isinstance(block, Listing):
            for label, parts in block.items:
                said = " ".join(_inline(part) for part in parts)
                yield f"- ({_text(label)}) {said}"
            yield ""
        elif block.displayed or any(line.reason for line in block.lines):
            yield from _displayed(block)
        else:
            yield _inline(block)
            yield ""


def _inline(block: Paragraph | Assertion) -> str:
    if isinstance(block, Paragraph):
        return _prose(block.prose)
    said = listed(
        [f"{_math(row(line.left, line.sign, line.right))}{_prose(line.note)}" for line in block.lines],
        block.lines,
    )
    return f"{_prose(block.lead).strip()} {said}.".strip()


def _displayed(block: Assertion) -> Iterator[str]:
    yield _prose(block.lead)
    yield ""
    yield "$$"
    rows = [_row(line) for line in block.lines]
    tag = rf" \tag{{{_tag(block.label)}}}" if block.label else ""
    if len(rows) == 1:
        yield rows[0].replace("& ", "", 1).replace("&", "", 1) + tag
    else:
        yield r"\begin{aligned}"
        yield " \\\\\n".join(rows)
        yield rf"\end{{aligned}}{tag}"
    yield "$$"
    yield ""
    for line in block.lines:
        if line.reason and len(rows) > 1:
            yield f"- {_math(row(line.sign, line.right))}: {_prose(line.reason)}"
    if len(rows) > 1 and any(line.reason for line in block.lines):
        yield ""


def _row(line: Line) -> str:
    left = standard_latex(line.left) if line.left is not None else ""
    return f"{left} &{standard_latex(row(line.sign, line.right))}".strip()


def _prose(prose: Prose) -> str:
    return "".join(_piece(piece) for piece in prose)


def _piece(piece: Piece) -> str:
    if isinstance(piece, str):
        return _text(piece)
    if isinstance(piece, Box):
        return _math(piece)
    if isinstance(piece, Citation):
        return _text(piece.text)
    name = ".".join(part for part in (piece.theorem, piece.label) if part)
    own = piece.kind in ("equation", "hypothesis", "range", "name")
    return f"({_text(piece.label)})" if own else _code(name)


def _math(box: Box) -> str:
    pieces = with_words_apart(in_one_line(box))
    return "".join(
        _text(piece) if isinstance(piece, str) else f"${standard_latex(piece, False).strip()}$"
        for piece in pieces
        if isinstance(piece, str | Box)
    )


def _remarks(node: NodeReport) -> str:
    said = [f"owes {_code(', '.join(node.debts))}"] if node.debts else []
    if node.witness:
        values = ", ".join(f"{name} = {value}" for name, value in node.witness.values)
        said.append(_code(f"at {values}: {node.witness.comparison}" if values else node.witness.comparison))
    if node.reason:
        said.append(_text(node.reason))
    return "; ".join(said)


def _text(plain: str) -> str:
    """Plain text whose signs mean nothing to Markdown."""
    shown = "".join(sign if sign.isprintable() else " " for sign in plain)
    return _SPECIAL.sub(lambda match: "&lt;" if match[0] == "<" else f"\\{match[0]}", shown)


def _code(plain: str) -> str:
    """Text between backticks; a backtick in it is an apostrophe, and a bar is kept out of tables."""
    shown = "".join(sign if sign.isprintable() else " " for sign in plain)
    return f"`{shown.replace('`', chr(39)).replace('|', chr(92) + '|')}`" if shown else ""


def _tag(label: str) -> str:
    return re.sub(r"[^A-Za-z0-9' -]", " ", label)

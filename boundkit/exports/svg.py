"""The graphs of proofs as one picture, drawn without any other program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from boundkit.graph import graph_of
from boundkit.pictures.proof import ARROW, EDGE, GAP, drawing, shown
from boundkit.report import Report

_HEAD = 30


@dataclass(frozen=True)
class Svg:
    """Theorem below theorem: premises above what rests on them, verdicts in words and as colours; the
    ratio of both sides in the test stands where edges meet, what a node owes in the tip of its box."""

    suffix: ClassVar[str] = ".svg"
    formulas: ClassVar[bool] = False

    def render(self, report: Report) -> str:
        """Messages of the report are comments."""
        body: list[str] = []
        top, widest = float(EDGE), 240.0
        for file in report.files:
            for theorem in file.theorems:
                body.append(
                    f'<text x="{EDGE}" y="{top + 14:.0f}" font-weight="bold">{shown(theorem.name)}: '
                    f"{theorem.headline}</text>"
                )
                lines, wide, high = drawing(graph_of(theorem), top + _HEAD)
                body += lines
                top, widest = top + _HEAD + high + GAP, max(widest, wide, 9.0 * len(theorem.name) + 160)
        for message in report.diagnostics:
            body.append(f"<!-- {_comment(f'{message.path}: {message.code}: {message.message}')} -->")
        size = f'width="{widest:.0f}" height="{top:.0f}" viewBox="0 0 {widest:.0f} {top:.0f}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13">'
        paper = '<rect width="100%" height="100%" fill="#ffffff"/>'
        return "\n".join([head, ARROW, paper, *body, "</svg>"]) + "\n"


def _comment(text: str) -> str:
    return shown(text).replace("--", "- -")

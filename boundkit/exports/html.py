"""The report as one page of HTML that needs nothing else, for a browser in light or dark, wide or narrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from boundkit.pages import one_page
from boundkit.report import Report


@dataclass(frozen=True)
class Html:
    """Statement, proof, evidence and pictures of each theorem; `boundkit report` writes a page for each."""

    suffix: ClassVar[str] = ".html"
    formulas: ClassVar[bool] = True

    def render(self, report: Report) -> str:
        """Messages of the report come last."""
        return one_page(report)

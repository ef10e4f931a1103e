"""The report as JSON, schema 1 (`docs/json.md`): for programs."""

from __future__ import annotations

from dataclasses import dataclass
from json import dumps
from typing import ClassVar

from boundkit.report import Report, as_json


@dataclass(frozen=True)
class Json:
    """Indented JSON in plain ASCII. Keys keep the order of the schema. ValueError if a number is not
    finite, since JSON has no such number."""

    suffix: ClassVar[str] = ".json"
    formulas: ClassVar[bool] = False

    def render(self, report: Report) -> str:
        """One object, and a newline."""
        return dumps(as_json(report), indent=2, allow_nan=False) + "\n"

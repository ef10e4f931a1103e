"""The problems as they lie in the folder: one theme a file, one problem a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flint import fmpq

FOLDER = Path(__file__).parent / "problems"


@dataclass(frozen=True)
class Problem:
    """One statement: for all values of the variables, the hypotheses give the goal."""

    id: str
    vars: tuple[str, ...]
    hyps: tuple[str, ...]
    goal: str
    expected: bool
    source: str
    kind: str
    sorts: Mapping[str, str] = field(default_factory=dict)
    witness: Mapping[str, str] = field(default_factory=dict)

    @property
    def theme(self) -> str:
        """The name of the file it is from."""
        return self.id.rpartition("-")[0]

    @property
    def point(self) -> dict[str, fmpq]:
        """The witness in rationals."""
        return {name: rational(text) for name, text in self.witness.items()}


def rational(text: str) -> fmpq:
    """The number in a text such as `3`, `-1/3` or `10**30`. Raises ValueError for any other."""
    if "**" in text:
        base, _, exponent = text.partition("**")
        return fmpq(int(base)) ** int(exponent)
    top, _, bottom = text.partition("/")
    return fmpq(int(top), int(bottom or 1))


def read(record: Mapping[str, Any]) -> Problem:
    """The problem in one object of a file. Raises ValueError for a value that `expected` does not know."""
    if record["expected"] not in ("true", "false"):
        raise ValueError(f"{record['id']}: expected {record['expected']}")
    return Problem(
        id=record["id"],
        vars=tuple(record["vars"]),
        hyps=tuple(record["hyps"]),
        goal=record["goal"],
        expected=record["expected"] == "true",
        source=record["source"],
        kind=record["kind"],
        sorts=record.get("sorts", {}),
        witness=record.get("witness", {}),
    )


def problems(theme: str | None = None, folder: Path = FOLDER) -> Iterator[Problem]:
    """The problems of one theme, or of all in the order of their files."""
    for path in sorted(folder.glob(f"{theme or '*'}.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield read(json.loads(line))

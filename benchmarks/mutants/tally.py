"""What was found of mutants, counted by folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HEADS = ("folder", "mutants", "false", "caught", "%", "turned down, truth open", "true", "stands, truth open")


@dataclass(frozen=True)
class Counts:
    """How many mutants there are; false: with an exact witness; caught: of these, those that are neither
    PROVED nor DERIVED nor TESTED; down: none of these either, and without a witness; true: those that are
    proved, or follow; stands: the others."""

    mutants: int = 0
    false: int = 0
    caught: int = 0
    down: int = 0
    true: int = 0
    stands: int = 0

    def __add__(self, other: Counts) -> Counts:
        mine, its = asdict(self), asdict(other)
        return Counts(**{kind: mine[kind] + its[kind] for kind in mine})

    @property
    def share(self) -> str:
        """The caught among the false ones, in per cent; "" where none is false."""
        return f"{100 * self.caught / self.false:.1f}" if self.false else ""


def counted(found: Iterable[Mapping[str, Any]]) -> Counts:
    """The counts of some mutants."""
    return sum(map(_one, found), Counts())


def _one(mutant: Mapping[str, Any]) -> Counts:
    caught = int(mutant["caught"])
    if mutant["truth"] == "false":
        return Counts(1, false=1, caught=caught)
    if mutant["truth"] == "true":
        return Counts(1, true=1)
    return Counts(1, down=caught, stands=1 - caught)


def folder_of(file: str) -> str:
    """The folder of a file, from the library's folder on."""
    return file.rpartition("/")[0]


def read(path: Path) -> list[dict[str, Any]]:
    """The lines of a file of findings, the last one for each mutant; none where there is no file."""
    if not path.is_file():
        return []
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return list({one["name"]: one for one in lines}.values())


def table(found: Sequence[Mapping[str, Any]]) -> str:
    """A row for each folder and one for all."""
    folders = sorted({folder_of(one["file"]) for one in found})
    rows = [(name, [one for one in found if folder_of(one["file"]) == name]) for name in folders]
    lines = [HEADS, tuple("---" for _ in HEADS)]
    for name, mutants in (*rows, ("all", found)):
        n = counted(mutants)
        lines.append((name, *map(str, (n.mutants, n.false, n.caught, n.share, n.down, n.true, n.stands))))
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def listed(found: Iterable[Mapping[str, Any]]) -> str:
    """The mutants that stand and are false, or of which it is not known."""
    lines = []
    for one in sorted(found, key=lambda one: (one["truth"] != "false", one["file"], one["name"])):
        if not one["caught"] and one["truth"] != "true":
            why = one["witness"] or f"no witness was found; largest ratio {one['ratio']:.3g}"
            lines.append(f"{one['truth']} {one['headline']} {one['name']}\n    {why}\n")
    return "".join(lines)

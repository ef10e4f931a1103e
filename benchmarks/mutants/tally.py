"""What was found of mutants, counted by folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

HEADS = ("folder", "mutants", "false", "caught", "%", "turned down, truth open", "true", "stands, truth open")


def read(path: Path) -> list[dict[str, Any]]:
    """The lines of a file of findings, the last one for each mutant; none where there is no file."""
    if not path.is_file():
        return []
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return list({one["name"]: one for one in lines}.values())


def table(found: Sequence[dict[str, Any]]) -> str:
    """A row for each folder and one for all. `false` are those with an exact witness, of which `caught` are
    those whose verdict is neither PROVED nor DERIVED nor TESTED; the others are not counted as false."""
    folders = sorted({_folder(one) for one in found})
    rows = [_row(folder, [one for one in found if _folder(one) == folder]) for folder in folders]
    rows.append(_row("all", found))
    lines = [HEADS, tuple("---" for _ in HEADS), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _row(name: str, found: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    false = [one for one in found if one["truth"] == "false"]
    caught = sum(one["caught"] for one in false)
    open_ = [one for one in found if one["truth"] == "open"]
    down = sum(one["caught"] for one in open_)
    true = sum(one["truth"] == "true" for one in found)
    share = f"{100 * caught / len(false):.1f}" if false else ""
    counts = (len(found), len(false), caught)
    return (name, *map(str, counts), share, str(down), str(true), str(len(open_) - down))


def _folder(one: dict[str, Any]) -> str:
    return str(one["file"]).rpartition("/")[0]


def listed(found: Iterable[dict[str, Any]]) -> str:
    """The mutants that stand and are false, or of which it is not known."""
    lines = []
    for one in sorted(found, key=lambda one: (one["truth"] != "false", one["file"], one["name"])):
        if not one["caught"] and one["truth"] != "true":
            why = one["witness"] or f"no witness was found; largest ratio {one['ratio']:.3g}"
            lines.append(f"{one['truth']} {one['headline']} {one['name']}\n    {why}\n")
    return "".join(lines)

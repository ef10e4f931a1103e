"""Planted slips, the first suggestion for each, and whether it repairs the slip."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from boundkit import resources
from boundkit.attack import attack
from boundkit.options import Options
from boundkit.pipeline import Run
from boundkit.report import Suggestion
from boundkit.suggest import suggest_paths

SAMPLES, SEED = 60_000, 987
"""Instances, and their seed, from which a witness is sought against a suggestion that is not known."""
ALONE = r"(?<![\w./*^]){}(?![\w./*^])"
"""A clause as it stands, and not as the beginning of another, as `+ 1` is of `+ 1/2`."""


@dataclass(frozen=True)
class Slip:
    """A theorem of the library after `edits` of its text. kind: of the slip, which is not told to the search;
    repairs: clauses that are known to be true."""

    file: str
    theorem: str
    kind: str
    edits: tuple[tuple[str, str], ...] = ()
    repairs: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The file with the slip. ValueError where an edit does not fit."""
        text = (resources.library() / self.file).read_text(encoding="utf-8")
        for was, now in self.edits:
            if was not in text:
                raise ValueError(f"{self.file} does not hold {was!r}")
            text = text.replace(was, now)
        return text


def planted() -> list[Slip]:
    """All slips of `planted.toml`."""
    data = tomllib.loads((Path(__file__).parent / "planted.toml").read_text(encoding="utf-8"))
    return [
        Slip(
            one["file"],
            one["theorem"],
            one["kind"],
            tuple((was, now) for was, now in one.get("edits", ())),
            tuple(one.get("repairs", ())),
        )
        for one in data["slip"]
    ]


def first_suggestion(slip: Slip, folder: Path) -> Suggestion | None:
    """What is suggested first for a slip, in a file of its own."""
    path = folder / Path(slip.file).name
    path.write_text(slip.text, encoding="utf-8")
    report = suggest_paths([path], Options(samples=20_000, only=slip.theorem))
    return next(iter(report.suggestions or ()), None)


def judged(slip: Slip, suggestion: Suggestion | None, folder: Path) -> str:
    """`none`; `proved` where the theorem is PROVED or DERIVED after it; `repairs` where a clause that is
    known to be true was put in; `false` where a witness against some statement is found; else `conjecture`,
    of which nothing is known."""
    if suggestion is None:
        return "none"
    if suggestion.certain:
        return "proved"
    added = [line[1:] for line in suggestion.diff.splitlines() if line.startswith("+") and line[:3] != "+++"]
    text = " ".join(" ".join(added).split())
    if any(re.search(ALONE.format(re.escape(repair)), text) for repair in slip.repairs):
        return "repairs"
    path = folder / "after.thm"
    path.write_text(suggestion.after, encoding="utf-8")
    one = Run(Options()).load(path)
    theorem = next(theorem for theorem in one.theorems if theorem.name == slip.theorem)
    found = attack(theorem, SEED, SAMPLES, families=one.families)
    return "false" if any(own.outcome == "violated" for own in found.statements) else "conjecture"

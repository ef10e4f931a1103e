"""Reports of theorem files that carry their trees, without any check: what is shown of formulas depends on
the text alone."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from pathlib import Path

from boundkit.publish import with_trees
from boundkit.report import FileReport, NodeReport, Report, TheoremReport, assemble
from boundkit.syntax.parse import parse
from boundkit.syntax.read import read
from boundkit.syntax.tree import Claim, Step, TheoremTree
from boundkit.verdicts import Headline

ROOT = Path(__file__).parent.parent.parent
LIBRARY = sorted((ROOT / "theorems").rglob("*.thm"))


def written(paths: Iterable[Path], headlines: tuple[Headline, ...] = (Headline.PROVED,)) -> Report:
    """A report in which the theorems have the given headlines in turn, and their nodes the same."""
    files = []
    turn = count()
    for path in paths:
        theorems = []
        for item in parse(read(path))[0].items:
            if isinstance(item, TheoremTree):
                verdict = headlines[next(turn) % len(headlines)].value
                labels = [c.label.text for c in item.clauses if isinstance(c, Claim | Step)]
                nodes = tuple(NodeReport(label, "step", verdict) for label in labels)
                theorems.append(
                    TheoremReport(item.name.text, item.title or "", verdict, "", True, nodes=nodes)
                )
        files.append(FileReport(str(path), tuple(theorems)))
    return with_trees(assemble(files, [], 0))

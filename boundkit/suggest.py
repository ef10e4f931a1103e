"""What to write instead: for each statement that is false or does not follow, the smallest edits of the
theorem that survive, each tried by the attack on instances of its own and, where that is possible, proved;
for a theorem that is proved, what it can do without, and a bound that says more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from boundkit.bench import FEW, FIRST, Bench, Survivor
from boundkit.options import Options, Progress, silent
from boundkit.pipeline import Run, check_paths
from boundkit.proposals import repairing
from boundkit.report import Report, Suggestion, TheoremReport
from boundkit.sharpen import sharper
from boundkit.verdicts import Headline
from boundkit.weigh import unneeded

TRIALS = 160
"""First trials for one statement."""
SURVIVORS = 10
"""Changes of one statement that go on to the last trials."""
OF_SERIES = 2
"""Of these, how many that do more of the same."""
SHOWN = 3
"""Suggestions for one statement."""
CONJECTURES = 1
"""Of these, how many are conjectures, where none is certain."""
TRIED = 6
"""Changes that are tried to the end."""
BAD = frozenset(
    {Headline.ERROR, Headline.VIOLATED, Headline.GAP, Headline.UNKNOWN, Headline.BROKEN, Headline.SUSPECT}
)
CERTAIN = frozenset({Headline.PROVED, Headline.DERIVED})


def suggest_paths(paths: Sequence[str | Path], options: Options, progress: Progress = silent) -> Report:
    """The report of a check with suggestions for what is not supported. Nothing is written."""
    return suggest_for(check_paths(paths, options, progress), options)


def suggest_for(report: Report, options: Options) -> Report:
    """The report of a check with suggestions, by the theorems in their order. Nothing is written."""
    found: list[Suggestion] = []
    run = Run(options)
    for file in report.files:
        known = {theorem.name: theorem for theorem in file.theorems}
        one = run.load(Path(file.path)) if known else None
        if one is not None and not any(message.severity == "error" for message in one.messages):
            for theorem in one.theorems:
                if theorem.name in known and run.wants(theorem) and not run.out_of_time:
                    found.extend(suggestions(Bench(run, one, theorem), known[theorem.name]))
    return replace(report, suggestions=tuple(found))


def suggestions(bench: Bench, found: TheoremReport) -> list[Suggestion]:
    """What is suggested for one theorem. Of one that wants repair, by its statements in their order, for each
    the surest first, among equals the smallest change; of one that is proved, hypotheses that it does not
    need, then sharper claims."""
    only = bench.run.label(bench.theorem)
    headline = Headline(found.headline)
    if headline in CERTAIN:
        shorter = [] if only else unneeded(bench, found)
        claims = [node.name for node in found.nodes if node.kind == "claim" and only in ("", node.name)]
        return [*shorter, *(one for label in claims for one in sharper(bench, label))]
    if headline.supported:
        return []
    for node in found.nodes:
        if node.kind in ("claim", "step") and Headline(node.verdict) in BAD and only in ("", node.name):
            own = repairs(bench, node.name)
            if own:
                return own  # what comes after may rest on it
    return []


def repairs(bench: Bench, label: str) -> list[Suggestion]:
    """The suggestions for one statement."""
    slip = bench.slip(label)
    survived: list[Survivor] = []
    trials = 0
    for kind, change in repairing(slip):
        if trials >= TRIALS or len(survived) >= SURVIVORS or bench.run.out_of_time:
            break
        if change.series and [f.change.series for f in survived].count(change.series) >= OF_SERIES:
            continue
        theorem = bench.elaborated(change.tree)
        if theorem is None or bench.refuted(theorem, label):
            continue
        trials += 1
        report = bench.attack(theorem, FIRST[0] + trials % len(FIRST), FEW, short=True)
        if bench.stands(report, label):
            medians = [link.ratio_median for link in report.by_label[label].links]
            survived.append(Survivor(kind, change, theorem, max(medians)))
    good: list[Survivor] = []
    for one in sorted(survived, key=lambda one: one.size):
        if len(good) >= TRIED or sum(-f.rank[0] >= Headline.DERIVED.rank for f in good) >= SHOWN:
            break
        if one.change.series in {f.change.series for f in good} - {""}:
            continue
        last = bench.last_trial(one, label)
        if last is not None:
            good.append(last)
            if last.judged is not None and last.judged.report.headline == Headline.PROVED.value:
                break
    good.sort(key=lambda one: one.rank)
    certain = [one for one in good if -one.rank[0] >= Headline.DERIVED.rank]
    return [bench.suggestion(one, label) for one in certain or good[:CONJECTURES]]

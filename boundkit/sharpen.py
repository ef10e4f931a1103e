"""A sharper bound for a claim that is proved with room to spare: the sharpest of the simple ones that the
proof still gives, else one that the attack does not refute."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

from boundkit.bench import ATTAINED, FEW, FIRST, LAST, MANY, Bench, Survivor
from boundkit.ir.terms import Apply, Term, relation
from boundkit.ir.theorems import Link, Statement, Theorem
from boundkit.proposals import sharpening
from boundkit.report import Suggestion
from boundkit.slips import Change
from boundkit.verdicts import Headline

TRIALS = 60
"""Edits of one claim that are compared with it."""
PROVED_AT_MOST = 6
"""Of those that stand, how many are tried to prove, and how many as conjectures."""
SCALED = "the right side"
"""The series of changes that multiply the whole right side: none survives where both sides are equal."""
CLAIM = "sharper"


def sharper(bench: Bench, label: str) -> list[Suggestion]:
    """A sharper form of a claim of a theorem that is PROVED or DERIVED, or nothing."""
    slip = replace(bench.slip(label), tree=bench.written, sharper=True)
    before = [link.ratio_worst for link in bench.attacked.by_label[label].links]
    attained = any(ratio >= ATTAINED for ratio in before)
    survived: list[Survivor] = []
    trials = 0
    for kind, change in sharpening(slip):
        if trials >= TRIALS or bench.run.out_of_time:
            break
        if attained and change.series == SCALED:
            continue
        theorem = bench.elaborated(change.tree)
        if theorem is None or bench.refuted(theorem, label):
            continue
        trials += 1
        if not is_sharper(bench, theorem, label):
            continue
        report = bench.attack(theorem, FIRST[0] + trials % len(FIRST), FEW, short=True)
        if bench.stands(report, label):
            ratios = [link.ratio_median for link in report.by_label[label].links]
            if all(map(isfinite, ratios)):
                survived.append(Survivor(kind, _said(change), theorem, max(ratios)))
    survived = [one for one in survived if not bench.refuted(one.theorem, label)]
    survived.sort(key=lambda one: (-one.median, one.change.size, one.change.words))
    for one in survived[:PROVED_AT_MOST]:
        report = bench.attack(one.theorem, LAST[0], MANY, short=False)
        if bench.stands(report, label) and not bench.is_false(one.theorem, label):
            change, theorem, judged = bench.judged(one, report)
            if Headline(judged.report.headline).rank >= Headline.DERIVED.rank and not judged.report.alarms:
                return [bench.suggestion(replace(one, change=change, theorem=theorem, judged=judged), label)]
    for one in survived[:PROVED_AT_MOST]:
        last = bench.last_trial(one, label)
        if last is not None:
            return [bench.suggestion(last, label)]
    return []


def _said(change: Change) -> Change:
    return replace(change, words=f"sharper: {change.words}")


def is_sharper(bench: Bench, theorem: Theorem, label: str) -> bool:
    """Whether a changed claim says as much as it did at all instances of a trial, and more at some."""
    before, after = bench.theorem.statement[label], theorem.statement[label]
    links = list(zip(before.links, after.links, strict=False))
    changed = [(one.relation, other.relation) for one, other in links if one.relation != other.relation]
    if len(before.links) != len(after.links) or before.prefix != after.prefix or len(changed) != 1:
        return False
    compared = _compared(*changed[0])
    if compared is None:
        return False
    link = Link(compared)
    statement = Statement(CLAIM, "claim", before.goal(link), before.prefix, (link,))
    asked = replace(theorem, statements=(statement,), order=(CLAIM,))
    return bench.attack(asked, FIRST[0], FEW, short=True).by_label[CLAIM].outcome == "tested"


def _compared(before: Term, after: Term) -> Term | None:
    """That the side that changed is the smaller one now, or the larger one where it bounds from below."""
    if not (isinstance(before, Apply) and isinstance(after, Apply) and before.head == after.head):
        return None
    if before.head not in ("<=", "<") or len(before.args) != 2:
        return None
    if before.args[0] == after.args[0]:
        return relation("<=", after.args[1], before.args[1])
    if before.args[1] == after.args[1]:
        return relation("<=", before.args[0], after.args[0])
    return None


__all__ = ["sharper"]

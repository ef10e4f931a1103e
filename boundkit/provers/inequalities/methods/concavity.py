"""Slacks that are concave in a variable between two ends: where they rise they are least at the lower end,
and where they fall at the upper one."""

from __future__ import annotations

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Name, Term, number, substitute
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.derivative import NotDifferentiable, derivative, minus, negative
from boundkit.kernel.enclosures import enclosure, facts_towards
from boundkit.kernel.steps import Cases, Fact, Known, Lowered, Range, Step
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 9


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One variable with finite ends, by the goals at both."""
    for name in sorted(goal.slack.free):
        extent = goal.box[name]
        if extent.is_point or extent.lower is None or extent.upper is None:
            continue
        try:
            slope = derivative(goal.slack, name)
            curvature = derivative(slope, name)
            closed = {**goal.box, name: Range(extent.lower, extent.upper)}
            if not enclosure(curvature, closed, (), 64).upper <= 0:
                continue
        except (NotDifferentiable, Undecided, Undefined):
            continue
        effort.spend()
        found = _at_both_ends(goal, name, slope, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


def _at_both_ends(goal: Goal, name: str, slope: Term, prove: Prove, effort: Effort) -> Found | None:
    steps: list[Step] = []
    lines: list[str] = []
    extent = goal.box[name]
    for end, rising, fact in (
        (extent.lower, True, Fact(slope, "nonnegative")),
        (extent.upper, False, Fact(negative(slope), "positive")),
    ):
        assert end is not None
        kept = facts_towards((*goal.facts, fact), name, rising, goal.box)
        if fact not in kept:
            return None
        value = number(end)
        others = {own: held for own, held in goal.box.items() if own != name}
        there = tuple(Fact(substitute(own.term, {name: value}), own.kind) for own in kept)
        face = prove(Goal(substitute(goal.slack, {name: value}), goal.strict, others, there), effort)
        if face is None:
            return None
        gap = minus(Name(name, REAL), value) if rising else minus(value, Name(name, REAL))
        reach = prove(Goal(gap, False, goal.box, (*goal.facts, fact)), effort)
        if reach is None:
            return None
        known = Known(1 + kept.index(fact), ONE)
        direction = "increasing" if rising else "decreasing"
        steps.append(Lowered(name, direction, value, reach.step, known, face.step))
        lines.extend(face.argument)
    step = Cases(slope, *steps)
    if not accepted(goal, step):
        return None
    return Found(step, (f"concave in {name}, so least at an end of its range", *dict.fromkeys(lines)))

"""A variable that a fact bounds by the others, moved to this bound where the slack falls towards it."""

from __future__ import annotations

from collections.abc import Iterator

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Name, Term, number, substitute
from boundkit.kernel.derivative import NotDifferentiable, derivative, minus, negative
from boundkit.kernel.enclosures import facts_towards
from boundkit.kernel.steps import Fact, Lowered
from boundkit.provers.factors import rank, solved
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.sampling import signs

COST = 33


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One variable, its bound, and the slope of the slack in it."""
    candidates: list[tuple[tuple[int, int], int, str, Term, Term, bool]] = []
    for name in sorted(goal.slack.free):
        if goal.box[name].is_point:
            continue
        try:
            slope = derivative(goal.slack, name)
        except NotDifferentiable:
            continue
        rises = signs(slope, goal.box, goal.facts)
        if len(rises) > 1:
            continue
        for bottom, rising in _bottoms(goal, name):
            if not rises or rising == (1 in rises):
                candidates.append((rank(slope), len(candidates), name, bottom, slope, rising))
    candidates.sort(key=lambda entry: entry[:2])
    for _, _, name, bottom, slope, rising in candidates[:4]:
        found = _lowered(goal, name, bottom, slope, rising, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


def _bottoms(goal: Goal, name: str) -> Iterator[tuple[Term, bool]]:
    """Terms that bound a variable, and whether from below: by a fact that is linear in it, or its range if
    facts speak of it."""
    spoken = False
    for fact in goal.facts:
        if name not in fact.term.free:
            continue
        spoken = True
        bottom = solved(fact.term, name)
        if bottom is None or name in bottom.free:
            continue
        one, none = (substitute(fact.term, {name: number(value)}) for value in (1, 0))
        side = signs(minus(one, none), goal.box, goal.facts)
        if len(side) == 1:
            yield bottom, 1 in side
    extent = goal.box[name]
    if spoken and extent.lower is not None:
        yield number(extent.lower), True
    if spoken and extent.upper is not None:
        yield number(extent.upper), False


def _lowered(
    goal: Goal, name: str, bottom: Term, slope: Term, rising: bool, prove: Prove, effort: Effort
) -> Found | None:
    direction = "increasing" if rising else "decreasing"
    variable = Name(name, REAL)
    gap = minus(variable, bottom) if rising else minus(bottom, variable)
    reach = prove(Goal(gap, False, goal.box, goal.facts), effort)
    if reach is None:
        return None
    kept = facts_towards(goal.facts, name, rising, goal.box)
    there = tuple(Fact(substitute(fact.term, {name: bottom}), fact.kind) for fact in kept)
    others = {own: extent for own, extent in goal.box.items() if own != name}
    face = prove(Goal(substitute(goal.slack, {name: bottom}), goal.strict, others, there), effort)
    if face is None:
        return None
    inner = {**goal.box, name: goal.box[name].interior}
    wanted = slope if rising else negative(slope)
    facts = (Fact(gap, "nonnegative"), *kept)
    rises = prove(Goal(wanted, False, inner, facts), effort)
    if rises is None:
        return None
    step = Lowered(name, direction, bottom, reach.step, rises.step, face.step)
    if not accepted(goal, step):
        return None
    word = "increases" if rising else "decreases"
    line = f"the gap of the sides {word} with {name}, so it is least at {name} = {bottom}"
    return Found(step, (line, *face.argument))

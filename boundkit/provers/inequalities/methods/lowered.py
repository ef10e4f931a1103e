"""A variable that a fact bounds by the others, lowered (or raised) to this bound where the slack falls towards it."""

from __future__ import annotations

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Name, Term, substitute
from boundkit.kernel.derivative import NotDifferentiable, derivative, minus, negative
from boundkit.kernel.steps import Fact, Lowered
from boundkit.provers.factors import factorise, rank, solved
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 33


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One fact that is linear in a variable, and the slope of the slack in it."""
    candidates: list[tuple[object, ...]] = []
    for place, fact in enumerate(goal.facts):
        if len(fact.term.free) < 2:
            continue
        for name in sorted(fact.term.free & goal.slack.free):
            if goal.box[name].is_point:
                continue
            bottom = solved(fact.term, name)
            if bottom is None or bottom.free & {name}:
                continue
            try:
                slope = derivative(goal.slack, name)
            except NotDifferentiable:
                continue
            candidates.append((rank(slope), place, name, bottom, slope))
    candidates.sort(key=lambda entry: entry[:3])
    for _, _, name, bottom, slope in candidates[:4]:
        for direction in ("increasing", "decreasing"):
            found = _lowered(goal, str(name), bottom, slope, direction, prove, effort)  # type: ignore[arg-type]
            if found is not None:
                return found
    return GivenUp("")


def _lowered(
    goal: Goal, name: str, bottom: Term, slope: Term, direction: str, prove: Prove, effort: Effort
) -> Found | None:
    rising = direction == "increasing"
    variable = Name(name, REAL)
    gap = minus(variable, bottom) if rising else minus(bottom, variable)
    reach = prove(Goal(gap, False, goal.box, goal.facts), effort)
    if reach is None:
        return None
    kept = tuple(fact for fact in goal.facts if name not in fact.term.free)
    others = {own: extent for own, extent in goal.box.items() if own != name}
    face = prove(Goal(substitute(goal.slack, {name: bottom}), goal.strict, others, kept), effort)
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
    return Found(step, (f"the gap of the sides {word} with {name}, so it is least at {name} = {bottom}", *face.argument))


__all__ = ["COST", "attempt", "factorise"]

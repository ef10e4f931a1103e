"""Values of lnGamma and its derivatives in several variables: a slack that is monotone in one of them is
least at an end of its range."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.terms import number, substitute, subterms
from boundkit.kernel.derivative import NotDifferentiable, derivative, negative
from boundkit.kernel.enclosures import size_of
from boundkit.kernel.steps import Fixed, Monotone, Product
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.recurrence import collected, derivative_of_log_gamma
from boundkit.provers.inequalities.sampling import signs

COST = 9
LARGEST = 80


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One variable and one end, by goals for the slope and at the end."""
    active = [name for name in sorted(goal.slack.free) if not goal.box[name].is_point]
    gammas = any(derivative_of_log_gamma(part) is not None for part in subterms(goal.slack) if part.free)
    if len(active) < 2 or not gammas or size_of(goal.slack) > LARGEST:
        return GivenUp("")
    for name in active:
        extent = goal.box[name]
        facts = tuple(fact for fact in goal.facts if name not in fact.term.free)
        try:
            raw = derivative(goal.slack, name)
        except NotDifferentiable:
            continue
        for rising in (True, False):
            end = extent.lower if rising else extent.upper
            slope = collected(raw if rising else negative(raw))
            inner = Goal(goal.slack, False, {**goal.box, name: extent.interior}, facts)
            if end is None or slope is None or -1 in signs(slope, inner.box, facts):
                continue
            effort.spend(2)
            there = substitute(goal.slack, {name: number(end)})
            others = {own: held for own, held in goal.box.items() if own != name}
            face = prove(Goal(there, goal.strict, others, facts), effort)
            steep = face and prove(replace(inner, slack=slope), effort)
            if face is None or steep is None:
                continue
            direction = "increasing" if rising else "decreasing"
            step = Monotone(name, direction, Product((slope,), (steep.step,)), Fixed(face.step))
            if accepted(goal, step):
                word = "increases" if rising else "decreases"
                return Found(step, (f"the gap of the sides {word} with {name}, so it is least at {end}",))
    return GivenUp("")

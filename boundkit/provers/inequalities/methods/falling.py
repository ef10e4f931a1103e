"""A slack that falls, as a variable without an upper end grows, to a limit that is not negative."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.terms import Term
from boundkit.kernel import growth
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.derivative import NotDifferentiable, derivative, negative
from boundkit.kernel.descents import limit_is_not_negative
from boundkit.kernel.enclosures import size_of
from boundkit.kernel.quotients import TooLarge
from boundkit.kernel.steps import Enclosed, Falling, Product, Step
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.recurrence import factored
from boundkit.provers.inequalities.sampling import signs
from boundkit.provers.inequalities.transcendental import has_functions

COST = 6
LARGEST = 120


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Of one name, if the slope seems to be of one sign and the limit is settled, the goal for the slope; of
    several, those in which the slope has no functions of variables."""
    alone = len(goal.slack.free) == 1
    if size_of(goal.slack) > LARGEST or not has_functions(goal.slack):
        return GivenUp("")
    for name in sorted(goal.slack.free):
        extent = goal.box[name]
        if extent.upper is not None or extent.is_point:
            continue
        facts = tuple(fact for fact in goal.facts if name not in fact.term.free)
        inner = replace(goal, box={**goal.box, name: extent.interior}, facts=facts)
        try:
            slope = factored(negative(derivative(goal.slack, name)))
        except NotDifferentiable:
            continue
        if slope is None or (not alone and has_functions(slope)):
            continue
        if -1 in signs(slope, inner.box, inner.facts):
            continue
        end = _end(inner, name, prove, effort)
        if end is None:
            continue
        found = prove(replace(inner, slack=slope), effort)
        if found is None:
            continue
        step = Falling(name, Product((slope,), (found.step,)), end)
        if accepted(goal, step):
            line = f"the gap of the sides falls to its limit as {name} grows"
            return Found(step, (line, *found.argument))
    return GivenUp("")


def _end(goal: Goal, name: str, prove: Prove, effort: Effort) -> Step | None:
    """That the limit is not negative."""
    try:
        if len(goal.slack.free) == 1:
            return Enclosed() if limit_is_not_negative(goal.slack, name) else None
        limit = growth.limit(goal.slack, name)
    except (Undecided, Undefined, TooLarge):
        return None
    return at_end(goal, name, limit, prove, effort)


def at_end(goal: Goal, name: str, limit: Term | None, prove: Prove, effort: Effort) -> Step | None:
    """That a limit, if there is one, is not negative for the other variables."""
    if limit is None:
        return Enclosed()
    others = {own: extent for own, extent in goal.box.items() if own != name}
    if -1 in signs(limit, others, goal.facts):
        return None
    found = prove(Goal(limit, False, others, goal.facts), effort)
    return None if found is None else found.step

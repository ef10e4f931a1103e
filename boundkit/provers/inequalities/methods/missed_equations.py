"""A bound from an equation of higher degree: beyond the bound one side of the equation is too large, or too
small, as a^2 + b^2 + c^2 + a*b*c is where a + b + c > 3."""

from __future__ import annotations

from boundkit.ir.terms import ONE
from boundkit.kernel.derivative import negative
from boundkit.kernel.rational_functions import TooLarge
from boundkit.kernel.steps import Cases, Excluded, Fact, Kept, Known
from boundkit.provers.inequalities.forms import Reader
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.sampling import signs

COST = 8


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The sign of a term that should be zero, where the goal fails. The new goal has one equation less."""
    if not any(fact.kind == "zero" for fact in goal.facts) or len(goal.slack.free) < 2:
        return GivenUp("")
    try:
        reader = Reader(goal)
        slack = reader.polynomial(goal.slack)
        degrees = [_degree(reader, fact) for fact in goal.facts]
    except TooLarge:
        return GivenUp("")
    if slack is None or not slack:
        return GivenUp("")
    contrary = negative(goal.slack)
    beyond = Fact(contrary, "nonnegative" if goal.strict else "positive")
    count = len(goal.facts)
    for place, fact in enumerate(goal.facts):
        if fact.kind != "zero" or degrees[place] <= slack.total_degree():
            continue
        kept = tuple(count if own == place else own for own in range(count))
        others = tuple((*goal.facts, beyond)[own] for own in kept)
        seen = signs(fact.term, goal.box, others)
        if len(seen) != 1:
            continue
        effort.spend(2)
        sign = next(iter(seen))
        term = fact.term if sign > 0 else negative(fact.term)
        found = prove(Goal(term, True, goal.box, others), effort)
        if found is None:
            continue
        failing = Excluded(place, sign, Kept(kept, found.step))
        otherwise = Known(count, ONE)
        step = Cases(contrary, failing, otherwise) if goal.strict else Cases(goal.slack, otherwise, failing)
        if accepted(goal, step):
            relation = ">=" if goal.strict else ">"
            return Found(step, (f"otherwise {contrary} {relation} 0, and {term} > 0", *found.argument))
    return GivenUp("")


def _degree(reader: Reader, fact: Fact) -> int:
    found = reader.fraction(fact.term)
    return 0 if found is None or not found[0] else int(found[0].total_degree())

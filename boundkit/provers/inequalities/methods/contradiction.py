"""Facts that contradict each other, as cases do that cannot occur: one fails where the others hold."""

from __future__ import annotations

from boundkit.kernel.derivative import negative
from boundkit.kernel.steps import Excluded, Kept
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.sampling import points, signs

COST = 4


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The last facts first, if no sample point satisfies all."""
    if not goal.facts or points(goal.box, goal.facts):
        return GivenUp("")
    for place in range(len(goal.facts) - 1, -1, -1):
        fact = goal.facts[place]
        kept = tuple(own for own in range(len(goal.facts)) if own != place)
        others = tuple(goal.facts[own] for own in kept)
        if fact.kind == "zero" or signs(fact.term, goal.box, others) != {-1}:
            continue
        found = prove(Goal(negative(fact.term), fact.kind == "nonnegative", goal.box, others), effort)
        if found is None:
            continue
        step = Excluded(place, 1, Kept(kept, found.step))
        if accepted(goal, step):
            return Found(step, ("a case that does not occur", *found.argument))
    return GivenUp("")

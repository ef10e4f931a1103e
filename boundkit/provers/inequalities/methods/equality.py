"""A slack that is 0 wherever it is defined: equal quotients of polynomials over the same atoms."""

from __future__ import annotations

from boundkit.ir.terms import ZERO
from boundkit.kernel.quotients import same
from boundkit.kernel.steps import Enclosed, Product
from boundkit.provers.clear_signs import clear_signs
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.sampling import points

COST = 1


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The slack itself, before anything takes it apart, unless its sign is clear at a sample point."""
    if goal.strict or any(clear_signs(goal.slack, points(goal.box, goal.facts))):
        return GivenUp("")
    step = Product((ZERO,), (Enclosed(),))
    if not same(goal.slack, ZERO) or not accepted(goal, step):
        return GivenUp("")
    return Found(step, ("both sides are the same",))

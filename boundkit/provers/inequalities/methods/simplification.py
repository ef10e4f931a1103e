"""The slack multiplied out, or over one denominator, where that is shorter."""

from __future__ import annotations

from dataclasses import replace

from boundkit.kernel.enclosures import size_of
from boundkit.kernel.steps import Product
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 4


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One shorter form of the slack, if the kernel sees that it is defined under the same conditions."""
    shorter = expanded(goal.slack)
    if shorter is None or size_of(shorter) >= 0.75 * size_of(goal.slack):
        return GivenUp("")
    found = prove(replace(goal, slack=shorter), effort)
    if found is None:
        return GivenUp("")
    step = Product((shorter,), (found.step,))
    return Found(step, found.argument) if accepted(goal, step) else GivenUp("")

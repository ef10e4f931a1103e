"""One variable without an upper end: a slack that falls to a limit that is not negative."""

from __future__ import annotations

from boundkit.ir.terms import number
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.derivative import derivative, negative, power, times
from boundkit.kernel.descents import limit_is_not_negative
from boundkit.kernel.quotients import TooLarge
from boundkit.kernel.steps import Falling, Product
from boundkit.provers.factors import factorise
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.samples import signs

COST = 6


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """If the slope seems to be of one sign and the limit is settled, the goal for the slope."""
    if len(goal.slack.free) != 1:
        return GivenUp("")
    (name,) = goal.slack.free
    extent = goal.box[name]
    if extent.upper is not None or extent.is_point or not _has_limit(goal, name):
        return GivenUp("")
    slope = negative(derivative(goal.slack, name))
    inner = {name: extent.interior}
    if -1 in signs(slope, inner):
        return GivenUp("")
    parts = factorise(slope)
    wanted = slope
    if parts is not None:
        powers = (power(factor, number(count)) for factor, count in parts.factors)
        wanted = times(number(parts.coefficient), *powers)
    found = prove(Goal(wanted, goal.strict, inner), effort)
    if found is None:
        return GivenUp("")
    step = Falling(name, found.step if wanted is slope else Product((wanted,), (found.step,)))
    if not accepted(goal, step):
        return GivenUp("")
    return Found(step, (f"the gap of the sides falls to its limit as {name} grows", *found.argument))


def _has_limit(goal: Goal, name: str) -> bool:
    """Whether the limit is not negative."""
    try:
        return limit_is_not_negative(goal.slack, name)
    except (Undecided, Undefined, TooLarge):
        return False

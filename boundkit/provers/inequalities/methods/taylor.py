"""One variable in a bounded range: Taylor models where the sides touch at an end, and on pieces elsewhere; of
a range without an end, what is far out by one enclosure."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from boundkit.kernel.steps import Enclosed, Range, Split, Step
from boundkit.provers import taylor
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 2
ATTEMPTS = 60
FAR = tuple(map(Fraction, (1, 4, 16, 64, 256)))
LINE = "by Taylor's theorem where the sides touch, and interval arithmetic"


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The bounded part of the range, after what is far out."""
    if len(goal.slack.free) != 1:
        return GivenUp("")
    (name,) = goal.slack.free
    effort.spend()
    step = _covered(goal, name, goal.box[name])
    if step is None or not accepted(goal, step):
        return GivenUp("")
    return Found(step, (LINE,))


def _covered(goal: Goal, name: str, extent: Range) -> Step | None:
    """A step for the slack on a range, whose infinite ends are cut off first."""
    if extent.is_point or extent.integral:
        return None
    if extent.lower is not None and extent.upper is not None:
        return taylor.cover(goal.slack, goal.strict, name, extent, ATTEMPTS)
    for distance in FAR:
        if extent.upper is None:
            cut = distance if extent.lower is None else extent.lower + distance
            far = Range(cut, None)
            rest = replace(extent, upper=cut, upper_closed=True)
        else:
            cut = extent.upper - distance
            far = Range(None, cut)
            rest = replace(extent, lower=cut, lower_closed=True)
        if not accepted(Goal(goal.slack, goal.strict, {name: far}), Enclosed()):
            continue
        step = _covered(goal, name, rest)
        if step is None:
            return None
        return Split(name, cut, *((step, Enclosed()) if extent.upper is None else (Enclosed(), step)))
    return None

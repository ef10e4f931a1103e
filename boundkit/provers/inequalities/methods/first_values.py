"""Goals that hold for the integers of a range, but not for the real numbers between the first ones: the first
values one by one, and the others."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from boundkit.kernel.steps import Range, Split, point
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove
from boundkit.provers.inequalities.sampling import signs

COST = 9
MOST = 12
MOST_VALUES = 40


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """For the first variable whose first values, taken out, leave what seems to hold for real numbers."""
    for name, extent in sorted(goal.box.items()):
        if not extent.integral or extent.is_point or name not in goal.slack.free:
            continue
        if -1 not in _real_signs(goal, name, extent):
            continue
        if extent.lower is None:
            if extent.upper is None:
                return _apart(goal, name, extent, Fraction(1, 2), prove, effort) or GivenUp("")
            continue
        last = MOST if extent.upper is None else extent.upper - extent.lower
        for count in range(1, min(int(last), MOST_VALUES) + 1):
            rest = replace(extent, lower=extent.lower + count)
            if rest.is_point or -1 not in _real_signs(goal, name, rest):
                return _apart(goal, name, extent, extent.lower + Fraction(1, 2), prove, effort) or GivenUp("")
    return GivenUp("")


def _apart(
    goal: Goal, name: str, extent: Range, place: Fraction, prove: Prove, effort: Effort
) -> Found | None:
    """The goal on both sides of a place between two integers."""
    low = replace(extent, upper=place - Fraction(1, 2))
    high = replace(extent, lower=place + Fraction(1, 2))
    if low.is_point and low.lower is not None:
        low = point(low.lower)
    first = prove(replace(goal, box={**goal.box, name: low}), effort)
    if first is None:
        return None
    second = prove(replace(goal, box={**goal.box, name: high}), effort)
    if second is None:
        return None
    lines = dict.fromkeys((*first.argument, *second.argument))
    return Found(Split(name, place, first.step, second.step), tuple(lines))


def _real_signs(goal: Goal, name: str, extent: Range) -> frozenset[int]:
    """The signs of the slack where the variable is any real number of the range."""
    return signs(goal.slack, {**goal.box, name: replace(extent, integral=False)}, goal.facts)

"""A variable that is negative becomes minus a positive one, of which logarithms and powers are taken."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Name
from boundkit.kernel.derivative import negative
from boundkit.kernel.steps import Range
from boundkit.provers.inequalities.changes import Change, changed, fresh
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove

COST = 9


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal in the mirror images of such variables, if it has others too."""
    active = sorted(name for name in goal.slack.free if not goal.box[name].is_point)
    below = [name for name in active if _is_negative(goal.box[name])]
    if not below or len(active) < 2:
        return GivenUp("")
    (name, *_) = below
    new = fresh(f"minus_{name}", goal)
    extent = goal.box[name]
    mirrored = Range(
        None if extent.upper is None else -extent.upper,
        None if extent.lower is None else -extent.lower,
        extent.upper_closed,
        extent.lower_closed,
    )
    change = Change(name, negative(new), new.text, mirrored, negative(Name(name, REAL)))
    return changed(goal, change, prove, effort) or GivenUp("")


def _is_negative(extent: Range) -> bool:
    return extent.upper is not None and extent.upper <= Fraction(0) and not extent.integral

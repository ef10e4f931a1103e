"""Several variables on boxes: branch and bound (`subdividing`) with few boxes, which settles at once what has
a gap, or where the sides touch at points around which the slack is convex or its slopes have one sign."""

from __future__ import annotations

from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove
from boundkit.provers.inequalities.settling import settled
from boundkit.provers.inequalities.transcendental import has_functions

COST = 7
DEEPEST = 0
FEW, MOST = 200, 700


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One tree of boxes; where the sides of an algebraic goal touch, other methods come first."""
    return settled(goal, effort, FEW, MOST if has_functions(goal.slack) else FEW, None)

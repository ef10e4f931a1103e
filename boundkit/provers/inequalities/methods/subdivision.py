"""Several variables on boxes: branch and bound (`subdividing`) with few boxes, which settles at once what has
a gap, or where the sides touch at points around which the slack is convex or its slopes have one sign."""

from __future__ import annotations

from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove
from boundkit.provers.inequalities.settling import settled

COST = 7
DEEPEST = 0
FEW, MOST = 200, 700


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One tree of boxes."""
    return settled(goal, effort, FEW, MOST, None)

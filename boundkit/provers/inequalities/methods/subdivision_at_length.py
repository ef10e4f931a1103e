"""Several variables on boxes and rays: branch and bound with many boxes; what is far out is a goal of its
own."""

from __future__ import annotations

from boundkit.kernel.steps import Step
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove
from boundkit.provers.inequalities.settling import settled

COST = 31
DEEPEST = 2
FEW, MOST = 400, 5000
MOST_RESTS = 8


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One tree of boxes."""
    left = [MOST_RESTS]

    def rest(own: Goal) -> Step | None:
        left[0] -= 1
        found = prove(own, effort) if left[0] >= 0 else None
        return None if found is None else found.step

    return settled(goal, effort, FEW, MOST, rest)

"""Derivative signs, factors and enclosures on boxes (`provers.boxes`), when all else has failed."""

from __future__ import annotations

from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove
from boundkit.provers.inequalities.methods.calculus import within

COST = 90
DEEPEST = 1
LATE = True
ATTEMPTS = 1500
NODES = 20_000


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """As `calculus`, with many more attempts."""
    effort.spend(200)
    return within(goal, ATTEMPTS, NODES)

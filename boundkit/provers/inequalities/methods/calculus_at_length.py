"""Derivative signs, factors and enclosures on boxes (`provers.boxes`), when all else has failed."""

from __future__ import annotations

from boundkit.ir.terms import ZERO, relation
from boundkit.provers import boxes
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove

COST = 90
DEEPEST = 1
LATE = True
ATTEMPTS = 1500


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """As `calculus`, with many more attempts."""
    box = {name: goal.box[name] for name in sorted(goal.slack.free)}
    effort.spend(200)
    step = boxes.prove(relation("<" if goal.strict else "<=", ZERO, goal.slack), box, ATTEMPTS)
    if step is None:
        return GivenUp("no chain of derivative signs was found")
    return Found(step, ("by derivative signs, factors and interval arithmetic",))

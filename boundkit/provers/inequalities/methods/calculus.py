"""Derivative signs, factors and enclosures on boxes, without facts that link variables (`provers.boxes`)."""

from __future__ import annotations

from boundkit.ir.terms import ZERO, Apply, relation, subterms
from boundkit.kernel.enclosures import size_of
from boundkit.provers import boxes
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove
from boundkit.provers.inequalities.methods.charts import LASTING

COST = 30
ATTEMPTS = (400, 120)
"""Steps that the kernel is asked about, for one variable and for several."""
WORK = (8_000, 2_500)
"""Attempts times nodes of the slack."""
NODES = 800
"""Nodes of the goals in all; derivatives grow."""
NODES_WITH_GAMMA = 250
"""The same where the Gamma function occurs, which is slow to enclose."""


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Monotone and convex pieces, roots of derivatives, valleys; then smaller boxes."""
    several = sum(not goal.box[name].is_point for name in goal.slack.free) > 1
    effort.spend(20)
    heads = {part.head for part in subterms(goal.slack) if isinstance(part, Apply)}
    nodes = NODES_WITH_GAMMA if heads & LASTING else NODES
    return within(goal, min(ATTEMPTS[several], WORK[several] // size_of(goal.slack)), nodes)


def within(goal: Goal, attempts: int, nodes: int) -> Found | GivenUp:
    """What the search on boxes finds when it may ask the kernel so often, on goals of so many nodes."""
    box = {name: goal.box[name] for name in sorted(goal.slack.free)}
    step = boxes.prove(relation("<" if goal.strict else "<=", ZERO, goal.slack), box, attempts, nodes)
    if step is None:
        return GivenUp("no chain of derivative signs was found")
    return Found(step, ("by derivative signs, factors and interval arithmetic",))

"""Goals in several variables as trees of boxes."""

from __future__ import annotations

from boundkit.kernel.steps import Range
from boundkit.provers.inequalities.contacts import contacts
from boundkit.provers.inequalities.cuts import FAR
from boundkit.provers.inequalities.doubles import Unknown
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, accepted
from boundkit.provers.inequalities.subdividing import Rest, Subdivision

MOST_VARIABLES = 8


def settled(goal: Goal, effort: Effort, few: int, most: int, rest: Rest | None) -> Found | GivenUp:
    """A tree of boxes: one of a `few`, else one of at `most` so many that knows where the sides touch."""
    names = {name for term in (goal.slack, *(fact.term for fact in goal.facts)) for name in term.free}
    active = sorted(name for name in names if not goal.box[name].is_point)
    if not 1 <= len(active) <= MOST_VARIABLES or any(goal.box[name].integral for name in active):
        return GivenUp("")
    if (len(active) == 1 and not goal.facts) or any(_is_far(goal.box[name]) for name in active):
        return GivenUp("")
    search = Subdivision(goal, effort, few, rest=rest)
    step = search.run()
    if step is None and search.may_do_with_more and most > few:
        try:
            touching = contacts(goal)
        except Unknown:
            return GivenUp("")
        if touching is None:
            return GivenUp("")
        search = Subdivision(goal, effort, most, touching, rest=rest)
        step = search.run()
    if step is None:
        return GivenUp(search.reason)
    if not accepted(goal, step):
        return GivenUp("the kernel does not accept the tree of boxes")
    ways = ["enclosures", *(["slopes of one sign"] if search.monotone else [])]
    ways += ["convexity where the sides touch"] if search.convex else []
    return Found(step, (f"branch and bound on {search.count} boxes, by {', '.join(ways)}",))


def _is_far(extent: Range) -> bool:
    """Whether a range is what a subdivision left."""
    if extent.upper is None:
        return extent.lower is not None and extent.lower >= FAR
    return extent.lower is None and extent.upper <= -FAR

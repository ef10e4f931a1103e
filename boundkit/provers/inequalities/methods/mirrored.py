"""A variable that is negative becomes minus a positive one, of which logarithms and powers are taken."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Name, substitute
from boundkit.kernel.derivative import negative
from boundkit.kernel.steps import Changed, Enclosed, Fact, Kept, Range
from boundkit.provers.inequalities.changes import fresh
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 9


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal in the mirror images of such variables, if it has others too."""
    active = sorted(name for name in goal.slack.free if not goal.box[name].is_point)
    below = [name for name in active if _is_negative(goal.box[name])]
    if not below or len(active) < 2:
        return GivenUp("")
    (name, *_) = below
    new = fresh(f"minus_{name}", goal)
    extent, value = goal.box[name], negative(new)
    mirrored = Range(
        None if extent.upper is None else -extent.upper,
        None if extent.lower is None else -extent.lower,
        extent.upper_closed,
        extent.lower_closed,
    )
    box = {**{own: held for own, held in goal.box.items() if own != name}, new.text: mirrored}
    facts = tuple(Fact(substitute(fact.term, {name: value}), fact.kind) for fact in goal.facts)
    inner = replace(goal, slack=substitute(goal.slack, {name: value}), box=box, facts=facts)
    found = prove(inner, effort)
    if found is None:
        return GivenUp("")
    rest = Kept(tuple(range(len(facts))), found.step)
    step = Changed(name, value, new.text, mirrored, negative(Name(name, REAL)), Enclosed(), Enclosed(), rest)
    return Found(step, (f"with {name} = {value}", *found.argument)) if accepted(goal, step) else GivenUp("")


def _is_negative(extent: Range) -> bool:
    return extent.upper is not None and extent.upper <= Fraction(0) and not extent.integral

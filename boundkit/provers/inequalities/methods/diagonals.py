"""Two variables at whose equality the sides touch: the goal on either side."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Name, substitute
from boundkit.kernel.derivative import minus, negative
from boundkit.kernel.steps import Cases, Fact
from boundkit.provers.factors import factorise
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 32


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Cases by which of two variables is the greater one."""
    names = [name for name in sorted(goal.slack.free) if not goal.box[name].is_point]
    for first, second in combinations(names, 2):
        left, right = Name(first, REAL), Name(second, REAL)
        if any({first, second} <= fact.term.free for fact in goal.facts):
            continue
        same = factorise(substitute(goal.slack, {first: right}))
        if same is None or same.coefficient:
            continue
        gap = minus(left, right)
        above = prove(replace(goal, facts=(*goal.facts, Fact(gap, "nonnegative"))), effort)
        if above is None:
            return GivenUp("")
        below = prove(replace(goal, facts=(*goal.facts, Fact(negative(gap), "positive"))), effort)
        if below is None:
            return GivenUp("")
        step = Cases(gap, above.step, below.step)
        if accepted(goal, step):
            lines = dict.fromkeys((*above.argument, *below.argument))
            return Found(step, (f"the sides touch at {first} = {second}; by cases", *lines))
    return GivenUp("")

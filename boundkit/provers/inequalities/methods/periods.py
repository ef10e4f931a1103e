"""Goals that do not change when a variable moves by full turns of the circle: one period is enough."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import lcm

from boundkit.ir.terms import Apply, Number, Term, subterms
from boundkit.kernel.periods import CIRCULAR, is_periodic
from boundkit.kernel.steps import Periodic, Range
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.settling import settled

COST = 7
DEEPEST = 0
FEW, MOST = 200, 4000
MOST_TURNS = 4


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """All variables that can be; what is left is settled on boxes, or a goal like others in one variable."""
    box, turned = dict(goal.box), []
    for name in sorted(goal.slack.free):
        extent = goal.box[name]
        if extent.lower is not None or extent.upper is not None or extent.integral:
            continue
        turns = _turns(goal.slack, name)
        if turns is not None and is_periodic(goal.slack, name, turns):
            turned.append((name, turns))
            box[name] = Range(Fraction(-22 * turns, 7), Fraction(22 * turns, 7))
    if not turned:
        return GivenUp("")
    kept = goal.facts
    for name, turns in turned:
        kept = tuple(fact for fact in kept if is_periodic(fact.term, name, turns))
    inner = replace(goal, box=box, facts=kept)
    found = prove(inner, effort) if len(goal.slack.free) == 1 else settled(inner, effort, FEW, MOST, None)
    if not isinstance(found, Found):
        return GivenUp("")
    step = found.step
    for name, turns in reversed(turned):
        step = Periodic(name, turns, step)
    if not accepted(goal, step):
        return GivenUp("")
    names = ", ".join(name for name, _ in turned)
    return Found(step, (f"periodic in {names}, so that one period is enough", *found.argument))


def _turns(term: Term, name: str) -> int | None:
    """How many turns make a period, by the numbers that the variable is multiplied or divided by."""
    turns = 1
    for part in subterms(term):
        if isinstance(part, Apply) and part.head in CIRCULAR and name in part.free:
            for inner in subterms(part.args[0]):
                if not isinstance(inner, Apply) or inner.head not in ("*", "/"):
                    continue
                for number_ in (own for own in inner.args if isinstance(own, Number)):
                    value = number_.value
                    turns = lcm(turns, value.denominator if inner.head == "*" else abs(value.numerator) or 1)
    return turns if turns <= MOST_TURNS else None

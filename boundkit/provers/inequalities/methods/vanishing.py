"""Sums of variables that are at least 0 are positive where an equation fails if all of these are 0: a + b > 0
where a*b + b*c + c*a = 1."""

from __future__ import annotations

from boundkit.ir.terms import ONE, ZERO, Name, number, substitute
from boundkit.kernel.derivative import negative, times
from boundkit.kernel.rational_functions import TooLarge
from boundkit.kernel.steps import Cases, Excluded, Fact, Known
from boundkit.provers.inequalities.forms import Reader
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 10
REWRITES = True


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The contrary of an equation, where the sum is at most 0; its degree is higher than the goal's."""
    if not (goal.strict and goal.slack.free and any(fact.kind == "zero" for fact in goal.facts)):
        return GivenUp("")
    try:
        reader = Reader(goal)
        if not _is_sum(goal, reader):
            return GivenUp("")
    except TooLarge:
        return GivenUp("")
    at_zero = dict.fromkeys(sorted(goal.slack.free), ZERO)
    contrary = negative(goal.slack)
    for place, fact in enumerate(goal.facts):
        rest = reader.polynomial(substitute(fact.term, at_zero)) if fact.kind == "zero" else None
        if not rest or not rest.is_constant():
            continue
        term, value = fact.term, rest.leading_coefficient()
        sign = 1 if value > 0 else -1
        effort.spend(2)
        facts = (*goal.facts, Fact(contrary, "nonnegative"))
        found = prove(Goal(times(number(sign), term), True, goal.box, facts), effort)
        step = found and Cases(contrary, Excluded(place, sign, found.step), Known(len(goal.facts), ONE))
        if found and step and accepted(goal, step):
            return Found(step, (f"{goal.slack} is not 0, since {term} = 0", *found.argument))
    return GivenUp("")


def _is_sum(goal: Goal, reader: Reader) -> bool:
    """Whether the slack is a sum of positive multiples of variables that are at least 0."""
    own = reader.polynomial(goal.slack)
    if own is None or not all(isinstance(atom, Name) for atom in reader.atoms):
        return False
    lowest = [goal.box[atom.text].lower for atom in reader.atoms if isinstance(atom, Name)]
    bounded = [low is not None and low >= 0 for low in lowest]
    return all(
        value > 0 and sum(monomial) == 1 and bounded[list(map(int, monomial)).index(1)]
        for monomial, value in own.terms()
    )

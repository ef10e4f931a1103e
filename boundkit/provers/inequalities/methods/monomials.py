"""An equation that sets a product of variables equal to a number, as a*b*c = 1, gives one of them at once."""

from __future__ import annotations

from boundkit.kernel.rational_functions import TooLarge
from boundkit.provers.inequalities.forms import Reader
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove
from boundkit.provers.inequalities.methods.eliminate import first_eliminated, solutions

COST = 11
REWRITES = True
FEWEST = 3


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal in one variable less, the first one by name."""
    if len(goal.slack.free) < FEWEST or not any(fact.kind == "zero" for fact in goal.facts):
        return GivenUp("")
    try:
        reader = Reader(goal)
        if reader.polynomial(goal.slack) is None:
            return GivenUp("")
        found = [
            own
            for own in solutions(goal, reader)
            if len(own.equation.polynomial) == 2 and own.weight[0] > 0 and not own.value.free
        ]
    except TooLarge:
        return GivenUp("")
    return first_eliminated(goal, reader, sorted(found, key=lambda own: own.variable.text)[:1], prove, effort)

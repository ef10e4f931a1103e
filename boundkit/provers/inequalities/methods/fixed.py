"""Names whose range is a point take their value."""

from __future__ import annotations

from boundkit.ir.terms import Number, Term, substitute
from boundkit.kernel.steps import Fact, Fixed
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove

COST = 2


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal without its fixed names."""
    values: dict[str, Term] = {
        name: Number(extent.lower)
        for name, extent in goal.box.items()
        if extent.is_point and extent.lower is not None
    }
    if not values:
        return GivenUp("")
    box = {name: extent for name, extent in goal.box.items() if name not in values}
    facts = tuple(Fact(substitute(fact.term, values), fact.kind) for fact in goal.facts)
    rest = prove(Goal(substitute(goal.slack, values), goal.strict, box, facts), effort)
    return Found(Fixed(rest.step), rest.argument) if rest else GivenUp("")

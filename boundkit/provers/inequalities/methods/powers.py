"""Powers with a variable exponent, of a positive base, as exponentials."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Number, subterms
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.steps import Fact, Powered
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove

COST = 4


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """u^v becomes exp(v*ln(u))."""
    for whole in (goal.slack, *(fact.term for fact in goal.facts)):
        for term in subterms(whole):
            if not (isinstance(term, Apply) and term.head == "^") or isinstance(term.args[1], Number):
                continue
            base, exponent = term.args
            positive = prove(replace(goal, slack=base, strict=True), effort)
            if positive is None:
                continue
            new = Apply("exp", (Apply("*", (exponent, Apply("ln", (base,), REAL)), REAL),), REAL)
            facts = tuple(Fact(replaced(fact.term, term, new), fact.kind) for fact in goal.facts)
            rest = prove(Goal(replaced(goal.slack, term, new), goal.strict, goal.box, facts), effort)
            if rest is None:
                return GivenUp("")
            return Found(Powered(term, positive.step, rest.step), rest.argument)
    return GivenUp("")

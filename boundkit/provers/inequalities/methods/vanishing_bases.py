"""Powers whose base may be 0: the goal where it is, and where it is positive and logarithms are taken."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.terms import ONE, ZERO, Apply, Term, subterms
from boundkit.kernel.derivative import negative
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.steps import (
    Cases,
    Enclosed,
    Equation,
    Fact,
    Kept,
    Known,
    Lemma,
    Rewritten,
)
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 3


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The first such power with an exponent that varies."""
    for power in dict.fromkeys(subterms(goal.slack)):
        if not (isinstance(power, Apply) and power.head == "^" and power.args[1].free):
            continue
        found = _base_apart(goal, power.args[0], prove, effort) if power.args[0].free else None
        if found is not None:
            return found
    return GivenUp("")


def _base_apart(goal: Goal, base: Term, prove: Prove, effort: Effort) -> Found | None:
    """The cases base = 0 and base > 0, for one that is not negative; None for another."""
    if any(fact.term == base and fact.kind in ("positive", "zero") for fact in goal.facts):
        return None
    if accepted(Goal(base, True, goal.box, goal.facts), Enclosed()):
        return None
    effort.spend()
    least = prove(Goal(base, False, goal.box, goal.facts), effort)
    if least is None:
        return None
    count = len(goal.facts)
    own = tuple(range(count))
    positive = prove(replace(goal, facts=(*goal.facts, Fact(base, "positive"))), effort)
    if positive is None:
        return None
    facts = tuple(Fact(replaced(fact.term, base, ZERO), fact.kind) for fact in goal.facts)
    vanished = prove(replace(goal, slack=replaced(goal.slack, base, ZERO), facts=facts), effort)
    if vanished is None:
        return None
    below = Lemma(base, True, Known(count, ONE), Kept((*own, count + 1), positive.step))
    at_zero = Equation(
        base, least.step, Known(count, ONE), Rewritten(count + 1, base, ZERO, Kept(own, vanished.step))
    )
    step = Cases(negative(base), at_zero, below)
    lines = (*positive.argument, f"where {base} = 0, {'; '.join(vanished.argument)}")
    return Found(step, lines) if accepted(goal, step) else None

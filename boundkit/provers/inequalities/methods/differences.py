"""Of two integers with k <= n, the greater one is the less one and a natural number: n = k + m."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number, substitute, subterms
from boundkit.kernel.derivative import derivative, minus, plus
from boundkit.kernel.interpolation import is_integer
from boundkit.kernel.steps import Changed, Enclosed, Fact, Kept, Known, Range
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.changes import fresh
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 2


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The first fact of this kind gives a natural number for the greater variable, where the slack has
    factorials, binomial coefficients or powers of integers."""
    integral = {name for name, extent in goal.box.items() if extent.integral and not extent.is_point}
    if len(integral) < 2 or not any(_is_discrete(part, integral) for part in subterms(goal.slack)):
        return GivenUp("")
    for place, fact in enumerate(goal.facts):
        if fact.kind != "nonnegative" or not is_integer(fact.term, integral):
            continue
        for greater in sorted(fact.term.free & goal.slack.free):
            if goal.box[greater].upper is None and expanded(derivative(fact.term, greater)) == ONE:
                less = expanded(minus(Name(greater, REAL), fact.term))
                if less is not None and greater not in less.free and less.free:
                    return _written(goal, place, greater, less, prove, effort) or GivenUp("")
    return GivenUp("")


def _written(goal: Goal, place: int, greater: str, less: Term, prove: Prove, effort: Effort) -> Found | None:
    """The goal with less + m for the greater variable, by the fact at the place."""
    name, extent = fresh("m", goal), goal.box[greater]
    value = plus(less, name)
    box = {own: held for own, held in goal.box.items() if own != greater}
    box[name.text] = Range(Fraction(0), None, integral=True)
    facts = [Fact(substitute(fact.term, {greater: value}), fact.kind) for fact in goal.facts]
    kept = [own for own in range(len(facts)) if own != place]
    if extent.lower is not None:
        facts.append(Fact(minus(value, number(extent.lower)), "nonnegative"))
        if not accepted(Goal(facts[-1].term, False, box), Enclosed()):
            kept.append(len(facts) - 1)
    # As it is, since enclosures may not show that factorials are defined.
    slack = substitute(goal.slack, {greater: value})
    found = prove(replace(goal, slack=slack, box=box, facts=tuple(facts[own] for own in kept)), effort)
    if found is None:
        return None
    rest = Kept(tuple(kept), found.step)
    inverse = minus(Name(greater, REAL), less)
    step = Changed(greater, value, name.text, box[name.text], inverse, Known(place, ONE), Enclosed(), rest)
    return Found(step, (f"with {greater} = {value}", *found.argument)) if accepted(goal, step) else None


def _is_discrete(term: Term, integral: set[str]) -> bool:
    if not isinstance(term, Apply) or not term.free & integral:
        return False
    return term.head in ("factorial", "binomial") or (
        term.head == "^" and not isinstance(term.args[1], Number) and bool(term.args[1].free & integral)
    )

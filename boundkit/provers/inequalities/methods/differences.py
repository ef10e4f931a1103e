"""Of two integers with k <= n, the greater one is the less one and a natural number: n = k + m; of two with
k + m >= 1, one of them is 0, or this says nothing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number, substitute, subterms
from boundkit.kernel.derivative import derivative, minus, plus
from boundkit.kernel.interpolation import is_integer
from boundkit.kernel.steps import Changed, Enclosed, Fact, Kept, Known, Range, Split, point
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
                if less is not None and greater not in less.free and _rises(less):
                    return _written(goal, place, greater, less, prove, effort) or GivenUp("")
    for place, fact in enumerate(goal.facts):
        if fact.kind == "nonnegative" and is_integer(fact.term, integral):
            for name in _alone(fact.term, goal):
                found = _apart(goal, name, place, prove, effort)
                if found is not None:
                    return found
    return GivenUp("")


def _rises(less: Term) -> bool:
    """Whether the term is a sum of variables, and a number."""
    return bool(less.free) and all(expanded(derivative(less, name)) == ONE for name in less.free)


def _alone(term: Term, goal: Goal) -> list[str]:
    """The variables of a sum that may be negative, but is not where the variable is above its lower end;
    those in exponents last, since 0^0 is not defined."""
    if not _rises(term) or accepted(Goal(term, False, goal.box), Enclosed()):
        return []
    found = []
    for name in sorted(term.free):
        extent = goal.box[name]
        if extent.lower is not None and extent.upper is None:
            above = {**goal.box, name: replace(extent, lower=extent.lower + 1)}
            if accepted(Goal(term, False, above), Enclosed()):
                found.append(name)
    powers = [part for part in subterms(goal.slack) if isinstance(part, Apply) and part.head == "^"]
    return sorted(found, key=lambda name: any(name in part.args[1].free for part in powers))


def _apart(goal: Goal, name: str, place: int, prove: Prove, effort: Effort) -> Found | None:
    """The goal with the variable at its lower end, and elsewhere, where the fact says nothing."""
    extent = goal.box[name]
    assert extent.lower is not None
    low = prove(replace(goal, box={**goal.box, name: point(extent.lower)}), effort)
    if low is None:
        return None
    kept = tuple(own for own in range(len(goal.facts)) if own != place)
    box = {**goal.box, name: replace(extent, lower=extent.lower + 1)}
    high = prove(replace(goal, box=box, facts=tuple(goal.facts[own] for own in kept)), effort)
    if high is None:
        return None
    step = Split(name, extent.lower + Fraction(1, 2), low.step, Kept(kept, high.step))
    return Found(step, (*low.argument, *high.argument)) if accepted(goal, step) else None


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

"""Functions of variables that a linear equation ties, as weights with sum 1: one variable less."""

from __future__ import annotations

from collections.abc import Iterator

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ZERO, Name, Term, substitute
from boundkit.kernel.derivative import minus, plus
from boundkit.kernel.places import kept_ends
from boundkit.kernel.steps import Fact, Kept, Rewritten
from boundkit.provers.factors import expanded, solved
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.transcendental import has_functions

COST = 10


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One variable whose factor in an equation is 1 or -1, the last in alphabetical order."""
    if not has_functions(goal.slack):
        return GivenUp("")
    for place, name, value in _solved(goal):
        return without(goal, place, name, value, prove, effort)
    return GivenUp("")


def without(goal: Goal, place: int, name: str, value: Term, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal with the value for the variable, by the equation at this place among the facts."""
    facts = [Fact(substitute(fact.term, {name: value}), fact.kind) for fact in goal.facts]
    facts.extend(kept_ends(value, goal.box[name]))
    kept = tuple(own for own in range(len(facts)) if own != place)
    rest = Goal(
        substitute(goal.slack, {name: value}),
        goal.strict,
        {own: held for own, held in goal.box.items() if own != name},
        tuple(facts[own] for own in kept),
    )
    found = prove(rest, effort)
    if found is None:
        return GivenUp("")
    step = Rewritten(place, Name(name, REAL), value, Kept(kept, found.step))
    if not accepted(goal, step):
        return GivenUp("")
    return Found(step, (f"{name} = {value}", *found.argument))


def _solved(goal: Goal) -> Iterator[tuple[int, str, Term]]:
    """Equations that are linear in all their variables, each with one of these and its value."""
    for place, fact in enumerate(goal.facts):
        names = sorted(fact.term.free & goal.slack.free, reverse=True)
        if fact.kind != "zero" or has_functions(fact.term):
            continue
        for name in names:
            root = solved(fact.term, name)
            value = None if root is None else expanded(root)
            if value is None or name in value.free:
                continue
            gap = minus(Name(name, REAL), value)
            if any(expanded(side) == ZERO for side in (minus(gap, fact.term), plus(gap, fact.term))):
                yield place, name, value
                break

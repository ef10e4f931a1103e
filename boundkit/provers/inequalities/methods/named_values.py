"""An equation `x = e` with a root or a function in e names a value: the goal with the value itself."""

from __future__ import annotations

from boundkit.ir.terms import Apply, Name, Number, Term, subterms
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove
from boundkit.provers.inequalities.methods.linear_equations import without
from boundkit.provers.inequalities.transcendental import has_functions

COST = 5


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal without the first such name by its place among the facts."""
    for place, fact in enumerate(goal.facts):
        if fact.kind != "zero" or not (isinstance(fact.term, Apply) and fact.term.head == "-"):
            continue
        for own, value in (fact.term.args, fact.term.args[::-1]):
            if not isinstance(own, Name) or own.text not in goal.slack.free or own.text in value.free:
                continue
            if own.text in goal.box and (has_functions(value) or _has_roots(value)):
                return without(goal, place, own.text, value, prove, effort)
    return GivenUp("")


def _has_roots(term: Term) -> bool:
    """Whether a variable stands under a root."""
    return any(
        isinstance(part, Apply)
        and bool(part.free)
        and (part.head == "sqrt" or (part.head == "^" and _is_fraction(part.args[1])))
        for part in subterms(term)
    )


def _is_fraction(exponent: Term) -> bool:
    return isinstance(exponent, Number) and exponent.value.denominator != 1

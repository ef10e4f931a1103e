"""Gamma functions, factorials and binomial coefficients: as exponentials of lnGamma, and by induction."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Number, Term, subterms
from boundkit.kernel.cover import Rejected
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.interpolation import interpolated
from boundkit.kernel.steps import (
    Fact,
    Interpolated,
    Product,
)
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.induction import by_differences, by_neighbours
from boundkit.provers.inequalities.methods.recurrence import written_out

COST = 3


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One step of these, the first that applies."""
    heads = {part.head for part in subterms(goal.slack) if isinstance(part, Apply) and part.free}
    if heads & {"factorial", "binomial"}:
        return _interpolated(goal, prove, effort) or GivenUp("")
    if written_out(goal.slack, goal) != goal.slack:
        return GivenUp("")  # Left to the recurrence.
    if "Gamma" in heads:
        return _written(goal, prove, effort) or GivenUp("")
    if {"lnGamma", "exp"} <= heads:
        found = by_neighbours(goal, prove, effort)
        if found is not None:
            return found
    if heads & {"lnGamma", "polygamma"} and not any(map(_is_power, subterms(goal.slack))):
        found = _without_exponentials(goal, prove, effort) if "exp" in heads else None
        found = found or by_differences(goal, prove, effort)
        return found or GivenUp("")
    return GivenUp("")


def _is_power(term: Term) -> bool:
    """Whether it is a power that is to be written with exp first."""
    return isinstance(term, Apply) and term.head == "^" and not isinstance(term.args[1], Number)


def _interpolated(goal: Goal, prove: Prove, effort: Effort) -> Found | None:
    integral = {name for name, extent in goal.box.items() if extent.integral}
    for term in subterms(goal.slack):
        if not isinstance(term, Apply) or term.head not in ("factorial", "binomial") or not term.free:
            continue
        try:
            wanted, new = interpolated(term, integral)
        except Rejected:
            return None
        steps = []
        for gap in wanted:
            found = prove(Goal(gap, False, goal.box, goal.facts), effort)
            if found is None:
                return None
            steps.append(found.step)
        facts = tuple(Fact(replaced(own.term, term, new), own.kind) for own in goal.facts)
        rest = prove(Goal(replaced(goal.slack, term, new), goal.strict, goal.box, facts), effort)
        if rest is None:
            return None
        return Found(Interpolated(term, tuple(steps), rest.step), (f"{term} by Gamma", *rest.argument))
    return None


def _without_exponentials(goal: Goal, prove: Prove, effort: Effort) -> Found | None:
    """The slack multiplied out, if there are no exponentials in it then, as of ln(exp(u))."""
    slack = expanded(goal.slack)
    if slack is None or any(isinstance(part, Apply) and part.head == "exp" for part in subterms(slack)):
        return None
    found = prove(replace(goal, slack=slack), effort)
    return Found(Product((slack,), (found.step,)), found.argument) if found else None


def _written(goal: Goal, prove: Prove, effort: Effort) -> Found | None:
    """The slack with exp(lnGamma(u)) for Gamma(u)."""
    slack = goal.slack
    for term in sorted({part for part in subterms(slack) if isinstance(part, Apply)}, key=str):
        if term.head == "Gamma" and term.free:
            slack = replaced(slack, term, Apply("exp", (Apply("lnGamma", term.args, REAL),), REAL))
    if slack == goal.slack:
        return None
    found = prove(replace(goal, slack=slack), effort)
    if found is None:
        return None
    step = Product((slack,), (found.step,))
    return Found(step, found.argument) if accepted(goal, step) else None

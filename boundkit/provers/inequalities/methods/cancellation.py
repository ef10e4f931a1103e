"""Exponentials of logarithms are what stands under these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from boundkit.ir.terms import ONE, Apply, Number, Term, subterms
from boundkit.kernel.derivative import power
from boundkit.kernel.enclosures import replaced, require_defined
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.steps import Cancelled, Fact, Product
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 2


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """u^c for exp(c*ln(u)), which enclosures show to be defined; sums with logarithms under an exponential
    are first taken apart."""
    for whole in (goal.slack, *(fact.term for fact in goal.facts)):
        for term in _exponentials(whole):
            new = _cancelled(term)
            if new is None or not _is_defined(term, goal):
                continue
            facts = tuple(Fact(replaced(fact.term, term, new), fact.kind) for fact in goal.facts)
            rest = prove(Goal(replaced(goal.slack, term, new), goal.strict, goal.box, facts), effort)
            return Found(Cancelled(term, rest.step), rest.argument) if rest else GivenUp("")
    if any(any(map(_is_logarithm, subterms(term))) for term in _exponentials(goal.slack)):
        apart = expanded(goal.slack)
        if apart is not None and any(map(_cancelled, _exponentials(apart))):
            rest = prove(replace(goal, slack=apart), effort)
            step = rest and Product((apart,), (rest.step,))
            if rest and step and accepted(goal, step):
                return Found(step, rest.argument)
    return GivenUp("")


def _exponentials(whole: Term) -> Iterator[Apply]:
    return (term for term in subterms(whole) if isinstance(term, Apply) and term.head == "exp")


def _cancelled(term: Apply) -> Term | None:
    """u^c for exp(c*ln(u))."""
    inner, exponent = term.args[0], ONE
    if isinstance(inner, Apply) and inner.head == "*" and len(inner.args) == 2:
        if not isinstance(inner.args[0], Number):
            return None
        exponent, inner = inner.args[0], inner.args[1]
    return power(inner.args[0], exponent) if isinstance(inner, Apply) and inner.head == "ln" else None


def _is_logarithm(term: Term) -> bool:
    return isinstance(term, Apply) and term.head == "ln"


def _is_defined(term: Term, goal: Goal) -> bool:
    try:
        require_defined(term, goal.box, goal.facts)
    except (Undecided, Undefined):
        return False
    return True

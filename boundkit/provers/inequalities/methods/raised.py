"""lnGamma(u) = lnGamma(u + 1) - ln(u) where u may come close to 0, and so for the derivatives of lnGamma:
what grows beyond all bounds stands in elementary functions, where it may cancel."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.terms import Apply, Term, subterms
from boundkit.kernel.derivative import minus
from boundkit.kernel.enclosures import enclosure, replaced, size_of
from boundkit.kernel.interpolation import recurrence
from boundkit.kernel.steps import Enclosed, Fact, Kept, Product, Recurrence, Rewritten
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.recurrence import collected, derivative_of_log_gamma

COST = 4
MOST = 4


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal with all such values at arguments greater by 1, which are away from 0; of several variables,
    if it does not become longer."""
    values = [term for term in dict.fromkeys(subterms(goal.slack)) if _is_near_pole(term, goal)]
    if not 1 <= len(values) <= MOST:
        return GivenUp("")
    slack, facts = goal.slack, goal.facts
    news = []
    for term in values:
        new = _solved(term)
        news.append(new)
        slack = replaced(slack, term, new)
        facts = tuple(Fact(replaced(fact.term, term, new), fact.kind) for fact in facts)
    shorter = collected(slack)
    active = [name for name in goal.slack.free if not goal.box[name].is_point]
    if len(active) > 1 and (shorter is None or size_of(shorter) > size_of(goal.slack)):
        return GivenUp("")
    found = prove(replace(goal, slack=shorter or slack, facts=facts), effort)
    if found is None:
        return GivenUp("")
    step = found.step if shorter is None else Product((shorter,), (found.step,))
    step = Kept(tuple(range(len(facts))), step)
    for place in range(len(values) - 1, -1, -1):
        term = values[place]
        rest = Rewritten(len(facts) + place, term, news[place], step)
        step = Recurrence(_argument(term), 1, Enclosed(), rest, _order(term))
    return Found(step, found.argument) if accepted(goal, step) else GivenUp("")


def _solved(term: Term) -> Term:
    """The value by that at the argument greater by 1."""
    gap = recurrence(_argument(term), 1, _order(term))
    assert isinstance(gap, Apply) and isinstance(gap.args[1], Apply)
    following, (_, elementary) = gap.args[0], gap.args[1].args
    return minus(following, elementary)


def _argument(term: Term) -> Term:
    assert isinstance(term, Apply)
    return term.args[-1]


def _order(term: Term) -> int:
    order = derivative_of_log_gamma(term)
    assert order is not None
    return order


def _is_near_pole(term: Term, goal: Goal) -> bool:
    if derivative_of_log_gamma(term) is None or not term.free:
        return False
    found = enclosure(_argument(term), goal.box, goal.facts, 64)
    return found.is_positive and not found.lower > 0

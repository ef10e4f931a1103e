"""lnGamma(u + m) = lnGamma(u) + ln(u) + ... + ln(u + m - 1): values of lnGamma at arguments that differ by
integers are written with the least of these, so that ratios of factorials become rational functions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import floor

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Term, number, subterms
from boundkit.kernel.derivative import plus
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.interpolation import LARGEST_SHIFT
from boundkit.kernel.quotients import UNIT, Algebra, Quotient
from boundkit.kernel.steps import Enclosed, Fact, Kept, Product, Recurrence, Rewritten
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 3


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal with as few values of lnGamma as the recurrence leaves."""
    shifts = _shifts(goal.slack, goal)
    if not shifts:
        return GivenUp("")
    slack, facts = goal.slack, goal.facts
    for base, count, old in shifts:
        new = _sum(base, count)
        slack = replaced(slack, old, new)
        facts = tuple(Fact(replaced(fact.term, old, new), fact.kind) for fact in facts)
    shorter = expanded(slack)
    found = prove(replace(goal, slack=slack if shorter is None else shorter, facts=facts), effort)
    if found is None:
        return GivenUp("")
    step = found.step if shorter is None else Product((shorter,), (found.step,))
    step = Kept(tuple(range(len(facts))), step)
    for place in range(len(shifts) - 1, -1, -1):
        base, count, old = shifts[place]
        rest = Rewritten(len(facts) + place, old, _sum(base, count), step)
        step = Recurrence(base, count, Enclosed(), rest)
    return Found(step, found.argument) if accepted(goal, step) else GivenUp("")


def written_out(term: Term, goal: Goal) -> Term:
    """An equal term with as few values of lnGamma."""
    for base, count, old in _shifts(term, goal):
        term = replaced(term, old, _sum(base, count))
    return term


def _sum(base: Term, count: int) -> Term:
    logarithms = (Apply("ln", (plus(base, number(k)) if k else base,), REAL) for k in range(count))
    return plus(Apply("lnGamma", (base,), REAL), *logarithms)


def _shifts(whole: Term, goal: Goal) -> list[tuple[Term, int, Term]]:
    """Least arguments, how much greater another one is, and its lnGamma."""
    algebra = Algebra()
    groups: dict[Term, list[tuple[int, Term, Term]]] = {}
    for term in dict.fromkeys(subterms(whole)):
        if not isinstance(term, Apply) or term.head != "lnGamma" or not term.free:
            continue
        (argument,) = term.args
        quotient = algebra.of(argument)
        if quotient.below:
            continue
        constant = quotient.top.get(UNIT, Fraction(0))
        part = constant - floor(constant)
        rest = {own: value for own, value in quotient.top.items() if own != UNIT}
        if part:
            rest[UNIT] = part
        groups.setdefault(algebra.to_term(Quotient(rest)), []).append((floor(constant), term, argument))
    found = []
    for group in groups.values():
        least, _, base = min(group, key=lambda own: own[0])
        others = [(whole_ - least, term) for whole_, term, _ in group if whole_ != least]
        if not others or max(count for count, _ in others) > LARGEST_SHIFT:
            continue
        if accepted(Goal(base, True, goal.box, goal.facts), Enclosed()):
            found += [(base, count, term) for count, term in others]
    return found

"""lnGamma(u + m) = lnGamma(u) + ln(u) + ... + ln(u + m - 1): values of lnGamma, or of one of its derivatives,
at arguments that differ by integers are written with the least of these, so that ratios of factorials become
rational functions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import floor

from boundkit.ir.terms import Apply, Number, Term, number, subterms
from boundkit.kernel.derivative import plus, power, times
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.interpolation import LARGEST_SHIFT, shifted
from boundkit.kernel.quotients import UNIT, Algebra, Monomial, Polynomial, Quotient, TooLarge
from boundkit.kernel.steps import Enclosed, Fact, Kept, Product, Recurrence, Rewritten
from boundkit.provers.factors import factorise
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 3


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal with as few values of lnGamma and its derivatives as the recurrence leaves, factorials being
    written with it."""
    heads = {part.head for part in subterms(goal.slack) if isinstance(part, Apply)}
    if heads & {"factorial", "binomial"}:
        return GivenUp("")
    shifts = _shifts(goal.slack, goal)
    if not shifts:
        return GivenUp("")
    slack, facts = goal.slack, goal.facts
    for base, count, order, old in shifts:
        new = shifted(base, count, order)
        slack = replaced(slack, old, new)
        facts = tuple(Fact(replaced(fact.term, old, new), fact.kind) for fact in facts)
    shorter = collected(slack)
    found = prove(replace(goal, slack=slack if shorter is None else shorter, facts=facts), effort)
    if found is None:
        return GivenUp("")
    step = found.step if shorter is None else Product((shorter,), (found.step,))
    step = Kept(tuple(range(len(facts))), step)
    for place in range(len(shifts) - 1, -1, -1):
        base, count, order, old = shifts[place]
        rest = Rewritten(len(facts) + place, old, shifted(base, count, order), step)
        step = Recurrence(base, count, Enclosed(), rest, order)
    return Found(step, found.argument) if accepted(goal, step) else GivenUp("")


def written_out(term: Term, goal: Goal) -> Term:
    """An equal term with as few values of lnGamma."""
    for base, count, order, old in _shifts(term, goal):
        term = replaced(term, old, shifted(base, count, order))
    return term


def collected(term: Term) -> Term | None:
    """The term as a sum of products of functions, each with a rational function for its coefficient; None
    if it is too large."""
    algebra = Algebra()
    try:
        quotient = algebra.of(term)
    except (TooLarge, RecursionError):
        return None
    if not quotient.below:
        return algebra.to_term(quotient)
    groups: dict[Monomial, Polynomial] = {}
    for monomial, value in quotient.top.items():
        hard = tuple(pair for pair in monomial if isinstance(pair[0], Apply))
        easy = tuple(pair for pair in monomial if pair not in hard)
        groups.setdefault(hard, {})[easy] = value
    parts: list[Term] = []
    for hard, own in groups.items():
        share = factored(algebra.to_term(Quotient(own, quotient.below)))
        if share is None:
            return None
        parts.append(times(share, algebra.monomial_term(hard)))
    return plus(*parts)


def factored(term: Term) -> Term | None:
    """The term as a product; None if it is too large."""
    found = factorise(term)
    if found is None:
        return None
    return times(number(found.coefficient), *(power(own, number(count)) for own, count in found.factors))


def derivative_of_log_gamma(term: Term) -> int | None:
    """0 for a value of lnGamma, k for one of its derivative number k, None for other terms."""
    if isinstance(term, Apply) and term.head == "lnGamma":
        return 0
    if isinstance(term, Apply) and term.head == "polygamma" and isinstance(term.args[0], Number):
        return int(term.args[0].value) + 1
    return None


def _shifts(whole: Term, goal: Goal) -> list[tuple[Term, int, int, Term]]:
    """Least arguments, how much greater another one is, the derivative, and its value there."""
    algebra = Algebra()
    groups: dict[tuple[int, Term], list[tuple[int, Term, Term]]] = {}
    for term in dict.fromkeys(subterms(whole)):
        order = derivative_of_log_gamma(term)
        if not isinstance(term, Apply) or order is None or not term.free:
            continue
        argument = term.args[-1]
        quotient = algebra.of(argument)
        if quotient.below:
            continue
        constant = quotient.top.get(UNIT, Fraction(0))
        part = constant - floor(constant)
        rest = {own: value for own, value in quotient.top.items() if own != UNIT}
        if part:
            rest[UNIT] = part
        groups.setdefault((order, algebra.to_term(Quotient(rest))), []).append(
            (floor(constant), term, argument)
        )
    found = []
    for (order, _), group in groups.items():
        least, _, base = min(group, key=lambda own: own[0])
        others = [(whole_ - least, term) for whole_, term, _ in group if whole_ != least]
        if not others or max(count for count, _ in others) > LARGEST_SHIFT:
            continue
        if accepted(Goal(base, True, goal.box, goal.facts), Enclosed()):
            found += [(base, count, order, term) for count, term in others]
    return found

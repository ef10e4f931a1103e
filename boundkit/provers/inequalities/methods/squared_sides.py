"""Sums of several square roots on both sides, compared by their squares: products of two roots are left, of
which there are fewer, as in the proofs of the inequalities of Minkowski and Cauchy."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ZERO, Apply, Term, number
from boundkit.kernel.derivative import minus, plus
from boundkit.kernel.steps import Lemma, Product, Step
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.squaring import has_roots, ordered, power_of
from boundkit.provers.inequalities.restated import simple
from boundkit.provers.inequalities.sampling import signs
from boundkit.provers.inequalities.summands import Summand, sides

COST = 8
MOST_SUMMANDS = 6


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Both sides, where the difference of their squares has fewer roots."""
    above, below, _ = sides(goal.slack)
    rooted = sum(map(has_roots, (*above, *below)))
    if rooted < 2 or not above or not below or len(above) + len(below) > MOST_SUMMANDS:
        return GivenUp("")
    if not all(_squares_are_plain(own) for own in (*above, *below)):
        return GivenUp("")
    large, small = (plus(*(own.term for own in side)) for side in (above, below))
    if any(-1 in signs(side, goal.box, goal.facts) for side in (large, small)):
        return GivenUp("")
    gap = minus(power_of(large, 2), power_of(small, 2))
    first, second, _ = sides(gap)
    if sum(map(has_roots, (*first, *second))) >= rooted:
        return GivenUp("")
    effort.spend(2)
    gap = _gathered(first, second)
    return _compared(goal, small, large, gap, prove, effort) or GivenUp("")


def _gathered(above: list[Summand], below: list[Summand]) -> Term:
    """The difference, what is without roots as one normal form."""
    plain = minus(*(plus(*(own.term for own in side if not has_roots(own))) for side in (above, below)))
    roots = (plus(*(own.term for own in side if has_roots(own))) for side in (above, below))
    return minus(*roots) if (rest := simple(plain)) == ZERO else plus(rest or plain, minus(*roots))


def _squares_are_plain(summand: Summand) -> bool:
    return all((2 * exponent).denominator == 1 for base, exponent in summand.factors if base.free)


def _compared(goal: Goal, small: Term, large: Term, gap: Term, prove: Prove, effort: Effort) -> Found | None:
    found = prove(replace(goal, slack=gap), effort)
    if found is None:
        return None
    steps: dict[Term, Step] = {}
    for term in (small, large):
        positive = prove(replace(goal, slack=term, strict=False), effort)
        if positive is None:
            return None
        steps[term] = positive.step
    lemma = minus(*(Apply("^", (own, number(2)), REAL) for own in (large, small)))
    step = ordered(goal, small, large, 2, lemma, steps)
    step = Lemma(lemma, goal.strict, Product((gap,), (found.step,)), step)
    slack = Apply("-", (large, small), REAL)
    whole = step if slack == goal.slack else Product((slack,), (step,))
    if not accepted(goal, whole):
        return None
    return Found(whole, (f"with the squares of both sides: {gap} >= 0", *found.argument))

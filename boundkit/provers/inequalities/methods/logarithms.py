"""A <= B for positive A and B from ln(A) <= ln(B): t - 1 >= ln(t) at t = B/A, and B - A = A*(B/A - 1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Term, number
from boundkit.kernel.derivative import minus, over, times
from boundkit.kernel.enclosures import size_of
from boundkit.kernel.quotients import Algebra, Monomial, Quotient
from boundkit.kernel.steps import (
    Enclosed,
    Evaluated,
    Fact,
    Instance,
    Kept,
    Known,
    Lemma,
    Monotone,
    Product,
    Split,
    Step,
    Sum,
)
from boundkit.provers.inequalities.goal import POSITIVE, Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.definedness import undecided
from boundkit.provers.inequalities.sampling import signs

COST = 21
MOST_TERMS = 6


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Slacks with a term in which an exponential stands, against all others."""
    for greater, less in _sides(goal):
        found = compared(goal, greater, less, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


def compared(
    goal: Goal, greater: Term, less: Term, prove: Prove, effort: Effort, written: Term | None = None
) -> Found | None:
    """The goal from that of the logarithms of both sides, which is written in this way."""
    positive = prove(Goal(less, True, goal.box, goal.facts), effort)
    if positive is None:
        return None
    ratio = over(greater, less)
    within = replace(goal, facts=(*goal.facts, Fact(less, "positive")))
    above = prove(replace(within, slack=ratio, strict=True), effort)
    if above is None:
        return None
    algebra = Algebra()
    sides = [algebra.to_term(algebra.of(Apply("ln", (side,), REAL))) for side in (greater, less)]
    gap = minus(*sides)
    whole = algebra.to_term(algebra.of(gap))
    gap = written or (whole if size_of(whole) < size_of(gap) else gap)
    # What is known of the two sides would only be in the way, unless the logarithms need it.
    plain = replace(goal, slack=gap)
    found = prove(plain, effort)
    rest: Step | None = None if found is None else Kept(tuple(range(len(goal.facts))), found.step)
    if found is None and next(undecided(gap, plain), None) is not None:
        found = prove(replace(plain, facts=(*within.facts, Fact(ratio, "positive"))), effort)
        rest = None if found is None else found.step
    if found is None or rest is None:
        return None
    step = _exponentiated(goal, (less, ratio, gap), (positive.step, above.step, rest))
    line = f"by logarithms: ln({less}) <= ln({greater})"
    return Found(step, (line, *found.argument)) if accepted(goal, step) else None


def _exponentiated(goal: Goal, terms: tuple[Term, Term, Term], proofs: tuple[Step, Step, Step]) -> Step:
    """slack = less*(ratio - 1), from less > 0, ratio > 0 and ln(ratio) = gap >= 0, which are facts one after
    the other, and the tangent of ln(ratio)."""
    less, ratio, gap = terms
    count = len(goal.facts)
    t = Name("t_ratio", REAL)
    lemma = minus(minus(t, ONE), Apply("ln", (t,), REAL))
    tangent = minus(minus(ratio, ONE), Apply("ln", (ratio,), REAL))
    inner = Sum((tangent, gap), (Known(count + 3, ONE), Known(count + 2, ONE)), 1)
    rest = Product((less, minus(ratio, ONE)), (Known(count, ONE), inner))
    positive = Known(count + 1, ONE)
    used = Instance(t.text, POSITIVE, lemma, False, ratio, TANGENT, positive, Enclosed(), rest)
    step: Step = Lemma(gap, goal.strict, proofs[2], used)
    return Lemma(less, True, proofs[0], Lemma(ratio, True, proofs[1], step))


def _slope(sign: int) -> Step:
    """That sign*(t - 1)/t is not negative, on the side of 1 where this is so."""
    t = Name("t_ratio", REAL)
    return Product((over(times(number(sign), minus(t, ONE)), t),), (Enclosed(),))


TANGENT = Split(
    "t_ratio",
    Fraction(1),
    Monotone("t_ratio", "decreasing", _slope(-1), Evaluated()),
    Monotone("t_ratio", "increasing", _slope(1), Evaluated()),
)
"""t - 1 - ln(t) >= 0: it falls before 1 and rises after."""


def _sides(goal: Goal) -> Iterator[tuple[Term, Term]]:
    """B and A of a slack B - A, one of which is a single term with an exponential; the other one is positive
    at sample points."""
    algebra = Algebra()
    quotient = algebra.of(goal.slack)
    if len(quotient.top) > MOST_TERMS:
        return
    for monomial, value in quotient.top.items():
        if not _is_exponential(monomial):
            continue
        others = {own: held for own, held in quotient.top.items() if own != monomial}
        single = algebra.to_term(Quotient({monomial: abs(value)}, quotient.below))
        turned = {own: -held if value > 0 else held for own, held in others.items()}
        rest = algebra.to_term(Quotient(turned, quotient.below))
        if signs(rest, goal.box, goal.facts) == {1} and signs(single, goal.box, goal.facts) == {1}:
            yield (single, rest) if value > 0 else (rest, single)


def _is_exponential(monomial: Monomial) -> bool:
    return any(isinstance(atom, Apply) and atom.head == "exp" and atom.free for atom, _ in monomial)

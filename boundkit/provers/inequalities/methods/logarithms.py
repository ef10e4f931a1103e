"""A <= B for positive A and B from ln(A) <= ln(B): t - 1 >= ln(t) at t = B/A, and B - A = A*(B/A - 1)."""

from __future__ import annotations

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
    Instance,
    Known,
    Lemma,
    Monotone,
    Product,
    Range,
    Split,
    Step,
    Sum,
)
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 21
POSITIVE = Range(Fraction(0), None, lower_closed=False)


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Slacks with one positive and one negative term, in which exponentials stand."""
    found_sides = _sides(goal.slack)
    if found_sides is None:
        return GivenUp("")
    greater, less = found_sides
    positive = prove(Goal(less, True, goal.box, goal.facts), effort)
    if positive is None:
        return GivenUp("")
    ratio = over(greater, less)
    above = prove(Goal(ratio, True, goal.box, goal.facts), effort)
    if above is None:
        return GivenUp("")
    algebra = Algebra()
    sides = [algebra.to_term(algebra.of(Apply("ln", (side,), REAL))) for side in (greater, less)]
    gap = minus(*sides)
    whole = algebra.to_term(algebra.of(gap))
    gap = whole if size_of(whole) < size_of(gap) else gap
    within = replace(goal, slack=gap)
    found = prove(within, effort)
    if found is None:
        return GivenUp("the logarithms of the sides stay open")
    step = exponentiated(goal, less, ratio, gap, positive.step, above.step, found.step)
    line = f"by logarithms: ln({less}) <= ln({greater})"
    return Found(step, (line, *found.argument)) if accepted(goal, step) else GivenUp("")


def exponentiated(
    goal: Goal, less: Term, ratio: Term, gap: Term, positive: Step, above: Step, proof: Step
) -> Step:
    """slack = less*(ratio - 1), from ln(ratio) = gap >= 0."""
    t = Name("t_ratio", REAL)
    lemma = minus(minus(t, ONE), Apply("ln", (t,), REAL))
    count = len(goal.facts)
    tangent = minus(minus(ratio, ONE), Apply("ln", (ratio,), REAL))
    parts = (tangent, gap)
    inner = Sum(parts, (Known(count + 1, ONE), Known(count, ONE)), 1)
    rest = Product((less, minus(ratio, ONE)), (positive, inner))
    used = Instance(t.text, POSITIVE, lemma, False, ratio, TANGENT, above, Enclosed(), rest)
    return Lemma(gap, goal.strict, proof, used)


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


def _sides(slack: Term) -> tuple[Term, Term] | None:
    """B and A of a slack B - A, one of which is a single term with an exponential."""
    algebra = Algebra()
    quotient = algebra.of(slack)
    above = {monomial: value for monomial, value in quotient.top.items() if value > 0}
    below = {monomial: -value for monomial, value in quotient.top.items() if value < 0}
    if not above or not below or not any(map(_is_exponential, (*above, *below))):
        return None
    singles = [side for side in (above, below) if len(side) == 1 and _is_exponential(next(iter(side)))]
    if not singles:
        return None
    greater, less = (algebra.to_term(Quotient(side, quotient.below)) for side in (above, below))
    return greater, less


def _is_exponential(monomial: Monomial) -> bool:
    return any(isinstance(atom, Apply) and atom.head == "exp" and atom.free for atom, _ in monomial)

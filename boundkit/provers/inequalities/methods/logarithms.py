"""A <= B for positive A and B from ln(A) <= ln(B): t - 1 >= ln(t) at t = B/A, and B - A = A*(B/A - 1)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Term, number, subterms
from boundkit.kernel.derivative import minus, negative, over, plus, times
from boundkit.kernel.quotients import Algebra, Quotient, rational
from boundkit.kernel.steps import (
    Enclosed,
    Fact,
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
from boundkit.kernel.steps import Evaluated as AtPoint
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 35
POSITIVE = Range(Fraction(0), None, lower_closed=False)


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Slacks with one positive and one negative term, in which exponentials stand."""
    sides = _sides(goal.slack)
    if sides is None:
        return GivenUp("")
    greater, less = sides
    positive = prove(Goal(less, True, goal.box, goal.facts), effort)
    if positive is None:
        return GivenUp("")
    ratio = over(greater, less)
    above = prove(Goal(ratio, True, goal.box, goal.facts), effort)
    if above is None:
        return GivenUp("")
    algebra = Algebra()
    gap = algebra.to_term(algebra.of(Apply("ln", (ratio,), REAL)))
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


TANGENT = Split(
    "t_ratio",
    Fraction(1),
    Monotone("t_ratio", "decreasing", Product((over(minus(ONE, Name("t_ratio", REAL)), Name("t_ratio", REAL)),), (Enclosed(),)), AtPoint()),
    Monotone("t_ratio", "increasing", Product((over(minus(Name("t_ratio", REAL), ONE), Name("t_ratio", REAL)),), (Enclosed(),)), AtPoint()),
)
"""t - 1 - ln(t) >= 0: it falls before 1 and rises after."""


def _sides(slack: Term) -> tuple[Term, Term] | None:
    """B and A of a slack B - A with one term each, where an exponential or a power stands."""
    if not any(isinstance(part, Apply) and part.head in ("exp", "^") for part in subterms(slack)):
        return None
    algebra = Algebra()
    quotient = algebra.of(slack)
    if len(quotient.top) != 2 or not any(
        isinstance(atom, Apply) and atom.head == "exp" for monomial in quotient.top for atom, _ in monomial
    ):
        return None
    terms = [
        (value, algebra.to_term(Quotient({monomial: abs(value)}, quotient.below)))
        for monomial, value in quotient.top.items()
    ]
    (first, one), (second, two) = terms
    if first * second > 0:
        return None
    return (one, two) if first > 0 else (two, one)


__all__ = ["COST", "Fact", "attempt", "exponentiated", "negative", "number", "plus", "rational", "times"]

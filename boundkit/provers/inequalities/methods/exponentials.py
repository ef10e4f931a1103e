"""ln(A) >= B from A >= exp(B): ln(t) >= 1 - 1/t at t = A*exp(-B)."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Term, number, subterms
from boundkit.kernel.derivative import minus, over, power, times
from boundkit.kernel.quotients import Algebra, Quotient
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

COST = 36
POSITIVE = Range(Fraction(0), None, lower_closed=False)
LARGEST_COEFFICIENT = 12


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Slacks in which every logarithm has a rational factor."""
    parts = _parts(goal.slack)
    if parts is None:
        return GivenUp("")
    scale, logarithms, rest = parts
    inner = times(*(power(argument, number(count)) for argument, count in logarithms))
    whole = times(inner, Apply("exp", (times(number(scale), rest),), REAL))
    above = prove(Goal(whole, True, goal.box, goal.facts), effort)
    if above is None:
        return GivenUp("")
    algebra = Algebra()
    gap = minus(algebra.to_term(algebra.of(whole)), ONE)
    found = prove(Goal(gap, goal.strict, goal.box, goal.facts), effort)
    if found is None:
        return GivenUp("without logarithms it stays open")
    t = Name("t_argument", REAL)
    lemma = minus(Apply("ln", (t,), REAL), minus(ONE, over(ONE, t)))
    count = len(goal.facts)
    excess = over(gap, whole)
    parts_ = (
        times(number(1 / scale), minus(Apply("ln", (whole,), REAL), minus(ONE, over(ONE, whole)))),
        times(number(1 / scale), excess),
    )
    positive = Product(
        (number(1 / scale), gap, over(ONE, whole)),
        (Evaluated(), Known(count, ONE), _inverse(whole, above.step)),
    )
    rest_ = Sum(parts_, (Known(count + 1, number(1 / scale)), positive), 1)
    used = Instance(t.text, POSITIVE, lemma, False, whole, TANGENT, above.step, Enclosed(), rest_)
    step = Lemma(gap, goal.strict, found.step, used)
    if not accepted(goal, step):
        return GivenUp("")
    return Found(step, (f"without logarithms: {gap} >= 0", *found.argument))


def _parts(slack: Term) -> tuple[Fraction, list[tuple[Term, Fraction]], Term] | None:
    """A positive number s, logarithms with whole factors, and a rest, with s*slack = sum of factor*ln + s*rest."""
    if not any(isinstance(part, Apply) and part.head == "ln" and part.free for part in subterms(slack)):
        return None
    algebra = Algebra()
    quotient = algebra.of(slack)
    if quotient.below:
        return None
    logarithms: list[tuple[Term, Fraction]] = []
    rest: dict = {}
    for monomial, value in quotient.top.items():
        hard = [atom for atom, _ in monomial if isinstance(atom, Apply) and atom.head == "ln" and atom.free]
        if not hard:
            rest[monomial] = value
            continue
        if len(monomial) != 1 or monomial[0][1] != 1:
            return None
        logarithms.append((hard[0].args[0], value))
    if not logarithms:
        return None
    scale = Fraction(1)
    for _, value in logarithms:
        scale *= (value * scale).denominator
    if any(abs(value * scale) > LARGEST_COEFFICIENT for _, value in logarithms):
        return None
    return scale, [(own, value * scale) for own, value in logarithms], algebra.to_term(Quotient(rest))


def _inverse(term: Term, proof: Step) -> Step:
    """That 1/u > 0 from u > 0."""
    from boundkit.kernel.steps import Generalised

    return Generalised(term, "u_positive", POSITIVE, proof, Enclosed(), Enclosed())


def _slope(sign: int) -> Step:
    t = Name("t_argument", REAL)
    return Product((over(times(number(sign), minus(t, ONE)), power(t, number(2))),), (Enclosed(),))


TANGENT = Split(
    "t_argument",
    Fraction(1),
    Monotone("t_argument", "decreasing", _slope(-1), Evaluated()),
    Monotone("t_argument", "increasing", _slope(1), Evaluated()),
)
"""ln(t) - 1 + 1/t >= 0: it falls before 1 and rises after."""

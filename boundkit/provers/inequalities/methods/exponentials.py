"""ln(A) >= B from A >= exp(B): ln(t) >= 1 - 1/t at t = A*exp(-B)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Term, number, subterms
from boundkit.kernel.derivative import minus, over, plus, power, times
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.quotients import Algebra, Polynomial, Quotient
from boundkit.kernel.steps import (
    Enclosed,
    Evaluated,
    Fact,
    Generalised,
    Instance,
    Known,
    Lemma,
    Monotone,
    Product,
    Split,
    Step,
    Sum,
)
from boundkit.provers.inequalities.goal import POSITIVE, Effort, Found, GivenUp, Goal, Prove, accepted

COST = 36
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
    within = replace(goal, slack=gap, facts=(*goal.facts, Fact(whole, "positive")))
    found = prove(within, effort)
    if found is None:
        return GivenUp("without logarithms it stays open")
    step = _without_logarithms(goal, scale, whole, logarithms, gap, found.step, prove, effort)
    if step is not None:
        parts_ = (times(number(count / scale), Apply("ln", (own,), REAL)) for own, count in logarithms)
        step = Product((plus(*parts_, rest),), (Lemma(whole, True, above.step, step),))
    if step is None or not accepted(goal, step):
        return GivenUp("")
    return Found(step, (f"without logarithms: {gap} >= 0", *found.argument))


def _without_logarithms(
    goal: Goal,
    scale: Fraction,
    whole: Term,
    logarithms: list[tuple[Term, Fraction]],
    gap: Term,
    proof: Step,
    prove: Prove,
    effort: Effort,
) -> Step | None:
    """The step from whole - 1 >= 0, where whole > 0 is the last fact, with a name for each argument of a
    logarithm, so that the logarithm of their product is the sum of theirs."""
    raw = minus(whole, ONE)
    inner = raw
    named: list[tuple[Term, str, Step]] = []
    taken = set(goal.box)
    for argument, _ in sorted(logarithms, key=lambda pair: -len(str(pair[0]))):
        if isinstance(argument, Name) or argument in (own[0] for own in named):
            continue
        positive = prove(Goal(argument, True, goal.box, goal.facts), effort)
        if positive is None:
            return None
        text = "w"
        while text in taken:
            text += "_"
        taken.add(text)
        named.append((argument, text, positive.step))
        inner = replaced(inner, argument, Name(text, REAL))
        whole = replaced(whole, argument, Name(text, REAL))
    t = Name("t_argument", REAL)
    lemma = minus(Apply("ln", (t,), REAL), minus(ONE, over(ONE, t)))
    count = len(goal.facts) + 1
    parts = (
        times(number(1 / scale), minus(Apply("ln", (whole,), REAL), minus(ONE, over(ONE, whole)))),
        times(number(1 / scale), over(inner, whole)),
    )
    positive_ = Product(
        (number(1 / scale), inner, over(ONE, whole)),
        (Evaluated(), Known(count, ONE), _inverse(whole, Enclosed())),
    )
    rest: Step = Sum(parts, (Known(count + 1, number(1 / scale)), positive_), 1)
    rest = Instance(t.text, POSITIVE, lemma, False, whole, TANGENT, Enclosed(), Enclosed(), rest)
    for argument, text, own in reversed(named):
        rest = Generalised(argument, text, POSITIVE, own, Enclosed(), rest)
    return Lemma(raw, goal.strict, Product((gap,), (proof,)), rest)


def _parts(slack: Term) -> tuple[Fraction, list[tuple[Term, Fraction]], Term] | None:
    """Of a slack without values of Gamma: a positive number s, logarithms with whole factors, and a rest,
    where s*slack = sum of factor*ln + s*rest."""
    heads = {part.head for part in subterms(slack) if isinstance(part, Apply) and part.free}
    if "ln" not in heads or heads & {"lnGamma", "polygamma"}:
        return None
    algebra = Algebra()
    quotient = algebra.of(slack)
    if quotient.below:
        return None
    logarithms: list[tuple[Term, Fraction]] = []
    rest: Polynomial = {}
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

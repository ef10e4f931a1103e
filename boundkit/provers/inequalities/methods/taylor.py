"""One variable: Taylor models at ends where the sides touch, or a root or a pole is, and far out, after a
division by what grows like an exponential; on pieces elsewhere."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Term, number, rebuild, subterms
from boundkit.kernel.derivative import plus, power, times
from boundkit.kernel.enclosures import size_of
from boundkit.kernel.quotients import Algebra, Monomial, Polynomial, Quotient, TooLarge
from boundkit.kernel.steps import Enclosed, Product, Range, Split, Step
from boundkit.provers import taylor
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 2
MOST_ATTEMPTS = 80
WORK = 5_000
"""Attempts times nodes of the slack."""
Growth = dict[int, Fraction]
"""A polynomial without a constant, by its degrees."""
LINE = "by Taylor's theorem where the sides touch and far out, and interval arithmetic elsewhere"


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The slack, or its quotient by an exponential."""
    if len(goal.slack.free) != 1:
        return GivenUp("")
    (name,) = goal.slack.free
    extent = goal.box[name]
    effort.spend()
    step = _step(goal, name, extent)
    return Found(step, (LINE,)) if step is not None and accepted(goal, step) else GivenUp("")


def _step(goal: Goal, name: str, extent: Range) -> Step | None:
    if extent.lower is None and extent.upper is None:
        below = _step(goal, name, Range(None, Fraction(0)))
        above = None if below is None else _step(goal, name, Range(Fraction(0), None))
        return None if below is None or above is None else Split(name, Fraction(0), below, above)
    for slack, factor in _forms(goal.slack, name, extent.upper is None, extent.lower is None):
        step = taylor.cover(slack, goal.strict, name, extent, min(MOST_ATTEMPTS, WORK // size_of(slack)))
        if step is not None:
            return step if factor is None else Product((slack, factor), (step, Enclosed()))
    return None


def _forms(slack: Term, name: str, up: bool, down: bool) -> list[tuple[Term, Term | None]]:
    """The slack; or, if it grows or falls faster than all powers where the range goes on, what is left over
    when it, and its denominators, are divided by exponentials."""
    found: list[tuple[Term, Term | None]] = [(slack, None)]
    if up == down:
        return found
    algebra = Algebra()
    try:
        quotient = algebra.of(slack)
    except TooLarge:
        return found
    if not quotient.top:
        return found
    sign = 1 if up else -1
    growth: Growth = {}
    parts: list[Term] = []
    for polynomial, count in ((quotient.top, 1), *((dict(part), -count) for part, count in quotient.below)):
        own = _growth(polynomial, name, sign)
        growth = _sum(growth, own, count)
        part = expanded(times(algebra.to_term(Quotient(polynomial)), _exponential(own, name, -1)))
        if part is None:
            return found
        parts.append(power(_gathered(part), number(count)))
    if not growth and len(parts) == 1 and not _is_hyperbolic(slack):
        return found
    return [(times(*parts), _exponential(growth, name, 1))]


def _gathered(term: Term) -> Term:
    """The term with one exponential in each product."""
    term = rebuild(term, _gathered)
    if not isinstance(term, Apply) or term.head != "*":
        return term
    exponents = [own.args[0] for own in term.args if isinstance(own, Apply) and own.head == "exp"]
    rest = [own for own in term.args if not (isinstance(own, Apply) and own.head == "exp")]
    return times(*rest, Apply("exp", (plus(*exponents),), REAL)) if len(exponents) > 1 else term


def _is_hyperbolic(slack: Term) -> bool:
    return any(isinstance(part, Apply) and part.head in ("sinh", "cosh", "tanh") for part in subterms(slack))


def _exponential(growth: Growth, name: str, factor: int) -> Term:
    variable = Name(name, REAL)
    summands = (times(number(factor * value), power(variable, number(own))) for own, value in growth.items())
    return Apply("exp", (plus(*summands),), REAL) if growth else ONE


def _growth(polynomial: Polynomial, name: str, sign: int) -> Growth:
    """The exponent of the summand that grows most, or falls least, as the variable grows, or falls."""

    def rank(growth: Growth) -> list[tuple[int, Fraction]]:
        highest = max(growth, default=0)
        return [(degree, growth.get(degree, Fraction(0)) * sign**degree) for degree in range(highest, 0, -1)]

    def larger(left: Growth, right: Growth) -> Growth:
        gap = rank(_sum(left, right, -1))
        return left if next((value for _, value in gap if value), Fraction(0)) >= 0 else right

    return reduce(larger, (_exponent(monomial, name) for monomial in polynomial))


def _exponent(monomial: Monomial, name: str) -> Growth:
    """The polynomial p of the factors exp(p) of a monomial."""
    total: Growth = {}
    for atom, count in monomial:
        if not (isinstance(atom, Apply) and atom.head == "exp" and name in atom.free):
            continue
        own = Algebra().of(atom.args[0])
        for inner, value in own.top.items():
            if own.below or len(inner) != 1:
                continue
            ((variable, degree),) = inner
            if variable == Name(name, REAL) and degree.denominator == 1 and degree > 0:
                total = _sum(total, {int(degree): value}, count)
    return total


def _sum(left: Growth, right: Growth, factor: Fraction | int) -> Growth:
    total = dict(left)
    for degree, value in right.items():
        total[degree] = total.get(degree, Fraction(0)) + value * factor
    return {degree: value for degree, value in total.items() if value}

"""A root of a product of sums against a sum of roots of products, each over the greater side below a weighted
mean of quotients: ((a + x)*(b + y)*(c + z))^(1/3) >= (a*b*c)^(1/3) + (x*y*z)^(1/3), as
(a*b*c)^(1/3)/((a + x)*(b + y)*(c + z))^(1/3) <= (a/(a + x) + b/(b + y) + c/(c + z))/3 (Huygens, Hoelder)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

from boundkit.ir.terms import ONE, Apply, Number, Term, number
from boundkit.kernel.derivative import minus, over, plus, times
from boundkit.kernel.steps import Enclosed, Means, Product, Sum
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.restated import simple
from boundkit.provers.inequalities.summands import Summand, sides

COST = 2
MOST_FACTORS = 4
MOST_PRODUCTS = 3

Rows = list[tuple[Term, ...]]


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The sums under the greater root, taken apart into the factors under the others."""
    above, below, _ = sides(goal.slack)
    if goal.strict or len(above) != 1 or not 2 <= len(below) <= MOST_PRODUCTS:
        return GivenUp("")
    ((greater,), degree) = above, _degree(above[0])
    if degree < 2 or any(_degree(own) not in (1, degree) for own in below):
        return GivenUp("")
    sums = _under(greater, degree)
    lists = [_under(own, degree) for own in below]
    if sums is None or not 2 <= len(sums) <= MOST_FACTORS or len(sums) != degree:
        return GivenUp("")
    padded = [None if own is None else (*own, *[ONE] * (degree - len(own))) for own in lists]
    products = [own for own in padded if own is not None and len(own) == degree]
    if len(products) < len(below):
        return GivenUp("")
    effort.spend(2)
    rows = _taken_apart(sums, products)
    if rows is None:
        return GivenUp("")
    weights = (Fraction(1, degree),) * degree
    root = greater.term
    parts: list[Term] = []
    steps: list[Means] = []
    for own, row in zip(below, rows, strict=True):
        ratios = tuple(over(one, whole) for one, whole in zip(row, sums, strict=True))
        quotient = over(own.term, root)
        mean = plus(*(times(number(weight), one) for weight, one in zip(weights, ratios, strict=True)))
        parts.append(minus(mean, quotient))
        steps.append(Means(weights, ratios, quotient, tuple(Enclosed() for _ in ratios)))
    rest = minus(ONE, plus(*(over(own.term, root) for own in below)))
    step = Product((root, rest), (Enclosed(), Sum(tuple(parts), tuple(steps))))
    if not accepted(goal, step):
        return GivenUp("")
    return Found(step, ("by means of quotients:", *(f"{own} >= 0" for own in parts)))


def _degree(own: Summand) -> int:
    return max((exponent.denominator for _, exponent in own.factors), default=1)


def _under(own: Summand, degree: int) -> tuple[Term, ...] | None:
    """The factors under the root of this degree, of a summand with coefficient 1."""
    if own.coefficient != 1:
        return None
    found: list[Term] = []
    for base, exponent in own.factors:
        count = exponent * degree
        if count.denominator > 1 or not 0 < count <= MOST_FACTORS:
            return None
        found.extend(_factors(base) * int(count))
    return tuple(found) if len(found) <= degree else None


def _factors(base: Term) -> list[Term]:
    if isinstance(base, Apply) and base.head == "*":
        return [own for arg in base.args for own in _factors(arg)]
    if isinstance(base, Apply) and base.head == "^" and isinstance(base.args[1], Number):
        count = base.args[1].value
        if count.denominator == 1 and 0 < count <= MOST_FACTORS:
            return _factors(base.args[0]) * int(count)
    return [base]


def _taken_apart(sums: Sequence[Term], products: Sequence[Sequence[Term]]) -> Rows | None:
    """Orders of the factors of each product, such that the first ones add up to the first sum, and so on."""
    first, *others = products
    for order in dict.fromkeys(permutations(first)):
        if not others:
            equal = all(simple(minus(one, two)) == number(0) for one, two in zip(sums, order, strict=True))
            if equal:
                return [order]
            continue
        left = [simple(minus(one, two)) for one, two in zip(sums, order, strict=True)]
        known = [own for own in left if own is not None and own != number(0)]
        if len(known) < len(sums):
            continue
        rest = _taken_apart(known, others)
        if rest is not None:
            return [order, *rest]
    return None

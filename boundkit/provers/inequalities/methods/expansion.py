"""Polynomials whose coefficients are all at least 0 in coordinates that are: after expansion in the distances
from the ends of the ranges, or in facts (Bernstein's form where both ends are finite), perhaps after
multiplication by a power of the sum of the coordinates (Polya, 1928)."""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq, fmpq_mpoly

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Term, number
from boundkit.kernel.derivative import over
from boundkit.kernel.steps import Enclosed, Product
from boundkit.provers.inequalities.forms import (
    POSITIVE,
    Form,
    forms_of,
    is_homogeneous,
    rational,
    raw_power,
    raw_product,
    written,
)
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 10
HIGHEST_POWER = 6
MOST_TERMS = 2000


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The expansion of the goal's polynomial in each of its coordinates."""
    forms = forms_of(goal)
    for form in forms:
        for term, line in _expansions(form):
            step = Product((term,), (Enclosed(),))
            effort.spend()
            if accepted(goal, step):
                return Found(step, (line,))
    for form in forms:
        found = _multiplied(goal, form, effort)
        if found is not None:
            return found
    return GivenUp("some coefficients are negative" if forms else "")


def _expansions(form: Form) -> Iterator[tuple[Term, str]]:
    if nonnegative(form, form.polynomial):
        coordinates = ", ".join(str(own.term) for own in form.coordinates)
        yield form.term(form.polynomial), f"no negative coefficient in {coordinates}"
    for raised in (0, 1, 3):
        found = _bernstein(form, raised)
        if found is not None:
            yield found, "no negative coefficient in Bernstein's form"


def nonnegative(form: Form, polynomial: fmpq_mpoly) -> bool:
    """Whether each monomial is at least 0, by its coefficient and the signs of the coordinates."""
    bounded = [own.bounded for own in form.coordinates]
    return all(
        value > 0 and all(ok or own % 2 == 0 for own, ok in zip(monomial, bounded, strict=True))
        for monomial, value in polynomial.terms()
    )


def _bernstein(form: Form, raised: int) -> Term | None:
    """The polynomial in products u^i (L - u)^(k - i), where L - u >= 0 is known; None if a coefficient is
    negative. By u = L t/(1 + t)."""
    generators = form.polynomial.context().gens()
    ends: dict[int, tuple[fmpq, Term]] = {}
    for constraint in form.constraints:
        for place, own in enumerate(generators):
            length = constraint.polynomial + own
            if form.coordinates[place].bounded and length.is_constant() and length:
                ends.setdefault(place, (fmpq(length.leading_coefficient()), constraint.term))
    if not ends:
        return None
    polynomial = form.polynomial
    degrees = [int(own) for own in polynomial.degrees()]
    for place, (end, _) in ends.items():
        degrees[place] = max(degrees[place], 1) + raised
        moved = 0 * polynomial
        own = generators[place]
        for monomial, value in polynomial.terms():
            power = int(monomial[place])
            rest = [0 if other == place else int(exponent) for other, exponent in enumerate(monomial)]
            part = polynomial.context().from_dict({tuple(rest): value * end**power})
            moved += part * own**power * (1 + own) ** (degrees[place] - power)
        polynomial = moved
        if len(polynomial) > MOST_TERMS:
            return None
    if not nonnegative(form, polynomial):
        return None
    parts = []
    for monomial, value in polynomial.terms():
        scale = rational(value)
        factors: list[Term] = []
        for place, exponent in enumerate(map(int, monomial)):
            base = form.coordinates[place].term
            if exponent:
                factors.append(raw_power(base, exponent))
            if place in ends:
                end, other = ends[place]
                scale /= rational(end) ** degrees[place]
                if degrees[place] > exponent:
                    factors.append(raw_power(other, degrees[place] - exponent))
        parts.append(raw_product([number(scale), *factors]))
    return parts[0] if len(parts) == 1 else Apply("+", tuple(parts), REAL)


def _multiplied(goal: Goal, form: Form, effort: Effort) -> Found | None:
    """The expansion after multiplication by a power of the sum of the coordinates."""
    homogeneous = is_homogeneous(form.polynomial)
    if (
        not form.polynomial
        or not form.orthant
        or (homogeneous and all(own.sign != POSITIVE for own in form.coordinates))
    ):
        return None
    if not _positive_at_the_vertices(form):
        return None
    total = sum(form.polynomial.context().gens(), 0 * form.polynomial)
    if not homogeneous:
        total += 1
    product = form.polynomial
    for exponent in range(1, HIGHEST_POWER + 1):
        product = product * total
        if len(product) > MOST_TERMS:
            return None
        if nonnegative(form, product):
            effort.spend(2)
            base = raw_power(written(total, [own.term for own in form.coordinates]), exponent)
            step = Product((form.term(product), over(ONE, base)), (Enclosed(), Enclosed()))
            if accepted(goal, step):
                return Found(step, (f"no negative coefficient after multiplication by {base}",))
            return None
    return None


def _positive_at_the_vertices(form: Form) -> bool:
    """A necessary condition: no monomial that is a vertex of the Newton polytope has a negative coefficient.
    Checked for the extreme ones in each exponent."""
    terms = [(tuple(map(int, monomial)), value) for monomial, value in form.polynomial.terms()]
    orders = [[*range(place, len(form.coordinates)), *range(place)] for place in range(len(form.coordinates))]
    for order in orders:
        for sign in (1, -1):
            _, value = max(terms, key=lambda one: [sign * one[0][place] for place in order])
            if value < 0:
                return False
    return True

"""Certificates of Positivstellensatz type for forms: multiplier * polynomial = sum of products of constraints
and squares + multiples of equations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product

import numpy as np
from flint import fmpq, fmpq_mpoly

from boundkit.ir.terms import Term, number
from boundkit.kernel.steps import Enclosed, Step, Sum
from boundkit.provers.inequalities.forms import (
    POSITIVE,
    Constraint,
    Form,
    is_homogeneous,
    known_multiple,
    rational,
    raw_power,
    raw_product,
    written,
)
from boundkit.provers.inequalities.gram import Block, Free, Squares
from boundkit.provers.inequalities.sums_of_squares import decompose

Monomial = tuple[int, ...]
MOST_BASIS = 400
MOST_POINTS = 3000


def certificate(form: Form, multiplier: fmpq_mpoly | None = None, extra: int = 0) -> Step | None:
    """A step for a slack that equals multiplier * form.polynomial, or None.

    extra: how much the degree of the parts may exceed that of the target, where it is not homogeneous."""
    target = form.polynomial if multiplier is None else form.polynomial * multiplier
    if not target:
        return None
    points = zeros(form)
    if points is None or (form.strict and any(map(form.admits, points))):
        return None
    products = list(_products(form, target, extra))
    positive = _positive(form, target) if form.strict else []
    blocks = [Block(factor, basis) for _, factor, basis in products]
    blocks += [Block(own, (own**0,)) for own in positive]
    free = list(_free(form, target, extra))
    found = decompose(target, blocks, free, points)
    if found is None:
        return None
    factors = [terms for terms, _, _ in products] + [[form.term(own)] for own in positive]
    return _step(form, found, factors, len(products))


def _step(form: Form, found: Squares, factors: Sequence[Sequence[Term]], certain: int) -> Step | None:
    """The sum of the squares with what stands before them; those from number `certain` on are positive."""
    parts: list[Term] = []
    steps: list[Step] = []
    place = 0
    own_terms = [own.term for own in form.coordinates]
    for count, (own_factors, squares) in enumerate(zip(factors, found.squares, strict=True)):
        for weight, polynomial in squares:
            if count >= certain:
                place = len(parts)
            value = rational(weight)
            square: list[Term] = []
            if polynomial.is_constant():
                value *= rational(polynomial.leading_coefficient()) ** 2
            else:
                content = rational(polynomial.leading_coefficient())
                value *= content**2
                square = [raw_power(written(polynomial / polynomial.leading_coefficient(), own_terms), 2)]
            parts.append(raw_product([number(value), *square, *own_factors]))
            steps.append(Enclosed())
    if form.strict and not any(found.squares[certain:]):
        return None
    for equation, multiplier in zip(form.equations, found.multipliers, strict=True):
        if multiplier:
            term, step = known_multiple(form, equation, multiplier)
            parts.append(term)
            steps.append(step)
    if not parts:
        return None
    return Sum(tuple(parts), tuple(steps), place)


def _products(
    form: Form, target: fmpq_mpoly, extra: int
) -> Iterator[tuple[list[Term], fmpq_mpoly, tuple[fmpq_mpoly, ...]]]:
    """What may stand before squares: as factors of a term, as a polynomial; and the basis of the squares."""
    degree = int(target.total_degree())
    generators = target.context().gens()
    bounded = [place for place, own in enumerate(form.coordinates) if own.bounded]
    constraints = form.constraints
    homogeneous = is_homogeneous(target)
    if homogeneous:
        # What holds for all points of a cone needs no facts that are not homogeneous.
        constraints = tuple(own for own in constraints if is_homogeneous(own.polynomial))
    most = len(bounded) if len(bounded) <= 4 else 3
    found: list[tuple[list[Term], fmpq_mpoly, list[Monomial]]] = []
    groups: list[tuple[Constraint, ...]] = [(), *((own,) for own in constraints)]
    if len(constraints) <= 4:
        groups += list(combinations(constraints, 2))
    for group in groups:
        for count in range(most + 1 if not group else min(most, 2) + 1):
            for chosen in combinations(bounded, count):
                factor = target**0
                terms: list[Term] = []
                for place in chosen:
                    factor *= generators[place]
                    terms.append(form.coordinates[place].term)
                for own in group:
                    factor *= own.polynomial
                    terms.append(own.term)
                left = degree + (0 if homogeneous else extra) - int(factor.total_degree())
                if left < 0 or (homogeneous and left % 2):
                    continue
                basis = list(monomials(len(generators), left // 2, homogeneous))
                if len(basis) <= MOST_BASIS:
                    found.append((terms, factor, basis))
    equations = [own for own in form.equations if not homogeneous or is_homogeneous(own.polynomial)]
    pure = not constraints and not equations and (homogeneous or extra == 0)
    if pure:
        kept = _consistent(target, [(next(iter(f.monoms())), basis) for _, f, basis in found])
        found = [(terms, f, basis) for (terms, f, _), basis in zip(found, kept, strict=True)]
    context = target.context()
    for terms, factor, basis in found:
        if basis:
            yield terms, factor, tuple(context.from_dict({own: 1}) for own in basis)


def monomials(count: int, degree: int, exact: bool) -> Iterator[Monomial]:
    """The exponents of this degree, or of at most this degree."""
    if count == 0:
        if degree == 0 or not exact:
            yield ()
        return
    for first in range(degree, -1, -1):
        for rest in monomials(count - 1, degree - first, exact):
            yield (first, *rest)


def _consistent(
    target: fmpq_mpoly, blocks: Sequence[tuple[Monomial, list[Monomial]]]
) -> list[list[Monomial]]:
    """The bases without monomials whose square could not be cancelled: it is not in the target, and no
    product of two others gives it. So they lie in half of the Newton polytope."""
    support = set(target.monoms())
    base = 64
    code = [base**place for place in range(target.context().nvars())]

    def coded(monomial: Sequence[int]) -> int:
        return sum(int(own) * unit for own, unit in zip(monomial, code, strict=True))

    wanted = {coded(own) for own in support}
    kept = [(coded(head), {own: coded(own) for own in basis}) for head, basis in blocks]
    while True:
        mixed: set[int] = set()
        for head, basis in kept:
            values = np.array(list(basis.values()), dtype=np.int64)
            if len(values) > 1:
                upper = np.triu_indices(len(values), 1)
                mixed.update((head + values[upper[0]] + values[upper[1]]).tolist())
        smaller = [
            (head, {own: c for own, c in basis.items() if head + 2 * c in wanted or head + 2 * c in mixed})
            for head, basis in kept
        ]
        if all(len(a[1]) == len(b[1]) for a, b in zip(kept, smaller, strict=True)):
            return [list(basis) for _, basis in kept]
        kept = smaller


def _positive(form: Form, target: fmpq_mpoly) -> list[fmpq_mpoly]:
    """Monomials of the target that are certainly positive: a part of a strict goal."""
    positive = [own.sign == POSITIVE for own in form.coordinates]
    found = []
    for monomial, value in target.terms():
        if value > 0 and all(ok or own == 0 for own, ok in zip(monomial, positive, strict=True)):
            found.append(target.context().from_dict({tuple(monomial): 1}))
    return found[:40]


def _free(form: Form, target: fmpq_mpoly, extra: int) -> Iterator[Free]:
    degree = int(target.total_degree()) + extra
    for equation in form.equations:
        left = degree - int(equation.polynomial.total_degree())
        count = target.context().nvars()
        homogeneous = is_homogeneous(target)
        fits = left >= 0 and (is_homogeneous(equation.polynomial) or not homogeneous)
        basis = list(monomials(count, left, homogeneous)) if fits else []
        yield Free(
            equation.polynomial, tuple(target.context().from_dict({own: 1}) for own in basis[:MOST_BASIS])
        )


def zeros(form: Form) -> list[list[fmpq]] | None:
    """Simple points that satisfy constraints and equations at which the polynomial is 0; None if it is
    negative at one."""
    size = len(form.coordinates)
    homogeneous = is_homogeneous(form.polynomial)
    values = _values(size, homogeneous)
    signed = [*(-own for own in values if own), *values]
    choices = [values if own.bounded else signed for own in form.coordinates]
    while np.prod([float(len(own)) for own in choices]) > MOST_POINTS:
        longest = max(range(size), key=lambda place: len(choices[place]))
        choices[longest] = [own for own in choices[longest] if abs(own) <= 1 and own.denominator == 1]
        if all(len(own) <= 3 for own in choices):
            break
    if np.prod([float(len(own)) for own in choices]) > 20 * MOST_POINTS:
        return []
    grid = np.array([[float(own) for own in point] for point in product(*choices)])
    exactly = list(product(*choices))
    found: list[list[fmpq]] = []
    inside = np.ones(len(grid), dtype=bool)
    constraints, equations = form.constraints, form.equations
    if homogeneous:
        constraints = tuple(own for own in constraints if is_homogeneous(own.polynomial))
        equations = tuple(own for own in equations if is_homogeneous(own.polynomial))
    for constraint in constraints:
        inside &= evaluated(constraint.polynomial, grid) >= -1e-9
    for equation in equations:
        inside &= np.abs(evaluated(equation.polynomial, grid)) < 1e-9
    own = evaluated(form.polynomial, grid)
    size_ = np.maximum(1.0, np.abs(grid).max(axis=1)) ** form.degree
    for place in np.nonzero(inside & (own <= 1e-9 * size_))[0]:
        point = [fmpq(value.numerator, value.denominator) for value in exactly[int(place)]]
        if not any(point) and homogeneous:
            continue
        if any(each.polynomial(*point) < 0 for each in constraints):
            continue
        if any(each.polynomial(*point) != 0 for each in equations):
            continue
        value = form.polynomial(*point)
        if value < 0:
            return None
        if value == 0:
            found.append(point)
    return found


def _values(size: int, homogeneous: bool) -> list[Fraction]:
    if homogeneous:
        whole = {1: 1, 2: 6, 3: 4, 4: 3}.get(size, 2)
        return [Fraction(own) for own in range(whole + 1)]
    if size <= 3:
        return [Fraction(own) for own in ("0", "1/3", "1/2", "2/3", "1", "3/2", "2", "3", "4")]
    return [Fraction(own) for own in ("0", "1/2", "1", "2", "3")]


def evaluated(polynomial: fmpq_mpoly, grid: np.ndarray) -> np.ndarray:
    """The values at the rows of a grid, in floating point."""
    result = np.zeros(len(grid))
    for monomial, value in polynomial.terms():
        part = np.full(len(grid), float(value.p) / float(value.q))
        for place, own in enumerate(monomial):
            if own:
                part = part * grid[:, place] ** int(own)
        result += part
    return result

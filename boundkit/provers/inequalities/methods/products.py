"""Polynomials as non-negative combinations of products of facts, ranges and squares, and of multiples of
equations (Farkas, Handelman 1988); a linear programme proposes which, and exact linear algebra decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement

import numpy as np
from flint import fmpq, fmpq_mat, fmpq_mpoly

from boundkit.ir.terms import Term, number
from boundkit.kernel.derivative import minus, plus
from boundkit.kernel.steps import Enclosed, Step, Sum
from boundkit.provers.inequalities.forms import (
    POSITIVE,
    Equation,
    Form,
    forms_of,
    is_homogeneous,
    known_multiple,
    rational,
    raw_power,
    raw_product,
)
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.positivstellensatz import monomials, zeros

COST = 11
HIGHEST_DEGREE = 6
MOST_COLUMNS = 1500
MOST_ROWS = 400


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal's polynomial in the coordinates of its ranges, then in those of its facts."""
    for form in forms_of(goal):
        if form.degree > HIGHEST_DEGREE or not form.polynomial or zeros(form) is None:
            continue
        degree = max(form.degree, 2)
        for most in sorted({2, degree, degree + 1}):
            effort.spend(5)
            step = _combined(form, most, max(most, degree))
            if step is not None and accepted(goal, step):
                return Found(step, ("a non-negative combination of products of facts and squares",))
    return GivenUp("")


@dataclass(frozen=True)
class Column:
    """What is >= 0 (> 0 if strict): factors of a term, and the polynomial. Or a multiple of an equation."""

    factors: tuple[Term, ...]
    polynomial: fmpq_mpoly
    strict: bool = False
    equation: Equation | None = None
    multiplier: fmpq_mpoly | None = None


def _combined(form: Form, most: int, degree: int) -> Step | None:
    if is_homogeneous(form.polynomial) and not form.constraints and not form.equations:
        exact = form.degree
    else:
        exact = 0
    columns: list[Column] = []
    seen: set[tuple[str, bool]] = set()
    for column in columns_of(form, most, degree):
        if exact and not (is_homogeneous(column.polynomial) and column.polynomial.total_degree() == exact):
            continue
        key = str(column.polynomial), column.equation is None
        if key not in seen:
            seen.add(key)
            columns.append(column)
        if len(columns) > MOST_COLUMNS:
            return None
    values = combination(form.polynomial.to_dict(), form.strict, columns)
    return None if values is None else sum_of(form, columns, values)


def columns_of(form: Form, most: int, degree: int) -> Iterator[Column]:
    """What is known to be >= 0 by products of at most this many facts and ranges, of at most this degree."""
    generators = form.polynomial.context().gens()
    one = form.polynomial**0
    yield Column((), one, True)
    known = [
        Column((own.term,), generator, own.sign == POSITIVE)
        for own, generator in zip(form.coordinates, generators, strict=True)
        if own.bounded
    ]
    known += [Column((own.term,), own.polynomial, own.strict) for own in form.constraints]
    squares: list[Column] = []
    terms = [own.term for own in form.coordinates]
    for place, generator in enumerate(generators):
        squares.append(Column((raw_power(terms[place], 2),), generator**2))
        squares += [
            Column((raw_power(sign(terms[place], number(1)), 2),), (generator + shift) ** 2)
            for sign, shift in ((minus, -1), (plus, 1))
        ]
    for i, j in combinations(range(len(generators)), 2):
        squares.append(
            Column((raw_power(minus(terms[i], terms[j]), 2),), (generators[i] - generators[j]) ** 2)
        )
        if not (form.coordinates[i].bounded and form.coordinates[j].bounded):
            squares.append(
                Column((raw_power(plus(terms[i], terms[j]), 2),), (generators[i] + generators[j]) ** 2)
            )
    for count in range(1, most + 1):
        for chosen in combinations_with_replacement(known, count):
            product = Column((), one, True)
            for own in chosen:
                product = _times(product, own)
            if product.polynomial.total_degree() > degree:
                continue
            yield product
    for square in squares:
        yield square
        if degree > 2:
            for own in known:
                if own.polynomial.total_degree() + 2 <= degree:
                    yield _times(own, square)
    if degree >= 4:
        for first, second in combinations_with_replacement(squares, 2):
            yield _times(first, second)
    for equation in form.equations:
        left = degree - int(equation.polynomial.total_degree())
        if left >= 0:
            for monomial in monomials(len(generators), left, False):
                multiplier = form.polynomial.context().from_dict({monomial: 1})
                yield Column((), multiplier * equation.polynomial, False, equation, multiplier)


def _times(first: Column, second: Column) -> Column:
    return Column(
        (*first.factors, *second.factors),
        first.polynomial * second.polynomial,
        first.strict and second.strict,
    )


def combination(
    target: dict[tuple[int, ...], fmpq], strict: bool, columns: list[Column]
) -> list[fmpq] | None:
    """Exact coefficients with the target as their combination; if strict, of some column that is positive."""
    from scipy import sparse
    from scipy.optimize import linprog

    rows: dict[tuple[int, ...], int] = {}
    data: list[tuple[int, int, float]] = []
    for place, column in enumerate(columns):
        for monomial, value in column.polynomial.to_dict().items():
            row = rows.setdefault(monomial, len(rows))
            data.append((row, place, float(value.p) / float(value.q)))
    if len(rows) > MOST_ROWS or not set(target) <= set(rows):
        return None
    right = np.zeros(len(rows))
    for monomial, value in target.items():
        right[rows[monomial]] = float(value.p) / float(value.q)
    matrix = sparse.csr_matrix(
        ([value for _, _, value in data], ([row for row, _, _ in data], [place for _, place, _ in data])),
        shape=(len(rows), len(columns)),
    )
    cost = [0.0 if own.equation else 1.0 for own in columns]
    bounds: list[tuple[float | None, float | None]] = [
        (None if own.equation else 0.0, None) for own in columns
    ]
    # Of a strict goal, some of what is positive takes part.
    positive = np.array([[-1.0 if own.strict else 0.0 for own in columns]]) if strict else None
    share = 1e-3 * max(1.0, float(np.abs(right).max())) if target else 1.0
    least = np.array([-share]) if strict else None
    found = linprog(cost, positive, least, matrix.toarray(), right, bounds, method="highs-ds")
    if found.status != 0:
        return None
    support = [place for place, value in enumerate(np.asarray(found.x)) if abs(value) > 1e-9]
    return _exact(columns, support, rows, target)


def _exact(
    columns: list[Column],
    support: list[int],
    rows: dict[tuple[int, ...], int],
    target: dict[tuple[int, ...], fmpq],
) -> list[fmpq] | None:
    """The coefficients of the columns of the support, found by elimination; those left open are 0, but 1
    or -1 where the target is 0 and one alone is left open."""
    if not support:
        return None
    table = [[fmpq(0)] * (len(support) + 1) for _ in rows]
    for k, place in enumerate(support):
        for monomial, value in columns[place].polynomial.to_dict().items():
            table[rows[monomial]][k] = value
    for monomial, value in target.items():
        table[rows[monomial]][len(support)] = value
    echelon, rank = fmpq_mat(table).rref()
    values = [fmpq(0)] * len(columns)
    pivots = [next(j for j in range(len(support) + 1) if echelon[i, j] != 0) for i in range(rank)]
    if len(support) in pivots:
        return None
    for i, pivot in enumerate(pivots):
        values[support[pivot]] = echelon[i, len(support)]
    if not target:
        free = [j for j in range(len(support)) if j not in pivots]
        if len(free) != 1:
            return None
        values[support[free[0]]] = fmpq(1)
        for i, pivot in enumerate(pivots):
            values[support[pivot]] = -echelon[i, free[0]]
        if any(value < 0 and own.equation is None for value, own in zip(values, columns, strict=True)):
            values = [-value for value in values]
    if any(value < 0 and own.equation is None for value, own in zip(values, columns, strict=True)):
        return None
    return values


def sum_of(form: Form, columns: list[Column], values: list[fmpq]) -> Step | None:
    """The step that shows the combination."""
    parts: list[Term] = []
    steps: list[Step] = []
    positive = None
    multipliers = {id(own): 0 * form.polynomial for own in form.equations}
    for value, column in zip(values, columns, strict=True):
        if value == 0:
            continue
        if column.equation is not None and column.multiplier is not None:
            multipliers[id(column.equation)] += value * column.multiplier
            continue
        if column.strict and positive is None:
            positive = len(parts)
        parts.append(raw_product([number(rational(value)), *column.factors]))
        steps.append(Enclosed())
    for equation in form.equations:
        if multipliers[id(equation)]:
            term, step = known_multiple(form, equation, multipliers[id(equation)])
            parts.append(term)
            steps.append(step)
    if not parts or (form.strict and positive is None):
        return None
    return Sum(tuple(parts), tuple(steps), positive or 0)

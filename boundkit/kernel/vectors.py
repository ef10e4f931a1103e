"""Vectors of numbers over any arithmetic, and systems of linear equations with non-negative solutions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from boundkit.kernel.values import Arithmetic, Grid, Truth, Value, column

Vector = tuple[Any, ...]


def entries_of(point: Value) -> Vector:
    """The coordinates of a vector, or of a number as a vector of one."""
    return point.entries if isinstance(point, Grid) else (point,)


def like(point: Value, entries: Sequence[Any]) -> Value:
    """The entries as a vector or number, whichever `point` is."""
    return column(entries) if isinstance(point, Grid) else entries[0]


def dot(arithmetic: Arithmetic, left: Sequence[Any], right: Sequence[Any]) -> Any:
    """Inner product; 0 for no coordinates."""
    if len(left) != len(right):
        raise ValueError(f"vectors of {len(left)} and {len(right)} coordinates")
    total = None
    for a, b in zip(left, right, strict=True):
        term = arithmetic.apply("*", (a, b))
        total = term if total is None else arithmetic.apply("+", (total, term))
    return arithmetic.rational(Fraction(0)) if total is None else total


def difference(arithmetic: Arithmetic, left: Sequence[Any], right: Sequence[Any]) -> Vector:
    """left - right, coordinate by coordinate."""
    return tuple(arithmetic.apply("-", pair) for pair in zip(left, right, strict=True))


def length(arithmetic: Arithmetic, vector: Sequence[Any]) -> Any:
    """Euclidean norm."""
    if len(vector) == 1:
        return arithmetic.apply("abs", tuple(vector))
    return arithmetic.apply("sqrt", (dot(arithmetic, vector, vector),))


def equal(arithmetic: Arithmetic, left: Sequence[Any], right: Sequence[Any]) -> Truth:
    """Whether two vectors are equal; None when that is not certain."""
    answers = [arithmetic.compare("=", a, b) for a, b in zip(left, right, strict=True)]
    if any(answer is False for answer in answers):
        return False
    return True if all(answer is True for answer in answers) else None


def solvable(rows: Sequence[Sequence[Any]], right: Sequence[Any]) -> Truth:
    """Whether rows*z = right has a solution z >= 0, for rational entries; None for any others.

    Phase one of the simplex method with Bland's rule, which terminates."""
    try:
        tableau = [
            [Fraction(int(e.p), int(e.q)) for e in (*row, end)] for row, end in zip(rows, right, strict=True)
        ]
    except AttributeError:
        return None
    tableau = [row if row[-1] >= 0 else [-entry for entry in row] for row in tableau]
    height, width = len(tableau), len(tableau[0]) - 1
    basis = [width + place for place in range(height)]
    while True:
        cost = [
            sum(row[j] for row, b in zip(tableau, basis, strict=True) if b >= width) for j in range(width)
        ]
        enter = next((j for j in range(width) if cost[j] > 0 and j not in basis), None)
        if enter is None:
            break
        ratios = [(row[-1] / row[enter], basis[k], k) for k, row in enumerate(tableau) if row[enter] > 0]
        if not ratios:
            break
        leave = min(ratios)[2]
        pivot = tableau[leave][enter]
        tableau[leave] = [entry / pivot for entry in tableau[leave]]
        for k in range(height):
            if k != leave and tableau[k][enter]:
                factor = tableau[k][enter]
                tableau[k] = [a - factor * b for a, b in zip(tableau[k], tableau[leave], strict=True)]
        basis[leave] = enter
    return all(row[-1] == 0 for row, b in zip(tableau, basis, strict=True) if b >= width)

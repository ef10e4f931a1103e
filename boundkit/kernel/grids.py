"""Matrices over any arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from boundkit.kernel.values import Absent, Arithmetic, Grid, Unsupported, Value


def inner(arithmetic: Arithmetic, left: Grid, right: Grid) -> Any:
    """Sum of the products of entries; the sizes must agree."""
    if (left.rows, left.columns) != (right.rows, right.columns):
        raise Absent("an inner product of different sizes")
    products = (times(arithmetic, a, b) for a, b in zip(left.entries, right.entries, strict=True))
    return total(arithmetic, products)


def norm(arithmetic: Arithmetic, head: str, vector: Value) -> Any:
    """`norm` and `norm_fro` are Euclidean; `norm_1`, `norm_inf` are of vectors only."""
    if not isinstance(vector, Grid):
        return arithmetic.apply("abs", (vector,))
    if head != "norm_fro" and vector.columns != 1:
        raise Unsupported(f"`{head}` of a matrix")
    if len(vector.entries) == 1:
        return arithmetic.apply("abs", vector.entries)
    if head in ("norm", "norm_fro"):
        return arithmetic.apply("sqrt", (inner(arithmetic, vector, vector),))
    sizes = [arithmetic.apply("abs", (entry,)) for entry in vector.entries]
    return total(arithmetic, sizes) if head == "norm_1" else arithmetic.apply("max", sizes)


def entrywise(arithmetic: Arithmetic, head: str, args: list[Value]) -> Grid:
    """`+`, `-` or `neg` of matrices of one size, entry by entry; Absent for different sizes."""
    first = next(arg for arg in args if isinstance(arg, Grid))
    grids = [arg if isinstance(arg, Grid) else Grid(1, 1, (arg,)) for arg in args]
    if any((grid.rows, grid.columns) != (first.rows, first.columns) for grid in grids):
        raise Absent(f"`{head}` of matrices of different sizes")
    entries = zip(*(grid.entries for grid in grids), strict=True)
    return Grid(first.rows, first.columns, tuple(arithmetic.apply(head, entry) for entry in entries))


def product(arithmetic: Arithmetic, left: Value, right: Value) -> Value:
    """Product of numbers and matrices; Absent when the sizes do not fit."""
    if not isinstance(left, Grid) and not isinstance(right, Grid):
        return times(arithmetic, left, right)
    if not isinstance(left, Grid):
        return Grid(
            right.rows, right.columns, tuple(times(arithmetic, left, entry) for entry in right.entries)
        )
    if not isinstance(right, Grid):
        return Grid(left.rows, left.columns, tuple(times(arithmetic, entry, right) for entry in left.entries))
    if left.columns != right.rows:
        if 1 in (len(left.entries), len(right.entries)):
            scalar, other = (left, right) if len(left.entries) == 1 else (right, left)
            return product(arithmetic, scalar.entries[0], other)
        raise Absent("a product of matrices whose sizes do not fit")
    columns = [right.entries[place :: right.columns] for place in range(right.columns)]
    entries = [
        total(arithmetic, (times(arithmetic, a, b) for a, b in zip(left.row(row), entry, strict=True)))
        for row in range(left.rows)
        for entry in columns
    ]
    return Grid(left.rows, right.columns, tuple(entries))


def times(arithmetic: Arithmetic, left: Any, right: Any) -> Any:
    """Product of two numbers."""
    return arithmetic.apply("*", (left, right))


def total(arithmetic: Arithmetic, terms: Iterable[Any]) -> Any:
    """Sum of numbers; 0 for none."""
    result = None
    for term in terms:
        result = term if result is None else arithmetic.apply("+", (result, term))
    return arithmetic.rational(Fraction(0)) if result is None else result

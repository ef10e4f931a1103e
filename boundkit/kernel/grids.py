"""Matrices over any arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from boundkit.ir.terms import Apply
from boundkit.kernel.values import Absent, Arithmetic, Grid, Unsupported, Value, column

if TYPE_CHECKING:
    from boundkit.kernel.evaluation import Evaluator, Scope


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


def written_grid(evaluator: Evaluator, term: Apply, scope: Scope) -> Grid:
    """The matrix that `transpose`, `zero`, `identity`, `basis` or `blocks` stands for."""
    zero, one = evaluator.arithmetic.rational(Fraction(0)), evaluator.arithmetic.rational(Fraction(1))
    match term.head:
        case "transpose":
            grid = evaluator.value(term.args[0], scope)
            if not isinstance(grid, Grid):
                raise Unsupported("the transpose of a number")
            entries = tuple(
                grid.entries[row * grid.columns + place]
                for place in range(grid.columns)
                for row in range(grid.rows)
            )
            return Grid(grid.columns, grid.rows, entries)
        case "zero":
            rows, columns = evaluator.size(term.sort, scope)
            return Grid(rows, columns, (zero,) * (rows * columns))
        case "identity":
            size = evaluator.integer(term.args[0], scope)
            cells = [one if row == place else zero for row in range(size) for place in range(size)]
            return Grid(size, size, tuple(cells))
        case "basis":
            size, place = evaluator.integer(term.args[0], scope), evaluator.integer(term.args[1], scope)
            if not 1 <= place <= size:
                raise Absent(f"basis vector {place} of {size}")
            return column([one if row == place - 1 else zero for row in range(size)])
    return _blocks(evaluator, term, scope)


def _blocks(evaluator: Evaluator, term: Apply, scope: Scope) -> Grid:
    high, wide = evaluator.integer(term.args[0], scope), evaluator.integer(term.args[1], scope)
    parts = [evaluator.value(arg, scope) for arg in term.args[2:]]
    blocks = [part if isinstance(part, Grid) else Grid(1, 1, (part,)) for part in parts]
    entries: list[Any] = []
    for band in range(high):
        row = blocks[band * wide : (band + 1) * wide]
        if len({grid.rows for grid in row}) != 1:
            raise Absent("blocks of different heights side by side")
        for line in range(row[0].rows):
            for grid in row:
                entries.extend(grid.row(line))
    rows = sum(blocks[band * wide].rows for band in range(high))
    if len(entries) % rows:
        raise Absent("blocks of different widths on top of each other")
    return Grid(rows, len(entries) // rows, tuple(entries))

"""Ridge regression (Hoerl and Kennard 1970)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family, inner, samples_of
from boundkit.kernel.grids import total
from boundkit.kernel.values import Grid, Tabulated, column


class Ridge(Family):
    """For each sample s of n members the vector w that minimises the mean of (<w, x(z)> - y(z))^2 over its
    members z plus weight*||w||^2, for tables `inputs` x and `targets` y: the solution of (the sum of
    x(z)*x(z)^T + n*weight*I) w = the sum of y(z)*x(z). There is none unless weight > 0."""

    draws: ClassVar[str] = "algorithm"
    takes: ClassVar[tuple[str, ...]] = ("inputs", "targets", "weight")
    needs: ClassVar[tuple[str, ...]] = ("inputs", "targets", "weight")
    solves: ClassVar[bool] = True
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, shape, weight = context.arithmetic, arguments["shape"], arguments["weight"]
        tables = arguments["inputs"], arguments["targets"]
        if not all(isinstance(table, Tabulated) and table.shape == shape[:1] for table in tables):
            raise ValueError("`inputs` and `targets` must be tables of the examples")
        inputs, targets = (table.entries for table in tables)
        if not all(isinstance(point, Grid) and point.rows == size[0] for point in inputs):
            raise ValueError("`inputs` must be vectors of the size of the solution")
        ridge = arithmetic.apply("*", (arithmetic.rational(Fraction(len(shape))), weight))
        entries = []
        for sample in samples_of(shape):
            rows = []
            for i in range(size[0]):
                row = []
                for j in range(size[0]):
                    parts = [_times(arithmetic, inputs[z].entries[i], inputs[z].entries[j]) for z in sample]
                    row.append(total(arithmetic, [*parts, ridge] if i == j else parts))
                row.append(
                    total(arithmetic, (_times(arithmetic, targets[z], inputs[z].entries[i]) for z in sample))
                )
                rows.append(row)
            entries.append(column(_solved(arithmetic, rows)))
        zero = arithmetic.rational(Fraction(0))
        positive = arithmetic.compare("<", zero, weight)
        return Drawn(Tabulated(shape, tuple(entries)), conditions=(positive,))


def _times(arithmetic: Any, left: Any, right: Any) -> Any:
    return arithmetic.apply("*", (left, right))


def _solved(arithmetic: Any, rows: Sequence[list[Any]]) -> list[Any]:
    """The solution of a system with a positive definite matrix, given with its right sides: no pivot is 0."""
    count = len(rows)
    for place in range(count):
        for below in range(place + 1, count):
            factor = arithmetic.apply("/", (rows[below][place], rows[place][place]))
            for k in range(place, count + 1):
                moved = _times(arithmetic, factor, rows[place][k])
                rows[below][k] = arithmetic.apply("-", (rows[below][k], moved))
    found: list[Any] = []
    for place in range(count - 1, -1, -1):
        right = rows[place][count]
        if found:
            right = arithmetic.apply("-", (right, inner(arithmetic, rows[place][place + 1 : count], found)))
        found.insert(0, arithmetic.apply("/", (right, rows[place][place])))
    return found

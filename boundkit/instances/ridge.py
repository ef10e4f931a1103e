"""Ridge regression (Hoerl and Kennard 1970)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family, eliminated, samples_of
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
            entries.append(column([line[0] for line in eliminated(arithmetic, rows)[0]]))
        zero = arithmetic.rational(Fraction(0))
        positive = arithmetic.compare("<", zero, weight)
        return Drawn(Tabulated(shape, tuple(entries)), conditions=(positive,))


def _times(arithmetic: Any, left: Any, right: Any) -> Any:
    return arithmetic.apply("*", (left, right))

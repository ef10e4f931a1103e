"""Directions that are dual in the norm of logged features, by which pessimistic policies are penalised (Zhu,
Jordan and Jiao 2023)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family, eliminated
from boundkit.kernel.grids import total
from boundkit.kernel.values import Grid, Tabulated, column


class RidgeDual(Family):
    """For each action or policy q the vector w(q) with (the mean of x[i]*x[i]^T over i in 1..count, plus
    weight*I) w(q) = v(q), for the sequence `features` of vectors x and the table `of` vectors v. There is
    none unless weight > 0."""

    draws: ClassVar[str] = "algorithm"
    takes: ClassVar[tuple[str, ...]] = ("of", "features", "count", "weight")
    needs: ClassVar[tuple[str, ...]] = ("of", "features", "count", "weight")
    integers: ClassVar[tuple[str, ...]] = ("count",)
    solves: ClassVar[bool] = True
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, table, weight = context.arithmetic, arguments["of"], arguments["weight"]
        count = arithmetic.integer(arguments["count"])
        if not isinstance(table, Tabulated) or table.shape != arguments["shape"] or not count:
            raise ValueError("`of` must be a table of the same arguments, and `count` a known integer >= 1")
        logged = [arguments["features"].at(place) for place in range(1, count + 1)]
        if not all(isinstance(x, Grid) and x.rows == size[0] for x in (*logged, *table.entries)):
            raise ValueError("`features` and `of` must be vectors of the size of the solution")
        share = arithmetic.rational(Fraction(1, count))
        entries, zero = [], arithmetic.rational(Fraction(0))
        for direction in table.entries:
            rows = []
            for i in range(size[0]):
                row = []
                for j in range(size[0]):
                    parts = [arithmetic.apply("*", (x.entries[i], x.entries[j])) for x in logged]
                    entry = arithmetic.apply("*", (share, total(arithmetic, parts)))
                    row.append(arithmetic.apply("+", (entry, weight)) if i == j else entry)
                rows.append([*row, direction.entries[i]])
            entries.append(column([line[0] for line in eliminated(arithmetic, rows)[0]]))
        value = Tabulated(arguments["shape"], tuple(entries))
        return Drawn(value, conditions=(arithmetic.compare("<", zero, weight),))

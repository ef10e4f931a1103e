"""Second moments of a finite law."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family, mean_product
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Grid, Tabulated


class SecondMoment(Family):
    """E[x*x^T] for a table `of` vectors x of the outcomes of a finite `law`."""

    draws: ClassVar[str] = "matrix"
    takes: ClassVar[tuple[str, ...]] = ("of", "law")
    needs: ClassVar[tuple[str, ...]] = ("of", "law")
    solves: ClassVar[bool] = True
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, law, table = context.arithmetic, arguments["law"], arguments["of"]
        if not isinstance(law, FiniteLaw) or not isinstance(table, Tabulated):
            raise ValueError("`of` must be a table of the outcomes of `law`")
        points = [table.at(arithmetic, (outcome,)) for outcome in law.outcomes]
        if not all(isinstance(point, Grid) and point.rows == size[0] == size[1] for point in points):
            raise ValueError("`of` must be a table of vectors of the size of the matrix")
        return Drawn(mean_product(arithmetic, law.weights, points, points))

"""Solutions of systems of linear equations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family, eliminated
from boundkit.kernel.values import Grid, column


class LinearSolution(Family):
    """The vector x with matrix*x = right, such as the change of a fixed point by the implicit function
    theorem. The pivots of elimination without exchanges must not be 0, which holds for definite matrices."""

    draws: ClassVar[str] = "vector"
    takes: ClassVar[tuple[str, ...]] = ("matrix", "right")
    needs: ClassVar[tuple[str, ...]] = ("matrix", "right")
    solves: ClassVar[bool] = True
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        matrix, right = arguments["matrix"], arguments["right"]
        if not (isinstance(matrix, Grid) and isinstance(right, Grid)):
            raise ValueError("`matrix` and `right` must be a matrix and a vector")
        if not matrix.rows == matrix.columns == right.rows == size[0] or right.columns != 1:
            raise ValueError("`matrix` must be square, and `right` a vector of its size")
        rows = [[*matrix.row(k), right.entries[k]] for k in range(matrix.rows)]
        found, conditions = eliminated(context.arithmetic, rows)
        return Drawn(column([line[0] for line in found]), conditions=conditions)

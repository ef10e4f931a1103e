"""Positive definite matrices, such as Hessians of strongly convex losses."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import CENTRED, Context, Drawn, Family, nonnegative
from boundkit.kernel.grids import total
from boundkit.kernel.values import Grid


class DefiniteMatrix(Family):
    """least*I + B*B^T with a drawn B, so <A*x, x> >= least*||x||^2, with equality where B^T*x = 0. There is
    none with least < 0."""

    draws: ClassVar[str] = "matrix"
    takes: ClassVar[tuple[str, ...]] = ("least",)
    needs: ClassVar[tuple[str, ...]] = ("least",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, count = context.arithmetic, size[0]
        if size[0] != size[1]:
            raise ValueError("a definite matrix is square")
        factor = [
            [context.number(f"factor[{i},{j}]", CENTRED) for j in range(1, count + 1)]
            for i in range(1, count + 1)
        ]
        entries = []
        for i in range(count):
            for j in range(count):
                parts = [arithmetic.apply("*", pair) for pair in zip(factor[i], factor[j], strict=True)]
                start = arguments["least"] if i == j else arithmetic.rational(Fraction(0))
                entries.append(total(arithmetic, [start, *parts]))
        conditions = nonnegative(arithmetic, arguments["least"])
        return Drawn(Grid(count, count, tuple(entries)), conditions=conditions)

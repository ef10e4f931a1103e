"""Matrices near another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import UNIT, Context, Drawn, Family, direction, nonnegative
from boundkit.kernel.grids import entrywise
from boundkit.kernel.values import Grid


class NudgedMatrix(Family):
    """The matrix `of` plus s*p*q^T with unit vectors p and q and 0 <= s <= error, so of operator norm at most
    `error`. There is none with error < 0."""

    draws: ClassVar[str] = "matrix"
    takes: ClassVar[tuple[str, ...]] = ("of", "error")
    needs: ClassVar[tuple[str, ...]] = ("of", "error")
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, original, error = context.arithmetic, arguments["of"], arguments["error"]
        if not isinstance(original, Grid) or (original.rows, original.columns) != size:
            raise ValueError("`of` must be a matrix of the same size")
        length = arithmetic.apply("*", (error, context.number("share", UNIT)))
        left, right = (
            direction(context, label, count) for label, count in zip(("left", "right"), size, strict=True)
        )
        entries = [
            arithmetic.apply("*", (length, arithmetic.apply("*", (one, other))))
            for one in left
            for other in right
        ]
        value = entrywise(arithmetic, "+", [original, Grid(*size, tuple(entries))])
        return Drawn(value, conditions=nonnegative(arithmetic, error))

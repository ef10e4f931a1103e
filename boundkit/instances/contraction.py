"""Matrices of bounded operator norm."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import CENTRED, Context, Drawn, Family, direction, nonnegative
from boundkit.kernel.grids import product
from boundkit.kernel.values import Grid


class Contraction(Family):
    """bound * H * diag(s) * K with reflections H, K and s in [-1, 1]; multiples of reflections, matrices of
    rank one and zero are atoms."""

    draws: ClassVar[str] = "matrix"
    takes: ClassVar[tuple[str, ...]] = ("bound",)
    needs: ClassVar[tuple[str, ...]] = ("bound",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1, "bound": 1}, {"size": 3, "bound": 2})

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic = context.arithmetic
        rows, columns = size
        zero = arithmetic.rational(Fraction(0))
        shares = [context.number(f"share[{place}]", CENTRED) for place in range(1, min(size) + 1)]
        entries = [shares[row] if row == place else zero for row in range(rows) for place in range(columns)]
        middle = product(arithmetic, arguments["bound"], Grid(rows, columns, tuple(entries)))
        left, right = (
            _reflection(context, label, count) for label, count in (("left", rows), ("right", columns))
        )
        value = product(arithmetic, product(arithmetic, left, middle), right)
        conditions = nonnegative(arithmetic, arguments["bound"])
        return Drawn(value, (("operator_norm", (arguments["bound"],)),), conditions=conditions)


def _reflection(context: Context, label: str, size: int) -> Grid:
    """The identity minus 2*u*u^T, with a unit vector u."""
    arithmetic = context.arithmetic
    unit = direction(context, label, size)
    two = arithmetic.rational(Fraction(2))
    entries = []
    for row in range(size):
        for place in range(size):
            twice = arithmetic.apply("*", (two, arithmetic.apply("*", (unit[row], unit[place]))))
            entries.append(arithmetic.apply("-", (arithmetic.rational(Fraction(int(row == place))), twice)))
    return Grid(size, size, tuple(entries))

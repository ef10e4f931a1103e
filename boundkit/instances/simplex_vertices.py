"""Multiples of the unit vectors."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import POSITIVE, Context, Drawn, Family
from boundkit.kernel.values import column


class SimplexVertices(Family):
    """c*e_1, …, c*e_m for a scale c > 0, all at one distance from each other."""

    draws: ClassVar[str] = "set"
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1}, {"size": 3})

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        zero, scale = context.arithmetic.rational(Fraction(0)), context.number("scale", POSITIVE)
        count = size[0]
        return Drawn(tuple(column([scale if i == k else zero for i in range(count)]) for k in range(count)))

"""Points so far apart that each needs a ball of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import (
    POSITIVE,
    REAL,
    Context,
    Drawn,
    Family,
    direction,
    natural_range,
    nonnegative,
    scaled,
)
from boundkit.kernel.values import column


class SeparatedPoints(Family):
    """Points on a line at distances above 2*radius, so that no ball of this radius holds two of them: the
    covering number, the packing number and the number of points are the same. There are none with a negative
    `radius`."""

    draws: ClassVar[str] = "set"
    takes: ClassVar[tuple[str, ...]] = ("radius", "points")
    needs: ClassVar[tuple[str, ...]] = ("radius",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {"size": 1, "radius": 0},
        {"size": 3, "radius": 2, "points": 12},
    )

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, radius = context.arithmetic, arguments["radius"]
        count = context.natural("points", *natural_range(context, arguments, "points", (1, 12)))
        axis = direction(context, "axis", size[0])
        start = [context.number(f"start[{i}]", REAL) for i in range(1, size[0] + 1)]
        # 2*radius alone would leave two points on one ball
        step = arithmetic.apply(
            "+", (radius, arithmetic.apply("+", (radius, context.number("gap", POSITIVE))))
        )
        points, length = [column(start)], None
        for _ in range(1, count):
            length = step if length is None else arithmetic.apply("+", (length, step))
            pairs = zip(start, scaled(arithmetic, length, axis), strict=True)
            points.append(column([arithmetic.apply("+", pair) for pair in pairs]))
        return Drawn(tuple(points), conditions=nonnegative(arithmetic, radius))
